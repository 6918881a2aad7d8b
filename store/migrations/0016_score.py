"""Scores: weekly counts by rule and rep, since when somebody is known, and which gaps a rep has seen."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0015_count_links")]

    operations = [
        migrations.CreateModel(
            name="RuleWeek",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=80)),
                ("rep", models.CharField(default="", max_length=120)),
                ("week", models.DateField()),
                ("stratum", models.CharField(default="", max_length=200)),
                ("s", models.FloatField()),
                ("n", models.FloatField()),
                ("placeholders", models.IntegerField(default=0)),
                ("system_delay", models.IntegerField(default=0)),
            ],
            options={
                "indexes": [models.Index(fields=["week"], name="rule_week_week")],
                "constraints": [
                    models.UniqueConstraint(fields=["rule", "rep", "week", "stratum"], name="one_rule_week")
                ],
            },
        ),
        migrations.CreateModel(
            name="ToldGap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rep", models.CharField(max_length=120)),
                ("family", models.CharField(max_length=12)),
                ("seen_at", models.BigIntegerField()),
                ("told_in", models.DateField(null=True)),
            ],
            options={"constraints": [models.UniqueConstraint(fields=["rep", "family"], name="one_told_gap")]},
        ),
        migrations.AddField(model_name="rep", name="since", field=models.DateField(null=True)),
    ]
