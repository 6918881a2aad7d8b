"""Reps are sales users; marketing's owners are matched to them by e-mail, and everybody has at most one row."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from crm.record import Ref, Rep, Side
from store import models
from store.reps import save_reps, zone_of

pytestmark = pytest.mark.django_db


def user(name: str, email: str | None = None, *, is_active: bool = True, manager: str | None = None) -> Rep:
    address = f"{name.lower()}@nordlicht.example" if email is None else email
    return Rep(Ref("salesforce", "User", f"005{name}"), name, address, is_active, manager)


def owner(name: str, email: str | None = None) -> Rep:
    address = f"{name.lower()}@nordlicht.example" if email is None else email
    return Rep(Ref("hubspot", "owners", f"7{name}"), name, address)


def save(users: list[Rep], owners: list[Rep], managers: dict[str, str] | None = None) -> list[str]:
    return save_reps({Side.SALES: users, Side.MARKETING: owners}, managers or {})


def ids(side: str) -> dict[str, str]:
    """By the system's own id, the rep."""
    return dict(models.Rep.objects.exclude(**{side: None}).values_list(side, "id"))


def test_an_owner_is_the_user_with_the_same_email() -> None:
    save([user("Rita")], [owner("Rita", "RITA@Nordlicht.example ")])

    assert ids("sales") == {"005Rita": "salesforce:User:005Rita"}
    assert ids("marketing") == {"7Rita": "salesforce:User:005Rita"}


def test_somebody_is_as_old_here_as_in_the_system_that_knew_them_first() -> None:
    known, met = date(2026, 10, 1), date(2024, 3, 1)
    save([replace(user("Rita"), since=known), user("Luc")], [replace(owner("Rita"), since=met), owner("Luc")])

    assert dict(models.Rep.objects.values_list("name", "since")) == {"Rita": met, "Luc": None}


def test_an_owner_whom_sales_does_not_know_stands_alone() -> None:
    save([user("Rita")], [owner("Mark")])

    assert ids("marketing") == {"7Mark": "hubspot:owners:7Mark"}


def test_people_without_an_email_are_not_taken_for_one() -> None:
    save([user("Rita", ""), user("Mona", "")], [owner("Mark", "")])

    assert models.Rep.objects.count() == 3


def test_of_two_users_with_one_email_the_active_one_owns_the_records() -> None:
    save([user("Rita", "r@x.com"), user("Old", "r@x.com", is_active=False)], [owner("Rita", "r@x.com")])

    assert ids("marketing") == {"7Rita": "salesforce:User:005Rita"}


def test_an_owner_who_becomes_a_user_has_one_row_that_counts() -> None:
    save([], [owner("Rita")])

    save([user("Rita")], [owner("Rita")])

    assert ids("marketing") == {"7Rita": "salesforce:User:005Rita"}


def test_a_manager_comes_from_sales_else_from_the_list_else_is_missing() -> None:
    users = [user("Rita", manager="005Mona"), user("Rolf"), user("Rosa"), user("Mona"), user("Gone", is_active=False)]

    alone = save(users, [], {"rolf@nordlicht.example": "Mona@nordlicht.example"})

    teams = dict(models.Rep.objects.values_list("name", "team"))
    assert (teams["Rita"], teams["Rolf"], teams["Rosa"]) == ("Mona", "Mona", "")
    assert alone == ["Mona", "Rosa"]


def test_a_clock_that_no_calendar_knows_is_the_installations() -> None:
    """Salesforce says where a user's clock stands; HubSpot says nothing."""
    rita, rolf = replace(user("Rita"), time_zone="Europe/Paris"), replace(user("Rolf"), time_zone="Mars/Olympus")
    save([rita, rolf], [owner("Mark")])

    zones = {rep.name: zone_of(rep, "Asia/Tokyo").key for rep in models.Rep.objects.all()}

    assert zones == {"Rita": "Europe/Paris", "Rolf": "Asia/Tokyo", "Mark": "Asia/Tokyo"}
