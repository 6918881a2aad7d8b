"""The usable audience: everybody counts once, where they are first lost, and the way up asks nobody too much."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crm.record import Record, Ref, Side, Wire
from reports.audience import Audience, audience
from reports.audience.ways import Cell, shortest
from reports.completeness import Segment, completeness
from reports.stored import NothingRead
from rules.language import Rule, RuleSet
from store.models import Gap, Link
from sync.mapping import Mapping
from tests.reports.people import BY_MARKETING, FIELDS, HUGO, LUC, NOW, RITA, People, required, rule

pytestmark = pytest.mark.django_db

SENDING: dict[str, dict[str, Any]] = {
    "opt_out": {"marketing": "hs_email_optout", "sales": "HasOptedOutOfEmail", "type": "bool", "rule": "consent"},
    "marketing_contact": {"marketing": "hs_marketable_status", "sales": {}, "type": "bool", "rule": "off"},
    "hard_bounce": {"marketing": "hs_email_hard_bounce_reason_enum", "sales": {}, "type": "text", "rule": "off"},
    "source": {"marketing": "consent_source", "sales": "Consent_Source__c", "type": "text"},
}


def mapped(**more: dict[str, Any]) -> Mapping:
    contact = {"marketing": "contacts", "sales": ["Lead", "Contact"], "fields": FIELDS | more, "segments": ["company"]}
    return Mapping.model_validate({"objects": {"contact": contact}})


EMAIL = {"kind": "format", "field": "contact.email", "type": "email"}
RULES = RuleSet.model_validate(
    {
        "version": 1,
        "budget": {"rep_seconds_per_week": 60},
        "rules": [
            rule("S1-title", required("job_title")),
            rule("S2-email", EMAIL, fix={"seconds": 10, "how": "one_click"}),
            rule("S3-phone", required("phone"), enforcement={"level": "observe"}),
            rule("M1-name", required("last_name"), **BY_MARKETING),
        ],
    }
)


class Known(People):
    """What is known: pairs of a sales lead and its marketing contact."""

    def __init__(self) -> None:
        super().__init__(mapped(**SENDING), RULES)
        self.hire(RITA, "Rita Lang", "Mona Weber")
        self.hire(LUC, "Luc Bertrand", "Mona Weber")

    def pair(self, rep: str | None = RITA, marketable: str = "true", bounce: str = "", **fields: Any) -> Ref:
        """Somebody whom both systems know; what HubSpot says of sending stands in its record alone."""
        more: dict[str, Any] = {"opt_out": False, "source": "fair"} | fields
        sales = self.know(rep, **more)
        marketing = Ref("hubspot", "contacts", sales.id)
        shown: dict[str, Wire] = {
            "hs_marketable_status": marketable, "hs_email_hard_bounce_reason_enum": bounce, "hs_email_optout": False,
            "email": "lea@client.example",
        }  # fmt: skip
        self.facts.save(Side.MARKETING, [Record(marketing, shown, None, NOW)], {})
        Link.objects.create(object="contact", marketing=str(marketing), sales=str(sales))
        self.facts.settle([marketing])
        return sales

    def report(self, only: Segment | None = None) -> Audience:
        self.audit()
        return audience(self.mapping, self.rules, "en", only)


@pytest.fixture
def known() -> Known:
    return Known()


def lost(found: Audience) -> dict[str, int]:
    return {step.name: step.lost for step in found.steps if step.lost}


def test_everybody_is_lost_once_at_the_first_step_that_loses_them(known: Known) -> None:
    known.pair()
    known.pair(email=None, job_title=None, opt_out=True)
    known.pair(email="no-at-sign", bounce="UNKNOWN_USER")
    known.pair(bounce="UNKNOWN_USER", marketable="false")
    known.pair(marketable="false", opt_out=True)
    known.pair(opt_out=True, job_title="n/a")
    known.pair(job_title=None)

    found = known.report()

    assert found.people == 7
    assert lost(found) == dict.fromkeys(("email", "valid", "bounced", "marketing", "consent", "facts"), 1)
    assert found.usable == 1
    assert [step.left for step in found.steps] == [7, 6, 5, 4, 3, 2, 1]


def test_an_opt_out_on_either_side_counts_and_who_is_not_in_hubspot_is_no_marketing_contact(known: Known) -> None:
    known.pair()
    sales = known.know(RITA, opt_out=False)
    both = known.know(RITA, opt_out=False)
    marketing = Ref("hubspot", "contacts", "opted out there")
    shown: dict[str, Wire] = {"hs_marketable_status": "true", "hs_email_optout": True, "email": "lea@client.example"}
    known.facts.save(Side.MARKETING, [Record(marketing, shown, None, NOW)], {})
    Link.objects.create(object="contact", marketing=str(marketing), sales=str(both))
    known.facts.settle([marketing])

    assert sales
    assert lost(known.report()) == {"marketing": 1, "consent": 1}


def test_the_way_up_asks_for_what_wins_most_people_for_the_least_time(known: Known) -> None:
    known.pair()
    known.pair(RITA, job_title=None)
    known.pair(LUC, email="no-at-sign")
    known.pair(LUC, email="no-at-sign", job_title=None)
    known.pair(LUC, job_title=None, opt_out=True)  # an answer would win nobody
    known.pair(None, job_title=None)

    found = known.report()

    steps = [(found.asking(way), way.won, way.answers, len(way.reps), way.seconds, way.usable) for way in found.ways]
    assert steps == [
        ("Title of S2-email", 1, 1, 1, 10, 2),
        ("Title of S1-title", 1, 1, 1, 20, 3),
        ("Title of S1-title + Title of S2-email", 1, 2, 1, 30, 4),
    ]
    assert found.shortest().replace("\u00a0", " ") == (
        "These 4 answers by 2 people, 1 min, lift this audience from 16.7 % to 66.7 %."
    )
    assert found.without_rep == 1
    assert "1 person lack" in " ".join(found.notes())


def test_nobody_is_asked_for_more_than_the_budget_of_a_week(known: Known) -> None:
    for _ in range(5):
        known.pair(RITA, job_title=None)
    known.pair(LUC, job_title=None)

    [way] = known.report().ways

    assert (way.won, way.seconds, len(way.reps)) == (4, 80, 2)  # three of Rita's, at 20 seconds each in 60


def test_the_cheapest_come_first_whoever_owns_them() -> None:
    quick, slow = RULES.rules[1], RULES.rules[0]
    cells = [Cell(RITA, (slow,), 2), Cell(HUGO, (quick,), 3), Cell(RITA, (quick, slow), 1), Cell(None, (quick,), 9)]

    ways = shortest(cells, 10, 60)

    assert [(way.missing, way.won, way.usable) for way in ways] == [((quick,), 3, 13), ((slow,), 2, 15)]


def test_proof_of_permission_is_a_step_where_a_rule_asks_for_it(known: Known) -> None:
    proof = {
        "kind": "evidence", "basis_field": "contact.source", "basis_in": ["fair"], "proof_fields": ["contact.source"],
    }  # fmt: skip
    rules = RuleSet(version=1, rules=(Rule.model_validate(rule("S9-proof", proof)), RULES.rules[-1]))
    known.pair()
    unproved = known.pair()
    Gap.objects.create(rule="S9-proof", ref=str(unproved), object="contact", fields=["source"], rep=RITA, since=0)

    found = audience(known.mapping, rules)

    assert lost(found) == {"proof": 1}
    assert [(way.won, way.usable) for way in found.ways] == [(1, 2)]


def test_what_cannot_be_checked_is_said(known: Known) -> None:
    plain = People(mapped())
    plain.know(job_title=None)

    found = audience(plain.mapping, RuleSet(version=1), "en")

    assert [step.name for step in found.steps] == ["all", "email", "valid"]
    assert "Could not be checked: that has not bounced, a marketing contact, not opted out, with the facts" in (
        " ".join(found.notes())
    )
    assert known


def test_a_segment_is_counted_alone(known: Known) -> None:
    known.pair(company="Acme")
    known.pair(company="Nordlicht", job_title=None)

    found = known.report(Segment("company", "Nordlicht", 1, ("Nordlicht",)))

    assert (found.people, found.usable) == (1, 0)
    assert {row[-2:] for row in found.to_table().rows} == {("company", "Nordlicht")}


def test_files_hold_the_steps_and_the_ways_and_no_name(known: Known) -> None:
    known.pair()
    known.pair(RITA, job_title=None)
    found = known.report()

    rows = json.loads(found.to_json())["rows"]

    assert [(row["section"], row["name"], row["people"]) for row in rows[-2:]] == [
        ("step", "facts", 1),
        ("way", "S1-title", 1),
    ]
    assert (rows[-1]["answers"], rows[-1]["reps"], rows[-1]["usable"]) == (1, 1, 100.0)
    assert "Rita" not in found.to_json() + found.to_table().to_csv()
    assert [table.title for table in found.to_tables()] == ["Usable audience", "The shortest way up"]


def test_an_empty_store_says_so() -> None:
    with pytest.raises(NothingRead):
        audience(mapped(), RULES)


def test_what_hubspot_says_of_sending_is_no_field_that_somebody_could_fill(known: Known) -> None:
    known.pair()

    fields = {count.field for count in completeness(known.mapping, known.rules).fields}

    assert "opt_out" in fields
    assert not fields & {"marketing_contact", "hard_bounce"}
