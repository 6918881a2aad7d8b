"""List views and page layouts: made through the Metadata and Tooling APIs, shown by REST."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from tests.sandbox.salesforce_helper import Http, metadata_client
from tests.sandbox_client import SandboxClient

NAMESPACE = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
NEW_FROM_WEB = """<listViews><fullName>New_from_web</fullName>
    <columns>FULL_NAME</columns><columns>LEAD.COMPANY</columns><columns>CORE.USERS.ALIAS</columns>
    <columns>LEAD.LEAD_SOURCE</columns>
    <filterScope>Everything</filterScope>
    <filters><field>LEAD.LEAD_SOURCE</field><operation>equals</operation><value>Web</value></filters>
    <filters><field>LEAD.TITLE</field><operation>contains</operation><value>buyer</value></filters>
    <booleanFilter>1 OR 2</booleanFilter><label>New from web</label></listViews>"""


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    return Http(sandbox)


def deploy(http: Http, inside: str, members: str = "<members>*</members><name>ListView</name>") -> Any:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("package.xml", f"<Package {NAMESPACE}><types>{members}</types></Package>")
        archive.writestr("objects/Lead.object", f"<CustomObject {NAMESPACE}>{inside}</CustomObject>")
    salesforce = metadata_client(http.sandbox)
    asked = salesforce.deploy(content, sandbox=False)
    http.sandbox.admin("salesforce", "clock", advance=10)
    return salesforce.checkDeployStatus(asked["asyncId"])


def view_id(http: Http) -> str:
    (view,) = http("GET", "sobjects/Lead/listviews").json()["listviews"]
    return str(view["id"])


def test_a_deployed_view_is_listed_and_queried(http: Http) -> None:
    assert deploy(http, NEW_FROM_WEB)["state"] == "Succeeded"

    listed = http("GET", "sobjects/Lead/listviews").json()
    (view,) = listed.pop("listviews")
    queried = http.query("SELECT Id, Name, DeveloperName FROM ListView WHERE SobjectType = 'Lead'")["records"]

    own = f"/services/data/v66.0/sobjects/Lead/listviews/{view['id']}"
    assert listed == {"done": True, "nextRecordsUrl": None, "size": 1, "sobjectType": "Lead"}
    assert view == {
        "describeUrl": f"{own}/describe", "developerName": "New_from_web", "id": view["id"], "label": "New from web",
        "resultsUrl": f"{own}/results", "soqlCompatible": True, "url": own,
    }  # fmt: skip
    assert [(row["Id"], row["DeveloperName"]) for row in queried] == [(view["id"], "New_from_web")]
    assert http("GET", f"sobjects/Lead/listviews/{view['id']}").json() == view
    assert http("GET", f"sobjects/Contact/listviews/{view['id']}").status == 404


def test_a_view_shows_the_records_that_its_filters_leave(http: Http) -> None:
    deploy(http, NEW_FROM_WEB)
    http.lead(LastName="Web", LeadSource="Web")
    http.lead(LastName="Buyer", Title="Head Buyer")
    http.lead(LastName="Other", LeadSource="Other")

    found = http("GET", f"sobjects/Lead/listviews/{view_id(http)}/results").json()

    rows = [{cell["fieldNameOrPath"]: cell["value"] for cell in record["columns"]} for record in found["records"]]
    assert [(row["Name"], row["Company"], row["LeadSource"]) for row in rows] == [
        ("Buyer", "Acme", None), ("Web", "Acme", "Web"),
    ]  # fmt: skip
    assert rows[0]["Owner.Alias"] == http.query("SELECT Alias FROM User")["records"][0]["Alias"]
    assert (found["size"], found["done"], found["developerName"]) == (2, True, "New_from_web")
    names = [(column["fieldNameOrPath"], column["hidden"]) for column in found["columns"]]
    assert names[:5] == [
        ("Name", False),
        ("Company", False),
        ("Owner.Alias", False),
        ("LeadSource", False),
        ("Id", True),
    ]


def test_results_come_in_pages(http: Http) -> None:
    deploy(http, NEW_FROM_WEB.replace(">equals<", ">notEqual<"))
    for name in "abc":
        http.lead(LastName=name)

    found = http("GET", f"sobjects/Lead/listviews/{view_id(http)}/results?limit=2&offset=1").json()

    assert [record["columns"][0]["value"] for record in found["records"]] == ["b", "c"]
    assert found["done"] is True
    assert http("GET", f"sobjects/Lead/listviews/{view_id(http)}/results?limit=2").json()["done"] is False
    assert http("GET", f"sobjects/Lead/listviews/{view_id(http)}/results?limit=x").status == 400


def test_a_view_tells_its_query(http: Http) -> None:
    deploy(http, NEW_FROM_WEB)

    described = http("GET", f"sobjects/Lead/listviews/{view_id(http)}/describe").json()

    assert described["query"] == (
        "SELECT Name, Company, Owner.Alias, LeadSource, Id, CreatedDate, LastModifiedDate, SystemModstamp FROM Lead "
        "WHERE LeadSource = 'Web' OR Title LIKE '%buyer%' ORDER BY Name ASC NULLS FIRST, Id ASC NULLS FIRST"
    )
    assert described["columns"][3]["selectListItem"] == "toLabel(LeadSource)"
    assert (described["scope"], described["sobjectType"]) == ("everything", "Lead")


@pytest.mark.parametrize(
    ("was", "becomes", "problem"),
    [
        ("LEAD.COMPANY", "LEAD.SHOE", "Could not resolve list view column: LEAD.SHOE"),
        ("1 OR 2", "1 OR 3", "Some filter conditions are referenced but not defined: 3"),
        (">equals<", ">near<", "Invalid filter operation: near"),
        ("Everything", "Elsewhere", "Filter scope: bad value for Lead: Elsewhere"),
    ],
)
def test_a_view_that_means_nothing_is_not_deployed(http: Http, was: str, becomes: str, problem: str) -> None:
    result = deploy(http, NEW_FROM_WEB.replace(was, becomes))

    assert result["deployment_detail"]["errors"][0]["message"] == problem
    assert http("GET", "sobjects/Lead/listviews").json()["size"] == 0


def layout_id(http: Http) -> str:
    soql = "SELECT Id FROM Layout WHERE EntityDefinition.QualifiedApiName = 'Lead'"
    return str(http.query(soql, "tooling/query")["records"][0]["Id"])


def fields_on_page(http: Http, object_name: str = "Lead", part: str = "detailLayoutSections") -> list[str]:
    (layout,) = http("GET", f"sobjects/{object_name}/describe/layouts").json()["layouts"]
    return [
        component["value"]
        for section in layout[part]
        for row in section["layoutRows"]
        for item in row["layoutItems"]
        for component in item["layoutComponents"]
    ]


def test_a_page_shows_the_standard_fields_from_the_start(http: Http) -> None:
    body = http("GET", "sobjects/Lead/describe/layouts").json()

    assert body.keys() == {"layouts", "recordTypeMappings", "recordTypeSelectorRequired"}
    assert body["recordTypeMappings"][0]["layoutId"] == body["layouts"][0]["id"]
    assert {"Name", "Company", "Phone", "Status", "OwnerId"} <= set(fields_on_page(http))
    record_type = body["recordTypeMappings"][0]["recordTypeId"]
    assert http("GET", f"sobjects/Lead/describe/layouts/{record_type}").json() == body["layouts"][0]


def test_a_new_field_stands_on_no_page_until_somebody_puts_it_there(http: Http) -> None:
    http.sandbox.admin("salesforce", "fields", object="Lead", fields=[{"name": "Key__c", "type": "string"}])
    assert "Key__c" not in fields_on_page(http)
    own = f"tooling/sobjects/Layout/{layout_id(http)}"
    layout = http("GET", own).json()
    layout["Metadata"]["layoutSections"][0]["layoutColumns"][0]["layoutItems"].append(
        {"behavior": "Edit", "field": "Key__c"}
    )

    changed = http("PATCH", own, {"Metadata": layout["Metadata"]})

    assert changed.status == 204
    assert "Key__c" in fields_on_page(http)
    assert "Key__c" in fields_on_page(http, part="editLayoutSections")


def test_a_field_that_the_user_may_not_read_stands_on_no_page(http: Http) -> None:
    http.sandbox.admin("salesforce", "permissions", object="Lead", field="Phone", access="none")

    assert "Phone" not in fields_on_page(http)


def test_a_page_without_a_required_field_is_refused(http: Http) -> None:
    own = f"tooling/sobjects/Layout/{layout_id(http)}"

    refused = http("PATCH", own, {"Metadata": {"layoutSections": []}})

    assert refused.status == 400
    assert refused.json()[0]["message"] == "Layout must contain an item for required layout field: LastName"


def test_a_page_is_deployed(http: Http) -> None:
    items = "".join(
        f"<layoutItems><behavior>Required</behavior><field>{name}</field></layoutItems>" for name in ("Name", "Company")
    )
    section = f"<layoutColumns>{items}</layoutColumns><label>Who</label><style>OneColumn</style>"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        named = "<types><members>Lead-Lead Layout</members><name>Layout</name></types>"
        archive.writestr("package.xml", f"<Package {NAMESPACE}>{named}</Package>")
        archive.writestr(
            "layouts/Lead-Lead Layout.layout",
            f"<Layout {NAMESPACE}><layoutSections>{section}</layoutSections></Layout>",
        )
    metadata_client(http.sandbox).deploy(content, sandbox=False)
    http.sandbox.admin("salesforce", "clock", advance=10)

    assert fields_on_page(http) == ["Name", "Company"]


def test_the_compact_layout_is_the_system_s(http: Http) -> None:
    body = http("GET", "sobjects/Lead/describe/compactLayouts").json()

    assert body["compactLayouts"][0]["name"] == "SYSTEM"
    assert body["compactLayouts"][0]["fieldItems"][0]["layoutComponents"][0]["value"] == "Name"
    assert http("GET", "sobjects/FieldPermissions/describe/layouts").status == 404
