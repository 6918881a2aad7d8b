"""Counts the facts: one aggregate query per object (and per 200 fields), grouped by team or by a segment."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from crm.record import Side
from crm.states import FieldState
from reports.completeness.counts import TEAM, FieldCount, GroupCount, GroupKind, added
from reports.completeness.report import Completeness
from reports.completeness.segments import Segment, best_spelling, folded, segments_of, value_sql
from reports.stored import SENDING, last_read, pairs, stored_objects
from reports.words import name_key
from rules.compile import facts_table
from rules.facts import STAGE
from rules.language import Language, RuleSet
from store.sql import chunks, rows
from sync.mapping import Mapping as FieldMapping
from sync.mapping import ObjectMap, SyncRule

GroupKey = tuple[GroupKind, str]

SHOWN = 8
"""How many values of a segment stand apart; the smaller ones are together."""

_STATES = (FieldState.BLANK, FieldState.PLACEHOLDER, FieldState.INVALID, FieldState.OK)
"""The states that count, in the order of a `FieldCount`; a record that lacks the field has none of them."""
_FIELDS_AT_ONCE = 200
"""Each takes four columns of a result, and databases allow some 1,600."""
_LAST: dict[GroupKind, int] = {"team": 0, "value": 0, "no_team": 1, "others": 1, "no_rep": 2, "no_value": 2}


def completeness(
    mapping: FieldMapping,
    rules: RuleSet,
    language: Language = "en",
    by: str = TEAM,
    only: Segment | None = None,
    manager: str | None = None,
) -> Completeness:
    """Count every field of what is synced, and of what is only read what a rule asks for; cut by team or by a segment.

    Of the records of one segment `only`, or of those that the reps of one `manager` own. An object that has not got
    these segments is left out. Raises NothingRead where the store is empty.
    """
    stored = _of_interest(mapping, rules, stored_objects(mapping))
    asked = {by, only.by if only else TEAM} - {TEAM}
    taken = {name: fields for name, fields in stored.items() if asked <= set(segments_of(mapping.objects[name]))}
    nothing = [
        FieldCount(name, field, _owed_by(rules, name, field), 0, 0, 0, 0)
        for name in taken
        for field in taken[name]
        if field not in SENDING
    ]
    groups: dict[GroupKey, GroupCount] = {}
    for object_name in taken:
        fields = [each for each in nothing if each.object == object_name]
        counted = _count(object_name, fields, by, _conditions(only, manager))
        if mapping.objects[object_name].is_read_only:  # deals are no people
            counted = [replace(each, records=0) for each in counted]
        for each in counted:
            before = groups.get((each.kind, each.key))
            groups[each.kind, each.key] = _joined(before, each) if before else each
    found = tuple(groups.values()) if by == TEAM else _segments(groups.values())
    sums = added(nothing, (count for each in found for count in each.fields))
    unread = [
        field
        for name, each in mapping.objects.items()
        for field in each.fields
        if field not in stored[name] and _is_filled_in(each, field)
    ]
    return Completeness(language, last_read(), pairs(), sums, _ordered(found, mapping, by), tuple(unread), by, only,
                        sum(each.records for each in found))  # fmt: skip


def _of_interest(mapping: FieldMapping, rules: RuleSet, stored: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The fields to count by object: without those that systems fill in, such as whether a deal is closed."""
    return {
        name: [field for field in fields if _is_filled_in(mapping.objects[name], field) or _owed_by(rules, name, field)]
        for name, fields in stored.items()
    }


def _is_filled_in(object_map: ObjectMap, field: str) -> bool:
    """Whether people are to fill it in: what is only read, and only one side has, is not, until a rule asks for it."""
    line = object_map.fields[field]
    return not object_map.is_read_only and (line.rule is not SyncRule.OFF or bool(line.marketing and line.sales))


def _conditions(only: Segment | None, manager: str | None) -> list[tuple[str, tuple[str, ...]]]:
    """What must hold of a record `f` and its rep `r` to be counted, each with its parameters."""
    of_segment = [only.where()] if only else []
    return [*of_segment, ("r.manager = %s", (manager,))] if manager else of_segment


def _joined(one: GroupCount, other: GroupCount) -> GroupCount:
    """The same group of two objects."""
    fields = added(one.fields, other.fields)
    return GroupCount(one.kind, one.key, one.records + other.records, fields, max(one.people, other.people))


