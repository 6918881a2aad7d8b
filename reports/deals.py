"""Deals blocked by missing facts: open deals on which something is owed, the largest amount first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from reports.gaps_by_rep.rows import GapRow, Whose, gap_rows, missing_words
from reports.stored import stored_fields, stored_objects
from reports.table import Cell, Column, Table
from reports.words import counted, duration, name_key, say, whole, words
from rules.compile import facts_table
from rules.language import Language, RuleSet
from store.sql import marks, rows, rows_in
from sync.mapping import Mapping

DEAL = "opportunity"
_NEEDED = ("name", "amount", "is_closed")
_SHOWN = ("name", "amount", "close_date", "sales_stage", "account")


def blocked_deals(
    mapping: Mapping,
    rules: RuleSet,
    now: datetime,
    language: Language = "en",
    reps: Collection[str] | None = None,
    *,
    owners: bool = True,
) -> Table:
    """One row for each open deal with an open gap that somebody is asked for: amount (in the currency of the deal's
    record, rounded to a whole), what is missing, since when, and the quickest fix.

    `reps` leaves only what these owe; without `owners` no person is named. Raises NothingRead where the store is empty.
    """
    stored_objects(mapping)
    columns = _columns(language, owners=owners)
    if why_not := unread(mapping, language):
        return Table(words(language)["deals_blocked"], columns, (), (why_not,))
    fields = stored_fields(mapping.objects[DEAL])
    whose = Whose(rules, reps, asked=True)
    gaps: dict[str, list[GapRow]] = defaultdict(list)
    for row in gap_rows(DEAL, fields, whose, 'AND f."f_is_closed" = 0'):
        gaps[row.ref].append(row)
    deals = _deals(fields, gaps)
    accounts = account_names(mapping, {str(deal[4]) for deal in deals.values() if deal[4]})
    lines = [_line(language, now, deals[ref], gaps[ref], accounts, owners=owners) for ref in gaps]
    lines.sort(key=lambda line: (-(line[3] or 0), name_key(str(line[0])), str(line[-1])))  # type: ignore[operator]
    return Table(words(language)["deals_blocked"], columns, tuple(lines), _notes(language, lines, reps))


def unread(mapping: Mapping, language: Language, needed: Sequence[str] = _NEEDED) -> str:
    """Why nothing can be said of deals, in words; empty where something can."""
    object_map = mapping.objects.get(DEAL)
    if object_map is None or not set(needed) <= set(object_map.fields):
        return say(language, "deals_not_mapped", fields=", ".join(needed))
    return "" if set(needed) <= set(stored_fields(object_map)) else words(language)["deals_not_read"]


def account_names(mapping: Mapping, ids: Collection[str]) -> dict[str, str]:
    """The names of accounts by their ids in sales, where they were read."""
    company = mapping.objects.get("company")
    if company is None or "name" not in stored_fields(company):
        return {}
    refs = [f"salesforce:{name}:{id}" for name in company.sales for id in ids]
    found = rows_in(f'SELECT ref, "f_name" FROM "{facts_table("company")}" WHERE ref IN ({{keys}})', refs)
    return {ref.rpartition(":")[2]: name for ref, name in found if name}


def _columns(language: Language, *, owners: bool) -> tuple[Column, ...]:
    word = words(language)
    names = ["deal", "account", "stage", "amount", "close_date", "missing", "age_days", "quickest", "takes"]
    labels = {"age_days": "age", "takes": "takes_in_all", "reference": "reference"}
    kinds = {"amount": "count", "age_days": "count"}
    return tuple(
        Column(name, word[labels.get(name, name)], kinds.get(name, "text"))  # type: ignore[arg-type]
        for name in [*names, *(["owner"] if owners else []), "reference"]
    )


def _deals(fields: Sequence[str], refs: Collection[str]) -> dict[str, tuple[Cell, ...]]:
    """By reference: name, amount, close date, stage and account's id."""
    asked = ", ".join(f'"f_{name}"' if name in fields else "NULL" for name in _SHOWN)
    found = rows_in(f'SELECT ref, {asked} FROM "{facts_table(DEAL)}" WHERE ref IN ({{keys}})', refs)
    return {ref: tuple(shown) for ref, *shown in found}


def _line(
    language: Language,
    now: datetime,
    deal: Sequence[Cell],
    gaps: Sequence[GapRow],
    accounts: dict[str, str],
    *,
    owners: bool,
) -> tuple[Cell, ...]:
    name, amount, closes, stage, account = deal
    gaps = sorted(gaps, key=lambda gap: (gap.rule.fix.seconds, gap.rule.id))
    missing = "; ".join(missing_words(gap.rule, gap.fields, language) for gap in gaps)
    quickest = f"{missing_words(gaps[0].rule, gaps[0].fields, language)} ({duration(gaps[0].rule.fix.seconds)})"
    owner = gaps[0].name or None
    return (
        name, accounts.get(str(account)), stage, None if amount is None else round(float(amount)), closes, missing,
        max((now - min(gap.since for gap in gaps)).days, 0), quickest,
        duration(sum(gap.rule.fix.seconds for gap in gaps)), *([owner] if owners else []), gaps[0].ref,
    )  # fmt: skip


def _notes(language: Language, lines: Sequence[tuple[Cell, ...]], reps: Collection[str] | None) -> tuple[str, ...]:
    """How much is open and blocked in all, of everybody or of these reps, and what could not be looked at."""
    mine = "" if reps is None else f"AND rep IN ({marks(list(reps)) or 'NULL'})"
    [(in_all, nobodys, without)] = rows(
        f"""SELECT COUNT(*), COUNT(CASE WHEN rep IS NULL THEN 1 END), COUNT(CASE WHEN "f_amount" IS NULL THEN 1 END)
            FROM "{facts_table(DEAL)}" WHERE counted = 1 AND "f_is_closed" = 0 {mine}""",
        list(reps or ()),
    )
    amount = whole(language, sum(int(line[3] or 0) for line in lines))
    of_all = counted(language, "deals", in_all)
    notes = [say(language, "deals_in_all", blocked=whole(language, len(lines)), amount=amount, open=of_all)]
    for key, number in (("deals_without_amount", without), ("deals_without_owner", nobodys)):
        if number:
            notes.append(say(language, key, deals=counted(language, "deals", number)))
    return tuple(notes)
