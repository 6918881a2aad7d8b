"""Layout: `Lead-Lead Layout`, the sections of a record's page. Each object has one from the start.

The first one shows the standard fields; a custom field stands on a page only where somebody puts it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.metadata.component import Done, Metadata, items_of, not_there, object_and_name
from sandbox.salesforce.schema.fields import Field, SObject
from sandbox.salesforce.table import Row, Table
from sandbox.salesforce.writes import stamp

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

BEHAVIOURS = ("Edit", "Required", "Readonly")


class Layouts:
    type = "Layout"

    def find(self, state: SalesforceState, full_name: str) -> str | None:
        row = find_layout(state, full_name)
        return row["Id"] if row else None

    def save(self, state: SalesforceState, full_name: str, metadata: Metadata) -> Done:
        table, name = object_and_name(state, full_name, "-")
        if len(name) > 80:
            raise Trouble("STRING_TOO_LONG", f"Layout Name: data value too large: {name} (max length=80)", ("Name",))
        _check_fields(table, metadata)
        rows = state.tooling["layout"]
        before = find_layout(state, full_name)
        row = {**(before or new_row(rows, table.kind, name)), "Metadata": metadata}
        stamp(rows, row, state.user_id, state.clock.tick(), creating=before is None)
        rows.put(row)
        return Done(row["Id"], before is None, lambda: rows.restore(row["Id"], before))

    def remove(self, state: SalesforceState, full_name: str) -> Done:
        """Not the first one, which the profile shows."""
        row = find_layout(state, full_name)
        if row is None:
            raise not_there(self.type, full_name)
        if row["Id"] == assigned(state, row["EntityDefinitionId"])["Id"]:
            message = "Cannot delete a page layout that is assigned to a profile or a record type"
            raise Trouble("DELETE_FAILED", message, ())
        rows = state.tooling["layout"]
        rows.drop(row["Id"])
        return Done(row["Id"], False, lambda: rows.restore(row["Id"], row))

    def read(self, state: SalesforceState, full_name: str) -> Metadata | None:
        row = find_layout(state, full_name)
        return dict(row["Metadata"]) if row else None


def new_row(rows: Table, kind: SObject, name: str) -> Row:
    return {"Id": rows.next_id(), "Name": name, "LayoutType": "Standard", "TableEnumOrId": kind.name,
            "EntityDefinitionId": kind.name, "FullName": f"{kind.name}-{name}"}  # fmt: skip


def assigned(state: SalesforceState, object_name: str) -> Row:
    """The layout that the API user's profile shows: the object's first."""
    rows = state.tooling["layout"]
    found = next((row for row in rows.live.values() if row["EntityDefinitionId"] == object_name), None)
    if found is not None:
        return found
    kind = state.tables[object_name.lower()].kind
    row = {**new_row(rows, kind, f"{kind.label} Layout"), "Metadata": standard(kind)}
    rows.put(row)
    return row


def find_layout(state: SalesforceState, full_name: str) -> Row | None:
    table = state.tables.get(full_name.partition("-")[0].lower())
    if table is not None and table.kind.layoutable:
        assigned(state, table.kind.name)
    rows = state.tooling["layout"].live.values()
    return next((row for row in rows if row["FullName"].lower() == full_name.lower()), None)


def standard(kind: SObject) -> Metadata:
    """Two sections: what is filled in by hand, and who made the record."""
    fields = [field for field in kind.fields.values() if not field.custom and field.type not in ("id", "address")]
    by_hand = [field for field in fields if field.updateable and not _is_inner(field)]
    person = [kind.fields["name"]] if "lastname" in kind.fields else []
    system = [kind.fields[name] for name in ("createdbyid", "lastmodifiedbyid") if name in kind.fields]
    return {"layoutSections": [_section("Information", [*person, *by_hand]), _section("System Information", system)]}


def _is_inner(field: Field) -> bool:
    """A part of a person's name, or the place of an address on the globe: not on a page by itself."""
    return (field.part_of == "Name" and not field.name_field) or field.name.endswith(
        ("Latitude", "Longitude", "Accuracy")
    )


def _section(label: str, fields: list[Field]) -> Metadata:
    halves = (fields[::2], fields[1::2])
    columns = [{"layoutItems": [{"behavior": _behaviour(field), "field": field.name} for field in half]}
               for half in halves]  # fmt: skip
    return {"customLabel": False, "detailHeading": True, "editHeading": True, "label": label, "layoutColumns": columns,
            "style": "TwoColumnsTopToBottom"}  # fmt: skip


def _behaviour(field: Field) -> str:
    if not field.updateable and not field.name_field:
        return "Readonly"
    return "Required" if field.is_required or (field.name_field and not field.createable) else "Edit"


def items(metadata: Metadata) -> Iterator[Metadata]:
    """The items of all sections, with a field or without one."""
    for section in items_of(metadata, "layoutSections"):
        for column in items_of(section, "layoutColumns"):
            yield from items_of(column, "layoutItems")


def _check_fields(table: Table, metadata: Metadata) -> None:
    """Each field is there, and those that a record needs are on the page."""
    shown: set[str] = set()
    for item in items(metadata):
        name = item.get("field")
        if name is None:
            continue
        field = table.field(str(name))
        if field is None:
            message = f"In field: field - no CustomField named {table.kind.name}.{name} found"
            raise Trouble("INVALID_CROSS_REFERENCE_KEY", message, ())
        if item.get("behavior") not in BEHAVIOURS:
            raise Trouble("FIELD_INTEGRITY_EXCEPTION", f"Invalid behavior of {name}: {item.get('behavior')}", ())
        shown.add(field.name)
    for field in table.kind.fields.values():
        if field.is_required and field.name not in shown and field.part_of not in shown:
            message = f"Layout must contain an item for required layout field: {field.name}"
            raise Trouble("FIELD_INTEGRITY_EXCEPTION", message, ())
