"""Open deals: those that close this quarter without a decision-maker, and those without a next activity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from reports.look.found import SHOWN, Deal, Deals, Part
from rules.compile import facts_table
from store.sql import rows, rows_in

DECIDES = ("decision", "décision", "décideur", "decideur", "economic buyer")
"""A contact role counts as a decision-maker where its name holds one of these."""
Row = tuple[str, Deal, bool | None]
"""The deal's id in sales, the deal, and whether a next activity is open (None: not known)."""


def deal_findings(
    parts: Mapping[str, Part], quarter: tuple[date, date], could_not: dict[str, str]
) -> tuple[Deals, Deals]:
    """Closing this quarter without a decision-maker, and forgotten; what could not be told is noted."""
    part, roles = parts.get("deal"), parts.get("role")
    if part is None or "is_closed" not in part.fields or "amount" not in part.fields:
        could_not |= dict.fromkeys(("decision_maker", "forgotten"), "no_deals")
        return Deals(), Deals()
    deals = _open_deals(parts, part)
    first, last = (day.isoformat() for day in quarter)
    closing = [row for row in deals if first <= row[1].close_on <= last]
    decided = _with_decision_maker(roles)
    if decided is None:
        could_not["decision_maker"] = "no_roles"
    if "has_next" not in part.fields:
        could_not["forgotten"] = "no_next"
    without = [] if decided is None else [row for row in closing if row[0] not in decided]
    return _deals(without, closing), _deals([row for row in deals if row[2] is False], deals)


def _open_deals(parts: Mapping[str, Part], part: Part) -> list[Row]:
    shown = ("name", "account", "stage_name", "amount", "currency", "close_date", "last_activity", "has_next")
    columns = ", ".join(part.column(name) for name in shown)
    table = facts_table(part.object)
    found = rows(f'SELECT f.ref, {columns} FROM "{table}" f WHERE f.counted = 1 AND {part.column("is_closed")} = 0')
    names = _accounts(parts.get("company"), {row[2] for row in found if row[2]})
    return [
        (ref.rpartition(":")[2],
         Deal(name or ref, names.get(account, ""), stage or "", amount, currency or "", closes or "", last or ""),
         None if has_next is None else bool(has_next))
        for ref, name, account, stage, amount, currency, closes, last, has_next in found
    ]  # fmt: skip


def _accounts(company: Part | None, ids: Iterable[str]) -> dict[str, str]:
    if company is None:
        return {}
    sql = f'SELECT ref, "f_name" FROM "{facts_table(company.object)}" WHERE ref IN ({{keys}})'
    return {ref.rpartition(":")[2]: name or "" for ref, name in rows_in(sql, [f"salesforce:Account:{i}" for i in ids])}


def _with_decision_maker(roles: Part | None) -> set[str] | None:
    """The ids of deals with such a role; None where roles cannot be read."""
    if roles is None or not {"deal", "role"} <= set(roles.fields):
        return None
    fits = " OR ".join([f"LOWER({roles.column('role')}) LIKE %s"] * len(DECIDES))
    sql = (
        f'SELECT DISTINCT {roles.column("deal")} FROM "{facts_table(roles.object)}" f WHERE f.counted = 1 AND ({fits})'
    )
    return {deal for (deal,) in rows(sql, [f"%{word}%" for word in DECIDES])}


def _deals(chosen: Sequence[Row], of: Sequence[Row]) -> Deals:
    largest = sorted(chosen, key=lambda row: (-(row[1].amount or 0), row[1].name))[:SHOWN]
    return Deals(len(chosen), _sums(chosen), len(of), _sums(of), tuple(deal for _, deal, _ in largest))


def _sums(deals: Sequence[Row]) -> dict[str, float]:
    """Amounts by currency: different ones are never added."""
    sums: Counter[str] = Counter()
    for _, deal, _ in deals:
        sums[deal.currency] += deal.amount or 0  # type: ignore[assignment]
    return dict(sums)
