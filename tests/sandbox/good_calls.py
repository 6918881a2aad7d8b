"""One good call of each kind that takes a body, to be spoilt by tests: method, path, body."""

from __future__ import annotations

from typing import Any

CONTACTS, DATA = "/crm/v3/objects/contacts", "/services/data/v66.0"
LEAD_ID = "00Q8d0000000001EAA"
COMPANY = "7086461639"
ASSOCIATIONS = "/crm/v4/associations/contacts/companies"
EMAIL = "rita@entente.example"
FILTER = {"propertyName": "email", "operator": "BETWEEN", "value": "a", "highValue": "b", "values": ["a"]}
OPTION = {"label": "Gold", "value": "gold", "displayOrder": 1, "hidden": False}
LEAD = {
    "attributes": {"type": "Lead"},
    "LastName": "Roux",
    "Company": "Acme",
    "AnnualRevenue": 1,
    "IsUnreadByOwner": True,
}
VALUE_SET = {"restricted": True, "valueSetDefinition": {"value": [{"fullName": "a", "label": "A", "default": False}]}}
TO = {"id": COMPANY}
TYPES = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 279}]
BARE_PAIR = {"from": {"id": "51"}, "to": TO}
PAIR = BARE_PAIR | {"types": TYPES}
HUBSPOT: list[tuple[str, str, Any]] = [
    ("POST", CONTACTS, {"properties": {"email": EMAIL, "city": "Lyon", "lifecyclestage": "lead"}}),
    ("PATCH", f"{CONTACTS}/51", {"properties": {"city": "Lyon", "hs_additional_emails": "a@b.fr;c@d.fr"}}),
    ("POST", f"{CONTACTS}/search", {
        "filterGroups": [{"filters": [FILTER]}], "sorts": [{"propertyName": "email", "direction": "DESCENDING"}],
        "query": "rita", "limit": 10, "after": 0, "properties": ["email"],
    }),
    ("POST", f"{CONTACTS}/batch/read", {"inputs": [{"id": "51"}], "properties": ["email"],
                                        "propertiesWithHistory": ["email"], "idProperty": "email"}),
    ("POST", f"{CONTACTS}/batch/create", {"inputs": [{"properties": {"city": "Lyon"}, "objectWriteTraceId": "1"}]}),
    ("POST", f"{CONTACTS}/batch/update", {"inputs": [{"id": "51", "properties": {"city": "Lyon"}}]}),
    ("POST", f"{CONTACTS}/batch/upsert", {
        "inputs": [{"id": EMAIL, "idProperty": "email", "properties": {"city": "Lyon"}, "objectWriteTraceId": "1"}],
    }),
    ("POST", "/crm/v3/properties/contacts", {
        "name": "tier", "label": "Tier", "type": "enumeration", "fieldType": "select", "hasUniqueValue": False,
        "groupName": "contactinformation", "options": [OPTION], "description": "", "displayOrder": 1,
    }),
    ("POST", f"/communication-preferences/v4/statuses/{EMAIL}", {
        "channel": "EMAIL", "statusState": "UNSUBSCRIBED", "subscriptionId": 35_555_791,
        "legalBasis": "LEGITIMATE_INTEREST_PQL", "legalBasisExplanation": "asked for",
    }),
    ("POST", f"{ASSOCIATIONS}/batch/create", {"inputs": [PAIR]}),
    ("POST", f"{ASSOCIATIONS}/batch/read", {"inputs": [{"id": "51", "after": "0"}]}),
    ("POST", f"{ASSOCIATIONS}/batch/associate/default", {"inputs": [BARE_PAIR]}),
    ("POST", f"{ASSOCIATIONS}/batch/labels/archive", {"inputs": [PAIR]}),
    ("POST", f"{ASSOCIATIONS}/batch/archive", {"inputs": [{"from": {"id": "51"}, "to": [TO]}]}),
    ("POST", f"{ASSOCIATIONS}/labels", {"label": "Boss", "name": "boss", "inverseLabel": "Has"}),
    ("PUT", f"/crm/v4/objects/contacts/51/associations/companies/{COMPANY}", TYPES),
    ("POST", "/crm/v3/associations/contacts/companies/batch/create", {
        "inputs": [BARE_PAIR | {"type": "contact_to_company"}],
    }),
    ("POST", CONTACTS, {"properties": {"city": "Lyon"}, "associations": [{"to": TO, "types": TYPES}]}),
    ("POST", "/crm/v3/objects/deals", {
        "properties": {"dealname": "One", "dealstage": "appointmentscheduled", "pipeline": "default", "amount": "1"},
    }),
    ("POST", "/crm/v3/pipelines/deals", {"label": "New", "displayOrder": 1, "stages": [
        {"label": "Open", "displayOrder": 0, "metadata": {"probability": "0.2", "isClosed": "false"}},
    ]}),
    ("POST", "/crm/v3/properties/contacts/groups", {"name": "more", "label": "More", "displayOrder": 1}),
    ("POST", "/crm/v3/properties/contacts/batch/create", {"inputs": [
        {"name": "b", "label": "B", "type": "number", "fieldType": "number", "groupName": "contactinformation"},
    ]}),
    ("POST", "/crm/v3/schemas", {
        "name": "cars", "labels": {"singular": "Car", "plural": "Cars"}, "primaryDisplayProperty": "plate",
        "requiredProperties": ["plate"], "searchableProperties": ["plate"], "secondaryDisplayProperties": [],
        "properties": [{"name": "plate", "label": "Plate", "type": "string", "fieldType": "text"}],
        "associatedObjects": ["CONTACT"],
    }),
    ("POST", f"{CONTACTS}/merge", {"primaryObjectId": "51", "objectIdToMerge": "101"}),
    ("POST", f"{CONTACTS}/batch/archive", {"inputs": [{"id": "51"}]}),
    ("POST", f"{CONTACTS}/gdpr-delete", {"objectId": "201"}),
]  # fmt: skip
REQUESTS = [
    {"method": "POST", "url": f"{DATA}/sobjects/Lead", "referenceId": "one", "body": LEAD, "httpHeaders": {"a": "b"}},
    {"method": "PATCH", "url": f"{DATA}/sobjects/Lead/@{{one.id}}", "referenceId": "two", "body": {"Email": EMAIL}},
]
SALESFORCE: list[tuple[str, str, Any]] = [
    ("POST", f"{DATA}/sobjects/Lead", LEAD),
    ("PATCH", f"{DATA}/sobjects/Lead/{LEAD_ID}", {"Email": EMAIL, "NumberOfEmployees": 3}),
    ("POST", f"{DATA}/sobjects/Contact", {"LastName": "Roux", "AccountId": None, "Birthdate": "1980-01-01"}),
    ("POST", f"{DATA}/composite/sobjects", {"records": [LEAD, LEAD], "allOrNone": False}),
    ("PATCH", f"{DATA}/composite/sobjects", {"records": [{"id": LEAD_ID, "attributes": {"type": "Lead"}}]}),
    ("PATCH", f"{DATA}/composite/sobjects/Lead/Id", {"records": [LEAD], "allOrNone": True}),
    ("POST", f"{DATA}/composite/sobjects/Lead", {"ids": [LEAD_ID], "fields": ["Id", "Name"]}),
    ("POST", f"{DATA}/tooling/sobjects/CustomField", {
        "FullName": "Lead.Tier__c", "Metadata": {"type": "Text", "label": "Tier", "length": 30, "externalId": True},
    }),
    ("POST", f"{DATA}/tooling/sobjects/CustomField", {
        "FullName": "Lead.Level__c", "Metadata": {"type": "Picklist", "label": "Tier", "valueSet": VALUE_SET},
    }),
    ("POST", f"{DATA}/tooling/sobjects/ValidationRule", {"FullName": "Lead.Reachable", "Metadata": {
        "active": True, "errorConditionFormula": "AND(ISBLANK(Phone), Company = \"None\")", "description": "",
        "errorDisplayField": "Phone", "errorMessage": "Enter a phone.",
    }}),
    ("POST", f"{DATA}/composite", {"allOrNone": True, "collateSubrequests": False, "compositeRequest": REQUESTS}),
    ("POST", f"{DATA}/composite/graph", {"graphs": [{"graphId": "g", "compositeRequest": REQUESTS}]}),
    ("POST", f"{DATA}/composite/batch", {"haltOnError": False, "batchRequests": [
        {"method": "PATCH", "url": f"v66.0/sobjects/Lead/{LEAD_ID}", "richInput": {"Email": EMAIL}},
        {"method": "GET", "url": "v66.0/limits"},
    ]}),
    ("POST", f"{DATA}/composite/tree/Lead", {"records": [
        {"attributes": {"type": "Lead", "referenceId": "one"}, "LastName": "Roux", "Company": "Acme"},
    ]}),
    ("POST", f"{DATA}/jobs/ingest", {
        "object": "Lead", "operation": "upsert", "externalIdFieldName": "Id", "contentType": "CSV", "lineEnding": "LF",
        "columnDelimiter": "COMMA", "assignmentRuleId": None,
    }),
    ("POST", f"{DATA}/jobs/query", {"operation": "query", "query": "SELECT Id FROM Lead", "lineEnding": "LF"}),
]  # fmt: skip
