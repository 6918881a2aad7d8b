"""What the store can tell a report before it counts: whether there is anything, which fields, and as of when."""

from __future__ import annotations

from datetime import datetime

from rules.compile import facts_table
from store.sql import column_types, moment, rows
from sync.mapping import Mapping, ObjectMap

SENDING = ("marketing_contact", "hard_bounce")
"""Fields in which the marketing system itself says whether somebody can be written to: nobody could fill them."""


class NothingRead(Exception):
    """The store holds no record yet; the message says what to run."""

    def __init__(self) -> None:
        super().__init__("nothing has been read yet: run `entente sync`")


def stored_fields(object_map: ObjectMap) -> list[str]:
    """Of an object's fields, in mapping order, those that its facts hold; none before the first sync."""
    columns = column_types(facts_table(object_map.name))
    return [name for name in object_map.fields if f"f_{name}__state" in columns]


def stored_objects(mapping: Mapping) -> dict[str, list[str]]:
    """By object, the fields that its facts hold. Raises NothingRead where not one record is counted."""
    found = {name: stored_fields(object_map) for name, object_map in mapping.objects.items()}
    if not any(fields and _has_records(name) for name, fields in found.items()):
        raise NothingRead
    return found


def last_read() -> datetime | None:
    """When a pass last read both sides to their ends, or `None` where no pass has ended."""
    [(at,)] = rows("SELECT MAX(ended_at) FROM store_run WHERE state IN ('done', 'braked')")
    return None if at is None else moment(at)


def pairs() -> int:
    """How many people are known to both systems."""
    [(number,)] = rows("SELECT COUNT(*) FROM store_link")
    return int(number)


def _has_records(object_name: str) -> bool:
    return bool(rows(f'SELECT 1 FROM "{facts_table(object_name)}" WHERE counted = 1 LIMIT 1'))
