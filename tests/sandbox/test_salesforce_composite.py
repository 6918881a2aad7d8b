"""Several calls in one: composite, graph, batch and tree."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.sandbox.salesforce_helper import VERSION, Http, client, recorded
from tests.sandbox_client import SandboxClient

BASE = f"/services/data/v{VERSION}"
CASSETTES = "cumulusci/utils/http/tests/cassettes"


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    return Http(sandbox)


def sub(name: str, method: str, path: str, body: Any = None, **more: Any) -> dict[str, Any]:
    item = {"referenceId": name, "method": method, "url": f"{BASE}/{path}", **more}
    return item if body is None else item | {"body": body}


def composite(http: Http, *items: dict[str, Any], all_or_none: bool = False) -> list[dict[str, Any]]:
    answer = http("POST", "composite", {"allOrNone": all_or_none, "compositeRequest": list(items)})
    assert answer.status == 200, answer.data
    found: list[dict[str, Any]] = answer.json()["compositeResponse"]
    return found


def statuses(answers: list[dict[str, Any]]) -> list[int]:
    return [answer["httpStatusCode"] for answer in answers]


ACCOUNT = sub("acme", "POST", "sobjects/Account", {"Name": "Acme"})
CONTACT = sub("rita", "POST", "sobjects/Contact", {"LastName": "Roux", "AccountId": "@{acme.id}"})
BAD = sub("bad", "POST", "sobjects/Contact", {"Email": "rita"})


def played(name: str) -> Any:
    """The first exchange of a cassette: what was asked, and what the real service answered."""
    exchange = yaml.safe_load(recorded(f"{CASSETTES}/{name}.yaml").read_text())["interactions"][0]
    asked = exchange["request"]["body"].replace("vxx.0", f"v{VERSION}").replace("v49.0", f"v{VERSION}")
    return yaml.safe_load(asked), yaml.safe_load(exchange["response"]["body"]["string"])


@pytest.mark.parametrize("name", ["TestCompositeParallelSalesforce.test_errors",
                                  "TestCompositeParallelSalesforce.test_reference_ids"])  # fmt: skip
def test_a_recorded_composite_call_gets_the_recorded_answer(http: Http, name: str) -> None:
    asked, real = played(name)

    answer = http("POST", "composite/", asked)

    assert (answer.status, answer.json()) == (200, real)


def test_a_subrequest_with_a_condition_of_its_own_is_answered_as_recorded(http: Http) -> None:
    asked, real = played("ManualEditTestCompositeParallelSalesforce.test_http_headers")

    answers = http("POST", "composite", asked).json()["compositeResponse"]

    assert statuses(answers) == statuses(real["compositeResponse"]) == [304] * 3
    assert answers[0]["body"] is None
    assert answers[0]["httpHeaders"].keys() == real["compositeResponse"][0]["httpHeaders"].keys()


def test_a_subrequest_takes_what_an_earlier_one_made(http: Http) -> None:
    found = sub("found", "GET", "query?q=SELECT Id FROM Contact WHERE AccountId='@{acme.id}'")
    change = sub("change", "PATCH", "sobjects/Contact/@{found.records[0].Id}", {"Title": "Buyer"})

    answers = composite(http, ACCOUNT, CONTACT, found, change)

    assert statuses(answers) == [201, 201, 200, 204]
    rita = answers[1]["body"]["id"]
    assert answers[1]["httpHeaders"] == {"Location": f"{BASE}/sobjects/Contact/{rita}"}
    assert http.read("Contact", rita)["Title"] == "Buyer"
    assert http.read("Contact", rita)["AccountId"] == answers[0]["body"]["id"]


def test_a_reference_that_leads_nowhere_halts_its_subrequest_only(http: Http) -> None:
    answers = composite(http, BAD, sub("next", "GET", "sobjects/Contact/@{bad.id}"), ACCOUNT)

    assert statuses(answers) == [400, 400, 201]
    assert answers[1]["body"] == [{
        "message": "Invalid reference specified. No value for bad.id found in bad.", "errorCode": "PROCESSING_HALTED",
    }]  # fmt: skip


def test_all_or_none_takes_everything_back_and_logs_nothing(http: Http, sandbox: SandboxClient) -> None:
    answers = composite(http, ACCOUNT, BAD, CONTACT, all_or_none=True)

    assert statuses(answers) == [400, 400, 400]
    assert [answer["body"][0]["errorCode"] for answer in answers] == [
        "PROCESSING_HALTED", "INVALID_EMAIL_ADDRESS", "PROCESSING_HALTED",
    ]  # fmt: skip
    assert "rolled back" in answers[0]["body"][0]["message"]
    assert http.query("SELECT COUNT() FROM Account")["totalSize"] == 0
    assert sandbox.look("salesforce", "writes")["count"] == 0


def test_without_all_or_none_what_was_accepted_stands_and_is_logged_in_its_order(
    http: Http, sandbox: SandboxClient
) -> None:
    composite(http, ACCOUNT, BAD, CONTACT)

    writes = sandbox.look("salesforce", "writes")["writes"]

    assert [write["object"] for write in writes] == ["Account", "Contact"]
    assert writes[1]["fields"]["AccountId"] == writes[0]["id"]


def test_one_bad_record_of_a_collection_takes_the_whole_composite_back(http: Http) -> None:
    lead = {"attributes": {"type": "Lead"}, "LastName": "Roux", "Company": "Acme"}
    records = {"allOrNone": False, "records": [lead, lead | {"Email": "rita"}]}

    answers = composite(http, ACCOUNT, sub("leads", "POST", "composite/sobjects", records), all_or_none=True)

    assert statuses(answers) == [400, 200]
    assert [row["success"] for row in answers[1]["body"]] == [True, False]
    assert http.query("SELECT COUNT() FROM Lead")["totalSize"] == 0


@pytest.mark.parametrize(("path", "most"), [("sobjects/Lead/describe", 25), ("query?q=SELECT Id FROM Lead", 5)])
def test_25_subrequests_are_allowed_of_which_5_query(http: Http, path: str, most: int) -> None:
    asked = [sub(f"n{number}", "GET", path) for number in range(most + 1)]

    allowed = http("POST", "composite", {"compositeRequest": asked[:most]})
    refused = http("POST", "composite", {"compositeRequest": asked})

    assert allowed.status == 200
    assert (refused.status, refused.json()[0]["errorCode"]) == (400, "LIMIT_EXCEEDED")


def test_five_collections_of_200_count_as_one_call(http: Http) -> None:
    lead = {"attributes": {"type": "Lead"}, "LastName": "Roux", "Company": "Acme"}
    asked = [sub(f"n{number}", "POST", "composite/sobjects", {"records": [lead] * 200}) for number in range(5)]

    answer = http("POST", "composite", {"compositeRequest": asked})

    assert answer.headers["Sforce-Limit-Info"] == "api-usage=1/100000"
    assert http.query("SELECT COUNT() FROM Lead")["totalSize"] == 1_000


@pytest.mark.parametrize("items", [
    [{"method": "GET"}], ["GET"], [sub("a b", "GET", "limits")], [sub("a", "GET", "limits")] * 2,
])  # fmt: skip
def test_a_composite_call_that_makes_no_sense_is_refused_as_a_whole(http: Http, items: list[Any]) -> None:
    assert http("POST", "composite", {"compositeRequest": items}).status == 400


def test_a_composite_call_holds_no_other(http: Http) -> None:
    answers = composite(http, sub("inner", "POST", "composite", {"compositeRequest": []}))

    assert statuses(answers) == [404]


def test_the_real_client_sends_composite_calls(sandbox: SandboxClient) -> None:
    body = {"compositeRequest": [ACCOUNT, CONTACT]}

    answer = client(sandbox).restful("composite", method="POST", json=body)

    assert answer is not None
    assert statuses(answer["compositeResponse"]) == [201, 201]


def test_a_graph_stands_or_falls_as_a_whole_and_its_neighbour_is_not_touched(http: Http) -> None:
    good = {"graphId": "good", "compositeRequest": [ACCOUNT, CONTACT]}
    bad = {"graphId": "bad", "compositeRequest": [ACCOUNT, BAD]}

    graphs = http("POST", "composite/graph", {"graphs": [good, bad]}).json()["graphs"]

    assert [(graph["graphId"], graph["isSuccessful"]) for graph in graphs] == [("good", True), ("bad", False)]
    assert statuses(graphs[0]["graphResponse"]["compositeResponse"]) == [201, 201]
    assert graphs[1]["graphResponse"]["compositeResponse"][0]["body"][0]["errorCode"] == "PROCESSING_HALTED"
    assert http.query("SELECT COUNT() FROM Account")["totalSize"] == 1


def test_a_batch_answers_call_by_call_and_halts_where_it_is_told_to(http: Http) -> None:
    lead_id = http.lead()
    asked = [
        {"method": "PATCH", "url": f"v{VERSION}/sobjects/Lead/{lead_id}", "richInput": {"Title": "Buyer"}},
        {"method": "GET", "url": f"v{VERSION}/sobjects/Lead/nobody"},
        {"method": "GET", "url": f"v{VERSION}/sobjects/Lead/{lead_id}?fields=Title"},
    ]

    through = http("POST", "composite/batch", {"batchRequests": asked}).json()
    halted = http("POST", "composite/batch", {"batchRequests": asked, "haltOnError": True}).json()

    assert through["hasErrors"] is True
    assert [result["statusCode"] for result in through["results"]] == [204, 404, 200]
    assert through["results"][2]["result"]["Title"] == "Buyer"
    assert [result["statusCode"] for result in halted["results"]] == [204, 404, 412]
    assert halted["results"][2]["result"][0]["errorCode"] == "BATCH_PROCESSING_HALTED"


def tree(email: str) -> dict[str, Any]:
    rita = {"attributes": {"type": "Contact", "referenceId": "rita"}, "LastName": "Roux", "Email": email}
    acme = {"attributes": {"type": "Account", "referenceId": "acme"}, "Name": "Acme", "Contacts": {"records": [rita]}}
    return {"records": [acme]}


def test_a_tree_creates_children_under_their_parent(http: Http) -> None:
    answer = http("POST", "composite/tree/Account", tree("rita@acme.example"))

    assert (answer.status, answer.json()["hasErrors"]) == (201, False)
    ids = {result["referenceId"]: result["id"] for result in answer.json()["results"]}
    assert http.read("Contact", ids["rita"])["AccountId"] == ids["acme"]


def test_a_tree_with_one_bad_leaf_creates_nothing(http: Http, sandbox: SandboxClient) -> None:
    answer = http("POST", "composite/tree/Account", tree("rita"))

    assert answer.status == 400
    assert answer.json() == {"hasErrors": True, "results": [{"referenceId": "rita", "errors": [{
        "statusCode": "INVALID_EMAIL_ADDRESS", "message": "Email: invalid email address: rita", "fields": ["Email"],
    }]}]}  # fmt: skip
    assert http.query("SELECT COUNT() FROM Account")["totalSize"] == 0
    assert sandbox.look("salesforce", "writes")["count"] == 0


def test_a_parent_may_be_named_by_its_external_id(http: Http, sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "fields", object="Account", fields=[{"name": "Key__c", "externalId": True}])
    account_id = http.create("Account", Name="Acme", Key__c="7")

    contact_id = http.create("Contact", LastName="Roux", Account={"Key__c": "7"})
    refused = http("POST", "sobjects/Contact", {"LastName": "Ruiz", "Account": {"Key__c": "8"}})

    assert http.read("Contact", contact_id)["AccountId"] == account_id
    assert refused.json() == [{
        "message": "Foreign key external ID: 8 not found for field Key__c in entity Account",
        "errorCode": "INVALID_FIELD", "fields": [],
    }]  # fmt: skip
