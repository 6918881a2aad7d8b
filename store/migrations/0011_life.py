"""Writes that archive or merge, the order of writes, and other names of a record."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("store", "0010_notices"),)

    operations = (
        migrations.AddField(
            model_name="intent", name="action", field=models.CharField(db_default="write", default="write", max_length=8)
        ),
        migrations.AddField(model_name="intent", name="step", field=models.IntegerField(db_default=0, default=0)),
        migrations.CreateModel(
            name="Alias",
            fields=(
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(db_index=True, max_length=120)),
                ("email", models.CharField(db_index=True, max_length=254)),
            ),
        ),
    )
