"""Which scopes each kind of call needs, as a table."""

from __future__ import annotations

import pytest

from sandbox.hubspot.access.scopes import needed_scopes
from sandbox.hubspot.kinds import NAMES

ALIASES = {**NAMES, "0-3": "deals", "deal": "deals", "note": "notes", "0-46": "notes"}


@pytest.mark.parametrize(
    ("method", "path", "scopes"),
    [
        ("GET", "/crm/v3/objects/deals/12", ("crm.objects.deals.read",)),
        ("PATCH", "/crm/objects/2026-09/0-3/12", ("crm.objects.deals.write",)),
        ("POST", "/crm/v3/objects/notes", ("crm.objects.contacts.write",)),
        ("GET", "/crm/v3/objects/tickets", ("tickets",)),
        ("GET", "/crm/v3/objects/cars", ("crm.objects.custom.read",)),
        ("POST", "/crm/v4/associations/contacts/companies/batch/read", ("crm.objects.contacts.read",)),
        ("POST", "/crm/associations/2026-03/companies/deals/batch/create", ("crm.objects.companies.write",)),
        ("PUT", "/crm/v4/objects/contacts/1/associations/companies/2", ("crm.objects.contacts.write",)),
        ("GET", "/crm/v3/pipelines/deals", ("crm.objects.deals.read", "crm.schemas.deals.read")),
        ("GET", "/crm/v3/schemas", ("crm.schemas.custom.read",)),
        ("POST", "/crm/v3/lists/", ("crm.lists.write",)),
        ("GET", "/crm/lists/2026-03/records/0-1/7/memberships", ("crm.lists.read",)),
        ("POST", "/communication-preferences/v3/subscribe", ("communication_preferences.read_write",)),
        (
            "POST",
            "/communication-preferences/v4/statuses/batch/unsubscribe-all/read",
            ("communication_preferences.statuses.batch.read",),
        ),
        (
            "POST",
            "/communication-preferences/2026-09/statuses/batch/write",
            ("communication_preferences.statuses.batch.write",),
        ),
        ("GET", "/crm-object-schemas/2026-03/schemas", ("crm.schemas.custom.read",)),
        ("GET", "/crm/v3/objects/CONTACT", ("crm.objects.contacts.read",)),
        ("GET", "/crm/v3/property-validations/0-1", ("crm.schemas.contacts.read",)),
        ("GET", "/properties/v2/companies/properties", ("crm.schemas.companies.read",)),
        ("GET", "/owners/v2/owners", ("crm.objects.owners.read",)),
        ("GET", "/account-info/v3/details", ()),
    ],
)
def test_a_call_needs_one_of_these_scopes(method: str, path: str, scopes: tuple[str, ...]) -> None:
    assert needed_scopes(path, method, ALIASES) == scopes
