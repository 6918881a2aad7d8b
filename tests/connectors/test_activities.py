"""Activities through both connectors: what is read of them, and what a create without a key must keep."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connectors.base import Create, NoAnswer, Refused, Shown, Unknown, Update
from connectors.hubspot import HubSpotConnector
from connectors.salesforce import SalesforceConnector
from connectors.salesforce.activities import OCCURRED_FIELD
from crm.record import Ref, Side, Value
from tests.connectors.contract import shown
from tests.connectors.cutting import Cutter, cutting
from tests.sandbox_client import SandboxClient

EVENING = datetime(2026, 11, 2, 20, 45, 12, 345000, tzinfo=UTC)
CALL_FIELDS = ["hs_call_title", "hs_timestamp", "hubspot_owner_id"]


@pytest.fixture
def cutter(sandbox: SandboxClient) -> Iterator[Cutter]:
    with cutting(sandbox.hubspot_url) as cutter:
        yield cutter


def contact(sandbox: SandboxClient, email: str = "ann@nordlicht.example") -> str:
    body = {"properties": {"email": email, "lastname": "Lang"}}
    return str(sandbox.hubspot("POST", "/crm/v3/objects/contacts", body).json()["id"])


def call(contact_id: str, key: str = "salesforce:Task:00T1", **fields: Value) -> Create:
    whole: dict[str, Value] = {
        "hs_call_title": "Intro",
        "hs_timestamp": EVENING,
        "associations.contacts": frozenset({contact_id}),
    }
    return Create(Side.MARKETING, "calls", key, {**whole, **fields})


def with_people(create: Create, *ids: str) -> Create:
    return replace(create, fields={**create.fields, "associations.contacts": frozenset(ids)})


class TestHubSpot:
    @pytest.fixture
    def hubspot(self, sandbox: SandboxClient) -> HubSpotConnector:
        return HubSpotConnector(sandbox.hubspot_url, "pat-otto", sleep=lambda seconds: None)

    def test_a_new_activity_belongs_to_its_people_from_the_start(
        self, sandbox: SandboxClient, hubspot: HubSpotConnector
    ) -> None:
        ann, bob = contact(sandbox), contact(sandbox, "bob@nordlicht.example")
        create = with_people(call(ann), ann, bob)

        (answer,) = hubspot.write_many("calls", [create], CALL_FIELDS)

        made = shown(answer)
        assert made.fields["hs_call_title"] == "Intro"
        path = f"/crm/v4/objects/calls/{made.ref.id}/associations/contacts"
        assert {str(each["toObjectId"]) for each in sandbox.hubspot("GET", path).json()["results"]} == {ann, bob}

    def test_one_bad_activity_in_a_batch_leaves_the_others_alone(
        self, sandbox: SandboxClient, hubspot: HubSpotConnector
    ) -> None:
        ann = contact(sandbox)
        writes = [call(ann, "a"), call(ann, "b", hs_call_disposition="no such outcome"), call(ann, "c")]

        answers = hubspot.write_many("calls", writes, CALL_FIELDS)

        assert [type(each) for each in answers] == [Shown, Refused, Shown]
        assert len(sandbox.look("hubspot", "state", object="calls")["calls"]) == 2

    def test_a_create_without_an_answer_is_sent_once_and_found_by_whom_it_belongs_to(
        self, sandbox: SandboxClient, cutter: Cutter
    ) -> None:
        ann = contact(sandbox)
        hubspot = HubSpotConnector(cutter.url, "pat-otto", sleep=lambda seconds: None)
        cutter.after = 1

        (answer,) = hubspot.write_many("calls", [call(ann)], CALL_FIELDS)

        found = hubspot.find_made("calls", [call(ann), call(ann, hs_call_title="Another")], CALL_FIELDS)
        assert isinstance(answer, Unknown)
        assert [len(found[position]) for position in (0, 1)] == [1, 0]
        assert len(sandbox.look("hubspot", "state", object="calls")["calls"]) == 1

    def test_a_meeting_says_twice_when_it_starts(self, sandbox: SandboxClient, hubspot: HubSpotConnector) -> None:
        fields: dict[str, Value] = {"hs_meeting_title": "Demo", "hs_meeting_start_time": EVENING}
        (answer,) = hubspot.write_many("meetings", [Create(Side.MARKETING, "meetings", "k", fields)], [])
        later = EVENING.replace(day=3)

        move = Update(Side.MARKETING, shown(answer).ref, {"hs_meeting_start_time": later})
        hubspot.write_many("meetings", [move], [])

        (meeting,) = sandbox.look("hubspot", "state", object="meetings")["meetings"].values()
        assert meeting["hs_timestamp"] == meeting["hs_meeting_start_time"] == "2026-11-03T20:45:12.345Z"


class TestSalesforce:
    @pytest.fixture
    def salesforce(self, sandbox: SandboxClient) -> SalesforceConnector:
        connector = SalesforceConnector(sandbox.salesforce_url, "00Dtoken", sleep=lambda seconds: None)
        connector.set_up(connector.setup_steps(["Task", "Event"]))
        return connector

    def make(self, salesforce: SalesforceConnector, object_name: str, **fields: Value) -> Ref:
        sobject = getattr(salesforce.client.library, object_name)
        return Ref("salesforce", object_name, sobject.create(fields)["id"])

    def person(self, salesforce: SalesforceConnector) -> tuple[str, str, str]:
        """An account, a contact of it, and a lead."""
        account = self.make(salesforce, "Account", Name="Nordlicht").id
        contact_ref = self.make(salesforce, "Contact", LastName="Lang", AccountId=account)
        return account, contact_ref.id, self.make(salesforce, "Lead", LastName="Lutz", Company="Lutz AG").id

    def write(self, salesforce: SalesforceConnector, key: str, **fields: Value) -> Shown:
        create = Create(Side.SALES, "Task", key, {"Subject": "Intro", **fields})
        (answer,) = salesforce.write_many("Task", [create], ["Subject", "WhoId", "WhatAccountId", OCCURRED_FIELD])
        assert isinstance(answer, Shown), answer
        return answer

    def test_setup_gives_tasks_and_events_a_key_and_a_time_of_day(self, salesforce: SalesforceConnector) -> None:
        assert salesforce.setup_steps(["Task", "Event"]) == []

        made = self.write(salesforce, "hubspot:calls:1", **{OCCURRED_FIELD: EVENING}).record
        again = self.write(salesforce, "hubspot:calls:1", **{OCCURRED_FIELD: EVENING}).record

        assert made.ref == again.ref
        assert str(made.fields[OCCURRED_FIELD]).startswith("2026-11-02T20:45:12")

    def test_an_activity_is_with_its_person_and_about_the_account(self, salesforce: SalesforceConnector) -> None:
        account, ann, lead = self.person(salesforce)

        with_contact = self.write(salesforce, "a", WhoId=frozenset({ann}), WhatAccountId=account).record
        with_lead = self.write(salesforce, "b", WhoId=frozenset({lead}), WhatAccountId=account).record

        assert (with_contact.fields["WhoId"], with_contact.fields["WhatAccountId"]) == (ann, account)
        assert (with_lead.fields["WhoId"], with_lead.fields["WhatAccountId"]) == (lead, None)

    def test_an_activity_stays_with_the_person_it_is_with(self, salesforce: SalesforceConnector) -> None:
        account, ann, _ = self.person(salesforce)
        bob = self.make(salesforce, "Contact", LastName="Berg", AccountId=account).id
        task = self.write(salesforce, "a", WhoId=bob).record.ref

        (answer,) = salesforce.write_many("Task", [Update(Side.SALES, task, {"WhoId": frozenset({ann, bob})})], [])

        assert shown(answer).fields["WhoId"] == bob

    def test_what_is_about_an_opportunity_says_nothing_about_an_account(self, salesforce: SalesforceConnector) -> None:
        deal = self.make(salesforce, "Opportunity", Name="New", StageName="Prospecting", CloseDate="2026-12-01").id
        task = self.make(salesforce, "Task", Subject="Offer", WhatId=deal)

        (record,) = salesforce.get_many("Task", [task.id], ["Subject", "WhatAccountId"])

        assert record.fields == {"Subject": "Offer"}
        assert "WhatAccountId" not in salesforce.decode("Task", record.payload).fields

    def test_an_archived_activity_is_still_there(self, salesforce: SalesforceConnector) -> None:
        old = self.make(salesforce, "Task", Subject="old", Status="Completed", ActivityDate="2020-11-01")
        gone = self.make(salesforce, "Task", Subject="gone")
        salesforce.client.library.Task.delete(gone.id)

        records = salesforce.get_many("Task", [old.id, gone.id], ["Subject"])

        assert [record.ref for record in records] == [old]

    def test_everybody_takes_part_where_activities_are_shared(
        self, sandbox: SandboxClient, salesforce: SalesforceConnector
    ) -> None:
        account, ann, _ = self.person(salesforce)
        bob, eve = (self.make(salesforce, "Contact", LastName=name, AccountId=account).id for name in ("Berg", "Engel"))
        sandbox.admin("salesforce", "activities", shared=True)
        create = Create(Side.SALES, "Task", "k", {"Subject": "Demo", "WhoIds": frozenset({ann, bob})})

        made = shown(salesforce.write_many("Task", [create], [])[0])
        update = Update(Side.SALES, made.ref, {"WhoIds": frozenset({bob, eve})})
        changed = shown(salesforce.write_many("Task", [update], [])[0])

        assert set(str(made.fields["WhoIds"]).split(";")) == {ann, bob}
        assert set(str(changed.fields["WhoIds"]).split(";")) == {bob, eve}
        assert salesforce.decode("Task", changed.payload).fields["WhoIds"] == changed.fields["WhoIds"]
        assert "WhoIds" in salesforce.describe("Task")

    def test_an_activity_counts_as_written_once_everybody_takes_part(
        self, sandbox: SandboxClient, salesforce: SalesforceConnector
    ) -> None:
        """Whichever of the calls gets lost: what is not known to be whole is looked at again."""
        account, ann, _ = self.person(salesforce)
        bob = self.make(salesforce, "Contact", LastName="Berg", AccountId=account).id
        sandbox.admin("salesforce", "activities", shared=True)
        with cutting(sandbox.salesforce_url) as cutter:
            far = SalesforceConnector(cutter.url, "00Dtoken", sleep=lambda seconds: None)
            for lost in range(1, 6):
                create = Create(Side.SALES, "Task", f"k{lost}", {"Subject": "Demo", "WhoIds": frozenset({ann, bob})})
                cutter.when = {cutter.requests + lost: lambda: setattr(cutter, "before", 1)}
                with suppress(NoAnswer):
                    (answer,) = far.write_many("Task", [create], [])
                    assert not isinstance(answer, Shown) or set(str(answer.record.fields["WhoIds"]).split(";")) == {
                        ann, bob,
                    }, lost  # fmt: skip
