"""Ann fills in a form: Rita, who owns her in Salesforce, finds one task; with the day and the form in its subject."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.base import Policy
from connectors.memory import MemoryConnector
from crm.record import Ref
from store import models
from tests.sync.conftest import MakeHouse
from tests.sync.fragile import sync_until
from tests.sync.house import House, hubspot, salesforce, text
from tests.sync.test_engine_kill import another_day

SINCE = "2026-11-01"
FIRST, SECOND = "2026-11-02T09:00:00Z", "2026-11-03T23:30:00Z"


def sales() -> MemoryConnector:
    """Salesforce with tasks that carry our key."""
    connector = salesforce()
    tasks = [text(name) for name in ("Subject", "WhoId", "OwnerId", "ActivityDate")]
    connector.objects = {**connector.objects, "Task": tasks}
    connector.set_up(connector.setup_steps(["Task"]))
    return connector


@pytest.fixture
def house(make_house: MakeHouse) -> House:
    portal = hubspot(text("recent_conversion_date"), text("recent_conversion_event_name"))
    return make_house(marketing=portal, sales=sales(), contact={"task_per_form": SINCE, "time_zone": "Europe/Paris"})


def form(at: str, name: str = "Nordlicht: Contact us") -> dict[str, Any]:
    """What HubSpot shows of somebody's latest form."""
    return {"recent_conversion_date": at, "recent_conversion_event_name": name}


def tasks(house: House) -> list[tuple[Any, ...]]:
    """About whom, whose, what and when each task is."""
    names = ("WhoId", "OwnerId", "Subject", "ActivityDate")
    return [tuple(each.fields[name] for name in names) for each in house.sales.everything("Task")]


def test_each_new_form_is_one_task_of_the_owner(house: House) -> None:
    contact, lead = house.pair("Ann", marketing=form(FIRST))
    house.marketing.edit(contact, **form(SECOND, "Nordlicht: Demo"))

    house.settle()
    house.marketing.edit(contact, jobtitle="Buyer")
    house.settle()

    assert tasks(house) == [
        (lead.id, "005R", "Nordlicht: Contact us, 2026-11-02", "2026-11-02"),
        (lead.id, "005R", "Nordlicht: Demo, 2026-11-04", "2026-11-04"),
    ]
    assert [(each.ref, each.new) for each in models.Change.objects.filter(rule="task_per_form").order_by("id")] == [
        (str(lead), "Nordlicht: Contact us, 2026-11-02"), (str(lead), "Nordlicht: Demo, 2026-11-04"),
    ]  # fmt: skip


def test_who_is_made_a_lead_for_a_form_is_told_of_by_a_task_too(house: House) -> None:
    """The lead belongs to nobody at first: its task waits until Mona gives it to Rita."""
    house.contact("Ann", **form(FIRST))
    house.settle()
    assert (tasks(house), house.held()) == ([], [("task_per_form", "no_rep")])

    [lead] = house.links().values()
    house.sales.assign(lead, "005R")
    house.settle()

    assert [each[:2] for each in tasks(house)] == [(lead.id, "005R")]
    assert house.held() == []


def test_a_form_of_before_it_was_switched_on_is_no_task(house: House) -> None:
    contact, _ = house.pair("Ann", marketing=form("2026-10-31T12:00:00Z"))

    house.marketing.edit(contact, jobtitle="Buyer")
    house.settle()

    assert tasks(house) == []


def test_it_is_off_until_the_mapping_says_a_day(make_house: MakeHouse) -> None:
    house = make_house(sales=sales())

    house.pair("Ann")

    assert tasks(house) == []
    assert "recent_conversion_date" not in str(
        house.service.mapping.named_fields("contact", next(iter(house.connectors)), "contacts")
    )


def test_a_long_name_is_cut_before_the_day(house: House) -> None:
    house.pair("Ann", marketing=form(FIRST, "x" * 300))

    [(_, _, subject, _)] = tasks(house)
    assert (len(subject), subject[-12:]) == (255, ", 2026-11-02")


def test_a_refused_task_is_held_with_a_hint_until_the_pair_is_looked_at_again(house: House) -> None:
    contact, _ = house.pair("Ann")
    house.sales.refuse(1, Policy.DEAD, "INSUFFICIENT_ACCESS")
    house.marketing.edit(contact, **form(FIRST))
    house.settle()
    [held] = models.Held.objects.all()

    house.marketing.edit(contact, jobtitle="Buyer")
    house.settle()

    assert (held.field, "may have tasks" in held.message) == ("task_per_form", True)
    assert (len(tasks(house)), house.held()) == (1, [])


@pytest.mark.parametrize("is_resumed", [False, True], ids=["run again", "resumed"])
def test_killed_at_any_step_a_form_is_one_task(house: House, is_resumed: bool) -> None:
    contact, _ = house.pair("Ann")
    house.marketing.edit(contact, **form(FIRST))
    steps, is_over = -4 + is_resumed, False
    while not is_over:
        steps += 5
        with another_day(house):
            is_over = sync_until(house, steps) < steps
            if is_resumed:
                house.resume()
            house.settle()
            assert len(tasks(house)) == 1, steps
            assert models.Change.objects.filter(rule="task_per_form").count() == 1, steps
    assert steps > 20


def test_a_lost_answer_makes_no_second_task(house: House) -> None:
    contact, _ = house.pair("Ann")
    house.marketing.edit(contact, **form(FIRST))
    house.sales.lose_answers()
    house.sync()

    house.settle()

    assert len(tasks(house)) == 1
    assert models.Change.objects.filter(rule="task_per_form").count() == 1


def test_its_key_says_that_it_is_a_reminder(house: House) -> None:
    contact, _ = house.pair("Ann", marketing=form(FIRST))

    [made] = house.sales.everything("Task")
    assert made.fields["entente_key"] == f"entente:form:{contact.id}:2026-11-02T09:00:00.000Z"
    assert Ref.parse(models.Change.objects.get(rule="task_per_form").ref).object == "Lead"
