r"""REGEX() speaks Java's dialect, which differs from Python's in where flags may stand and in named classes.

`((?i)[a-z]+)?` is `((?i:[a-z]+))?` here: a flag in the middle holds to the end of its group.
"""

from __future__ import annotations

import re
from functools import lru_cache

from sandbox.salesforce.formulas.trouble import FormulaError

CLASSES = {
    "Lower": "a-z", "Upper": "A-Z", "Alpha": "a-zA-Z", "Digit": "0-9", "Alnum": "a-zA-Z0-9", "XDigit": "0-9a-fA-F",
    "Punct": re.escape("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"), "Space": " \\t\\n\\x0b\\f\\r", "Blank": " \\t",
    "L": "^\\W\\d_", "IsAlphabetic": "^\\W\\d_", "N": "0-9", "Lu": "A-Z", "Ll": "a-z",
}  # fmt: skip
FLAG = re.compile(r"\(\?([imsx]+)\)")
PIECE = re.compile(r"\\[pP]\{\w+\}|\\Q.*?(?:\\E|$)|\\.|\(\?[imsx]+\)|.", re.DOTALL)


class JavaPattern:
    """Raises `FormulaError` for what is no pattern."""

    def __init__(self, pattern: str) -> None:
        self._compiled = _compiled(pattern)

    def matches(self, text: str) -> bool:
        """Does the whole text follow the pattern?"""
        return self._compiled.fullmatch(text) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    is_ascii = "\\p{L}" not in pattern and "IsAlphabetic" not in pattern
    try:
        return re.compile(translated(pattern), re.ASCII if is_ascii else re.UNICODE)
    except (re.error, OverflowError, RecursionError):
        raise FormulaError(f"Incorrect parameter value for function 'REGEX()'. Invalid regex: {pattern}") from None


def translated(pattern: str) -> str:
    r"""A Java pattern as Python writes it.

    >>> translated("((?i)[A-Z]\\d|x)?"), translated("\\p{Alpha}+"), translated("a(?i)b")
    ('((?i:[A-Z]\\d)|(?i:x))?', '[a-zA-Z]+', 'a(?i:b)')
    """
    out: list[str] = []
    open_flags: list[list[str]] = [[]]
    in_class = False
    for piece in PIECE.findall(pattern):
        if piece.startswith("\\Q"):
            out.append(re.escape(piece.removeprefix("\\Q").removesuffix("\\E")))
        elif piece[:3] in ("\\p{", "\\P{"):
            out.append(_named(piece, in_class))
        elif in_class:
            in_class = piece != "]"
            out.append(piece)
        elif FLAG.fullmatch(piece):
            open_flags[-1].append(piece[:-1] + ":")
            out.append(open_flags[-1][-1])
        else:
            in_class = piece == "["
            out.append(_grouped(piece, open_flags))
    return "".join(out) + ")" * len(open_flags[0])


def _grouped(piece: str, open_flags: list[list[str]]) -> str:
    """A parenthesis closes the flags that were set within it; in the next alternative they hold again."""
    if piece == "(":
        open_flags.append([])
    elif piece == ")" and len(open_flags) > 1:
        return ")" * len(open_flags.pop()) + ")"
    elif piece == "|":
        return ")" * len(open_flags[-1]) + "|" + "".join(open_flags[-1])
    return piece


def _named(piece: str, in_class: bool) -> str:
    characters = CLASSES.get(piece[3:-1])
    if characters is None or (in_class and (characters.startswith("^") or piece[1] == "P")):
        return piece  # Python refuses it
    if in_class:
        return characters
    if piece[1] == "p":
        return f"[{characters}]"
    return f"[{characters[1:]}]" if characters.startswith("^") else f"[^{characters}]"
