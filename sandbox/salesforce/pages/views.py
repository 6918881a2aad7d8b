"""The list views of an object: all of them, one, its describe with its query, and its results.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_listviewresults.htm
"""

from __future__ import annotations

from typing import Any

from sandbox.salesforce.asking import names_of
from sandbox.salesforce.calls import Answer, Call
from sandbox.salesforce.errors import Trouble, no_such_resource
from sandbox.salesforce.ids import full_id
from sandbox.salesforce.pages.columns import HIDDEN, field_at, path_of, shown_column
from sandbox.salesforce.pages.filters import where_of
from sandbox.salesforce.schema.fields import Field
from sandbox.salesforce.soql.parser import parse
from sandbox.salesforce.soql.plan import select, shape_of
from sandbox.salesforce.table import Row, Table

MOST = 2_000


def all_views(call: Call) -> Answer:
    table = call.state.table(call.parts[0])
    views = [_entry(call, row) for row in _rows(call, table)]
    body = {"done": True, "listviews": views, "nextRecordsUrl": None, "size": len(views),
            "sobjectType": table.kind.name}  # fmt: skip
    return Answer(200, body)


def view(call: Call) -> Answer:
    return Answer(200, _entry(call, _row(call)))


def describe(call: Call) -> Answer:
    table, row = call.state.table(call.parts[0]), _row(call)
    columns = _columns(call, table, row)
    order = [{"fieldNameOrPath": name, "nullsPosition": "first", "sortDirection": "ascending"}
             for name in _order(table)]  # fmt: skip
    body = {
        "columns": _shown(table, columns),
        "id": row["Id"],
        "orderBy": order,
        "query": _query(call, table, row, columns),
        "relatedEntityId": None,
        "scope": "mine" if row["Metadata"]["filterScope"] == "Mine" else "everything",
        "scopeEntityId": None,
        "sobjectType": table.kind.name,
        "whereCondition": {"conditions": [], "conjunction": "and"},
    }
    return Answer(200, body)


def results(call: Call) -> Answer:
    """The values of each record by column; 25 records unless `limit` says otherwise, from `offset` on."""
    table, row = call.state.table(call.parts[0]), _row(call)
    columns = _columns(call, table, row)
    limit, offset = _number(call, "limit", 25, 1, MOST), _number(call, "offset", 0, 0, 10**9)
    names = names_of(call.state, parse(_query(call, table, row, columns)))
    shape = shape_of(names, call.base)
    found = select(names)
    paths = [path for path, _field in columns]
    records = [
        {"columns": [{"fieldNameOrPath": path, "value": _wire(_value(shown, path))} for path in paths]}
        for shown in map(shape, found[offset : offset + limit])
    ]
    body = {
        "columns": _shown(table, columns),
        "developerName": row["DeveloperName"],
        "done": offset + limit >= len(found),
        "id": row["Id"],
        "label": row["Name"],
        "records": records,
        "size": len(records),
    }
    return Answer(200, body)


def _rows(call: Call, table: Table) -> list[Row]:
    rows = [row for row in call.state.tables["listview"].live.values() if row["SobjectType"] == table.kind.name]
    return sorted(rows, key=lambda row: (row["Name"], row["Id"]))


def _row(call: Call) -> Row:
    table = call.state.table(call.parts[0])
    wanted = full_id(call.parts[1])
    row = next(
        (row for row in _rows(call, table) if wanted == row["Id"] or call.parts[1] == row["DeveloperName"]), None
    )
    if row is None:
        raise no_such_resource()
    return row


def _entry(call: Call, row: Row) -> dict[str, Any]:
    own = f"{call.base}/sobjects/{row['SobjectType']}/listviews/{row['Id']}"
    return {"describeUrl": f"{own}/describe", "developerName": row["DeveloperName"], "id": row["Id"],
            "label": row["Name"], "resultsUrl": f"{own}/results", "soqlCompatible": True, "url": own}  # fmt: skip


def _columns(call: Call, table: Table, row: Row) -> list[tuple[str, Field]]:
    """What the view shows and the API user may see, then what every view carries."""
    paths = [path_of(table, column) for column in row["Metadata"].get("columns") or []]
    columns: dict[str, Field] = {}
    for path in [*paths, *HIDDEN]:
        kind, field = field_at(call.state, table, path)
        if field is not None and call.state.permissions.may_read(kind, field):
            columns.setdefault(path, field)
    return list(columns.items())


def _shown(table: Table, columns: list[tuple[str, Field]]) -> list[dict[str, Any]]:
    first = _order(table)[0]
    return [shown_column(field, path, path == first, path in HIDDEN) for path, field in columns]


def _order(table: Table) -> list[str]:
    return ["Name", "Id"] if table.field("Name") else ["Id"]


def _query(call: Call, table: Table, row: Row, columns: list[tuple[str, Field]]) -> str:
    where = where_of(call.state, table, row["Metadata"])
    chosen = ", ".join(path for path, _field in columns)
    order = ", ".join(f"{name} ASC NULLS FIRST" for name in _order(table))
    return f"SELECT {chosen} FROM {table.kind.name}{f' WHERE {where}' if where else ''} ORDER BY {order}"


def _value(shown: dict[str, Any], path: str) -> Any:
    value: Any = shown
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _wire(value: Any) -> str | None:
    """Every value is a text here."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def _number(call: Call, name: str, default: int, least: int, most: int) -> int:
    text = call.parameters.get(name)
    if text is None:
        return default
    if not text.isdecimal() or not least <= int(text) <= most:
        raise Trouble("INVALID_QUERY_FILTER_OPERATOR", f"{name} must be a whole number from {least} to {most}")
    return int(text)
