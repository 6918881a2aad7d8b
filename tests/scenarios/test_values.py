"""What values are: options, lengths, blanks, days, moments and numbers. Scenarios 11, 12, 13 and 25."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from config.yaml_file import ConfigError
from tests.scenarios.company import Company
from tests.scenarios.conftest import MakeCompany
from tests.scenarios.invariants import check

TOPICS = [{"label": "A", "value": "a_internal"}, {"label": "B", "value": "b_internal"}]
UNKNOWN = {"label": "Z", "value": "z_internal"}
HEAT = [{"label": each, "value": each} for each in ("hot", "cold")]


@pytest.fixture
def choosy(make_company: MakeCompany) -> Company:
    """A portal and an organisation that name the same options differently; only the portal knows Z."""
    return make_company(
        portal=[
            {"name": "topics", "type": "enumeration", "fieldType": "checkbox", "options": [*TOPICS, UNKNOWN]},
            {"name": "heat", "type": "enumeration", "fieldType": "select", "options": HEAT},
        ],
        organisation=[
            {"name": "Topics__c", "type": "multipicklist", "picklistValues": ["A", "B"], "restricted": True},
            {"name": "Heat__c", "type": "picklist", "picklistValues": ["Hot", "Cold"], "restricted": True},
        ],
        fields={
            "topics": {
                "marketing": "topics",
                "sales": "Topics__c",
                "type": "multi",
                "values": {"a_internal": "A", "b_internal": "B", "z_internal": "Z"},
            },
            "heat": {
                "marketing": "heat",
                "sales": "Heat__c",
                "type": "picklist",
                "values": {"hot": "Hot", "cold": "Cold"},
            },
        },
    )


def test_11_the_same_options_in_another_order_and_in_other_words(choosy: Company) -> None:
    """`b_internal;a_internal` and `A;B` are one value, `hot` and `Hot` too: nothing is written."""
    choosy.contact(topics="b_internal;a_internal", heat="hot")
    choosy.lead(Topics__c="A;B", Heat__c="Hot")

    assert choosy.settle() == []
    assert len(choosy.links()) == 1
    check(choosy, pairs=1, people=(1, 1))


def test_11_an_option_that_the_other_side_does_not_know(choosy: Company) -> None:
    """Z waits, and the phone number travels. Once Salesforce has Z, it flows without another edit."""
    ann, lead = choosy.pair(marketing={"topics": "a_internal"})

    choosy.edit(ann, topics="a_internal;z_internal", phone="+33 1 44 55 66 01")
    written = choosy.settle()

    assert [each["fields"] for each in written] == [{"Phone": "+33 1 44 55 66 01"}]
    assert choosy.held() == [("topics", "picklist")]
    choosy.let_salesforce_know("Topics__c", ["A", "B", "Z"])
    choosy.schema_changes()
    assert [each["fields"] for each in choosy.settle()] == [{"Topics__c": "A;Z"}]
    assert choosy.held() == []
    assert choosy.shown(lead)["Topics__c"] == "A;Z"
    check(choosy, pairs=1, people=(1, 1))


def test_11_an_option_with_a_semicolon_is_refused_before_anything_happens(choosy: Company) -> None:
    with pytest.raises(ConfigError, match="semicolon"):
        choosy.configure(
            fields={"topics": {"marketing": "topics", "sales": "Topics__c", "type": "multi", "values": {"a": "A;B"}}}
        )


def test_12_a_text_that_is_too_long_is_cut_without_loss(make_company: MakeCompany) -> None:
    """`truncate`: Salesforce shows the first 128 characters, HubSpot keeps all 300, and no pass takes them away."""
    company = make_company(fields={"title": {"too_long": "truncate"}})
    ann, lead = company.pair()

    company.edit(ann, jobtitle="x" * 300)
    company.settle()

    assert company.shown(lead)["Title"] == "x" * 128
    assert company.shown(ann)["jobtitle"] == "x" * 300
    check(company, pairs=1, people=(1, 1), differs={"title"})
    company.edit(lead, Title="CEO")
    company.settle()
    assert company.shown(ann)["jobtitle"] == "CEO"


def test_12_a_text_that_is_too_long_is_held(company: Company) -> None:
    """`hold`, as everywhere unless it is said otherwise: the field waits, the rest travels."""
    ann, lead = company.pair(marketing={"jobtitle": "A"})

    company.edit(ann, jobtitle="x" * 300, phone="+33 1 44 55 66 01")
    company.settle()

    assert company.held() == [("title", "too_long")]
    assert (company.shown(lead)["Title"], company.shown(lead)["Phone"]) == ("A", "+33 1 44 55 66 01")
    company.edit(ann, jobtitle="short enough")
    company.settle()
    assert company.shown(lead)["Title"] == "short enough"
    check(company, pairs=1, people=(1, 1))


def test_12_what_is_blank_and_what_is_not(make_company: MakeCompany) -> None:
    """Spaces are blank; 0 and false are not. Neither of them becomes the other, and none is invented."""
    company = make_company(
        portal=[
            {"name": "score", "type": "number", "fieldType": "number"},
            {"name": "vip", "type": "bool", "fieldType": "booleancheckbox"},
        ],
        organisation=[{"name": "Score__c", "type": "double"}, {"name": "Vip__c", "type": "boolean"}],
        zoe={"vip": "false"},
        fields={
            "score": {"marketing": "score", "sales": "Score__c", "type": "number"},
            "vip": {"marketing": "vip", "sales": "Vip__c", "type": "bool"},
        },
    )
    company.contact("Ann", jobtitle="   ")
    company.lead("Ann")
    company.contact("Bea", score="0")
    company.lead("Bea")
    company.settle()

    everybody = {row.get("LastName"): row for ref, row in company.everybody().items() if ref.object == "Lead"}
    assert "Title" not in everybody["Ann"]
    assert "Score__c" not in everybody["Ann"]
    assert everybody["Bea"]["Score__c"] == 0
    check(company, pairs=2, people=(2, 2))


def test_12_a_clear_travels_or_stays_at_home(make_company: MakeCompany) -> None:
    """Rita clears the phone number, and it is cleared in HubSpot; the title's clear stays where the mapping says so."""
    company = make_company(fields={"title": {"clears": "stay"}})
    ann, lead = company.pair(marketing={"phone": "+33 1 44 55 66 01", "jobtitle": "A"})

    company.edit(lead, Phone=None, Title=None)
    written = company.settle()

    assert [(each["ref"], each["fields"]) for each in written] == [(ann, {"phone": ""})]
    assert company.shown(ann)["jobtitle"] == "A"
    check(company, pairs=1, people=(1, 1), differs={"title"})


