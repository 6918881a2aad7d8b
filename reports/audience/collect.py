"""Counts the people of a mapping by the step at which they are lost, and by what is open with whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from crm.states import FieldState
from crm.values import FieldType
from reports.audience.report import STEPS, Audience, Step, StepName
from reports.audience.ways import Cell, shortest
from reports.completeness import Segment
from reports.stored import SENDING, NothingRead, last_read, stored_objects
from rules.compile import facts_table
from rules.language import Language, Rule, RuleSet
from store.sql import marks, rows
from sync.mapping import Mapping, ObjectMap

_MARKETING, _BOUNCE = SENDING
_KINDS = {"required": "facts", "evidence": "proof"}


@dataclass(frozen=True, slots=True)
class _Test:
    """What loses somebody at a step, as SQL over a row `f`, its pair's other row `m` and the open gaps `g`."""

    step: StepName
    lost: str
    can_be_answered: bool = False


def people_of(mapping: Mapping) -> ObjectMap | None:
    """The object whose records are people that can be written to: the first with an e-mail address."""
    return next((each for each in mapping.objects.values() if _email(each)), None)


def audience(mapping: Mapping, rules: RuleSet, language: Language = "en", only: Segment | None = None) -> Audience:
    """How many people can be written to, of all or of one segment. Raises NothingRead where the store is empty."""
    people = people_of(mapping)
    stored = stored_objects(mapping)
    if people is None or not stored[people.name]:
        raise NothingRead
    asked = [rule for rule in rules.rules if _lifts(rule, people)]
    tests, unmapped = _tests(people, stored[people.name], asked)
    sql, parameters = _sql(people, tests, asked, only)
    lost: Counter[str | None] = Counter()
    cells: list[Cell] = []
    for step, is_blocked, rep, mask, number in rows(sql, parameters):
        lost[step] += number
        missing = tuple(rule for place, rule in enumerate(asked) if int(mask) >> place & 1)
        if step and not is_blocked and missing and (step not in ("email", "valid") or _asks_email(missing, people)):
            cells.append(Cell(rep, missing, number))
    steps, left = [], lost.total()
    for name in (each for each in STEPS if each == "all" or each in {test.step for test in tests}):
        left -= lost[name]
        steps.append(Step(name, left, lost[name]))
    ways = shortest(cells, left, rules.budget.rep_seconds_per_week)
    without_rep = sum(cell.people for cell in cells if cell.rep is None)
    return Audience(language, last_read(), tuple(steps), ways, tuple(unmapped), without_rep, only)


def _email(people: ObjectMap) -> str | None:
    return next((name for name, field in people.fields.items() if field.type is FieldType.EMAIL), None)


def _lifts(rule: Rule, people: ObjectMap) -> bool:
    """Whether answers to a rule win people: it is asked of sales, and what it asks for is a step of the audience."""
    is_step = rule.check.kind in _KINDS or _asks_email([rule], people)
    return rule.object == people.name and rule.is_asked and rule.direction != "marketing_to_sales" and is_step


def _asks_email(rules: Sequence[Rule], people: ObjectMap) -> bool:
    return any(f"{people.name}.{_email(people)}" in rule.check.fields_read() for rule in rules)


def _tests(people: ObjectMap, stored: Sequence[str], asked: Sequence[Rule]) -> tuple[list[_Test], list[StepName]]:
    """The steps that can be told, and those for which the mapping names no field or nothing has been read yet."""
    email = _email(people)
    kinds = {_KINDS[rule.check.kind] for rule in asked if rule.check.kind in _KINDS}
    consent = people.consent.name if people.consent and people.consent.name in stored else None
    opted_out = f'(COALESCE(f."f_{consent}", 0) = 1 OR COALESCE(m."f_{consent}", 0) = 1)' if consent else "(1 = 0)"
    tests = [
        _Test("email", f"{_state(email)} < {FieldState.INVALID.value}", can_be_answered=True),
        _Test("valid", f"{_state(email)} < {FieldState.OK.value}", can_be_answered=True),
    ]
    if _BOUNCE in stored:
        tests.append(_Test("bounced", f"{_state(_BOUNCE)} >= {FieldState.INVALID.value}"))
    if _MARKETING in stored:
        tests.append(
            _Test("marketing", f"NOT ({_state(_MARKETING)} = {FieldState.OK.value} AND {_value(_MARKETING)} = 1)")
        )
    if consent:
        tests.append(_Test("consent", opted_out))
    if "proof" in kinds:
        tests.append(_Test("proof", "COALESCE(g.proof, 0) > 0", can_be_answered=True))
    if "facts" in kinds:
        tests.append(_Test("facts", "COALESCE(g.facts, 0) > 0", can_be_answered=True))
    known = {test.step for test in tests}
    return tests, [step for step in STEPS if step not in known | {"all", "proof"}]


def _sql(
    people: ObjectMap, tests: Sequence[_Test], asked: Sequence[Rule], only: Segment | None
) -> tuple[str, list[object]]:
    """One row for each step, person and set of open rules: how many people are lost there."""
    table = facts_table(people.name)
    lost = " ".join(f"WHEN {test.lost} THEN '{test.step}'" for test in tests)
    blocked = " OR ".join(test.lost for test in tests if not test.can_be_answered) or "1 = 0"
    where, segment = only.where() if only else ("1 = 1", ())
    gaps, known = _gaps(asked)
    sql = f"""
        SELECT step, is_blocked, rep, mask, COUNT(*) FROM (
            SELECT CASE {lost} END AS step, CASE WHEN {blocked} THEN 1 ELSE 0 END AS is_blocked,
                   g.rep AS rep, COALESCE(g.mask, 0) AS mask
            FROM "{table}" f LEFT JOIN store_link l ON l.sales = f.ref LEFT JOIN "{table}" m ON m.ref = l.marketing
            LEFT JOIN ({gaps}) g ON g.ref = f.ref WHERE f.counted = 1 AND {where}) AS found
        GROUP BY 1, 2, 3, 4"""
    return sql, [*known, *segment]


def _gaps(asked: Sequence[Rule]) -> tuple[str, list[object]]:
    """By record, who owes what is open, which of the rules are (a bit for each), and how many of which kind."""
    if not asked:
        return "SELECT ref, rep, 0 AS mask, 0 AS facts, 0 AS proof FROM store_gap WHERE 1 = 0", []
    bits = " ".join(f"WHEN %s THEN {1 << place}" for place in range(len(asked)))
    ids = [rule.id for rule in asked]
    kinds, named = [], list[object]()
    for kind, name in _KINDS.items():
        of_kind = [rule.id for rule in asked if rule.check.kind == kind]
        kinds.append(
            f"SUM(CASE WHEN rule IN ({marks(of_kind)}) THEN 1 ELSE 0 END) AS {name}" if of_kind else f"0 AS {name}"
        )
        named += of_kind
    sql = f"""SELECT ref, MAX(rep) AS rep, SUM(CASE rule {bits} ELSE 0 END) AS mask, {", ".join(kinds)}
              FROM store_gap WHERE rule IN ({marks(ids)}) GROUP BY ref"""
    return sql, [*ids, *named, *ids]


def _state(field: str | None) -> str:
    """A field's state, of a pair that of the sales record where this has the field."""
    column, absent = f'"f_{field}__state"', FieldState.ABSENT.value
    return f"(CASE WHEN f.{column} > {absent} THEN f.{column} ELSE COALESCE(m.{column}, {absent}) END)"


def _value(field: str) -> str:
    return f'(CASE WHEN f."f_{field}__state" > {FieldState.ABSENT.value} THEN f."f_{field}" ELSE m."f_{field}" END)'
