"""References: who waits for whose pair, what a run promised to make, and which owners can be given records."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0008_trend")]

    operations = [
        migrations.CreateModel(
            name="Awaited",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(max_length=120)),
                ("object", models.CharField(max_length=40)),
                ("target", models.CharField(db_index=True, max_length=120)),
            ],
            options={"constraints": [models.UniqueConstraint(fields=["ref", "target"], name="one_awaited")]},
        ),
        migrations.AddField(
            model_name="rep",
            name="marketing_active",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddIndex(
            model_name="intent",
            index=models.Index(
                condition=models.Q(("state", "planned"), ("target__isnull", True)),
                fields=["source"],
                name="intent_promised",
            ),
        ),
    ]
