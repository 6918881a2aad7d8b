"""Activities through both systems, with the shipped mapping: who did what, when, with whom, and never twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from config.environment import Environment
from connectors.base import Connector
from connectors.hubspot import HubSpotConnector
from connectors.salesforce import SalesforceConnector
from crm.record import Ref, Side
from store import models
from tests.connectors.cutting import Cutter, cutting
from tests.sandbox_client import SandboxClient
from wiring import build
from wiring.configuration import load_configuration
from wiring.service import Service

SHIPPED = Path(__file__).resolve().parents[2] / "config"
BUSY, CONNECTED = "9d9162e7-6cf3-4944-bf63-4dff82258764", "f240bbac-87c9-4f6e-bf70-924b57d47db7"
EVENING = "2026-11-02T20:45:12.345Z"
ASSOCIATED = {
    "calls": (194, 182),
    "notes": (202, 190),
    "tasks": (204, 192),
    "meetings": (200, 188),
    "emails": (198, 186),
}


@dataclass
class Office:
    """Both sandboxes with Rita Lang's pair of records: a contact h1 and a Contact s1 of one company."""

    sandbox: SandboxClient
    service: Service
    hubspot: HubSpotConnector
    salesforce: SalesforceConnector

    def sync(self, passes: int = 3) -> None:
        for _ in range(passes):
            self.service.sync()

    def is_quiet(self) -> bool:
        """Whether a further pass writes nothing on either side."""
        before = self.written()
        self.service.sync()
        return self.written() == before

    def written(self) -> tuple[int, int]:
        marketing, sales = (self.sandbox.look(each, "writes")["count"] for each in ("hubspot", "salesforce"))
        return marketing, sales

    def make(self, object_name: str, **fields: Any) -> str:
        return str(getattr(self.salesforce.client.library, object_name).create(fields)["id"])

    def edit(self, object_name: str, record_id: str, **fields: Any) -> None:
        getattr(self.salesforce.client.library, object_name).update(record_id, fields)

    def tasks(self, object_name: str = "Task") -> list[dict[str, Any]]:
        rows = self.sandbox.look("salesforce", "state", object=object_name)[object_name].values()
        return [row for row in rows if not row.get("IsDeleted")]

    def activities(self, object_name: str) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = self.sandbox.look("hubspot", "state", object=object_name).get(
            object_name, {}
        )
        return found

    def enter(self, object_name: str, **properties: str) -> str:
        answer = self.sandbox.hubspot("POST", f"/crm/v3/objects/{object_name}", {"properties": properties})
        assert answer.status == 201, answer.data
        return str(answer.json()["id"])

    def log(self, object_name: str, contacts: list[str], company: str | None = None, **properties: str) -> str:
        """A rep logs an activity with these people in HubSpot."""
        with_contact, with_company = ASSOCIATED[object_name]
        beside = [(each, with_contact) for each in contacts] + ([(company, with_company)] if company else [])
        body = {
            "properties": {"hs_timestamp": EVENING, **properties},
            "associations": [
                {"to": {"id": each}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": kind}]}
                for each, kind in beside
            ],
        }
        answer = self.sandbox.hubspot("POST", f"/crm/v3/objects/{object_name}", body)
        assert answer.status == 201, answer.data
        return str(answer.json()["id"])

    def change(self, object_name: str, record_id: str, **properties: str) -> None:
        path = f"/crm/v3/objects/{object_name}/{record_id}"
        assert self.sandbox.hubspot("PATCH", path, {"properties": properties}).status == 200

    def beside(self, object_name: str, record_id: str) -> list[str]:
        """The contacts of an activity in HubSpot."""
        path = f"/crm/v4/objects/{object_name}/{record_id}/associations/contacts"
        return sorted(str(each["toObjectId"]) for each in self.sandbox.hubspot("GET", path).json()["results"])

    def pair(self, name: str) -> tuple[str, str]:
        """A person in both systems, of Nordlicht."""
        company, account = self.nordlicht
        fields = {"email": f"{name.lower()}@nordlicht.example", "lastname": name, "associatedcompanyid": company}
        h = self.enter("contacts", **fields)
        s = self.make("Contact", LastName=name, Email=f"{name.lower()}@nordlicht.example", AccountId=account)
        return h, s

    @property
    def nordlicht(self) -> tuple[str, str]:
        (company,) = self.activities("companies")
        (account,) = (row["Id"] for row in self.tasks("Account"))
        return company, account

    def rita(self) -> tuple[str, str]:
        """Rita's id as an owner in HubSpot, and as a user in Salesforce."""
        rep = models.Rep.objects.filter(sales__isnull=False, marketing__isnull=False, is_active=True).order_by("id")[0]
        assert rep.marketing
        assert rep.sales
        return rep.marketing, rep.sales


@pytest.fixture
def cutter(sandbox: SandboxClient) -> Iterator[Cutter]:
    with cutting(sandbox.hubspot_url) as cutter:
        yield cutter


Open = Callable[..., Office]


@pytest.fixture
def open_office(sandbox: SandboxClient, cutter: Cutter, tmp_path: Path, db: None) -> Open:
    """Opens the office; `replaced` are words of the shipped mapping and what stands there instead."""
    sandbox.admin("hubspot", "seed", people=0)

    def open_it(replaced: dict[str, str] | None = None) -> Office:
        text = (SHIPPED / "mapping.yaml").read_text(encoding="utf-8")
        for old, new in (replaced or {}).items():
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "mapping.yaml").write_text(text, encoding="utf-8")
        (tmp_path / "rules.yaml").write_text("version: 1\nrules: []\n", encoding="utf-8")
        return opened(sandbox, cutter, tmp_path)

    return open_it


