"""A pass as a whole: its brakes, its lease, and what a system's trouble makes of it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from contextlib import suppress

import pytest

from config.environment import SettingsError
from connectors.base import Policy, QuotaSpent, Unavailable
from crm.record import Record, Ref
from store import models, runs
from store.runs import AnotherRun
from tests.sync.conftest import MakeHouse
from tests.sync.fragile import Killed
from tests.sync.house import House, hubspot, salesforce, text
from wiring import passes

TIGHT = {"overwrites": 0.2, "blanks": 0.2, "floor": 2}


def many(house: House, number: int = 5) -> None:
    """Pairs that are all edited in marketing."""
    pairs = [house.pair(f"Ann{each}", marketing={"phone": "1", "jobtitle": "A"}) for each in range(number)]
    for m, _ in pairs:
        house.marketing.edit(m, phone="2")


def test_a_round_that_would_overwrite_too_much_stops_before_its_first_write(make_house: MakeHouse) -> None:
    house = make_house(brakes=TIGHT)
    many(house)
    writes = house.writes()

    result = house.sync()

    assert result["state"] == "braked"
    assert "would overwrite values of 5 of 5 linked records" in result["braked"][0]
    assert house.writes() == writes
    assert models.Run.objects.latest("id").state == "braked"


def test_a_braked_round_is_decided_anew_by_the_next_pass(make_house: MakeHouse) -> None:
    house = make_house(brakes=TIGHT)
    many(house)
    first = house.sync()

    second = house.sync()

    assert second["state"] == "braked"
    assert second["braked"] == first["braked"]


def test_a_released_round_passes(make_house: MakeHouse) -> None:
    house = make_house(brakes=TIGHT)
    many(house)
    braked = house.sync()

    result = house.sync(release=braked["run"])

    assert result["state"] == "done"
    assert {house.shown(s)["Phone"] for s in house.links().values()} == {"2"}


def test_a_release_does_not_let_a_larger_round_pass(make_house: MakeHouse) -> None:
    house = make_house(brakes=TIGHT)
    many(house)
    braked = house.sync()
    for m in house.links():
        house.marketing.edit(m, jobtitle=None)

    result = house.sync(release=braked["run"])

    assert result["state"] == "braked"


def test_only_a_braked_run_can_be_released(house: House) -> None:
    run = house.sync()["run"]

    with pytest.raises(SettingsError, match="was not braked"):
        house.sync(release=run)


def test_a_round_under_the_limit_is_not_braked_by_creates(make_house: MakeHouse) -> None:
    house = make_house(brakes=TIGHT)
    for number in range(10):
        house.contact(f"Ann{number}", phone="1")

    result = house.sync()

    assert result["state"] == "done"
    assert house.people() == (10, 10)


def test_another_run_that_is_alive_is_not_disturbed(house: House) -> None:
    host = os.uname().nodename
    models.Run.objects.create(
        started_at=0, lease_until=time.time_ns() // 1_000_000 + 60_000, holder=f"{host}:{os.getppid()}"
    )

    with pytest.raises(AnotherRun, match="is at work"):
        house.sync()


@pytest.mark.parametrize(("seconds", "process"), [(-1, "1"), (60, str(2**22 + 1))])
def test_a_run_whose_lease_or_process_is_gone_is_taken_over(house: House, seconds: int, process: str) -> None:
    m = house.contact("Ann")
    house.service.engine.pull()
    host = os.uname().nodename
    dead = models.Run.objects.create(
        started_at=0, lease_until=time.time_ns() // 1_000_000 + seconds * 1000, holder=f"{host}:{process}"
    )
    models.Touch.objects.update(run_id=dead.id)

    house.sync()

    assert m in house.links()
    assert models.Run.objects.get(id=dead.id).state == "failed"


def test_a_run_that_was_taken_over_writes_no_more(house: House) -> None:
    m, s = house.pair(marketing={"phone": "1"})
    house.marketing.edit(m, phone="2")
    writes = house.writes()
    get_many = house.sales.get_many

    def taken_over(*about: object) -> object:
        models.Run.objects.filter(state="running").update(state="failed")
        return get_many(*about)  # type: ignore[arg-type]

    house.sales.get_many = taken_over  # type: ignore[method-assign,assignment]
    with pytest.raises(AnotherRun, match="taken over"):
        house.sync()

    assert house.writes() == writes
    assert models.Run.objects.latest("id").state == "failed"
    house.sales.get_many = get_many  # type: ignore[method-assign]
    house.settle()
    assert house.shown(s)["Phone"] == "2"


def test_a_long_pass_stays_alive_as_it_goes_on(make_house: MakeHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    house = make_house(marketing=hubspot(page_size=2))
    leases: list[int] = []
    for number in range(6):
        house.contact(f"Ann{number}")
    monkeypatch.setattr("wiring.service.runs.renew", leases.append)

    house.sync()

    assert len(leases) >= 5, "at least once a page and once a batch"


def test_a_system_that_is_away_ends_the_pass_and_loses_nothing(house: House) -> None:
    m, s = house.pair(marketing={"phone": "1"})
    house.marketing.edit(m, phone="2")
    house.sales.unavailable = True

    with pytest.raises(Unavailable):
        house.sync()
    house.sales.unavailable = False
    house.settle()

    assert house.shown(s)["Phone"] == "2"
    assert models.Run.objects.filter(state="running").count() == 0


@pytest.mark.parametrize("calls_before", range(8))
def test_a_quota_that_is_spent_anywhere_in_a_pass_costs_nothing_but_time(house: House, calls_before: int) -> None:
    pairs = [house.pair(name, marketing={"phone": "1"}) for name in ("Ann", "Bea")]
    for m, _ in pairs:
        house.marketing.edit(m, phone="2")
    house.contact("Cid")
    left, call = [calls_before], house.sales._call

    def counted() -> None:
        left[0] -= 1
        if left[0] == -1:
            raise QuotaSpent("salesforce: quota used up")
        call()

    house.sales._call = counted  # type: ignore[method-assign]
    try:
        house.sync()
    except QuotaSpent:
        assert left[0] < 0
    house.sales._call = call  # type: ignore[method-assign]
    house.settle()

    assert {house.shown(s)["Phone"] for _, s in pairs} == {"2"}
    assert house.people() == (3, 3)
    assert [line for line in house.history() if line[2] == "1"] == [("sales", "phone", "1", "2", "two_way")] * 2


def test_a_busy_system_gets_the_same_write_in_the_next_pass(house: House) -> None:
    m, s = house.pair(marketing={"phone": "1"})
    house.marketing.edit(m, phone="2")
    house.sales.refuse(1, Policy.LATER, "UNABLE_TO_LOCK_ROW")
    house.sync()
    assert house.shown(s)["Phone"] == "1"

    house.settle()

    assert house.shown(s)["Phone"] == "2"
    assert [*house.dead(), *house.held()] == []


def test_a_write_that_is_put_off_for_ever_ends_with_a_person(house: House) -> None:
    m, s = house.pair(marketing={"phone": "1"})
    house.marketing.edit(m, phone="2")
    house.sales.refuse(100, Policy.LATER, "UNABLE_TO_LOCK_ROW")

    house.settle(passes=10)

    assert house.dead() == ["UNABLE_TO_LOCK_ROW"]
    house.sales._refusals.clear()
    house.marketing.edit(m, phone="3")
    house.settle()
    assert house.shown(s)["Phone"] == "3"
    assert house.dead() == []


def test_what_was_not_sent_is_never_given_up(house: House) -> None:
    m, s = house.pair(marketing={"phone": "1"})
    house.marketing.edit(m, phone="2")
    house.sales.refuse(20, Policy.LATER, "NOT_SENT")

    house.settle(passes=25)

    assert house.shown(s)["Phone"] == "2"
    assert house.dead() == []


def test_lost_answers_to_creates_make_nobody_twice(house: House) -> None:
    house.contact("Ann")
    house.contact("Bea", email=None)
    house.sales.lose_answers()

    house.settle()

    assert house.people() == (2, 2)
    assert len(house.links()) == 2


def test_the_memory_survives_a_field_that_changed_its_type_or_left_the_mapping(make_house: MakeHouse) -> None:
    house = make_house(
        marketing=hubspot(text("size")),
        sales=salesforce(text("Size")),
        fields={"size": {"marketing": "size", "sales": "Size", "type": "text"}},
    )
    m, s = house.pair(marketing={"size": "many", "jobtitle": "A"})

    house.configure(fields={"size": {"marketing": "size", "sales": "Size", "type": "number"}})
    house.open()
    house.marketing.edit(m, size="12", jobtitle="B")
    house.sales.edit(s, Size="12")
    house.settle()

    assert house.shown(s)["Title"] == "B"
    assert house.held() == []


def test_two_threads_of_one_process_are_told_apart(house: House) -> None:
    """A run that this very process holds is at work; one whose step was cut short is not."""
    with runs.holding():
        runs.start_run()
        with pytest.raises(AnotherRun, match="is at work"):
            house.sync()

    assert house.sync()["state"] == "done"


def test_a_worker_that_was_taken_for_dead_changes_nothing_any_more(house: House) -> None:
    """Its lease was over, somebody went on with its run; then it wakes up, and what it would store is refused."""
    with runs.holding():
        run = passes.begin(house.service)
        models.Run.objects.filter(id=run).update(fence=2, holder="elsewhere:1:1")

        with pytest.raises(AnotherRun, match="taken over"):
            house.service.to_its_end(run)

    assert models.Run.objects.get(id=run).state == "running", "it is not its run to close"


@pytest.mark.parametrize("batch", [1000, 3])
def test_a_record_that_ends_three_workers_is_parked_and_the_rest_goes_on(
    make_house: MakeHouse, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    """Whoever plans Ann5 is gone; everybody else is linked, and Ann5 waits for a person."""
    house = make_house()
    monkeypatch.setattr("sync.engine.BATCH", batch)
    poison, *others = [house.contact(f"Ann{number}") for number in range(40)]
    load = house.service.records.load

    def deadly(refs: Iterable[Ref]) -> dict[Ref, Record]:
        wanted = set(refs)
        if poison in wanted:
            raise Killed
        return load(wanted)

    house.service.records.load = deadly  # type: ignore[method-assign]
    deaths = 0
    while poison in {Ref.parse(each.ref) for each in models.Touch.objects.all()} or not deaths:
        with suppress(Killed):
            house.sync()
            break
        deaths += 1

    assert deaths == 3
    assert house.dead() == ["WORKER_LOST"]
    assert set(house.links()) == set(others)


def test_trouble_that_is_no_records_fault_counts_for_nothing(house: House) -> None:
    """Salesforce is away in four passes in a row: nothing is parked, and the edit arrives when it is back."""
    m, s = house.pair(marketing={"phone": "1"})
    house.marketing.edit(m, phone="2")
    get_many = house.sales.get_many

    def away(*_: object) -> object:
        raise Unavailable("salesforce is away")

    house.sales.get_many = away  # type: ignore[method-assign,assignment]
    for _ in range(4):
        with pytest.raises(Unavailable):
            house.sync()
    assert set(models.Touch.objects.values_list("attempts", flat=True)) == {0}
    house.sales.get_many = get_many  # type: ignore[method-assign]
    house.settle()

    assert house.shown(s)["Phone"] == "2"
    assert house.dead() == []


def test_a_round_in_many_steps_is_judged_as_one(make_house: MakeHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step is over after one batch; the brakes see the totals of all of them."""
    house = make_house(brakes=TIGHT)
    many(house)
    monkeypatch.setattr("sync.engine.BATCH", 1)
    writes = house.writes()
    with runs.holding():
        run, steps = passes.begin(house.service), 0
        while (result := passes.step(house.service, run, enough=lambda: True))["state"] == "running":
            steps += 1

    assert steps > 5
    assert "would overwrite values of 5 of 5 linked records" in result["braked"][0]
    assert house.writes() == writes


def test_a_pass_that_changed_something_keeps_the_days_counts_and_the_audit_counts_again(house: House) -> None:
    """Quiet passes and braked ones count nothing; the next day's trend begins where this day ended."""
    house.pair("Ann")
    kept = models.TrendPoint.objects.filter(field="phone")
    assert [point.records for point in kept] == [1]

    house.contact("Bob")
    house.settle()
    assert kept.get().records == 1
    house.service.audit()

    assert kept.get().records == 2


def test_nothing_is_decided_while_a_system_is_still_at_work_on_an_earlier_write(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house.sales, "at_work", lambda: "job 750 is at work")

    with pytest.raises(Unavailable, match="job 750"):
        house.service.sync()

    monkeypatch.undo()
    assert house.service.sync()["state"] == "done"
