"""SOQL text -> `Query`, by recursive descent.

The grammar is the documented one: `AND` and `OR` mix only with parentheses, and a `NOT` beside them stands in its own.
Not known here: aggregates but `COUNT()`, `GROUP BY`, subqueries, `TYPEOF`, functions, relative dates such as `TODAY`.
"""

from __future__ import annotations

from sandbox.reading import whole
from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.soql.syntax import And, Compare, Condition, Kind, Literal, Not, Or, Order, Path, Query, Within
from sandbox.salesforce.soql.tokens import Token, tokenize, unquoted
from sandbox.salesforce.soql.trouble import malformed

LONGEST = 100_000
DEEPEST_OFFSET = 2_000
COMPARISONS = frozenset({"=", "!=", "<>", "<", "<=", ">", ">="})
RESERVED = frozenset(
    {"WHERE", "ORDER", "LIMIT", "OFFSET", "FROM", "SELECT", "AND", "OR", "NOT", "GROUP", "USING", "FOR"}
)
PLAIN = {"number": Kind.NUMBER, "date": Kind.DATE, "datetime": Kind.DATETIME}


def parse(text: str) -> Query:
    """Raises `Trouble` MALFORMED_QUERY for what does not follow the grammar."""
    if len(text) > LONGEST:
        raise Trouble("MALFORMED_QUERY", f"SOQL statements cannot be longer than {LONGEST} characters.")
    return Parser(text).query()


class Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.place = 0

    def query(self) -> Query:
        self.expect("SELECT")
        counts = self.count_call()
        fields = () if counts else self.field_list()
        self.expect("FROM")
        name = self.name()
        alias = self.alias()
        where = self.condition() if self.accept("WHERE") else None
        order = self.order() if self.accept("ORDER") else ()
        limit = self.whole_number() if self.accept("LIMIT") else None
        offset = self.offset() if self.accept("OFFSET") else 0
        if self.token.kind != "end":
            raise self.unexpected()
        return Query(self.text, fields, counts, name.text, name.at, alias, where, order, limit, offset)

    # -- SELECT and FROM

    def count_call(self) -> bool:
        following = [token.text for token in self.tokens[self.place + 1 : self.place + 3]]
        if self.token.word != "COUNT" or following != ["(", ")"]:
            return False
        self.place += 3
        return True

    def field_list(self) -> tuple[Path, ...]:
        fields = [self.path()]
        while self.accept(","):
            fields.append(self.path())
        return tuple(fields)

    def alias(self) -> str | None:
        self.accept("AS")
        if self.token.kind == "name" and self.token.word not in RESERVED:
            return self.name().text
        return None

    # -- WHERE

    def condition(self) -> Condition:
        """conditionExpression: one NOT, or simple expressions joined by AND, or by OR."""
        if self.accept("NOT"):
            return Not(self.simple())
        parts = [self.simple()]
        joined = self.token.word
        if joined not in ("AND", "OR"):
            return parts[0]
        while self.accept(joined):
            parts.append(self.simple())
        return And(tuple(parts)) if joined == "AND" else Or(tuple(parts))

    def simple(self) -> Condition:
        if self.accept("("):
            inner = self.condition()
            self.expect(")")
            return inner
        return self.comparison()

    def comparison(self) -> Condition:
        path = self.path()
        operator = self.take()
        if operator.text in COMPARISONS:
            return Compare(path, operator.text.replace("<>", "!="), self.literal())
        match operator.word:
            case "LIKE":
                return Compare(path, "LIKE", self.literal(keep="_%\\"))
            case "IN":
                return Within(path, self.literals(), negated=False)
            case "NOT":
                self.expect("IN")
                return Within(path, self.literals(), negated=True)
        raise self.unexpected(operator)

    def literals(self) -> tuple[Literal, ...]:
        self.expect("(")
        values = [self.literal()]
        while self.accept(","):
            values.append(self.literal())
        self.expect(")")
        return tuple(values)

    def literal(self, keep: str = "") -> Literal:
        token = self.take()
        if token.kind == "text":
            return Literal(Kind.TEXT, unquoted(token, self.text, keep), token.text, token.at)
        if token.kind == "number":
            return Literal(Kind.NUMBER, float(token.text), token.text, token.at)
        if token.kind in PLAIN:
            return Literal(PLAIN[token.kind], token.text, token.text, token.at)
        match token.word:
            case "TRUE" | "FALSE":
                return Literal(Kind.BOOLEAN, token.word == "TRUE", token.text, token.at)
            case "NULL":
                return Literal(Kind.NULL, None, token.text, token.at)
        raise self.unexpected(token)

    # -- what follows WHERE

    def order(self) -> tuple[Order, ...]:
        self.expect("BY")
        keys = [self.order_key()]
        while self.accept(","):
            keys.append(self.order_key())
        return tuple(keys)

    def order_key(self) -> Order:
        path = self.path()
        descending = self.accept("DESC")
        if not descending:
            self.accept("ASC")
        nulls_first = True
        if self.accept("NULLS"):
            nulls_first = not self.accept("LAST")
            if nulls_first:
                self.expect("FIRST")
        return Order(path, descending, nulls_first)

    def offset(self) -> int:
        number = self.whole_number()
        if number > DEEPEST_OFFSET:
            message = f"Maximum SOQL offset allowed is {DEEPEST_OFFSET}"
            raise Trouble("NUMBER_OUTSIDE_VALID_RANGE", message)
        return number

    def whole_number(self) -> int:
        token = self.take()
        number = whole(token.text) if token.kind == "number" else None
        if number is None:
            raise self.unexpected(token)
        return number

    # -- tokens

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.token
        if token.kind != "end":
            self.place += 1
        return token

    def accept(self, word: str) -> bool:
        if self.token.word != word:
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

    def path(self) -> Path:
        token = self.name()
        return Path(tuple(token.text.split(".")), token.at)

    def unexpected(self, token: Token | None = None) -> Trouble:
        token = token or self.token
        shown = "<EOF>" if token.kind == "end" else f"'{token.text}'"
        return malformed(self.text, token.at, f"unexpected token: {shown}")
