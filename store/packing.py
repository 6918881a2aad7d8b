"""The changes of a write, as an intent keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress

import orjson

from crm.record import Side
from crm.values import dump, load
from sync.mapping import Mapping as FieldMapping
from sync.outcomes import FieldChange


def packed(changes: Iterable[FieldChange]) -> dict[str, dict[str, str | None]]:
    """By field, the change as JSON can write it."""
    return {
        change.field: {
            "old": dump(change.old),
            "new": dump(change.new),
            "source": dump(change.source),
            "rule": change.rule,
            "reason": change.reason,
        }
        for change in changes
    }


def unpacked(mapping: FieldMapping, object_name: str, side: Side, text: str) -> Iterator[FieldChange]:
    """The reverse of `packed`."""
    object_map = mapping.objects[object_name]
    for name, each in orjson.loads(text).items():
        # An unanswered write may be older than the mapping: a field that is no longer mapped is left out.
        with suppress(KeyError, ValueError):
            old, new, source = (load(object_map.type_of(name), each[key]) for key in ("old", "new", "source"))
            yield FieldChange(name, side, old, new, source, each["rule"], each["reason"])
