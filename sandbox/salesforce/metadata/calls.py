"""The Metadata API's calls for single components: create, read, update, upsert and delete, at most ten of one type."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.metadata.component import Component, Metadata
from sandbox.salesforce.metadata.kinds import BY_TYPE, FILES
from sandbox.salesforce.metadata.settings import LEAD_CONFIG, read_lead_config
from sandbox.salesforce.metadata.xml_tree import Element, write_xml
from sandbox.salesforce.metadata.xml_values import metadata_of
from sandbox.salesforce.table import Row

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

MOST = 10
MOST_TYPES = 3
BORN = "1970-01-01T00:00:00.000Z"
Result = dict[str, Any]
One = Callable[["SalesforceState", Component, str, Metadata], Result]


def _kind(type_name: str) -> Component:
    kind = BY_TYPE.get(type_name.rpartition(":")[2])
    if kind is None:
        raise Trouble("INVALID_TYPE", f"This type of metadata is not available for this organization: {type_name}")
    return kind


def _check_count(count: int) -> None:
    if count > MOST:
        raise Trouble(
            "LIMIT_EXCEEDED", f"record limit reached. cannot submit more than {MOST} records in this operation"
        )


def _each(one: One) -> Callable[[SalesforceState, Element], str]:
    """The answer to a call that brings whole components: one result for each, in order."""

    def operation(state: SalesforceState, asked: Element) -> str:
        brought = asked.all("metadata")
        _check_count(len(brought))
        results = []
        for element in brought:
            kind = _kind(element.attributes.get("type", ""))
            full_name = element.text_of("fullName")
            metadata = {name: value for name, value in metadata_of(element).items() if value is not None}
            results.append(_result(full_name, partial(one, state, kind, full_name, metadata)))
        return write_xml("result", results)

    return operation


def _result(full_name: str, work: Callable[[], Result]) -> Result:
    try:
        return {"fullName": full_name, "success": True, **work()}
    except Trouble as trouble:
        errors = {"message": trouble.message, "statusCode": trouble.code}
        return {"errors": errors, "fullName": full_name, "success": False}


def _create(state: SalesforceState, kind: Component, full_name: str, metadata: Metadata) -> Result:
    if kind.find(state, full_name):
        name = full_name.rpartition(".")[2].removesuffix("__c")
        raise Trouble("DUPLICATE_DEVELOPER_NAME", f"There is already a {kind.type} named {name}.")
    return {**_upsert(state, kind, full_name, metadata), "created": None}


def _update(state: SalesforceState, kind: Component, full_name: str, metadata: Metadata) -> Result:
    if not kind.find(state, full_name):
        raise Trouble("INVALID_CROSS_REFERENCE_KEY", f"In field: fullName - no {kind.type} named {full_name} found")
    return {**_upsert(state, kind, full_name, metadata), "created": None}


def _upsert(state: SalesforceState, kind: Component, full_name: str, metadata: Metadata) -> Result:
    done = kind.save(state, full_name, metadata)
    sent = {"FullName": full_name, "Metadata": metadata}
    state.log.write("create" if done.created else "update", kind.type, done.id, sent)
    return {"created": done.created}


def _delete(state: SalesforceState, asked: Element) -> str:
    kind = _kind(asked.text_of("type"))
    names = [element.text.strip() for element in asked.all("fullNames")]
    _check_count(len(names))

    def one(full_name: str) -> Result:
        done = kind.remove(state, full_name)
        state.log.write("archive", kind.type, done.id, {})
        return {}

    return write_xml("result", [_result(name, partial(one, name)) for name in names])


def _read(state: SalesforceState, asked: Element) -> str:
    """One record for each name; an empty one for what is not there."""
    type_name = asked.text_of("type")
    read = read_lead_config if type_name == LEAD_CONFIG else _kind(type_name).read
    names = [element.text.strip() for element in asked.all("fullNames")]
    _check_count(len(names))
    records = ""
    for name in names:
        metadata = read(state, name)
        if metadata is None:
            records += '<records xsi:nil="true"/>'
            continue
        shown = {"fullName": name, **{key: metadata[key] for key in sorted(metadata) if metadata[key] is not None}}
        records += write_xml("records", shown, {"xsi:type": type_name.rpartition(":")[2]})
    return f"<result>{records}</result>"


def _list(state: SalesforceState, asked: Element) -> str:
    """The components of up to three types, as the files that they would come in."""
    queries = asked.all("queries")
    if len(queries) > MOST_TYPES:
        raise Trouble("LIMIT_EXCEEDED", f"record limit reached. cannot submit more than {MOST_TYPES} queries")
    result = []
    for query in queries:
        kind = _kind(query.text_of("type"))
        folder, suffix = FILES[kind.type]
        for full_name, row in sorted(kind.all(state).items()):
            file = f"{folder}/{full_name.partition('.')[0] if folder == 'objects' else full_name}.{suffix}"
            result.append(file_properties(state, kind.type, full_name, row, file))
    return write_xml("result", result)


def file_properties(state: SalesforceState, type_name: str, full_name: str, row: Row, file: str) -> Result:
    """Where a component comes from, who made it, and when it changed."""
    user = state.tables["user"].live[state.user_id]["Name"]
    made = {"ById": state.user_id, "ByName": user, "Date": BORN}
    changed = {**made, "Date": str(row.get("SystemModstamp") or BORN)}
    return {
        **{f"created{name}": value for name, value in made.items()},
        "fileName": file, "fullName": full_name, "id": row["Id"],
        **{f"lastModified{name}": value for name, value in changed.items()},
        "type": type_name,
    }  # fmt: skip


def _describe(_state: SalesforceState, _asked: Element) -> str:
    """The types that are kept here, with their folders."""
    objects = [
        {"childXmlNames": [name for name, file in FILES.items() if file[0] == "objects"], "directoryName": "objects",
         "inFolder": False, "metaFile": False, "suffix": "object", "xmlName": "CustomObject"},
        *({"directoryName": folder, "inFolder": False, "metaFile": False, "suffix": suffix, "xmlName": name}
          for name, (folder, suffix) in FILES.items() if folder != "objects"),
    ]  # fmt: skip
    shown = {"metadataObjects": objects, "organizationNamespace": "", "partialSaveAllowed": True, "testRequired": False}
    return write_xml("result", shown)


CALLS: dict[str, Callable[[SalesforceState, Element], str]] = {
    "createMetadata": _each(_create),
    "updateMetadata": _each(_update),
    "upsertMetadata": _each(_upsert),
    "deleteMetadata": _delete,
    "readMetadata": _read,
    "listMetadata": _list,
    "describeMetadata": _describe,
}
