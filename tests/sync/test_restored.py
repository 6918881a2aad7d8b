"""Scenario 26: the database of yesterday is put back, and what was done since is found, not done again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.db import connection

from tests.sync.house import House

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def yesterday() -> Iterator[sqlite3.Connection]:
    """The whole database as it is now: tables, facts and cursors. Putting it back is done by `restore`."""
    if connection.vendor != "sqlite":
        pytest.skip("a copy of the database in this process needs SQLite")
    connection.ensure_connection()
    with closing(sqlite3.connect(":memory:")) as copy:
        connection.connection.backup(copy)
        yield copy


def restore(copy: sqlite3.Connection) -> None:
    copy.backup(connection.connection)


def test_the_database_of_yesterday_converges_with_no_extra_record(tmp_path: Path) -> None:
    house = House(tmp_path)
    m, s = house.pair("Ann", marketing={"phone": "1"}, sales={"Phone": "1"})
    gone, kept = house.pair("Bea")
    with yesterday() as copy:
        made_here, made_there = house.contact("Cem"), house.lead("Dan")
        house.marketing.edit(m, jobtitle="CEO")
        house.sales.edit(s, Phone="2")
        house.sales.delete(kept)
        house.settle()
        links, people, ann = house.links(), house.people(), (house.shown(m), house.shown(s))

        restore(copy)
        house.open()
        before = house.writes()
        house.settle()

    assert house.links() == links
    assert {made_here, made_there} <= {*links, *links.values()}
    assert house.people() == people
    assert (house.shown(m), house.shown(s)) == ann
    assert house.writes() == before
    assert (house.conflicts(), house.dead()) == ([], [])
    assert gone not in house.links()


def test_an_edit_on_top_of_what_was_forgotten_is_asked_about_and_overwrites_nothing(tmp_path: Path) -> None:
    """By the old base both sides were edited: who is right cannot be told, and no value is lost."""
    house = House(tmp_path)
    m, s = house.pair("Ann", marketing={"phone": "1"}, sales={"Phone": "1"})
    with yesterday() as copy:
        house.sales.edit(s, Phone="2")
        house.settle()

        restore(copy)
        house.open()
        house.marketing.edit(m, phone="3", jobtitle="CEO")
        house.settle()

    assert (house.shown(m)["phone"], house.shown(s)["Phone"]) == ("3", "2")
    assert house.conflicts() == [("field", "phone")]
    assert house.shown(s)["Title"] == "CEO"
