"""What the admins of a portal require of a record: on creating it, and while another property has a certain value.

From `/2026-09/` on the API enforces these rules; the versions before it never did, there they bind people only.
https://developers.hubspot.com/changelog/crm-api-write-validation-enforcement
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.hubspot.errors import Problem, bad_request
from sandbox.hubspot.table import Record, Table

ENFORCED_FROM = "/2026-09/"


@dataclass(frozen=True, slots=True)
class Condition:
    """While `property` has `value`, the properties `required` may not be blank."""

    property: str
    value: str
    required: tuple[str, ...]


@dataclass(slots=True)
class Rules:
    """The rules of one object."""

    on_create: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()


@dataclass(slots=True)
class PropertyRules:
    by_object: dict[str, Rules] = field(default_factory=dict)

    def set(self, table: Table, on_create: Any, conditional: Any) -> None:
        """Replace the rules of an object; ValueError says what is wrong with them."""
        conditions = [read_condition(each) for each in as_list(conditional, "conditional")]
        names = [str(each) for each in as_list(on_create, "required_on_create")]
        named = [*names, *(name for each in conditions for name in (each.property, *each.required))]
        unknown = sorted(name for name in set(named) if table.definition(name) is None)
        if unknown:
            raise ValueError(f"{table.kind.name} have no property {', '.join(unknown)}")
        self.by_object[table.kind.name] = Rules(tuple(names), tuple(conditions))

    def check(self, table: Table, values: Mapping[str, str | None], record: Record | None, route: str) -> None:
        """Refuse a write to a path of 2026-09 that breaks a rule."""
        rules = self.by_object.get(table.kind.name)
        if rules is None or ENFORCED_FROM not in route:
            return
        before = record.properties if record else {}
        after = {name: value for name, value in {**before, **values}.items() if value is not None}
        missing = [name for name in rules.on_create if name not in after] if record is None else []
        if missing:
            singular = table.kind.singular.upper()
            raise refused(f"Error creating {singular}. Some required properties were not set.", missing)
        for each in rules.conditions:
            missing = broken(each, values, after)
            if missing:
                raise refused(f"Some properties are required when {each.property} is {each.value}.", missing)


def broken(rule: Condition, values: Collection[str], after: Mapping[str, str]) -> list[str]:
    """What is missing after a write that touches the rule; one that touches none of its properties may pass."""
    is_touched = rule.property in values or any(name in values for name in rule.required)
    if not is_touched or after.get(rule.property) != rule.value:
        return []
    return [name for name in rule.required if name not in after]


def refused(message: str, names: list[str]) -> Exception:
    problems = [Problem(name, "REQUIRED_PROPERTY", f'Property "{name}" is required') for name in names]
    return bad_request(message, errors=[each.as_error() for each in problems], context={"properties": names})


def read_condition(rule: Any) -> Condition:
    match rule:
        case {"when": {"property": str(name), "value": str(value), **more}, "required": [*required], **rest}:
            if required and not more and not rest:
                return Condition(name, value, tuple(str(each) for each in required))
    shape = '{"when": {"property": name, "value": text}, "required": [names]}'
    raise ValueError(f"each conditional rule must be {shape}, not {rule!r}")


def as_list(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{name} must be a list, not {value!r}")
    return value
