"""A SOQL text as tokens."""

from __future__ import annotations

import re
from typing import NamedTuple

from sandbox.salesforce.soql.trouble import malformed

TOKEN = re.compile(
    r"""
    (?P<space>\s+)
    | (?P<text>'(?:[^'\\]|\\.)*')
    | (?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))
    | (?P<date>\d{4}-\d\d-\d\d)
    | (?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)
    | (?P<sign><=|>=|!=|<>|=|<|>|\(|\)|,|:)
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
ESCAPE = re.compile(r"\\(.)", re.DOTALL)


class Token(NamedTuple):
    kind: str
    text: str
    at: int

    @property
    def word(self) -> str:
        """A name in capitals, to compare with keywords; signs as they are."""
        return self.text.upper() if self.kind == "name" else self.text


def tokenize(text: str) -> list[Token]:
    """The tokens of a text and an `end` token; raises `Trouble` at the first character that belongs to none."""
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        found = TOKEN.match(text, at)
        if not found or not found.lastgroup:
            raise malformed(text, at, f"unexpected token: '{text[at]}'")
        if found.lastgroup != "space":
            tokens.append(Token(found.lastgroup, found[0], at))
        at = found.end()
    tokens.append(Token("end", "<EOF>", len(text)))
    return tokens


def unquoted(token: Token, text: str, keep: str = "") -> str:
    """The characters that a quoted text stands for; escapes of the characters in `keep` stay as written."""

    def character(found: re.Match[str]) -> str:
        escaped = found[1]
        if escaped in keep:
            return found[0]
        if escaped in "_%":
            return escaped
        if escaped not in ESCAPES:
            message = f"invalid string literal: Illegal character sequence '\\{escaped}' in string literal"
            raise malformed(text, token.at, message)
        return ESCAPES[escaped]

    return ESCAPE.sub(character, token.text[1:-1])
