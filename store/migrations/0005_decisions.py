"""What ops decide: conflicts, dead letters, and braked runs that may pass."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0004_worker")]

    operations = [
        migrations.AddField("Conflict", "others", models.JSONField(default=list)),
        migrations.AddField("DeadLetter", "closed_as", models.CharField(db_default="", default="", max_length=8)),
        migrations.AddField("DeadLetter", "closed_by", models.CharField(db_default="", default="", max_length=150)),
        migrations.AddField("DeadLetter", "note", models.CharField(db_default="", default="", max_length=300)),
        migrations.AddIndex("DeadLetter", models.Index(fields=["ref", "side"], name="dead_letter_ref")),
        migrations.AddField("Run", "released_by", models.CharField(db_default="", default="", max_length=150)),
        migrations.AddField("Run", "released_at", models.BigIntegerField(null=True)),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(max_length=120)),
                ("field", models.CharField(default="", max_length=80)),
                ("keep", models.CharField(max_length=9)),
                ("marketing", models.TextField(null=True)),
                ("sales", models.TextField(null=True)),
                ("by", models.CharField(max_length=150)),
                ("at", models.BigIntegerField()),
                ("state", models.CharField(default="open", max_length=9)),
                ("closed_at", models.BigIntegerField(null=True)),
                ("conflict", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.conflict")),
                ("run", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to="store.run")),
            ],
            options={
                "indexes": [models.Index(fields=["ref", "field"], name="decision_ref")],
                "constraints": [models.UniqueConstraint(condition=models.Q(("state", "open")), fields=("ref", "field"), name="one_open_decision")],
            },
        ),
    ]
