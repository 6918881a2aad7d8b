"""Grants of accounts, encrypted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0006_answers")]

    operations = [
        migrations.CreateModel(
            name="Token",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=64)),
                ("value", models.BinaryField()),
                ("at", models.BigIntegerField()),
            ],
        ),
    ]
