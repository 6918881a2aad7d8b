"""SOQL's larger forms over HTTP and through the real client, beside what the real service was recorded to answer."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from ruamel.yaml import YAML

from tests.sandbox.salesforce_helper import VERSION, Http, client, recorded
from tests.sandbox_client import SandboxClient

CASSETTES = "cumulusci/tasks/bulkdata/tests/cassettes"


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    """A quarter to one in the morning of Tuesday 3 November 2026 in Paris, still Monday by UTC."""
    sandbox.admin("salesforce", "clock", set="2026-11-02T23:45:00Z")
    return Http(sandbox)


def recorded_answer(cassette: str, part_of_uri: str) -> Any:
    """The first recorded JSON answer to an address that holds this."""
    for interaction in YAML(typ="safe").load(recorded(cassette).read_text())["interactions"]:
        if part_of_uri in interaction.get("request", {}).get("uri", ""):
            return json.loads(interaction["response"]["body"]["string"])
    raise AssertionError(part_of_uri)


def shape(value: Any) -> Any:
    """The keys and types of an answer; of a list, what its first item looks like."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value[:1]]
    return type(value).__name__


def family(http: Http) -> tuple[str, list[str]]:
    account = http.create("Account", Name="Acme")
    return account, [http.create("Contact", LastName=name, AccountId=account) for name in ("Roux", "Petit", "Blanc")]


def test_a_subquery_answers_as_recorded(http: Http) -> None:
    account, (roux, *_) = family(http)
    soql = "select FirstName,(select Name from Opportunities) from Contact"
    real = recorded_answer(f"{CASSETTES}/TestUpsert.test_upsert__rest.yaml", "Opportunities%29")["records"]
    deal = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-12-01", "ContactId": roux}
    http.create("Opportunity", **deal)

    ours = http.query(soql)["records"]

    full = next(record for record in real if record["Opportunities"])
    assert shape(ours[0]) == {**shape(full), "FirstName": "NoneType"}
    assert ours[1]["Opportunities"] is None
    children = http.query("SELECT Name, (SELECT LastName FROM Contacts WHERE LastName != 'Roux' ORDER BY LastName) "
                          "FROM Account")["records"][0]["Contacts"]  # fmt: skip
    assert (children["totalSize"], children["done"]) == (2, True)
    assert [child["LastName"] for child in children["records"]] == ["Blanc", "Petit"]
    assert account


def test_a_subquery_finds_its_records_without_walking_all(http: Http) -> None:
    account, contacts = family(http)
    http("DELETE", f"sobjects/Contact/{contacts[0]}")

    now = http.query("SELECT (SELECT Id FROM Contacts ORDER BY Id) FROM Account")["records"][0]["Contacts"]
    ever = http.query("SELECT (SELECT Id FROM Contacts ORDER BY Id) FROM Account", "queryAll")["records"][0]["Contacts"]

    assert [child["Id"] for child in now["records"]] == contacts[1:]
    assert [child["Id"] for child in ever["records"]] == contacts
    assert account


def test_a_subquery_of_many_records_has_pages_of_its_own(http: Http, sandbox: SandboxClient) -> None:
    account = http.create("Account", Name="Acme")
    for start in range(0, 2_100, 200):
        batch = [{"attributes": {"type": "Contact"}, "LastName": f"Roux {number}", "AccountId": account}
                 for number in range(start, min(start + 200, 2_100))]  # fmt: skip
        http("POST", "composite/sobjects", {"records": batch})

    first = http.query("SELECT Name, (SELECT LastName FROM Contacts) FROM Account")["records"][0]["Contacts"]
    rest = http("GET", first["nextRecordsUrl"].removeprefix(f"/services/data/v{VERSION}/")).json()

    assert (first["totalSize"], first["done"], len(first["records"])) == (2_100, False, 2_000)
    assert (rest["totalSize"], rest["done"], len(rest["records"])) == (2_100, True, 100)
    assert sum(1 for _ in client(sandbox).query_all_iter("SELECT Id FROM Contact")) == 2_100


def test_typeof_answers_as_recorded(http: Http) -> None:
    _, (contact, *_) = family(http)
    account = http.create("Account", Name="Other", Description="x", Phone="1", AccountNumber="7")
    for what in (None, account):
        http.create("Event", Subject="Demo", WhoId=contact, WhatId=what, ActivityDateTime="2026-11-07T07:00:00Z",
                    DurationInMinutes=60)  # fmt: skip
    cassette = f"{CASSETTES}/TestSelect.test_select_similarity_select_and_insert_strategy.yaml"
    real = recorded_answer(cassette, "TYPEOF%20Who")["records"]

    ours = http.query(
        "SELECT Id, TYPEOF Who WHEN Contact THEN LastName, Email WHEN Lead THEN LastName, Company ELSE Id END, "
        "TYPEOF What WHEN Account THEN Name, Description, Phone, AccountNumber ELSE Id END, Subject, "
        "DurationInMinutes, ActivityDateTime FROM Event"
    )["records"]

    assert [shape(record) for record in ours] == [shape(record) for record in real[:2]]
    assert [list(record) for record in ours] == [list(record) for record in real[:2]]


