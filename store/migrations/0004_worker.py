"""Runs that go on in short steps; attempts and ages of touches and intents."""

from django.db import migrations, models


def start_of_waiting(apps, schema_editor):
    """What waits already waits from now on, as far as anybody knows; an older braked run may still be released."""
    from store.sql import now

    apps.get_model("store", "Touch").objects.update(at=now())
    runs = apps.get_model("store", "Run").objects
    for run in runs.filter(state="braked"):
        run.totals = {"": run.totals}
        run.save(update_fields=["totals"])


class Migration(migrations.Migration):
    dependencies = [("store", "0003_delivery")]

    operations = [
        migrations.AddField("Run", "stage", models.CharField(db_default="pull", max_length=8)),
        migrations.AddField("Run", "fence", models.IntegerField(db_default=0)),
        migrations.AddField("Run", "losses", models.IntegerField(db_default=0)),
        migrations.AddField("Run", "progress", models.JSONField(db_default={}, default=dict)),
        migrations.AddField("Intent", "attempts", models.IntegerField(db_default=0)),
        migrations.AddField("Intent", "at", models.BigIntegerField(null=True)),
        migrations.AddField("Touch", "attempts", models.IntegerField(db_default=0)),
        migrations.AddField("Touch", "at", models.BigIntegerField(null=True)),
        migrations.RunPython(start_of_waiting, migrations.RunPython.noop),
        migrations.AddIndex("Touch", models.Index(condition=models.Q(("run__isnull", True)), fields=["object", "attempts", "ref"], name="touch_due")),
        migrations.AddIndex("Touch", models.Index(fields=["at"], name="touch_at")),
    ]
