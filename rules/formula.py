"""A gate as a Salesforce validation rule: the formula that is true where a record must be refused, and its message.

Pure. One walk over the rule gives both the formula and, in SOQL, the open records that it would refuse now; a `Dialect`
says how each of the two writes a test. The tests mean what they mean in SQL (`rules/compare.py`): a placeholder is not
filled, a blank is equal to nothing, and a field that the object does not have is owed by nobody there.
https://help.salesforce.com/s/articleView?id=platform.fields_about_field_validation.htm
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from rules.checks import ASKED
from rules.conditions import Condition, Loc
from rules.dialects import FORMULA, SOQL, Dialect, SalesField
from rules.facts import STAGE, CannotCompile
from rules.gates import ORDER, transition_of
from rules.kinds import Consistent, Evidence, Required
from rules.language import Language, Rule

BYPASS = "Entente_Bypass"
"""The custom permission of integration users, whose writes no gate refuses."""
MAY_OVERRIDE = "Entente_Override"
"""The custom permission of those whose reason passes a gate with `override: manager`."""
ASKED_FIELD = "Entente_Asked__c"
OVERRIDE_FIELD = "Entente_Override__c"
LONGEST_FORMULA, LONGEST_MESSAGE, LONGEST_NAME = 3_900, 255, 40
"""Characters that Salesforce takes.
https://help.salesforce.com/s/articleView?id=platform.customize_functions_limitations.htm"""
_CHECK = ("check", "kind")
_OPEN = {"Lead": "IsConverted = false", "Opportunity": "IsClosed = false"}


@dataclass(frozen=True, slots=True)
class Place:
    """One object of Salesforce, as a gate needs it."""

    object: str
    fields: Mapping[str, SalesField]
    """By canonical name, the fields that it has."""
    stages: Mapping[str, Mapping[SalesField, str]] = field(default_factory=dict)
    """By stage, first to last, the word that each field shows; nothing where this object cannot tell the stage."""
    placeholders: frozenset[str] = frozenset()
    has: frozenset[str] = frozenset({ASKED_FIELD, OVERRIDE_FIELD})
    """Which of our two fields are there: only these can be asked for in SOQL."""


@dataclass(frozen=True, slots=True)
class ValidationRule:
    """What is deployed for a gate on one object; `count` is the WHERE of the open records that it would refuse.

    `is_least`: a part of the check cannot be counted in SOQL, so that more may be refused.
    """

    rule: str
    object: str
    formula: str
    message: str
    shown_at: str
    count: str
    is_least: bool

    @property
    def name(self) -> str:
        """At most 40 letters, digits and single underscores; two rules never share one."""
        plain = re.sub(r"_+", "_", re.sub(r"\W", "_", f"Entente_{self.rule}", flags=re.ASCII)).strip("_")
        if plain == f"Entente_{self.rule}".replace("-", "_") and len(plain) <= LONGEST_NAME:
            return plain
        digest = blake2b(self.rule.encode(), digest_size=4).hexdigest()
        return f"{plain[: LONGEST_NAME - 9].rstrip('_')}_{digest}"

    @property
    def full_name(self) -> str:
        return f"{self.object}.{self.name}"


def validation_rule(rule: Rule, place: Place, language: Language) -> ValidationRule | None:
    """The validation rule of a gate on one object; `None` where the object does not know the transition.

    `rule` is as `at_target` leaves it. Raises CannotCompile with the place in the rule and the mend.
    """
    into = transition_of(rule)
    to = place.stages.get(into.value) if into.is_stage else _target(place, into.field, into.value)
    if not isinstance(rule.check, Required | Evidence | Consistent):
        message = f"Salesforce cannot ask a {rule.check.kind} check in a formula; use backend: sync_hold or advice_only"
        raise CannotCompile(_CHECK, message, rule.id)
    if not to:
        return None
    _check_words(rule, place, to)
    try:
        formula = _refused(rule, place, to)
        if formula is None:
            return None
        count = _open(rule, place, to)
    except CannotCompile as refused:
        raise CannotCompile(refused.where, refused.message, rule.id) from None
    except ValueError as unsuited:
        raise CannotCompile(("check",), str(unsuited), rule.id) from None
    if len(formula) > LONGEST_FORMULA:
        message = f"its formula has {len(formula)} characters, Salesforce takes {LONGEST_FORMULA}: split the rule"
        raise CannotCompile((), message, rule.id)
    owed = _owed(rule, place)
    is_least = isinstance(rule.check, Required) and rule.check.min_chars is not None
    shown_at = owed[0].name if len(owed) == 1 else ""
    return ValidationRule(rule.id, place.object, formula, message_of(rule, language), shown_at, count, is_least)


