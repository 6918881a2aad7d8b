"""Describe: what an object and its fields are, with the keys and types of the real bodies."""

from __future__ import annotations

from datetime import UTC
from email.utils import format_datetime, mktime_tz, parsedate_tz
from typing import Any
from zlib import crc32

from sandbox.salesforce.calls import Answer, Call
from sandbox.salesforce.schema.fields import Field, SObject

MASTER_RECORD_TYPE = "012000000000000AAA"
SOAP = {
    "id": "tns:ID", "reference": "tns:ID", "boolean": "xsd:boolean", "int": "xsd:int", "double": "xsd:double",
    "currency": "xsd:double", "percent": "xsd:double", "date": "xsd:date", "datetime": "xsd:dateTime",
    "address": "urn:address", "anyType": "xsd:anyType",
}  # fmt: skip
NEVER: dict[str, Any] = {
    "aiPredictionField": False, "autoNumber": False, "calculated": False, "calculatedFormula": None,
    "cascadeDelete": False, "controllerName": None, "defaultValueFormula": None, "dependentPicklist": False,
    "deprecatedAndHidden": False, "displayLocationInDecimal": False, "encrypted": False, "filteredLookupInfo": None,
    "formulaTreatNullNumberAsZero": False, "highScaleNumber": False, "htmlFormatted": False, "inlineHelpText": None,
    "mask": None, "maskType": None, "referenceTargetField": None, "relationshipOrder": None,
    "restrictedDelete": False, "writeRequiresMasterRead": False,
}  # fmt: skip
NEVER_AN_OBJECT: dict[str, Any] = {
    "activateable": False, "associateEntityType": None, "associateParentEntity": None, "custom": False,
    "customSetting": False, "deepCloneable": False, "deprecatedAndHidden": False, "hasSubtypes": False,
    "isInterface": False, "isSubtype": False,
}  # fmt: skip


