"""Whole numbers in what callers send: Python's `int` takes `²` for a digit and gives up beyond 4,300 of them."""

from __future__ import annotations

MOST = 18


def whole(text: str) -> int | None:
    """The number that up to 18 plain digits write; None for anything else.

    >>> whole("0042"), whole("-1"), whole("²"), whole("9" * 19)
    (42, None, None, None)
    """
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST else None
