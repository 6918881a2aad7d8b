"""The life of linked records in HubSpot and Salesforce themselves: merged, archived, converted, with two addresses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from store import known, models, runs, sweeping
from tests.sandbox.salesforce_helper import Http
from tests.sandbox_client import SandboxClient
from tests.sync.vendors import Vendors
from wiring.readiness import prepare

Make = Callable[..., Vendors]
EVERY_DELETE = {"deletes": 1, "blanks": 0.02, "overwrites": 0.2, "floor": 50}


@pytest.fixture
def make(db: None, sandbox: SandboxClient, tmp_path: Path) -> Make:
    return lambda **about: Vendors(sandbox, tmp_path, **about)


def wait_for_the_next_sweep() -> None:
    """An hour has passed, and it is the turn of every link."""
    for row in models.Known.objects.filter(key__startswith="sweep."):
        row.value |= {"at": 0, "is_over": True}
        row.save()


def sweep_all(house: Vendors) -> None:
    """A day of hours."""
    for _ in range(24):
        wait_for_the_next_sweep()
        house.sync()


def test_a_merge_into_a_new_id_takes_one_link_along_and_asks_about_the_other_lead(make: Make) -> None:
    house = make()
    ann, s1 = house.couple("Ann")
    bea, s2 = house.couple("Bea")
    cid, s3 = house.couple("Cid")
    before = house.live()

    merged = house.mark_merges(winner=ann, loser=bea)
    house.quiet()

    assert merged not in (ann, bea)
    assert house.links() == {merged: s1, bea: s2, cid: s3}
    assert house.conflicts() == [("merged", "")]
    assert house.live() == (before[0] - 1, before[1]), "nobody is made, and no lead is deleted"

    house.rita("merge", s1, losers=[s2.id])
    house.quiet()
    assert house.links() == {merged: s1, cid: s3}
    assert house.conflicts() == []

    house.service.records.touch("contact", [ann])
    house.mark_edits(merged, phone="+33 1 44 55 66 77")
    house.quiet()
    assert house.state(s1)["Phone"] == "+33 1 44 55 66 77"


@pytest.mark.parametrize("finds", ["survivor", "not_found"])
def test_a_merge_in_salesforce_travels_to_hubspot_with_the_edit_that_waited(
    make: Make, sandbox: SandboxClient, finds: str
) -> None:
    house = make(contact={"on_merge": "propagate"}, brakes=EVERY_DELETE)
    if finds == "not_found":
        sandbox.admin("hubspot", "behaviour", merged_in_read="not_found")
    _, s1 = house.couple("Ann")
    bea, s2 = house.couple("Bea")
    before = house.live()
    house.rita("merge", s1, losers=[s2.id])
    house.mark_edits(bea, jobtitle="Head of Purchasing")

    house.quiet()

    [(merged, sales)] = house.links().items()
    assert sales == s1
    assert house.live() == (before[0] - 1, before[1] - 1)
    assert house.state(s1)["Title"] == house.state(merged)["jobtitle"] == "Head of Purchasing"
    assert house.conflicts() == []
    assert house.dead() == []


def test_an_archive_that_no_webhook_told_is_seen_within_a_day_and_a_restore_too(
    make: Make, sandbox: SandboxClient
) -> None:
    house = make()
    ann, s1 = house.couple("Ann")
    bea, s2 = house.couple("Bea")
    house.mark_archives(ann)
    house.sync()
    assert house.links() == {ann: s1, bea: s2}, "search does not tell"

    sweep_all(house)

    assert house.links() == {bea: s2}
    assert house.state(s1)["IsDeleted"] in (False, None)
    sandbox.admin("hubspot", "restore", object="contacts", id=ann.id)
    sweep_all(house)
    assert house.links() == {ann: s1, bea: s2}
    assert house.conflicts() == []
    house.quiet()


@pytest.mark.parametrize("merged", ["follow", "not_found"])
def test_a_privacy_deletion_that_no_webhook_told_is_seen_within_a_day(
    make: Make, sandbox: SandboxClient, merged: str
) -> None:
    """Ann asked HubSpot to forget her: she is in no recycle bin, and part of nobody else, as Bea and Cid are."""
    house = make()
    sandbox.admin("hubspot", "behaviour", merged_in_read=merged)
    ann, s1 = house.couple("Ann")
    (bea, _), (cid, _), (dan, s4) = house.couple("Bea"), house.couple("Cid"), house.couple("Dan")
    sweep_all(house)
    sandbox.admin("hubspot", "search", lag_seconds=None)
    house.mark_erases(ann)
    house.mark_archives(bea)
    house.mark_merges(winner=dan, loser=cid)

    sweep_all(house)
    sandbox.admin("hubspot", "search", release=True)
    house.quiet()

    assert not models.Record.objects.filter(ref__in=[str(ann), str(s1)]).exists()
    assert models.Erasure.objects.exclude(done_at=None).count() == 1
    assert [each.ref for each in models.Conflict.objects.filter(kind="erased")] == [str(s1)]
    assert models.Record.objects.filter(ref=str(bea), deleted=True).exists()
    assert s4 in house.links().values()


def test_who_was_not_looked_at_for_long_counts_as_archived(make: Make) -> None:
    """After 90 days HubSpot's recycle bin is empty, too."""
    house = make()
    ann, s1 = house.couple("Ann")
    sweep_all(house)
    for row in models.Known.objects.filter(key__startswith="sweep."):
        row.value["looked"] = {part: at - sweeping.LATELY for part, at in row.value["looked"].items()}
        row.save()
    house.mark_erases(ann)

    sweep_all(house)

    assert not models.Erasure.objects.exists()
    assert models.Record.objects.filter(ref=str(s1)).exists()
    assert house.links() == {}


