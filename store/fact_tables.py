"""The tables behind the facts: how they are made and mended, and the statements that fill them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import blake2b

from django.db import connection

from crm.record import Record, Side
from crm.values import FieldType
from rules.facts import LEADS
from store.sql import column_types, execute_in, execute_many, marks
from sync.mapping import FieldMap
from sync.references import ids_of

COLUMN_TYPES = {FieldType.NUMBER: "DOUBLE PRECISION", FieldType.BOOL: "SMALLINT", FieldType.DATETIME: "BIGINT"}
OWN_COLUMNS = {
    "side": "TEXT NOT NULL",
    "object_name": "TEXT NOT NULL",
    "counted": "SMALLINT NOT NULL",
    "changed": "SMALLINT NOT NULL",
    "owner": "TEXT",
    "rep": "TEXT",
    "own_stage": "TEXT",
    "stage": "TEXT",
    "modified_at": "BIGINT NOT NULL",
    "id": "TEXT",
    "twin": "TEXT",
    "first_at": "BIGINT",
    "stage_at": "BIGINT",
    "own_stage_at": "BIGINT",
    "owner_at": "BIGINT",
}


def ensure(table: str, types: Mapping[str, str], keys: Collection[str]) -> bool:
    """Make or mend a table: what is missing is added, and a column whose field changed its type is made anew. `keys`
    are the expressions by which rules look for its rows. Returns whether any column was made."""
    wanted = {**OWN_COLUMNS, **types}  # the mapping's own columns can be added later: they have defaults
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE TABLE IF NOT EXISTS {LEADS} ("field" TEXT, "target" TEXT, "ref" TEXT)')
        cursor.execute(f'CREATE INDEX IF NOT EXISTS "{LEADS}_target" ON {LEADS} ("target", "field")')
        cursor.execute(f'CREATE INDEX IF NOT EXISTS "{LEADS}_ref" ON {LEADS} ("ref")')
        is_new = table not in connection.introspection.table_names(cursor)
        if is_new:
            columns = ", ".join(f'"{column}" {kind}' for column, kind in wanted.items())
            cursor.execute(f'CREATE TABLE "{table}" ("ref" TEXT PRIMARY KEY, {columns})')
            cursor.execute(f'CREATE INDEX "{table}_changed" ON "{table}" ("ref") WHERE "changed" = 1')
        indexes = {f"{table}_{blake2b(key.encode(), digest_size=6).hexdigest()}": key for key in keys}
        for name, about in connection.introspection.get_constraints(cursor, table).items():
            if (
                about["index"]
                and name not in indexes
                and name.rpartition("_")[0] == table
                and name != f"{table}_changed"
            ):
                cursor.execute(f'DROP INDEX "{name}"')
    missing = {} if is_new else _mend(table, types, wanted)
    with connection.cursor() as cursor:
        for name, key in indexes.items():
            cursor.execute(f'CREATE INDEX IF NOT EXISTS "{name}" ON "{table}" ({key})')
    return is_new or bool(missing)


def _mend(table: str, types: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    existing = column_types(table)
    with connection.cursor() as cursor:
        for column in types:
            if existing.get(column, "") not in ("", types[column].partition(" NOT NULL")[0]):
                cursor.execute(f'ALTER TABLE "{table}" DROP COLUMN "{column}"')
                del existing[column]
        missing = {column: kind for column, kind in wanted.items() if column not in existing}
        for column, kind in missing.items():
            cursor.execute(f'ALTER TABLE "{table}" ADD COLUMN "{column}" {kind}')
    return missing


def upsert(table: str, columns: Sequence[str], stamped: Sequence[str], is_read: bool) -> str:
    """The statement that stores a row of facts: the reference, what is known of the record, `columns`, and at last when
    it was first seen and when stage, own stage, owner and the `stamped` fields changed.

    A row of sales that belongs to a pair keeps the stage of the pair, which `settle` alone knows. Where it `is_read`
    anew, what is another value than before has changed by then; a field that was not mapped before has not.
    """
    known = ["side", "object_name", "changed", "owner", "own_stage", "stage", "modified_at", *columns, "rep", "id"]
    lone = f'({table}."twin" IS NULL OR excluded."side" = \'marketing\')'
    changes = {f"{name}_at": _differs(table, name) for name in ("own_stage", "owner")}
    changes["stage_at"] = f"{lone} AND {_differs(table, 'stage')}"
    for name in stamped:
        state = f'"f_{name}__state"'
        differs = f"({_differs(table, f'f_{name}')} OR excluded.{state} <> {table}.{state})"
        changes[f"f_{name}__at"] = f"{table}.{state} >= 0 AND {differs}"
    updates = {name: f'excluded."{name}"' for name in known}
    updates["stage"] = f'CASE WHEN {lone} THEN excluded."stage" ELSE {table}."stage" END'
    updates["first_at"] = f'COALESCE({table}."first_at", excluded."first_at")'
    if is_read:
        for name, test in changes.items():
            updates[name] = f'CASE WHEN {test} THEN excluded."modified_at" ELSE {table}."{name}" END'
    written = [*known[:-2], "counted", "rep", "id", "first_at", "stage_at", "own_stage_at", "owner_at"]
    written = ["ref", *written, *(f"f_{name}__at" for name in stamped)]
    names = ", ".join(f'"{name}"' for name in written)
    sets = ", ".join(f'"{name}" = {value}' for name, value in updates.items())
    return f'INSERT INTO {table} ({names}) VALUES ({marks(written)}) ON CONFLICT ("ref") DO UPDATE SET {sets}'


def _differs(table: str, name: str) -> str:
    return f'excluded."{name}" IS DISTINCT FROM {table}."{name}"'


def remember_leads(object_name: str, side: Side, fields: Iterable[FieldMap], records: Sequence[Record]) -> None:
    """Which records these lead to by some of their references."""
    execute_in(f'DELETE FROM {LEADS} WHERE "ref" IN ({{keys}})', [str(record.ref) for record in records])
    found = [
        (f"{object_name}.{field.name}", target, str(record.ref))
        for field in fields
        for record in records
        if (native_name := field.native_name(side, record.ref.object)) is not None
        for target in ids_of(field, record.fields.get(native_name))
    ]
    execute_many(f'INSERT INTO {LEADS} ("field", "target", "ref") VALUES (%s, %s, %s)', found)
