"""The lifecycle stage, which moves forward only."""

from __future__ import annotations

import pytest

from tests.sandbox.hubspot_records import COMPANIES, CONTACTS, control, history, make, patch, values
from tests.sandbox_client import SandboxClient


def stage(sandbox: SandboxClient, record_id: str) -> str | None:
    return values(sandbox, record_id, "lifecyclestage")[0]


def test_a_move_back_is_accepted_and_changes_nothing(sandbox: SandboxClient) -> None:
    anna = make(sandbox, lifecyclestage="customer")

    answer = patch(sandbox, anna, lifecyclestage="lead", city="Linz")

    assert answer.status == 200
    assert answer.json()["properties"]["lifecyclestage"] == "customer"
    assert values(sandbox, anna, "lifecyclestage", "city") == ["customer", "Linz"]
    assert len(history(sandbox, anna, "lifecyclestage")) == 1


def test_it_moves_forward_and_back_once_it_is_cleared(sandbox: SandboxClient) -> None:
    anna = make(sandbox, lifecyclestage="lead")

    patch(sandbox, anna, lifecyclestage="opportunity")
    forward = stage(sandbox, anna)
    patch(sandbox, anna, lifecyclestage="")
    patch(sandbox, anna, lifecyclestage="lead")

    assert (forward, stage(sandbox, anna)) == ("opportunity", "lead")


def test_batches_and_companies_obey_as_well(sandbox: SandboxClient) -> None:
    anna, velmora = (
        make(sandbox, lifecyclestage="customer"),
        make(sandbox, COMPANIES, name="V", lifecyclestage="customer"),
    )

    for path, record_id in ((CONTACTS, anna), (COMPANIES, velmora)):
        inputs = [{"id": record_id, "properties": {"lifecyclestage": "lead"}}]
        assert sandbox.hubspot("POST", f"{path}/batch/update", {"inputs": inputs}).status == 200

    assert stage(sandbox, anna) == "customer"
    assert values(sandbox, velmora, "lifecyclestage", path=COMPANIES) == ["customer"]


def test_a_portal_may_refuse_a_move_back_or_carry_it_out(sandbox: SandboxClient) -> None:
    anna = make(sandbox, lifecyclestage="customer")

    sandbox.admin("hubspot", "behaviour", lifecycle_backwards="refused")
    refused = patch(sandbox, anna, lifecyclestage="lead")
    sandbox.admin("hubspot", "behaviour", lifecycle_backwards="allowed")
    patch(sandbox, anna, lifecyclestage="lead")

    assert refused.status == 400
    assert refused.json()["errors"][0]["context"] == {"propertyName": ["lifecyclestage"]}
    assert stage(sandbox, anna) == "lead"


def test_a_person_moves_it_any_way_but_a_form_does_not(sandbox: SandboxClient) -> None:
    anna = make(sandbox, lifecyclestage="customer")

    back = {"object": "contacts", "id": anna, "properties": {"lifecyclestage": "lead"}}
    sandbox.admin("hubspot", "edit", **back, source="FORM")
    after_form = stage(sandbox, anna)
    sandbox.admin("hubspot", "edit", **back, by="Mark")

    assert (after_form, stage(sandbox, anna)) == ("customer", "lead")


def test_custom_stages_with_numbers_as_names_stand_where_the_portal_puts_them(sandbox: SandboxClient) -> None:
    [pipeline] = sandbox.hubspot("GET", "/crm/v3/pipelines/contacts").json()["results"]
    path = f"/crm/v3/pipelines/contacts/{pipeline['id']}/stages"
    nurtured = sandbox.hubspot("POST", path, {"label": "Nurtured", "displayOrder": 1, "metadata": {}}).json()["id"]
    anna = make(sandbox, lifecyclestage=nurtured)

    patch(sandbox, anna, lifecyclestage="lead")
    before = stage(sandbox, anna)
    patch(sandbox, anna, lifecyclestage="marketingqualifiedlead")

    assert nurtured.isdecimal()
    assert (before, stage(sandbox, anna)) == (nurtured, "marketingqualifiedlead")


@pytest.mark.parametrize("body", [{"lifecycle_backwards": "no"}, {"merge_id": "new"}, {"bump_unchanged": "new"}])
def test_a_switch_that_is_none_is_refused(sandbox: SandboxClient, body: dict[str, str]) -> None:
    answer = control(sandbox, "behaviour", **body)

    assert answer.status == 400
    assert "lifecycle_backwards: ignored, refused, allowed" in answer.json()["error"]


def test_switches_are_shown_and_taken_back_by_a_reset(sandbox: SandboxClient) -> None:
    sandbox.admin("hubspot", "behaviour", merge_ids="primary", bump_unchanged=False)
    switched = sandbox.look("hubspot", "behaviour")

    sandbox.admin("hubspot", "reset")

    assert (switched["merge_ids"], switched["bump_unchanged"]) == ("primary", False)
    assert sandbox.look("hubspot", "behaviour") == {
        "merge_ids": "new", "merged_in_batch": "vanish", "lifecycle_backwards": "ignored", "bump_unchanged": True,
    }  # fmt: skip


def test_a_portal_may_leave_the_date_of_last_change_alone_when_nothing_changes(sandbox: SandboxClient) -> None:
    anna = make(sandbox, city="Linz")
    made = values(sandbox, anna, "lastmodifieddate")

    sandbox.admin("hubspot", "clock", advance=5)
    sandbox.admin("hubspot", "behaviour", bump_unchanged=False)
    patch(sandbox, anna, city="Linz")
    left_alone = values(sandbox, anna, "lastmodifieddate")
    patch(sandbox, anna, city="Graz")

    assert left_alone == made
    assert values(sandbox, anna, "lastmodifieddate") > made