@pytest.fixture
def office(open_office: Open) -> Office:
    return open_office()


def opened(sandbox: SandboxClient, cutter: Cutter, directory: Path) -> Office:
    sleep: Callable[[float], None] = lambda seconds: None  # noqa: E731
    hubspot = HubSpotConnector(cutter.url, "pat-otto", sleep=sleep)
    salesforce = SalesforceConnector(sandbox.salesforce_url, "00Dtoken", sleep=sleep)
    settings = Environment(data_dir=directory / "var", config_dir=directory)
    configuration = load_configuration(directory, everybody=True)
    connectors: dict[Side, Connector] = {Side.MARKETING: hubspot, Side.SALES: salesforce}
    service = build(settings, connectors=connectors, configuration=configuration)
    service.set_up(service.setup_steps())
    office = Office(sandbox, service, hubspot, salesforce)
    office.enter("companies", name="Nordlicht", domain="nordlicht.example")
    office.make("Account", Name="Nordlicht", Website="https://nordlicht.example")
    return office


def test_a_call_logged_in_hubspot_is_the_reps_task_with_its_time_of_day(office: Office) -> None:
    h1, s1 = office.pair("Ann")
    office.sync(2)
    owner, user = office.rita()
    title, body = "Ann_about_the_offer." * 20, "<p>Wants it <b>soon</b></p>"
    call = office.log("calls", [h1], office.nordlicht[0], hs_call_title=title, hs_call_body=body,
                      hs_call_direction="OUTBOUND", hs_call_duration="61500", hs_call_disposition=CONNECTED,
                      hubspot_owner_id=owner)  # fmt: skip

    office.sync()

    (task,) = office.tasks()
    expected = {
        "TaskSubtype": "Call", "Status": "Completed", "WhoId": s1, "WhatId": office.nordlicht[1], "OwnerId": user,
        "Subject": title[:255], "Description": f"{title}\n\nWants it soon", "CallType": "Outbound",
        "CallDurationInSeconds": 62, "CallDisposition": "Connected", "ActivityDate": "2026-11-02",
        "Entente_Occurred_At__c": "2026-11-02T20:45:12.000+0000", "Entente_Key__c": f"hubspot:calls:{call}",
    }  # fmt: skip
    assert {name: task.get(name) for name in expected} == expected
    assert office.is_quiet()
    assert list(office.activities("calls")) == [call]
    assert office.activities("calls")[call]["hs_call_title"] == title


def test_an_edit_on_either_side_reaches_the_other(office: Office) -> None:
    h1, _ = office.pair("Ann")
    call = office.log("calls", [h1], hs_call_title="Intro", hs_call_disposition=CONNECTED)
    office.sync()
    task = office.tasks()[0]["Id"]

    office.edit("Task", task, CallDisposition="Busy")
    office.change("calls", call, hs_timestamp="2026-11-02T21:00:00Z")
    office.sync(2)

    assert office.activities("calls")[call]["hs_call_disposition"] == BUSY
    assert office.tasks()[0]["Entente_Occurred_At__c"] == "2026-11-02T21:00:00.000+0000"
    assert office.is_quiet()


def test_a_calls_direction_and_duration_follow_on_both_sides(office: Office) -> None:
    h1, s1 = office.pair("Ann")
    office.sync(1)
    task = office.make("Task", Subject="Intro", TaskSubtype="Call", Status="Completed", WhoId=s1, CallType="Inbound",
                       CallDurationInSeconds=90)  # fmt: skip
    call = office.log("calls", [h1], hs_call_title="Offer", hs_call_direction="INBOUND", hs_call_duration="60000")
    office.sync(2)
    [intro] = [each for each in office.activities("calls").values() if each["hs_call_title"] == "Intro"]
    assert (intro["hs_call_direction"], intro["hs_call_duration"]) == ("INBOUND", "90000")

    office.edit("Task", task, CallType="Outbound", CallDurationInSeconds=120)
    office.change("calls", call, hs_call_direction="OUTBOUND", hs_call_duration="30000")
    office.sync(2)

    intro, _ = sorted(office.activities("calls").values(), key=lambda each: each["hs_call_title"])
    assert (intro["hs_call_direction"], intro["hs_call_duration"]) == ("OUTBOUND", "120000")
    shown = {each["Subject"]: (each["CallType"], each["CallDurationInSeconds"]) for each in office.tasks()}
    assert shown == {"Intro": ("Outbound", 120), "Offer": ("Outbound", 30)}
    assert office.is_quiet()