def test_aggregates_answer_as_recorded(http: Http) -> None:
    one = recorded_answer(f"{CASSETTES}/TestSnowfakery.test_run_until_records_in_org__one_needed.yaml", "count%28Id%29")
    many = json.loads(recorded("restforce/sobject/query_aggregate_success_response.json").read_text())
    family(http)
    campaign = http.create("Campaign", Name="Fair")
    for number, of in enumerate((campaign, campaign, None)):
        deal = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-12-01", "CampaignId": of}
        http.create("Opportunity", **deal, Amount=100 * (number + 1))

    counted = http.query("select count(Id) from Contact")
    summed = http.query("SELECT CampaignId, SUM(Amount) FROM Opportunity GROUP BY CampaignId ORDER BY CampaignId DESC "
                        "NULLS LAST")  # fmt: skip

    assert (shape(counted), counted["records"][0]["expr0"]) == (shape(one), 3)
    assert shape(summed) == shape(many)
    assert [(row["CampaignId"], row["expr0"]) for row in summed["records"]] == [(campaign, 300.0), (None, 300.0)]


def test_an_aggregate_over_nothing_is_one_row(http: Http) -> None:
    body = http.query("SELECT COUNT(Id) n, SUM(Amount) total FROM Opportunity")

    assert (body["totalSize"], body["records"][0]["n"], body["records"][0]["total"]) == (1, 0, None)
    assert http.query("SELECT LeadSource, COUNT(Id) FROM Lead GROUP BY LeadSource")["records"] == []


@pytest.mark.parametrize(
    ("day", "found"),
    [
        ("TODAY", ["now"]), ("YESTERDAY", ["monday"]), ("LAST_N_DAYS:1", ["monday", "now"]),
        ("LAST_N_DAYS:3", ["saturday", "monday", "now"]), ("N_DAYS_AGO:1", ["monday"]),
        ("THIS_WEEK", ["monday", "now"]),
        ("LAST_WEEK", ["october", "saturday"]), ("LAST_MONTH", ["october", "saturday"]),
        ("THIS_QUARTER", ["october", "saturday", "monday", "now"]), ("TOMORROW", []),
    ],
)  # fmt: skip
def test_a_day_begins_at_midnight_of_the_user(http: Http, sandbox: SandboxClient, day: str, found: list[str]) -> None:
    for at, name in (("2026-10-26T00:30:00Z", "october"), ("2026-10-31T12:00:00Z", "saturday"),
                     ("2026-11-02T22:30:00Z", "monday"), ("2026-11-02T23:30:00Z", "now")):  # fmt: skip
        sandbox.admin("salesforce", "clock", set=at)
        http.lead(LastName=name)
    sandbox.admin("salesforce", "clock", set="2026-11-02T23:45:00Z")

    records = http.query(f"SELECT LastName FROM Lead WHERE CreatedDate = {day} ORDER BY Id")["records"]

    assert [record["LastName"] for record in records] == found


def test_the_day_follows_the_users_zone_and_their_week_its_locale(http: Http) -> None:
    user = http.query("SELECT Id FROM User")["records"][0]["Id"]
    http.create("Task", Subject="x", ActivityDate="2026-11-01")
    in_week = http.query("SELECT COUNT() FROM Task WHERE ActivityDate = THIS_WEEK")["totalSize"]

    http("PATCH", f"sobjects/User/{user}", {"TimeZoneSidKey": "America/New_York", "LocaleSidKey": "en_US"})

    assert in_week == 0
    assert http.query("SELECT COUNT() FROM Task WHERE ActivityDate = THIS_WEEK")["totalSize"] == 1
    assert http.query("SELECT COUNT() FROM Task WHERE ActivityDate = YESTERDAY")["totalSize"] == 1


def test_semi_joins_and_anti_joins(http: Http) -> None:
    _, contacts = family(http)
    http.create("Task", Subject="x", WhoId=contacts[0])
    http.create("Task", Subject="x")

    has = http.query("SELECT Id FROM Contact WHERE Id IN (SELECT WhoId FROM Task)")["records"]
    lacks = http.query("SELECT Id FROM Contact WHERE Id NOT IN (SELECT WhoId FROM Task) ORDER BY Id")["records"]

    assert [record["Id"] for record in has] == contacts[:1]
    assert [record["Id"] for record in lacks] == contacts[1:]


