"""Deals blocked by missing facts, and the hand-off, as pages and files: owners for their own manager only."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from crm.record import Record, Ref, Side
from reports.deals import blocked_deals
from reports.handoff import handoff
from store.facts import Facts, Judge
from store.gaps import GapKeeper
from store.models import Gap, Link, PageView
from store.models import Record as StoredRecord
from store.sql import execute, milliseconds
from tests.reports.people import HUGO, LUC, NOW, RITA
from tests.web.office import EVIL, Office, choose, visit
from web.frame import configuration

pytestmark = pytest.mark.django_db


class Deals(Office):
    """The office, with deals."""

    def __init__(self) -> None:
        super().__init__()
        mapping, rules = configuration().mapping, configuration().rules
        self.deal_facts = Facts(mapping, mapping.objects["opportunity"], Judge(rules.folded_placeholders()))
        self.deal_facts.ensure()
        execute(f"DELETE FROM {self.deal_facts.table}")

    def sell(
        self, rep: str, name: str, amount: float | None, *, closed: bool = False, account: str | None = None
    ) -> None:
        """A deal of a rep."""
        self._number += 1
        fields = {
            "Name": name, "Amount": amount, "IsClosed": closed, "IsWon": closed, "StageName": "Qualification",
            "CloseDate": "2026-12-24", "AccountId": account, "NextStep": None,
        }  # fmt: skip
        owner = rep.rpartition(":")[2]
        record = Record(Ref("salesforce", "Opportunity", f"006{self._number}"), fields, owner, NOW)
        self.deal_facts.save(Side.SALES, [record], {owner: rep})

    def audit_deals(self) -> None:
        read = configuration()
        rules = {rule.id: rule for rule in read.rules.rules if rule.object == "opportunity"}
        compiled = [each for each in read.compiled if each.object == "opportunity"]
        GapKeeper("opportunity", self.deal_facts, rules, compiled).refresh()
        Gap.objects.update(since=milliseconds(NOW - timedelta(days=4)))
        self.read(NOW)


@pytest.fixture
def office(db: None) -> Deals:
    office = Deals()
    office.know(RITA)
    office.sell(RITA, "Nordlicht", 9000)
    office.sell(LUC, "Brisa", 20_000.4)
    office.sell(HUGO, EVIL, None)
    office.sell(RITA, "Complete", 5000, account="001A")
    office.sell(RITA, "Over", 7000, closed=True)
    office.audit_deals()
    choose("standard")
    return office


def text(name: str, path: str) -> str:
    answer = visit(name).get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_open_deals_without_their_facts_stand_by_amount(office: Deals) -> None:
    read = configuration()

    found = blocked_deals(read.mapping, read.rules, NOW, "fr")

    names = [column.name for column in found.columns]
    lines = [dict(zip(names, row, strict=True)) for row in found.rows]
    assert [(line["deal"], line["amount"], line["owner"]) for line in lines] == [
        ("Brisa", 20_000, "Luc Bertrand"), ("Nordlicht", 9000, "Rita Lang"), (EVIL, None, "Hugo Carpentier"),
    ]  # fmt: skip
    assert (lines[0]["missing"], lines[0]["age_days"], lines[0]["quickest"]) == ("Compte", 4, "Compte (10\u00a0s)")
    assert found.notes[0] == "3 bloquées, sur 4 affaires en cours ; en tout 29\u202f000."
    assert "1 affaire" in found.notes[1]


def test_a_manager_sees_the_own_team_with_owners_and_each_look_is_logged(office: Deals) -> None:
    page = text("mona", "/deals")

    assert [name in page for name in ("Nordlicht", "Brisa", "Rita Lang", "Hugo", "script")] == [
        True, True, True, False, False,
    ]  # fmt: skip
    assert set(PageView.objects.values_list("rep", "page")) == {(RITA, "deals"), (LUC, "deals")}


@pytest.mark.parametrize(("name", "profile"), [("mark", "standard"), ("mona", "works_council")])
def test_everybody_else_sees_all_deals_and_no_owner(office: Deals, name: str, profile: str) -> None:
    choose(profile)

    page, csv = text(name, "/deals"), text(name, "/deals.csv")
    book = load_workbook(BytesIO(visit(name).get("/deals.xlsx").content))

    assert "Nordlicht" in page
    assert "&lt;script&gt;" in page
    assert [each for each in ("Rita Lang", "Luc Bertrand", "Hugo Carpentier", "owner") if each in page + csv] == []
    assert len([*book.worksheets[0].rows]) == 1 + 3
    assert not PageView.objects.exists()


def test_reps_and_ops_have_no_such_page(office: Deals) -> None:
    assert [visit(name).get(path).status_code for name in ("rita", "otto") for path in ("/deals", "/handoff")] == [
        404
    ] * 4


def hand_over(office: Office, number: int, stage: str, status: str, source: str = "Web") -> None:
    """A person whom marketing has at a stage, with a lead in sales."""
    marketing, sales = Ref("hubspot", "contacts", str(number)), Ref("salesforce", "Lead", f"00Q9{number}")
    shown = {"lifecyclestage": stage, "email": f"p{number}@client.example"}
    office.facts.save(Side.MARKETING, [Record(marketing, shown, None, NOW)], {})
    fields = {
        "Status": status,
        "Email": shown["email"],
        "LeadSource": source,
        "CreatedDate": "2026-11-01T08:00:00.000Z",
    }
    office.facts.save(Side.SALES, [Record(sales, fields, None, NOW)], {})
    for ref, side in ((marketing, "marketing"), (sales, "sales")):
        StoredRecord.objects.create(
            ref=str(ref), side=side, object="contact", modified_at=0, deleted=False, hash=number, payload=b"{}"
        )
    Link.objects.create(object="contact", marketing=str(marketing), sales=str(sales))


def test_the_hand_off_says_what_became_of_whom_by_source_and_names_nobody(office: Deals) -> None:
    hand_over(office, 1, "marketingqualifiedlead", "Open - Not Contacted")
    hand_over(office, 2, "marketingqualifiedlead", "Working - Contacted", "Partner Referral")
    hand_over(office, 3, "salesqualifiedlead", "Closed - Not Converted")
    hand_over(office, 4, "subscriber", "Open - Not Contacted")

    found = handoff(configuration().mapping)
    page = text("mark", "/handoff")

    assert [row[:5] for row in found.rows] == [
        ("All", 3, 1, 1, 1), ("Partner Referral", 1, 0, 1, 0), ("Web", 2, 1, 0, 1),
    ]  # fmt: skip
    assert "Reasons are not known" in " ".join(found.notes)
    assert "First contacts are not known" in " ".join(found.notes)
    assert "Partner Referral" in page