def test_how_a_meeting_went_and_how_long_it_was_are_the_same_on_both_sides(
    open_office: Open, sandbox: SandboxClient
) -> None:
    """Otto makes the field on Activity and takes the line of the shipped mapping in."""
    outcomes = ["Scheduled", "Completed", "Rescheduled", "No show", "Canceled"]
    field = {"name": "Meeting_Outcome__c", "type": "picklist", "picklistValues": outcomes}
    sandbox.admin("salesforce", "fields", object="Activity", fields=[field])
    office = open_office({"# meeting_outcome:": "meeting_outcome:"})
    h1, _ = office.pair("Ann")
    office.sync(1)
    times = {"hs_meeting_start_time": "2026-12-02T20:15:00Z", "hs_meeting_end_time": "2026-12-02T21:00:00Z"}

    meeting = office.log("meetings", [h1], hs_meeting_title="Demo", hs_meeting_outcome="SCHEDULED", **times)
    office.sync()
    [event] = office.tasks("Event")
    assert (event["Meeting_Outcome__c"], event["DurationInMinutes"]) == ("Scheduled", 45)

    office.edit("Event", event["Id"], Meeting_Outcome__c="No show", DurationInMinutes=60)
    office.sync(2)
    shown = office.activities("meetings")[meeting]
    assert (shown["hs_meeting_outcome"], shown["hs_meeting_end_time"]) == ("NO_SHOW", "2026-12-02T21:15:00Z")

    office.change("meetings", meeting, hs_meeting_outcome="COMPLETED")
    office.sync(2)
    assert office.tasks("Event")[0]["Meeting_Outcome__c"] == "Completed"
    assert office.is_quiet()


def test_told_five_times_and_read_anew_it_stays_one_task(office: Office) -> None:
    h1, _ = office.pair("Ann")
    call = office.log("calls", [h1], hs_call_title="Intro")
    task = Ref("salesforce", "Task", "?")

    for _ in range(5):
        office.service.records.touch("activity", [Ref("hubspot", "calls", call)])
        office.service.sync()
    task = Ref("salesforce", "Task", office.tasks()[0]["Id"])
    models.Link.objects.filter(object="activity").delete()
    office.service.records.touch_all("activity")
    office.sync()

    assert (len(office.tasks()), len(office.activities("calls"))) == (1, 1)
    link = models.Link.objects.get(object="activity")
    assert (link.marketing, link.sales) == (f"hubspot:calls:{call}", str(task))
    assert office.is_quiet()


def test_an_activity_waits_for_its_person_and_is_then_linked(open_office: Open) -> None:
    office = open_office({"create_in_sales: lead": "create_in_sales: null"})
    h1 = office.enter("contacts", email="eve@nordlicht.example", lastname="Eve")
    office.log("calls", [h1], hs_call_title="Intro")
    office.sync(2)
    waiting = list(models.Held.objects.filter(object="activity").values_list("field", "code"))
    before = office.tasks()

    s1 = office.make("Contact", LastName="Eve", Email="eve@nordlicht.example", AccountId=office.nordlicht[1])
    office.sync()

    assert (waiting, before) == ([("contacts", "parent")], [])
    assert [task["WhoId"] for task in office.tasks()] == [s1]
    assert not models.Held.objects.filter(object="activity", code="parent").exists()


@pytest.mark.parametrize("is_shared", [False, True], ids=["first of them", "shared"])
def test_several_people(open_office: Open, sandbox: SandboxClient, is_shared: bool) -> None:
    sandbox.admin("salesforce", "activities", shared=is_shared)
    office = open_office({"sales: WhoId,": "sales: WhoIds,"} if is_shared else None)
    pairs = [office.pair(name) for name in ("Ann", "Bob", "Eve")]
    office.log("calls", [h for h, _ in pairs], hs_call_title="Intro")

    office.sync()

    (task,) = office.tasks()
    everybody = {s for _, s in pairs}
    assert task["WhoId"] in everybody
    if is_shared:
        assert {row["RelationId"] for row in office.tasks("TaskRelation") if not row.get("IsWhat")} == everybody
    assert office.is_quiet()