def test_a_set_of_fields_is_shown_whole(http: Http, sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "fields", object="Lead", fields=[{"name": "Key__c"}])
    lead = http.lead(Key__c="7")

    everything = http.query("SELECT FIELDS(ALL) FROM Lead LIMIT 200")["records"][0]
    custom = http.query("SELECT Id, FIELDS(CUSTOM) FROM Lead LIMIT 1")["records"][0]
    standard = http.query("SELECT FIELDS(STANDARD) FROM Lead")["records"][0]

    described = {field["name"] for field in http("GET", "sobjects/Lead/describe").json()["fields"]}
    assert everything.keys() - {"attributes"} == described
    assert (custom["Id"], custom["Key__c"], list(custom)) == (lead, "7", ["attributes", "Id", "Key__c"])
    assert "Key__c" not in standard


def test_multi_select_picklists_are_asked_by_what_they_include(http: Http, sandbox: SandboxClient) -> None:
    field = {"name": "Topics__c", "type": "multipicklist", "picklistValues": ["Mail", "Fair", "Call"]}
    sandbox.admin("salesforce", "fields", object="Lead", fields=[field])
    leads = [http.lead(Topics__c=topics) for topics in ("Mail;Fair", "Fair", "Mail;Call", None)]

    def found(where: str) -> list[int]:
        records = http.query(f"SELECT Id FROM Lead WHERE Topics__c {where} ORDER BY Id")["records"]
        return [leads.index(record["Id"]) for record in records]

    assert found("INCLUDES ('Mail')") == [0, 2]
    assert found("INCLUDES ('Mail;Fair', 'Call')") == [0, 2]
    assert found("EXCLUDES ('Mail')") == [1, 3]
    assert found("= 'Mail;Fair'") == [0]


def test_labels_scopes_aliases_and_clauses_without_effect(http: Http) -> None:
    family(http)
    http.lead()

    labelled = http.query("SELECT toLabel(Status) shown, Status FROM Lead")["records"][0]
    mine = http.query("SELECT Id FROM Contact USING SCOPE mine WHERE LastName LIKE '%' WITH SECURITY_ENFORCED "
                      "ORDER BY LastName LIMIT 2 OFFSET 1 FOR VIEW")  # fmt: skip
    counted = http.query("SELECT COUNT() FROM Contact c, c.Account a WHERE a.Name = 'Acme' AND c.LastName != 'Roux'")

    assert labelled["shown"] == labelled["Status"] == "Open - Not Contacted"
    assert (mine["totalSize"], counted["totalSize"], counted["records"]) == (2, 2, [])


def test_an_unknown_object_is_refused_as_recorded(http: Http) -> None:
    cassette = "cumulusci/utils/salesforce/tests/cassettes/TestCountSObjects.test_count_sobjects__errors.yaml"
    interactions = YAML(typ="safe").load(recorded(cassette).read_text())["interactions"]
    real = json.loads(interactions[0]["response"]["body"]["string"])["compositeResponse"][1]

    answer = http("GET", "query?q=" + quote("select count() from XYZZY"))

    assert (answer.status, answer.json()) == (real["httpStatusCode"], real["body"])


def test_the_real_client_quotes_dates_and_names(sandbox: SandboxClient, http: Http) -> None:
    from simple_salesforce.format import format_soql

    http.lead(LastName="O'Neil")
    soql = format_soql(
        "SELECT Id FROM Lead WHERE LastName = {} AND CreatedDate >= {} AND Status IN {}",
        "O'Neil", datetime(2026, 11, 1, tzinfo=UTC), ["Open - Not Contacted"],
    )  # fmt: skip

    assert client(sandbox).query(soql)["totalSize"] == 1


def test_the_columns_of_a_query_are_told_in_place_of_its_records(http: Http) -> None:
    soql = "SELECT Id, LastName, Account.Owner.Name, (SELECT Id, Subject FROM Tasks) FROM Contact"
    told = http("GET", f"query?q={quote(soql)}&columns=true").json()

    names = [column["columnName"] for column in told["columnMetadata"]]
    account, tasks = told["columnMetadata"][2:]
    assert names == ["Id", "LastName", "Account", "Tasks"]
    assert account["joinColumns"][0]["joinColumns"][0]["columnName"] == "Name"
    assert (tasks["aggregate"], [each["columnName"] for each in tasks["joinColumns"]]) == (True, ["Id", "Subject"])
    assert (told["entityName"], told["idSelected"], told["keyPrefix"]) == ("Contact", True, "003")
