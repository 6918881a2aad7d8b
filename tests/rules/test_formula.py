"""A gate as a formula: what it says, which words it has, and what it cannot say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rules.dialects import SalesField
from rules.facts import CannotCompile, Catalog
from rules.formula import Place, validation_rule
from rules.gates import at_target
from rules.language import Rule

ARule = Callable[..., dict[str, Any]]
STATUS = SalesField("Status", "picklist")
LEAD = Place(
    "Lead",
    {
        "job_title": SalesField("Title", "string"),
        "country": SalesField("Country", "picklist", ("France", "n/a")),
        "vip": SalesField("Vip__c", "boolean"),
    },
    {"lead": {STATUS: "Open"}, "mql": {STATUS: "Working"}, "sql": {}, "customer": {}},
    frozenset({"n/a"}),
)
GATE = {"transition": "contact.stage -> mql", "backend": "salesforce_validation_rule", "override": "rep_with_reason"}
WAY = {"unknown_ok": {"value": "unknown_asked", "counts_as": "met"}}


def gate(a_rule: ARule, **changes: Any) -> Rule:
    enforcement = {"level": "gate", "gate": GATE | changes.pop("gate", {})}
    check = {"kind": "required", "fields": ["contact.job_title"], **WAY}
    about = {
        "enforcement": enforcement, "check": check, "agreed_by": ["sales", "marketing"],
        "used_for": [{"what": {"en": "x", "fr": "x"}, "last_used": "2026-11-01"}],
        "gives_back": {"text": {"en": "x", "fr": "x"}},
    }  # fmt: skip
    return Rule.model_validate(a_rule(**(about | changes)))


def made(rule: Rule, catalog: Catalog, place: Place = LEAD, language: Any = "en") -> Any:
    return validation_rule(at_target(rule, catalog), place, language)


def test_a_formula_fires_on_the_transition_only_and_leaves_three_ways_out(a_rule: ARule, catalog: Catalog) -> None:
    rule = gate(a_rule, applies_when={"field": "contact.stage", "op": "gte", "value": "mql"})

    assert made(rule, catalog).formula == (
        "AND(NOT($Permission.Entente_Bypass), OR(ISNEW(), ISCHANGED(Status)), ISPICKVAL(Status, \"Working\"), "
        'AND(OR(ISBLANK(Title), CONTAINS("|n/a|", "|" & LOWER(TRIM(Title)) & "|")), '
        'NOT(CONTAINS(";" & SUBSTITUTE(Entente_Asked__c, " ", "") & ";", ";job_title;"))), '
        "ISBLANK(Entente_Override__c))"
    )  # fmt: skip


def test_a_picklist_is_asked_by_its_value_and_its_placeholders(a_rule: ARule, catalog: Catalog) -> None:
    check = {"kind": "required", "fields": ["contact.country"], "unknown_ok": {"value": "France", "counts_as": "met"}}

    formula = made(gate(a_rule, check=check), catalog).formula

    assert 'OR(ISPICKVAL(Country, ""), ISPICKVAL(Country, "n/a"))' in formula
    assert 'NOT(ISPICKVAL(Country, "France"))' in formula


def test_a_managers_gate_takes_a_reason_of_managers_only(a_rule: ARule, catalog: Catalog) -> None:
    formula = made(gate(a_rule, gate={"override": "manager"}), catalog).formula

    assert "OR(ISBLANK(Entente_Override__c), NOT($Permission.Entente_Override))" in formula


def test_a_text_that_holds_quotes_stays_a_text(a_rule: ARule, catalog: Catalog) -> None:
    exempt = [{"when": {"field": "contact.job_title", "op": "eq", "value": 'a "b" \\c'}, "reason": "x"}]

    assert r'Title = "a \"b\" \\c"' in made(gate(a_rule, exempt=exempt), catalog).formula


def test_an_object_that_does_not_know_the_transition_or_owes_nothing_has_no_rule(
    a_rule: ARule, catalog: Catalog
) -> None:
    contact = Place("Contact", LEAD.fields)
    bare = Place("Lead", {}, LEAD.stages)

    assert made(gate(a_rule), catalog, contact) is None
    assert made(gate(a_rule), catalog, bare) is None


def test_the_message_says_title_why_and_way_out_as_far_as_they_fit(a_rule: ARule, catalog: Catalog) -> None:
    long = {"en": "w" * 250, "fr": "p" * 256}

    assert made(gate(a_rule), catalog).message == (
        "Role: Why Asked, not known? Write job_title in Entente Asked. Else give the reason in Entente Override."
    )
    assert made(gate(a_rule, why=long), catalog).message == "w" * 250
    with pytest.raises(CannotCompile, match=r"S01-role: why\.fr: 256 characters, Salesforce shows 255"):
        made(gate(a_rule, why=long), catalog, language="fr")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"check": {"kind": "format", "field": "contact.email", "type": "email"}}, "cannot ask a format check"),
        ({"gate": {"transition": "contact.stage -> nowhere"}}, 'unknown stage "nowhere"'),
        ({"gate": {"transition": "contact.shoe -> 42"}}, "enforcement.gate.transition: unknown field"),
        ({"gate": {"transition": "company.stage -> mql"}}, "needs a transition of contact"),
        ({"applies_when": {"field": "contact.stage", "op": "eq", "value": "sql"}}, "does not apply at mql"),
        ({"exempt": [{"when": {"field": "contact.stage", "op": "eq", "value": "mql"}, "reason": "x"}]}, "is exempt"),
        ({"exempt": [{"when": {"field": "contact.vip", "op": "eq", "value": True}, "until": "2030-01-01",
                      "reason": "x"}]}, "only knows `when`"),
        ({"applies_when": {"field": "contact.job_title", "op": "gt", "value": 3}}, "is of type string in Salesforce"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_formula_is_told_by_rule(
    a_rule: ARule, catalog: Catalog, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(CannotCompile, match=says) as refused:
        made(gate(a_rule, **changes), catalog)

    assert refused.value.rule == "S01-role"


def test_a_stage_that_the_picklist_does_not_offer_is_told(a_rule: ARule, catalog: Catalog) -> None:
    status = SalesField("Status", "picklist", ("Open", "working"))
    place = Place("Lead", LEAD.fields, {"lead": {status: "Open"}, "mql": {status: "Working"}})

    with pytest.raises(CannotCompile, match=r'Lead\.Status does not offer "Working"'):
        made(gate(a_rule), catalog, place)


def test_a_formula_that_is_too_long_is_told(a_rule: ARule, catalog: Catalog) -> None:
    many = [
        {"when": {"field": "contact.job_title", "op": "eq", "value": "x" * 200 + str(number)}, "reason": "x"}
        for number in range(20)
    ]

    with pytest.raises(CannotCompile, match="split the rule"):
        made(gate(a_rule, exempt=many), catalog)


@pytest.mark.parametrize(
    ("rule_id", "name"),
    [("S06-accept-or-reject-reason", "Entente_S06_accept_or_reject_reason"), ("S1", "Entente_S1")],
)
def test_a_name_is_one_that_salesforce_takes(a_rule: ARule, catalog: Catalog, rule_id: str, name: str) -> None:
    assert made(gate(a_rule, id=rule_id), catalog).name == name


def test_long_and_odd_names_stay_apart(a_rule: ARule, catalog: Catalog) -> None:
    ids = ["S" * 60, "S" * 61, "S1--x", "S1-x", "S1_x-"]

    names = {made(gate(a_rule, id=each), catalog).name for each in ids}

    assert len(names) == len(ids)
    assert all(len(name) <= 40 and "__" not in name and not name.endswith("_") for name in names)
