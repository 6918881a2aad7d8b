"""The recycle bin: ninety days to come back."""

from __future__ import annotations

import pytest
from hubspot import HubSpot

from tests.sandbox.hubspot_records import CONTACTS, control, found, history, make, patch, values
from tests.sandbox_client import SandboxClient

DAY = 24 * 3600


@pytest.fixture
def archived(sandbox: SandboxClient) -> tuple[SandboxClient, str]:
    """Rita's contact, archived."""
    sandbox.admin("hubspot", "clock", set="2026-11-02T09:00:00Z")
    rita = make(sandbox, email="rita@velmora.example", phone="+43 1")
    sandbox.hubspot("DELETE", f"{CONTACTS}/{rita}")
    return sandbox, rita


Archived = tuple[SandboxClient, str]


def test_the_archived_are_read_one_by_one_in_batches_and_by_list_when_asked_for(archived: Archived) -> None:
    sandbox, rita = archived
    api = HubSpot(access_token="pat", host=sandbox.hubspot_url).crm.contacts

    one = api.basic_api.get_by_id(rita, archived=True, properties=["phone"])
    batch = api.batch_api.read({"inputs": [{"id": rita}], "properties": ["phone"]}, archived=True)

    assert (one.archived, one.properties["phone"]) == (True, "+43 1")
    assert one.archived_at is not None
    assert [each.id for each in batch.results] == [rita]
    assert [each.id for each in api.basic_api.get_page(archived=True).results] == [rita]
    assert sandbox.hubspot("POST", f"{CONTACTS}/batch/read", {"inputs": [{"id": rita}]}).status == 207
    assert found(sandbox) == []
    assert patch(sandbox, rita, phone="1").status == 404


def test_what_is_restored_is_as_it_was_but_for_the_date_of_last_change(archived: Archived) -> None:
    sandbox, rita = archived
    sandbox.admin("hubspot", "clock", advance=60)

    sandbox.admin("hubspot", "restore", object="contacts", id=rita, by="Otto")

    back = sandbox.hubspot("GET", f"{CONTACTS}/{rita}").json()
    assert (back["archived"], "archivedAt" in back) == (False, False)
    assert back["updatedAt"] == "2026-11-02T09:01:00.003Z"
    assert values(sandbox, rita, "phone", "email") == ["+43 1", "rita@velmora.example"]
    assert len(history(sandbox, rita, "phone")) == 1
    assert [each["hs_object_id"] for each in found(sandbox)] == [rita]
    last = sandbox.look("hubspot", "writes")["writes"][-1]
    assert (last["action"], last["who"]) == ("restore", "Otto in HubSpot")


def test_nothing_is_restored_while_another_has_its_address(archived: Archived) -> None:
    sandbox, rita = archived
    again = make(sandbox, email="rita@velmora.example")

    refused = control(sandbox, "restore", object="contacts", id=rita)
    sandbox.hubspot("DELETE", f"{CONTACTS}/{again}")
    allowed = control(sandbox, "restore", object="contacts", id=rita)

    assert (refused.status, allowed.status) == (400, 200)
    assert f"rita@velmora.example belongs to {again}" in refused.json()["error"]
    assert sandbox.hubspot("POST", CONTACTS, {"properties": {"email": "rita@velmora.example"}}).status == 409


def test_after_ninety_days_it_is_gone_for_good(archived: Archived) -> None:
    sandbox, rita = archived

    sandbox.admin("hubspot", "clock", advance=90 * DAY - 1)
    still = sandbox.hubspot("GET", f"{CONTACTS}/{rita}?archived=true").status
    sandbox.admin("hubspot", "clock", advance=1)

    assert still == 200
    assert sandbox.hubspot("GET", f"{CONTACTS}/{rita}?archived=true").status == 404
    assert sandbox.hubspot("GET", f"{CONTACTS}?archived=true").json()["results"] == []
    assert control(sandbox, "restore", object="contacts", id=rita).status == 400


def test_the_ninety_days_begin_again_with_each_archiving(archived: Archived) -> None:
    sandbox, rita = archived
    sandbox.admin("hubspot", "restore", object="contacts", id=rita)
    sandbox.admin("hubspot", "clock", advance=60 * DAY)
    sandbox.hubspot("POST", f"{CONTACTS}/batch/archive", {"inputs": [{"id": rita}]})

    sandbox.admin("hubspot", "clock", advance=60 * DAY)

    assert sandbox.hubspot("GET", f"{CONTACTS}/{rita}?archived=true").status == 200
