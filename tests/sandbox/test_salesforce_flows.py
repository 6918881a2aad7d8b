"""Automations of an organisation: flows, a formatter of telephone numbers, and Apex triggers that fail."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.salesforce_helper import Http
from tests.sandbox_client import SandboxClient


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    return Http(sandbox)


def flow(sandbox: SandboxClient, name: str, object_name: str = "Contact", **more: Any) -> None:
    sandbox.admin("salesforce", "flow", name=name, object=object_name, **more)


def written(sandbox: SandboxClient) -> list[tuple[str, str, dict[str, Any]]]:
    """Object, author and fields of each write."""
    return [(each["object"], each["who"], each["fields"]) for each in sandbox.look("salesforce", "writes")["writes"]]


def contacts(count: int, **fields: Any) -> dict[str, Any]:
    return {"records": [{"attributes": {"type": "Contact"}, "LastName": f"Roux {n}", **fields} for n in range(count)]}


def test_a_flow_before_the_save_changes_the_record_without_a_write_of_its_own(
    http: Http, sandbox: SandboxClient
) -> None:
    condition: dict[str, Any] = {"if": {"Title": "Buyer"}}
    flow(sandbox, "Sales", timing="before", set={"Department": "Sales"}, **condition)

    buyer, other = http.create("Contact", LastName="Roux", Title="buyer"), http.create("Contact", LastName="Ruiz")

    assert (http.read("Contact", buyer)["Department"], http.read("Contact", other)["Department"]) == ("Sales", None)
    assert [(who, fields) for _, who, fields in written(sandbox)] == [
        ("rita", {"LastName": "Roux", "Title": "buyer"}), ("rita", {"LastName": "Ruiz"}),
    ]  # fmt: skip


def test_a_flow_after_the_save_rewrites_the_field_that_we_wrote(http: Http, sandbox: SandboxClient) -> None:
    contact_id = http.create("Contact", LastName="Roux")
    flow(sandbox, "Tidy", on="update", set={"Title": "Head of Sales"})

    answer = http("PATCH", f"sobjects/Contact/{contact_id}", {"Title": "head of sales"})

    assert (answer.status, http.read("Contact", contact_id)["Title"]) == (204, "Head of Sales")
    assert written(sandbox)[1:] == [("Contact", "rita", {"Title": "head of sales"}),
                                    ("Contact", "flow Tidy", {"Title": "Head of Sales"})]  # fmt: skip


def test_a_flow_touches_the_account_of_a_contact(http: Http, sandbox: SandboxClient) -> None:
    account_id = http.create("Account", Name="Acme")
    flow(sandbox, "Last touched", target="AccountId", set={"Description": {"copy": "LastName"}})

    results = http("POST", "composite/sobjects", contacts(2, AccountId=account_id)).json()

    assert all(result["success"] for result in results)
    assert http.read("Account", account_id)["Description"] == "Roux 1"
    assert [who for kind, who, _ in written(sandbox) if kind == "Account"] == ["rita", "flow Last touched",
                                                                                "flow Last touched"]  # fmt: skip


def test_a_flow_finds_the_same_persons_other_record(http: Http, sandbox: SandboxClient) -> None:
    lead_id = http.lead(Email="Rita@acme.example")
    flow(sandbox, "Same person", target="Lead.Email", set={"Phone": {"copy": "Phone"}})

    http.create("Contact", LastName="Roux", Email="rita@acme.example", Phone="1")

    assert http.read("Lead", lead_id)["Phone"] == "1"


def test_a_flow_of_an_account_reaches_its_contacts(http: Http, sandbox: SandboxClient) -> None:
    account_id = http.create("Account", Name="Acme")
    contact_id = http.create("Contact", LastName="Roux", AccountId=account_id)
    flow(sandbox, "Fax down", "Account", target="Contact.AccountId", set={"Fax": {"copy": "Fax"}})

    http("PATCH", f"sobjects/Account/{account_id}", {"Fax": "9"})

    assert http.read("Contact", contact_id)["Fax"] == "9"


def test_a_flow_may_move_only_the_system_modstamp(http: Http, sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "clock", set="2026-11-02T09:00:00Z")
    account_id = http.create("Account", Name="Acme")
    flow(sandbox, "Roll-up", target="AccountId")
    sandbox.admin("salesforce", "clock", advance=60)

    http.create("Contact", LastName="Roux", AccountId=account_id)

    account = http.read("Account", account_id)
    assert account["SystemModstamp"] == "2026-11-02T09:01:00.000+0000"
    assert account["LastModifiedDate"] == "2026-11-02T09:00:00.000+0000"


def test_a_flow_with_a_delay_writes_at_its_own_moment_whenever_somebody_looks(
    http: Http, sandbox: SandboxClient
) -> None:
    sandbox.admin("salesforce", "clock", set="2026-11-02T09:00:00Z")
    flow(sandbox, "Nightly", on="create", set={"Title": "Head"}, delay=300)
    contact_id = http.create("Contact", LastName="Roux", Title="head")
    sandbox.admin("salesforce", "clock", advance=299)
    before = http.read("Contact", contact_id)
    sandbox.admin("salesforce", "clock", advance=3_600)

    after = http.read("Contact", contact_id)

    assert (before["Title"], after["Title"]) == ("head", "Head")
    assert after["SystemModstamp"] == after["LastModifiedDate"] == "2026-11-02T09:05:00.000+0000"
    assert [who for _, who, _ in written(sandbox)] == ["rita", "flow Nightly"]


def test_a_flow_with_a_delay_forgets_what_was_taken_back_or_is_gone(http: Http, sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "clock", set="2026-11-02T09:00:00Z")
    account_id = http.create("Account", Name="Acme")
    flow(sandbox, "Later", target="AccountId", delay=60)
    body = contacts(2, AccountId=account_id) | {"allOrNone": True}
    body["records"][1]["Email"] = "rita"
    http("POST", "composite/sobjects", body)
    http("DELETE", f"sobjects/Contact/{http.create('Contact', LastName='Roux', AccountId=account_id)}")
    sandbox.admin("salesforce", "clock", advance=120)

    account = http.read("Account", account_id)

    assert account["SystemModstamp"] == "2026-11-02T09:00:00.000+0000"


def test_flows_that_start_each_other_come_to_an_end(http: Http, sandbox: SandboxClient) -> None:
    account_id = http.create("Account", Name="Acme")
    contact_id = http.create("Contact", LastName="Roux", AccountId=account_id)
    flow(sandbox, "Up", target="AccountId", set={"Site": "x"})
    flow(sandbox, "Down", "Account", target="Contact.AccountId", set={"Title": "y"})

    for phone in ("1", "2"):
        http("PATCH", f"sobjects/Contact/{contact_id}", {"Phone": phone})

    assert [who for _, who, _ in written(sandbox)[2:]] == ["rita", "flow Up", "flow Down"] * 2


def test_a_flow_that_fails_refuses_the_record_and_leaves_nothing(http: Http, sandbox: SandboxClient) -> None:
    account_id = http.create("Account", Name="Acme")
    sandbox.admin("salesforce", "rule", object="Account", field="Site", refused="bad", message="No such site")
    flow(sandbox, "Sites", target="AccountId", set={"Site": {"copy": "Department"}})
    body = contacts(2, AccountId=account_id)
    body["records"][0]["Department"] = "bad"

    single = http("POST", "sobjects/Contact", {"LastName": "Roux", "AccountId": account_id, "Department": "bad"})
    results = http("POST", "composite/sobjects", body).json()

    error = single.json()[0]
    assert (single.status, error["errorCode"]) == (400, "CANNOT_EXECUTE_FLOW_TRIGGER")
    assert "FIELD_CUSTOM_VALIDATION_EXCEPTION: No such site" in error["message"]
    assert [result["success"] for result in results] == [False, True]
    assert http.query("SELECT COUNT() FROM Contact")["totalSize"] == 1


def test_a_flow_writes_fields_that_the_api_user_may_not(http: Http, sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "permissions", object="Contact", field="Department", access="read")
    flow(sandbox, "Own", set={"Department": "Sales"})

    contact_id = http.create("Contact", LastName="Roux")

    assert http.read("Contact", contact_id)["Department"] == "Sales"


BAD_FLOWS: list[dict[str, Any]] = [
    {"on": "delete"}, {"set": {"Nope": 1}}, {"target": "Nope"}, {"target": "Lead.Title"}, {"timing": "before"},
    {"delay": -1}, {"timing": "before", "set": {"Title": "x"}, "delay": 5},
    {"if": {"Nope": 1}}, {"set": {"Title": {"cpy": "x"}}},
]  # fmt: skip


@pytest.mark.parametrize("more", BAD_FLOWS)
def test_a_flow_that_cannot_be_is_refused(sandbox: SandboxClient, more: dict[str, Any]) -> None:
    body = {"name": "X", "object": "Contact", **more}

    answer = sandbox.pool.request("POST", f"{sandbox.salesforce_url}/_sandbox/flow", json=body)

    assert answer.status == 400


STYLES = [
    ("national", "01.44.58.10.10", "+33 (0)1 44 58 10 10"), ("national", "0049 30 1234567", "+49 (0)3 01 23 45 67"),
    ("e164", "+33 (0)1 44 58 10 10", "+33144581010"), ("e164", "ask Rita", "ask Rita"),
    ("us", "415.555.0100", "(415) 555-0100"),
]  # fmt: skip


@pytest.mark.parametrize(("style", "sent", "stored"), STYLES)
def test_an_automation_reformats_the_number_that_we_wrote(
    http: Http, sandbox: SandboxClient, style: str, sent: str, stored: str
) -> None:
    sandbox.admin("salesforce", "phones", object="Contact", fields=["Phone"], style=style)

    contact_id = http.create("Contact", LastName="Roux", Phone=sent, Fax=sent)

    contact = http.read("Contact", contact_id)
    assert (contact["Phone"], contact["Fax"]) == (stored, sent)
    assert sandbox.look("salesforce", "writes")["writes"][-1]["after"]["Phone"] == stored


def test_a_number_that_a_write_does_not_touch_stays(http: Http, sandbox: SandboxClient) -> None:
    contact_id = http.create("Contact", LastName="Roux", Phone="01 44 58 10 10")
    sandbox.admin("salesforce", "phones", object="Contact", style="e164")

    results = http("PATCH", "composite/sobjects", {"records": [
        {"attributes": {"type": "Contact"}, "Id": contact_id, "Title": "Buyer"},
    ]}).json()  # fmt: skip

    assert results[0]["success"]
    assert http.read("Contact", contact_id)["Phone"] == "01 44 58 10 10"


def test_a_governor_limit_sinks_200_records_together_and_lets_100_pass(http: Http, sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "apex", object="Contact", name="ContactTrigger", most=100)

    sunk = http("POST", "composite/sobjects", contacts(200)).json()
    fine = http("POST", "composite/sobjects", contacts(100)).json()

    assert [result["errors"][0] for result in sunk] == [{
        "statusCode": "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "fields": [],
        "message": "ContactTrigger: System.LimitException: Too many SOQL queries: 101",
    }] * 200  # fmt: skip
    assert all(result["success"] for result in fine)
    assert http.query("SELECT COUNT() FROM Contact")["totalSize"] == 100


def test_a_governor_limit_counts_the_records_that_stand_together(http: Http, sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "apex", object="Contact", most=2)
    lead = {"attributes": {"type": "Lead"}, "LastName": "Roux", "Company": "Acme"}
    rows = contacts(5)["records"]

    results = http("POST", "composite/sobjects", {"records": [*rows[:2], lead, *rows[2:]]}).json()

    assert [result["success"] for result in results] == [True, True, True, False, False, False]


def test_a_trigger_that_throws_refuses_that_record_alone(http: Http, sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "apex", object="Contact", **{"if": {"Title": "Null"}})
    body = contacts(2)
    body["records"][1]["Title"] = "Null"

    single = http("POST", "sobjects/Contact", {"LastName": "Roux", "Title": "null"})
    results = http("POST", "composite/sobjects", body).json()

    assert (single.status, single.json()[0]["errorCode"]) == (400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY")
    assert single.json()[0]["message"].startswith("ContactTrigger: execution of BeforeInsert\n\ncaused by: System.Null")
    assert [result["success"] for result in results] == [True, False]


def test_the_organisation_shows_what_is_switched_on_and_a_reset_takes_it_back(
    http: Http, sandbox: SandboxClient
) -> None:
    nothing = sandbox.look("salesforce", "organisation")
    flow(sandbox, "Tidy", set={"Title": "x"})
    sandbox.admin("salesforce", "phones", object="Contact", style="e164")
    sandbox.admin("salesforce", "apex", object="Contact", most=100)
    sandbox.admin("salesforce", "duplicates", object="Lead", mode="block")
    sandbox.admin("salesforce", "locks", seconds=2)
    sandbox.admin("salesforce", "user", admin=False)
    sandbox.admin("salesforce", "assignment", entries=[])
    sandbox.admin("salesforce", "conversion", validate=True)
    sandbox.admin("salesforce", "replication", lag=60)

    something = sandbox.look("salesforce", "organisation")
    off = sandbox.admin("salesforce", "organisation", off=True)
    sandbox.admin("salesforce", "flow", name="Tidy", object="Contact", set={"Title": "x"})
    sandbox.admin("salesforce", "flow", off=True)

    assert [name for name in nothing if nothing[name] == something[name]] == []
    assert off == nothing == sandbox.look("salesforce", "organisation")
