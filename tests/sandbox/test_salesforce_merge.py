"""Merges: what remains of the losers, and where everything that referred to them goes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.salesforce_helper import Http
from tests.sandbox_client import SandboxClient


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    sandbox.admin("salesforce", "clock", set="2026-11-02T09:00:00Z")
    sandbox.admin(
        "salesforce", "fields", object="Contact", fields=[{"name": "Key__c", "externalId": True, "unique": True}]
    )
    return Http(sandbox)


def merge(sandbox: SandboxClient, object_name: str, master: str, *losers: str, **fields: Any) -> None:
    sandbox.admin("salesforce", "merge", object=object_name, master=master, losers=list(losers), fields=fields)


def refused(sandbox: SandboxClient, **body: Any) -> str:
    answer = sandbox.pool.request("POST", f"{sandbox.salesforce_url}/_sandbox/merge", json=body)
    assert answer.status == 400
    return str(answer.json()["error"])


def test_losers_are_in_the_bin_with_their_winner_and_only_query_all_shows_them(
    http: Http, sandbox: SandboxClient
) -> None:
    master, first, second = (http.create("Contact", LastName=name) for name in ("Rita", "Rita R", "R Roux"))

    merge(sandbox, "Contact", master, first, second)

    assert [each["Id"] for each in http.query("SELECT Id FROM Contact")["records"]] == [master]
    rows = http.query("SELECT Id, MasterRecordId FROM Contact WHERE IsDeleted = true", "queryAll")["records"]
    assert {each["Id"]: each["MasterRecordId"] for each in rows} == {first: master, second: master}
    assert http("GET", f"sobjects/Contact/{first}").status == 404


def test_a_write_to_a_loser_is_refused_as_to_any_deleted_record(http: Http, sandbox: SandboxClient) -> None:
    master, loser = http.create("Contact", LastName="Rita"), http.create("Contact", LastName="Roux")
    merge(sandbox, "Contact", master, loser)

    answer = http("PATCH", f"sobjects/Contact/{loser}", {"Phone": "1"})

    assert (answer.status, answer.json()[0]["errorCode"]) == (404, "ENTITY_IS_DELETED")


def test_the_winner_keeps_its_values_but_for_those_chosen_and_its_stamp_moves(
    http: Http, sandbox: SandboxClient
) -> None:
    master = http.create("Contact", LastName="Rita", Title="Buyer")
    loser = http.create("Contact", LastName="Roux", Title="Head", Phone="1", Email="r@acme.example")
    sandbox.admin("salesforce", "clock", advance=60)

    merge(sandbox, "Contact", master, loser, Email="r@acme.example")

    contact = http.read("Contact", master)
    assert (contact["Title"], contact["Phone"], contact["Email"]) == ("Buyer", None, "r@acme.example")
    assert contact["SystemModstamp"] == "2026-11-02T09:01:00.000+0000"


def test_a_losers_external_id_is_free_again_and_the_winner_may_take_it(http: Http, sandbox: SandboxClient) -> None:
    master, loser = http.create("Contact", LastName="Rita"), http.create("Contact", LastName="Roux", Key__c="HS-1")

    merge(sandbox, "Contact", master, loser, Key__c="HS-1")

    assert http("GET", "sobjects/Contact/Key__c/HS-1").json()["Id"] == master


def test_what_referred_to_a_loser_refers_to_the_winner_and_its_stamp_moves(http: Http, sandbox: SandboxClient) -> None:
    master, loser = http.create("Account", Name="Acme"), http.create("Account", Name="Acme Inc")
    contact = http.create("Contact", LastName="Roux", AccountId=loser)
    child = http.create("Account", Name="Acme Lyon", ParentId=loser)
    sandbox.admin("salesforce", "clock", advance=60)

    merge(sandbox, "Account", master, loser)

    moved = http.read("Contact", contact)
    assert (moved["AccountId"], moved["SystemModstamp"]) == (master, "2026-11-02T09:01:00.000+0000")
    assert moved["LastModifiedDate"] == "2026-11-02T09:00:00.000+0000"
    assert http.read("Account", child)["ParentId"] == master


def test_every_object_that_can_refer_to_a_contact_follows(http: Http, sandbox: SandboxClient) -> None:
    known = {item["name"] for item in http("GET", "sobjects").json()["sobjects"]}
    master, loser = http.create("Contact", LastName="Rita"), http.create("Contact", LastName="Roux")
    report = http.create("Contact", LastName="Mark", ReportsToId=loser)
    followers = {("Contact", report, "ReportsToId")}
    if "Task" in known:
        followers.add(("Task", http.create("Task", Subject="Call", WhoId=loser), "WhoId"))
    if "CampaignMember" in known:
        campaign = http.create("Campaign", Name="Fair")
        followers.add(
            ("CampaignMember", http.create("CampaignMember", CampaignId=campaign, ContactId=loser), "ContactId")
        )

    merge(sandbox, "Contact", master, loser)

    assert {http.read(name, each)[field] for name, each, field in followers} == {master}


def test_a_winner_does_not_report_to_itself(http: Http, sandbox: SandboxClient) -> None:
    loser = http.create("Contact", LastName="Roux")
    master = http.create("Contact", LastName="Rita", ReportsToId=loser)

    merge(sandbox, "Contact", master, loser)

    assert http.read("Contact", master)["ReportsToId"] is None


def test_a_winner_may_lose_later_and_the_chain_can_be_followed(http: Http, sandbox: SandboxClient) -> None:
    first, second, third = (http.lead(LastName=name) for name in ("A", "B", "C"))
    merge(sandbox, "Lead", second, first)

    merge(sandbox, "Lead", third, second)

    rows = http.query("SELECT Id, MasterRecordId FROM Lead", "queryAll")["records"]
    assert {each["Id"]: each["MasterRecordId"] for each in rows} == {first: second, second: third, third: None}


def test_the_log_tells_a_merge_from_a_deletion(http: Http, sandbox: SandboxClient) -> None:
    account, other = http.create("Account", Name="Acme"), http.create("Account", Name="Acme Inc")
    contact = http.create("Contact", LastName="Roux", AccountId=other)
    before = sandbox.look("salesforce", "writes")["count"]

    merge(sandbox, "Account", account, other, Site="x")

    writes = sandbox.look("salesforce", "writes")["writes"][before:]
    assert [(each["action"], each["id"], each["fields"]) for each in writes] == [
        ("merge", other, {"MasterRecordId": account}),
        ("update", contact, {"AccountId": account}),
        ("update", account, {"Site": "x"}),
    ]
    assert writes[0]["who"].startswith("user 005")
    assert writes[1]["who"] == "merge"


def test_a_merge_that_cannot_be_changes_nothing(http: Http, sandbox: SandboxClient) -> None:
    master, loser, gone = (http.create("Contact", LastName=name) for name in ("A", "B", "C"))
    http("DELETE", f"sobjects/Contact/{gone}")
    http.create("Contact", LastName="D", Key__c="taken")
    four = [http.create("Contact", LastName="E") for _ in range(3)]
    before = sandbox.look("salesforce", "state")

    assert "ENTITY_IS_DELETED" in refused(sandbox, object="Contact", master=master, losers=[gone])
    assert "1 or 2 losers" in refused(sandbox, object="Contact", master=master, losers=four)
    assert "with itself" in refused(sandbox, object="Contact", master=master, losers=[master])
    assert "INVALID_TYPE" in refused(sandbox, object="User", master=master, losers=[loser])
    taken = refused(sandbox, object="Contact", master=master, losers=[loser], fields={"Key__c": "taken"})
    assert "DUPLICATE_VALUE" in taken
    assert sandbox.look("salesforce", "state") == before
