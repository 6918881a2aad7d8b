"""What people call a record, and what its fields show, from the facts: a batch of records at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from crm.record import Ref, Value
from crm.values import FieldType, dump, parse, same
from reports.stored import stored_fields
from rules.compile import facts_table
from store.sql import moment, rows_in
from sync.mapping import ObjectMap

SYSTEMS = {"hubspot": "HubSpot", "salesforce": "Salesforce"}
SIDES = {"marketing": "HubSpot", "sales": "Salesforce"}
_NAMED_BY = ("first_name", "last_name", "name", "company", "email")


def system_of(ref: str) -> str:
    """A record's system as people call it."""
    name = Ref.parse(ref).system
    return SYSTEMS.get(name, name)


def short(ref: str) -> str:
    """A reference as its own system's people know it: the system, the object and the id."""
    parsed = Ref.parse(ref)
    return f"{system_of(ref)} {parsed.object} {parsed.id}"


def names(objects: Mapping[str, ObjectMap], refs: Iterable[str]) -> dict[str, str]:
    """What people call each of these records; its reference where nothing is known of it."""
    wanted = set(refs)
    found = {ref: short(ref) for ref in wanted}
    for object_map in objects.values():
        fields = [name for name in _NAMED_BY if name in object_map.fields]
        for ref, values in shown(object_map, wanted, fields).items():
            found[ref] = _name(values) or found[ref]
    return found


def _name(values: Mapping[str, str | None]) -> str:
    person = " ".join(part for part in (values.get("first_name"), values.get("last_name")) if part)
    company = values.get("name") or values.get("company") or ""
    return ", ".join(part for part in (person, company) if part) or values.get("email") or ""


def shown(
    object_map: ObjectMap, refs: Iterable[str], wanted: Sequence[str] | None = None
) -> dict[str, dict[str, str | None]]:
    """By record and field, what is shown there as text; a field that its object lacks is left out."""
    stored = stored_fields(object_map)
    fields = [name for name in (wanted if wanted is not None else object_map.fields) if name in stored]
    if not fields:
        return {}
    columns = ", ".join(f'"f_{name}", "f_{name}__state"' for name in fields)
    sql = f'SELECT "ref", {columns} FROM "{facts_table(object_map.name)}" WHERE "ref" IN ({{keys}})'
    return {
        row[0]: {
            name: _text(object_map.fields[name].type, row[1 + 2 * place])
            for place, name in enumerate(fields)
            if row[2 + 2 * place] >= 0
        }
        for row in rows_in(sql, refs)
    }


def agree(object_map: ObjectMap, name: str, one: str | None, other: str | None) -> bool:
    """Whether two shown values of a field mean the same."""
    kind = object_map.fields[name].type
    return same(kind, _value(kind, one), _value(kind, other))


def _text(kind: FieldType, value: Any) -> str | None:
    match value:
        case None:
            return None
        case int() if kind is FieldType.DATETIME:
            return dump(moment(value))
        case int() if kind is FieldType.BOOL:
            return "true" if value else "false"
        case float():
            return f"{value:.10g}"
    return str(value).strip() or None


def _value(kind: FieldType, text: str | None) -> Value:
    with suppress(ValueError):
        return parse(kind, text)
    return text
