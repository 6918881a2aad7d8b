"""Law 13: cost follows change. No query of a pass reads a table that grows with what is stored from end to end."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.sync.house import House

SCAN = re.compile(r"SCAN (?P<table>store_record|store_intent|store_change|store_alias|store_tombstone|other|r|a|l)\b")
QUERY = re.compile(r"\s*(SELECT|UPDATE|DELETE|INSERT|WITH)")


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="EXPLAIN QUERY PLAN is SQLite's")
def test_no_pass_scans_what_is_stored(db: None, tmp_path: Path) -> None:
    """Addresses change, leads are merged, a contact is archived: each looks up by an index what it needs."""
    house = House(
        tmp_path, contact={"on_merge": "propagate", "on_delete": "archive"},
        brakes={"deletes": 1, "blanks": 0.02, "overwrites": 0.2, "floor": 50},
    )  # fmt: skip
    _, winner = house.pair("Ann")
    _, loser = house.pair("Bea")
    _, gone = house.pair("Cy")
    queries: dict[str, Any] = {}

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if QUERY.match(sql) and params is not None:
            queries.setdefault(re.sub(r"%s(, *%s)+", "%s", sql), (sql, params[0] if many else params))
        return execute(sql, params, many, context)

    house.sales.edit(winner, Email="ann.new@x.com")
    house.sales.merge(loser, winner)
    house.sales.delete(gone)
    with connection.execute_wrapper(note):
        house.sync()

    scanned = set()
    with connection.cursor() as cursor:
        for sql, params in queries.values():
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            if any(SCAN.match(row[3]) for row in cursor.fetchall()):
                scanned.add(" ".join(sql.split()))
    assert scanned == set()