def test_a_privacy_deletion_against_an_edit_is_a_question(make: Make) -> None:
    """Rita corrected Ann's phone before the sweep came to her."""
    house = make()
    ann, s1 = house.couple("Ann")
    sweep_all(house)
    house.mark_erases(ann)
    house.rita_edits(s1, Phone="+33 1 44 55 66 77")

    house.sync()
    sweep_all(house)

    assert house.conflicts() == [("deleted", "")]
    assert not models.Erasure.objects.exists()


def test_sweeps_are_counted_apart_and_an_hour_without_one_costs_nothing(make: Make) -> None:
    house = make()
    house.couple("Ann")
    idle = house.sync()
    assert idle["calls"] == {"hubspot": 1, "salesforce": 2}
    assert "swept" not in idle

    swept = []
    for _ in range(24):
        wait_for_the_next_sweep()
        result = house.sync()
        assert result["calls"] == {"hubspot": 1, "salesforce": 2}
        swept.append(result.get("swept", {}).get("hubspot", 0))

    assert sum(swept) == 1


def test_deletes_that_salesforce_has_forgotten_are_found_by_id(make: Make, sandbox: SandboxClient) -> None:
    """Sixteen days without a pass: the bin is emptied, and no change tells of it."""
    house = make()
    ann, s1 = house.couple("Ann")
    bea, s2 = house.couple("Bea")
    house.rita("delete", s1)
    sandbox.admin("salesforce", "empty_bin")
    house.sync()
    assert house.links() == {ann: s1, bea: s2}, "the recent read tells nothing"

    models.Known.objects.filter(key__startswith="read.sales").update(read_at=0)
    house.sync()

    assert house.links() == {bea: s2}
    assert house.live()[0] == 2, "nobody is deleted for an absence"
    assert known.recall("reconcile.sales:Lead") is None
    house.quiet()


