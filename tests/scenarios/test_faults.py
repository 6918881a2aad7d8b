"""What breaks: schemas, single rows, locks, quotas, processes, databases. Scenarios 18 to 21, 23, 26 and 28."""

from __future__ import annotations

import pytest
from django.db import transaction

from connectors.base import QuotaSpent
from store import desk, models
from tests.scenarios.company import Company
from tests.scenarios.conftest import MakeCompany
from tests.scenarios.invariants import check
from tests.sync.fragile import sync_until


def test_18_a_field_is_deleted_in_salesforce(make_company: MakeCompany) -> None:
    """An administrator deletes a field: that line of the mapping pauses, and all other fields go on."""
    company = make_company(
        organisation=[{"name": "Hobby__c", "type": "string", "length": 80}],
        fields={"hobby": {"marketing": "city", "sales": "Hobby__c", "type": "text"}},
    )
    ann, lead = company.pair(marketing={"city": "chess"})
    company.let_salesforce_forget("Hobby__c")
    company.schema_changes()

    company.edit(ann, phone="+33 1 44 55 66 01", city="go")
    company.settle()

    assert company.shown(lead)["Phone"] == "+33 1 44 55 66 01"
    check(company, pairs=1, people=(1, 1), differs={"hobby"})


@pytest.mark.parametrize("by", ["hubspot", "salesforce"])
def test_19_one_bad_row_of_a_hundred(company: Company, by: str) -> None:
    """99 of 100 pass whole; what is bad about the last waits, with the system's words, until it is mended."""
    if by == "salesforce":
        company.sandbox.admin("salesforce", "rule", object="Lead", field="Title", refused="bad", message="No such job")
        for number in range(99):
            company.contact(f"P{number}")
        company.contact("Bad", jobtitle="bad")
    else:
        company.add_leads([{"LastName": f"P{number}", "Email": f"p{number}@x.com"} for number in range(99)])
        company.add_leads([{"LastName": "Bad", "Email": "rita at nordlicht"}])

    company.settle()

    letters = models.DeadLetter.objects.filter(closed_at=None)
    if by == "salesforce":
        assert [letter.message for letter in letters] == ["No such job"]
        assert len(company.links()) == 99
        company.sandbox.admin("salesforce", "rule", object="Lead", field="Title", lift=True)
        desk.replay(letters[0].id, "otto")
    else:
        assert [field for field, _ in company.held()] == ["email"]
        [bad] = [ref for ref, row in company.table("salesforce", "Lead").items() if row["LastName"] == "Bad"]
        company.edit(bad, Email="bad@x.com")
    company.settle()
    assert len(company.links()) == 100
    assert company.dead() == []
    check(company, pairs=100, people=(100, 100))


def test_20_fifty_contacts_of_a_locked_account(company: Company) -> None:
    """Somebody else works on the account for a while: all fifty pass within three rounds, each once."""
    [account] = company.sandbox.admin("salesforce", "records", object="Account", records=[{"Name": "Nordlicht"}])["ids"]
    people = [{"LastName": f"P{n}", "Email": f"p{n}@x.com", "AccountId": account} for n in range(50)]
    company.sandbox.admin("salesforce", "records", object="Contact", records=people)
    company.settle()
    company.forget_writes()
    for ref in company.links():
        company.edit(ref, jobtitle="CEO")
    company.sandbox.admin("salesforce", "locks", hold=account, seconds=90)

    for _ in range(3):
        company.sync()

    written = company.written()
    assert sorted(each["ref"].id for each in written) == sorted(ref.id for ref in company.links().values())
    check(company, pairs=50, people=(50, 50))


def test_21_the_window_is_full_in_the_middle_of_a_run(company: Company) -> None:
    """HubSpot says 429 and when to come back: the run waits that long, goes on, and writes nothing twice."""
    company.sandbox.admin("hubspot", "quota", retry_after=True)
    pairs = [company.pair(name) for name in ("Ann", "Bea")]
    for _, lead in pairs:
        company.edit(lead, Title="CEO")
    company.sandbox.admin("hubspot", "faults", fault="rate_limit", path="/crm/*/batch/update", calls=2)

    company.sync()

    assert sorted(str(each["ref"]) for each in company.written()) == sorted(str(ann) for ann, _ in pairs)
    check(company, pairs=2, people=(2, 2))


