"""Who is who: matches, duplicates, cursors, and what a new person becomes. Scenarios 9, 10, 16, 17, 27 and 29."""

from __future__ import annotations

import os

import pytest

from store import models
from tests.scenarios.company import Company
from tests.scenarios.conftest import MakeCompany
from tests.scenarios.invariants import check
from tests.sync.fragile import sync_until

MANY = 12_000 if "ENTENTE_TORTURE" in os.environ else 1_200
"""Contacts of one millisecond; search pages no further than 10,000."""


def test_09_a_worker_is_killed_while_the_search_index_lags(company: Company) -> None:
    """Rita's lead is made in HubSpot, the worker dies before it notes that, search lags: still one contact."""
    company.sandbox.admin("hubspot", "search", lag_seconds=30)
    lead = company.lead("Ann", Title="CEO")

    sync_until(company, "before remember")
    company.touch(lead)
    company.sync()

    assert [row["lastname"] for row in company.table("hubspot", "contacts").values()] == ["Zoe", "Ann"]
    check(company, pairs=1, people=(1, 1))


def test_09_a_create_whose_answer_is_lost_is_never_sent_twice_blindly(company: Company) -> None:
    """The contact was made, and the connection broke: the next pass finds it by its key, and links it."""
    company.sandbox.admin("hubspot", "faults", fault="cut_after", path="/crm/*/batch/create", calls=1)
    company.lead("Ann", Title="CEO")

    company.settle()

    assert len(company.links()) == 1
    check(company, pairs=1, people=(1, 1))


def test_09_a_contact_that_exists_is_adopted(company: Company) -> None:
    """HubSpot refuses a second contact with the address and names the first; nobody else has it, so they are linked."""
    company.sandbox.admin("hubspot", "search", lag_seconds=None)
    ann = company.contact("Ann", jobtitle="CEO")
    lead = company.lead("Ann")

    company.settle()

    assert company.links() == {ann: lead}
    company.sandbox.admin("hubspot", "search", lag_seconds=0, release=True)
    check(company, pairs=1, people=(1, 1))


def test_09_what_shows_late_in_the_index_is_still_picked_up(company: Company) -> None:
    """Ann's edit shows in search 20 s after Bea's later one was read: the poll looks back, and finds it."""
    (ann, ann_lead), (bea, bea_lead) = company.pair("Ann"), company.pair("Bea")
    company.sandbox.admin("hubspot", "search", stuck=[ann.id])

    company.edit(ann, jobtitle="CEO")
    company.later(9)
    company.edit(bea, jobtitle="CTO")
    company.sync()
    assert "Title" not in company.shown(ann_lead)
    company.sandbox.admin("hubspot", "search", release=True)
    company.settle()

    assert (company.shown(ann_lead)["Title"], company.shown(bea_lead)["Title"]) == ("CEO", "CTO")
    check(company, pairs=2, people=(2, 2))


def test_10_more_contacts_of_one_moment_than_search_will_page(make_company: MakeCompany) -> None:
    """An import of thousands of contacts within one millisecond: each is read, in a bounded number of calls."""
    company = make_company(contact={"scope": {"marketing": None, "sales": None}})
    company.sync()
    people = [{"properties": {"lastname": f"P{number}"}} for number in range(MANY)]
    company.later(600)
    for start in range(0, len(people), 100):
        answer = company.sandbox.hubspot(
            "POST", "/crm/v3/objects/contacts/batch/create", {"inputs": people[start : start + 100]}
        )
        assert answer.status == 201
    before = company.calls()

    company.sync()

    assert models.Record.objects.filter(side="marketing").count() == MANY + 1
    assert company.calls() - before <= MANY / 200 + 12
    before = company.calls()
    company.sync()
    assert company.calls() - before <= MANY / 200 + 12


def test_10_rows_of_one_second_across_a_page_border_and_one_that_commits_late(make_company: MakeCompany) -> None:
    """250 leads of one second lie across the border of two pages, and one shows late with an older stamp: all come."""
    company = make_company(contact={"scope": {"marketing": None, "sales": None}})
    company.sync()
    company.later(2400)
    stamps = ["2026-03-02T09:30:00.000+0000"] * 1_900 + ["2026-03-02T09:40:00.000+0000"] * 250
    company.add_leads([{"LastName": f"L{number}", "SystemModstamp": at} for number, at in enumerate(stamps)])
    before = company.calls()

    company.sync()

    assert models.Record.objects.filter(side="sales").count() == 2_151
    assert company.calls() - before <= 12
    company.add_leads([{"LastName": "Late", "SystemModstamp": "2026-03-02T09:39:00.000+0000"}])
    company.sync()
    assert models.Record.objects.filter(side="sales").count() == 2_152


def test_16_case_and_spaces_make_nobody_else(company: Company) -> None:
    """`Ann@X.com` and `ann@x.com` are one person, and nobody is written for the case alone."""
    company.contact(email=" ann@x.com ")
    company.lead(Email="Ann@X.com")

    assert company.settle() == []
    assert len(company.links()) == 1
    check(company, pairs=1, people=(1, 1))


def test_17_two_contacts_with_one_address(company: Company) -> None:
    """Salesforce has Ann twice: nothing is linked or written until Otto says which; that is never moved again."""
    ann = company.contact("Ann", jobtitle="CEO")
    first, second = company.person("Ann"), company.person("Ann")

    assert company.settle() == []
    assert set(company.conflicts()) == {("match", "")}
    assert company.links() == {}
    company.choose(ann, second)
    company.settle()
    assert company.links() == {ann: second}
    company.edit(first, Title="COO")
    company.settle()
    assert company.links() == {ann: second}
    assert company.shown(ann)["jobtitle"] == "CEO"
    check(company, pairs=1, people=(1, 2))


def test_27_an_assignment_rule_never_moves_an_owner(company: Company) -> None:
    """The organisation has an active rule: neither a corrected phone number nor a new lead goes to whom it names."""
    ann, lead = company.pair()
    [other] = company.sandbox.admin("salesforce", "records", object="User", records=[{"LastName": "Rule"}])["ids"]
    company.sandbox.admin("salesforce", "assignment", entries=[{"owner": other}])
    owner = company.shown(lead)["OwnerId"]

    company.edit(ann, phone="+33 1 44 55 66 01")
    bea = company.contact("Bea")
    company.settle()

    assert company.shown(lead)["Phone"] == "+33 1 44 55 66 01"
    assert {company.shown(ref)["OwnerId"] for ref in (lead, company.links()[bea])} == {owner}
    assert other != owner
    company.sandbox.admin("salesforce", "assignment", off=True)
    check(company, pairs=2, people=(2, 2))


@pytest.mark.parametrize("has_company", [True, False])
def test_29_a_new_person_becomes_a_lead_and_never_a_contact_without_account(
    company: Company, has_company: bool
) -> None:
    """Nobody knows Ann's account: she becomes a lead; without a company not even that, and the field says so."""
    company.contact("Ann", company="Nordlicht" if has_company else None)

    company.settle()

    assert company.table("salesforce", "Contact") == {}
    assert len(company.links()) == int(has_company)
    assert company.held() == ([] if has_company else [("Company", "required")])
    check(company, pairs=int(has_company), people=(1, int(has_company)))
