"""query and queryAll, for the org's records and for the Tooling API, with their pages."""

from __future__ import annotations

import re
from typing import Any

from sandbox.salesforce.asking import names_of, today_of
from sandbox.salesforce.calls import Answer, Call
from sandbox.salesforce.cursors import Cursor
from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.metadata.definitions import tables_of
from sandbox.salesforce.soql.columns import columns_of
from sandbox.salesforce.soql.names import Names, Setting
from sandbox.salesforce.soql.parser import parse
from sandbox.salesforce.soql.plan import Shape, rows_and_shape
from sandbox.salesforce.table import Row

SMALLEST_PAGE, LARGEST_PAGE = 200, 2_000
ONE_ROW_ONLY = frozenset({"FullName", "Metadata"})


def query(call: Call) -> Answer:
    return _run(call, with_deleted=False)


def query_all(call: Call) -> Answer:
    return _run(call, with_deleted=True)


def tooling_query(call: Call) -> Answer:
    query = parse(call.required("q"))
    setting = Setting(today_of(call.state), call.state.user_id)
    names = Names(tables_of(call.state, query), lambda _kind, _field: True, query, setting)
    rows, shape = rows_and_shape(names, f"{call.base}/tooling")
    if len(rows) > 1 and any(names.find(path).field.name in ONE_ROW_ONLY for path in query.fields):
        message = (
            "When retrieving results with Metadata or FullName fields, the query qualifications must specify no more "
            f"than one row for retrieval. Result size: {len(rows)}"
        )
        raise Trouble("MALFORMED_QUERY", message)
    records = [] if query.counts else [shape(row) for row in rows]
    body = {"size": len(rows), "totalSize": len(rows), "done": True, "queryLocator": None,
            "entityTypeName": names.table.kind.name, "records": records}  # fmt: skip
    return Answer(200, body)


def more(call: Call) -> Answer:
    """The page that a locator names; asked twice, it is answered twice."""
    locator, cursor, first = call.state.cursors.find(call.parts[0])
    return Answer(200, _page(call, cursor, locator, first))


def _run(call: Call, with_deleted: bool) -> Answer:
    query = parse(call.required("q"))

    def open_page(rows: list[Row], shape: Shape) -> str:
        return call.state.cursors.open(rows, shape, LARGEST_PAGE)

    names = names_of(call.state, query, open_page)
    if call.flag("columns"):
        return Answer(200, columns_of(names))
    rows, shape = rows_and_shape(names, call.base, with_deleted)
    if query.counts:
        return Answer(200, {"totalSize": len(rows), "done": True, "records": []})
    size = _page_size(call)
    if len(rows) <= size:
        return Answer(200, {"totalSize": len(rows), "done": True, "records": [shape(row) for row in rows]})
    locator = call.state.cursors.open(rows, shape, size)
    return Answer(200, _page(call, call.state.cursors.find(f"{locator}-0")[1], locator, 0))


def _page(call: Call, cursor: Cursor, locator: str, first: int) -> dict[str, Any]:
    following = first + cursor.page
    body: dict[str, Any] = {"totalSize": len(cursor.rows), "done": following >= len(cursor.rows)}
    if not body["done"]:
        body["nextRecordsUrl"] = f"{call.base}/query/{locator}-{following}"
    body["records"] = [cursor.shape(row) for row in cursor.rows[first:following]]
    return body


def _page_size(call: Call) -> int:
    asked = re.search(r"batchSize\s*=\s*(\d{1,9})", call.headers.get("sforce-query-options", ""))
    return min(max(int(asked[1]), SMALLEST_PAGE), LARGEST_PAGE) if asked else LARGEST_PAGE
