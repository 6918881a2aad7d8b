"""Walking over the tokens of a SOQL text: what the parsers of its parts share."""

from __future__ import annotations

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.soql.syntax import Path
from sandbox.salesforce.soql.tokens import Token, tokenize
from sandbox.salesforce.soql.trouble import malformed

RESERVED = frozenset(
    {
        "AND", "ASC", "DESC", "EXCLUDES", "FOR", "FROM", "GROUP", "HAVING", "IN", "INCLUDES", "LIKE", "LIMIT", "NOT",
        "NULL", "NULLS", "OFFSET", "OR", "ORDER", "SELECT", "USING", "WHERE", "WITH",
    }
)  # fmt: skip
NOT_AN_ALIAS = RESERVED | {"ALL", "AS", "ELSE", "END", "THEN", "UPDATE", "WHEN"}


class Words:
    """The tokens, and the place where the reading stands."""

    reserved = NOT_AN_ALIAS

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.place = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.token
        if token.kind != "end":
            self.place += 1
        return token

    def accept(self, word: str) -> bool:
        if self.token.word != word or self.token.kind == "text":
            return False
        self.place += 1
        return True

    def expect(self, word: str) -> None:
        if not self.accept(word):
            raise self.unexpected()

    def name(self) -> Token:
        token = self.take()
        if token.kind != "name" or token.word in RESERVED:
            raise self.unexpected(token)
        return token

    def object_name(self) -> Token:
        """After FROM a word may be an object's name although it means something elsewhere, as `Group` does."""
        if self.token.word in ("GROUP", "ORDER"):
            return self.take()
        return self.name()

    def path(self) -> Path:
        """A field, or `toLabel` of one."""
        token = self.name()
        if token.word == "TOLABEL" and self.accept("("):
            inner = self.name()
            self.expect(")")
            return Path(tuple(inner.text.split(".")), inner.at, labelled=True)
        return Path(tuple(token.text.split(".")), token.at)

    def paths(self) -> tuple[Path, ...]:
        found = [self.path()]
        while self.accept(","):
            found.append(self.path())
        return tuple(found)

    def unexpected(self, token: Token | None = None) -> Trouble:
        token = token or self.token
        shown = "<EOF>" if token.kind == "end" else f"'{token.text}'"
        return malformed(self.text, token.at, f"unexpected token: {shown}")
