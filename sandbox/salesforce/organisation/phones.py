"""An automation that writes telephone numbers in the organisation's own way, before the record is saved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sandbox.salesforce.saving import Save

STYLES = ("e164", "national", "us")
ONE_DIGIT_CODES = ("1", "7")
THREE_DIGITS_FROM = (
    "2",
    "35",
    "37",
    "38",
    "42",
    "50",
    "59",
    "67",
    "68",
    "69",
    "80",
    "85",
    "87",
    "88",
    "96",
    "97",
    "99",
)
TWO_DIGITS = ("20", "27")
TRUNK = frozenset({"33", "32", "31", "44", "49", "41", "43", "46"})
"""Countries whose numbers begin with a 0 within the country."""


@dataclass(frozen=True, slots=True)
class PhoneFormat:
    """`country`: the calling code of numbers that have none."""

    object: str
    fields: tuple[str, ...]
    style: str
    country: str = "33"

    def shown(self) -> dict[str, Any]:
        return {"object": self.object, "fields": list(self.fields), "style": self.style, "country": self.country}


def reformat(save: Save) -> None:
    for item in save.writer.state.settings.phones:
        if item.object != save.table.kind.name:
            continue
        for name in item.fields:
            if save.row.get(name) and save.row[name] != (save.before or {}).get(name):
                save.row[name] = formatted(save.row[name], item.style, item.country)[:40]


def formatted(text: str, style: str, country: str = "33") -> str:
    """The number in that style; what is no telephone number stays as it is.

    >>> [formatted("01.44 58-10 10", style) for style in ("e164", "national")]
    ['+33144581010', '+33 (0)1 44 58 10 10']
    >>> formatted("415-555-0100", "us", "1"), formatted("+44 20 7946 0000", "e164"), formatted("ask Rita", "e164")
    ('(415) 555-0100', '+442079460000', 'ask Rita')
    """
    found = _parts(text, country)
    if found is None:
        return text
    code, number = found
    if style == "us" and code == "1" and len(number) == 10:
        return f"({number[:3]}) {number[3:6]}-{number[6:]}"
    if style == "national":
        first = len(number) % 2 or 2
        groups = [number[:first], *(number[at : at + 2] for at in range(first, len(number), 2))]
        return f"+{code} {'(0)' if code in TRUNK else ''}{' '.join(groups)}"
    return f"+{code}{number}"


def _parts(text: str, country: str) -> tuple[str, str] | None:
    """Calling code and number without the leading 0; None for what is none, or has an extension."""
    bare = re.sub(r"[\s().\-/\u00a0]", "", text.replace("(0)", ""))
    bare = "+" + bare[2:] if bare.startswith("00") else bare
    if not re.fullmatch(r"\+?\d{6,15}", bare):
        return None
    if not bare.startswith("+"):
        return country, bare.removeprefix("0")
    digits = bare[1:]
    length = 1 if digits.startswith(ONE_DIGIT_CODES) else 2
    if not digits.startswith(TWO_DIGITS) and digits.startswith(THREE_DIGITS_FROM):
        length = 3
    return digits[:length], digits[length:]
