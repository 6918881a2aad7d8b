"""The types of values: read one from the wire, compare two, write one down.

Two systems write the same value in different ways ("true" and true, "+33 6 12.." and "+336 12..", "b;a" and "a;b"), so
values are compared by type, never as text. A value that only looks different is not an edit.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache
from typing import Any, cast

from crm.phones import normal_phone
from crm.record import Value, Wire


class FieldType(StrEnum):
    """What a field holds; the name is what mapping.yaml says."""

    TEXT = "text"
    EMAIL = "email"
    PHONE = "phone"
    DOMAIN = "domain"
    """A company's web address: two spellings of one domain are the same."""
    PICKLIST = "picklist"
    MULTI = "multi"
    NUMBER = "number"
    BOOL = "bool"
    DATE = "date"
    DATETIME = "datetime"
    REFERENCE = "reference"
    """Another record; its canonical value is the same on both sides."""
    REFERENCES = "references"
    """Several of them."""
    OWNER = "owner"
    """The rep to whom a record belongs."""


MOST_DIGITS = 400
"""Of a number written out; a float has at most 309 before its point and 324 behind it."""
_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_PLAIN_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+[a-zA-Z0-9](?:[a-zA-Z0-9-]{{0,61}}[a-zA-Z])")
"""Two labels or more; the last one ends with a letter."""

TEXTUAL = frozenset({FieldType.TEXT, FieldType.EMAIL, FieldType.PHONE, FieldType.PICKLIST, FieldType.DOMAIN})
REFERRING = frozenset({FieldType.REFERENCE, FieldType.REFERENCES, FieldType.OWNER})
"""What leads to something else; on the wire it is that one's id."""


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parse(field_type: FieldType, wire: Wire) -> Value:
    """The typed value of what a system sent; `None` where it is blank (white space alone is blank).

    Raises ValueError where the text is no value of the type.

    >>> parse(FieldType.NUMBER, "1.00")
    Decimal('1.00')
    >>> parse(FieldType.MULTI, "b;a") == parse(FieldType.MULTI, "a;b")
    True
    >>> parse(FieldType.TEXT, "  ") is None
    True
    """
    if wire is None or (isinstance(wire, str) and not wire.strip()):
        return None
    return cast(Value, _PARSERS[field_type](wire))


def dump(value: Value) -> str | None:
    """A value as text, for the base, the history and people; `load` reads it back.

    >>> dump(frozenset({"b", "a"})), dump(True), dump(Decimal("1.50"))
    ('a;b', 'true', '1.5')
    """
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case Decimal():
            return _plain_number(value)
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case frozenset():
            return ";".join(sorted(value))


def load(field_type: FieldType, text: str | None) -> Value:
    """The reverse of `dump`."""
    return parse(field_type, text)


def same(field_type: FieldType, one: Value, other: Value) -> bool:
    """Whether two values of a type mean the same.

    >>> same(FieldType.EMAIL, "Ann@X.com ", "ann@x.com"), same(FieldType.PHONE, "+33 6 12 34 56 78", "+33612345678")
    (True, True)
    >>> same(FieldType.BOOL, None, False)
    False
    """
    if one == other:
        return True
    if one is None or other is None or field_type not in TEXTUAL:
        return False
    one_text, other_text = cast(str, one).strip(), cast(str, other).strip()
    if one_text == other_text:
        return True
    if field_type is FieldType.EMAIL:
        return normal_email(one_text) == normal_email(other_text)
    if field_type is FieldType.PHONE:
        number = normal_phone(one_text)
        return number is not None and number == normal_phone(other_text)
    if field_type is FieldType.DOMAIN:
        return normal_domain(one_text) == normal_domain(other_text)
    return False


def normal_email(text: str) -> str:
    """The address by which one person is found again: trimmed, lower case."""
    return text.strip().lower()


def normal_domain(text: str) -> str:
    """The domain by which one company is found again: of a web address or an e-mail, without `www.`, in lower case.

    >>> normal_domain("https://www.Nordlicht.example/de?x=1"), normal_domain("info@nordlicht.example")
    ('nordlicht.example', 'nordlicht.example')
    """
    host = re.split(r"[/?#]", text.strip().lower().partition("://")[2] or text.strip().lower(), maxsplit=1)[0]
    return host.rpartition("@")[2].partition(":")[0].removeprefix("www.").strip(".")


