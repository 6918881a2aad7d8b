"""Weeks of people, faults and crashes in any order: then sync until quiet, and both systems agree."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from connectors.base import ConnectorError, Policy
from connectors.memory import MemoryConnector
from crm.record import Record, Ref, Side, Wire
from crm.values import FieldType, same
from store import desk, models
from store.sql import execute, rows
from tests.sync.fragile import sync_until
from tests.sync.house import House, hubspot, salesforce, text

NAMES = {"phone": "Phone", "jobtitle": "Title", "company": "Company", "email": "Email", "lastname": "LastName"}
CANONICAL = {"phone": "phone", "jobtitle": "title", "company": "company", "email": "email", "lastname": "last_name"}
EDITABLE = st.sampled_from(["phone", "jobtitle", "jobtitle", "company"])
VALUES = st.sampled_from([None, "1", "2", "head of sales", " CEO ", "much too long for a title"])
EMAILS = st.sampled_from([None, "ann@x.com", "Ann@X.com", "bea@x.com", "cid@x.com"])
SIDES = st.sampled_from(list(Side))
NUMBERS = st.integers(0, 30)
REWRITES: dict[str, Callable[[str], str]] = {"none": str, "upper": str.upper, "trim": str.strip, "cut": lambda s: s[:4]}


def programs(usually: int) -> settings:
    """How many programs run: always the same ones, but where `make torture` asks for others."""
    asked = os.environ.get("ENTENTE_TORTURE")
    return settings(
        max_examples=int(asked) if asked else usually,
        stateful_step_count=30,
        deadline=None,
        derandomize=asked is None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


class TwoSystems(RuleBasedStateMachine):
    """Mark edits in marketing, Rita in sales; Otto's systems fail; the sync runs, and is killed, in between."""

    house: House
    patch: pytest.MonkeyPatch

    @initialize(
        rewrite=st.sampled_from(sorted(REWRITES)),
        on_conflict=st.sampled_from(["newest", "ask", "sales"]),
        batch=st.sampled_from([1, 2, 1000]),
        deletions_told=st.booleans(),
        pairs=st.integers(0, 3),
        is_disputed=st.booleans(),
    )
    def begin(
        self, rewrite: str, on_conflict: str, batch: int, deletions_told: bool, pairs: int, is_disputed: bool
    ) -> None:
        house = self.house
        for model in (models.Decision, models.Intent, models.Change, models.Run, models.Touch, models.Link,
                      models.Record, models.Cursor, models.Tombstone, models.Conflict, models.Held, models.DeadLetter,
                      models.Gap):  # fmt: skip
            execute(f"DELETE FROM {model._meta.db_table}")
        execute("DELETE FROM facts_contact")
        for old, new in (
            (house.marketing, hubspot(tells_deleted=deletions_told)),
            (house.sales, salesforce(text("Title", max_length=20))),
        ):
            vars(old).clear()
            vars(old).update(vars(new))
        house.sales.rewrites["Title"] = REWRITES[rewrite]
        self.rewrite = REWRITES[rewrite]
        object_map = house.service.mapping.objects["contact"]
        for field in object_map.fields.values():
            object.__setattr__(field, "on_conflict", on_conflict)
        self.patch.setattr("sync.engine.BATCH", batch)
        self.people = 0
        self.pages: list[tuple[Side, Record]] = []
        self.overwritten: set[tuple[Ref, str, str]] = set()
        for number in range(pairs):
            self.mark_enters_somebody(email=f"pair{number}@x.com", phone="1", has_company=True)
        house.settle()
        if is_disputed:
            self._dispute()

    def _dispute(self) -> None:
        """Mark and Rita disagree about everybody: where the mapping asks, Otto has something to decide."""
        for number, (marketing, sales) in enumerate(self.house.links().items()):
            self._edit(Side.MARKETING, marketing, "jobtitle", f"m{number}")
            self._edit(Side.SALES, sales, "jobtitle", f"s{number}")
        self._watched(self.house.sync)

    # -- people --------------------------------------------------------------------------------------------------------

    @rule(email=EMAILS, phone=VALUES, has_company=st.booleans())
    def mark_enters_somebody(self, email: str | None, phone: str | None, has_company: bool) -> None:
        if email and any(_email(each) == email.lower() for each in self.house.marketing.everything("contacts")):
            return  # HubSpot itself refuses that
        company = "Nordlicht" if has_company else None
        self.people += 1
        self.house.contact(f"P{self.people}", email=email, phone=phone, company=company)

    @rule(email=EMAILS, title=VALUES, is_contact=st.booleans())
    def rita_enters_somebody(self, email: str | None, title: str | None, is_contact: bool) -> None:
        self.people += 1
        enter = self.house.person if is_contact else self.house.lead
        enter(f"P{self.people}", Email=email, Title=_short(title))

    @rule(edits=st.lists(st.tuples(SIDES, NUMBERS, EDITABLE, VALUES), min_size=1, max_size=5))
    def people_edit(self, edits: list[tuple[Side, int, str, str | None]]) -> None:
        for side, number, field, value in edits:
            if ref := self._pick(side, number):
                self._edit(side, ref, field, value)

    @rule(side=SIDES, number=NUMBERS, email=EMAILS)
    def somebody_edits_an_email(self, side: Side, number: int, email: str | None) -> None:
        taken = {_email(each) for each in self.house.marketing.everything("contacts")}
        ref = self._pick(side, number)
        if ref is not None and (side is Side.SALES or not email or email.lower() not in taken):
            self._edit(side, ref, "email", email)

    @rule(number=NUMBERS)
    def rita_deletes(self, number: int) -> None:
        if ref := self._pick(Side.SALES, number):
            self.house.sales.delete(ref)

    @rule(number=NUMBERS)
    def rita_restores(self, number: int) -> None:
        bin_ = [
            Ref("salesforce", name, each)
            for name in self.house.sales.objects
            for each, row in self.house.sales._table(name).items()
            if row.deleted and not row.merged_into
        ]
        if bin_:
            self.house.sales.delete(bin_[number % len(bin_)], deleted=False)

    @rule(number=NUMBERS)
    def mark_deletes(self, number: int) -> None:
        if ref := self._pick(Side.MARKETING, number):
            self.house.marketing.delete(ref)

    @rule(number=NUMBERS)
    def rita_converts(self, number: int) -> None:
        ref = self._pick(Side.SALES, number)
        if ref is not None and ref.object == "Lead":
            shown = self.house.shown(ref)
            copied = {name: shown.get(name) for name in ("Email", "LastName", "Phone", "Title")}
            self.house.sales.convert(ref, "Contact", copied)

    @rule(side=SIDES, number=NUMBERS)
    def two_are_merged(self, side: Side, number: int) -> None:
        winner, loser = self._pick(side, number), self._pick(side, number + 1)
        if winner and loser and winner != loser and winner.object == loser.object:
            self._system(side).merge(loser, winner)

    # -- faults --------------------------------------------------------------------------------------------------------

    @rule(side=SIDES, policy=st.sampled_from(list(Policy)), field=st.sampled_from(["phone", "jobtitle"]))
    def a_write_is_refused(self, side: Side, policy: Policy, field: str) -> None:
        name = field if side is Side.MARKETING else NAMES[field]
        self._system(side).refuse(1, policy, "TOLD", name if policy is Policy.HELD else None)

    @rule(side=SIDES, is_done=st.booleans())
    def an_answer_is_lost(self, side: Side, is_done: bool) -> None:
        system = self._system(side)
        (system.lose_answers if is_done else system.cut)(1)

    @rule(side=SIDES)
    def a_quota_is_spent(self, side: Side) -> None:
        self._system(side).quota_refusals += 1

    @rule(side=SIDES, number=NUMBERS)
    def a_touch_comes_twice(self, side: Side, number: int) -> None:
        if ref := self._pick(side, number):
            self.house.service.records.touch("contact", [ref])

    @rule()
    def a_cursor_is_lost(self) -> None:
        models.Cursor.objects.all().delete()

    @rule(number=NUMBERS)
    def a_page_comes_late(self, number: int) -> None:
        """What a record showed before an edit is delivered after newer values."""
        if self.pages:
            side, record = self.pages[number % len(self.pages)]
            self.house.service.records.save_page("contact", side, [record], "late", "0")

    # -- the sync ------------------------------------------------------------------------------------------------------

    @rule(number=NUMBERS, answer=NUMBERS)
    def otto_decides(self, number: int, answer: int) -> None:
        open_now = list(models.Conflict.objects.filter(closed_at=None).order_by("id"))
        conflict = open_now[number % len(open_now)] if open_now else None
        if conflict and (offered := desk.offered(conflict)):
            keep, other = offered[answer % len(offered)]
            desk.decide(conflict.id, keep, other, desk.fingerprint(conflict), "otto")

    @rule(number=NUMBERS)
    def otto_replays(self, number: int) -> None:
        letters = list(models.DeadLetter.objects.order_by("id"))
        if letters:
            desk.replay(letters[number % len(letters)].id, "otto")

    @rule()
    def it_syncs(self) -> None:
        self._watched(self.house.sync)

    @rule(step=st.integers(1, 120))
    def it_is_killed(self, step: int) -> None:
        self._watched(lambda: sync_until(self.house, step))

    @precondition(lambda self: self.people)
    @rule()
    def it_gets_quiet(self) -> None:
        self._heal()
        self.house.service.records.touch("contact", self.house.links())  # as within a day: what is linked is looked at
        for _ in range(12):
            before = self.house.writes()
            self._watched(self.house.sync)
            if self.house.writes() == before and not models.Touch.objects.exists():
                break
        else:
            raise AssertionError(f"never quiet: {list(models.Touch.objects.values())}")
        self._check_pairs()
        self._check_nobody_is_there_twice()
        self._check_history()
        self._check_decisions()
        self._check_level()

    def teardown(self) -> None:
        if hasattr(self, "people"):
            self.it_gets_quiet()

    # -- what must hold ------------------------------------------------------------------------------------------------

    def _check_pairs(self) -> None:
        """Mapped fields agree, except where a person or a change is waited for, or a refused write is kept."""
        open_fields = set(models.Conflict.objects.filter(closed_at=None).values_list("ref", "field"))
        held = set(models.Held.objects.values_list("ref", "field"))
        dead = set(models.DeadLetter.objects.filter(closed_at=None).values_list("ref", flat=True))
        for m, s in self.house.links().items():
            waits = {field for ref, field in open_fields | held if ref in (str(m), str(s))}
            is_gone_unseen = self.house.marketing.look(m).deleted and not self.house.marketing.tells_deleted
            if dead & {str(m), str(s)} or "" in waits or is_gone_unseen:
                continue
            marketing, sales = self.house.marketing.look(m).fields, self.house.sales.look(s).fields
            for name, sales_name in NAMES.items():
                if (sales_name != "Company" or s.object == "Lead") and CANONICAL[name] not in waits:
                    self._check_field(m, name, marketing.get(name), sales.get(sales_name))

    def _check_field(self, m: Ref, name: str, marketing: Wire, sales: Wire) -> None:
        kind = FieldType.EMAIL if name == "email" else FieldType.TEXT
        one, other = (each.strip() or None if isinstance(each, str) else None for each in (marketing, sales))
        rewritten = self.rewrite(str(marketing)).strip() or None if name == "jobtitle" and marketing else one
        assert same(kind, one, other) or rewritten == other, f"{m} {name}: {marketing!r} here, {sales!r} there"

    def _check_nobody_is_there_twice(self) -> None:
        for system in (self.house.marketing, self.house.sales):
            live = [each for name in system.objects for each in system.everything(name) if each.merged_into is None]
            keys = [each.fields.get("entente_key") for each in live if each.fields.get("entente_key")]
            assert len(keys) == len(set(keys))
            made = [key for key in keys if self._is_live(Ref.parse(str(key)))]
            linked = {str(ref) for pair in self.house.links().items() for ref in pair}
            asked = set(models.Conflict.objects.filter(closed_at=None).values_list("ref", flat=True))
            for key in made:
                assert key in linked | asked, f"{key} was made anew, and belongs to nobody"
            names = [each.fields.get("lastname", each.fields.get("LastName")) for each in live]
            doubles = {name for name in names if names.count(name) > 1}
            assert not doubles, f"made twice in {system.system}: {doubles}"

    def _check_history(self) -> None:
        known = set(models.Change.objects.values_list("ref", "field", "old"))
        lost = {(str(ref), CANONICAL[name], old) for ref, name, old in self.overwritten} - known
        assert not lost, f"overwritten, and not in the history: {lost}"

    def _check_decisions(self) -> None:
        """None is forgotten: what is still to be carried out waits for a held value, or for a refused write."""
        waits = set(models.Held.objects.values_list("ref", flat=True))
        waits |= set(models.DeadLetter.objects.filter(closed_at=None).values_list("ref", flat=True))
        still_open = set(models.Decision.objects.filter(state="open").values_list("ref", flat=True))
        assert still_open <= waits, f"decided, and forgotten: {still_open - waits}"

    def _check_level(self) -> None:
        """The end state does not depend on touches: looking at everything again writes nothing more."""
        if models.DeadLetter.objects.filter(closed_at=None).exists():
            return
        self.house.service.records.touch_all("contact")
        before = self.house.writes()
        self.house.sync()
        assert self.house.writes() == before, "a look at everything wrote something"
        assert not models.Run.objects.filter(state="running").exists()

    # -- details -------------------------------------------------------------------------------------------------------

    def _edit(self, side: Side, ref: Ref, field: str, value: str | None) -> None:
        """A person's edit; each system refuses from people what it refuses."""
        fields = [*self.house.service.mapping.native_fields("contact", side, ref.object), "entente_key"]
        self.pages += [(side, page) for page in self._system(side)._shown(ref.object, [ref.id], fields)]
        self.overwritten.discard((ref, field, str(value)))  # what comes back was not lost
        if side is Side.MARKETING:
            self.house.marketing.edit(ref, **{field: value})
        elif field != "company" or (ref.object == "Lead" and value):
            self.house.sales.edit(ref, **{NAMES[field]: _short(value)})

    def _watched(self, sync: Callable[[], object]) -> None:
        """Run a pass, and note which values of people it overwrote."""
        before = self._values()
        with suppress(ConnectorError):
            sync()
        after = self._values()
        self.overwritten |= {
            (ref, name, value)
            for (ref, name), value in before.items()
            if isinstance(value, str) and value.strip() and not same(FieldType.EMAIL, value, after[ref, name] or "")  # type: ignore[arg-type]
        }

    def _values(self) -> dict[tuple[Ref, str], Wire]:
        values: dict[tuple[Ref, str], Wire] = {}
        for system in (self.house.marketing, self.house.sales):
            for object_name in system.objects:
                for record_id in system._table(object_name):
                    ref = Ref(system.system, object_name, record_id)
                    shown = system.look(ref).fields
                    for name, sales_name in NAMES.items():
                        values[ref, name] = shown.get(name if system is self.house.marketing else sales_name)
        return values

    def _heal(self) -> None:
        for system in (self.house.marketing, self.house.sales):
            system.quota_refusals = system._lost = system._cut = 0
            system._refusals.clear()

    def _system(self, side: Side) -> MemoryConnector:
        return self.house.marketing if side is Side.MARKETING else self.house.sales

    def _live(self, side: Side) -> list[Record]:
        system = self._system(side)
        return [each for name in system.objects for each in system.everything(name) if each.merged_into is None]

    def _is_live(self, ref: Ref) -> bool:
        side = Side.MARKETING if ref.system == "hubspot" else Side.SALES
        return ref in {each.ref for each in self._live(side)}

    def _pick(self, side: Side, number: int) -> Ref | None:
        live = self._live(side)
        return live[number % len(live)].ref if live else None


def _email(record: Record) -> str:
    return str(record.fields.get("email") or "").strip().lower()


def _short(value: str | None) -> str | None:
    """Salesforce itself refuses a longer title from a person."""
    return value[:20] if value else value


@pytest.mark.django_db
def test_whatever_happens_both_systems_agree_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    brakes = {"deletes": 1, "blanks": 1, "overwrites": 1}
    TwoSystems.house = House(tmp_path, sales=salesforce(text("Title", max_length=20)), brakes=brakes)
    TwoSystems.patch = monkeypatch
    assert connection.vendor in ("sqlite", "postgresql")
    assert rows("SELECT COUNT(*) FROM facts_contact") == [(0,)]

    run_state_machine_as_test(
        TwoSystems,
        settings=programs(50),
    )
