"""SOQL that is refused: in the service's words, with its codes."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.sandbox.salesforce_helper import Http
from tests.sandbox_client import SandboxClient


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    return Http(sandbox)


def refusal(http: Http, soql: str, kind: str = "query") -> dict[str, str]:
    answer = http("GET", f"{kind}?q={quote(soql)}")
    assert answer.status == 400, answer.data
    problem: dict[str, str] = answer.json()[0]
    assert problem.keys() == {"message", "errorCode"}
    return problem


@pytest.mark.parametrize(
    ("soql", "code", "message"),
    [
        ("SELECT Id FROM Lead ALL ROWS", "MALFORMED_QUERY", "ALL ROWS not allowed in this context"),
        ("SELECT FIELDS(ALL) FROM Lead", "MALFORMED_QUERY",
         "The SOQL FIELDS function must have a LIMIT of at most 200"),
        ("SELECT FIELDS(CUSTOM) FROM Lead LIMIT 201", "MALFORMED_QUERY", "must have a LIMIT of at most 200"),
        ("SELECT City, COUNT(Id) FROM Lead", "MALFORMED_QUERY", "Field must be grouped or aggregated: City"),
        ("SELECT COUNT(Id) FROM Lead GROUP BY CreatedDate", "MALFORMED_QUERY",
         "field 'CreatedDate' can not be grouped in a query call"),
        ("SELECT Name n FROM Lead", "MALFORMED_QUERY", "only aggregate expressions use field aliasing"),
        ("SELECT SUM(City) FROM Lead", "MALFORMED_QUERY", "field City does not support aggregate operator SUM"),
        ("SELECT Id, (SELECT Id FROM Leads) FROM Account", "INVALID_TYPE",
         "Didn't understand relationship 'Leads' in FROM part of query call."),
        ("SELECT Who.LastName, Who.Company FROM Task", "INVALID_FIELD", "No such column 'Company' on entity 'Name'."),
        ("SELECT Id FROM Contact WHERE Id IN (SELECT LastName FROM Contact)", "INVALID_FIELD",
         "Semi join sub-selects can only query id fields, cannot use: 'LastName'"),
        ("SELECT Id FROM Contact WHERE LastName IN (SELECT Id FROM Contact)", "INVALID_FIELD",
         "should be an id field, cannot use: 'LastName'"),
        ("SELECT Id FROM Contact WHERE Id IN (SELECT Id FROM Lead)", "INVALID_FIELD",
         "should point to the same object type"),
        ("SELECT Id FROM Contact WHERE Id IN (SELECT WhoId FROM Task) OR LastName = 'x'", "MALFORMED_QUERY",
         "Semi join sub-selects are not allowed with the 'OR' operator"),
        ("SELECT Id FROM Lead WHERE City = TODAY", "INVALID_FIELD", "must be of type string"),
        ("SELECT Id FROM Lead WHERE COUNT(Id) > 1", "MALFORMED_QUERY", "COUNT is not allowed here"),
        ("SELECT Id FROM Contact WHERE (Id IN (SELECT WhoId FROM Task) AND LastName = 'x') OR LastName = 'y'",
         "MALFORMED_QUERY", "only allowed at the top level WHERE expressions"),
        ("SELECT Id FROM Contact WHERE Id IN (SELECT WhoId FROM Task WHERE WhoId IN (SELECT Id FROM Contact))",
         "MALFORMED_QUERY", "Nesting of semi join sub-selects is not supported"),
        ("SELECT COUNT() FROM Lead GROUP BY City", "MALFORMED_QUERY", "unexpected token: 'GROUP'"),
        ("SELECT Id FROM Lead HAVING COUNT(Id) > 1", "MALFORMED_QUERY", "unexpected token: 'HAVING'"),
        ("SELECT (SELECT AccountId FROM Contacts GROUP BY AccountId) FROM Account", "MALFORMED_QUERY",
         "unexpected token: 'GROUP'"),
        ("SELECT Id FROM Name", "INVALID_TYPE_FOR_OPERATION", "entity type Name does not support query"),
        ("SELECT Owner.UserRole.Name, Owner.Manager.Name FROM Lead", "INVALID_FIELD",
         "Didn't understand relationship 'Manager' in field path."),
        ("SELECT Account.Parent.Parent.Parent.Parent.Parent.Name FROM Contact", "MALFORMED_QUERY", "at most 5 levels"),
    ],
)  # fmt: skip
def test_a_query_is_refused_in_the_services_words(http: Http, soql: str, code: str, message: str) -> None:
    problem = refusal(http, soql)

    assert problem["errorCode"] == code
    assert message in problem["message"]


def test_too_many_groups_for_one_page_are_refused(http: Http) -> None:
    for start in range(0, 2_001, 200):
        records = [{"attributes": {"type": "Lead"}, "LastName": f"Roux {number}", "Company": "Acme"}
                   for number in range(start, min(start + 200, 2_001))]  # fmt: skip
        http("POST", "composite/sobjects", {"records": records})

    problem = refusal(http, "SELECT LastName, COUNT(Id) FROM Lead GROUP BY LastName")

    assert problem["errorCode"] == "EXCEEDED_ID_LIMIT"
    assert http.query("SELECT LastName, COUNT(Id) FROM Lead GROUP BY LastName LIMIT 2000")["totalSize"] == 2_000
