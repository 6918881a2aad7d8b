"""How many records a portal lets be associated with one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.hubspot_helper import OBJECTS, joined, make, official
from tests.sandbox_client import SandboxClient

LIMITS = "/crm/v4/associations/definitions/configurations"
ONE = {"category": "HUBSPOT_DEFINED", "typeId": 279, "maxToObjectIds": 1}


@pytest.fixture
def records(sandbox: SandboxClient) -> tuple[str, str, str]:
    """A contact with one company, and a second company; a contact may have only one."""
    first, second = make(sandbox, "companies", {"name": "One"}), make(sandbox, "companies", {"name": "Two"})
    contact = make(sandbox, "contacts", {}, (first, 279))
    answer = sandbox.hubspot("POST", f"{LIMITS}/contacts/companies/batch/create", {"inputs": [ONE]})
    assert answer.status == 200, answer.data
    return contact, first, second


def test_an_association_beyond_the_limit_is_refused_from_either_side(
    sandbox: SandboxClient, records: tuple[str, str, str]
) -> None:
    contact, first, second = records
    written = sandbox.look("hubspot", "writes")["count"]

    there = sandbox.hubspot("PUT", f"/crm/v4/objects/contacts/{contact}/associations/default/companies/{second}")
    back = sandbox.hubspot("PUT", f"/crm/v4/objects/companies/{second}/associations/default/contacts/{contact}")
    again = sandbox.hubspot("PUT", f"/crm/v4/objects/contacts/{contact}/associations/default/companies/{first}")

    assert (there.status, back.status, again.status) == (400, 400, 200)
    assert there.json()["subCategory"] == "crm.associations.LIMIT_EXCEEDED"
    assert joined(sandbox, "contacts", contact, "companies") == {first: [1, 279]}
    assert sandbox.look("hubspot", "writes")["count"] == written + 1


def test_in_a_batch_only_the_pair_beyond_the_limit_is_refused(
    sandbox: SandboxClient, records: tuple[str, str, str]
) -> None:
    contact, _, second = records
    free = make(sandbox, "contacts", {})
    inputs: list[dict[str, Any]] = [{"from": {"id": each}, "to": {"id": second}} for each in (contact, free)]

    answer = sandbox.hubspot(
        "POST", "/crm/associations/2026-03/contacts/companies/batch/associate/default", {"inputs": inputs}
    )

    assert answer.status == 207
    assert answer.json()["errors"][0]["context"]["fromObjectId"] == [contact]
    assert joined(sandbox, "companies", second, "contacts") == {free: [2, 280]}


def test_a_new_record_is_held_to_the_limit_of_its_neighbour(
    sandbox: SandboxClient, records: tuple[str, str, str]
) -> None:
    contact, _, _ = records
    spec = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 280}
    body = {"properties": {"name": "Three"}, "associations": [{"to": {"id": contact}, "types": [spec]}]}

    assert sandbox.hubspot("POST", f"{OBJECTS}/companies", body).status == 400


def test_the_official_client_reads_changes_and_takes_away_limits(
    sandbox: SandboxClient, records: tuple[str, str, str]
) -> None:
    api = official(sandbox).crm.associations.v4.schema.definition_configurations_api

    (read,) = api.get_all_between_two_object_types("contacts", "companies").results
    changed = api.batch_update("contacts", "companies", {"inputs": [ONE | {"maxToObjectIds": 2}]}).results
    everywhere = api.get_all().results
    api.batch_remove("contacts", "companies", {"inputs": [{"category": "HUBSPOT_DEFINED", "typeId": 279}]})

    assert (read.type_id, read.user_enforced_max_to_object_ids) == (279, 1)
    assert [each.user_enforced_max_to_object_ids for each in (*changed, *everywhere)] == [2, 2]
    assert api.get_all().results == []


@pytest.mark.parametrize(
    ("change", "status"), [({"typeId": 3}, 404), ({"maxToObjectIds": 0}, 400), ({"maxToObjectIds": None}, 400)]
)
def test_a_limit_that_does_not_fit_is_refused(sandbox: SandboxClient, change: dict[str, Any], status: int) -> None:
    body = {"inputs": [ONE | change]}

    assert sandbox.hubspot("POST", f"{LIMITS}/contacts/companies/batch/create", body).status == status
