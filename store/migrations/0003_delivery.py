"""The outbox: one message to one person over one channel."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0002_web")]

    operations = [
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200, unique=True)),
                ("kind", models.CharField(max_length=10)),
                ("person", models.CharField(max_length=120)),
                ("channel", models.CharField(max_length=10)),
                ("address", models.CharField(max_length=254)),
                ("subject", models.CharField(max_length=300)),
                ("text", models.TextField()),
                ("html", models.TextField(default="")),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("attempts", models.IntegerField(default=0)),
                ("due_at", models.BigIntegerField()),
                ("made_at", models.BigIntegerField()),
                ("changed_at", models.BigIntegerField()),
                ("error", models.CharField(default="", max_length=200)),
            ],
            options={"indexes": [models.Index(fields=["state", "due_at"], name="delivery_due")]},
        ),
    ]