def describe_global(call: Call) -> Answer:
    """All objects; 304 where nothing changed since the asked time."""
    if (unchanged := _unchanged(call)) is not None:
        return unchanged
    entries = [
        global_entry(table.kind, call) for table in sorted(call.state.tables.values(), key=lambda t: t.kind.name)
    ]
    return Answer(200, {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": entries}, _validators(call))


def _validators(call: Call) -> dict[str, str]:
    """By which a later request names this state of the org's objects."""
    changed_at = call.state.schema_changed_at.astimezone(UTC).replace(microsecond=0)
    tag = f"{crc32(changed_at.isoformat().encode()):08x}"
    return {"Last-Modified": format_datetime(changed_at, usegmt=True), "ETag": f'"{tag}"'}


def _unchanged(call: Call) -> Answer | None:
    asked = call.headers.get("if-modified-since")
    asked_for = parsedate_tz(asked) if asked else None  # what is no HTTP date is ignored, as HTTP asks
    changed_at = call.state.schema_changed_at.replace(microsecond=0)
    is_unchanged = asked_for is not None and mktime_tz(asked_for) >= changed_at.timestamp()
    return Answer(304, None, _validators(call)) if is_unchanged else None


def describe(call: Call) -> Answer:
    """An object with the fields that the API user may read; 304 where nothing changed since the asked time."""
    kind = call.state.table(call.parts[0]).kind
    if (unchanged := _unchanged(call)) is not None:
        return unchanged
    permissions = call.state.permissions
    fields = [
        describe_field(item, permissions.may_edit(kind, item))
        for item in kind.fields.values()
        if permissions.may_read(kind, item)
    ]
    body = {
        **global_entry(kind, call),
        **dict.fromkeys(("defaultImplementation", "extendedBy", "extendsInterfaces", "implementedBy",
                         "implementsInterfaces", "listviewable", "lookupLayoutable", "networkScopeFieldName")),
        **dict.fromkeys(("actionOverrides", "namedLayoutInfos"), ()),
        "childRelationships": _children(call, kind),
        "compactLayoutable": kind.layoutable,
        "fields": fields,
        "recordTypeInfos": _record_types(call, kind),
        "searchLayoutable": kind.traits.get("searchable", kind.layoutable),
        "sobjectDescribeOption": "FULL",
        "supportedScopes": _scopes(kind),
        "urls": _urls(call, kind, whole=True),
    }  # fmt: skip
    return Answer(200, dict(sorted(body.items())), _validators(call))


def global_entry(kind: SObject, call: Call) -> dict[str, Any]:
    """An object as the list of all objects shows it."""
    return {
        **NEVER_AN_OBJECT,
        "createable": kind.createable,
        "deletable": kind.deletable,
        "feedEnabled": kind.layoutable,
        "keyPrefix": kind.prefix,
        "label": kind.label,
        "labelPlural": kind.plural,
        "layoutable": kind.layoutable,
        "mergeable": kind.mergeable,
        "mruEnabled": kind.layoutable,
        "name": kind.name,
        "queryable": kind.queryable,
        "replicateable": kind.keeps_deleted,
        "retrieveable": True,
        "searchable": kind.layoutable,
        "triggerable": kind.triggerable,
        "undeletable": kind.keeps_deleted,
        "updateable": kind.updateable,
        "urls": _urls(call, kind),
        **kind.traits,
    }


def describe_field(item: Field, may_edit: bool = True) -> dict[str, Any]:
    """A field as describe shows it, to a user who may edit it or only read it."""
    body = {
        **NEVER,
        **_abilities(item),
        "byteLength": item.length if item.type in ("id", "reference") else item.length * 3,
        "caseSensitive": item.case_sensitive,
        "compoundFieldName": item.part_of,
        "createable": item.createable and may_edit,
        "custom": item.custom,
        "defaultValue": item.default,
        "defaultedOnCreate": item.defaulted,
        "digits": item.digits,
        "externalId": item.external_id,
        "extraTypeInfo": item.extra,
        "idLookup": item.id_lookup,
        "label": item.label,
        "length": item.length,
        "name": item.name,
        "nillable": item.nillable,
        "permissionable": item.permissionable,
        "picklistValues": [_choice(value, item) for value in item.values],
        "precision": item.precision,
        "referenceTo": list(item.refers_to),
        "relationshipName": item.relationship,
        "restrictedPicklist": item.restricted,
        "scale": item.scale,
        "type": item.type,
        "unique": item.unique,
        "updateable": item.updateable and may_edit,
    }
    return dict(sorted(body.items()))


def _abilities(item: Field) -> dict[str, Any]:
    """What follows from a field's type and kind: how it may be queried, and what SOAP calls it."""
    return {
        "aggregatable": item.may("aggregate"),
        "filterable": item.may("filter"),
        "groupable": item.may("group"),
        "nameField": item.name_field,
        "namePointing": item.polymorphic,
        "polymorphicForeignKey": item.polymorphic,
        "queryByDistance": item.type == "address",
        "searchPrefilterable": item.lookup,
        "soapType": SOAP.get(item.type, "xsd:string"),
        "sortable": item.may("sort"),
    }


def _choice(value: str, item: Field) -> dict[str, Any]:
    return {"active": True, "defaultValue": value == item.default, "label": value, "validFor": None, "value": value}


def _children(call: Call, parent: SObject) -> list[dict[str, Any]]:
    """The references that lead here from other objects of the sandbox."""
    return [
        {
            "cascadeDelete": item.cascade,
            "childSObject": table.kind.name,
            "deprecatedAndHidden": False,
            "field": item.name,
            "junctionIdListNames": [],
            "junctionReferenceTo": [],
            "relationshipName": item.children,
            "restrictedDelete": False,
        }
        for table in call.state.tables.values()
        for item in table.kind.fields.values()
        if parent.name in item.refers_to and item.name != "MasterRecordId"
    ]


def _record_types(call: Call, kind: SObject) -> list[dict[str, Any]]:
    """The object's record types, the first active one its default, and the master that every object has."""
    rows = [row for row in call.state.tables["recordtype"].live.values() if row.get("SobjectType") == kind.name]
    default = next((row["Id"] for row in rows if row.get("IsActive")), MASTER_RECORD_TYPE)
    master = {"Id": MASTER_RECORD_TYPE, "DeveloperName": "Master", "Name": "Master", "IsActive": True}
    layouts = f"{call.base}/sobjects/{kind.name}/describe/layouts"
    return [
        {
            "active": bool(row.get("IsActive")),
            "available": bool(row.get("IsActive")),
            "defaultRecordTypeMapping": row["Id"] == default,
            "developerName": row["DeveloperName"],
            "master": row is master,
            "name": row["Name"],
            "recordTypeId": row["Id"],
            "urls": {"layout": f"{layouts}/{row['Id']}"},
        }
        for row in (*rows, master)
    ]


def _scopes(kind: SObject) -> list[dict[str, str]]:
    plural = kind.plural.lower()
    scopes = [{"label": f"All {plural}", "name": "everything"}]
    if "ownerid" in kind.fields:
        scopes.append({"label": f"My {plural}", "name": "mine"})
    return scopes


def _urls(call: Call, kind: SObject, whole: bool = False) -> dict[str, str]:
    own = f"{call.base}/sobjects/{kind.name}"
    urls = {"rowTemplate": f"{own}/{{ID}}", "describe": f"{own}/describe", "sobject": own}
    if kind.layoutable:
        urls |= {name: f"{own}/describe/{name}" for name in ("compactLayouts", "approvalLayouts", "layouts")}
        urls |= {name: f"{own}/{name}" for name in ("listviews", "quickActions")}
    if whole and kind.layoutable:
        urls |= {"uiDetailTemplate": f"{call.origin}/{{ID}}", "uiEditTemplate": f"{call.origin}/{{ID}}/e",
                 "uiNewRecord": f"{call.origin}/{kind.prefix}/e"}  # fmt: skip
    return urls
