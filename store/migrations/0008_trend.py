"""The trend: how full each field was, day by day; and how a user likes the pages, light or dark."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0007_tokens")]

    operations = [
        migrations.CreateModel(
            name="TrendPoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("object", models.CharField(max_length=40)),
                ("field", models.CharField(max_length=80)),
                ("team", models.CharField(default="", max_length=200)),
                ("records", models.IntegerField()),
                ("filled", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["day", "object", "field", "team"], name="one_trend_point")
                ],
            },
        ),
        migrations.AddField(
            model_name="profile", name="theme", field=models.CharField(default="", max_length=6)
        ),
    ]
