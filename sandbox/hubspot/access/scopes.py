"""Which scopes a call needs: HubSpot refuses it with the list of those of which the app lacks all.

Names: https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/scopes and the `security`
of each operation in HubSpot's OpenAPI specification.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

GRANTED = (
    "oauth",
    "crm.objects.contacts.read",
    "crm.objects.contacts.write",
    "crm.schemas.contacts.read",
    "crm.schemas.contacts.write",
    "crm.objects.companies.read",
    "crm.objects.companies.write",
    "crm.schemas.companies.read",
    "crm.schemas.companies.write",
    "crm.objects.deals.read",
    "crm.objects.deals.write",
    "crm.schemas.deals.read",
    "crm.schemas.deals.write",
    "crm.objects.owners.read",
    "crm.lists.read",
    "crm.lists.write",
    "communication_preferences.read_write",
)
"""What an app has that names no scopes of its own."""

DATED = re.compile(r"v\d|\d{4}-\d\d")
OWN_SCOPES = ("contacts", "companies", "deals", "leads", "users")
ACTIVITIES = ("calls", "emails", "meetings", "notes", "tasks", "communications")


def needed_scopes(path: str, method: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """The scopes of which a call needs one; none for an account's own details. `names` knows each object's aliases.

    Of a POST, searches and batch reads read, all others write.
    """
    parts = [each for each in path.strip("/").split("/") if not DATED.fullmatch(each)]
    does = "read" if method == "GET" or path.endswith(("/search", "/batch/read", "/unsubscribe-all/read")) else "write"
    match parts:
        case ["communication-preferences", *rest]:
            return (f"communication_preferences.statuses.batch.{does}",) if "batch" in rest else PREFERENCES
        case ["crm", "owners", *_] | ["owners", *_]:
            return ("crm.objects.owners.read",)
        case ["crm", "lists", *_]:
            return (f"crm.lists.{does}",)
        case ["crm", "properties" | "property-validations", named, *_] | ["properties", named, *_]:
            return (scope("schemas", names.get(named.lower(), named), does),)
        case ["crm", "schemas", *_] | ["crm-object-schemas", *_]:
            return (f"crm.schemas.custom.{does}",)
        case ["crm", "pipelines", named, *_]:
            object_name = names.get(named.lower(), named)
            return (scope("objects", object_name, does), scope("schemas", object_name, does))
        case ["crm", "objects" | "associations", named, *_]:
            return (scope("objects", names.get(named.lower(), named), does),)
    return ()


PREFERENCES = ("communication_preferences.read_write",)


def scope(area: str, object_name: str, does: str) -> str:
    """The scope of an object: activities go with contacts, tickets are one word, the rest is custom."""
    if object_name in ACTIVITIES:
        object_name = "contacts"
    if object_name in ("tickets", "ticket"):
        return "tickets"
    return f"crm.{area}.{object_name if object_name in OWN_SCOPES else 'custom'}.{does}"