def test_21_the_day_s_calls_are_spent_in_the_middle_of_a_run(company: Company) -> None:
    """Salesforce gives no more calls after HubSpot was written: a later pass does the rest, and only that."""
    ann, lead = company.pair()
    bea, bea_lead = company.pair("Bea")
    company.edit(lead, Title="CEO")
    company.edit(bea, jobtitle="CTO")
    company.sandbox.admin("salesforce", "faults", fault="daily_limit", path="*/composite", calls=1)

    with pytest.raises(QuotaSpent):
        company.sync()
    assert company.shown(ann)["jobtitle"] == "CEO"
    assert "Title" not in company.shown(bea_lead)
    company.settle()

    assert sorted(str(each["ref"]) for each in company.written()) == sorted(map(str, (ann, bea_lead)))
    check(company, pairs=2, people=(2, 2))


POINTS = [
    f"{when} {what}"
    for what in (
        *("cursor", "changes", "save_page", "claim", "get_each"),
        *("save", "store", "next_intents", "write_many", "remember"),
    )
    for when in ("before", "after")
]
"""A pass, step by step: reading, deciding, writing, and remembering."""


def test_23_a_worker_is_killed_at_every_step_boundary(company: Company) -> None:
    """Twenty mornings with edits on both sides and new people; each time the worker dies at another step."""
    ann, lead = company.pair()
    reached = set()

    for number, point in enumerate(POINTS):
        company.edit(ann, jobtitle=f"T{number}")
        company.edit(lead, Phone=f"+33 1 44 55 66 {number:02d}")
        company.contact(f"Mark{number}")
        company.lead(f"Rita{number}", Title="CEO")
        if _is_killed(company, point):
            reached.add(point)
        company.settle()
        assert company.shown(lead)["Title"] == f"T{number}", point
        assert company.shown(ann)["phone"] == f"+33 1 44 55 66 {number:02d}", point

    assert set(POINTS) - reached <= {"before changes"}
    total = 1 + 2 * len(POINTS)
    check(company, pairs=total, people=(total, total))


def _is_killed(company: Company, point: str) -> bool:
    company.later(60)
    sync_until(company, point)
    return models.Run.objects.latest("id").state == "running"


def test_26_the_database_is_restored_from_yesterday(company: Company) -> None:
    """Today people were made, linked and edited; then Otto restores yesterday's backup: nobody is there twice."""
    company.sandbox.admin("salesforce", "history", object="Lead", fields=["Title"])
    ann, lead = company.pair(marketing={"jobtitle": "A"})
    with transaction.atomic():
        company.edit(ann, jobtitle="B")
        bea = company.contact("Bea")
        company.lead("Cid", Title="CTO")
        company.settle()
        company.edit(lead, Title="C")
        transaction.set_rollback(True)
    company.begun = company.counts()  # the history of that day is lost with it
    company.open()

    company.settle()

    assert company.shown(ann)["jobtitle"] == company.shown(lead)["Title"] == "C"
    assert bea in company.links()
    check(company, pairs=3, people=(3, 3))


def test_28_a_flow_under_our_own_user_changes_another_field(company: Company) -> None:
    """Right after our write a flow sets the title: nothing is filtered by who did it, so it travels like any edit."""
    ann, lead = company.pair()
    company.sandbox.admin("salesforce", "flow", name="Promote", object="Lead", on="update", set={"Title": "CEO"})

    company.edit(ann, phone="+33 1 44 55 66 01")
    company.settle()

    assert company.shown(lead)["Title"] == "CEO"
    assert company.shown(ann)["jobtitle"] == "CEO"
    company.sandbox.admin("salesforce", "flow", off=True)
    check(company, pairs=1, people=(1, 1))
