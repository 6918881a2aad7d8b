"""An OpenAPI document of each system, made from the sandbox's own route tables, for tests that generate requests.

Bodies are JSON objects whose known keys have likely values beside unlikely ones; ids and names are drawn from what a
small sandbox holds, and from what none does.
"""

from __future__ import annotations

import re
from typing import Any

from sandbox.hubspot import app as hubspot
from sandbox.salesforce import app as salesforce

Schema = dict[str, Any]
ANYTHING: Schema = {}
DATA = "/services/data/v66.0"


def one_of(*likely: Any) -> Schema:
    """One of the values that mean something, or any text."""
    return {"anyOf": [{"enum": list(likely)}, {"type": "string", "maxLength": 12}]}


def list_of(item: Schema) -> Schema:
    return {"type": "array", "items": item, "maxItems": 3}


def object_of(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "maxProperties": 6}


HUBSPOT_NAMES = one_of("email", "firstname", "lifecyclestage", "hs_object_id", "createdate", "nowhere")
SCALAR: Schema = {
    "anyOf": [{"type": "string", "maxLength": 12}, {"type": "number"}, {"type": "boolean"}, {"type": "null"}]
}
VALUES = object_of(email=SCALAR, firstname=SCALAR, lifecyclestage=one_of("lead", "customer"), createdate=SCALAR)
INPUT = object_of(
    id=one_of("51", "101", "a@b.fr"), idProperty=HUBSPOT_NAMES, properties=VALUES, objectWriteTraceId=SCALAR
)
FILTER = object_of(
    propertyName=HUBSPOT_NAMES, operator=one_of("EQ", "IN", "GT", "BETWEEN", "HAS_PROPERTY", "CONTAINS_TOKEN"),
    value=SCALAR, values=list_of(SCALAR), highValue=SCALAR,
)  # fmt: skip
SORT = {"anyOf": [HUBSPOT_NAMES, object_of(propertyName=HUBSPOT_NAMES, direction=one_of("ASCENDING", "DESCENDING"))]}
HUBSPOT_BODY = object_of(
    properties={"anyOf": [VALUES, list_of(HUBSPOT_NAMES)]}, inputs=list_of(INPUT), idProperty=HUBSPOT_NAMES,
    filterGroups=list_of(object_of(filters=list_of(FILTER))), sorts=list_of(SORT), query=SCALAR, limit=SCALAR,
    after=SCALAR, name=SCALAR, label=SCALAR, type=one_of("string", "enumeration"), fieldType=one_of("text", "select"),
    groupName=one_of("contactinformation"), options=list_of(object_of(label=SCALAR, value=SCALAR)),
    hasUniqueValue=SCALAR,
)  # fmt: skip
RECORD = object_of(
    attributes=object_of(type=one_of("Lead", "Contact")), Id=SCALAR, LastName=SCALAR, Company=SCALAR, Email=SCALAR,
    NumberOfEmployees=SCALAR,
)  # fmt: skip
SALESFORCE_BODY = object_of(
    LastName=SCALAR, Company=SCALAR, Email=SCALAR, OwnerId=SCALAR, Status=SCALAR, AnnualRevenue=SCALAR,
    records=list_of(RECORD), allOrNone=SCALAR, ids=list_of(SCALAR), fields=list_of(one_of("Id", "Name")),
    FullName=one_of("Lead.Odd__c"), Metadata=object_of(type=one_of("Text", "Picklist"), label=SCALAR, length=SCALAR),
)  # fmt: skip
QUERY = {
    "limit": one_of("1", "100", "101"), "after": one_of("51", "0"), "archived": one_of("true", "false"),
    "properties": HUBSPOT_NAMES, "propertiesWithHistory": HUBSPOT_NAMES, "idProperty": HUBSPOT_NAMES,
    "email": one_of("a@b.fr"),
}  # fmt: skip
SOQL = (
    "SELECT Id, Name FROM Lead WHERE Email LIKE '%a%' ORDER BY Name LIMIT 3", "SELECT COUNT() FROM Contact",
    "SELECT Id FROM Lead WHERE CreatedDate > 2026-01-01T00:00:00Z OFFSET 2", "SELECT Nothing FROM Nowhere",
)  # fmt: skip
SALESFORCE_QUERY = {"q": one_of(*SOQL), "ids": one_of("00Q8d0000000001EAA"), "fields": one_of("Id,Name", "Nothing")}


def document_of_hubspot() -> Schema:
    """The paths of the current API; the dated versions have the same handlers."""
    paths: dict[str, Schema] = {}
    for prefixes, method, path, _handler in hubspot.TABLE:
        entry = paths.setdefault(prefixes[0] + path, {})
        entry[method.lower()] = operation(method, parameters(prefixes[0] + path, "path") + queries(QUERY), HUBSPOT_BODY)
    return document("HubSpot", paths)


def document_of_salesforce() -> Schema:
    """The paths below one version, with a name for each part that a pattern catches."""
    paths: dict[str, Schema] = {}
    for pattern, handlers in salesforce.HANDLERS:
        for spelling in spellings(pattern):
            path = f"{DATA}/{spelling}".rstrip("/")
            entry = paths.setdefault(path, {})
            for method in handlers:
                parts = parameters(path, "path") + queries(SALESFORCE_QUERY)
                entry[method.lower()] = operation(method, parts, SALESFORCE_BODY)
    return document("Salesforce", paths)


def spellings(pattern: str) -> list[str]:
    """A pattern of the route table as paths with parameters.

    >>> spellings(f"(?:query|queryAll)/{salesforce.ONE}")
    ['query/{value0}', 'queryAll/{value0}']
    """
    text = pattern.replace("[rR]", "R")
    for kind, name in ((re.escape(salesforce.NAME), "name"), (r"\(\[[^)]*\)", "value")):
        between = re.split(kind, text)
        text = between[0] + "".join(f"{{{name}{number}}}{part}" for number, part in enumerate(between[1:]))
    if not (choice := re.search(r"\((?:\?:)?(\w+(?:\|\w+)*)\)", text)):
        return [text]
    return [text.replace(choice[0], each) for each in choice[1].split("|")]


def parameters(path: str, place: str) -> list[Schema]:
    """What may stand for each part of a path."""
    likely = {
        "object": one_of("contacts", "companies", "0-1", "unicorns"), "record_id": one_of("51", "101", "9" * 30),
        "name0": one_of("Lead", "Contact", "User", "Nothing"), "name1": one_of("Id", "Email", "HubSpot_Id__c"),
        "value0": one_of("00Q8d0000000001EAA", "0r88d0000000001EAA-2000"), "owner_id": one_of("41629779"),
    }  # fmt: skip
    return [
        {
            "name": name,
            "in": place,
            "required": True,
            "schema": {"minLength": 1, **likely.get(name, {"type": "string"})},
        }
        for name in re.findall(r"{(\w+)}", path)
    ]


def queries(known: dict[str, Schema]) -> list[Schema]:
    return [{"name": name, "in": "query", "required": False, "schema": schema} for name, schema in known.items()]


def operation(method: str, parts: list[Schema], body: Schema) -> Schema:
    answers = {"responses": {"default": {"description": "an answer"}}}
    if method in ("GET", "DELETE"):
        return {"parameters": parts, **answers}
    return {"parameters": parts, "requestBody": {"content": {"application/json": {"schema": body}}}, **answers}


def document(title: str, paths: dict[str, Schema]) -> Schema:
    return {"openapi": "3.0.3", "info": {"title": title, "version": "1"}, "paths": paths}
