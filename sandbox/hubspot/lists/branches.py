"""The filters of a list as a function of a record: branches of filters on properties, on other lists, and constants.

https://developers.hubspot.com/docs/api-reference/legacy/crm/lists/list-filters. A record without a value passes only
where `includeObjectsWithNoValueSet` says so. Filters on events, associations and the like are refused.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.hubspot.errors import bad_request
from sandbox.hubspot.filters import comparable
from sandbox.hubspot.schema.definitions import Property
from sandbox.hubspot.stamps import milliseconds, read_moment
from sandbox.hubspot.table import Record, Table

Test = Callable[[Record], bool]
InList = Callable[[str], Test]
"""The test whether a record is in the list with this id; refuses a list that is not there."""
Compare = Callable[[Any, Any], bool]

NUMBERS: dict[str, Compare] = {
    "IS_EQUAL_TO": operator.eq,
    "IS_NOT_EQUAL_TO": operator.ne,
    "IS_GREATER_THAN": operator.gt,
    "IS_GREATER_THAN_OR_EQUAL_TO": operator.ge,
    "IS_LESS_THAN": operator.lt,
    "IS_LESS_THAN_OR_EQUAL_TO": operator.le,
}
TEXTS: dict[str, tuple[Compare, bool]] = {
    "IS_EQUAL_TO": (operator.eq, True),
    "IS_NOT_EQUAL_TO": (operator.eq, False),
    "CONTAINS": (operator.contains, True),
    "DOES_NOT_CONTAIN": (operator.contains, False),
    "STARTS_WITH": (str.startswith, True),
    "ENDS_WITH": (str.endswith, True),
}
"""How a text compares with one of the values, and whether one must or none may."""
OPTIONS = ("IS_ANY_OF", "IS_NONE_OF", "IS_EXACTLY", "IS_NOT_EXACTLY", "CONTAINS_ALL", "DOES_NOT_CONTAIN_ALL")
EVER = {"HAS_EVER_BEEN": True, "HAS_NEVER_BEEN": False}
KNOWN = {"IS_KNOWN": True, "IS_NOT_BLANK": True, "IS_UNKNOWN": False, "IS_BLANK": False}


def compile_branch(table: Table, branch: Any, in_list: InList) -> Test:
    """A test for `{filterBranchType, filterBranches, filters}`; refuses what it does not know."""
    if not isinstance(branch, dict):
        raise wrong("a filterBranch must be an object")
    tests = [compile_branch(table, each, in_list) for each in listed(branch, "filterBranches")]
    tests += [compile_filter(table, each, in_list) for each in listed(branch, "filters")]
    match branch.get("filterBranchType"):
        case "OR":
            return lambda record: any(test(record) for test in tests)
        case "AND":
            return lambda record: all(test(record) for test in tests)
        case "NOT_ALL":
            return lambda record: not all(test(record) for test in tests)
        case "NOT_ANY":
            return lambda record: not any(test(record) for test in tests)
    raise wrong(f"filterBranchType must be OR, AND, NOT_ALL or NOT_ANY, not {branch.get('filterBranchType')!r}")


def listed(branch: dict[str, Any], key: str) -> list[Any]:
    found = branch.get(key) or []
    if not isinstance(found, list):
        raise wrong(f"{key} must be a list")
    return found


def compile_filter(table: Table, filter_: Any, in_list: InList) -> Test:
    match filter_:
        case {"filterType": "CONSTANT", "shouldAccept": bool() as accepts}:
            return lambda record: accepts
        case {"filterType": "IN_LIST", "listId": str() | int() as number, "operator": "IN_LIST" | "NOT_IN_LIST" as how}:
            test = in_list(str(number))
            return lambda record: test(record) == (how == "IN_LIST")
        case {"filterType": "PROPERTY", "property": str(name), "operation": {"operator": str()} as operation}:
            definition = table.definition(name)
            if definition is None:
                raise wrong(f"Property {name} does not exist")
            return on_property(definition, operation)
    raise wrong(
        f"a filter must be of filterType PROPERTY, IN_LIST or CONSTANT, with all that belongs to it: {filter_!r}"
    )


def on_property(definition: Property, operation: dict[str, Any]) -> Test:
    name, how = definition.name, operation["operator"]
    if operation.get("operationType") == "ALL_PROPERTY" and how in KNOWN:
        return lambda record: (name in record.properties) == KNOWN[how]
    without = bool(operation.get("includeObjectsWithNoValueSet", False))
    for prefix, wanted in EVER.items():
        if how.startswith(prefix):
            ever = on_value(definition, operation, how.replace(prefix, "IS").replace("IS_CONTAINED", "CONTAINS"))
            return lambda record: any(each[0] and ever(each[0]) for each in record.past(name)) == wanted
    test = on_value(definition, operation, how)
    return lambda record: without if (value := record.properties.get(name)) is None else test(value)


def on_value(definition: Property, operation: dict[str, Any], how: str) -> Callable[[str], bool]:
    """A test of one value, by the kind of operation."""
    kind = operation.get("operationType")
    if kind in ("STRING", "MULTISTRING") and how in TEXTS:
        return on_text(operation, *TEXTS[how])
    if kind == "NUMBER" and how in NUMBERS:
        compare, bound = NUMBERS[how], number(operation, "value")
        return lambda value: (found := as_number(value)) is not None and compare(found, bound)
    if kind == "NUMBER_RANGED" and how in ("IS_BETWEEN", "IS_NOT_BETWEEN"):
        low, high = number(operation, "lowerBound"), number(operation, "upperBound")
        return lambda value: (found := as_number(value)) is not None and (low <= found <= high) == (how == "IS_BETWEEN")
    if kind == "BOOL" and how in ("IS_EQUAL_TO", "IS_NOT_EQUAL_TO"):
        wanted = "true" if operation.get("value") in (True, "true") else "false"
        return lambda value: (value == wanted) == (how == "IS_EQUAL_TO")
    if kind == "ENUMERATION" and how in OPTIONS:
        return on_options(frozenset(values(operation)), how)
    if kind == "TIME_POINT" and how in ("IS_BEFORE", "IS_AFTER"):
        moment = time_point(operation.get("timePoint"))
        compare = operator.lt if how == "IS_BEFORE" else operator.gt
        return lambda value: (found := read_moment(value)) is not None and compare(found, moment)
    raise wrong(f"operator {how!r} of operationType {kind!r} does not suit {definition.name}")


def on_text(operation: dict[str, Any], compare: Compare, must: bool) -> Callable[[str], bool]:
    wanted = [each.lower() for each in values(operation)]
    return lambda value: any(compare(value.lower(), each) for each in wanted) == must


def on_options(wanted: frozenset[str], how: str) -> Callable[[str], bool]:
    def test(value: str) -> bool:
        chosen = set(value.split(";"))
        match how:
            case "IS_ANY_OF" | "IS_NONE_OF":
                return bool(chosen & wanted) == (how == "IS_ANY_OF")
            case "IS_EXACTLY" | "IS_NOT_EXACTLY":
                return (chosen == wanted) == (how == "IS_EXACTLY")
        return (chosen >= wanted) == (how == "CONTAINS_ALL")

    return test


def values(operation: dict[str, Any]) -> list[str]:
    found = operation["values"] if "values" in operation else [operation.get("value")]
    if not isinstance(found, list) or not found or None in found:
        raise wrong(f"operator {operation['operator']} needs values")
    return [str(each) for each in found]


def number(operation: dict[str, Any], key: str) -> float:
    found = as_number(str(operation.get(key)))
    if found is None:
        raise wrong(f"{key} must be a number, not {operation.get(key)!r}")
    return found


def as_number(value: str) -> float | None:
    found = comparable(Property("number", "", "number"), value)
    return found if isinstance(found, float) else None


def time_point(point: Any) -> int:
    """A day (`{timeType: DATE, year, month, day, hour?, minute?, second?, millisecond?, zoneId?}`) as a moment."""
    if not isinstance(point, dict) or point.get("timeType") != "DATE":
        raise wrong("timePoint must be of timeType DATE")
    try:
        zone: tzinfo = ZoneInfo(point["zoneId"]) if point.get("zoneId") else UTC
        parts = [int(point[each]) for each in ("year", "month", "day")]
        parts += [int(point.get(each) or 0) for each in ("hour", "minute", "second")]
        return milliseconds(datetime(*parts, tzinfo=zone)) + int(point.get("millisecond") or 0)  # type: ignore[misc, arg-type]
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise wrong(f"timePoint is no date: {error}") from error


def wrong(reason: str) -> Exception:
    return bad_request(f"Invalid filter: {reason}")
