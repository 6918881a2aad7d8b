"""Writes that are on their way are found by themselves, among all that were ever decided."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0013_erasure")]

    operations = [
        migrations.AddIndex(
            model_name="intent",
            index=models.Index(
                fields=["state"], name="intent_open", condition=models.Q(state__in=("planned", "sent"))
            ),
        ),
    ]
