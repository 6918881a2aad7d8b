"""One filter of a search as a function of a record, and what records are sorted by.

Numbers compare as numbers, dates as moments, text without regard to case; the values of a list (`IN`, `NOT_IN`) on
text must be in lower case to be found. A record without the property matches NOT_HAS_PROPERTY and no other operator.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from fnmatch import translate
from typing import Any

from sandbox.hubspot.errors import HubSpotRefusal, bad_request
from sandbox.hubspot.schema.definitions import Property
from sandbox.hubspot.stamps import read_moment
from sandbox.hubspot.table import Record, Table
from sandbox.reading import read_whole

Test = Callable[[Record], bool]
Key = Callable[[Record], Any]

ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "EQ": operator.eq,
    "NEQ": operator.ne,
    "LT": operator.lt,
    "LTE": operator.le,
    "GT": operator.gt,
    "GTE": operator.ge,
}
OPERATORS = (
    *ORDER,
    "BETWEEN",
    "IN",
    "NOT_IN",
    "HAS_PROPERTY",
    "NOT_HAS_PROPERTY",
    "CONTAINS_TOKEN",
    "NOT_CONTAINS_TOKEN",
)


def compile_filter(table: Table, filter_: Any) -> Test:
    """A test for `{propertyName, operator, value | values | value and highValue}`; refuses what HubSpot refuses."""
    if not isinstance(filter_, dict):
        raise wrong("a filter must be an object with propertyName and operator")
    name, how = str(filter_.get("propertyName")), str(filter_.get("operator"))
    if name.startswith("associations."):
        return joined(table, name.removeprefix("associations."), filter_)
    definition = table.definition(name)
    if definition is None:
        raise wrong(f"Property {name} does not exist")
    key = sort_key(table, name)
    if how in ORDER:
        return ordered(ORDER[how], key, read_value(definition, filter_, "value"))
    match how:
        case "BETWEEN":
            low, high = read_value(definition, filter_, "value"), read_value(definition, filter_, "highValue")
            return lambda record: (value := key(record)) is not None and low <= value <= high
        case "IN" | "NOT_IN":
            return listed(definition, key, filter_.get("values"), is_in=how == "IN")
        case "HAS_PROPERTY":
            return lambda record: name in record.properties
        case "NOT_HAS_PROPERTY":
            return lambda record: name not in record.properties
        case "CONTAINS_TOKEN" | "NOT_CONTAINS_TOKEN":
            return token(name, str(filter_.get("value") or ""), is_in=how == "CONTAINS_TOKEN")
    raise wrong(f"operator of {name} must be one of {', '.join(OPERATORS)}, not {how!r}")


def joined(table: Table, other: str, filter_: dict[str, Any]) -> Test:
    """Whether a record is associated with others: `associations.contact EQ 51`."""
    beside, how = table.neighbours, filter_.get("operator")
    if how in ("IN", "NOT_IN"):
        sent = filter_.get("values")
        ids = [read_whole(str(each)) for each in sent] if isinstance(sent, list) else []
    else:
        ids = [read_whole(str(filter_.get("value")))]
    try:
        beside(0, other)
    except KeyError as error:
        raise wrong(f"Property associations.{other} does not exist") from error
    match how:
        case "HAS_PROPERTY":
            return lambda record: bool(beside(record.id, other))
        case "NOT_HAS_PROPERTY":
            return lambda record: not beside(record.id, other)
        case "EQ" | "IN" | "NEQ" | "NOT_IN" if ids and None not in ids:
            is_in = how in ("EQ", "IN")
            return lambda record: any(each in beside(record.id, other) for each in ids) == is_in
    raise wrong(f"associations.{other} takes ids with EQ, NEQ, IN and NOT_IN, or HAS_PROPERTY, not {how!r}")


def ordered(compare: Callable[[Any, Any], bool], key: Key, bound: Any) -> Test:
    return lambda record: (value := key(record)) is not None and compare(value, bound)


def listed(definition: Property, key: Key, values: Any, is_in: bool) -> Test:
    if not isinstance(values, list) or not values:
        raise wrong(f"values of {definition.name} must be a list with at least one value")
    if definition.type in ("string", "phone_number"):
        wanted = {str(each) for each in values}
    else:
        wanted = {read_value(definition, {"value": each}, "value") for each in values}
    return lambda record: (value := key(record)) is not None and (value in wanted) == is_in


def token(name: str, wanted: str, is_in: bool) -> Test:
    """Whether a word (or, with `*`, a pattern over a word or the whole value) is in the text."""
    if not wanted:
        raise wrong(f"value of {name} must name what to look for")
    if "*" in wanted:
        pattern = re.compile(translate(wanted.lower()))
        return lambda record: (
            (value := record.properties.get(name)) is not None
            and (any(pattern.match(each) for each in (value.lower(), *words(value))) == is_in)
        )
    tokens = set(words(wanted))
    return lambda record: (
        (value := record.properties.get(name)) is not None and (tokens <= set(words(value))) == is_in
    )  # fmt: skip


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def read_value(definition: Property, filter_: dict[str, Any], name: str) -> Any:
    """A value of a filter, in the type in which the property compares."""
    raw = filter_.get(name)
    text = "" if raw is None else str(raw)
    value = comparable(definition, ("true" if raw else "false") if isinstance(raw, bool) else text)
    if text == "" or value is None:
        raise wrong(f"{name} of {definition.name} is not a valid {definition.type}: {text!r}")
    return value


def comparable(definition: Property, text: str) -> Any:
    """A value as it compares: a float, milliseconds, or text in lower case (options of a list are taken exactly)."""
    match definition.type:
        case "number":
            try:
                return float(text)
            except ValueError:
                return None
        case "date" | "datetime":
            return read_moment(text)
        case "enumeration" | "bool":
            return text
    return text.lower()


def sort_key(table: Table, name: str) -> Key:
    """What a record compares by; None where it has no value. The stamps and the id come without any parsing."""
    definition = table.definition(name)
    if definition is None:
        raise wrong(f"Property {name} does not exist")
    if name == table.kind.modified_property:
        return operator.attrgetter("modified")
    if name == "createdate":
        return operator.attrgetter("created")
    if name == "hs_object_id":
        return operator.attrgetter("id")
    kind = definition
    return lambda record: None if (text := record.properties.get(name)) is None else comparable(kind, text)


def wrong(reason: str) -> HubSpotRefusal:
    """Search wraps every complaint in the same words; the reason stands in `errors`."""
    return bad_request("There was a problem with the request.", errors=[{"message": reason}])
