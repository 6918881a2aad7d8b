"""A gate: the transition that needs the facts, and the rule as it stands once that transition is made.

Before the transition a rule does not apply yet; so every condition about its field is answered beforehand, as it will
be. What is left says whether the facts are there, to the engine (`held back or not`) and to a formula alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm.values import FieldType
from rules.checks import ASKED
from rules.compile import CompiledRule, compile_rule
from rules.conditions import Condition, Scalar
from rules.facts import STAGE, CannotCompile, Catalog
from rules.kinds import Required
from rules.language import Document, Exemption, Rule, RuleSet

ORDER = {"gt": int.__gt__, "gte": int.__ge__, "lt": int.__lt__, "lte": int.__le__}
_PLACE = ("enforcement", "gate", "transition")


@dataclass(frozen=True, slots=True)
class Transition:
    """A field of an object becomes a value; `is_stage`: a stage of the funnel."""

    object: str
    field: str
    value: str

    @property
    def path(self) -> str:
        return f"{self.object}.{self.field}"

    @property
    def is_stage(self) -> bool:
        return self.field == STAGE


def transition_of(rule: Rule) -> Transition:
    """The transition that a rule's gate guards.

    Raises ValueError where the rule has no gate.
    """
    if rule.enforcement.gate is None:
        raise ValueError(f"{rule.id} has no gate")
    path, _, value = rule.enforcement.gate.transition.partition(" -> ")
    object_name, _, field = path.partition(".")
    return Transition(object_name, field, value.strip())


def at_target(rule: Rule, catalog: Catalog) -> Rule:
    """The rule as it will stand right after its transition: what it asks of the transition's field is answered.

    Raises CannotCompile where the transition leads nowhere, or where the rule would not apply after it.
    """
    into = transition_of(rule)
    stages = _stages(rule, into, catalog)
    applies = True if rule.applies_when is None else _assume(rule.applies_when, into, stages)
    if applies is False:
        message = f"the rule does not apply at {into.value}: correct applies_when, or the transition"
        raise CannotCompile(_PLACE, message, rule.id)
    exempt: list[Exemption] = []
    for each in rule.exempt:
        left = None if each.when is None else _assume(each.when, into, stages)
        if left is True:
            raise CannotCompile(_PLACE, f"everybody is exempt at {into.value}: correct exempt", rule.id)
        if left is not False:
            exempt.append(each.model_copy(update={"when": left}))
    return rule.model_copy(update={"applies_when": None if applies is True else applies, "exempt": tuple(exempt)})


def target_of(rule: Rule, catalog: Catalog) -> Condition:
    """What a record shows that has made the transition."""
    into = transition_of(rule)
    is_bool = catalog.fact(into.path, rule.object, _PLACE).type is FieldType.BOOL
    return Condition(field=into.path, op="eq", value=into.value == "true" if is_bool else into.value)


def compile_gate(rule: Rule, catalog: Catalog, passing: Condition | None = None) -> CompiledRule:
    """The records whose facts are not there, for their transition; but for those that meet `passing`.

    Raises CannotCompile.
    """
    reduced = at_target(rule, catalog)
    if passing is not None:
        exempt = (*reduced.exempt, Exemption(when=passing, reason="a reason was given"))
        reduced = reduced.model_copy(update={"exempt": exempt})
    return compile_rule(reduced, catalog)


def compile_gates(
    ruleset: RuleSet, catalog: Catalog, document: Document, passing: Mapping[str, Condition]
) -> dict[str, CompiledRule]:
    """By id of each rule with a gate, its `compile_gate`; `passing` is by object. Raises the document's error with one
    line per problem."""
    compiled, problems = {}, []
    for index, rule in enumerate(ruleset.rules):
        if rule.enforcement.level == "gate":
            try:
                compiled[rule.id] = compile_gate(rule, catalog, passing.get(rule.object))
            except CannotCompile as refused:
                problems.append((("rules", index, *refused.where), refused.message))
    if problems:
        raise document.refusal(problems)
    return compiled


def has_way_out(rule: Rule) -> bool:
    """Whether a record says in fields of ours that a gate was passed, or that a fact is not known."""
    gate = rule.enforcement.gate if rule.enforcement.level == "gate" else None
    is_asked = isinstance(rule.check, Required) and rule.check.unknown_ok and rule.check.unknown_ok.value == ASKED
    return bool(is_asked) or (gate is not None and gate.backend == "salesforce_validation_rule")


def _stages(rule: Rule, into: Transition, catalog: Catalog) -> Sequence[str]:
    if into.object != rule.object:
        raise CannotCompile(_PLACE, f"a gate on {rule.object} needs a transition of {rule.object}", rule.id)
    try:
        catalog.fact(into.path, rule.object, _PLACE)
    except CannotCompile as refused:
        raise CannotCompile(_PLACE, refused.message, rule.id) from None
    stages = catalog.object(rule.object, _PLACE).stages
    if into.is_stage and into.value not in stages:
        known = ", ".join(stages)
        raise CannotCompile(_PLACE, f'unknown stage "{into.value}"; the funnel has: {known}', rule.id)
    return stages


def _assume(condition: Condition, into: Transition, stages: Sequence[str]) -> Condition | bool:
    """What is left of a condition once the transition is made; true or false where that decides it."""
    if condition.field is not None:
        return _answer(condition, into, stages) if condition.field == into.path else condition
    parts = [_assume(part, into, stages) for _, part in condition.branches()]
    if condition.not_ is not None:
        [part] = parts
        return not part if isinstance(part, bool) else Condition.model_validate({"not": part})
    decided = condition.any is not None
    if decided in parts:
        return decided
    left = tuple(part for part in parts if isinstance(part, Condition))
    if not left:
        return not decided
    return Condition(any=left) if decided else Condition(all=left)


def _answer(condition: Condition, into: Transition, stages: Sequence[str]) -> Condition | bool:
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    match condition.op:
        case "is_set" | "is_blank":
            return condition.op == "is_set"
        case "eq" | "in" | "changed_to":
            return into.value in map(_text, values)
        case "ne" | "not_in":
            return into.value not in map(_text, values)
        case "gt" | "gte" | "lt" | "lte" if into.is_stage and values[0] in stages:
            return ORDER[condition.op](stages.index(into.value), stages.index(str(values[0])))
    return condition


def _text(value: Scalar | None) -> str:
    """A value as a transition names it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
