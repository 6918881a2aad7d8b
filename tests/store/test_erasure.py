"""Ann asks to be forgotten: nothing of her stays in any table, and nobody makes her again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest
from django.db import connection
from django.db.models import Model

from config.environment import Environment
from crm.record import Ref
from store import desk, erasure, models, retention, told
from store.models import Change, Conflict, Delivery, Erasure
from store.sql import now, rows
from tests.sync.house import House, hubspot, salesforce, text
from wiring import undoing

HERS = ("Zubrowka", "ann.z@x.com", "ann.new@x.com", "+33199001234", "Bison Grass", "Wisent")
"""Every value of hers that is in one of the systems, each like nothing else in the store."""


@pytest.fixture
def house(db: None, tmp_path: Path) -> House:
    return House(tmp_path, marketing=hubspot(text("wish")), sales=salesforce(text("Wish__c", max_length=5)))


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the database, as it stands there."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    return {table: rows(f'SELECT * FROM "{table}"') for table in tables}


def holding(words: tuple[str, ...]) -> dict[str, list[str]]:
    """By table, which of these words stand in any column of it."""
    found: dict[str, list[str]] = {}
    for table, lines in everything().items():
        whole = "\n".join(_text(cell) for line in lines for cell in line).lower()
        hits = [word for word in words if word.lower() in whole]
        if hits:
            found[table] = hits
    return found


def _text(cell: object) -> str:
    if isinstance(cell, bytes | memoryview):
        return bytes(cell).decode("utf-8", "replace")
    return json.dumps(cell, ensure_ascii=False) if isinstance(cell, dict | list) else str(cell)


def live(house: House) -> tuple[Ref, Ref]:
    """Ann is known on both sides and has been through everything that leaves a trace."""
    values = {"email": "ann.z@x.com", "lastname": "Zubrowka", "phone": "+33199001234", "company": "Bison Grass"}
    marketing = house.marketing.add("contacts", values)
    house.settle()
    sales = house.links()[marketing]
    house.marketing.edit(marketing, email="ann.new@x.com")
    house.settle()
    house.marketing.edit(marketing, jobtitle="Wisent")
    house.sales.edit(sales, Title="Wisent herself")
    house.settle()
    house.pair("Bob", marketing={"company": "Other"})
    return marketing, sales


def fill(sales: Ref) -> None:
    """A row about her in each table that her life so far has not reached."""
    run = models.Run.objects.first()
    ref, at = str(sales), now()
    for model in erasure.tables():
        if model in erasure.NOT_ABOUT_CUSTOMERS:
            continue
        filled = {}
        for field in model._meta.concrete_fields:
            kind = type(field).__name__
            if field.primary_key and kind in ("BigAutoField", "AutoField"):
                continue
            if kind == "ForeignKey":
                parent = cast("type[Model]", field.related_model)._default_manager.first()
                filled[field.attname] = parent.pk if parent else None
            elif kind == "JSONField":
                filled[field.name] = {"last_name": {"old": "Zubrowka", "ref": ref}}
            elif kind == "TextField":
                filled[field.name] = "Zubrowka of Bison Grass"
            elif kind == "CharField":
                is_ref = field.name in ("ref", "source", "target", "gone", "marketing", "sales")
                filled[field.name] = ref if is_ref else "x"
            elif kind == "BinaryField":
                filled[field.name] = b"{}"
            elif kind in ("BooleanField", "IntegerField"):
                filled[field.name] = False if kind == "BooleanField" else 0
            elif field.name == "run_id" and run:
                filled[field.name] = run.id
            else:
                filled[field.name] = at
        named = [name for name, value in filled.items() if value == ref]
        if not any(model._default_manager.filter(**{name: ref}).exists() for name in named):
            model._default_manager.create(**filled)


def test_nothing_of_an_erased_person_stays_in_any_table(house: House) -> None:
    """Every table that there is gets a row of hers; afterwards no column of any table holds a value or a number."""
    marketing, sales = live(house)
    fill(sales)
    Delivery.objects.create(
        key="rep|2026", kind="rep", person="005R", channel="email", address="rita@nordlicht.example", subject="1 gap",
        text="Call Zubrowka back", html="<p>Zubrowka</p>", state="sent", due_at=0, made_at=now(), changed_at=0,
    )  # fmt: skip
    before = holding((*HERS, str(marketing), str(sales)))
    assert {"store_record", "store_link", "store_change", "store_intent", "facts_contact"} <= before.keys()

    house.service.erasures.erase_now("ann.new@x.com", "otto")

    tasks = {"store_conflict"}
    assert holding(HERS) == {}
    assert holding((str(marketing), str(sales))).keys() <= tasks
    assert Erasure.objects.get().about == ""
    for each in Conflict.objects.filter(kind="erased"):
        assert desk.decide(each.id, "apart", "", desk.fingerprint(each), "otto") is desk.Said.DONE
    assert holding((str(marketing), str(sales))) == {}


def test_others_keep_everything(house: House) -> None:
    """Bob's pair, history and facts are untouched."""
    marketing, sales = live(house)
    bob = next(ref for ref in house.links() if ref != marketing)
    before = Change.objects.exclude(ref__in=[str(marketing), str(sales)]).count()

    house.service.erasures.erase_now(str(sales), "otto")

    assert list(house.links()) == [bob]
    assert Change.objects.count() == before > 0


def test_neither_side_makes_an_erased_person_again(house: House) -> None:
    """Both systems still have her, she is edited, and entered once more in HubSpot: nothing happens."""
    marketing, sales = live(house)
    house.service.erasures.erase_now(str(marketing), "otto")
    people, writes = house.people(), house.writes()

    house.marketing.edit(marketing, jobtitle="Wisent again")
    house.sales.edit(sales, Email="ann.other@x.com")
    house.sales.add("Lead", {"Email": "ANN.new@x.com", "LastName": "Zubrowka", "Company": "Bison Grass"})
    house.settle()

    assert house.writes() == writes
    assert house.people() == (people[0], people[1] + 1)
    assert holding((*HERS, "ann.other@x.com")) == {}


