"""The functions that picklists may go into, beside CASE and those that ask for blanks and changes."""

from __future__ import annotations

from decimal import Decimal

from sandbox.salesforce.formulas.expression import Expression, Kind
from sandbox.salesforce.formulas.function import Function, place
from sandbox.salesforce.formulas.trouble import FormulaError, wrong_type


def _literal(name: str, argument: Expression) -> str:
    """The text that stands in the formula itself; a picklist is not compared with anything else."""
    if not argument.is_literal or argument.kind not in (Kind.TEXT, Kind.NULL):
        raise wrong_type(place(name), "Text Literal", argument.kind.value)
    return str(argument.work(None) or "")  # type: ignore[arg-type]  # a literal asks no record


def _is_picklist_value(name: str, arguments: list[Expression]) -> Expression:
    """Without regard to case; an empty text means that nothing is chosen."""
    field, given = arguments
    if field.kind is not Kind.PICKLIST:
        raise wrong_type(place(name), Kind.PICKLIST.value, field.kind.value)
    wanted = _literal(name, given).lower()
    work = field.work
    return Expression(Kind.BOOLEAN, lambda moment: str(work(moment) or "").lower() == wanted)


def _includes(name: str, arguments: list[Expression]) -> Expression:
    """Is the text, which must be one of the field's values, among those chosen?"""
    field, given = arguments
    if field.kind is not Kind.MULTI:
        raise wrong_type(place(name), Kind.MULTI.value, field.kind.value)
    wanted = _literal(name, given).lower()
    known = [value.lower() for value in (field.field.values if field.field else ())]
    if wanted not in known:
        message = "Text Literal must be a valid value for this multi-select picklist field."
        raise FormulaError(f"Incorrect parameter for function INCLUDES(). {message}")
    work = field.work
    return Expression(Kind.BOOLEAN, lambda moment: wanted in str(work(moment) or "").lower().split(";"))


def _count(name: str, arguments: list[Expression]) -> Expression:
    field = arguments[0]
    if field.kind is not Kind.MULTI:
        raise wrong_type(place(name), Kind.MULTI.value, field.kind.value)
    work = field.work
    return Expression(
        Kind.NUMBER, lambda moment: Decimal(len([part for part in str(work(moment) or "").split(";") if part]))
    )


PICKLISTS = {
    "ISPICKVAL": Function(2, 2, _is_picklist_value, takes_picklists=True),
    "INCLUDES": Function(2, 2, _includes, takes_picklists=True),
    "PICKLISTCOUNT": Function(1, 1, _count, takes_picklists=True),
}
