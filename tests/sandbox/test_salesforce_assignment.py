"""Lead assignment rules: what a lead's owner becomes after our write, and how a caller avoids it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.salesforce_helper import Http, client
from tests.sandbox_client import SandboxClient

QUEUE = "00G8d0000000001EAA"
LEAD = {"LastName": "Roux", "Company": "Acme"}


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    org = Http(sandbox)
    assert org.queue() == QUEUE
    return org


def user(http: Http, name: str) -> str:
    return http.create(
        "User", Username=f"{name}@acme.example", LastName=name, Email=f"{name}@acme.example", Alias=name,
        TimeZoneSidKey="Europe/Paris", LocaleSidKey="en_GB", EmailEncodingKey="UTF-8", LanguageLocaleKey="en_US",
        ProfileId="00e8d0000000001AAA", IsActive=True,
    )  # fmt: skip


def rule(sandbox: SandboxClient, *entries: dict[str, Any], **more: Any) -> str:
    return str(sandbox.admin("salesforce", "assignment", name="Regions", entries=list(entries), **more)["id"])


def owner(http: Http, lead_id: str) -> str:
    return str(http.read("Lead", lead_id)["OwnerId"])


def test_a_create_over_rest_goes_to_the_first_entry_that_fits(http: Http, sandbox: SandboxClient) -> None:
    rita = user(http, "rita")
    rule(sandbox, {"if": {"Country": "France"}, "owner": rita}, {"owner": QUEUE})

    french, other = http.lead(Country="france"), http.lead(Country="Spain")

    assert (owner(http, french), owner(http, other)) == (rita, QUEUE)


def test_an_update_over_rest_runs_the_rule_too_and_takes_a_reps_lead_away(http: Http, sandbox: SandboxClient) -> None:
    rita = user(http, "rita")
    lead_id = http.lead(OwnerId=rita)
    rule(sandbox, {"owner": QUEUE})

    http("PATCH", f"sobjects/Lead/{lead_id}", {"Phone": "1"})

    assert owner(http, lead_id) == QUEUE


def test_the_rule_writes_by_itself_after_the_caller(http: Http, sandbox: SandboxClient) -> None:
    rule(sandbox, {"owner": QUEUE})

    lead_id = http.lead()

    ours, theirs = sandbox.look("salesforce", "writes")["writes"][-2:]
    assert (ours["action"], ours["who"], ours["fields"]) == ("create", "rita", LEAD)
    assert (theirs["id"], theirs["who"]) == (lead_id, "assignment rule Regions")
    assert theirs["after"]["OwnerId"] == QUEUE


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_caller_that_says_so_keeps_the_owner(http: Http, sandbox: SandboxClient, method: str) -> None:
    lead_id = http.lead()
    rule(sandbox, {"owner": QUEUE})
    me = owner(http, lead_id)

    path = "sobjects/Lead" if method == "POST" else f"sobjects/Lead/{lead_id}"
    answer = http(method, path, LEAD, Sforce_Auto_Assign="FALSE")

    written = answer.json()["id"] if method == "POST" else lead_id
    assert owner(http, written) == me


def test_collections_run_the_rule_for_each_lead(http: Http, sandbox: SandboxClient) -> None:
    rule(sandbox, {"if": {"Country": "France"}, "owner": QUEUE})
    records = [{"attributes": {"type": "Lead"}, **LEAD, "Country": country} for country in ("France", "Spain")]

    assigned = [each["id"] for each in http("POST", "composite/sobjects", {"records": records}).json()]
    kept = http("POST", "composite/sobjects", {"records": records}, Sforce_Auto_Assign="false").json()

    assert [owner(http, each) == QUEUE for each in assigned] == [True, False]
    assert [owner(http, each["id"]) == QUEUE for each in kept] == [False, False]


def test_the_real_client_switches_it_off_with_a_header(sandbox: SandboxClient, http: Http) -> None:
    rule(sandbox, {"owner": QUEUE})
    salesforce = client(sandbox)

    assigned = salesforce.Lead.create(LEAD)["id"]
    kept = salesforce.Lead.create(LEAD, headers={"Sforce-Auto-Assign": "FALSE"})["id"]

    assert (owner(http, assigned) == QUEUE, owner(http, kept) == QUEUE) == (True, False)


def test_a_header_may_name_the_rule_that_runs(http: Http, sandbox: SandboxClient) -> None:
    rule(sandbox, {"owner": user(http, "rita")})
    other = rule(sandbox, {"owner": QUEUE}, active=False)

    made = http("POST", "sobjects/Lead", LEAD, Sforce_Auto_Assign=other).json()["id"]

    assert owner(http, made) == QUEUE


def test_contacts_have_no_assignment_rules(http: Http, sandbox: SandboxClient) -> None:
    rule(sandbox, {"owner": QUEUE})

    contact_id = http.create("Contact", LastName="Roux")

    assert http.read("Contact", contact_id)["OwnerId"] != QUEUE


BAD_RULES: list[dict[str, Any]] = [
    {}, {"entries": [{"owner": "rita"}]}, {"entries": [{"if": {"Nope": 1}, "owner": QUEUE}]},
    {"object": "Contact", "entries": []}, {"entries": [], "ownr": 1},
]  # fmt: skip


@pytest.mark.parametrize("body", BAD_RULES)
def test_a_rule_that_cannot_be_is_refused(sandbox: SandboxClient, body: dict[str, Any]) -> None:
    url = f"{sandbox.salesforce_url}/_sandbox/assignment"

    answer = sandbox.pool.request("POST", url, json=body)

    assert answer.status == 400
    assert answer.json()["error"].startswith("assignment: ")


def test_a_flow_runs_once_for_a_lead_that_an_assignment_rule_hands_over(http: Http, sandbox: SandboxClient) -> None:
    (owner,) = sandbox.admin("salesforce", "records", object="User", records=[{"LastName": "Rita"}])["ids"]
    sandbox.admin("salesforce", "assignment", entries=[{"owner": owner}])
    sandbox.admin("salesforce", "flow", name="Tidy", object="Lead", set={"Title": "Buyer"})

    http.lead()

    authors = [each["who"] for each in sandbox.look("salesforce", "writes")["writes"]]
    assert authors.count("flow Tidy") == 1
