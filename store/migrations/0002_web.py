"""What the pages remember: each user's language, and who looked at whose page."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0001_initial"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Profile",
            fields=[
                ("user", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to=settings.AUTH_USER_MODEL)),
                ("language", models.CharField(max_length=2)),
            ],
        ),
        migrations.CreateModel(
            name="PageView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rep", models.CharField(max_length=120)),
                ("viewer", models.CharField(max_length=150)),
                ("page", models.CharField(max_length=20)),
                ("at", models.BigIntegerField()),
            ],
            options={"indexes": [models.Index(fields=["rep", "at"], name="page_view_rep")]},
        ),
    ]
