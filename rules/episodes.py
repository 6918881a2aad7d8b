"""What happens in time: `within` and `cadence` as SQL that gives each record's episode.

An episode begins at an event and is met by another one. Here it is only said when it began, when it was met and by
what; until when it should have been is for the calendar to say (`rules/calendar.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from crm.values import FieldType
from rules.checks import DAY
from rules.conditions import Loc
from rules.facts import NOW, CannotCompile, Sql, facts_table, filled, joined
from rules.kinds import Cadence, Within
from rules.reading import Row

TWO = "CROSS JOIN (SELECT 0 AS back UNION ALL SELECT 1 AS back) run"
OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Episode:
    """When a record's episode began, was met and by what (NULL: not yet), and which records have one.

    `source` is what the SELECT reads beside the record's own table.
    """

    missing: Sql
    started: Sql
    met: Sql
    met_by: Sql
    when: Sql
    unknown: tuple[tuple[str, Sql], ...] = ()
    moments: tuple[Sql, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Happening:
    """An event as a rule reads it: on the record itself, or on the related rows that `rest` selects."""

    name: str
    row: Row
    at: str
    test: Sql
    rest: str = ""
    unseen: Sql | None = None
    """It may have happened without our seeing it: what shows it has stood there since before we first looked."""

    def moment(self, pick: str, *bounds: Sql) -> Sql:
        """When it happened on the record; of several related rows the first (MIN) or the last (MAX) within bounds."""
        test = joined("AND", [self.test, *bounds])
        if not self.rest:
            return filled(f"CASE WHEN {{}} THEN {self.at} END", test)
        return filled(f"(SELECT {pick}({self.at}) {self.rest} AND {{}})", test)

    def after(self, start: Sql) -> Sql:
        """When it first happened, not before another moment."""
        return self.moment("MIN", Sql(f"({self.at} >= {start.text})", start.parameters), self.by_now())

    def by_now(self) -> Sql:
        """It has happened; what is planned for later has not."""
        return Sql(f"({self.at} <= %s)", (NOW,))

    def last(self, *bounds: Sql) -> Sql:
        return self.moment("MAX", self.by_now(), *bounds)


def episode_within(check: Within, row: Row) -> Episode:
    """From each record's start to the first of the events that satisfy it, and that has the rule's fields filled."""
    start = _happening(check.start, row, ("start",))
    wanted = [name for name in check.satisfied_by if not check.human_only or _is_human(name, check, row)]
    if not wanted:
        message = "none of these events is done by a person alone, as human_only asks; add one that is"
        raise CannotCompile(("satisfied_by",), message)
    ends = [_happening(name, row, ("satisfied_by", check.satisfied_by.index(name))) for name in wanted]
    ends = _with_fields(check.fields, ends, row)
    began = start.moment("MIN")
    moments = [(end.name, end.after(began)) for end in ends]
    met, met_by = _first(moments)
    runs = joined("AND", [filled("({} IS NOT NULL)", began), filled("({} <= %s)", began)])
    runs = Sql(runs.text, (*runs.parameters, NOW))
    unknown = ((check.start, start.unseen),) if start.unseen else ()
    return Episode(Sql(f"'{','.join(wanted)}'"), began, met, met_by, runs, unknown, (began,))


def episode_cadence(check: Cadence, row: Row) -> Episode:
    """Each time the event happens an episode begins, which its next time meets. Of related records the last two are
    told of; before the first time the start is NULL."""
    (happening,) = _with_fields(check.fields, [_happening(check.event, row, ("event",))], row)
    length, name = check.every_days * DAY, f"'{check.event}'"
    if happening.rest:
        last = happening.last()
        before = happening.last(Sql(f"({happening.at} < {last.text})", last.parameters))
        started = filled("CASE WHEN run.back = 0 THEN {} ELSE {} END", last, before)
        met = filled("CASE WHEN run.back = 1 THEN {} END", last)
        when, source = filled("(run.back = 0 OR {} IS NOT NULL)", before), TWO
        to_come = happening.moment("MIN", Sql(f"({happening.at} > %s)", (NOW,)))
    else:
        started, source, to_come = happening.moment("MIN"), "", happening.moment("MIN")
        met = _next_one(check, happening, row)
        when = Sql(f"(COALESCE({started.text}, %s) < %s)", (*started.parameters, NOW, NOW))
    met_by = filled(f"CASE WHEN {{}} IS NOT NULL THEN {name} END", met)
    due = filled(f"CASE WHEN {{}} IS NULL THEN {{}} + {length} END", met, started)
    return Episode(Sql(name), started, met, met_by, when, (), (due, to_come), source)


def _happening(name: str, row: Row, where: Loc) -> Happening:
    """An event on a record of the rule. Raises CannotCompile at the rule's place, also for what the mapping says."""
    event = row.catalog.event(name, where)
    rest, its = "", row
    if event.object is not None and event.object != row.object:
        if event.object not in row.catalog.objects:
            mend = "map it, or choose whose are read in its scope"
            raise CannotCompile(where, f"the event {name} is about {event.object}, which is not read; {mend}")
        its, rest = row.related(event.object, "_".join(["on", *name.split(".")]), where)
    try:
        tests = [Sql("(1 = 1)"), *its.of_kind(event.kind, ())]
        tests += [its.condition(event.when)] if event.when else []
        tests += [Sql(f"({its.table}.rep IS NOT NULL)")] if OWNER in event.at else []
        moments = [_moment(field, its) for field in event.at]
    except CannotCompile as refused:
        raise CannotCompile(where, f"the event {name} of the mapping: {refused}") from None
    at = [column for column, _ in moments]
    column = at[0] if len(at) == 1 else f"COALESCE({', '.join(at)})"
    test, shown = joined("AND", tests), [shown for _, shown in moments if shown]
    unseen = joined("AND", [test, joined("OR", shown), Sql(f"({column} IS NULL)")]) if shown and not rest else None
    return Happening(name, its, column, test, rest, unseen)