def spellings(field_type: FieldType, key: str) -> list[str]:
    """How a value that is found again by `key` is mostly written.

    >>> spellings(FieldType.EMAIL, "ann@x.com"), spellings(FieldType.DOMAIN, "x.com")
    (['ann@x.com'], ['x.com', 'www.x.com', 'https://x.com', 'https://www.x.com'])
    """
    if field_type is not FieldType.DOMAIN:
        return [key]
    return [f"{start}{key}" for start in ("", "www.", "https://", "https://www.")]


def match_key(field_type: FieldType, text: str) -> str:
    """By what a record with this value is found again; empty where by nothing."""
    return normal_domain(text) if field_type is FieldType.DOMAIN else normal_email(text)


def is_valid_email(text: str) -> bool:
    """Whether an address can exist, by syntax alone (RFC 5321 and 5322 as email-validator reads them).

    A plain address is judged by its parts, which takes a fiftieth of the library's time.
    """
    local, at, domain = text.strip().rpartition("@")
    if at and local.isascii() and local.replace(".", "").replace("-", "").replace("_", "").isalnum():
        plain = len(local) <= 64 and len(local) + len(domain) < 254 and ".." not in local  # RFC 5321, 4.5.3.1
        return plain and local[0] != "." and local[-1] != "." and _is_valid_domain(domain)
    return _passes_email_validator(text.strip())


def _is_valid_domain(domain: str) -> bool:
    """Labels of letters, digits and hyphens are judged here, all others (and `xn--`) by the library."""
    if "--" not in domain and _PLAIN_DOMAIN.fullmatch(domain):
        return _is_in_use(domain.rpartition(".")[2].lower())
    return _passes_email_validator(f"a@{domain}")


@lru_cache(maxsize=2_000)
def _is_in_use(top_level: str) -> bool:
    """Whether mail can go to names that end so; to `.invalid` or `.local` it cannot."""
    return _passes_email_validator(f"a@a.{top_level}")


def _passes_email_validator(text: str) -> bool:
    import email_validator  # noqa: PLC0415 - loaded by the first address that is judged

    try:
        email_validator.validate_email(text, check_deliverability=False, strict=True)
    except email_validator.EmailNotValidError:
        return False
    return True


def _text(wire: Wire) -> str:
    match wire:
        case bool():
            return "true" if wire else "false"
        case float() if wire.is_integer():
            return str(int(wire))
    return str(wire)


def _number(wire: Wire) -> Decimal:
    if isinstance(wire, bool):
        raise ValueError("a yes/no value is no number")
    text = str(wire).strip()
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{wire!r} is no number") from None
    if "_" in text or not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS:
        raise ValueError(f"{wire!r} is no number")
    return number


def _plain_number(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _bool(wire: Wire) -> bool:
    match wire:
        case bool():
            return wire
        case str() if wire.strip().lower() in {"true", "false"}:
            return wire.strip().lower() == "true"
    raise ValueError(f"{wire!r} is neither true nor false")


def _date(wire: Wire) -> date:
    """HubSpot sends a date as YYYY-MM-DD, older routes as the milliseconds of its midnight in UTC."""
    text = str(wire).strip()
    if text.lstrip("-").isdigit():
        return _from_milliseconds(text).date()
    return date.fromisoformat(text[:10])


def _datetime(wire: Wire) -> datetime:
    """To the millisecond, which is as exact as both systems and the base are."""
    text = str(wire).strip()
    if text.lstrip("-").isdigit():
        return _from_milliseconds(text)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} says no time zone")
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text!r} is no time that a calendar holds") from None
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _from_milliseconds(text: str) -> datetime:
    try:
        return _EPOCH + timedelta(milliseconds=int(text))
    except OverflowError:
        raise ValueError(f"{text!r} is no time in milliseconds") from None


def _multi(wire: Wire) -> frozenset[str] | None:
    options = frozenset(option.strip() for option in str(wire).split(";") if option.strip())
    return options or None


_PARSERS: dict[FieldType, Callable[[Wire], Any]] = {
    FieldType.TEXT: _text,
    FieldType.EMAIL: _text,
    FieldType.PHONE: _text,
    FieldType.DOMAIN: _text,
    FieldType.PICKLIST: _text,
    FieldType.MULTI: _multi,
    FieldType.NUMBER: _number,
    FieldType.BOOL: _bool,
    FieldType.DATE: _date,
    FieldType.DATETIME: _datetime,
    FieldType.REFERENCE: _text,
    FieldType.REFERENCES: _multi,
    FieldType.OWNER: _text,
}
