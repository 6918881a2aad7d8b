"""Whether HubSpot takes a value for a property, and what it makes of it.

Every value becomes text; an empty text clears. A refusal is a `Problem` with HubSpot's own code.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from typing import Any

from sandbox.hubspot.errors import Problem, bad_request, invalid_properties
from sandbox.hubspot.schema.definitions import Property
from sandbox.hubspot.schema.validations import validate
from sandbox.hubspot.stamps import EPOCH, MILLISECOND, read_date, read_moment, stamp
from sandbox.hubspot.table import Table

EMAIL = re.compile(r"[^@\s,;<>()\"]+@(?:[\w](?:[\w-]*[\w])?\.)+[^\W\d_][\w-]*[\w]")
TEXT_MOST = 65_536
"""https://knowledge.hubspot.com/properties/property-field-types-in-hubspot"""
NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")


def clean_properties(table: Table, sent: Any, owners: Container[str]) -> dict[str, str | None]:
    """What a write of `sent` sets, `None` where it clears; refuses all its bad values at once, as HubSpot does."""
    if not isinstance(sent, Mapping):
        raise bad_request("Invalid input JSON on line 1, column 1: properties must be an object of names and values")
    clean: dict[str, str | None] = {}
    problems: list[Problem] = []
    for name, raw in sent.items():
        outcome = clean_value(table.definition(name), name, as_text(raw), owners)
        if isinstance(outcome, str) and name in table.validations:
            outcome = validate(name, outcome, table.validations[name])
        if isinstance(outcome, Problem):
            problems.append(outcome)
        else:
            clean[name] = outcome
    if problems:
        raise invalid_properties(problems)
    return clean


def as_text(raw: Any) -> str:
    """A JSON value as the text that HubSpot keeps."""
    match raw:
        case None:
            return ""
        case bool():
            return "true" if raw else "false"
        case str():
            return raw
        case int() | float():
            return str(raw)
    raise bad_request(f"Invalid input JSON on line 1, column 1: a property value must be a string, not {raw!r}")


def append_options(table: Table, values: dict[str, str | None], stands: Mapping[str, str]) -> None:
    """`;value` for a list of checkboxes adds to what is chosen already.

    https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide#add-values-to-checkbox-type-properties
    """
    for name, value in values.items():
        if value is not None and value.startswith(";") and table.definitions[name].is_multiple:
            chosen = [each for each in stands.get(name, "").split(";") if each]
            added = [each for each in value.split(";") if each and each not in chosen]
            values[name] = ";".join([*chosen, *added])


def clean_value(definition: Property | None, name: str, value: str, owners: Container[str]) -> str | Problem | None:
    if definition is None:
        return Problem(name, "PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist')
    if definition.is_read_only:
        return Problem(name, "READ_ONLY_VALUE", f'"{name}" is a read only property; its value cannot be set.')
    if value == "":
        return None
    if definition.refers_to_owner:
        return value if value in owners else Problem(name, "INVALID_OWNER_ID", f"Owner {value} does not exist.", value)
    match definition.type:
        case "number":
            return value if NUMBER.fullmatch(value) else invalid(name, "INVALID_INTEGER", value, "number")
        case "date":
            return clean_date(name, value)
        case "datetime":
            moment = read_moment(value)
            return invalid(name, "INVALID_LONG", value, "long") if moment is None else stamp(moment)
        case "enumeration" | "bool":
            return clean_option(definition, value)
    return clean_text(name, value)


def invalid(name: str, code: str, value: str, what: str) -> Problem:
    return Problem(name, code, f"{value} was not a valid {what}.", value)


def clean_text(name: str, value: str) -> str | Problem | None:
    """Text stays as it is, but e-mail addresses are trimmed and lower-cased; it has an end."""
    if len(value) > TEXT_MOST:
        message = f"{name} has {len(value)} characters; the maximum is {TEXT_MOST}"
        return Problem(name, "PROPERTY_VALUE_TOO_LONG", message)
    if name == "email":
        address = value.strip().lower()
        if address and not EMAIL.fullmatch(address):
            return Problem(name, "INVALID_EMAIL", f"Email address {value} is invalid", value)
        return address or None
    if name == "hs_additional_emails":
        addresses = [each.strip().lower() for each in value.split(";") if each.strip()]
        bad = [each for each in addresses if not EMAIL.fullmatch(each)]
        return (
            Problem(name, "INVALID_EMAIL", f"Email address {bad[0]} is invalid", value) if bad else ";".join(addresses)
        )
    return value


def clean_date(name: str, value: str) -> str | Problem:
    on = read_date(value)
    if on is not None:
        return on.isoformat()
    moment = read_moment(value)
    if moment is None:
        return invalid(name, "INVALID_DATE", value, "date")
    at = EPOCH + moment * MILLISECOND
    message = f"{value} is at {at.hour}:{at.minute}:{at.second}.{at.microsecond // 1000} UTC, not midnight!"
    return Problem(name, "INVALID_DATE", message, value)


def clean_option(definition: Property, value: str) -> str | Problem:
    chosen = value.removeprefix(";").split(";") if definition.is_multiple else [value]
    bad = [each for each in chosen if each not in definition.values]
    if not bad:
        return value
    allowed = ", ".join(option for _, option in definition.options)
    message = f"{bad[0]} was not one of the allowed options: [{allowed}]"
    return Problem(definition.name, "INVALID_OPTION", message, value)
