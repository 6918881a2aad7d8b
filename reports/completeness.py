"""How complete the records are: by field, by team, and each field in each team.

One aggregate query per object, over the facts that are counted (of a pair only the sales record). A field is counted
where its record has it: a Salesforce contact has no company of its own, so it is no blank there. As in the audit of a
spreadsheet, `filled` is what is neither blank nor a placeholder; an invalid value is filled, and its number stands
beside.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from crm.record import Side
from crm.states import FieldState
from reports.spreadsheet.counts import percentage
from reports.stored import last_read, pairs, stored_objects
from reports.table import Cell, Column, Table
from reports.words import name_key, say, title, words
from rules.compile import facts_table
from rules.language import Language, RuleSet
from store.sql import chunks, rows
from sync.mapping import Mapping

TeamKind = Literal["team", "no_team", "no_rep"]
"""A manager's people; reps without a manager; records without a rep."""

TeamKey = tuple[TeamKind, str]

TEAM_ORDER: dict[TeamKind, int] = {"team": 0, "no_team": 1, "no_rep": 2}
"""What is no team stands last."""

_STATES = (FieldState.BLANK, FieldState.PLACEHOLDER, FieldState.INVALID, FieldState.OK)
"""The states that count, in the order of a `FieldCount`; a record that lacks the field has none of them."""
_FIELDS_AT_ONCE = 200
"""Each takes four columns of a result, and databases allow some 1,600."""
_FLAT = (
    "section", "object", "field", "team", "records", "filled", "blank", "placeholder", "invalid", "completeness",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldCount:
    """What the cells of one field hold; `invalid` are some of the filled ones."""

    object: str
    field: str
    owed_by: tuple[Side, ...]
    """Whom the rules ask for it: above `observe`, in the order of the rules."""
    blank: int
    placeholder: int
    invalid: int
    ok: int

    @property
    def filled(self) -> int:
        return self.invalid + self.ok

    @property
    def records(self) -> int:
        return self.blank + self.placeholder + self.filled

    @property
    def completeness(self) -> float | None:
        """The share of filled cells in percent; None where no record has the field."""
        return percentage(self.filled, self.records)


@dataclass(frozen=True, slots=True)
class TeamCount:
    """The records of one team, or of no team; its fields are in mapping order."""

    kind: TeamKind
    team: str
    """The manager's name; empty for the two kinds that are no team."""
    records: int
    fields: tuple[FieldCount, ...]

    @property
    def filled(self) -> int:
        return sum(count.filled for count in self.fields)

    @property
    def cells(self) -> int:
        return sum(count.records for count in self.fields)

    @property
    def completeness(self) -> float | None:
        """The share of filled cells in percent."""
        return percentage(self.filled, self.cells)

    def name(self, language: Language) -> str:
        """The manager's name, or in words what these records lack."""
        return self.team or words(language)[self.kind]


@dataclass(frozen=True, slots=True)
class Completeness:
    """The report: fields in mapping order, teams in alphabetical order, what is no team last."""

    language: Language
    read_at: datetime | None
    pairs: int
    fields: tuple[FieldCount, ...]
    teams: tuple[TeamCount, ...]
    unread: tuple[str, ...]
    """Mapped fields that no pass has read yet."""

    @property
    def records(self) -> int:
        return sum(team.records for team in self.teams)

    @property
    def filled(self) -> int:
        return sum(count.filled for count in self.fields)

    @property
    def cells(self) -> int:
        return sum(count.records for count in self.fields)

    @property
    def completeness(self) -> float | None:
        """The share of filled cells in percent, over all cells of the fields."""
        return percentage(self.filled, self.cells)

    def to_json(self) -> str:
        """The report as one JSON object; percentages from 0 to 100 with four decimals, null where there is no cell.

        `fields` and `teams` list the counts; each team holds `fields` of its own. `team` is null for the kinds
        `no_team` and `no_rep`.
        """
        content = {
            "report": "completeness",
            "read_at": self.read_at.isoformat() if self.read_at else None,
            "records": self.records,
            "pairs": self.pairs,
            "filled": self.filled,
            "cells": self.cells,
            "completeness": self.completeness,
            "fields": [_field_json(count, self.language) for count in self.fields],
            "teams": [_team_json(team, self.language) for team in self.teams],
            "notes": list(self.notes()),
        }
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"

    def to_table(self) -> Table:
        """The whole report as one tidy table for CSV: the sections all, field, team and field_team."""
        everything: tuple[Cell, ...] = ("all", None, None, None, self.records, self.filled, None, None, None)
        lines = [(*everything, self.completeness)]
        lines += [_flat("field", count, None) for count in self.fields]
        for team in self.teams:
            name = team.name("en")
            sums = team.records, team.filled, None, None, None, team.completeness
            lines.append(("team", None, None, name, *sums))
            lines += [_flat("field_team", count, name) for count in team.fields]
        return Table("completeness", tuple(Column(name, name) for name in _FLAT), tuple(lines))

    def to_tables(self) -> list[Table]:
        """The report for people at a terminal: by field, then by team."""
        word = words(self.language)
        share = Column("completeness", word["completeness"], "percent")
        numbers = [Column(name, word[name], "count") for name in ("filled", "blank", "placeholder", "invalid")]
        fields = tuple(
            (label(self.language, each, self.fields), each.completeness, each.filled, each.blank, each.placeholder,
             each.invalid)
            for each in self.fields
        )  # fmt: skip
        teams = tuple((each.name(self.language), each.completeness, each.records, each.filled) for each in self.teams)
        records = Column("records", word["records"], "count")
        return [
            Table(word["by_field"], (Column("field", word["field"]), share, *numbers), fields, self.notes()),
            Table(word["by_team"], (Column("team", word["team"]), share, records, numbers[0]), teams),
        ]

    def notes(self) -> tuple[str, ...]:
        """How it was counted, and what could not be."""
        definition = say(self.language, "definition")
        if not self.unread:
            return (definition,)
        return definition, say(self.language, "not_read_yet", fields=", ".join(self.unread))


def completeness(mapping: Mapping, rules: RuleSet, language: Language = "en") -> Completeness:
    """Count every field of every object. Raises NothingRead where the store is empty."""
    stored = stored_objects(mapping)
    nothing = [
        FieldCount(name, field, _owed_by(rules, name, field), 0, 0, 0, 0) for name in stored for field in stored[name]
    ]
    teams: dict[TeamKey, tuple[int, list[FieldCount]]] = {}
    for object_name in stored:
        for key, (records, counts) in _count(object_name, [each for each in nothing if each.object == object_name]):
            before, earlier = teams.get(key, (0, []))
            teams[key] = before + records, earlier + counts
    ordered = sorted(teams, key=lambda key: (TEAM_ORDER[key[0]], name_key(key[1])))
    found = tuple(TeamCount(*key, teams[key][0], tuple(teams[key][1])) for key in ordered)
    unread = [field for name, each in mapping.objects.items() for field in each.fields if field not in stored[name]]
    return Completeness(language, last_read(), pairs(), _together(nothing, found), found, tuple(unread))


def label(language: Language, count: FieldCount, among: Iterable[FieldCount]) -> str:
    """A field as people read it, with its object where the report speaks of several."""
    if len({other.object for other in among}) == 1:
        return title(language, count.field)
    return say(language, "field_of", object=title(language, count.object), field=title(language, count.field))


def _count(object_name: str, asked: Sequence[FieldCount]) -> Iterable[tuple[TeamKey, tuple[int, list[FieldCount]]]]:
    """By team, the records of one object and the counts of these fields, in their order."""
    found: dict[TeamKey, tuple[int, list[FieldCount]]] = {}
    for fields in chunks(asked, _FIELDS_AT_ONCE):
        for kind, team, records, *numbers in rows(_sql(object_name, [each.field for each in fields])):
            counts = found.setdefault((kind, team), (records, []))[1]
            states = (numbers[at : at + len(_STATES)] for at in range(0, len(numbers), len(_STATES)))
            counts += [
                FieldCount(each.object, each.field, each.owed_by, *four)
                for each, four in zip(fields, states, strict=True)
            ]
    return found.items()


def _sql(object_name: str, fields: Sequence[str]) -> str:
    states = [
        f'COUNT(CASE WHEN f."f_{field}__state" = {state.value} THEN 1 END)' for field in fields for state in _STATES
    ]
    return f"""
        SELECT CASE WHEN r.id IS NULL THEN 'no_rep' WHEN r.team = '' THEN 'no_team' ELSE 'team' END,
               COALESCE(r.team, ''), COUNT(*), {", ".join(states)}
        FROM "{facts_table(object_name)}" f LEFT JOIN store_rep r ON r.id = f.rep
        WHERE f.counted = 1 GROUP BY 1, 2"""


def _owed_by(rules: RuleSet, object_name: str, field: str) -> tuple[Side, ...]:
    asking = (
        rule.owed_by
        for rule in rules.rules
        if rule.object == object_name and rule.is_asked and f"{object_name}.{field}" in rule.check.fields_read()
    )
    return tuple(dict.fromkeys(side for owed in asking for side in ([owed] if owed else Side)))


def _together(nothing: Iterable[FieldCount], teams: Iterable[TeamCount]) -> tuple[FieldCount, ...]:
    """The teams' counts, added field by field to what begins with nothing."""
    sums = {(count.object, count.field): count for count in nothing}
    for count in (count for team in teams for count in team.fields):
        sums[count.object, count.field] = _sum(sums[count.object, count.field], count)
    return tuple(sums.values())


def _sum(one: FieldCount, other: FieldCount) -> FieldCount:
    numbers = ((getattr(one, name) + getattr(other, name)) for name in ("blank", "placeholder", "invalid", "ok"))
    return FieldCount(one.object, one.field, one.owed_by, *numbers)


def _field_json(count: FieldCount, language: Language) -> dict[str, Any]:
    return {
        "object": count.object,
        "field": count.field,
        "title": title(language, count.field),
        "owed_by": list(count.owed_by),
        "records": count.records,
        "filled": count.filled,
        "blank": count.blank,
        "placeholder": count.placeholder,
        "invalid": count.invalid,
        "completeness": count.completeness,
    }


def _team_json(team: TeamCount, language: Language) -> dict[str, Any]:
    return {
        "team": team.team or None,
        "kind": team.kind,
        "records": team.records,
        "filled": team.filled,
        "cells": team.cells,
        "completeness": team.completeness,
        "fields": [_field_json(count, language) for count in team.fields],
    }


def _flat(section: str, count: FieldCount, team: str | None) -> tuple[Cell, ...]:
    numbers = count.records, count.filled, count.blank, count.placeholder, count.invalid, count.completeness
    return section, count.object, count.field, team, *numbers
