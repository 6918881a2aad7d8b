"""A value as it is sent -> the value as it is stored and shown; what the field's type refuses is a `Trouble`.

Times are stored as they go over the wire, in UTC and whole seconds, so that their text sorts as they do.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime
from typing import Any

from sandbox.salesforce.errors import Trouble, unreadable_json
from sandbox.salesforce.ids import full_id
from sandbox.salesforce.schema.fields import ID_TYPES, Field

EMAIL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
DATE = re.compile(r"\d{4}-\d\d-\d\d")
DATETIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)")
JSON_KINDS = {bool: "VALUE_TRUE", int: "VALUE_NUMBER_INT", float: "VALUE_NUMBER_FLOAT", str: "VALUE_STRING",
              dict: "START_OBJECT", list: "START_ARRAY"}  # fmt: skip
NAMES = {"boolean": "boolean", "int": "int", "double": "double", "currency": "double", "percent": "double",
         "date": "date", "datetime": "datetime"}  # fmt: skip


def wire_moment(at: datetime) -> str:
    """`2026-11-01T10:11:12.000+0000`: Salesforce keeps whole seconds.

    >>> wire_moment(datetime(2026, 11, 1, 10, 11, 12, 999, tzinfo=UTC))
    '2026-11-01T10:11:12.000+0000'
    """
    return at.astimezone(UTC).isoformat()[:19] + ".000+0000"


def moment_of(stored: str) -> datetime:
    """What `wire_moment` wrote, read back.

    >>> moment_of("2026-11-01T10:11:12.000+0000").isoformat()
    '2026-11-01T10:11:12+00:00'
    """
    return datetime.fromisoformat(stored[:19]).replace(tzinfo=UTC)


def read_moment(text: str) -> str | None:
    """The stored form of a datetime with a time zone; None for what is none.

    >>> read_moment("2026-11-01T12:11:12.345+02:00"), read_moment("2026-11-01T12:11:12")
    ('2026-11-01T10:11:12.000+0000', None)
    """
    found = DATETIME.fullmatch(text)
    if not found:
        return None
    zone = found[3].replace("Z", "+00:00")
    zone = zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
    try:
        return wire_moment(datetime.fromisoformat(found[1] + zone))
    except (ValueError, OverflowError):
        return None


def read_day(text: str) -> str | None:
    """The text of a date that exists; None for others."""
    if not DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def clean(field: Field, value: Any) -> Any:
    """The value as it is stored, None for null. Raises `Trouble` for what Salesforce refuses.

    >>> from sandbox.salesforce.schema.fields import text
    >>> clean(text("Title", 128), "  Buyer "), clean(text("Title", 128), "   ")
    ('Buyer', None)
    """
    if field.type == "boolean":
        return _boolean(field, value)
    if value is None or value == "":
        return None
    if field.is_text:
        return _text(field, value)
    if field.type in ID_TYPES:
        return _id(field, value)
    if field.type in ("date", "datetime"):
        return _time(field, value)
    if field.type in ("int", "double", "currency", "percent"):
        return _number(field, value)
    return value


def _misread(field: Field, value: Any) -> Trouble:
    kind = JSON_KINDS.get(type(value), "VALUE_NULL")
    shown = str(value).lower() if isinstance(value, bool) else value
    return unreadable_json(
        f"Cannot deserialize instance of {NAMES.get(field.type, 'string')} from {kind} value {shown} "
        "or request may be missing a required field at [line:1, column:2]"
    )


def _boolean(field: Field, value: Any) -> bool:
    if value is None or value == "":
        message = f"{field.label}: value not of required type: "
        raise Trouble("INVALID_TYPE_ON_FIELD_IN_RECORD", message, (field.name,))
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false", "1", "0"):
        return value.lower() in ("true", "1")
    raise _misread(field, value)


def _text(field: Field, value: Any) -> str | None:
    if not isinstance(value, str):
        raise _misread(field, value)
    trimmed = value.strip()
    if not trimmed:
        return None
    if len(trimmed) > field.length and field.type != "multipicklist":
        message = f"{field.label}: data value too large: {trimmed} (max length={field.length})"
        raise Trouble("STRING_TOO_LONG", message, (field.name,))
    if field.type == "email" and not EMAIL.fullmatch(trimmed):
        raise Trouble("INVALID_EMAIL_ADDRESS", f"{field.label}: invalid email address: {trimmed}", (field.name,))
    if field.type in ("picklist", "multipicklist"):
        return _choice(field, trimmed)
    return trimmed


def _choice(field: Field, value: str) -> str:
    """A known value is stored as the picklist writes it; an unknown one only where the picklist is open."""
    known = {item.lower(): item for item in field.values}
    chosen = [part.strip() for part in value.split(";")] if field.type == "multipicklist" else [value]
    bad = [part for part in chosen if part.lower() not in known]
    if bad and field.restricted:
        message = f"{field.label}: bad value for restricted picklist field: {bad[0]}"
        raise Trouble("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, (field.name,))
    return ";".join(known.get(part.lower(), part) for part in chosen if part)


def _id(field: Field, value: Any) -> str:
    whole = full_id(value)
    if whole is None:
        message = f"{field.label}: id value of incorrect type: {value}"
        raise Trouble("MALFORMED_ID", message, (field.name,))
    return whole


def _time(field: Field, value: Any) -> str:
    read = read_day if field.type == "date" else read_moment
    stored = read(value) if isinstance(value, str) else None
    if stored is None:
        raise _misread(field, value)
    return stored


def _number(field: Field, value: Any) -> int | float:
    number = _as_number(field, value)
    places = field.digits or (field.precision - field.scale)
    if places and abs(number) >= 10**places:
        message = f"{field.label}: value outside of valid range on numeric field: {value}"
        raise Trouble("NUMBER_OUTSIDE_VALID_RANGE", message, (field.name,))
    return number


def _as_number(field: Field, value: Any) -> int | float:
    """Numbers may come as text: Salesforce reads `"10000"` as 10,000."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _misread(field, value)
    try:
        return int(value) if field.type == "int" and not isinstance(value, float) else _float(field, value)
    except (ValueError, OverflowError):
        raise _misread(field, value) from None


def _float(field: Field, value: Any) -> int | float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(value)
    if field.type == "int":
        if number != int(number):
            raise ValueError(value)
        return int(number)
    return number
