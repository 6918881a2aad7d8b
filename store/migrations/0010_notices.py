"""What a system told by webhook that no later look can show."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0009_references")]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("ref", models.CharField(max_length=120)),
                ("at", models.BigIntegerField()),
            ],
            options={"constraints": [models.UniqueConstraint(fields=["kind", "ref"], name="one_notice")]},
        ),
    ]
