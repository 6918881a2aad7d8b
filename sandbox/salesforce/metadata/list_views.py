"""ListView: `Lead.New_this_week`, with its columns and filters; what it shows is worked out when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.metadata.component import Done, Metadata, check_keys, check_name, not_there, object_and_name
from sandbox.salesforce.pages.columns import path_of
from sandbox.salesforce.pages.filters import where_of
from sandbox.salesforce.table import Row
from sandbox.salesforce.writes import stamp

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

KNOWN = ("booleanFilter", "columns", "division", "filterScope", "filters", "fullName", "label", "language", "queue",
         "sharedTo")  # fmt: skip


class ListViews:
    type = "ListView"

    def find(self, state: SalesforceState, full_name: str) -> str | None:
        row = _row(state, full_name)
        return row["Id"] if row else None

    def save(self, state: SalesforceState, full_name: str, metadata: Metadata) -> Done:
        table, name = object_and_name(state, full_name)
        check_name("List View Unique Name", name, 80)
        check_keys(self.type, metadata, KNOWN, ("label", "filterScope"))
        columns = metadata.get("columns") or []
        if not isinstance(columns, list):
            raise Trouble("JSON_PARSER_ERROR", "columns: a list is expected")
        for column in columns:
            path_of(table, str(column))
        where_of(state, table, metadata)
        rows = state.tables["listview"]
        before = _row(state, full_name)
        row = {
            **(before or {"Id": rows.next_id(), "DeveloperName": name, "SobjectType": table.kind.name}),
            "Name": metadata["label"], "IsSoqlCompatible": True, "Metadata": metadata,
        }  # fmt: skip
        stamp(rows, row, state.user_id, state.clock.tick(), creating=before is None)
        rows.put(row)
        return Done(row["Id"], before is None, lambda: rows.restore(row["Id"], before))

    def remove(self, state: SalesforceState, full_name: str) -> Done:
        row = _row(state, full_name)
        if row is None:
            raise not_there(self.type, full_name)
        rows = state.tables["listview"]
        rows.drop(row["Id"])
        return Done(row["Id"], False, lambda: rows.restore(row["Id"], row))

    def read(self, state: SalesforceState, full_name: str) -> Metadata | None:
        row = _row(state, full_name)
        return dict(row["Metadata"]) if row else None


def _row(state: SalesforceState, full_name: str) -> Row | None:
    wanted = full_name.lower()
    rows = state.tables["listview"].live.values()
    return next((row for row in rows if f"{row['SobjectType']}.{row['DeveloperName']}".lower() == wanted), None)
