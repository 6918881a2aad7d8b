"""Permanent deletion on a person's request."""

from __future__ import annotations

import pytest
from hubspot import HubSpot

from tests.sandbox.hubspot_records import COMPANIES, CONTACTS, DATED, control, found, make, merge, values
from tests.sandbox_client import SandboxClient


def erase(sandbox: SandboxClient, object_id: str, path: str = CONTACTS, **more: str) -> int:
    return sandbox.hubspot("POST", f"{path}/gdpr-delete", {"objectId": object_id} | more).status


def test_the_official_client_purges_a_contact_and_nothing_of_it_remains(sandbox: SandboxClient) -> None:
    anna = make(sandbox, email="anna@velmora.example", phone="+43 1")
    api = HubSpot(access_token="pat", host=sandbox.hubspot_url).crm.contacts.basic_api

    api.purge(public_gdpr_delete_input={"objectId": anna})

    assert sandbox.hubspot("GET", f"{CONTACTS}/{anna}?propertiesWithHistory=phone").status == 404
    assert sandbox.hubspot("GET", f"{CONTACTS}/{anna}?archived=true").status == 404
    assert sandbox.hubspot("POST", f"{CONTACTS}/batch/read", {"inputs": [{"id": anna}]}).status == 207
    assert found(sandbox) == []
    assert sandbox.look("hubspot", "state", object="contacts") == {"contacts": {}}
    last = sandbox.look("hubspot", "writes")["writes"][-1]
    assert (last["action"], last["id"], last["before"], last["after"]) == ("privacyDeletion", anna, {}, {})


@pytest.mark.parametrize("path", [CONTACTS, DATED])
def test_a_contact_is_named_by_any_of_its_addresses(sandbox: SandboxClient, path: str) -> None:
    anna = make(sandbox, email="anna@velmora.example", hs_additional_emails="anna@home.example")

    status = erase(sandbox, "Anna@home.example", path, idProperty="email")

    assert status == 204
    assert sandbox.hubspot("GET", f"{CONTACTS}/{anna}").status == 404


def test_an_address_that_only_an_archived_contact_has_leads_to_it(sandbox: SandboxClient) -> None:
    anna = make(sandbox, email="anna@velmora.example")
    sandbox.hubspot("DELETE", f"{CONTACTS}/{anna}")

    status = erase(sandbox, "Anna@velmora.example", idProperty="email")

    assert status == 204
    assert sandbox.hubspot("GET", f"{CONTACTS}/{anna}?archived=true").status == 404


def test_the_archived_can_be_erased_and_so_can_what_was_merged_with_all_its_ids(sandbox: SandboxClient) -> None:
    old, one, other = make(sandbox, email="old@velmora.example"), make(sandbox), make(sandbox)
    sandbox.hubspot("DELETE", f"{CONTACTS}/{old}")
    merged = merge(sandbox, one, other).json()["id"]

    assert [erase(sandbox, old), erase(sandbox, other)] == [204, 204]
    assert [sandbox.hubspot("GET", f"{CONTACTS}/{each}").status for each in (one, other, merged)] == [404] * 3
    assert control(sandbox, "restore", object="contacts", id=old).status == 400


def test_people_and_imports_cannot_bring_an_erased_address_back_but_the_api_and_a_form_can(
    sandbox: SandboxClient,
) -> None:
    addresses = [f"{name}@velmora.example" for name in ("anna", "bert")]
    for each in addresses:
        erase(sandbox, make(sandbox, email=each))
    wanted = {"object": "contacts", "properties": {"email": "Anna@velmora.example"}}

    by_hand, by_import = control(sandbox, "edit", **wanted), control(sandbox, "edit", **wanted, source="IMPORT")
    by_form = control(sandbox, "edit", **wanted, source="FORM")
    by_api = sandbox.hubspot("POST", CONTACTS, {"properties": {"email": addresses[1]}})

    assert [each.status for each in (by_hand, by_import, by_form, by_api)] == [400, 400, 200, 201]
    assert "was deleted for good" in by_hand.json()["error"]


def test_an_address_that_nobody_has_is_blocked_all_the_same(sandbox: SandboxClient) -> None:
    assert erase(sandbox, "nobody@velmora.example", idProperty="email") == 204
    wanted = {"object": "contacts", "properties": {"email": "nobody@velmora.example"}}
    assert control(sandbox, "edit", **wanted).status == 400


def test_an_id_that_is_not_there_and_a_company_are_refused(sandbox: SandboxClient) -> None:
    company = make(sandbox, COMPANIES, name="Velmora")

    assert erase(sandbox, "7") == 404
    assert erase(sandbox, company, COMPANIES) == 404
    assert values(sandbox, company, "name", path=COMPANIES) == ["Velmora"]


def test_what_was_associated_with_an_erased_contact_no_longer_is(sandbox: SandboxClient) -> None:
    anna, velmora = make(sandbox, email="anna@velmora.example"), make(sandbox, COMPANIES, name="Velmora")
    sandbox.hubspot("PUT", f"/crm/v4/objects/contacts/{anna}/associations/default/companies/{velmora}")

    erase(sandbox, anna)

    assert sandbox.look("hubspot", "associations")["count"] == 0
    assert values(sandbox, velmora, "num_associated_contacts", path=COMPANIES) == ["0"]
