"""Opt-outs: which addresses have opted out, and the records that an opt-out may have to travel from or to."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0011_life")]

    operations = [
        migrations.CreateModel(
            name="OptOut",
            fields=[
                ("address", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("at", models.BigIntegerField()),
                ("kept", models.BooleanField()),
            ],
        ),
        migrations.CreateModel(
            name="ConsentTouch",
            fields=[
                ("ref", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("object", models.CharField(max_length=40)),
                ("due_at", models.BigIntegerField(db_index=True)),
                ("attempts", models.IntegerField(db_default=0)),
                ("run", models.BigIntegerField(null=True)),
            ],
        ),
    ]
