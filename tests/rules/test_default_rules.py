"""The rules that ship with the product keep their own language, and find what they say they find."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from config.yaml_file import YamlFile, load_yaml
from crm.states import FieldState
from crm.values import FieldType
from rules.compile import compile_rules
from rules.facts import Catalog, ObjectFacts
from rules.language import RuleSet, fields_read, load_rules

RULES = Path(__file__).resolve().parents[2] / "config" / "rules.yaml"
TYPES = {"email": FieldType.EMAIL, "phone": FieldType.PHONE, "mobile": FieldType.PHONE}
STAGES = ("subscriber", "lead", "mql", "sql", "customer")


@pytest.fixture(scope="module")
def document() -> YamlFile:
    return load_yaml(RULES)


@pytest.fixture(scope="module")
def ruleset(document: YamlFile) -> RuleSet:
    return load_rules(document)


def test_they_run_on_contacts_and_open_deals_alone(document: YamlFile, ruleset: RuleSet) -> None:
    fields = fields_read(ruleset, "contact")
    deals = ObjectFacts({"is_closed": FieldType.BOOL, "account": FieldType.REFERENCE})
    contacts = ObjectFacts({name: TYPES.get(name, FieldType.TEXT) for name in fields}, STAGES)
    catalog = Catalog({"contact": contacts, "opportunity": deals})

    compiled = compile_rules(ruleset, catalog, document)

    assert [rule.rule for rule in compiled] == [rule.id for rule in ruleset.rules]
    assert fields <= {
        *("first_name", "last_name", "email", "phone", "mobile", "job_title"),
        *("company", "website", "city", "country", "industry", "lead_source"),
    }


def test_they_ask_both_sides_and_stop_nothing(ruleset: RuleSet) -> None:
    assert {rule.direction for rule in ruleset.rules} == {"sales_to_marketing", "marketing_to_sales"}
    assert {rule.enforcement.level for rule in ruleset.rules} <= {"observe", "remind"}


def test_a_name_that_someone_may_bear_is_no_placeholder(ruleset: RuleSet) -> None:
    assert not ruleset.folded_placeholders() & {"na", "null", "none", "test"}


def test_a_wrong_address_is_found(facts: Any, catalog: Catalog, document: YamlFile, ruleset: RuleSet) -> None:
    email = ruleset.model_copy(update={"rules": tuple(rule for rule in ruleset.rules if rule.id == "S02-email-valid")})
    facts.add("ann", {"email": ("ann@", FieldState.INVALID)})
    facts.add("bob", {"email": ("bob@example.com", FieldState.OK)})

    (rule,) = compile_rules(email, catalog, document)

    assert facts.failing(rule) == [("ann", "rita", "email")]
