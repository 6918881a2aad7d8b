"""Salesforce ids: 15 case-sensitive characters, and three more that make them safe where case gets lost."""

from __future__ import annotations

from functools import lru_cache

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
POD = "8d00000"


def make_id(prefix: str, number: int) -> str:
    """The 18-character id of the `number`th record of an object; later ids sort after earlier ones.

    >>> make_id("00Q", 1)
    '00Q8d0000000001EAA'
    """
    tail = ""
    for _ in range(5):
        number, digit = divmod(number, 62)
        tail = DIGITS[digit] + tail
    return with_check(prefix + POD + tail)


def with_check(short: str) -> str:
    """A 15-character id with its three check characters: each tells which of five characters are capitals."""
    return short + _check(short[:5]) + _check(short[5:10]) + _check(short[10:])


@lru_cache(maxsize=4096)
def _check(five: str) -> str:
    return CHECK[sum(1 << place for place, letter in enumerate(five) if "A" <= letter <= "Z")]


def full_id(text: object) -> str | None:
    """The 18-character form of an id of 15 or 18 characters, its case restored; None for what is no id.

    >>> full_id("00Q8d0000000001"), full_id("00q8D0000000001EAA"), full_id("Rita")
    ('00Q8d0000000001EAA', '00Q8d0000000001EAA', None)
    """
    if not isinstance(text, str) or not text.isascii() or not text.isalnum():
        return None
    if len(text) == 15:
        return with_check(text)
    if len(text) != 18:
        return None
    bits = [CHECK.find(letter) for letter in text[15:].upper()]
    if -1 in bits:
        return None
    short = (
        letter.upper() if bits[place // 5] >> place % 5 & 1 else letter.lower()
        for place, letter in enumerate(text[:15])
    )
    return with_check("".join(short))
