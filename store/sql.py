"""Batches of rows through the database's own cursor, where rows are too many for the ORM."""

from __future__ import annotations

import fcntl
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from django.db import connection

CHUNK = 2_000
Item = TypeVar("Item")
_LOCK = "entente "
_NUL_IN_JSON = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    """The items in lists of at most `size`."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def marks(items: Sequence[object]) -> str:
    """The placeholders of an IN list."""
    return ", ".join(["%s"] * len(items))


def rows(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Every row of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def rows_in(sql: str, keys: Iterable[Any], before: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
    """Every row of a query over many keys; `{keys}` in its text stands for the IN list, after what `before` fills."""
    for chunk in chunks(keys):
        yield from rows(sql.replace("{keys}", marks(chunk)), [*before, *chunk])


def execute(sql: str, parameters: Sequence[Any] = ()) -> int:
    """Run one statement; returns how many rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(sql, *_storable([parameters]))
        return int(cursor.rowcount)


def execute_many(sql: str, parameters: Sequence[Sequence[Any]]) -> None:
    """Run one statement for many rows."""
    if parameters:
        with connection.cursor() as cursor:
            cursor.executemany(sql, _storable(parameters))


def execute_in(sql: str, keys: Iterable[Any], before: Sequence[Any] = ()) -> None:
    """Run one statement over many keys; `{keys}` in its text stands for the IN list, after what `before` fills."""
    for chunk in chunks(keys):
        execute(sql.replace("{keys}", marks(chunk)), [*before, *chunk])


def _storable(parameters: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    """Postgres stores no NUL in a text, and no system means one: there it is left out."""
    if connection.vendor != "postgresql":
        return parameters
    return [[_without_nul(cell) if isinstance(cell, str) else cell for cell in row] for row in parameters]


def _without_nul(text: str) -> str:
    if text.startswith("{") and "\\u0000" in text:
        return _NUL_IN_JSON.sub(r"\1", text)
    return text.replace("\x00", "")


def column_types(table: str) -> dict[str, str]:
    """By column of a table, its declared type, in capitals."""
    if connection.vendor == "postgresql":
        sql = """SELECT column_name, data_type FROM information_schema.columns
                 WHERE table_schema = current_schema() AND table_name = %s"""
    else:
        sql = "SELECT name, type FROM pragma_table_info(%s)"
    return {name: kind.upper() for name, kind in rows(sql, [table])}


def upsert(table: str, key: str, columns: Sequence[str]) -> str:
    """An INSERT that becomes an UPDATE of these columns where the key exists (SQLite and Postgres)."""
    names = ", ".join(f'"{column}"' for column in (key, *columns))
    updates = ", ".join(f'"{column}" = excluded."{column}"' for column in columns)
    values = marks((key, *columns))
    return f'INSERT INTO {table} ({names}) VALUES ({values}) ON CONFLICT ("{key}") DO UPDATE SET {updates}'


@contextmanager
def one_at_a_time(what: str) -> Iterator[None]:
    """What several processes on one database must do one after the other, also over several transactions."""
    if connection.vendor != "postgresql":
        with _locked_file(what):
            yield
        return
    rows("SELECT pg_advisory_lock(hashtext(%s))", [_LOCK + what])
    try:
        yield
    finally:
        rows("SELECT pg_advisory_unlock(hashtext(%s))", [_LOCK + what])


@contextmanager
def _locked_file(what: str) -> Iterator[None]:
    """SQLite locks for one transaction at most; a file beside the database locks for longer."""
    database = Path(connection.settings_dict["NAME"])
    if not database.exists():
        yield
        return
    with database.with_name(f"{database.name}.{what}.lock").open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def lock_until_commit(what: str) -> None:
    """Within a transaction: wait until no other one holds this. On SQLite every transaction is alone already."""
    if connection.vendor == "postgresql":
        rows("SELECT pg_advisory_xact_lock(hashtext(%s))", [_LOCK + what])


def skip_locked() -> str:
    """Ends a SELECT that claims rows: those that another process is just claiming are left to it."""
    return "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""


def milliseconds(at: datetime) -> int:
    """A time as the tables keep it."""
    return (at - _EPOCH) // _MILLISECOND


def moment(at: int) -> datetime:
    """The reverse of `milliseconds`."""
    return _EPOCH + at * _MILLISECOND


def now() -> int:
    """This machine's time, in milliseconds."""
    return time.time_ns() // 1_000_000
