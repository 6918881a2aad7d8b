"""What rules read beside a record's own fields: other records, pairs, and when something changed as we saw it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from config.yaml_file import ConfigError
from crm.record import Record, Ref, Side
from store import models
from store.sql import milliseconds
from tests.store.ground import DAY, NOW, Ground

MakeGround = Callable[..., Ground]
HOUR = DAY / 24


@pytest.fixture
def ground(db: None, tmp_path: Path) -> MakeGround:
    return lambda **rule: Ground(tmp_path, **rule)


def stage(op: str, value: Any) -> dict[str, Any]:
    return {"field": "msql.stage", "op": op, "value": value}


# -- fields of another record ------------------------------------------------------------------------------------------


def test_a_field_of_the_account_is_read_through_the_reference(ground: MakeGround) -> None:
    its = ground(object="msql", check={"kind": "required", "fields": ["msql.job_role", "account.industry"]})
    its.save("Account:1", Industry="Steel")
    its.save("Account:2", Industry="n/a")
    its.save("Contact:full", Title="CEO", AccountId="1")
    its.save("Contact:placeholder", Title="CEO", AccountId="2")
    its.save("Contact:no account", Title="CEO", AccountId=None)
    its.save("Lead:has none", Title="CEO")
    its.save("Contact:not stored", Title="CEO", AccountId="9")

    assert its.failing() == {"placeholder": "account.industry", "no account": "account.industry"}
    assert its.ask(its.rule.unchecked) == [("not stored", "account")]
    assert {ref for ref, _ in its.ask(its.rule.checked)} == {"full", "placeholder", "no account", "has none"}


def test_a_condition_on_another_record_holds_for_none_that_cannot_be_read(ground: MakeGround) -> None:
    big = {"field": "account.employees", "op": "gt", "value": 500}
    its = ground(object="opportunity", applies_when=big, check={"kind": "required", "fields": ["opportunity.amount"]})
    its.save("Account:1", Employees=501)
    its.save("Account:2", Employees=5)
    for deal, account in {"big": "1", "small": "2", "lost account": "9", "none": None}.items():
        its.save(f"Opportunity:{deal}", AccountId=account, Amount=None)

    assert its.failing() == {"big": "amount"}
    assert its.ask(its.rule.unchecked) == [("lost account", "account")]


def test_who_reads_a_record_is_looked_at_again_when_it_changes(ground: MakeGround) -> None:
    its = ground(object="contact", check={"kind": "required", "fields": ["account.industry"]})
    its.save("Account:1")
    its.save("Contact:ann", AccountId="1")
    its.save("Contact:bob", AccountId="2")
    its.changed("contact")

    its.save("Account:1", Industry="Steel")

    assert its.changed("contact") == {"ann"}


# -- related records ---------------------------------------------------------------------------------------------------


def test_related_records_are_counted_apart_and_by_their_own_condition(ground: MakeGround) -> None:
    check = {
        "kind": "related_count",
        "relation": "opportunity.contact_roles",
        "min": 2,
        "distinct": "contact.id",
        "where": {"field": "role", "op": "is_set"},
    }
    its = ground(object="opportunity", check=check)
    its.save("Opportunity:two")
    its.save("Opportunity:one person twice")
    its.save("Opportunity:none")
    people = {"a": ("two", "1", "x"), "b": ("two", "2", "x"), "c": ("one person twice", "1", "x")}
    people |= {"d": ("one person twice", "1", "y"), "e": ("one person twice", "2", "")}
    for role, (deal, contact, word) in people.items():
        its.save(f"OpportunityContactRole:{role}", OpportunityId=deal, ContactId=contact, Role=word)

    assert its.failing() == {"one person twice": "contact_roles", "none": "contact_roles"}

    its.changed("opportunity")
    its.save("OpportunityContactRole:e", OpportunityId="none", ContactId="2", Role="x")

    assert its.changed("opportunity") == {"one person twice", "none"}  # where it was, and where it is now
    its.facts["contact_roles"].retire([Ref.parse("salesforce:OpportunityContactRole:a")])
    assert its.changed("opportunity") == {"two"}
    assert set(its.failing()) == {"two", "one person twice", "none"}


def test_what_happened_to_either_record_of_a_pair_counts_once(ground: MakeGround) -> None:
    calls = {"kind": "related_count", "relation": "contact.activity", "min": 2}
    its = ground(check=calls)
    pair = its.save("contacts:7"), its.save("Lead:00Q")
    its.link("contact", *pair)
    its.save("calls:1", NOW, **{"associations.contacts": "5;7"})

    assert its.failing() == {"00Q": "activity"}

    its.save("Task:1", WhoIds="00Q")
    assert its.failing() == {}

    its.link("activity", "hubspot:calls:1", "salesforce:Task:1")
    assert its.failing() == {"00Q": "activity"}


# -- the same person twice ---------------------------------------------------------------------------------------------


def test_two_records_of_one_person_are_found_across_both_systems_and_a_pair_is_one(ground: MakeGround) -> None:
    its = ground(check={"kind": "unique", "keys": [["contact.email"], ["contact.last_name", "contact.phone"]]})
    ann = its.save("contacts:ann", email="Ann@x.com"), its.save("Lead:ann", Email="ann@x.com")
    its.save("Lead:bob", Email="bob@x.com", LastName="Bo", Phone="+33 6 12 34 56 78")
    its.save("Contact:bob too", Email="b@x.com", LastName="bo ", Phone="+33612345678")
    its.save("Lead:blank", Email=None)
    its.save("Lead:blank too", Email="n/a")
    its.save("Lead:placeholder", Email="n/a")

    assert its.failing() == {"ann": "email", "bob": "last_name,phone", "bob too": "last_name,phone"}
    assert len(its.ask()) == 4  # Ann stands in both systems, not linked yet

    its.link("contact", *ann)
    assert set(its.failing()) == {"bob", "bob too"}

    its.changed("contact")
    its.save("Lead:bob", Email="bob@x.com", LastName="Bo", Phone="+33 6 00 00 00 00")
    assert its.changed("contact") == {"bob", "bob too"}
    assert its.failing() == {}


# -- proof and contradictions ------------------------------------------------------------------------------------------


def test_a_basis_needs_to_be_one_of_those_allowed_with_its_proof(ground: MakeGround) -> None:
    check = {
        "kind": "evidence",
        "basis_field": "contact.basis",
        "basis_in": ["consent", "customer"],
        "proof_fields": ["contact.proof"],
    }
    its = ground(check=check)
    its.save("Lead:proven", Basis__c="consent", Proof__c="form")
    its.save("Lead:without proof", Basis__c="customer", Proof__c="n/a")
    its.save("Lead:other basis", Basis__c="none", Proof__c="form")
    its.save("Lead:nothing", Basis__c="", Proof__c="")

    assert its.failing() == {"without proof": "proof", "other basis": "basis", "nothing": "basis,proof"}


def test_fields_that_contradict_each_other_fail(ground: MakeGround) -> None:
    holds = {"any": [stage("ne", "sql"), {"field": "account.industry", "op": "is_set"}]}
    its = ground(check={"kind": "consistent", "fields": ["contact.stage", "account.industry"], "holds": holds})
    its.save("companies:1")
    its.save("contacts:wrong", lifecyclestage="sql", associatedcompanyid="1;2")
    its.save("contacts:early", lifecyclestage="mql", associatedcompanyid="1")

    assert its.failing() == {"wrong": "stage,account.industry"}


# -- what changed, and when --------------------------------------------------------------------------------------------


def test_a_value_goes_stale_by_its_own_change_and_not_by_that_of_the_record(ground: MakeGround) -> None:
    its = ground(object="account", check={"kind": "fresh", "fields": ["account.key_contact"], "max_age_days": 180})
    its.save("Account:old", NOW - 200 * DAY, Key__c="Ann")
    its.save("Account:kept", NOW - 200 * DAY, Key__c="Ann")
    its.save("Account:not known yet", NOW - 10 * DAY, Key__c="Ann")
    its.save("Account:blank", NOW)

    its.save("Account:old", NOW - DAY, Key__c="Ann", Industry="a mass edit")
    its.save("Account:kept", NOW - DAY, Key__c="Bob")

    assert its.failing() == {"old": "key_contact", "blank": "key_contact"}
    assert its.ask(its.rule.unchecked) == [("not known yet", "key_contact")]
    ends = {"kept": NOW + 179 * DAY, "not known yet": NOW + 170 * DAY}
    assert its.ask(its.rule.next_change) == sorted((ref, milliseconds(at) + 1) for ref, at in ends.items())
    assert set(its.failing(NOW + 179 * DAY + HOUR)) == {"old", "blank", "kept", "not known yet"}


def test_who_confirms_a_value_makes_it_fresh_unless_only_changes_count(ground: MakeGround) -> None:
    for clock, failing in (("value_confirmed", {}), ("value_changed", {"1": "key_contact"})):
        check = {"kind": "fresh", "fields": ["account.key_contact"], "max_age_days": 180, "clock_from": clock}
        its = ground(object="account", check=check)
        ref = its.save("Account:1", NOW - 200 * DAY, Key__c="Ann")

        its.facts["company"].confirm(ref, "key_contact", milliseconds(NOW - DAY))

        assert its.failing() == failing


def test_changed_to_is_what_we_saw_changing_since_the_rule_began(ground: MakeGround) -> None:
    check = {"kind": "required", "fields": ["msql.job_role"]}
    enforcement = {"level": "observe", "since": str(date(2026, 11, 20))}
    its = ground(object="msql", applies_when=stage("changed_to", "rejected"), check=check, enforcement=enforcement)
    its.save("Lead:always", NOW - 9 * DAY, Status="rejected")
    its.save("Lead:before", NOW - 9 * DAY, Status="lead")
    its.save("Lead:before", NOW - 8 * DAY, Status="rejected")
    its.save("Lead:now", NOW - 9 * DAY, Status="lead")
    its.save("Lead:now", NOW - DAY, Status="rejected")
    its.live()
    its.save("Lead:new", NOW - DAY, Status="rejected")

    assert its.failing() == {"now": "job_role", "new": "job_role"}


def test_the_stage_of_a_pair_changes_when_the_side_that_says_it_does(ground: MakeGround) -> None:
    its = ground(object="msql", check={"kind": "required", "fields": ["msql.stage"]})
    pair = its.save("contacts:1", NOW - 9 * DAY, lifecyclestage="lead"), its.save("Lead:1", Status="lead")
    its.link("contact", *pair)
    its.save("contacts:1", NOW - 3 * DAY, lifecyclestage="mql")
    its.save("Lead:1", NOW - 2 * DAY, Status="lead", Title="CEO")
    its.save("Lead:1", NOW - DAY, Status="mql", Title="CEO")

    stages = models.Link.objects.count(), its.column("contact", "stage"), its.column("contact", "stage_at")

    assert stages == (1, {"1": "mql"}, {"1": milliseconds(NOW - 3 * DAY)})


def test_facts_that_are_only_computed_again_did_not_change(ground: MakeGround) -> None:
    its = ground(object="account", check={"kind": "fresh", "fields": ["account.key_contact"], "max_age_days": 180})
    ref = its.save("Account:1", NOW - 200 * DAY, Key__c="Ann")
    its.save("Account:1", NOW - 100 * DAY, Key__c="Bob")
    record = Record(Ref.parse(ref), {"Key__c": "Carl"}, "005B", NOW)

    its.facts["company"].save(Side.SALES, [record], {}, as_stored=True)

    assert its.column("company", "f_key_contact__at") == {"1": milliseconds(NOW - 100 * DAY)}
    assert its.column("company", "owner_at") == {"1": None}


# -- episodes ----------------------------------------------------------------------------------------------------------


def first_contact(**check: Any) -> dict[str, Any]:
    whole = {"kind": "within", "start": "msql.assigned", "satisfied_by": ["call", "rejected"], "business_hours": 4}
    return {"object": "msql", "check": {**whole, **check}}


def test_an_episode_runs_from_the_assignment_to_the_first_that_satisfies_it(ground: MakeGround) -> None:
    its = ground(**first_contact())
    its.save("Lead:before us", Status="lead")
    its.live()
    for lead in ("called", "early", "rejected", "open"):
        its.save(f"Lead:{lead}", NOW - 5 * HOUR, Status="lead")
    its.save("Lead:queue", NOW - 5 * HOUR, owner="00G", Status="lead")
    for call, (lead, at) in {"1": ("early", -6), "2": ("called", -3), "3": ("called", -2), "4": ("open", 1)}.items():
        its.save(f"Task:{call}", NOW, WhoIds=lead, Occurred__c=(NOW + at * HOUR).isoformat())
    its.save("Event:1", NOW, WhoIds="open", EndDateTime=(NOW - HOUR).isoformat())
    its.save("Lead:rejected", NOW - 4 * HOUR, Status="rejected")
    start = NOW - 5 * HOUR

    assert its.episodes() == [
        ("called", start, NOW - 3 * HOUR, "call"),
        ("early", start, None, None),
        ("open", start, None, None),
        ("rejected", start, NOW - 4 * HOUR, "rejected"),
    ]
    assert its.ask()[0][1:3] == ("rita", "call,rejected")
    assert its.ask(its.rule.unchecked) == [("before us", "contact.assigned")]

    its.save("Lead:queue", NOW - HOUR, owner="005B", Status="lead")
    assert ("queue", NOW - HOUR, None, None) in its.episodes()


def test_a_call_makes_the_rules_look_at_whom_it_was_with(ground: MakeGround) -> None:
    its = ground(**first_contact())
    its.save("Lead:1")
    its.changed("contact")

    its.save("Task:1", NOW, WhoIds="1", Occurred__c=NOW.isoformat())

    assert its.changed("contact") == {"1"}


def test_only_people_count_where_the_rule_says_so(ground: MakeGround) -> None:
    its = ground(**first_contact(satisfied_by=["mass_mail", "rejected"], human_only=True))
    its.live()
    its.save("Lead:1", NOW - 5 * HOUR)
    its.save("Task:1", NOW, WhoIds="1", CreatedDate=(NOW - HOUR).isoformat())

    assert its.episodes() == [("1", NOW - 5 * HOUR, None, None)]


def test_a_report_counts_once_its_fields_are_filled_and_a_start_to_come_is_none_yet(ground: MakeGround) -> None:
    check = {"kind": "within", "start": "meeting.ended", "satisfied_by": ["met"], "business_days": 3}
    its = ground(**first_contact(satisfied_by=["call"], fields=["activity.subject"]))
    its.live()
    its.save("Lead:1", NOW - 5 * HOUR)
    its.save("Task:1", NOW, WhoIds="1", Occurred__c=(NOW - 2 * HOUR).isoformat())
    its.save("Task:2", NOW, WhoIds="1", Occurred__c=(NOW - HOUR).isoformat(), Subject="He needs a price")

    assert its.episodes() == [("1", NOW - 5 * HOUR, NOW - HOUR, "call")]
    with pytest.raises(ConfigError, match='unknown event "met"'):
        its.read(object="meeting", check=check)


def test_a_meeting_that_has_not_ended_yet_starts_its_clock_by_itself(ground: MakeGround) -> None:
    check = {"kind": "within", "start": "meeting.ended", "satisfied_by": ["meeting.noted"], "business_days": 3}
    with pytest.raises(ConfigError, match="satisfied_by"):
        ground(object="meeting", check=check)  # the names of what satisfies have no dot

    its = ground(object="meeting", check={"kind": "cadence", "event": "alignment.held", "every_days": 35})
    for meeting, days in {"first": -60, "second": -20, "to come": 2}.items():
        its.save(f"Event:{meeting}", NOW - 70 * DAY, EndDateTime=(NOW + days * DAY).isoformat())
    its.save("Task:call", NOW - 70 * DAY, EndDateTime=(NOW - 5 * DAY).isoformat())

    assert its.episodes() == [
        ("first", NOW - 60 * DAY, NOW - 20 * DAY, "alignment.held"),
        ("second", NOW - 20 * DAY, None, None),
    ]
    moments = dict(its.ask(its.rule.next_change))
    assert moments["second"] == milliseconds(NOW + 15 * DAY)

    its.changed("activity")
    its.save("Event:third", NOW - DAY, EndDateTime=(NOW - DAY).isoformat())
    assert its.changed("activity") == {"third", "second"}


def test_a_cadence_of_related_records_tells_of_the_last_two(ground: MakeGround) -> None:
    its = ground(object="contact", check={"kind": "cadence", "event": "call", "every_days": 30})
    for lead in ("often", "once", "never"):
        its.save(f"Lead:{lead}")
    for call, (lead, days) in {
        "1": ("often", -50),
        "2": ("often", -20),
        "3": ("often", -5),
        "4": ("once", -40),
    }.items():
        its.save(f"Task:{call}", NOW, WhoIds=lead, Occurred__c=(NOW + days * DAY).isoformat())

    assert sorted(its.episodes(), key=str) == sorted(
        [
            ("often", NOW - 20 * DAY, NOW - 5 * DAY, "call"),
            ("often", NOW - 5 * DAY, None, None),
            ("once", NOW - 40 * DAY, None, None),
            ("never", None, None, None),
        ],
        key=str,
    )
    assert dict(its.ask(its.rule.next_change))["often"] == milliseconds(NOW + 25 * DAY)


# -- exemptions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exemption", "asked"),
    [
        ({"who": "team:key-accounts"}, {"bob"}),
        ({"who": "rep:rita@x.com"}, {"bob"}),
        ({"who": "rep:005B"}, {"rita"}),
        ({"who": "team:others"}, {"rita", "bob"}),
        ({"who": "team:key-accounts", "until": "2026-11-25"}, {"bob"}),
        ({"who": "team:key-accounts", "until": "2026-11-24"}, {"rita", "bob"}),
        ({"who": "team:key-accounts", "when": stage("eq", "mql")}, {"rita", "bob"}),
    ],
)
def test_a_team_or_a_rep_is_left_out_until_a_day(ground: MakeGround, exemption: Any, asked: set[str]) -> None:
    check = {"kind": "required", "fields": ["contact.job_role"]}
    its = ground(check=check, exempt=[{"reason": "pilot", **exemption}])
    people = [("rita", "Rita", "Key Accounts", "005R"), ("bob", "Bob", "East", "005B")]
    for rep, name, team, native in people:
        about = {"team": team, "sales": native, "is_active": True}
        models.Rep.objects.create(id=rep, name=name, email=f"{name}@x.com", **about)
        its.save(f"Lead:{rep}", owner=native, Status="lead")

    assert set(its.failing()) == asked


# -- what cannot run ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (first_contact(start="msql.offered"), r'check.start: unknown event "contact.offered"; say under events: what'),
        (first_contact(satisfied_by=["fax"]), r'satisfied_by\[0\]: unknown event "fax"; say under events'),
        (first_contact(satisfied_by=["mass_mail"], human_only=True), "none of these events is done by a person alone"),
        (
            first_contact(fields=["company.industry"]),
            r"check.fields\[0\]: company.industry is a field of none of these",
        ),
        (
            {"object": "company", "check": {"kind": "related_count", "relation": "company.activity", "min": 1}},
            "check.relation: no reference of activity leads to company; give it a field of type: reference with to",
        ),
        (
            {"object": "company", "check": {"kind": "required", "fields": ["contact.email"]}},
            r"no reference of company leads to contact \(contact.email\); use a field of company, or map a reference",
        ),
        (
            {"object": "activity", "check": {"kind": "required", "fields": ["contact.email"]}},
            "contact.email may be several records; name one reference of activity: contacts",
        ),
        (
            {"check": {"kind": "unique", "keys": [["contact.email", "account.industry"]]}},
            r"check.keys\[0\]: a key is made of fields of contact itself; remove the others",
        ),
        ({"object": "note", "check": {"kind": "required", "fields": ["note.need"]}}, 'object: unknown object "note"'),
    ],
)
def test_a_name_that_the_mapping_lacks_is_refused_by_line_with_its_mend(
    ground: MakeGround, rule: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError, match=rf"rules.yaml, line \d+: rules\[S01\].*{message}"):
        ground(**rule)
