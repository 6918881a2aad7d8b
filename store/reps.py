"""The people who own records: sales users, and marketing's owners matched to them by e-mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.db import transaction

from crm.record import Rep, Side
from crm.values import normal_email
from store.models import Rep as RepRow


@transaction.atomic
def save_reps(reps: Mapping[Side, Sequence[Rep]], managers: Mapping[str, str]) -> list[str]:
    """Store everybody; returns the names of active reps without a manager.

    `managers` gives the manager's e-mail by the rep's, for those whose system names none.
    """
    owners, users = (sorted(reps[side], key=lambda rep: rep.is_active) for side in Side)  # of two, the active one stays
    rows = {_address(user): _row(user, Side.SALES) for user in users}
    for owner in owners:
        email = _address(owner)
        if email in rows:
            row = rows[email]
            row.marketing, row.marketing_active = owner.ref.id, owner.is_active
            row.since = min((each for each in (row.since, owner.since) if each), default=None)
        else:
            rows[email] = _row(owner, Side.MARKETING)
    by_sales_id = {row.sales: row for row in rows.values() if row.sales}
    named = {user.ref.id: user.manager for user in users}
    for email, row in rows.items():
        manager = by_sales_id.get(named.get(row.sales or "") or "") or rows.get(normal_email(managers.get(email, "")))
        row.manager, row.team = (manager.id, manager.name) if manager else (None, "")
    RepRow.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[
            "name",
            "email",
            "is_active",
            "sales",
            "marketing",
            "marketing_active",
            "manager",
            "team",
            "time_zone",
            "since",
        ],
    )
    RepRow.objects.exclude(id__in=[row.id for row in rows.values()]).update(sales=None, marketing=None)
    return sorted(row.name for row in rows.values() if row.is_active and row.sales and not row.manager)


def zone_of(rep: RepRow, fallback: str) -> ZoneInfo:
    """By which clock a rep works: the own, where a system says it, else the installation's."""
    return ZoneInfo(rep.time_zone or fallback)


@cache
def _time_zones() -> set[str]:
    """What this machine knows: it takes a tenth of a second to list."""
    return available_timezones()


def _address(rep: Rep) -> str:
    """By what a rep is known in both systems; one without an e-mail is known in its own only."""
    return normal_email(rep.email) or str(rep.ref)


def _row(rep: Rep, side: Side) -> RepRow:
    sales, marketing = (rep.ref.id, None) if side is Side.SALES else (None, rep.ref.id)
    return RepRow(
        id=str(rep.ref), name=rep.name, email=normal_email(rep.email), is_active=rep.is_active, sales=sales,
        marketing=marketing, marketing_active=rep.is_active,
        time_zone=rep.time_zone if rep.time_zone in _time_zones() else "", since=rep.since,
    )  # fmt: skip