def _check_words(rule: Rule, place: Place, to: Mapping[SalesField, str]) -> None:
    """A formula compares letter by letter: with a word that a picklist does not offer, the gate would never close."""
    for each, word in to.items():
        if each.type == "picklist" and each.offered and word not in each.offered:
            message = (
                f'{place.object}.{each.name} does not offer "{word}": correct the funnel in mapping.yaml, or the gate'
            )
            raise CannotCompile(("enforcement", "gate", "transition"), message, rule.id)


def message_of(rule: Rule, language: Language) -> str:
    """What the rep reads, as far as 255 characters reach: the title, why, and the way out. Why must fit.

    Raises CannotCompile where it does not.
    """
    title, why = getattr(rule.title, language), getattr(rule.why, language)
    if len(why) > LONGEST_MESSAGE:
        message = f"{len(why)} characters, Salesforce shows {LONGEST_MESSAGE}: shorten it"
        raise CannotCompile(("why", language), message, rule.id)
    point = "\u00a0:" if language == "fr" else ":"
    with_title, way_out = f"{title}{point} {why}", _way_out(rule, language)
    choices = (f"{with_title} {way_out}", with_title, why)
    return next(text for text in choices if len(text) <= LONGEST_MESSAGE)


def _way_out(rule: Rule, language: Language) -> str:
    gate = rule.enforcement.gate
    by_manager = gate is not None and gate.override == "manager"
    asked = isinstance(rule.check, Required) and rule.check.unknown_ok and rule.check.unknown_ok.value == ASKED
    names = ";".join(map(_name, rule.check.fields_read()))
    if language == "fr":
        known = f"Demandé, ne sait pas ? Écrivez {names} dans Entente Asked. " if asked else ""
        return f"{known}{'Sinon, un manager donne' if by_manager else 'Sinon, donnez'} le motif dans Entente Override."
    known = f"Asked, not known? Write {names} in Entente Asked. " if asked else ""
    return f"{known}{'Else a manager gives' if by_manager else 'Else give'} the reason in Entente Override."


def _target(place: Place, name: str, value: str) -> dict[SalesField, str]:
    found = place.fields.get(name)
    return {found: value} if found else {}


# -- the parts of it ---------------------------------------------------------------------------------------------------


def _refused(rule: Rule, place: Place, to: Mapping[SalesField, str]) -> str | None:
    """When a write is refused: nobody's way out is open, the transition is made now, and the facts are not there."""
    lacks = _facts_lack(FORMULA, rule, place)
    if lacks is None:
        return None
    is_there = [FORMULA.equals(each, word, ()) for each, word in to.items()]
    return FORMULA.all(
        [f"NOT($Permission.{BYPASS})", *FORMULA.changed(list(to)), *is_there, *lacks, _no_override(rule)]
    )


def _no_override(rule: Rule) -> str:
    """Without a reason; of a gate that only a manager opens, also where somebody else gave it."""
    gate = rule.enforcement.gate
    if gate is not None and gate.override == "manager":
        return f"OR(ISBLANK({OVERRIDE_FIELD}), NOT($Permission.{MAY_OVERRIDE}))"
    return f"ISBLANK({OVERRIDE_FIELD})"


def _open(rule: Rule, place: Place, to: Mapping[SalesField, str]) -> str:
    """The WHERE of the open records that have not made the transition and would be refused."""
    lacks = _facts_lack(SOQL, rule, place) or []
    is_there = SOQL.all([SOQL.equals(each, word, ()) for each, word in to.items()])
    parts = [SOQL.negated(is_there), *lacks]
    if place.object in _OPEN:
        parts.append(_OPEN[place.object])
    if OVERRIDE_FIELD in place.has:
        parts.append(f"{OVERRIDE_FIELD} = null")
    return SOQL.all(parts)


def _facts_lack(dialect: Dialect, rule: Rule, place: Place) -> list[str] | None:
    """The rule applies, nobody is exempt, and the check fails; `None` where this object can owe nothing."""
    parts = []
    if rule.applies_when is not None:
        parts.append(_condition(dialect, rule.applies_when, place, ("applies_when",)))
    for index, each in enumerate(rule.exempt):
        if each.who is not None or each.until is not None or each.when is None:
            raise CannotCompile(("exempt", index), "a formula only knows `when`: take out who and until")
        parts.append(dialect.negated(_condition(dialect, each.when, place, ("exempt", index, "when"))))
    failing = _failing(dialect, rule, place)
    return None if failing is None else [*parts, failing]


