"""How many pairs an object has is counted in each pass: by an index, not by reading every link."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0014_open_intents")]

    operations = [migrations.AddIndex(model_name="link", index=models.Index(fields=["object"], name="link_object"))]
