"""AND, OR, NOT, IF, CASE, and the questions whether a value is blank. What is not needed is not worked out."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce.formulas.expression import PICKLISTS, Expression, Kind, Moment, Value, Work
from sandbox.salesforce.formulas.function import Function, common, place, want
from sandbox.salesforce.formulas.trouble import FormulaError, picklist_misused, wrong_count, wrong_type


def _and(name: str, arguments: list[Expression]) -> Expression:
    want(name, arguments, [Kind.BOOLEAN])
    works = [argument.work for argument in arguments]
    return Expression(Kind.BOOLEAN, lambda moment: all(work(moment) for work in works))


def _or(name: str, arguments: list[Expression]) -> Expression:
    want(name, arguments, [Kind.BOOLEAN])
    works = [argument.work for argument in arguments]
    return Expression(Kind.BOOLEAN, lambda moment: any(work(moment) for work in works))


def _not(name: str, arguments: list[Expression]) -> Expression:
    want(name, arguments, [Kind.BOOLEAN])
    work = arguments[0].work
    return Expression(Kind.BOOLEAN, lambda moment: None if (value := work(moment)) is None else not value)


def _if(name: str, arguments: list[Expression]) -> Expression:
    want(name, arguments[:1], [Kind.BOOLEAN])
    kind = common(name, arguments[1:])
    test, yes, no = (argument.work for argument in arguments)
    return Expression(kind, lambda moment: yes(moment) if test(moment) else no(moment))


def _case(name: str, arguments: list[Expression]) -> Expression:
    """CASE(expression, value1, result1, ..., else); a picklist is compared with texts."""
    if len(arguments) % 2:
        raise wrong_count(place(name), len(arguments) + 1, len(arguments))
    asked, *pairs, otherwise = arguments
    values, results = pairs[::2], pairs[1::2]
    _check_case(name, asked, values)
    kind = common(name, [*results, otherwise])
    choices = [(value.work, result.work) for value, result in zip(values, results, strict=True)]
    is_text = asked.kind in (Kind.TEXT, Kind.PICKLIST)

    def work(moment: Moment) -> Value:
        given = asked.work(moment)
        for value, result in choices:
            wanted = value(moment)
            if given == wanted if is_text else (given is not None and given == wanted):
                return result(moment)
        return otherwise.work(moment)

    return Expression(kind, work)


def _check_case(name: str, asked: Expression, values: list[Expression]) -> None:
    if asked.kind is Kind.MULTI or any(value.kind in PICKLISTS for value in values):
        raise wrong_type(place(name), "Text", Kind.MULTI.value if asked.kind is Kind.MULTI else Kind.PICKLIST.value)
    if asked.kind is Kind.BOOLEAN:
        raise wrong_type(place(name), "Number, Text, Date, DateTime, Picklist", Kind.BOOLEAN.value)
    want(name, values, [Kind.TEXT if asked.kind is Kind.PICKLIST else asked.kind])


def _blank(of_text: bool) -> Any:
    """ISBLANK, and ISNULL, for which no text is ever null. A picklist must be a multi-select one."""

    def build(name: str, arguments: list[Expression]) -> Expression:
        argument = arguments[0]
        if argument.kind is Kind.PICKLIST:
            raise picklist_misused(argument.name, "a picklist field. Picklist")
        if argument.kind is Kind.BOOLEAN:
            raise FormulaError(f"Incorrect argument type for {place(name)}.")
        work = argument.work
        if argument.kind is Kind.TEXT and not of_text:
            return Expression(Kind.BOOLEAN, lambda moment: work(moment) is False)
        return Expression(Kind.BOOLEAN, lambda moment: work(moment) is None)

    return build


def _instead(of_text: bool) -> Any:
    """BLANKVALUE, and NULLVALUE, which leaves texts as they are."""

    def build(name: str, arguments: list[Expression]) -> Expression:
        kind = common(name, arguments)
        given, other = (argument.work for argument in arguments)
        if kind is Kind.TEXT and not of_text:
            return Expression(kind, given)

        def work(moment: Moment) -> Value:
            value = given(moment)
            return other(moment) if value is None else value

        return Expression(kind, work)

    return build


def _is_new(_name: str, _arguments: list[Expression]) -> Expression:
    return Expression(Kind.BOOLEAN, lambda moment: moment.before is None)


def _own_field(name: str, argument: Expression) -> None:
    if argument.field is None:
        raise FormulaError(f"Incorrect parameter for {place(name)}. Expected Field field reference.")
    if not argument.is_own:
        raise FormulaError(f"The {name} function cannot reference the {argument.name} field.")


def _is_changed(name: str, arguments: list[Expression]) -> Expression:
    """False for a new record."""
    _own_field(name, arguments[0])
    now = arguments[0].work

    def work(moment: Moment) -> Value:
        return moment.before is not None and now(moment) != now(_earlier(moment))

    return Expression(Kind.BOOLEAN, work)


def _prior_value(name: str, arguments: list[Expression]) -> Expression:
    """The value before this write; for a new record the value itself, as the service's reference says."""
    _own_field(name, arguments[0])
    argument = arguments[0]
    now: Work = argument.work
    return Expression(
        argument.kind, lambda moment: now(moment) if moment.before is None else now(_earlier(moment)), argument.name,
        argument.field,
    )  # fmt: skip


def _earlier(moment: Moment) -> Moment:
    return Moment(moment.before or {}, moment.before, moment.state)


LOGIC = {
    "AND": Function(1, None, _and),
    "OR": Function(1, None, _or),
    "NOT": Function(1, 1, _not),
    "IF": Function(3, 3, _if),
    "CASE": Function(4, None, _case, takes_picklists=True),
    "ISBLANK": Function(1, 1, _blank(of_text=True), takes_picklists=True),
    "ISNULL": Function(1, 1, _blank(of_text=False), takes_picklists=True),
    "BLANKVALUE": Function(2, 2, _instead(of_text=True)),
    "NULLVALUE": Function(2, 2, _instead(of_text=False)),
    "ISNEW": Function(0, 0, _is_new, only_in_rules=True),
    "ISCHANGED": Function(1, 1, _is_changed, takes_picklists=True, only_in_rules=True),
    "PRIORVALUE": Function(1, 1, _prior_value, takes_picklists=True, only_in_rules=True),
}