def _count(
    object_name: str, asked: Sequence[FieldCount], by: str, conditions: Sequence[tuple[str, tuple[str, ...]]]
) -> Iterable[GroupCount]:
    """By team or value, the records of one object and the counts of these fields, in their order."""
    found: dict[GroupKey, tuple[int, int, list[FieldCount]]] = {}
    where = " AND ".join(["f.counted = 1", *(text for text, _ in conditions)])
    parameters = [value for _, values in conditions for value in values]
    for fields in chunks(asked, _FIELDS_AT_ONCE):
        sql = _sql(object_name, [each.field for each in fields], by, where)
        for kind, key, records, people, *numbers in rows(sql, parameters):
            counts = found.setdefault((kind, key), (records, people, []))[2]
            states = (numbers[at : at + len(_STATES)] for at in range(0, len(numbers), len(_STATES)))
            counts += [
                FieldCount(each.object, each.field, each.owed_by, *four)
                for each, four in zip(fields, states, strict=True)
            ]
    return [GroupCount(*key, records, tuple(counts), people) for key, (records, people, counts) in found.items()]


def _sql(object_name: str, fields: Sequence[str], by: str, where: str) -> str:
    states = [
        f'COUNT(CASE WHEN f."f_{field}__state" = {state.value} THEN 1 END)' for field in fields for state in _STATES
    ]
    if by == TEAM:
        kind = "CASE WHEN r.id IS NULL THEN 'no_rep' WHEN r.team = '' THEN 'no_team' ELSE 'team' END"
        key = "COALESCE(r.team, '')"
    else:
        kind = f"CASE WHEN {value_sql(by)} IS NULL THEN 'no_value' ELSE 'value' END"
        key = f"COALESCE({value_sql(by)}, '')"
    return f"""
        SELECT {kind}, {key}, COUNT(*), COUNT(DISTINCT r.id), {", ".join(states)}
        FROM "{facts_table(object_name)}" f LEFT JOIN store_rep r ON r.id = f.rep
        WHERE {where} GROUP BY 1, 2"""


def _segments(found: Iterable[GroupCount]) -> tuple[GroupCount, ...]:
    """One group for each value in all its spellings; all but the largest ones together."""
    spelt: dict[GroupKey, list[GroupCount]] = defaultdict(list)
    for each in found:
        spelt[each.kind, folded(each.key)].append(each)
    groups = []
    for same in spelt.values():
        name = best_spelling(Counter({each.key: each.records for each in same}))
        groups.append(_together(same, same[0].kind, name))
    values = sorted((each for each in groups if each.kind == "value"), key=_largest_first)
    rest = [each for each in groups if each.kind == "no_value"]
    if len(values) > SHOWN:
        rest.append(_together(values[SHOWN - 1 :], "others", ""))
        values = values[: SHOWN - 1]
    return (*values, *rest)


def _together(groups: Sequence[GroupCount], kind: GroupKind, key: str) -> GroupCount:
    fields = added((), (count for each in groups for count in each.fields))
    return GroupCount(kind, key, sum(each.records for each in groups), fields, max(each.people for each in groups))


def _ordered(groups: Iterable[GroupCount], mapping: FieldMapping, by: str) -> tuple[GroupCount, ...]:
    """Teams in alphabetical order, stages as the funnel has them, other values by size; what is none stands last."""
    stages: Mapping[str, int] = {}
    if by == STAGE:
        names = [stage for name in mapping.objects for stage in mapping.funnel_of(name).names]
        stages = {stage: place for place, stage in enumerate(dict.fromkeys(names))}

    def place(each: GroupCount) -> tuple[object, ...]:
        if by == TEAM:
            return _LAST[each.kind], name_key(each.key)
        return _LAST[each.kind], stages.get(each.key, 0), *_largest_first(each)

    return tuple(sorted(groups, key=place))


def _largest_first(group: GroupCount) -> tuple[object, ...]:
    return -group.records, name_key(group.key)


def _owed_by(rules: RuleSet, object_name: str, field: str) -> tuple[Side, ...]:
    asking = (
        rule.owed_by
        for rule in rules.rules
        if rule.object == object_name and rule.is_asked and f"{object_name}.{field}" in rule.check.fields_read()
    )
    return tuple(dict.fromkeys(side for owed in asking for side in ([owed] if owed else Side)))
