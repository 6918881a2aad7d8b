"""Associations of many records, labels of the portal's own, and the old v3 calls."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hubspot.crm import AssociationType

from tests.sandbox.hubspot_helper import OBJECTS, joined, make, official
from tests.sandbox_client import SandboxClient

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "recorded" / "hubspot_errors"
V4 = "/crm/v4/associations/contacts/companies"
V3 = "/crm/v3/associations/contacts/companies"
PLAIN = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 279}


@pytest.fixture
def pair(sandbox: SandboxClient) -> tuple[str, str]:
    return make(sandbox, "contacts", {}), make(sandbox, "companies", {"name": "Velmora"})


def ends(contact: str, company: str) -> dict[str, Any]:
    return {"from": {"id": contact}, "to": {"id": company}}


def test_the_official_client_joins_reads_and_parts_in_batches(sandbox: SandboxClient, pair: tuple[str, str]) -> None:
    api = official(sandbox).crm.associations.v4.batch_api
    other = make(sandbox, "contacts", {})
    inputs = [ends(each, pair[1]) for each in (pair[0], other)]

    default = api.create_default("contacts", "companies", {"inputs": inputs[:1]})
    made = api.create("contacts", "companies", {"inputs": [each | {"types": [PLAIN]} for each in inputs]})
    read = api.get_page("contacts", "companies", {"inputs": [{"id": pair[0]}, {"id": other}]})
    api.archive("contacts", "companies", {"inputs": [{"from": {"id": pair[0]}, "to": [{"id": pair[1]}]}]})

    assert [each.association_spec.association_type_id for each in default.results] == [279, 280]
    assert [(each.from_object_type_id, each.labels) for each in made.results] == [("0-1", []), ("0-1", [])]
    assert [each._from.id for each in read.results] == [pair[0], other]
    assert [each.type_id for each in read.results[0].to[0].association_types] == [1, 279]
    assert joined(sandbox, "companies", pair[1], "contacts") == {other: [2, 280]}


def test_the_company_id_in_a_batch_read_is_a_number_in_every_version(
    sandbox: SandboxClient, pair: tuple[str, str]
) -> None:
    paths = [V4, *(f"/crm/associations/{version}/contact/0-2" for version in ("2026-03", "2026-09"))]
    sandbox.hubspot("POST", f"{paths[2]}/batch/associate/default", {"inputs": [ends(*pair)]})

    for path in paths:
        body = sandbox.hubspot("POST", f"{path}/batch/read/", {"inputs": [{"id": pair[0]}]}).json()
        assert body["results"][0]["from"] == {"id": pair[0]}
        assert [each["toObjectId"] for each in body["results"][0]["to"]] == [int(pair[1])]


def test_a_record_without_associations_is_an_error_of_a_207_as_recorded(
    sandbox: SandboxClient, pair: tuple[str, str]
) -> None:
    answers = [sandbox.hubspot("POST", f"{path}/batch/read", {"inputs": [{"id": pair[0]}]}) for path in (V4, V3)]
    recorded = RECORDED / "207_partial_with_results.json"

    for answer in answers:
        body = answer.json()
        assert (answer.status, body["numErrors"]) == (207, 1)
        assert body["errors"][0]["message"] == f"No company is associated with contact {pair[0]}."
        if recorded.exists():
            theirs = json.loads(recorded.read_text())["body"]
            assert body["errors"][0].keys() == theirs["errors"][0].keys()
            assert body["errors"][0]["context"].keys() == theirs["errors"][0]["context"].keys()
            assert body["errors"][0]["subCategory"] == theirs["errors"][0]["subCategory"]


def test_records_that_are_not_there_are_errors_of_a_207_as_recorded(sandbox: SandboxClient) -> None:
    recorded = RECORDED / "207_assoc_two_errors.json"
    if not recorded.exists():
        pytest.skip("the recorded bodies are not here")
    theirs = json.loads(recorded.read_text())["body"]
    ids = [each["context"]["id"][0] for each in theirs["errors"]]

    answer = sandbox.hubspot("POST", f"{V3}/batch/create", {"inputs": [ends(*ids) | {"type": "contact_to_company"}]})

    body = answer.json()
    assert answer.status == 207
    assert body["errors"] == theirs["errors"]
    assert body.keys() == theirs.keys()


@pytest.mark.parametrize(
    ("path", "number"), [("batch/read", 1_001), ("batch/create", 2_001), ("batch/associate/default", 2_001)]
)
def test_a_batch_of_associations_has_a_size(sandbox: SandboxClient, path: str, number: int) -> None:
    each = {"id": "1"} | ends("1", "2") | {"types": [PLAIN]}

    refused = sandbox.hubspot("POST", f"{V4}/{path}", {"inputs": [each] * number})
    allowed = sandbox.hubspot("POST", f"{V4}/{path}", {"inputs": [each] * (number - 1)})

    assert refused.status == 400
    assert str(number - 1) in refused.json()["message"]
    assert allowed.status == 207


@pytest.mark.parametrize("inputs", [None, "x", [3], [{}], [{"id": []}], [{"id": "1", "after": "x"}]])
def test_a_batch_that_cannot_be_read_is_refused(sandbox: SandboxClient, inputs: Any) -> None:
    assert sandbox.hubspot("POST", f"{V4}/batch/read", {"inputs": inputs}).status == 400


def test_a_label_joins_with_the_plain_type_and_can_be_taken_away_alone(
    sandbox: SandboxClient, pair: tuple[str, str]
) -> None:
    crm = official(sandbox).crm.associations.v4
    definitions = {"label": "Decision maker", "name": "decision_maker", "inverseLabel": "Decided by"}
    made = crm.schema.definitions_api.create("contacts", "companies", definitions).results
    label = {"associationCategory": "USER_DEFINED", "associationTypeId": made[0].type_id}

    answer = crm.basic_api.create("contacts", pair[0], "companies", pair[1], [label])
    labelled = joined(sandbox, "contacts", pair[0], "companies")
    back = sandbox.hubspot("GET", f"/crm/v4/objects/companies/{pair[1]}/associations/contacts").json()
    crm.batch_api.archive_labels("contacts", "companies", {"inputs": [ends(*pair) | {"types": [label]}]})

    assert [each.label for each in made] == ["Decision maker", "Decided by"]
    assert answer.labels == ["Decision maker"]
    assert labelled == {pair[1]: [1, made[0].type_id, 279]}
    assert "Decided by" in [each["label"] for each in back["results"][0]["associationTypes"]]
    assert joined(sandbox, "contacts", pair[0], "companies") == {pair[1]: [1, 279]}


def test_without_the_plain_type_the_labels_are_gone_as_well(sandbox: SandboxClient, pair: tuple[str, str]) -> None:
    sandbox.hubspot("PUT", f"/crm/v4/objects/contacts/{pair[0]}/associations/default/companies/{pair[1]}")

    sandbox.hubspot("POST", f"{V4}/batch/labels/archive", {"inputs": [ends(*pair) | {"types": [PLAIN]}]})

    assert joined(sandbox, "contacts", pair[0], "companies") == {}


def test_labels_are_listed_renamed_and_deleted(sandbox: SandboxClient, pair: tuple[str, str]) -> None:
    api = official(sandbox).crm.associations.v4.schema.definitions_api
    label = api.create("contacts", "companies", {"label": "Payer", "name": "payer"}).results[0]
    spec = {"associationCategory": "USER_DEFINED", "associationTypeId": label.type_id}
    sandbox.hubspot("PUT", f"/crm/v4/objects/contacts/{pair[0]}/associations/companies/{pair[1]}", [spec])

    api.update("contacts", "companies", {"associationTypeId": label.type_id, "label": "Pays"})
    renamed = {each.label for each in api.get_all("contacts", "companies").results}
    again = sandbox.hubspot("POST", f"{V4}/labels", {"label": "Pays", "name": "pays"})
    api.remove("contacts", "companies", label.type_id)

    assert renamed == {"Primary", None, "Pays"}
    assert again.status == 409
    assert joined(sandbox, "contacts", pair[0], "companies") == {pair[1]: [1, 279]}
    assert sandbox.hubspot("DELETE", f"{V4}/labels/279").status == 404


def test_every_type_that_the_official_client_names_joins_its_objects(sandbox: SandboxClient) -> None:
    words = {
        "CONTACT": "contacts", "COMPANY": "companies", "DEAL": "deals", "TICKET": "tickets", "CALL": "calls",
        "EMAIL": "emails", "MEETING": "meetings", "NOTE": "notes", "TASK": "tasks", "LINE_ITEM": "line_items",
        "QUOTE": "quotes", "FEEDBACK_SUBMISSION": "feedback_submissions", "POSTAL_MAIL": "postal_mail",
    }  # fmt: skip
    wanted: dict[tuple[str, str], set[int]] = {}
    for name, type_id in vars(AssociationType).items():
        start, _, end = name.removeprefix("PRIMARY_").partition("_TO_")
        if start in words and end in words:
            wanted.setdefault((words[start], words[end]), set()).add(type_id)

    assert len(wanted) > 50
    for (start, end), ids in wanted.items():
        listed = sandbox.hubspot("GET", f"/crm/v4/associations/{start}/{end}/labels").json()["results"]
        assert ids <= {each["typeId"] for each in listed}, (start, end)


def test_the_official_client_uses_the_v3_calls(sandbox: SandboxClient, pair: tuple[str, str]) -> None:
    crm = official(sandbox).crm.associations
    inputs = {"inputs": [ends(*pair) | {"type": "contact_to_company_unlabeled"}]}

    made = crm.batch_api.create("contacts", "companies", inputs)
    read = crm.batch_api.read("Contacts", "Companies", {"inputs": [{"id": pair[0]}]})
    types = crm.schema.types_api.get_all("contacts", "companies").results
    listed = sandbox.hubspot("GET", f"{OBJECTS}/contacts/{pair[0]}/associations/companies").json()
    crm.batch_api.archive("contacts", "companies", inputs)

    assert made.results[0].type == "contact_to_company_unlabeled"
    shown = [(each.id, each.type) for each in read.results[0].to]
    assert shown == [(pair[1], "contact_to_company"), (pair[1], "contact_to_company_unlabeled")]
    assert {each.name: each.id for each in types} == {"contact_to_company": "1", "contact_to_company_unlabeled": "279"}
    assert listed["results"] == [{"id": each, "type": type_} for each, type_ in shown]
    assert joined(sandbox, "contacts", pair[0], "companies") == {}


def test_v3_joins_and_parts_one_pair_by_the_name_of_a_type(sandbox: SandboxClient, pair: tuple[str, str]) -> None:
    path = f"{OBJECTS}/contacts/{pair[0]}/associations/companies/{pair[1]}"

    put = sandbox.hubspot("PUT", f"{path}/contact_to_company")
    wrong = sandbox.hubspot("PUT", f"{path}/contact_to_moon")
    gone = sandbox.hubspot("DELETE", f"{path}/279")

    assert put.json()["associations"]["companies"]["results"][0] == {"id": pair[1], "type": "contact_to_company"}
    assert (wrong.status, gone.status) == (400, 204)
    assert joined(sandbox, "contacts", pair[0], "companies") == {}
