"""Erasure: who is to be erased, what was erased and is not made again, and which lines of the history lost their values."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0012_consent")]

    operations = [
        migrations.CreateModel(
            name="Erased",
            fields=[
                ("name", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("at", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("about", models.CharField(max_length=254)),
                ("by", models.CharField(max_length=150)),
                ("at", models.BigIntegerField()),
                ("done_at", models.BigIntegerField(null=True)),
                ("removed", models.JSONField(default=dict)),
            ],
        ),
        migrations.AddField(
            model_name="change",
            name="forgotten",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
