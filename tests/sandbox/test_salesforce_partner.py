"""The SOAP API's own calls: merge, undelete, emptyRecycleBin and convertLead."""

from __future__ import annotations

import pytest
import urllib3

from sandbox.salesforce.metadata.xml_tree import Element, parse_xml
from tests.sandbox.salesforce_helper import Http
from tests.sandbox_client import SandboxClient

ENVELOPE = (
    '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns="urn:partner.soap.sforce.com" xmlns:o="urn:sobject.partner.soap.sforce.com"><s:Header><SessionHeader>'
    "<sessionId>{session}</sessionId></SessionHeader></s:Header><s:Body>{call}</s:Body></s:Envelope>"
)


class Soap:
    """Calls at `/services/Soap/u/66.0`."""

    def __init__(self, sandbox: SandboxClient) -> None:
        self.sandbox = sandbox

    def post(self, call: str, session: str = "rita") -> urllib3.BaseHTTPResponse:
        url = f"{self.sandbox.salesforce_url}/services/Soap/u/66.0"
        headers = {"Content-Type": "text/xml", "SOAPAction": '""'}
        body = ENVELOPE.format(session=session, call=call).encode()
        return self.sandbox.pool.request("POST", url, body=body, headers=headers)

    def results(self, call: str) -> list[Element]:
        answer = self.post(call)
        assert answer.status == 200, answer.data
        response = parse_xml(answer.data).first("Body")
        assert response is not None
        return response.children[0].all("result")


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    return Http(sandbox)


@pytest.fixture
def soap(sandbox: SandboxClient) -> Soap:
    return Soap(sandbox)


def merge(kind: str, master: str, *losers: str, fields: str = "") -> str:
    gone = "".join(f"<recordToMergeIds>{each}</recordToMergeIds>" for each in losers)
    winner = f"<masterRecord><o:type>{kind}</o:type><o:Id>{master}</o:Id>{fields}</masterRecord>"
    return f"<request>{winner}{gone}</request>"


def test_a_merge_answers_with_what_it_merged_and_what_it_moved(http: Http, soap: Soap) -> None:
    master, loser = http.create("Account", Name="Acme"), http.create("Account", Name="Acme Inc")
    contact = http.create("Contact", LastName="Roux", AccountId=loser)

    (result,) = soap.results(f"<merge>{merge('Account', master, loser, fields='<o:Site>Lyon</o:Site>')}</merge>")

    told = [result.text_of(name) for name in ("id", "mergedRecordIds", "success", "updatedRelatedIds")]
    assert told == [master, loser, "true", contact]
    assert http.read("Account", master)["Site"] == "Lyon"
    assert http.query(f"SELECT MasterRecordId FROM Account WHERE Id = '{loser}'", "queryAll")["totalSize"] == 1


def test_each_merge_of_a_call_stands_for_itself(http: Http, soap: Soap, sandbox: SandboxClient) -> None:
    leads = [http.lead() for _ in range(3)]

    bad, good = soap.results(f"<merge>{merge('Lead', leads[0], leads[0])}{merge('Lead', leads[1], leads[2])}</merge>")

    assert (bad.text_of("success"), bad.text_of("errors", "statusCode")) == ("false", "INVALID_ARGUMENT")
    assert good.text_of("success") == "true"
    assert http.query("SELECT COUNT() FROM Lead")["totalSize"] == 2
    assert sandbox.look("salesforce", "writes")["writes"][-1]["who"] == "rita"


def test_records_come_back_or_go_for_good(http: Http, soap: Soap) -> None:
    back, away = http.lead(), http.lead()
    http("DELETE", f"composite/sobjects?ids={back},{away}")

    undeleted = soap.results(f"<undelete><ids>{back}</ids><ids>{back}</ids></undelete>")
    emptied = soap.results(f"<emptyRecycleBin><ids>{away}</ids></emptyRecycleBin>")

    assert [each.text_of("success") for each in (*undeleted, *emptied)] == ["true", "false", "true"]
    assert undeleted[1].text_of("errors", "statusCode") == "UNDELETE_FAILED"
    assert [each["Id"] for each in http.query("SELECT Id FROM Lead", "queryAll")["records"]] == [back]


def test_a_lead_is_converted_into_an_account_that_is_there(http: Http, soap: Soap) -> None:
    account, lead = http.create("Account", Name="Acme"), http.lead()
    asked = (
        f"<leadConverts><accountId>{account}</accountId><convertedStatus>Closed - Converted</convertedStatus>"
        f"<doNotCreateOpportunity>true</doNotCreateOpportunity><leadId>{lead}</leadId></leadConverts>"
    )

    first, again = soap.results(f"<convertLead>{asked}{asked}</convertLead>")

    contact = http.read("Contact", first.text_of("contactId"))
    assert (first.text_of("success"), first.text_of("accountId"), contact["AccountId"]) == ("true", account, account)
    assert again.text_of("errors", "statusCode") == "CANNOT_UPDATE_CONVERTED_LEAD"


def test_a_conversion_needs_a_status_that_says_so(http: Http, soap: Soap) -> None:
    status = "<convertedStatus>Working - Contacted</convertedStatus>"
    call = f"<convertLead><leadConverts>{status}<leadId>{http.lead()}</leadId></leadConverts></convertLead>"

    (result,) = soap.results(call)

    assert result.text_of("errors", "statusCode") == "INVALID_STATUS"


def test_a_call_without_a_session_or_a_meaning_is_a_fault(soap: Soap) -> None:
    answers = [soap.post("<undelete><ids>x</ids></undelete>", "expired"), soap.post("<fly/>")]

    assert [answer.status for answer in answers] == [500, 500]
    assert b"INVALID_SESSION_ID" in answers[0].data
    assert b"UNKNOWN_EXCEPTION" in answers[1].data