def _owed(rule: Rule, place: Place) -> list[SalesField]:
    """What the check asks of this object."""
    if isinstance(rule.check, Evidence):
        names: Sequence[str] = (rule.check.basis_field, *rule.check.proof_fields)
    else:
        names = tuple(rule.check.fields_read())
    return [place.fields[name] for name in dict.fromkeys(map(_name, names)) if name in place.fields]


def _failing(dialect: Dialect, rule: Rule, place: Place) -> str | None:
    match rule.check:
        case Required() as check:
            lacks = [_lacks(dialect, check, name, place) for name in map(_name, check.fields) if name in place.fields]
            if not lacks:
                return None
            return dialect.all(lacks) if check.mode == "any" else dialect.any(lacks)
        case Evidence() as check:
            basis = place.fields.get(_name(check.basis_field))
            if basis is None:
                return None
            named = dialect.any([dialect.equals(basis, each, place.placeholders) for each in check.basis_in])
            proofs = [place.fields[name] for name in map(_name, check.proof_fields) if name in place.fields]
            blank = [dialect.blank(each, place.placeholders) for each in proofs]
            return dialect.any([dialect.negated(named), *blank])
        case Consistent() as check:
            return dialect.negated(_condition(dialect, check.holds, place, ("check", "holds")))
    return None


def _lacks(dialect: Dialect, check: Required, name: str, place: Place) -> str:
    found = place.fields[name]
    lacks = dialect.blank(found, place.placeholders)
    if check.min_chars is not None:
        lacks = dialect.any([lacks, *dialect.shorter(found, check.min_chars)])
    if check.unknown_ok is None:
        return lacks
    if check.unknown_ok.value != ASKED:
        return dialect.all([lacks, dialect.negated(dialect.equals(found, check.unknown_ok.value, ()))])
    return dialect.all([lacks, *dialect.not_asked(ASKED_FIELD, name, ASKED_FIELD in place.has)])


def _condition(dialect: Dialect, condition: Condition, place: Place, where: Loc) -> str:
    if condition.field is not None:
        try:
            return _leaf(dialect, condition, place)
        except ValueError as unsuited:
            raise CannotCompile((*where, "field"), str(unsuited)) from None
    parts = [_condition(dialect, part, place, where + loc) for loc, part in condition.branches()]
    if condition.not_ is not None:
        return dialect.negated(parts[0])
    return dialect.all(parts) if condition.all else dialect.any(parts)


def _leaf(dialect: Dialect, condition: Condition, place: Place) -> str:
    assert condition.field is not None, "a leaf has a field: see Condition"
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    name, op = _name(condition.field), condition.op
    if op in ("ne", "not_in", "is_blank"):
        opposite = {"ne": "eq", "not_in": "in", "is_blank": "is_set"}[op]
        return dialect.negated(_leaf(dialect, condition.model_copy(update={"op": opposite}), place))
    if name == STAGE:
        return _stage(dialect, str(op), [str(value) for value in values], place)
    found = place.fields.get(name)
    if found is None:
        return dialect.never
    if op == "is_set":
        return dialect.negated(dialect.blank(found, place.placeholders))
    if op in ("gt", "gte", "lt", "lte"):
        return dialect.ordered(found, str(op), values[0])
    tests = [dialect.equals(found, value, place.placeholders) for value in values if value is not None]
    if op == "changed_to":
        tests = [dialect.all([*dialect.changed([found]), dialect.any(tests)])]
    return dialect.any(tests)


def _stage(dialect: Dialect, op: str, values: Sequence[str], place: Place) -> str:
    """By the words that this object has for its stages."""
    names = list(place.stages)
    if op == "is_set":
        wanted = names
    elif op in ORDER:
        at = names.index(values[0])
        wanted = [name for index, name in enumerate(names) if ORDER[op](index, at)]
    else:
        wanted = [name for name in names if name in values]
    shown = [
        dialect.all([dialect.equals(each, word, ()) for each, word in place.stages[name].items()])
        for name in wanted
        if place.stages[name]
    ]
    return dialect.any(shown) if shown else dialect.never


def _name(path: str) -> str:
    return path.rpartition(".")[2]
