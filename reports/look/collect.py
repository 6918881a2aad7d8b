"""Counts a look from the facts and the records of its store; one aggregate query for each question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta

from crm.record import Record, Ref
from crm.states import FieldState
from reports.look.deals import deal_findings
from reports.look.differing import fields_that_differ, find_pairs
from reports.look.found import SHOWN, Audience, Look, OptedOut, Part
from reports.look.leads import lead_findings
from reports.names import called, name_columns
from rules.compile import facts_table
from store.sql import rows
from sync.mapping import Mapping as FieldMapping
from sync.mapping import ObjectMap

Load = Callable[[Iterable[Ref]], Mapping[Ref, Record]]


def look(mapping: FieldMapping, parts: Mapping[str, Part], load: Load, now: datetime) -> Look:
    """Everything on the page, of what was read; `load` gives stored records."""
    quarter = quarter_of(now.date())
    could_not: dict[str, str] = {}
    decided, forgotten = deal_findings(parts, quarter, could_not)
    person = parts.get("person")
    if person is None:
        could_not |= dict.fromkeys(("opted_out", "untouched", "differing", "audience"), "no_people")
        return Look(_written(quarter), {}, 0, decided, forgotten, could_not=could_not)
    object_map = mapping.objects[person.object]
    find_pairs(mapping)
    opted_out, count = _opted_out(object_map, could_not)
    leads = lead_findings(mapping, parts, now, could_not)
    return Look(
        _written(quarter), _people(person), _pairs(person), decided, forgotten, opted_out, count, *leads,
        fields_that_differ(mapping, load), _audience(object_map, person, could_not), could_not,
    )  # fmt: skip


def quarter_of(on: date) -> tuple[date, date]:
    """The first and the last day of the calendar quarter of a day.

    >>> [each.isoformat() for each in quarter_of(date(2026, 11, 25))]
    ['2026-10-01', '2026-12-31']
    """
    first = date(on.year, 3 * ((on.month - 1) // 3) + 1, 1)
    after = (first + timedelta(days=95)).replace(day=1)
    return first, after - timedelta(days=1)


def _written(quarter: tuple[date, date]) -> tuple[str, str]:
    return quarter[0].isoformat(), quarter[1].isoformat()


def _people(person: Part) -> dict[str, int]:
    return dict(
        rows(
            """SELECT side, COUNT(*) FROM store_record
               WHERE object = %s AND NOT deleted AND merged_into IS NULL GROUP BY side""",
            [person.object],
        )
    )


def _pairs(person: Part) -> int:
    [(number,)] = rows("SELECT COUNT(*) FROM look_pair WHERE object = %s", [person.object])
    return int(number)


def _opted_out(object_map: ObjectMap, could_not: dict[str, str]) -> tuple[tuple[OptedOut, ...], int]:
    """Addresses that one system has as opted out and the other does not, in alphabetical order."""
    consent = object_map.consent
    if consent is None:
        could_not["opted_out"] = "no_consent"
        return (), 0
    table, opted = facts_table(object_map.name), f'COALESCE(f."f_{consent.name}", 0)'
    sql = f"""SELECT r.email, MAX(CASE WHEN f.side = 'marketing' THEN {opted} END) AS marketing,
                     MAX(CASE WHEN f.side = 'sales' THEN {opted} END) AS sales, MAX(f.ref) AS ref
              FROM "{table}" f JOIN store_record r ON r.ref = f.ref
              WHERE r.email IS NOT NULL AND NOT r.deleted AND r.merged_into IS NULL
              AND f."f_{consent.name}__state" <> {FieldState.ABSENT.value} GROUP BY r.email"""
    differ = f"SELECT * FROM ({sql}) AS said WHERE marketing <> sales"
    [(count,)] = rows(f"SELECT COUNT(*) FROM ({differ}) AS them")
    found = rows(
        f"""SELECT d.email, d.marketing, f.ref, {name_columns(list(object_map.fields))}
            FROM ({differ}) AS d JOIN "{table}" f ON f.ref = d.ref ORDER BY d.email LIMIT {SHOWN}"""
    )
    return tuple(
        OptedOut(called(*shown), email, "marketing" if marketing else "sales") for email, marketing, *shown in found
    ), int(count)


def _audience(object_map: ObjectMap, person: Part, could_not: dict[str, str]) -> Audience:
    """Marketing's contacts that an e-mail can reach; what sales knows of an address counts as well."""
    by, consent = object_map.match_by, object_map.consent
    if by is None or not object_map.marketing:
        could_not["audience"] = "no_email"
        return Audience()
    table, state = facts_table(object_map.name), f'f."f_{by.name}__state"'
    opted = f'COALESCE(MAX(f."f_{consent.name}"), 0)' if consent else "0"
    bounced = f"MAX(CASE WHEN {person.column('bounced_at')} IS NOT NULL OR {person.column('bounce_reason')} IS NOT NULL"
    if not {"bounced_at", "bounce_reason"} & set(person.fields):
        could_not["bounces"] = "no_bounces"
    sql = f"""SELECT r.email, {opted} AS opted, {bounced} THEN 1 ELSE 0 END) AS bounced
              FROM "{table}" f JOIN store_record r ON r.ref = f.ref
              WHERE r.email IS NOT NULL AND NOT r.deleted AND r.merged_into IS NULL GROUP BY r.email"""
    is_valid = f"{state} = {FieldState.OK.value}"
    willing = f"{is_valid} AND COALESCE(b.opted, 0) = 0"
    [found] = rows(
        f"""SELECT COUNT(*), COUNT(CASE WHEN {state} >= {FieldState.INVALID.value} THEN 1 END),
                   COUNT(CASE WHEN {is_valid} THEN 1 END), COUNT(CASE WHEN {willing} THEN 1 END),
                   COUNT(CASE WHEN {willing} AND COALESCE(b.bounced, 0) = 0 THEN 1 END)
            FROM "{table}" f JOIN store_record r ON r.ref = f.ref LEFT JOIN ({sql}) AS b ON b.email = r.email
            WHERE f.side = 'marketing' AND NOT r.deleted AND r.merged_into IS NULL"""
    )
    return Audience(*map(int, found))
