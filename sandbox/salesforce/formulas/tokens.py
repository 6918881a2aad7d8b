r"""Formula text -> tokens.

A text stands between single or double quotes. Of the backslash pairs that may stand in it, `\\` and `\"` mean one
character; the others (`\n` `\r` `\t` `\'`) keep both, and any other pair is a syntax error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox.salesforce.formulas.trouble import FormulaError

LONGEST = 3_900
PATTERN = re.compile(
    r"""
    (?P<blank>\s+|/\*.*?\*/)
  | (?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
  | (?P<name>\$?[^\W\d]\w*(?:[.:]\$?\w+)*)
  | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
  | (?P<mark>&&|\|\||<>|<=|>=|==|!=|/(?!\*)|[-+*^&()=<>!,])
    """,
    re.VERBOSE | re.DOTALL,
)
PAIRS = frozenset("nrtNRT\"'\\")
ONE_CHARACTER = {"\\\\": "\\", '\\"': '"'}


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is name, number, text, mark or end; `text` of a text token is the text without its quotes."""

    kind: str
    text: str


def tokenize(text: str) -> list[Token]:
    """Raises `FormulaError` for what is no formula's text, ends with the token `end`."""
    if len(text) > LONGEST:
        message = f"Formula is too long ({len(text):,} characters). Maximum length is {LONGEST:,} characters"
        raise FormulaError(message)
    tokens: list[Token] = []
    place = 0
    while place < len(text):
        found = PATTERN.match(text, place)
        if found is None or found.lastgroup is None:
            raise _stray(text[place:])
        if found.lastgroup == "text":
            tokens.append(Token("text", _unquoted(found[0])))
        elif found.lastgroup != "blank":
            tokens.append(Token(found.lastgroup, found[0]))
        place = found.end()
    tokens.append(Token("end", "end of formula"))
    return tokens


def _unquoted(quoted: str) -> str:
    def one(found: re.Match[str]) -> str:
        if found[0][1] not in PAIRS:
            raise FormulaError(f"Syntax error.  Found '{found[0]}'")
        return ONE_CHARACTER.get(found[0], found[0])

    return re.sub(r"\\.", one, quoted[1:-1], flags=re.DOTALL)


def _stray(rest: str) -> FormulaError:
    """Why the formula cannot be read on here: a text or a comment that never ends, or a character of no use."""
    if rest[0] in "\"'":
        return FormulaError(f"Syntax error.  Missing '{rest[0]}'")
    if rest.startswith("/*"):
        return FormulaError("Syntax error.  Missing '*/'")
    return FormulaError(f"Syntax error.  Found '{rest[0]}'")
