"""Days of work in both systems, and all that networks and vendors do in between: in the end both agree."""

from __future__ import annotations

from contextlib import suppress
from typing import ClassVar

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from connectors.base import ConnectorError
from crm.record import Ref
from store import models
from tests.scenarios.company import Company
from tests.scenarios.conftest import MakeCompany
from tests.scenarios.invariants import check_all_but_numbers
from tests.sync.fragile import sync_until
from tests.sync.test_state_machine import programs

SYSTEMS = st.sampled_from(["hubspot", "salesforce"])
NUMBERS = st.integers(0, 20)
FAULTS = st.sampled_from(
    ["cut_before", "cut_after", "truncated", "bad_gateway", "unavailable", "internal_error", "daily_limit"]
)
NAMES = {"jobtitle": "Title", "phone": "Phone", "company": "Company"}
VALUES = st.sampled_from(["CEO", "head of sales", "+33 1 44 55 66 01", "x" * 200, "", "  "])


class BothSandboxes(RuleBasedStateMachine):
    """Mark and Rita work, the network breaks, the worker is killed, and the sync runs in between."""

    make: ClassVar[MakeCompany]

    @initialize(pairs=st.integers(1, 2), on_conflict=st.sampled_from(["newest", "sales", "ask"]))
    def begin(self, pairs: int, on_conflict: str) -> None:
        self.day = transaction.savepoint()
        brakes = {"deletes": 1, "blanks": 1, "overwrites": 1}
        fields = {name: {"on_conflict": on_conflict} for name in ("title", "phone", "company")}
        self.company: Company = type(self).make(fields=fields, brakes=brakes)
        self.people = 0
        for _ in range(pairs):
            self.somebody_is_entered("hubspot", True)
        self.company.settle()

    # -- people --------------------------------------------------------------------------------------------------------

    @rule(system=SYSTEMS, has_company=st.booleans())
    def somebody_is_entered(self, system: str, has_company: bool) -> None:
        self.people += 1
        name = f"P{self.people}"
        if system == "hubspot":
            self.company.contact(name, company="Nordlicht" if has_company else None)
        elif has_company:
            self.company.lead(name)
        else:
            self.company.person(name)

    @rule(edits=st.lists(st.tuples(NUMBERS, st.sampled_from(sorted(NAMES)), VALUES), min_size=1, max_size=3))
    def people_edit(self, edits: list[tuple[int, str, str]]) -> None:
        for number, field, value in edits:
            if (ref := self._pick(number)) is None:
                continue
            if ref.system == "hubspot":
                self.company.edit(ref, **{field: value})
            elif field != "company" or (ref.object == "Lead" and value.strip()):
                self.company.edit(ref, **{NAMES[field]: value[:40] or None})

    @rule(number=NUMBERS)
    def rita_deletes(self, number: int) -> None:
        if ref := self._pick(number, "salesforce"):
            self.company.delete(ref)

    @rule(system=SYSTEMS, number=NUMBERS)
    def two_are_merged(self, system: str, number: int) -> None:
        first, second = self._pick(number, system), self._pick(number + 1, system)
        if first and second and first != second and first.object == second.object:
            self.company.merge(first, second)

    @rule(number=NUMBERS)
    def mark_deletes(self, number: int) -> None:
        if ref := self._pick(number, "hubspot"):
            self.company.delete(ref)

    @rule(number=NUMBERS)
    def rita_converts(self, number: int) -> None:
        ref = self._pick(number, "salesforce")
        if ref is not None and ref.object == "Lead":
            self.company.convert(ref)

    @rule(seconds=st.sampled_from([1, 90, 3600]))
    def time_passes(self, seconds: int) -> None:
        self.company.later(seconds)

    # -- faults --------------------------------------------------------------------------------------------------------

    @rule(system=SYSTEMS, fault=FAULTS, first=st.integers(1, 6), calls=st.integers(1, 2))
    def a_call_breaks(self, system: str, fault: str, first: int, calls: int) -> None:
        self.company.sandbox.admin(system, "faults", fault=fault, first=first, calls=calls)

    @rule(lag=st.sampled_from([0, 30, 600]))
    def the_search_index_lags(self, lag: int) -> None:
        self.company.sandbox.admin("hubspot", "search", lag_seconds=lag)

    @rule(system=SYSTEMS, skew=st.sampled_from([-90, 0, 90]))
    def clocks_differ(self, system: str, skew: int) -> None:
        self.company.sandbox.admin(system, "clock", skew=skew)

    @rule(number=NUMBERS)
    def a_webhook_comes_twice(self, number: int) -> None:
        if ref := self._pick(number):
            self.company.touch(ref)

    @rule()
    def a_cursor_is_lost(self) -> None:
        models.Cursor.objects.all().delete()

    # -- the sync ------------------------------------------------------------------------------------------------------

    @rule()
    def it_syncs(self) -> None:
        with suppress(ConnectorError):
            self.company.sync()

    @rule(step=st.integers(1, 100))
    def it_is_killed(self, step: int) -> None:
        self.company.later(60)
        with suppress(ConnectorError):
            sync_until(self.company, step)

    def teardown(self) -> None:
        if not hasattr(self, "people"):
            return
        try:
            self._in_the_end()
        finally:
            transaction.savepoint_rollback(self.day)

    # -- what must hold ------------------------------------------------------------------------------------------------

    def _in_the_end(self) -> None:
        for system in ("hubspot", "salesforce"):
            self.company.sandbox.admin(system, "faults", clear=True)
            self.company.sandbox.admin(system, "clock", skew=0)
        self.company.sandbox.admin("hubspot", "search", release=True)
        self.company.later(600)
        self.company.replay_lost()
        check_all_but_numbers(self.company)
        names = [
            (ref.system, row.get("lastname", row.get("LastName"))) for ref, row in self.company.everybody().items()
        ]
        assert len(names) == len(set(names)), f"somebody is there twice: {sorted(names)}"
        live = {str(name) for _, name in names}
        assert live <= {f"P{number}" for number in range(1, self.people + 1)}

    def _pick(self, number: int, system: str | None = None) -> Ref | None:
        refs = sorted((ref for ref in self.company.everybody() if system in (None, ref.system)), key=str)
        return refs[number % len(refs)] if refs else None


@pytest.mark.usefixtures("db")
def test_whatever_happens_on_the_way_both_sandboxes_agree_in_the_end(make_company: MakeCompany) -> None:
    BothSandboxes.make = staticmethod(make_company)

    run_state_machine_as_test(BothSandboxes, settings=programs(4))