def test_a_merge_in_sales_moves_the_activities_once(office: Office, sandbox: SandboxClient) -> None:
    (h1, s1), (h2, s2) = office.pair("Ann"), office.pair("Anna")
    calls = {h: office.log("calls", [h], hs_call_title="Intro") for h in (h1, h2)}
    office.sync()

    sandbox.admin("salesforce", "merge", object="Contact", master=s1, losers=[s2])
    office.sync()

    assert [task["WhoId"] for task in office.tasks()] == [s1, s1]
    assert [office.beside("calls", call) for call in calls.values()] == [[h1], [h1]]
    assert office.is_quiet()


def test_a_merge_in_hubspot_takes_nobody_from_an_activity(office: Office) -> None:
    (h1, s1), (h2, s2) = office.pair("Ann"), office.pair("Anna")
    calls = {s: office.log("calls", [h], hs_call_title=s) for h, s in ((h1, s1), (h2, s2))}
    office.sync()

    body = {"primaryObjectId": h1, "objectIdToMerge": h2}
    assert office.sandbox.hubspot("POST", "/crm/v3/objects/contacts/merge", body).status == 200
    for call in calls.values():
        office.change("calls", call, hs_call_body="seen")
    office.sync()

    assert {task["WhoId"] for task in office.tasks()} <= {s1, s2}
    assert len(office.activities("calls")) == len(office.tasks()) == 2
    assert office.is_quiet()


def test_a_converted_lead_keeps_its_activities_once(office: Office, sandbox: SandboxClient) -> None:
    h1 = office.enter("contacts", email="eve@nordlicht.example", lastname="Eve", company="Nordlicht")
    office.sync(1)
    (lead,) = office.tasks("Lead")
    office.log("calls", [h1], office.nordlicht[0], hs_call_title="Intro")
    office.sync()

    sandbox.admin("salesforce", "convert", lead=lead["Id"])
    office.sync(4)

    (task,) = office.tasks()
    (contact,) = office.tasks("Contact")
    assert task["WhoId"] == contact["Id"]
    assert len(office.activities("calls")) == 1
    assert office.is_quiet()


def test_what_reps_do_in_salesforce_is_in_hubspot_with_them_and_their_people(office: Office) -> None:
    h1, s1 = office.pair("Ann")
    office.sync(1)
    owner, user = office.rita()
    about = {"WhoId": s1, "OwnerId": user}
    office.make("Task", Subject="Intro", TaskSubtype="Call", Status="Completed", CallDurationInSeconds=90, **about)
    office.make("Task", Subject="Offer", TaskSubtype="Email", Status="Completed", Description="secret", **about)
    office.make("Task", Subject="Write", Status="Not Started", ActivityDate="2026-12-01", Priority="High", **about)
    office.make("Event", Subject="Demo", StartDateTime="2026-12-02T20:15:00Z", DurationInMinutes=45, **about)
    office.make("Task", Subject="Remind", Entente_Key__c="entente:gap:1", **about)

    office.sync()

    made = {name: list(office.activities(name).values()) for name in ASSOCIATED}
    assert {name: len(rows) for name, rows in made.items()} == {
        "calls": 1, "emails": 1, "tasks": 1, "meetings": 1, "notes": 0
    }  # fmt: skip
    assert {row[0]["hubspot_owner_id"] for row in made.values() if row} == {owner}
    assert made["calls"][0]["hs_timestamp"][:16] == office.tasks()[0]["CompletedDateTime"][:16]
    assert (made["calls"][0]["hs_call_duration"], made["tasks"][0]["hs_timestamp"]) == ("90000", "2026-12-01T12:00:00Z")
    assert (made["meetings"][0]["hs_meeting_start_time"], made["meetings"][0]["hs_meeting_end_time"]) == (
        "2026-12-02T20:15:00Z", "2026-12-02T21:00:00Z"
    )  # fmt: skip
    assert "hs_email_html" not in made["emails"][0]
    assert [office.beside("calls", call) for call in office.activities("calls")] == [[h1]]
    assert office.is_quiet()


def test_an_unanswered_create_is_found_again_and_not_repeated(
    office: Office, cutter: Cutter, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, s1 = office.pair("Ann")
    office.sync(1)
    for subject in ("Intro", "Again"):
        office.make("Task", Subject=subject, TaskSubtype="Call", Status="Completed", WhoId=s1)
    batch = office.hubspot.client.api.batch

    def lose(*arguments: Any, **options: Any) -> Any:
        cutter.after = 1
        return type(batch).create(batch, *arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr(batch, "create", lose)
        office.service.sync()
    lost = models.Intent.objects.filter(state="unknown", target=None).count()
    office.sync()

    assert lost == 2
    assert sorted(call["hs_call_title"] for call in office.activities("calls").values()) == ["Again", "Intro"]
    assert len(office.tasks()) == models.Link.objects.filter(object="activity").count() == 2
    assert office.is_quiet()
