"""What becomes of records: merges, conversions, swaps, deletions, undo. Scenarios 4 to 8, 22 and 24."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from store import desk, models
from tests.scenarios.company import Company
from tests.scenarios.invariants import check


def test_04_salesforce_merges_while_hubspot_edits_the_loser(company: Company) -> None:
    """Rita merges Bea's lead into Ann's while Mark edits Bea: no delete, no new lead, and a person is asked."""
    (ann, first), (bea, second) = company.pair("Ann"), company.pair("Bea")

    company.merge(first, second)
    company.edit(bea, jobtitle="CEO")
    written = company.settle()

    assert written == []
    assert {kind for kind, _ in company.conflicts()} == {"merged"}
    assert company.shown(bea)["jobtitle"] == "CEO"
    assert company.links()[ann] == first
    assert set(company.table("salesforce", "Lead")) - set(company.bystanders) == {first}
    check(company, pairs=len(company.links()), people=(2, 1), differs={"title", "email", "last_name"})


def test_04_hubspot_merges_into_a_new_id(company: Company) -> None:
    """Mark merges Bea into Ann, and both become a new contact: it goes on with one lead, the other is asked about."""
    (ann, first), (bea, second) = company.pair("Ann"), company.pair("Bea")

    survivor = company.merge(ann, bea)
    company.edit(survivor, jobtitle="CEO")
    written = company.settle()

    assert [entry for entry in written if entry["action"] not in ("update",)] == []
    assert company.links()[survivor] in (first, second)
    assert company.shown(company.links()[survivor])["Title"] == "CEO"
    assert "merged" in {kind for kind, _ in company.conflicts()}
    check(company, pairs=2, people=(1, 2))


@pytest.mark.parametrize("when", ["before the pass", "between reading and writing"])
def test_05_a_lead_is_converted_while_a_write_to_it_is_on_its_way(company: Company, when: str) -> None:
    """Mark edits Ann while Rita converts her lead: the link moves to the contact, which gets the edit, once."""
    ann, lead = company.pair(marketing={"jobtitle": "A"})
    company.edit(ann, jobtitle="B", phone="+33 1 44 55 66 01")

    if when == "before the pass":
        contact = company.convert(lead)
    else:
        contact = company.amid_writing(lambda: company.convert(lead))
    company.settle()

    assert company.links() == {ann: contact}
    shown = company.shown(contact)
    assert (shown["Title"], shown["Phone"]) == ("B", "+33 1 44 55 66 01")
    check(company, pairs=1, people=(1, 1))


def test_06_two_addresses_are_swapped(company: Company) -> None:
    """Rita swaps Ann's and Bea's addresses: HubSpot takes none twice, yet both end right, and nobody is mixed up."""
    (ann, first), (bea, second) = (company.pair(name, marketing={"jobtitle": name}) for name in ("Ann", "Bea"))

    company.edit(first, Email="swap@x.com")
    company.edit(second, Email="ann@x.com")
    company.edit(first, Email="bea@x.com")
    company.settle()

    assert company.links() == {ann: first, bea: second}
    assert (company.shown(ann)["email"], company.shown(bea)["email"]) == ("bea@x.com", "ann@x.com")
    assert (company.shown(ann)["jobtitle"], company.shown(bea)["jobtitle"]) == ("Ann", "Bea")
    check(company, pairs=2, people=(2, 2))


def test_07_a_lead_is_deleted_and_its_contact_is_not_made_again(company: Company) -> None:
    """Rita deletes Ann's lead; Mark's contact stays, alone. Told twice is told once; undeleted, it is the same pair."""
    ann, lead = company.pair(marketing={"jobtitle": "A"})

    company.delete(lead)
    company.touch(lead, ann)
    assert company.settle() == []
    company.touch(lead)
    assert company.settle() == []
    assert company.links() == {}
    assert ann in company.everybody()
    company.restore(lead)
    company.settle()
    assert company.links() == {ann: lead}
    check(company, pairs=1, people=(1, 1))


def test_07_deleted_here_and_edited_there(company: Company) -> None:
    """Rita deletes Ann's lead while Mark edits her: a person decides, and nobody is brought back to life."""
    ann, lead = company.pair(marketing={"jobtitle": "A"})

    company.delete(lead)
    company.edit(ann, jobtitle="B")

    assert company.settle() == []
    assert company.conflicts() == [("deleted", "")]
    [conflict] = models.Conflict.objects.filter(closed_at=None)
    desk.decide(conflict.id, "apart", "", desk.fingerprint(conflict), "otto")
    assert company.settle() == []
    assert company.links() == {}
    assert company.shown(ann)["jobtitle"] == "B"
    check(company, pairs=0, people=(1, 0))


def test_22_webhooks_and_cursors_are_lost(company: Company) -> None:
    """For weeks nobody told us anything, and the cursor is worth nothing: everything is read again, nothing is taken
    for unchanged."""
    ann, first = company.pair()
    company.edit(ann, jobtitle="CEO")
    company.later(20 * 86_400)
    company.edit(first, Phone="+33 1 44 55 66 01")
    models.Cursor.objects.all().delete()
    models.Touch.objects.all().delete()

    company.settle()

    assert company.shown(first)["Title"] == "CEO"
    assert company.shown(ann)["phone"] == "+33 1 44 55 66 01"
    check(company, pairs=1, people=(1, 1))


def test_22_a_deletion_that_nothing_tells_of_any_more(company: Company) -> None:
    """Bea's lead was deleted, and the bin emptied, while nobody listened: the link ends, and Bea's contact stays."""
    (ann, first), (_, second) = company.pair("Ann"), company.pair("Bea")
    company.delete(second)
    company.sandbox.admin("salesforce", "empty_bin")
    company.later(20 * 86_400)

    with time_machine.travel(datetime.now(UTC) + timedelta(days=20)):
        company.settle()

        assert company.links() == {ann: first}
        check(company, pairs=1, people=(2, 1))


def test_24_a_run_is_undone(company: Company) -> None:
    """Otto undoes a run: old values return where nobody has edited since, the others are listed."""
    (ann, _), (bea, _) = (company.pair(name, marketing={"jobtitle": "A"}) for name in ("Ann", "Bea"))
    for lead in company.links().values():
        company.edit(lead, Title="B")
    done = company.sync()
    company.edit(bea, jobtitle="mine")

    company.undo(done["run"])
    company.settle()

    assert company.shown(ann)["jobtitle"] == "A"
    assert company.shown(bea)["jobtitle"] == "mine"
    check(company, pairs=2, people=(2, 2), differs={"title"})
