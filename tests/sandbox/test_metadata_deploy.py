"""Deployments through the Metadata API: a zip is asked for, carried out by the org's clock, and told of in parts."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from typing import Any

import pytest

from tests.sandbox.bulk_helper import Bulk
from tests.sandbox.salesforce_helper import VERSION, Down, Http, metadata_client
from tests.sandbox_client import SandboxClient

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACE = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
LEAD = {"LastName": "Roux", "Company": "Acme"}
FIELD = "<fields><fullName>Key__c</fullName><label>Key</label><length>20</length><type>Text</type></fields>"
RULE = """<validationRules>
    <fullName>Needs_phone</fullName><active>true</active>
    <errorConditionFormula>AND(ISBLANK(Phone), NOT(ISBLANK(Key__c)))</errorConditionFormula>
    <errorDisplayField>Phone</errorDisplayField><errorMessage>Phone!</errorMessage>
</validationRules>"""
LEAD_OBJECT = f"{HEAD}<CustomObject {NAMESPACE}>\n{FIELD}\n{RULE}\n</CustomObject>"
PERMISSION = f"{HEAD}<CustomPermission {NAMESPACE}><label>Bypass</label></CustomPermission>"
SYNC_SET = f"""{HEAD}<PermissionSet {NAMESPACE}>
    <customPermissions><enabled>true</enabled><name>Bypass</name></customPermissions>
    <fieldPermissions><editable>true</editable><field>Lead.Key__c</field><readable>true</readable></fieldPermissions>
    <hasActivationRequired>false</hasActivationRequired><label>Sync</label>
</PermissionSet>"""


def manifest(**members: list[str]) -> str:
    types = "".join(
        f"<types>{''.join(f'<members>{name}</members>' for name in names)}<name>{kind}</name></types>"
        for kind, names in members.items()
    )
    return f"{HEAD}<Package {NAMESPACE}>{types}<version>{VERSION}</version></Package>"


def zipped(files: dict[str, str]) -> io.BytesIO:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return content


WHOLE = {
    "package.xml": manifest(
        CustomField=["Lead.Key__c"], ValidationRule=["Lead.Needs_phone"], CustomPermission=["Bypass"],
        PermissionSet=["Sync"],
    ),
    "objects/Lead.object": LEAD_OBJECT,
    "customPermissions/Bypass.customPermission": PERMISSION,
    "permissionsets/Sync.permissionset": SYNC_SET,
}  # fmt: skip


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    sandbox.admin("salesforce", "clock", set="2026-03-01T08:00:00Z")
    return Http(sandbox)


def deploy(http: Http, files: dict[str, str], **options: Any) -> Any:
    """Ask for a deployment with the real client, let the clock run on, and tell what became of it."""
    salesforce = metadata_client(http.sandbox)
    asked = salesforce.deploy(zipped(files), sandbox=options.pop("sandbox", False), **options)
    http.sandbox.admin("salesforce", "clock", advance=10)
    return salesforce.checkDeployStatus(asked["asyncId"])


def metadata_api(http: Http) -> Any:
    """The real client's calls for single components; their library has a session of its own."""
    mdapi = metadata_client(http.sandbox).mdapi
    mdapi._client.transport.session.mount("https://", Down(http.sandbox.salesforce_url))
    return mdapi


def assign(http: Http, set_name: str) -> None:
    user_id = http.query("SELECT Id FROM User")["records"][0]["Id"]
    set_id = http.query(f"SELECT Id FROM PermissionSet WHERE Name = '{set_name}'")["records"][0]["Id"]
    http.create("PermissionSetAssignment", AssigneeId=user_id, PermissionSetId=set_id)


def rules(http: Http) -> list[str]:
    found = http.query("SELECT ValidationName FROM ValidationRule", "tooling/query")
    return [row["ValidationName"] for row in found["records"]]


def soap(http: Http, content: str, session: str = "rita") -> Any:
    envelope = (
        f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header><SessionHeader {NAMESPACE}>'
        f"<sessionId>{session}</sessionId></SessionHeader></s:Header><s:Body>{content}</s:Body></s:Envelope>"
    )
    url = f"{http.sandbox.salesforce_url}/services/Soap/m/{VERSION}"
    return http.sandbox.pool.request("POST", url, body=envelope, headers={"Content-Type": "text/xml"})


