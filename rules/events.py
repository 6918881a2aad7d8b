"""What happens, in the words of the mapping: an event is a moment on the record itself, or a related record.

    events:
      msql.assigned: {at: owner}
      call: {object: activity, kind: call, at: [occurred_at, completed_at], human: true}
      rejected_with_reason: {at: stage, when: {field: msql.stage, op: eq, value: rejected}, human: true}

`names` says by which other names rules call an object, and of which kind it is then (`meeting`: an activity).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import StrictBool, field_validator

from rules.conditions import Condition, Name, Strict


class Event(Strict):
    """One kind of thing that happens. `at` names a field of type datetime, whose moment it is, or any other one (or
    `stage`, or `owner`), which says it by changing; of several the first that is filled."""

    object: Name | None = None
    """The object whose records it is, related to the rule's own by a reference; without it, the record itself."""
    kind: str | None = None
    at: tuple[Name, ...]
    when: Condition | None = None
    human: StrictBool | None = None
    """Whether only people do this; a rule that is `human_only` needs to know."""

    @field_validator("at", mode="before")
    @classmethod
    def _as_list(cls, at: Any) -> Any:
        return [at] if isinstance(at, str) else at


class Named(Strict):
    """Which object is meant by another name, and which kind of it."""

    object: Name
    kind: str | None = None


_PATHS = frozenset({
    "field", "fields", "keys", "relation", "distinct", "start", "event", "basis_field", "proof_fields", "strata",
})  # fmt: skip
"""The keys of rules under which a field's path stands; its first half names an object."""


def renamed(part: Any, names: Mapping[str, Named], key: str = "") -> Any:
    """A part of a rule file with every object called as the mapping calls it.

    >>> renamed({"object": "msql", "check": {"fields": ["msql.phone"]}}, {"msql": Named(object="contact")})
    {'object': 'contact', 'check': {'fields': ['contact.phone']}}
    """
    match part:
        case dict():
            return {name: renamed(each, names, name) for name, each in part.items()}
        case list() | tuple():
            return [renamed(each, names, key) for each in part]
        case str() if key == "object" and part in names:
            return names[part].object
        case str() if key == "transition" or key in _PATHS:
            owner, dot, rest = part.partition(".")
            return f"{names[owner].object}{dot}{rest}" if dot and owner in names else part
    return part
