"""Answers of reps to what is asked, and the time zone of each rep."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0005_decisions")]

    operations = [
        migrations.AddField("Rep", "time_zone", models.CharField(default="", max_length=60)),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=80)),
                ("ref", models.CharField(max_length=120)),
                ("object", models.CharField(max_length=40)),
                ("field", models.CharField(max_length=80)),
                ("value", models.TextField()),
                ("was", models.TextField(null=True)),
                ("rep", models.CharField(max_length=120)),
                ("by", models.CharField(max_length=150)),
                ("at", models.BigIntegerField()),
                ("state", models.CharField(default="open", max_length=9)),
                ("code", models.CharField(default="", max_length=80)),
                ("message", models.TextField(default="")),
                ("intent", models.BigIntegerField(null=True)),
                ("changed_at", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["rep", "at"], name="answer_rep")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")), fields=("ref", "field"), name="one_open_answer"
                    )
                ],
            },
        ),
    ]