def test_a_deployment_waits_runs_and_ends_by_the_clock(http: Http) -> None:
    salesforce = metadata_client(http.sandbox)
    asked = salesforce.deploy(zipped(WHOLE), sandbox=False)
    states = [salesforce.checkDeployStatus(asked["asyncId"])["state"]]
    nothing_yet = rules(http)
    for _ in range(2):
        http.sandbox.admin("salesforce", "clock", advance=1.5)
        states.append(salesforce.checkDeployStatus(asked["asyncId"])["state"])

    assert asked["state"] == "Queued"
    assert asked["asyncId"].startswith("0Af")
    assert states == ["Pending", "InProgress", "Succeeded"]
    assert (nothing_yet, rules(http)) == ([], ["Needs_phone"])


def test_what_was_deployed_works_whether_somebody_asks_for_its_status_or_not(http: Http) -> None:
    metadata_client(http.sandbox).deploy(zipped(WHOLE), sandbox=False)
    http.sandbox.admin("salesforce", "clock", advance=10)

    assign(http, "Sync")

    assert http("POST", "sobjects/Lead", LEAD).status == 201
    assert http("POST", "sobjects/Lead", {**LEAD, "Key__c": "1"}).json()[0]["message"] == "Phone!"


def test_a_deployment_that_succeeds_counts_its_components(http: Http) -> None:
    result = deploy(http, WHOLE)

    assert result["state"] == "Succeeded"
    assert {**result["deployment_detail"]} == {
        "total_count": "4", "failed_count": "0", "deployed_count": "4", "errors": [],
    }  # fmt: skip
    logged = [(write["action"], write["object"]) for write in http.sandbox.look("salesforce", "writes")["writes"]]
    assert logged == [("create", "CustomField"), ("create", "CustomPermission"), ("create", "ValidationRule"),
                      ("create", "PermissionSet")]  # fmt: skip


def test_one_failure_takes_everything_back(http: Http) -> None:
    broken = LEAD_OBJECT.replace("ISBLANK(Phone)", "ISBLANK(LeadSource)")

    result = deploy(http, {**WHOLE, "objects/Lead.object": broken})

    assert result["state"] == "Failed"
    assert result["deployment_detail"]["errors"] == [{
        "type": "ValidationRule", "file": "objects/Lead.object", "status": "Error",
        "message": "Field LeadSource is a picklist field. Picklist fields are only supported in certain functions.",
    }]  # fmt: skip
    assert rules(http) == []
    for left in ("CustomField", "CustomPermission"):
        assert http.query(f"SELECT Id FROM {left}", "tooling/query")["totalSize"] == 0
    assert http.query("SELECT COUNT() FROM PermissionSet")["totalSize"] == 0
    assert http.sandbox.look("salesforce", "writes")["writes"] == []


def test_in_a_sandbox_org_the_rest_may_stand(http: Http) -> None:
    broken = LEAD_OBJECT.replace("ISBLANK(Phone)", "ISBLANK(LeadSource)")

    result = deploy(http, {**WHOLE, "objects/Lead.object": broken}, sandbox=True)

    assert result["state"] == "SucceededPartial"
    assert result["deployment_detail"]["failed_count"] == "1"
    assert http.query("SELECT Id FROM CustomField", "tooling/query")["totalSize"] == 1


def test_a_check_changes_nothing(http: Http) -> None:
    result = deploy(http, WHOLE, checkOnly=True)

    assert (result["state"], result["deployment_detail"]["deployed_count"]) == ("Succeeded", "4")
    assert rules(http) == []
    assert http.query("SELECT COUNT() FROM PermissionSet")["totalSize"] == 0


def test_a_failure_tells_its_line(http: Http) -> None:
    salesforce = metadata_client(http.sandbox)
    asked = salesforce.deploy(zipped({**WHOLE, "objects/Lead.object": LEAD_OBJECT.replace("(Phone)", "(Phon)")}), False)
    http.sandbox.admin("salesforce", "clock", advance=10)

    result = salesforce.mdapi._retrieve_deploy_result(asked["asyncId"])

    names = {"m": "http://soap.sforce.com/2006/04/metadata"}
    failure = result.find("m:details/m:componentFailures", names)
    assert failure is not None
    found = {tag: failure.findtext(f"m:{tag}", None, names) for tag in ("fullName", "problem", "lineNumber", "success")}
    assert found == {"fullName": "Lead.Needs_phone", "problem": "Field Phon does not exist. Check spelling.",
                     "lineNumber": "4", "success": "false"}  # fmt: skip


def test_what_package_xml_names_must_be_there(http: Http) -> None:
    files = {**WHOLE, "package.xml": manifest(ValidationRule=["Lead.Needs_title"])}

    result = deploy(http, files)

    assert result["deployment_detail"]["errors"][0]["message"] == (
        "An object 'Lead.Needs_title' of type ValidationRule was named in package.xml, but was not found in zipped "
        "directory"
    )


