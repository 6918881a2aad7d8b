"""The conditions of WHERE and HAVING: tokens -> `Condition`."""

from __future__ import annotations

from abc import ABC, abstractmethod

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.soql.periods import NUMBERED, PLAIN_PERIODS
from sandbox.salesforce.soql.syntax import (
    Aggregate,
    And,
    Compare,
    Condition,
    Includes,
    Kind,
    Literal,
    Not,
    Or,
    Path,
    Query,
    Semi,
    Within,
)  # fmt: skip
from sandbox.salesforce.soql.tokens import unquoted
from sandbox.salesforce.soql.trouble import malformed
from sandbox.salesforce.soql.words import Words

COMPARISONS = frozenset({"=", "!=", "<>", "<", "<=", ">", ">="})
PLAIN = {"number": Kind.NUMBER, "date": Kind.DATE, "datetime": Kind.DATETIME}
AGGREGATES = frozenset({"COUNT", "COUNT_DISTINCT", "SUM", "AVG", "MIN", "MAX"})
DEEPEST = 100
MOST_SEMI_JOINS = 2


class ConditionParser(Words, ABC):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.depth = 0
        self.semi_joins = 0
        self.in_semi_join = False

    @abstractmethod
    def query(self, is_inner: bool = False) -> Query:
        """A whole SELECT, as it may stand in parentheses."""

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
        if joined == "AND":
            return And(tuple(parts))
        if any(isinstance(part, Semi) for part in parts):
            raise Trouble("MALFORMED_QUERY", "Semi join sub-selects are not allowed with the 'OR' operator")
        if any(isinstance(inner, Semi) for part in parts if isinstance(part, And) for inner in part.parts):
            message = "Semi join sub-selects are only allowed at the top level WHERE expressions"
            raise Trouble("MALFORMED_QUERY", f"{message} and not in nested WHERE expressions")
        return Or(tuple(parts))

    def simple(self) -> Condition:
        if not self.accept("("):
            return self.comparison()
        self.depth += 1
        if self.depth > DEEPEST:
            raise malformed(self.text, self.token.at, "the WHERE clause is nested too deeply")
        inner = self.condition()
        self.depth -= 1
        self.expect(")")
        return inner

    def operand(self) -> Path | Aggregate:
        """What is compared or sorted by: a field, or an aggregate of one."""
        if self.token.word in AGGREGATES and self.tokens[self.place + 1].text == "(":
            return self.aggregate()
        return self.path()

    def aggregate(self) -> Aggregate:
        function = self.take()
        self.expect("(")
        path = self.path()
        self.expect(")")
        return Aggregate(function.word, path, None, function.at)

    def comparison(self) -> Condition:
        left = self.operand()
        operator = self.take()
        if operator.text in COMPARISONS:
            return Compare(left, operator.text.replace("<>", "!="), self.literal())
        match operator.word:
            case "LIKE":
                return Compare(left, "LIKE", self.literal(keep="_%\\"))
            case "IN":
                return self.within(left, negated=False)
            case "NOT":
                self.expect("IN")
                return self.within(left, negated=True)
            case "INCLUDES" | "EXCLUDES" if isinstance(left, Path):
                return Includes(left, self.literals(), operator.word == "EXCLUDES")
        raise self.unexpected(operator)

    def within(self, left: Path | Aggregate, negated: bool) -> Condition:
        if isinstance(left, Path) and self.token.text == "(" and self.tokens[self.place + 1].word == "SELECT":
            return self.semi_join(left, negated)
        return Within(left, self.literals(), negated)

    def semi_join(self, left: Path, negated: bool) -> Semi:
        self.expect("(")
        if self.in_semi_join:
            raise malformed(self.text, self.token.at, "Nesting of semi join sub-selects is not supported")
        self.semi_joins += 1
        if self.semi_joins > MOST_SEMI_JOINS:
            message = f"Maximum {MOST_SEMI_JOINS} semi join sub-selects are allowed"
            raise malformed(self.text, self.token.at, message)
        self.in_semi_join = True
        inner = self.query(is_inner=True)
        self.in_semi_join = False
        self.expect(")")
        return Semi(left, inner, negated)

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
            case word if word in PLAIN_PERIODS:
                return Literal(Kind.PERIOD, word, token.text, token.at)
            case word if word in NUMBERED:
                self.expect(":")
                number = self.take()
                if number.kind != "number" or not number.text.isdigit():
                    raise self.unexpected(number)
                return Literal(Kind.PERIOD, f"{word}:{number.text}", f"{token.text}:{number.text}", token.at)
        raise self.unexpected(token)
