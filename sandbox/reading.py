"""What callers send, read with bounds: Python's `int` takes `²` for a digit and gives up beyond 4,300 of them, and JSON
that is nested deeper than it could be written again is refused on the way in.
"""

from __future__ import annotations

from typing import Any

import orjson

MOST_DIGITS = 18
SURELY_FLAT = 250
"""With no more brackets than this no nesting is too deep to be written: orjson gives up at 254."""


def whole(text: str) -> int | None:
    """The number that up to 18 plain digits write; None for anything else.

    >>> whole("0042"), whole("-1"), whole("²"), whole("9" * 19)
    (42, None, None, None)
    """
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None


def read_json(raw: bytes) -> Any:
    """The value that a body writes; raises orjson.JSONDecodeError."""
    value = orjson.loads(raw)
    if raw.count(b"{") + raw.count(b"[") > SURELY_FLAT:
        try:
            orjson.dumps(value)
        except orjson.JSONEncodeError as error:
            raise orjson.JSONDecodeError("depth limit exceeded", "", 0) from error
    return value