def test_what_package_xml_does_not_name_is_left_out(http: Http) -> None:
    result = deploy(http, {**WHOLE, "package.xml": manifest(CustomField=["Lead.Key__c"])})

    assert (result["state"], rules(http)) == ("Succeeded", [])


def test_a_project_s_pieces_are_deployed_as_well(http: Http) -> None:
    pieces = {
        "pkg/package.xml": manifest(CustomField=["*"], ValidationRule=["Lead.Needs_phone"]),
        "pkg/objects/Lead/fields/Key__c.field-meta.xml": HEAD + FIELD.replace("fields>", "CustomField>"),
        "pkg/objects/Lead/validationRules/Needs_phone.validationRule-meta.xml":
            HEAD + RULE.replace("validationRules>", "ValidationRule>"),
    }  # fmt: skip

    assert deploy(http, pieces)["state"] == "Succeeded"
    assert rules(http) == ["Needs_phone"]


def test_a_second_deployment_changes_what_is_there(http: Http) -> None:
    deploy(http, WHOLE)

    result = deploy(http, {**WHOLE, "objects/Lead.object": LEAD_OBJECT.replace("Phone!", "Call!")})

    found = http.query("SELECT ErrorMessage FROM ValidationRule", "tooling/query")["records"]
    assert (result["state"], found[0]["ErrorMessage"]) == ("Succeeded", "Call!")


def test_destructive_changes_take_components_away(http: Http) -> None:
    deploy(http, WHOLE)
    destroy = {
        "package.xml": manifest(),
        "destructiveChanges.xml": manifest(ValidationRule=["Lead.Needs_phone", "Lead.Never"], PermissionSet=["Sync"]),
    }

    result = deploy(http, destroy)

    assert (result["state"], rules(http)) == ("Succeeded", [])
    assert http.query("SELECT COUNT() FROM PermissionSet")["totalSize"] == 0
    assert http.query("SELECT COUNT() FROM FieldPermissions")["totalSize"] == 0


def test_a_field_that_a_rule_reads_is_not_destroyed_and_keeps_its_values(http: Http) -> None:
    deploy(http, WHOLE)
    assign(http, "Sync")
    http.lead(Key__c="1", Phone="+33 1")
    destroy = {"package.xml": manifest(), "destructiveChanges.xml": manifest(CustomField=["Lead.Key__c"])}

    refused = deploy(http, destroy)
    checked = deploy(http, {**destroy, "destructiveChanges.xml": manifest(
        ValidationRule=["Lead.Needs_phone"], CustomField=["Lead.Key__c"])}, checkOnly=True)  # fmt: skip

    assert "referenced elsewhere" in refused["deployment_detail"]["errors"][0]["message"]
    assert checked["state"] == "Succeeded"
    (lead,) = http.sandbox.look("salesforce", "state", object="Lead")["Lead"].values()
    assert lead["Key__c"] == "1"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no zip", "not a valid zip"),
        (zipped({"objects/Lead.object": LEAD_OBJECT}).getvalue(), "No package.xml found"),
        (zipped({"package.xml": "<Package>"}).getvalue(), "package.xml: Error parsing file"),
        (zipped({"package.xml": '<!DOCTYPE a [<!ENTITY b "c">]><Package/>'}).getvalue(), "DOCTYPE is disallowed"),
    ],
)
def test_what_cannot_be_deployed_at_all_fails_as_a_whole(http: Http, content: bytes, words: str) -> None:
    zip_file = base64.b64encode(content).decode()
    asked = soap(http, f"<deploy {NAMESPACE}><ZipFile>{zip_file}</ZipFile></deploy>")
    deploy_id = asked.data.decode().partition("<id>")[2].partition("</id>")[0]
    http.sandbox.admin("salesforce", "clock", advance=10)

    status = soap(
        http, f"<checkDeployStatus {NAMESPACE}><asyncProcessId>{deploy_id}</asyncProcessId></checkDeployStatus>"
    )

    assert asked.status == 200
    assert "<status>Failed</status>" in status.data.decode()
    assert words in status.data.decode()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("<bow/>", "sf:UNKNOWN_EXCEPTION"),
        (f"<checkDeployStatus {NAMESPACE}><asyncProcessId>0Af1</asyncProcessId></checkDeployStatus>",
         "sf:INVALID_CROSS_REFERENCE_KEY"),
        ("", "soapenv:Client"),
        ("<open>", "soapenv:Client"),
    ],
)  # fmt: skip
def test_a_call_that_makes_no_sense_is_a_fault(http: Http, content: str, code: str) -> None:
    answer = soap(http, content)

    assert answer.status == 500
    assert f"<faultcode>{code}</faultcode>" in answer.data.decode()


