"""describe/layouts and describe/compactLayouts: which fields stand on a record's page, for the API user.

https://developer.salesforce.com/docs/platform/api-rest/guide/resources-sobject-layouts-get.html
"""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from sandbox.salesforce.calls import Answer, Call
from sandbox.salesforce.describe import MASTER_RECORD_TYPE, describe_field
from sandbox.salesforce.errors import no_such_resource
from sandbox.salesforce.metadata.component import Metadata
from sandbox.salesforce.metadata.layouts import assigned
from sandbox.salesforce.schema.fields import Field
from sandbox.salesforce.table import Row, Table

COMPACT = ("Name", "Title", "Company", "Phone", "Email", "Website", "OwnerId")


def layouts(call: Call) -> Answer:
    table = _table(call)
    row = assigned(call.state, table.kind.name)
    mapping: dict[str, Any] = {
        **dict.fromkeys(("active", "available", "defaultRecordTypeMapping", "master"), True),
        "developerName": "Master", "layoutId": row["Id"], "name": "Master",
        "picklistsForRecordType": [], "recordTypeId": MASTER_RECORD_TYPE,
        "urls": {"layout": f"{call.base}/sobjects/{table.kind.name}/describe/layouts/{MASTER_RECORD_TYPE}"},
    }  # fmt: skip
    body = {"layouts": [_layout(call, table, row)], "recordTypeMappings": [mapping],
            "recordTypeSelectorRequired": [False]}  # fmt: skip
    return Answer(200, body)


def layout(call: Call) -> Answer:
    """That of one record type; here there is only the master one."""
    if call.parts[1] not in (MASTER_RECORD_TYPE, MASTER_RECORD_TYPE[:15]):
        raise no_such_resource()
    table = _table(call)
    return Answer(200, _layout(call, table, assigned(call.state, table.kind.name)))


def compact_layouts(call: Call) -> Answer:
    """The one that the system makes, for no other was made."""
    table = _table(call)
    fields = [field for name in COMPACT if (field := table.field(name)) and _may_read(call, table, field)]
    system = {
        "actions": [], "fieldItems": [_item(call, table, field, "Readonly", 0) for field in fields], "id": None,
        "imageItems": [], "label": "System Default", "name": "SYSTEM", "objectType": table.kind.name,
    }  # fmt: skip
    mapping: dict[str, Any] = {"available": True, "compactLayoutId": None, "compactLayoutName": "SYSTEM",
               "recordTypeId": MASTER_RECORD_TYPE, "recordTypeName": "Master", "urls": {}}  # fmt: skip
    own = f"{call.base}/sobjects/{table.kind.name}/describe/compactLayouts"
    body = {"compactLayouts": [system], "defaultCompactLayoutId": None, "recordTypeCompactLayoutMappings": [mapping],
            "urls": {"primary": f"{own}/primary"}}  # fmt: skip
    return Answer(200, body)


def _table(call: Call) -> Table:
    table = call.state.table(call.parts[0])
    if not table.kind.layoutable:
        raise no_such_resource()
    return table


def _may_read(call: Call, table: Table, field: Field) -> bool:
    return call.state.permissions.may_read(table.kind, field)


def _layout(call: Call, table: Table, row: Row) -> dict[str, Any]:
    sections = row["Metadata"].get("layoutSections") or []
    return {
        "buttonLayoutSection": {"detailButtons": []},
        "detailLayoutSections": [_section(call, table, row, each, n, False) for n, each in enumerate(sections, 1)],
        "editLayoutSections": [_section(call, table, row, each, n, True) for n, each in enumerate(sections, 1)],
        "feedView": None,
        "highlightsPanelLayoutSection": None,
        "id": row["Id"],
        "multirowEditLayoutSections": [],
        "offlineLinks": [],
        "quickActionList": {"quickActionListItems": []},
        "relatedContent": None,
        "relatedLists": [],
        "saveOptions": [],
    }


def _section(
    call: Call, table: Table, row: Row, section: Metadata, number: int, for_edit: bool
) -> dict[str, Any]:  # fmt: skip
    """The section's columns side by side, row by row; what the API user may not read is left out."""
    columns = [
        [item for item in column.get("layoutItems") or [] if _shows(call, table, item)]
        for column in section.get("layoutColumns") or []
    ]
    rows = []
    for place, line in enumerate(zip_longest(*columns)):
        items = [_of_metadata(call, table, item, place) for item in line]
        rows.append({"layoutItems": items, "numItems": len(items)})
    return {
        "collapsed": False,
        "columns": len(columns),
        "heading": section.get("label") or "",
        "layoutRows": rows,
        "layoutSectionId": f"01B{row['Id'][3:12]}{number:03d}",
        "parentLayoutId": row["Id"],
        "rows": len(rows),
        "tabOrder": "LeftToRight" if str(section.get("style")).endswith("LeftToRight") else "TopToBottom",
        "useCollapsibleSection": not for_edit,
        "useHeading": bool(section.get("editHeading" if for_edit else "detailHeading")),
    }


def _shows(call: Call, table: Table, item: Metadata) -> bool:
    field = table.field(item["field"]) if item.get("field") else None
    return field is None or _may_read(call, table, field)


def _of_metadata(call: Call, table: Table, item: Metadata | None, place: int) -> dict[str, Any]:
    field = table.field(item["field"]) if item and item.get("field") else None
    if item is None or field is None:
        return {"editableForNew": False, "editableForUpdate": False, "label": "", "layoutComponents": [],
                "placeholder": True, "required": False}  # fmt: skip
    return _item(call, table, field, item["behavior"], place)


def _item(call: Call, table: Table, field: Field, behaviour: str, place: int) -> dict[str, Any]:
    may_edit = call.state.permissions.may_edit(table.kind, field) and behaviour != "Readonly"
    component = {"details": describe_field(field, may_edit), "displayLines": 1, "tabOrder": place + 1, "type": "Field",
                 "components": [], "value": field.name}  # fmt: skip
    return {
        "editableForNew": may_edit and (field.createable or field.name_field),
        "editableForUpdate": may_edit and (field.updateable or field.name_field),
        "label": field.label,
        "layoutComponents": [component],
        "placeholder": False,
        "required": behaviour == "Required",
    }