def test_a_privacy_deletion_in_hubspot_erases_here_and_asks_for_salesforce(house: House) -> None:
    """The webhook stores the request; the next pass carries it out before it reads."""
    marketing, sales = live(house)
    house.marketing.delete(marketing)

    told.keep([], [marketing], {})
    told.keep([], [marketing], {})
    house.settle()

    assert holding(HERS) == {}
    [task] = Conflict.objects.all()
    assert (task.kind, task.ref, task.closed_at) == ("erased", str(sales), None)
    assert Erasure.objects.count() == 1
    house.sales.delete(sales)
    house.settle()
    assert not Conflict.objects.exists()
    assert holding((str(marketing), str(sales))) == {}


def test_a_further_address_of_hers_goes_and_is_kept_out_too(house: House) -> None:
    """HubSpot knows Ann by a second address: whoever asks by it means her, and nobody makes her under it."""
    marketing, _ = live(house)
    house.marketing.know_as(marketing, ["ann.second@x.com"])
    house.settle()
    models.DeadLetter.objects.create(
        object="contact", ref="hubspot:contacts:999", side="sales", code="X", message="ann.second@x.com is taken",
        changes={}, at=now(),
    )  # fmt: skip

    house.service.erasures.erase_now("Ann.second@x.com", "otto")
    house.sales.add("Lead", {"Email": "ann.second@x.com", "LastName": "Zubrowka", "Company": "Bison Grass"})
    house.settle()

    assert holding((*HERS, "ann.second@x.com")) == {}
    assert marketing not in house.links()


def test_a_task_stays_open_when_the_other_system_tells_of_the_erased_record(house: House) -> None:
    """Otto erased Ann, HubSpot still has her: its webhooks about her do not end what is to be done there."""
    marketing, _ = live(house)
    house.service.erasures.erase_now("ann.new@x.com", "otto")
    before = set(Conflict.objects.filter(kind="erased", closed_at=None).values_list("ref", flat=True))
    assert str(marketing) in before

    told.keep([marketing], [], {"contacts": "contact"})
    house.settle()

    assert set(Conflict.objects.filter(kind="erased", closed_at=None).values_list("ref", flat=True)) == before


def test_what_waits_for_an_erased_person_does_not_name_them(house: House) -> None:
    """A call with Ann waits until she is in a pair; its references stand under the mapping's name of her object."""
    marketing, sales = live(house)
    names = [f"hubspot:contact:{marketing.id}", f"salesforce:contact:{sales.id}"]
    run = models.Run.objects.first()
    assert run is not None
    for number, name in enumerate(names):
        call = f"hubspot:calls:{number}"
        models.Awaited.objects.create(ref=call, object="activity", target=name)
        models.Held.objects.create(
            object="activity", ref=call, field="people", side="sales", code="parent", message="", value=name, since=0
        )
        Change.objects.create(
            run=run, ref=call, side="sales", field="people", old=None, new=f"{name};8", rule="two_way", reason="", at=0
        )

    house.service.erasures.erase_now("ann.new@x.com", "otto")

    assert holding(tuple(names)) == {}
    assert Change.objects.filter(field="people", forgotten=True).count() == len(names)


def test_copies_of_others_that_spell_her_address_otherwise_go_too(house: House) -> None:
    """Bob's record quotes Ann as she wrote herself."""
    live(house)
    bob = next(ref for ref in house.links() if house.shown(ref)["lastname"] == "Bob")
    house.marketing.edit(bob, jobtitle="write to Ann.New@X.com")
    house.settle()

    house.service.erasures.erase_now("ann.new@x.com", "otto")

    assert holding(("ann.new@x.com",)) == {}


def test_the_run_that_undid_something_of_hers_names_her_no_more(house: House) -> None:
    marketing, _ = live(house)
    result = house.service.undo(undoing.wanted(None, str(marketing), archive_created=False))
    assert holding((str(marketing),))["store_run"]

    house.service.erasures.erase_now("ann.new@x.com", "otto")

    assert "store_run" not in holding((str(marketing), *HERS))
    assert models.Run.objects.get(id=result["run"]).state == "done"


def test_a_look_first_changes_nothing(house: House) -> None:
    """`--dry-run` counts what would go."""
    live(house)
    before = everything()

    counts = house.service.erasures.count(house.service.erasures.find("ann.new@x.com"))

    assert counts["store_record"] == 2
    assert everything() == before


def test_values_of_long_ago_are_forgotten_and_the_lines_stay(house: House) -> None:
    """After 90 days the history still says who changed which field, when and by which rule."""
    live(house)
    lines = list(Change.objects.order_by("id").values_list("ref", "field", "rule", "at"))
    old = Change.objects.order_by("id")[: len(lines) // 2]
    long_ago = now() - 91 * retention.DAY
    Change.objects.filter(id__in=[each.id for each in old]).update(at=long_ago)
    models.Intent.objects.update(at=long_ago)

    house.service.audit()
    house.service.audit()

    kept = list(Change.objects.order_by("id").values_list("ref", "field", "rule", "at"))
    assert [line[:3] for line in kept] == [line[:3] for line in lines]
    assert list(Change.objects.filter(forgotten=True).values_list("old", "new").distinct()) == [(None, None)]
    assert Change.objects.filter(forgotten=True).count() == len(lines) // 2
    assert not models.Intent.objects.exists()
    assert house.service.settings.keep_values_days == Environment().keep_values_days == 90
