"""The engine's reasons reach people in their language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from crm.record import Ref, Side, Value
from crm.values import FieldType
from sync import swaps
from sync.brakes import Totals, tripped
from sync.decide import Decision, decided
from sync.mapping import Brakes, FieldMap, Meeting, SyncRule
from sync.match import Candidate, find_matches
from sync.merge import merge_field
from sync.outcomes import Conflict, Copy, Times
from web.reasons import told

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
_TRAVELLING = [rule for rule in SyncRule if rule is not SyncRule.CONSENT]
"""An opt-out goes past the merge."""


def _merged() -> Iterator[str]:
    """Whatever the merge says of what travels, and of what it leaves to a person."""
    values: list[Value] = [None, "a", "b"]
    times = [None, Times((AT, AT), (AT, AT)), Times((AT, AT), (LATER, LATER))]
    bases = [None, *({Side.MARKETING: one, Side.SALES: other} for one, other in product(values, values))]
    policies: list[Meeting] = ["newest", "sales", "marketing", "ask"]
    for rule, policy, at, base, marketing, sales in product(_TRAVELLING, policies, times, bases, values, values):
        field = FieldMap(
            marketing={"contacts": "m"}, sales={"Lead": "S"}, type=FieldType.TEXT, rule=rule, on_conflict=policy
        )
        outcome = merge_field(field, base, {Side.MARKETING: marketing, Side.SALES: sales}, at, policy)
        if isinstance(outcome, Copy | Conflict):
            yield outcome.reason


def _matched() -> Iterator[str]:
    one, two = (Candidate(Ref("salesforce", "Contact", number)) for number in "12")
    lead, contact = Candidate(Ref("salesforce", "Lead", "3")), Candidate(Ref("hubspot", "contacts", "4"))
    for sales in ([one, two], [one, lead], [one, Candidate(lead.ref, is_linked=True)]):
        yield find_matches([contact], sales, "Contact").reason


def reasons() -> set[str]:
    stands = decided(Conflict("a", "b", "?"), Decision(1, "otto", Side.SALES, "a", "b"))
    assert isinstance(stands, Copy)
    brakes = tripped(Brakes(), Totals(deletes=1, blanks=60, overwrites=60), pairs=100)
    merged = (
        "edited on hubspot:contacts:1 before it was merged",
        "hubspot:contacts:1 stands: the two were merged in sales",
    )
    told_once = ("sales has no such record", "two addresses change places", swaps.REASON)
    return {*_merged(), *_matched(), *brakes, *merged, *told_once, stands.reason}


@pytest.mark.parametrize("reason", sorted(reasons()))
def test_every_reason_is_told_in_both_languages(reason: str) -> None:
    english, french = told("en", reason), told("fr", reason)

    assert english != french
    assert not {"marketing", "sales"} & set(english.replace(",", "").split())
    for part in reason.split("; "):
        assert part not in french


def test_a_reason_of_tomorrow_is_shown_as_it_is() -> None:
    assert told("fr", "the moon is full") == "the moon is full"
