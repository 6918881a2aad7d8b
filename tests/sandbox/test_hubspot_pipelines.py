"""Pipelines and their stages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.hubspot_helper import DEAL, OBJECTS, make, official
from tests.sandbox_client import SandboxClient

PIPELINES = "/crm/v3/pipelines"
PARTNERS = {
    "label": "Partners",
    "displayOrder": 1,
    "stages": [
        {"label": "Met", "displayOrder": 0, "metadata": {"probability": "0.1"}},
        {"label": "Signed", "displayOrder": 1, "metadata": {"probability": "1.0"}},
    ],
}


def test_the_official_client_reads_the_stages_of_deals(sandbox: SandboxClient) -> None:
    (sales,) = official(sandbox).crm.pipelines.pipelines_api.get_all("deals").results

    assert (sales.id, sales.label) == ("default", "Sales Pipeline")
    assert [each.id for each in sales.stages] == [
        "appointmentscheduled", "qualifiedtobuy", "presentationscheduled", "decisionmakerboughtin", "contractsent",
        "closedwon", "closedlost",
    ]  # fmt: skip
    assert sales.stages[5].metadata == {"isClosed": "true", "probability": "1.0"}


@pytest.mark.parametrize("kind", ["tickets", "contacts", "companies", "0-3", "deal", "leads"])
def test_every_version_shows_the_pipelines_of_an_object(sandbox: SandboxClient, kind: str) -> None:
    paths = [f"{PIPELINES}/{kind}", f"/crm/pipelines/2026-03/{kind}", f"/crm/pipelines/2026-09/{kind}/"]

    answers = [sandbox.hubspot("GET", path).json() for path in paths]

    assert answers[0] == answers[1] == answers[2]
    assert len(answers[0]["results"]) == 1
    assert answers[0]["results"][0]["stages"]


def test_the_lifecycle_stages_are_a_pipeline(sandbox: SandboxClient) -> None:
    (lifecycle,) = sandbox.hubspot("GET", f"{PIPELINES}/contacts").json()["results"]
    options = sandbox.hubspot("GET", "/crm/v3/properties/contacts/lifecyclestage").json()["options"]

    assert [each["id"] for each in lifecycle["stages"]] == [each["value"] for each in options]


def test_the_official_client_makes_changes_and_archives_a_pipeline(sandbox: SandboxClient) -> None:
    crm = official(sandbox).crm
    pipelines, stages = crm.pipelines.pipelines_api, crm.pipelines.pipeline_stages_api

    made = pipelines.create("deals", pipeline_input=PARTNERS)
    pipelines.update("deals", made.id, pipeline_patch_input={"label": "Resellers"})
    added = stages.create(
        "deals", made.id, pipeline_stage_input={"label": "Lost", "displayOrder": 2, "metadata": {"probability": "0.0"}}
    )
    stages.update("deals", made.id, added.id, pipeline_stage_patch_input={"label": "Gone", "metadata": {}})
    stages.archive("deals", made.id, made.stages[0].id)
    read = pipelines.get_by_id("deals", made.id)

    audited = crm.pipelines.pipeline_audits_api.get_audit("deals", made.id).results
    stage = f"{PIPELINES}/deals/{made.id}/stages/{made.stages[1].id}"
    stage_audited = sandbox.hubspot("GET", f"{stage}/audit").json()["results"]

    assert read.label == "Resellers"
    assert {each.action for each in audited} >= {"CREATE"}
    assert [each["action"] for each in stage_audited] == ["CREATE"]
    assert [each.label for each in read.stages] == ["Signed", "Gone"]
    assert read.stages[1].metadata == {"probability": "0.0", "isClosed": "true"}
    assert stages.get_by_id("deals", made.id, added.id).label == "Gone"
    assert [each.label for each in stages.get_all("deals", made.id).results] == ["Signed", "Gone"]
    pipelines.archive("deals", made.id)
    assert [each.id for each in pipelines.get_all("deals").results] == ["default"]


def test_a_new_stage_can_be_used_and_one_in_use_stays(sandbox: SandboxClient) -> None:
    partners = sandbox.hubspot("POST", f"{PIPELINES}/deals", PARTNERS).json()
    met = partners["stages"][0]["id"]

    make(sandbox, "deals", {"dealname": "Reseller", "pipeline": partners["id"], "dealstage": met})

    options = sandbox.hubspot("GET", "/crm/v3/properties/deals/dealstage").json()["options"]
    assert met in [each["value"] for each in options]
    assert sandbox.hubspot("DELETE", f"{PIPELINES}/deals/{partners['id']}/stages/{met}").status == 400
    assert sandbox.hubspot("DELETE", f"{PIPELINES}/deals/{partners['id']}").status == 400


def test_a_stage_of_another_pipeline_is_refused(sandbox: SandboxClient) -> None:
    partners = sandbox.hubspot("POST", f"{PIPELINES}/deals", PARTNERS).json()
    met = partners["stages"][0]["id"]
    deal = make(sandbox, "deals", DEAL)

    refused = sandbox.hubspot("PATCH", f"{OBJECTS}/deals/{deal}", {"properties": {"dealstage": met}})
    both = {"dealstage": met, "pipeline": partners["id"]}
    moved = sandbox.hubspot("PATCH", f"{OBJECTS}/deals/{deal}", {"properties": both})

    assert refused.status == 400
    assert refused.json()["errors"][0]["code"] == "INVALID_OPTION"
    assert moved.status == 200


def test_a_ticket_takes_the_pipeline_of_its_stage(sandbox: SandboxClient) -> None:
    ticket = make(sandbox, "tickets", {"subject": "Help", "hs_pipeline_stage": "2"})

    assert sandbox.hubspot("GET", f"{OBJECTS}/tickets/{ticket}").json()["properties"]["hs_pipeline"] == "0"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"label": "Sales Pipeline", "displayOrder": 1, "stages": []},
        PARTNERS | {"displayOrder": "first"},
        PARTNERS | {"stages": [{"label": "Met", "displayOrder": 0, "metadata": {}}]},
        PARTNERS | {"stages": [{"label": "Met", "displayOrder": 0, "metadata": {"probability": "2"}}]},
        PARTNERS | {"stages": "none"},
    ],
)
def test_a_pipeline_that_does_not_fit_is_refused_and_nothing_is_made(
    sandbox: SandboxClient, body: dict[str, Any]
) -> None:
    assert sandbox.hubspot("POST", f"{PIPELINES}/deals", body).status == 400
    assert len(sandbox.hubspot("GET", f"{PIPELINES}/deals").json()["results"]) == 1


def test_the_old_pipelines_call_shows_times_in_milliseconds(sandbox: SandboxClient) -> None:
    (old,) = sandbox.hubspot("GET", "/crm-pipelines/v1/pipelines/deals").json()["results"]
    (new,) = sandbox.hubspot("GET", f"{PIPELINES}/deals").json()["results"]

    assert (old["pipelineId"], old["label"], old["active"]) == (new["id"], new["label"], True)
    assert [each["stageId"] for each in old["stages"]] == [each["id"] for each in new["stages"]]
    assert isinstance(old["createdAt"], int)


def test_a_pipeline_that_is_not_there_is_not_found(sandbox: SandboxClient) -> None:
    for path in ("deals/nosuch", "deals/default/stages/nosuch", "deals/nosuch/stages"):
        assert sandbox.hubspot("GET", f"{PIPELINES}/{path}").status == 404
