"""Run with the environment of django-salesforce: Django's ORM over Salesforce. Tells what it got as JSON."""

from __future__ import annotations

import json

import django
from django.conf import settings

settings.configure(
    INSTALLED_APPS=["salesforce"],
    DATABASE_ROUTERS=["salesforce.router.ModelRouter"],
    USE_TZ=True,
    DATABASES={
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
        "salesforce": {
            "ENGINE": "salesforce.backend",
            "AUTH": "salesforce.auth.SalesforceClientCredentialsAuth",
            "HOST": "https://acme.my.salesforce.com",
            "CONSUMER_KEY": "developer",
            "CONSUMER_SECRET": "secret",
        },
    },
)
django.setup()

from salesforce import models  # noqa: E402
from salesforce.models import SalesforceModel  # noqa: E402


class Contact(SalesforceModel):  # type: ignore[misc]
    last_name = models.CharField(max_length=80, db_column="LastName")
    email = models.EmailField(null=True, db_column="Email")

    class Meta:
        app_label = "programs"
        db_table = "Contact"
        managed = False


told = {
    "all": {each.pk: each.last_name for each in Contact.objects.all()},
    "filtered": [each.pk for each in Contact.objects.filter(email__contains="example").order_by("pk")[:20]],
    "count": Contact.objects.count(),
}
made = Contact.objects.create(last_name="Made by Django")
made.last_name = "Changed by Django"
made.save()
told["made"] = made.pk
Contact.objects.bulk_create([Contact(last_name=f"Many {at}") for at in range(30)])
print(json.dumps(told))
