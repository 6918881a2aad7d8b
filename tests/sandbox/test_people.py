"""The people of a seed: who is known where, what is missing, and that it is the same every time."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import phonenumbers
import pytest
from email_validator import validate_email

from sandbox.people import populate
from sandbox.people.activities import add_activities
from sandbox.world import World

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
Rows = dict[str, dict[str, Any]]


def filled(people: int, seed: int = 1) -> World:
    world = World()
    world.clock.set(NOW)
    populate(world, people, seed)
    return world


@pytest.fixture(scope="module")
def world() -> World:
    return filled(1_000)


@pytest.fixture(scope="module")
def contacts(world: World) -> Rows:
    return world.hubspot.snapshot("contacts")["contacts"]


@pytest.fixture(scope="module")
def sales(world: World) -> Rows:
    """Leads and Contacts of Salesforce."""
    return world.salesforce.snapshot("Lead")["Lead"] | world.salesforce.snapshot("Contact")["Contact"]


def addresses(rows: Rows, name: str) -> list[str]:
    return [row[name] for row in rows.values() if row.get(name)]


def test_the_same_seed_gives_the_same_people_and_another_gives_others() -> None:
    first, again, other = filled(50, 3), filled(50, 3), filled(50, 4)

    assert first.hubspot.snapshot() == again.hubspot.snapshot()
    assert first.salesforce.snapshot() == again.salesforce.snapshot()
    assert addresses(first.hubspot.snapshot("contacts")["contacts"], "email") != addresses(
        other.hubspot.snapshot("contacts")["contacts"], "email"
    )


def test_rita_is_a_rep_of_mona_and_everyone_is_known_by_the_same_address(world: World) -> None:
    users = {row["Name"]: row for row in world.salesforce.snapshot("User")["User"].values()}
    owners = {each["email"]: each for each in world.hubspot.snapshot("owners")["owners"].values()}

    assert users["Rita Lang"]["ManagerId"] == users["Mona Weber"]["Id"]
    assert users["Rita Lang"]["Email"] in owners
    assert [name for name, row in users.items() if not row["IsActive"]] == ["Piero Zanetti"]
    assert owners[users["Piero Zanetti"]["Email"]]["archived"] is True
    assert users["Tom Ashby"]["Email"] not in owners
    assert {"Mark Dubois", "Otto Klein"} <= users.keys()


def test_with_nobody_in_it_there_is_only_the_team() -> None:
    world = filled(0)

    assert world.hubspot.snapshot("contacts") == {"contacts": {}}
    assert world.salesforce.snapshot("Lead") == {"Lead": {}}
    assert len(world.hubspot.snapshot("owners")["owners"]) > 10


def test_of_a_hundred_about_55_are_known_to_both_and_20_to_each_alone(contacts: Rows, sales: Rows) -> None:
    in_marketing = {each.lower() for each in addresses(contacts, "email")}
    in_sales = {each.lower() for each in addresses(sales, "Email")}

    assert 550 <= len(in_marketing & in_sales) <= 600
    assert 200 <= len(in_marketing - in_sales) <= 240
    assert 200 <= len(in_sales - in_marketing) <= 220


def test_the_oddities_of_every_portal_are_there(contacts: Rows, sales: Rows) -> None:
    twice = [each for each, count in Counter(addresses(sales, "Email")).items() if count > 1]
    in_capitals = [each for each in addresses(sales, "Email") if each != each.lower()]
    second = {each for row in contacts.values() for each in row.get("hs_additional_emails", "").split(";") if each}

    assert len(twice) == 10
    assert len(in_capitals) == 10
    assert len(second) == 10
    assert second <= set(addresses(sales, "Email"))
    assert [row for row in contacts.values() if "lastname" not in row]
    assert [row for row in contacts.values() if "company" not in row]


def test_every_address_is_valid_and_of_a_domain_that_cannot_exist(contacts: Rows, sales: Rows) -> None:
    for address in {*addresses(contacts, "email"), *addresses(sales, "Email")}:
        validate_email(address, check_deliverability=False)
        assert address.lower().endswith(".example")


def test_most_numbers_are_valid_and_a_few_are_not(contacts: Rows) -> None:
    numbers = addresses(contacts, "phone")
    parsed = [phonenumbers.parse(each, None) for each in numbers if each.startswith("+")]
    valid = sum(phonenumbers.is_valid_number(each) for each in parsed)

    assert valid / len(parsed) > 0.9
    assert 0.02 < 1 - len(parsed) / len(numbers) < 0.08


@pytest.mark.parametrize("name", ["phone", "jobtitle", "country", "city", "industry"])
def test_some_of_everything_is_missing(contacts: Rows, name: str) -> None:
    share = sum(name in row for row in contacts.values()) / len(contacts)

    assert 0.6 < share < 0.95


def test_some_job_titles_say_nothing(contacts: Rows) -> None:
    assert {"n/a", "-", "tbd", "xxx"} <= set(addresses(contacts, "jobtitle"))


def test_the_two_sides_differ_and_each_has_gaps_the_other_has_not(contacts: Rows, sales: Rows) -> None:
    in_sales = {row["Email"]: row for row in sales.values() if row.get("Email")}
    both = [(row, in_sales[row["email"]]) for row in contacts.values() if row.get("email") in in_sales]

    phones = [(left.get("phone"), right.get("Phone")) for left, right in both]

    assert sum(left is not None and right is not None and left != right for left, right in phones) > 30
    assert sum(left is None and right is not None for left, right in phones) > 30
    assert sum(left is not None and right is None for left, right in phones) > 30


def test_people_are_all_over_the_funnel_and_over_the_year(contacts: Rows, sales: Rows) -> None:
    stages = Counter(row["lifecyclestage"] for row in contacts.values())
    made = sorted(row["createdate"] for row in contacts.values())
    changed = sorted(row["lastmodifieddate"] for row in contacts.values())

    assert len(stages) == 8
    assert len({row["Status"] for row in sales.values() if "Status" in row}) == 3
    assert made[0] < "2025-12-01"
    assert made[-1] > "2026-10-01"
    assert all(row["createdate"] <= row["lastmodifieddate"] for row in contacts.values())
    assert changed[-1] <= "2026-11-02T09:00:00Z"
    assert all(row["CreatedDate"] <= row["SystemModstamp"] for row in sales.values())


def test_ids_follow_the_order_in_which_people_came(contacts: Rows) -> None:
    made = [row["createdate"] for _, row in sorted(contacts.items(), key=lambda item: int(item[0]))]

    assert made == sorted(made)


def test_a_newer_phone_is_newer_in_its_history_too(world: World) -> None:
    table = world.hubspot.tables["contacts"]

    heard_later = [
        record for record in table.all_live() if record.past("phone") and record.past("phone")[0][1] > record.created
    ]

    assert len(heard_later) > 20
    assert all(record.past("phone")[0][1] == record.modified for record in heard_later)


def test_every_record_of_sales_has_an_owner_and_every_contact_an_account(world: World, sales: Rows) -> None:
    users = world.salesforce.snapshot("User")["User"]
    accounts = world.salesforce.snapshot("Account")["Account"]

    assert {row["OwnerId"] for row in sales.values()} <= users.keys()
    assert {row["AccountId"] for row in sales.values() if row["Id"].startswith("003")} <= accounts.keys()


def test_activities_are_there_only_when_asked_for_and_the_same_every_time() -> None:
    worlds = [filled(40), filled(40), filled(40)]
    for world in worlds[1:]:
        add_activities(world, 16, 1)

    made = [
        {name: [each.properties for each in world.hubspot.tables[name].all_live()] for name in ("calls", "meetings")}
        | {name: list(world.salesforce.tables[name.lower()].live.values()) for name in ("Task", "Event")}
        for world in worlds
    ]
    assert {name: len(rows) for name, rows in made[1].items()} == {"calls": 2, "meetings": 2, "Task": 4, "Event": 2}
    assert made[1] == made[2]
    assert not any(made[0].values())
