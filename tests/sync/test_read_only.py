"""What is only read: facts for rules and reports, never matched, planned or written by a sync; some may be answered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crm.record import Ref
from rules.language import RuleSet
from store import models
from store.answers import Asked, save
from store.due import is_anything_due
from store.questions import Questions
from store.sql import rows
from sync.mapping import ObjectMap
from tests.sync.house import House, salesforce, text
from wiring.configuration import load_configuration

OPPORTUNITY: dict[str, Any] = {
    "direction": "read_only",
    "sales": "Opportunity",
    "fields": {
        "name": {"sales": "Name", "type": "text"},
        "amount": {"sales": "Amount", "type": "number"},
        "lost_reason": {"sales": "Loss_Reason__c", "type": "text", "answerable": True},
    },
}
RULES = """
version: 1
rules:
- id: D1
  direction: sales_to_marketing
  title: {en: "Why a deal was lost", fr: "Pourquoi une affaire est perdue"}
  object: opportunity
  applies_when: {field: opportunity.amount, op: gte, value: 5000}
  responsible: record_owner
  check: {kind: required, fields: [opportunity.lost_reason]}
  why: {en: "Why.", fr: "Pourquoi."}
  used_for: [{what: {en: "use", fr: "usage"}}]
  gives_back: {text: {en: "back", fr: "retour"}}
  enforcement: {level: observe}
  fix: {seconds: 10, how: one_click}
"""


@pytest.fixture
def house(db: None, tmp_path: Path) -> House:
    """Opportunities beside people; they carry no key of ours."""
    sales = salesforce()
    sales.objects = {**sales.objects, "Opportunity": [text(name) for name in ("Name", "Amount", "Loss_Reason__c")]}
    house = House(tmp_path, sales=sales)
    written = json.loads((tmp_path / "mapping.yaml").read_text(encoding="utf-8"))
    written["objects"]["opportunity"] = OPPORTUNITY
    (tmp_path / "mapping.yaml").write_text(json.dumps(written), encoding="utf-8")
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    house.configuration = load_configuration(tmp_path)
    house.open()
    return house


def deal(house: House, **fields: str) -> Ref:
    """Rita enters a deal."""
    return house.sales.add("Opportunity", {"Name": "Nordlicht", "Amount": "9000"} | fields, "005R")


def facts(field: str) -> list[tuple[Any, Any]]:
    return rows(f'SELECT "f_{field}", "rep" FROM "facts_opportunity" ORDER BY ref')


def test_rules_read_it_and_no_pass_writes_it(house: House) -> None:
    ref = deal(house)
    person = house.pair()

    house.sales.edit(ref, Amount="12000")
    house.settle()

    assert facts("amount") == [(12000.0, "salesforce:User:005R")]
    assert [(gap.rule, gap.ref, gap.rep) for gap in models.Gap.objects.all()] == [
        ("D1", str(ref), "salesforce:User:005R")
    ]
    assert list(house.links()) == [person[0]]
    assert not is_anything_due()
    assert "Opportunity" not in {step.object for steps in house.service.setup_steps().values() for step in steps}


def test_a_deal_that_is_gone_counts_no_more(house: House) -> None:
    ref = deal(house)
    house.settle()

    house.sales.delete(ref)
    house.settle()

    assert not models.Gap.objects.exists()
    assert not is_anything_due()


def test_an_answer_goes_through_the_same_intents_and_history(house: House) -> None:
    ref = deal(house)
    house.settle()

    asked = Asked("D1", str(ref), "opportunity", "lost_reason", None)
    assert save([(asked, "Price")], "salesforce:User:005R", "rita") == 1
    house.settle()

    assert house.shown(ref)["Loss_Reason__c"] == "Price"
    assert house.history() == [("sales", "lost_reason", None, "Price", "answered")]
    assert [each.state for each in models.Answer.objects.all()] == ["written"]
    assert not models.Gap.objects.exists()
    assert not is_anything_due()


def test_only_what_is_marked_can_be_answered(house: House) -> None:
    ref = deal(house)
    house.settle()
    questions = Questions(house.service.mapping, RuleSet(version=1, rules=()))

    assert questions.question("D1", "opportunity", str(ref), "lost_reason") is not None
    assert questions.question("D1", "opportunity", str(ref), "amount") is None


def test_what_a_webhook_touches_is_read_again_and_nothing_else(house: House) -> None:
    """A touch without values, as for any record."""
    ref = deal(house)
    house.settle()
    house.sales.edit(ref, Amount="100")
    house.service.records.touch("opportunity", [ref])

    house.settle()

    assert facts("amount") == [(100.0, "salesforce:User:005R")]


def test_an_idle_pass_costs_one_call_for_it(house: House) -> None:
    deal(house)
    house.settle()
    before = house.sales.calls

    house.sync()

    assert house.sales.calls - before == 3  # Opportunity, Lead, Contact


def test_it_may_lack_a_side_which_what_is_synced_may_not() -> None:
    read = ObjectMap.model_validate({**OPPORTUNITY, "name": "opportunity"})

    assert read.marketing == []
    with pytest.raises(ValueError, match="marketing: name the system's object"):
        ObjectMap.model_validate({**OPPORTUNITY, "direction": "both"})
