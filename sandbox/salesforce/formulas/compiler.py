"""Syntax tree -> checked expression: names are looked up and kinds compared here, before any record is seen.

A chain of operators may be a thousand long; it is worked out in a loop and not by recursion.
"""

from __future__ import annotations

from decimal import Decimal

from sandbox.salesforce.formulas.expression import PICKLISTS, Expression, Kind, Moment, Value, Work, constant
from sandbox.salesforce.formulas.functions import FUNCTIONS
from sandbox.salesforce.formulas.names import Scope
from sandbox.salesforce.formulas.operators import Step, step_of
from sandbox.salesforce.formulas.parser import parse
from sandbox.salesforce.formulas.syntax import Constant, Function, Name, Node, Operation, Sign
from sandbox.salesforce.formulas.trouble import FormulaError, picklist_misused, wrong_type

MANY = {Kind.PICKLIST: "a picklist field. Picklist", Kind.MULTI: "a multi-select picklist field. Multi-select picklist"}


def compile_condition(text: str, scope: Scope) -> Work:
    """The error condition of a rule: a Boolean. Raises `FormulaError`."""
    expression = compile_formula(text, scope)
    if expression.kind not in (Kind.BOOLEAN, Kind.NULL):
        message = (
            f"Formula result is data type ({expression.kind.value}), incompatible with expected data type "
            "(true or false)."
        )
        raise FormulaError(message)
    return expression.work


def compile_formula(text: str, scope: Scope) -> Expression:
    """Raises `FormulaError` for what the service would not save."""
    return plain(Compiler(scope).build(parse(text)))


def plain(expression: Expression) -> Expression:
    """The expression, unless it is a picklist: those go into few functions, and nowhere else."""
    if expression.kind in PICKLISTS:
        raise picklist_misused(expression.name, MANY[expression.kind])
    return expression


class Compiler:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def build(self, node: Node) -> Expression:
        match node:
            case Constant(value):
                return constant(value)
            case Name(text):
                return self.scope.resolve(text)
            case Sign(operator, operand):
                return self.sign(operator, plain(self.build(operand)))
            case Function(name, arguments):
                return self.call(name, arguments)
            case Operation():
                return self.chain(node)

    def call(self, name: str, arguments: tuple[Node, ...]) -> Expression:
        function = FUNCTIONS.get(name)
        if function is None:
            raise FormulaError(f"Unknown function {name}. Check spelling.")
        if function.only_in_rules and not self.scope.is_rule:
            raise FormulaError(f"Function {name} may not be used in this type of formula")
        function.check_count(name, len(arguments))
        built = [self.build(argument) for argument in arguments]
        if not function.takes_picklists:
            built = [plain(argument) for argument in built]
        return function.build(name, built)

    def sign(self, operator: str, operand: Expression) -> Expression:
        wanted = Kind.NUMBER if operator == "-" else Kind.BOOLEAN
        if operand.kind not in (wanted, Kind.NULL):
            raise wrong_type(f"operator '{operator}'", wanted.value, operand.kind.value)

        def work(moment: Moment) -> Value:
            value = operand.work(moment)
            if value is None:
                return None
            return -value if isinstance(value, Decimal) else not value

        return Expression(wanted, work)

    def chain(self, node: Operation) -> Expression:
        """`a + b + c` as its first value and the steps that follow."""
        spine: list[Operation] = []
        first: Node = node
        while isinstance(first, Operation):
            spine.append(first)
            first = first.left
        left = plain(self.build(first))
        start, kind = left.work, left.kind
        steps: list[tuple[Step, Work]] = []
        for operation in reversed(spine):
            right = plain(self.build(operation.right))
            step, kind = step_of(operation.operator, kind, right.kind)
            steps.append((step, right.work))

        def work(moment: Moment) -> Value:
            value = start(moment)
            for step, right_work in steps:
                value = step(moment, value, right_work)
            return value

        return Expression(kind, work)
