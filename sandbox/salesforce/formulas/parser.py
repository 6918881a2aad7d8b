"""Tokens -> syntax tree, by recursive descent.

From loose to tight: `||`, `&&`, `= == <> !=`, `< > <= >=`, `+ - &`, `^`, `* /`, then `-` and `!` before a value.
That `* /` bind tighter than `^`, and `^` from the left, is the service's grammar:
https://github.com/salesforce/formula-engine (Formula.g4).
"""

from __future__ import annotations

from decimal import Decimal

from sandbox.salesforce.formulas.syntax import Constant, Function, Name, Node, Operation, Sign
from sandbox.salesforce.formulas.tokens import Token, tokenize
from sandbox.salesforce.formulas.trouble import FormulaError

LEVELS = (("||",), ("&&",), ("=", "==", "<>", "!="), ("<", ">", "<=", ">="), ("+", "-", "&"), ("^",), ("*", "/"))
TIGHTNESS = {operator: place for place, level in enumerate(LEVELS) for operator in level}
SAME = {"==": "=", "!=": "<>"}
WORDS: dict[str, bool | None] = {"TRUE": True, "FALSE": False, "NULL": None}
DEEPEST = 60


def parse(text: str) -> Node:
    """Raises `FormulaError`, and nothing else, for what does not follow the grammar."""
    return Parser(tokenize(text)).formula()


class Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.place = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def formula(self) -> Node:
        node = self.level(0)
        if self.token.kind != "end":
            raise self.extra() if self.token.text in ("),") else self.found()
        return node

    def level(self, lowest: int) -> Node:
        """A value and the operators after it that bind as tightly as `lowest`, or tighter."""
        left = self.signed()
        while self.token.kind == "mark" and TIGHTNESS.get(self.token.text, -1) >= lowest:
            operator = self.take().text
            right = self.level(TIGHTNESS[operator] + 1)
            left = Operation(SAME.get(operator, operator), left, right)
        return left

    def signed(self) -> Node:
        if self.token.kind != "mark" or self.token.text not in ("-", "+", "!"):
            return self.primary()
        self.deeper()
        operator = self.take().text
        operand = self.signed()
        self.depth -= 1
        return operand if operator == "+" else Sign(operator, operand)

    def primary(self) -> Node:
        token = self.take()
        match token.kind:
            case "number":
                return Constant(Decimal(token.text))
            case "text":
                return Constant(token.text)
            case "name":
                return self.named(token.text)
        if token.text != "(":
            self.place -= 1
            raise self.found()
        self.deeper()
        inner = self.level(0)
        self.expect(")")
        self.depth -= 1
        return inner

    def named(self, name: str) -> Node:
        if self.token.text != "(" or self.token.kind != "mark":
            return Constant(WORDS[name.upper()]) if name.upper() in WORDS else Name(name)
        self.deeper()
        self.take()
        arguments: list[Node] = []
        if self.token.text != ")" or self.token.kind != "mark":
            arguments.append(self.level(0))
            while self.token.kind == "mark" and self.token.text == ",":
                self.take()
                arguments.append(self.level(0))
        self.expect(")")
        self.depth -= 1
        return Function(name.upper(), tuple(arguments))

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise FormulaError("Formula is too complex: its expressions are nested too deeply")

    def take(self) -> Token:
        token = self.token
        if token.kind != "end":
            self.place += 1
        return token

    def expect(self, mark: str) -> None:
        if self.token.kind != "mark" or self.token.text != mark:
            raise FormulaError(f"Syntax error.  Missing '{mark}'")
        self.place += 1

    def found(self) -> FormulaError:
        return FormulaError(f"Syntax error.  Found '{self.token.text}'")

    def extra(self) -> FormulaError:
        return FormulaError(f"Syntax error. Extra '{self.token.text}'")