def test_a_call_without_a_session_is_a_fault(http: Http) -> None:
    answer = soap(http, f"<describeMetadata {NAMESPACE}/>", session="expired")

    assert answer.status == 500
    assert "<faultcode>sf:INVALID_SESSION_ID</faultcode>" in answer.data.decode()
    assert "Invalid Session ID found in SessionHeader" in answer.data.decode()


def test_the_real_client_creates_reads_changes_and_deletes_a_rule(http: Http) -> None:
    mdapi = metadata_api(http)
    rule = mdapi.ValidationRule(
        fullName="Lead.Needs_title", active=True, errorConditionFormula="ISBLANK(Title)", errorMessage="Title!"
    )

    mdapi.ValidationRule.create([rule])
    read = mdapi.ValidationRule.read(["Lead.Needs_title"])
    refused = http("POST", "sobjects/Lead", LEAD)
    rule.active = False
    mdapi.ValidationRule.update([rule])
    accepted = http("POST", "sobjects/Lead", LEAD)
    mdapi.ValidationRule.delete(["Lead.Needs_title"])

    assert (read.fullName, read.active, read.errorMessage) == ("Lead.Needs_title", True, "Title!")
    assert (refused.status, accepted.status, rules(http)) == (400, 201, [])


def test_the_real_client_makes_a_picklist_and_hears_why_not(http: Http) -> None:
    mdapi = metadata_api(http)
    values = mdapi.ValueSetValuesDefinition(
        value=[mdapi.CustomValue(fullName="Gold", default=False, label="Gold")], sorted=False
    )
    field = mdapi.CustomField(
        fullName="Lead.Tier__c", label="Tier", type=mdapi.FieldType("Picklist"),
        valueSet=mdapi.ValueSet(valueSetDefinition=values, restricted=True),
    )  # fmt: skip

    mdapi.CustomField.create([field])

    read = mdapi.CustomField.read("Lead.Tier__c")
    assert read.valueSet.valueSetDefinition.value[0].fullName == "Gold"
    with pytest.raises(Exception, match="DUPLICATE_DEVELOPER_NAME"):
        mdapi.CustomField.create([field])


def test_the_real_client_lists_what_is_there(http: Http) -> None:
    deploy(http, WHOLE)
    mdapi = metadata_api(http)

    listed = mdapi.list_metadata(
        [mdapi.ListMetadataQuery(type="ValidationRule"), mdapi.ListMetadataQuery(type="Layout")]
    )
    described = mdapi.describe_metadata()

    names = [(each.type, each.fullName, each.fileName) for each in listed]
    assert ("ValidationRule", "Lead.Needs_phone", "objects/Lead.object") in names
    assert ("Layout", "Lead-Lead Layout", "layouts/Lead-Lead Layout.layout") in names
    assert {"CustomObject", "Layout", "PermissionSet"} <= {each.xmlName for each in described.metadataObjects}


def rest_deploy(http: Http, files: dict[str, str], **options: Any) -> Any:
    fields: dict[str, Any] = {
        "json": ("", json.dumps({"deployOptions": options}), "application/json"),
        "file": ("deploy.zip", zipped(files).getvalue(), "application/zip"),
    }
    url = f"{http.sandbox.salesforce_url}/services/data/v{VERSION}/metadata/deployRequest"
    headers = {"Authorization": "Bearer rita"}
    return http.sandbox.pool.request("POST", url, fields=fields, headers=headers)


def test_a_deployment_by_rest_is_the_same_one(http: Http) -> None:
    asked = rest_deploy(http, WHOLE, rollbackOnError=True)
    path = f"metadata/deployRequest/{asked.json()['id']}"
    waiting = http("GET", path).json()["deployResult"]
    http.sandbox.admin("salesforce", "clock", advance=10)
    done = http("GET", f"{path}?includeDetails=true").json()["deployResult"]

    assert asked.status == 201
    assert asked.json()["url"].endswith(f"/services/data/v{VERSION}/{path}")
    assert (waiting["status"], waiting["done"]) == ("Pending", False)
    assert (done["status"], done["success"], done["numberComponentsDeployed"]) == ("Succeeded", True, 4)
    assert {each["fullName"] for each in done["details"]["componentSuccesses"]} == {
        "Lead.Key__c", "Lead.Needs_phone", "Bypass", "Sync",
    }  # fmt: skip
    assert rules(http) == ["Needs_phone"]