def test_a_user_who_sees_nothing_any_more_makes_nobody_disappear(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.sweeping.SUSPICIOUS", 2)
    house = make()
    pairs = dict(house.couple(name) for name in ("Ann", "Bea"))
    monkeypatch.setattr(house.salesforce, "get_many", lambda *_: [])
    models.Known.objects.filter(key__startswith="read.sales").update(read_at=0)

    house.sync()

    assert house.links() == pairs


def test_a_lead_that_is_converted_while_our_write_is_under_way_gets_it_as_a_contact_once(
    make: Make, sandbox: SandboxClient
) -> None:
    """Salesforce answers CANNOT_UPDATE_CONVERTED_LEAD: the link goes on to the contact, and so does the value."""
    house = make()
    ann, lead = house.couple("Ann")
    before = house.live()
    house.mark_edits(ann, phone="+33 1 44 55 66 77")
    house.service.engine.pull()
    with runs.holding():
        run = runs.start_run()
        engine = house.service.engine
        for _ in engine.plan_round(run, prepare(house.service)):
            pass
        contact = house.rita_converts(lead)
        for _ in engine.apply(run):
            pass
        runs.end_run(run, "done", {})
    assert house.state(contact).get("Phone") is None

    house.quiet()

    assert house.links() == {ann: contact}
    assert house.state(contact)["Phone"] == "+33 1 44 55 66 77"
    written = [each for each in sandbox.look("salesforce", "writes")["writes"] if each["fields"].get("Phone")]
    assert len(written) == 1, "written once, and to the contact"
    assert house.live() == before
    assert (house.conflicts(), house.dead(), house.held()) == ([], [], [])


def test_a_restored_contact_is_linked_again_with_its_history(make: Make) -> None:
    house = make()
    ann, s1 = house.couple("Ann")
    house.mark_edits(ann, jobtitle="Buyer")
    house.settle()
    house.rita("delete", s1)
    house.settle()
    assert house.links() == {}
    past = house.history()

    house.rita("undelete", s1)
    house.quiet()

    assert house.links() == {ann: s1}
    assert house.history() == past


def test_a_delete_is_followed_to_hubspots_recycle_bin_where_the_mapping_says_so(make: Make) -> None:
    house = make(contact={"on_delete": "archive"}, brakes=EVERY_DELETE)
    ann, s1 = house.couple("Ann")
    bea, s2 = house.couple("Bea")
    before = house.live()
    house.rita("delete", s1)
    house.rita("delete", s2)
    house.mark_edits(bea, jobtitle="Buyer")

    house.sync()
    house.service.records.touch("contact", [s1, ann])
    house.quiet()

    assert house.live()[0] == before[0] - 1
    assert house.links() == {bea: s2}
    assert house.conflicts() == [("deleted", "")], "edited against the delete: a person decides"


def test_an_address_that_a_merge_left_finds_the_person_and_does_not_become_the_first(make: Make) -> None:
    house = make()
    office, home = house.mark_enters("Ann"), house.mark_enters("Anna", email="ann@home.example", company="")
    merged = house.mark_merges(winner=office, loser=home)
    s = house.rita_enters("Ann", Email="Ann@Home.example")

    house.quiet()

    assert house.links()[merged] == s
    assert house.state(merged)["email"] == "ann@velmora.example"
    assert house.state(s)["Email"] == "Ann@Home.example"


def test_what_hubspots_own_integration_noted_counts_before_the_email(make: Make, sandbox: SandboxClient) -> None:
    house = make()
    contact = house.rita_enters("Ann", "Contact", Email=None)
    for name in ("salesforcecontactid", "salesforceleadid"):
        body = {"name": name, "label": name, "type": "string", "fieldType": "text", "groupName": "contactinformation"}
        assert sandbox.hubspot("POST", "/crm/v3/properties/contacts", body).status == 201
    ann = house.mark_enters("Ann", salesforcecontactid=contact.id)

    house.quiet()

    assert house.links() == {ann: contact}
    assert house.live() == (1, 1)


@pytest.mark.parametrize("rule", ["off", "on"])
def test_only_a_create_may_run_the_assignment_rule_and_only_if_the_mapping_says_so(
    make: Make, sandbox: SandboxClient, rule: str
) -> None:
    house = make(contact={"assignment_rule": rule})
    org = Http(sandbox)
    queue = org.queue()
    sandbox.admin("salesforce", "assignment", name="All", entries=[{"owner": queue}])
    ann = house.mark_enters("Ann")

    house.settle()

    lead = house.links()[ann]
    assert (house.state(lead)["OwnerId"] == queue) is (rule == "on")
    [rita] = sandbox.look("salesforce", "state", object="User")["User"]
    house.rita_edits(lead, OwnerId=rita)
    house.mark_edits(ann, phone="+33 1 44 55 66 77")
    house.quiet()
    assert house.state(lead)["Phone"] == "+33 1 44 55 66 77"
    assert house.state(lead)["OwnerId"] == rita, "correcting a phone moves nobody"


def test_addresses_swapped_in_salesforce_end_swapped_in_hubspot(make: Make, sandbox: SandboxClient) -> None:
    house = make()
    ann, s1 = house.couple("Ann")
    bea, s2 = house.couple("Bea")
    house.rita_edits(s1, Email="swapping@velmora.example")
    house.rita_edits(s2, Email="ann@velmora.example")
    house.rita_edits(s1, Email="bea@velmora.example")

    result = house.sync()

    assert result["updated"]["marketing"] == 3
    assert house.state(ann)["email"] == "bea@velmora.example"
    assert house.state(bea)["email"] == "ann@velmora.example"
    house.quiet()
    assert house.links() == {ann: s1, bea: s2}
    assert (house.held(), house.conflicts(), house.dead()) == ([], [], [])
