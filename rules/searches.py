"""The conditions of rules as the filters of HubSpot's search, for previews: see `rules/previews.py`.

A search knows groups of filters and no opposite, and a blank meets no filter but the one for blanks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import product
from typing import Any, TypeAlias

from crm.values import TEXTUAL
from rules.compare import span
from rules.conditions import Condition, Scalar
from rules.previews import CannotPreview, Part, Sight, Test, plain

MOST_GROUPS, MOST_FILTERS, MOST_IN_ALL = 5, 6, 18
"""https://developers.hubspot.com/docs/api-reference/search/guide: five groups of six filters, eighteen in all."""

Filter: TypeAlias = dict[str, Any]
_ORDER = {"gt": "GT", "gte": "GTE", "lt": "LT", "lte": "LTE"}
_AGAINST = {"gt": "LTE", "gte": "LT", "lt": "GTE", "lte": "GT"}


def hubspot_groups(condition: Condition, sight: Sight) -> list[dict[str, list[Filter]]]:
    """The condition as `filterGroups` of a search; an empty list finds everything. Raises CannotPreview where a search
    cannot say it, or takes fewer filters."""
    groups = _groups(plain(condition, sight), sight, wanted=True)
    if any(not group for group in groups):
        return []
    filters = sum(map(len, groups))
    if len(groups) > MOST_GROUPS or max(map(len, groups), default=0) > MOST_FILTERS or filters > MOST_IN_ALL:
        raise CannotPreview(f"a search takes {MOST_GROUPS} groups of {MOST_FILTERS} filters at most; ask for less")
    if not groups:
        return [{"filters": [{"propertyName": "hs_object_id", "operator": "NOT_HAS_PROPERTY"}]}]
    return [{"filters": group} for group in groups]


def _groups(part: Part, sight: Sight, *, wanted: bool) -> list[list[Filter]]:
    """Groups of which one must hold with all its filters; those of the opposite where it is not `wanted`."""
    if isinstance(part, Test):
        return list(_filters(part, sight)) if wanted else list(_opposite(part, sight))
    if part.op == "not":
        return _groups(part.parts[0], sight, wanted=not wanted)
    each = [_groups(one, sight, wanted=wanted) for one in part.parts]
    if (part.op == "any") is wanted:
        return [group for groups in each for group in groups]
    return [_merged(chosen) for chosen in product(*each)]


def _merged(groups: Iterable[list[Filter]]) -> list[Filter]:
    found: list[Filter] = []
    for group in groups:
        found += [each for each in group if each not in found]
    return found


def _filters(test: Test, sight: Sight) -> Iterator[list[Filter]]:
    name = test.shown.name
    if test.op == "set":
        yield [_filter(name, "NOT_IN", _both_cases(sight.placeholders)) if _has_stand_ins(test, sight) else
               _filter(name, "HAS_PROPERTY")]  # fmt: skip
    elif test.op == "has":
        for value in test.values:
            yield [_filter(name, "CONTAINS_TOKEN", str(value))]
    elif test.op == "in":
        yield [_filter(name, "EQ", _wire(test.values[0])) if len(test.values) == 1 else
               _filter(name, "IN", _both_cases(map(_wire, test.values)))]  # fmt: skip
    else:
        yield [_filter(name, _ORDER[test.op], _wire(test.values[0]))]


def _opposite(test: Test, sight: Sight) -> Iterator[list[Filter]]:
    """A blank meets no filter but that it is blank."""
    name = test.shown.name
    yield [_filter(name, "NOT_HAS_PROPERTY")]
    if test.op == "set":
        if _has_stand_ins(test, sight):
            yield [_filter(name, "IN", _both_cases(sight.placeholders))]
    elif test.op == "has":
        yield [_filter(name, "NOT_CONTAINS_TOKEN", str(value)) for value in test.values]
    elif test.op == "in":
        yield [_filter(name, "NEQ", _wire(test.values[0])) if len(test.values) == 1 else
               _filter(name, "NOT_IN", _both_cases(map(_wire, test.values)))]  # fmt: skip
    else:
        yield [_filter(name, _AGAINST[test.op], _wire(test.values[0]))]


def _has_stand_ins(test: Test, sight: Sight) -> bool:
    return test.shown.type in TEXTUAL and bool(sight.placeholders)


def _both_cases(values: Iterable[str]) -> list[str]:
    """In lists, texts are found in small letters only, and options as they are."""
    return list(dict.fromkeys(each for value in values for each in (value, value.lower())))


def _filter(name: str, operator: str, value: str | list[str] | None = None) -> Filter:
    found: Filter = {"propertyName": name, "operator": operator}
    if value is not None:
        found["values" if isinstance(value, list) else "value"] = value
    return found


def _wire(value: Scalar) -> str:
    """A value as HubSpot compares it: days and moments in milliseconds."""
    match value:
        case bool():
            return str(value).lower()
        case date():
            return str(span(value)[0])
    return str(value)
