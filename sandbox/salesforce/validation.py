"""Validation rules at work: a record whose error condition holds is refused, with all that it breaks in one answer.

https://help.salesforce.com/s/articleView?id=sf.fields_about_field_validation.htm
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.formulas.expression import Moment, Work
from sandbox.salesforce.formulas.trouble import FormulaError, FormulaFailure

if TYPE_CHECKING:
    from sandbox.salesforce.saving import Save

CODE = "FIELD_CUSTOM_VALIDATION_EXCEPTION"


@dataclass(frozen=True, slots=True)
class Rule:
    """An active rule. `field` is where its message stands on the page; "" is the top of the page."""

    name: str
    object: str
    field: str
    message: str
    holds: Work
    is_of_control: bool = False


class Rules:
    """The active rules of each object, in the order in which they were made."""

    def __init__(self) -> None:
        self._rules: dict[str, dict[str, Rule]] = {}

    def of(self, object_name: str) -> list[Rule]:
        return list(self._rules.get(object_name, {}).values())

    def put(self, rule: Rule) -> None:
        self._rules.setdefault(rule.object, {})[rule.name] = rule

    def drop(self, object_name: str, name: str) -> None:
        self._rules.get(object_name, {}).pop(name, None)

    def refuse_value(self, object_name: str, field_name: str, refused: Any, message: str) -> None:
        """A rule at the top of the page: the field must not hold this value."""
        name = f"{field_name} {refused}"
        condition: Work = lambda moment: moment.row.get(field_name) == refused  # noqa: E731
        self.put(Rule(name, object_name, "", message, condition, is_of_control=True))

    def lift(self, object_name: str, field_name: str) -> None:
        """No rule that `refuse_value` made for this field is there any more."""
        for rule in self.of(object_name):
            if rule.is_of_control and rule.name.startswith(f"{field_name} "):
                self.drop(object_name, rule.name)


def check(save: Save) -> None:
    """Raises `Trouble` for a record that breaks rules; the rules that follow the first are in its `others`."""
    state = save.writer.state
    rules = state.rules.of(save.table.kind.name)
    if not rules:
        return
    moment = Moment(save.row, save.before, state)
    broken = [trouble for rule in rules if (trouble := _judge(rule, moment))]
    if broken:
        broken[0].others = broken[1:]
        raise broken[0]


def _judge(rule: Rule, moment: Moment) -> Trouble | None:
    """A formula that fails, as by a division by zero, refuses the record too."""
    try:
        if not rule.holds(moment):
            return None
    except (FormulaFailure, FormulaError) as failure:
        return Trouble(CODE, f'Validation Formula "{rule.name}" Invalid ({failure.message})', ())
    return Trouble(CODE, rule.message, (rule.field,) if rule.field else ())