def _moment(name: str, row: Row) -> tuple[str, Sql | None]:
    """The column that holds a moment. Where that is when we saw something change, with the test that it is there."""
    if name == OWNER and name not in row.facts.fields:
        return f"{row.table}.owner_at", Sql(f"({row.table}.owner IS NOT NULL)")
    fact = row.fact(f"{row.object}.{name}", ())
    if fact.type is FieldType.DATE:
        raise CannotCompile((), f"{name} is a day, and a clock needs a moment; use a field of type datetime")
    if fact.type is FieldType.DATETIME:
        return fact.column, None
    return row.changed_at(fact), fact.is_set()


def _is_human(name: str, check: Within, row: Row) -> bool:
    where: Loc = ("satisfied_by", check.satisfied_by.index(name))
    human = row.catalog.event(name, where).human
    if human is None:
        message = f"human_only needs to know who does {name}; add human: true or human: false to it under events"
        raise CannotCompile(where, message)
    return human


def _with_fields(fields: Sequence[str], happenings: Sequence[Happening], row: Row) -> list[Happening]:
    """The events with the rule's fields filled: on the record itself, or on the related records that have them."""
    found = list(happenings)
    for index, path in enumerate(fields):
        owner = path.partition(".")[0]
        fits = [owner in (row.object, each.row.object) for each in found]
        if not any(fits):
            about = ", ".join(sorted({row.object, *(each.row.object for each in found)}))
            raise CannotCompile(("fields", index), f"{path} is a field of none of these: {about}; remove it, or map it")
        for place, each in enumerate(found):
            if fits[place]:
                its = each.row if owner == each.row.object else row
                test = joined("AND", [each.test, its.fact(path, ("fields", index)).is_set()])
                found[place] = replace(each, test=test)
    return found


def _first(moments: Sequence[tuple[str, Sql]]) -> tuple[Sql, Sql]:
    """The earliest of several moments, and the name of what happened then."""
    lines = [filled(f"SELECT {{}} AS at, '{name}' AS name", moment) for name, moment in moments]
    union = Sql(" UNION ALL ".join(each.text for each in lines), tuple(p for each in lines for p in each.parameters))
    met = filled("(SELECT MIN(end_of.at) FROM ({}) end_of)", union)
    named = "(SELECT end_of.name FROM ({}) end_of WHERE end_of.at IS NOT NULL ORDER BY end_of.at, end_of.name LIMIT 1)"
    return met, filled(named, union)


def _next_one(check: Cadence, happening: Happening, row: Row) -> Sql:
    """When the event next happened on another record of the same object."""
    table = facts_table(row.object)
    later, earlier = (_beside(check, row, alias) for alias in ("later", "earlier"))
    if "(" not in happening.at:
        row.reads.keys.add((row.object, happening.at.partition(".")[2]))
    one = filled(
        f"SELECT (SELECT earlier.ref FROM {table} earlier WHERE earlier.counted = 1 AND {earlier.at} < {happening.at} "
        f"AND {{}} ORDER BY {earlier.at} DESC LIMIT 1) FROM {table} WHERE {table}.ref IN (<keys>)",
        earlier.test,
    )
    row.reads.read_by(row.object, row.object, Sql(one.text.replace("<keys>", "{keys}"), one.parameters))
    bounds = f"later.counted = 1 AND {later.at} > {happening.at}"
    return filled(
        f"(SELECT MIN({later.at}) FROM {table} later WHERE {bounds} AND {{}} AND {{}})", later.test, later.by_now()
    )


def _beside(check: Cadence, row: Row, alias: str) -> Happening:
    """The event of a cadence on another record of the rule's own object."""
    its = Row(row.catalog, row.object, alias, row.reads, row.since)
    (happening,) = _with_fields(check.fields, [_happening(check.event, its, ("event",))], its)
    return happening


EPISODES: dict[str, Callable[[Any, Row], Episode]] = {"within": episode_within, "cadence": episode_cadence}
