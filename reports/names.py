"""What people call a record: its names, else its company (or its own name), its address, or its reference."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from crm.states import FieldState
from reports.stored import stored_fields
from rules.compile import facts_table
from store.sql import rows_in
from sync.mapping import Mapping as FieldMapping

_PARTS = ("first_name", "last_name", "company", "email")


def name_columns(fields: Collection[str]) -> str:
    """The columns of the facts `f` that `called` makes a name of; `fields` are those that the facts hold."""
    filled = FieldState.INVALID.value
    parts = [part if part in fields or part != "company" else "name" for part in _PARTS]
    names = [
        f'CASE WHEN f."f_{part}__state" >= {filled} THEN f."f_{part}" END' if part in fields else "NULL"
        for part in parts
    ]
    return ", ".join(names)


def called(ref: str, first: str | None, last: str | None, company: str | None, email: str | None) -> str:
    """A record's name, from the columns of `name_columns`."""
    names = " ".join(part.strip() for part in (first, last) if part)
    return names or company or email or ref


def names_of(mapping: FieldMapping, refs: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """The names of records, given by object; one query for each object. A record that is not known has none."""
    found: dict[str, str] = {}
    for object_name, wanted in refs.items():
        fields = stored_fields(mapping.objects[object_name]) if object_name in mapping.objects else []
        if fields:
            sql = f'SELECT f.ref, {name_columns(fields)} FROM "{facts_table(object_name)}" f WHERE f.ref IN ({{keys}})'
            found |= {row[0]: called(*row) for row in rows_in(sql, wanted)}
    return found