@pytest.fixture(params=["Pacific/Auckland", "America/Los_Angeles", "UTC"])
def worker_in(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The worker's machine stands in another time zone."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("worker_in")
def test_13_days_and_moments_wherever_the_worker_stands(make_company: MakeCompany) -> None:
    """Fifty people who met somebody around a change of the clocks keep day and moment through both systems."""
    company = make_company(
        portal=[
            {"name": "met_on", "type": "date", "fieldType": "date"},
            {"name": "seen_at", "type": "datetime", "fieldType": "date"},
        ],
        organisation=[{"name": "Met_On__c", "type": "date"}, {"name": "Seen_At__c", "type": "datetime"}],
        fields={
            "met_on": {"marketing": "met_on", "sales": "Met_On__c", "type": "date"},
            "seen_at": {"marketing": "seen_at", "sales": "Seen_At__c", "type": "datetime"},
        },
    )
    days = [f"2026-{month}-{day:02d}" for month in ("03", "10") for day in range(7, 32)]
    for number, day in enumerate(days[:25]):
        company.contact(f"Mark{number}", met_on=day, seen_at=f"{day}T01:30:00Z")
    for number, day in enumerate(days[25:]):
        company.lead(f"Rita{number}", Met_On__c=day, Seen_At__c=f"{day}T23:30:00.000+0000")
    company.settle()

    everybody = company.everybody()
    met = {row["LastName"]: row["Met_On__c"] for row in everybody.values() if "LastName" in row}
    assert sorted(met.values()) == sorted(days)
    assert sorted(row["met_on"] for row in everybody.values() if "lastname" in row) == sorted(days)
    check(company, pairs=50, people=(50, 50))


def test_13_numbers_are_compared_as_numbers(make_company: MakeCompany) -> None:
    """`1` and `1.00` are one number and 1.005 is rounded once; `1.234,56` is no number, waits, and is never guessed."""
    company = make_company(
        portal=[{"name": "score", "type": "number", "fieldType": "number"}, text("budget")],
        organisation=[{"name": "Score__c", "type": "double"}, {"name": "Budget__c", "type": "double"}],
        fields={
            "score": {"marketing": "score", "sales": "Score__c", "type": "number"},
            "budget": {"marketing": "budget", "sales": "Budget__c", "type": "number"},
        },
    )
    ann = company.contact("Ann", score="1.00", budget="7.0")
    company.lead("Ann", Score__c=1, Budget__c=7)
    assert company.settle() == []

    company.edit(ann, score="1.005", budget="1.234,56")
    company.settle()

    [lead] = company.links().values()
    assert float(company.shown(lead)["Score__c"]) == pytest.approx(1.005, abs=0.0051)
    assert company.shown(lead)["Budget__c"] == 7
    assert company.held() == [("budget", "unreadable")]
    check(company, pairs=1, people=(1, 1))


def text(name: str) -> dict[str, Any]:
    return {"name": name, "type": "string", "fieldType": "text"}


@pytest.mark.parametrize("by", ["salesforce", "hubspot"])
def test_25_the_target_gives_our_value_its_own_form(company: Company, by: str) -> None:
    """A flow writes phone numbers in its own way: that form is accepted once, and nobody is written for ever."""
    ann, lead = company.pair()
    if by == "salesforce":
        company.sandbox.admin("salesforce", "phones", object="Lead", fields=["Phone"], style="e164")
        company.edit(ann, phone="01 44 55 66 01")
    else:
        company.sandbox.admin("hubspot", "workflow", object="contacts", name="Tidy", normalise_phone=True)
        company.edit(lead, Phone="01 44 55 66 01")

    written = company.settle()

    assert 1 <= len(written) <= 2
    check(company, pairs=1, people=(1, 1))
    company.sandbox.admin("salesforce", "phones", off=True)
    company.sandbox.admin("hubspot", "workflow", object="contacts", clear=True)


def test_25_a_workflow_changes_more_than_the_form(company: Company) -> None:
    """A flow makes a title its own: the base is what Salesforce shows, so that it is no edit of anybody's."""
    ann, lead = company.pair(marketing={"jobtitle": "A"})
    company.sandbox.admin(
        "salesforce", "flow", name="Tidy", object="Lead", on="update", timing="before", set={"Title": "HEAD OF SALES"}
    )

    company.edit(ann, jobtitle="head of sales")
    written = company.settle()

    assert company.shown(lead)["Title"] == "HEAD OF SALES"
    assert len(written) <= 2
    check(company, pairs=1, people=(1, 1), differs={"title"})