def test_a_deployed_rule_meets_the_job_that_starts_after_it(http: Http) -> None:
    http.sandbox.admin("salesforce", "jobs", upload_seconds=100)
    rest_deploy(http, {**WHOLE, "objects/Lead.object": LEAD_OBJECT.replace("NOT(ISBLANK(Key__c))", "TRUE")})
    job_id = Bulk(http).ingest("LastName,Company\nRoux,Acme\n")

    http.sandbox.admin("salesforce", "clock", advance=3_600)

    assert [row["sf__Error"] for row in Bulk(http).rows(job_id, "failedResults")] == [
        "FIELD_CUSTOM_VALIDATION_EXCEPTION:Phone!:Phone --"
    ]


def test_a_deployment_that_is_canceled_in_time_does_nothing(http: Http) -> None:
    path = f"metadata/deployRequest/{rest_deploy(http, WHOLE).json()['id']}"

    answer = http("PATCH", path, {"deployResult": {"status": "Canceling"}})
    http.sandbox.admin("salesforce", "clock", advance=10)

    assert answer.status == 202
    assert http("GET", path).json()["deployResult"]["status"] == "Canceled"
    assert rules(http) == []


@pytest.mark.parametrize("body", [{}, {"json": "x"}, {"json": "[]", "file": "x"}, {"json": "{", "file": "x"}])
def test_a_deployment_by_rest_needs_both_parts(http: Http, body: dict[str, str]) -> None:
    url = f"{http.sandbox.salesforce_url}/services/data/v{VERSION}/metadata/deployRequest"

    answer = http.sandbox.pool.request("POST", url, fields=body, headers={"Authorization": "Bearer rita"})

    assert (answer.status, answer.json()[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")
    assert http("GET", "metadata/deployRequest/0Af8d0000000001").status == 404


def test_what_a_check_destroys_is_back_whatever_its_order(http: Http) -> None:
    """The rule asks for the permission: it is back at work although the permission was away meanwhile."""
    bypass = LEAD_OBJECT.replace("AND(ISBLANK", "AND(NOT($Permission.Bypass), ISBLANK")
    deploy(http, {**WHOLE, "objects/Lead.object": bypass})
    gone = manifest(PermissionSet=["Sync"], CustomPermission=["Bypass"], ValidationRule=["Lead.Needs_phone"])

    checked = deploy(http, {"package.xml": manifest(), "destructiveChanges.xml": gone}, checkOnly=True)

    assert checked["state"] == "Succeeded"
    assert (rules(http), http.query("SELECT COUNT() FROM CustomPermission")["totalSize"]) == (["Needs_phone"], 1)
    http.create("PermissionSet", Name="Reps", Label="Reps")
    assign(http, "Sync")
    assert http("POST", "sobjects/Lead", {**LEAD, "Key__c": "1"}).status == 201


def test_what_is_retrieved_can_be_deployed_elsewhere(http: Http) -> None:
    deploy(http, WHOLE)
    mdapi = metadata_api(http)
    wanted = {"CustomObject": ["Lead"], "CustomPermission": ["*"], "PermissionSet": ["Sync", "Never"]}

    retrieval_id, queued = mdapi.retrieve("", unpackaged=wanted)
    waiting = mdapi.check_retrieve_status(retrieval_id)
    http.sandbox.admin("salesforce", "clock", advance=10)
    state, _error, _messages, content = mdapi.retrieve_zip(retrieval_id)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    process = f"<asyncProcessId>{retrieval_id}</asyncProcessId>"
    told = soap(http, f"<checkRetrieveStatus {NAMESPACE}>{process}</checkRetrieveStatus>")
    http.sandbox.admin("salesforce", "reset")
    again = deploy(http, files)

    assert (queued, waiting[0], state) == ("Queued", "Pending", "Succeeded")
    assert sorted(files) == ["customPermissions/Bypass.customPermission", "objects/Lead.object", "package.xml",
                             "permissionsets/Sync.permissionset"]  # fmt: skip
    assert "Entity of type 'PermissionSet' named 'Never' cannot be found" in told.data.decode()
    assert (again["state"], rules(http)) == ("Succeeded", ["Needs_phone"])


def test_the_real_client_reads_whether_conversions_obey_rules(http: Http) -> None:
    read = metadata_api(http).LeadConfigSettings.read

    before = read("LeadConfig").shouldLeadConvertRequireValidation
    http.sandbox.admin("salesforce", "conversion", validate=True)

    assert (before, read("LeadConfig").shouldLeadConvertRequireValidation) == (False, True)
