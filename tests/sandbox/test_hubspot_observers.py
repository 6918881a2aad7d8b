"""What those are told who watch the portal's writes, such as webhooks."""

from __future__ import annotations

import doctest
import importlib
from datetime import UTC, datetime

import pytest

from sandbox.clock import Clock
from sandbox.hubspot import writes
from sandbox.hubspot.life import endings
from sandbox.hubspot.life.merges import Merge, Pair
from sandbox.hubspot.sources import API
from sandbox.hubspot.state import HubSpotState
from sandbox.hubspot.table import Record, Table
from sandbox.log import Log


@pytest.fixture
def state() -> HubSpotState:
    clock = Clock()
    clock.set(datetime(2026, 11, 2, 9, tzinfo=UTC))
    return HubSpotState(clock, Log())


@pytest.fixture
def told(state: HubSpotState) -> list[tuple[str, int]]:
    heard: list[tuple[str, int]] = []

    def observe(action: str, table: Table, record: Record, before: dict[str, str]) -> None:
        heard.append((action, record.id))

    state.observers.append(observe)
    return heard


def contacts(state: HubSpotState, *people: dict[str, str]) -> list[Record]:
    table = state.table("contacts")
    return [table.records[int(state.add("contacts", each))] for each in people]


def test_a_merge_is_told_with_the_ids_and_the_number_of_values_that_moved(
    state: HubSpotState, told: list[tuple[str, int]]
) -> None:
    office, home = contacts(
        state, {"email": "e@velmora.example"}, {"email": "e@home.example", "city": "Lyon", "fax": "1"}
    )

    merged = endings.merge(state, state.table("contacts"), Pair(office, home), API, {})

    assert told == [("merge", merged.id)]
    assert state.merges == [Merge(office.id, home.id, merged.id, properties_moved=2, source=API.source)]


def test_an_erasure_is_told_twice(state: HubSpotState, told: list[tuple[str, int]]) -> None:
    [anna] = contacts(state, {"email": "anna@velmora.example"})

    endings.erase(state, state.table("contacts"), anna)

    assert told == [("privacyDeletion", anna.id), ("delete", anna.id)]
    assert anna.properties == {}


def test_an_archive_is_told_once(state: HubSpotState, told: list[tuple[str, int]]) -> None:
    [anna] = contacts(state, {"email": "anna@velmora.example"})

    writes.archive(state, state.table("contacts"), anna)

    assert told == [("archive", anna.id)]


@pytest.mark.parametrize("module", ["stamps", "schema.validations", "life.workflows"])
def test_the_examples_in_the_docstrings_hold(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"sandbox.hubspot.{module}"))

    assert (result.attempted > 0, result.failed) == (True, 0)
