"""The validation rules of a property: what its values must look like, whoever writes them.

Since July 2023 they bind the API too, in every version
(https://developers.hubspot.com/changelog/upcoming-property-validations-rules-will-be-enforced-for-apis-and-integrations).
A validated phone number is saved without its formatting, so it comes back other than it was sent
(https://knowledge.hubspot.com/properties/phone-number-property-validation). Only INVALID_ALPHA and its message are
documented; the other codes follow from the names of the rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import phonenumbers

from sandbox.hubspot.errors import Problem
from sandbox.hubspot.schema.definitions import Property

PHONE = "PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE"
Check = Callable[[str, Sequence[str]], str | None]
"""What is wrong with a value under a rule with these arguments; None if nothing is."""


@dataclass(frozen=True, slots=True)
class Validation:
    """One rule of a property."""

    type: str
    arguments: tuple[str, ...]
    normalises: bool = False

    def shape(self) -> dict[str, Any]:
        arguments = list(self.arguments)
        return {"ruleType": self.type, "ruleArguments": arguments, "shouldApplyNormalization": self.normalises}


def make_validation(definition: Property, rule_type: str, arguments: Any, normalises: Any) -> Validation:
    """A rule for a property as it was sent; ValueError says what is wrong with it."""
    kinds = ("number",) if rule_type in ("MIN_NUMBER", "MAX_NUMBER") else ("string", "phone_number")
    if definition.type not in kinds:
        raise ValueError(f"ruleType {rule_type} does not go with {definition.name}, which is a {definition.type}")
    if rule_type not in CHECKS:
        raise ValueError(f"ruleType {rule_type} is not one of {', '.join(CHECKS)}")
    if not isinstance(arguments, list) or not all(isinstance(each, str) for each in arguments):
        raise ValueError("ruleArguments must be a list of strings")
    try:
        CHECKS[rule_type]("1", arguments)
    except (IndexError, KeyError, ValueError, re.error) as error:
        raise ValueError(f"ruleArguments {arguments} make no sense for {rule_type}") from error
    return Validation(rule_type, tuple(arguments), bool(normalises))


def validate(name: str, value: str, rules: Sequence[Validation]) -> str | Problem:
    """The value as it is kept, or what the first rule says against it."""
    for rule in rules:
        if reason := CHECKS[rule.type](value, rule.arguments):
            kind = rule.arguments[0].removesuffix("_ONLY") if rule.type == "ALPHANUMERIC" else rule.type
            return Problem(name, f"INVALID_{kind}", reason, value)
        if rule.type == PHONE:
            value = plain_phone(value) or value
    return value


LETTERS = {
    "ALPHA_ONLY": (str.isalpha, "Enter only letters"),
    "NUMERIC_ONLY": (str.isdecimal, "Enter only numbers"),
    "ALPHANUMERIC_ONLY": (str.isalnum, "Enter only letters and numbers"),
}


def alphanumeric(value: str, arguments: Sequence[str]) -> str | None:
    holds, reason = LETTERS[arguments[0]]
    return None if holds(value.replace(" ", "")) else reason


def min_length(value: str, arguments: Sequence[str]) -> str | None:
    return f"Enter at least {arguments[0]} characters" if len(value) < int(arguments[0]) else None


def max_length(value: str, arguments: Sequence[str]) -> str | None:
    return f"Enter no more than {arguments[0]} characters" if len(value) > int(arguments[0]) else None


def min_number(value: str, arguments: Sequence[str]) -> str | None:
    return f"Enter a number from {arguments[0]} on" if float(value) < float(arguments[0]) else None


def max_number(value: str, arguments: Sequence[str]) -> str | None:
    return f"Enter a number up to {arguments[0]}" if float(value) > float(arguments[0]) else None


def pattern(value: str, arguments: Sequence[str]) -> str | None:
    return None if re.fullmatch(arguments[0], value) else f"Enter a value of the form {arguments[0]}"


def phone(value: str, arguments: Sequence[str]) -> str | None:
    return None if plain_phone(value) else "Enter a valid phone number with its country code"


def plain_phone(value: str) -> str | None:
    """A number in E.164, with its extension; None if it is none, or lacks the country code.

    >>> plain_phone("+1 (888) 482-7768"), plain_phone("+1 (123) 456-7890"), plain_phone("01 58 00")
    ('+18884827768', None, None)
    """
    try:
        number = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{plain} ext {number.extension}" if number.extension else plain


CHECKS: dict[str, Check] = {
    "ALPHANUMERIC": alphanumeric,
    "MAX_LENGTH": max_length,
    "MAX_NUMBER": max_number,
    "MIN_LENGTH": min_length,
    "MIN_NUMBER": min_number,
    PHONE: phone,
    "REGEX": pattern,
}
