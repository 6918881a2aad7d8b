"""`required` and `format`: who fails, and which fields are to blame."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from crm.states import FieldState
from crm.values import FieldType
from rules.compile import compile_rule
from rules.facts import CannotCompile, Catalog, ObjectFacts
from rules.language import Rule

OK, PLACEHOLDER, INVALID, BLANK = FieldState.OK, FieldState.PLACEHOLDER, FieldState.INVALID, FieldState.BLANK
ABSENT, MODES = FieldState.ABSENT, ("all", "any")
MakeRule = Callable[..., dict[str, Any]]


def required(*fields: str, **more: Any) -> dict[str, Any]:
    return {"kind": "required", "fields": [f"contact.{name}" for name in fields], **more}


def failing(facts: Any, catalog: Catalog, rule: Mapping[str, Any]) -> list[tuple[str, str | None, str]]:
    rows: list[tuple[str, str | None, str]] = facts.failing(compile_rule(Rule.model_validate(rule), catalog))
    return rows


def test_every_field_that_is_missing_is_named(facts: Any, catalog: Catalog, a_rule: MakeRule) -> None:
    facts.add("none", {})
    facts.add("one", {"job_title": ("CEO", OK)})
    facts.add("both", {"job_title": ("CEO", OK), "country": ("FR", OK)})

    rows = failing(facts, catalog, a_rule(check=required("job_title", "country")))

    assert rows == [("none", "rita", "job_title,country"), ("one", "rita", "country")]


def test_one_of_several_is_enough_with_mode_any(facts: Any, catalog: Catalog, a_rule: MakeRule) -> None:
    facts.add("none", {})
    facts.add("one", {"email": ("ann@example.com", OK)})

    rows = failing(facts, catalog, a_rule(check=required("phone", "email", mode="any")))

    assert rows == [("none", "rita", "phone,email")]


def test_what_the_records_object_lacks_is_owed_by_nobody(facts: Any, catalog: Catalog, a_rule: MakeRule) -> None:
    """A Salesforce contact has no field for the country: nobody can fill it, and it stands in for nothing."""
    facts.add("contact", {"job_title": ("CEO", OK), "country": (None, ABSENT)})
    facts.add("neither", {"job_title": (None, ABSENT), "country": (None, ABSENT)})
    facts.add("blank", {"job_title": (None, BLANK), "country": (None, ABSENT)})

    rows = {mode: failing(facts, catalog, a_rule(check=required("job_title", "country", mode=mode))) for mode in MODES}

    assert rows == {mode: [("blank", "rita", "job_title")] for mode in MODES}


@pytest.mark.parametrize(
    ("fact", "is_missing"),
    [((None, BLANK), True), (("n/a", PLACEHOLDER), True), (("x", INVALID), False), (("x", OK), False)],
)
def test_a_placeholder_is_missing_and_an_invalid_value_is_not(
    facts: Any, catalog: Catalog, a_rule: MakeRule, fact: Any, is_missing: bool
) -> None:
    facts.add("ann", {"email": fact})

    rows = failing(facts, catalog, a_rule(check=required("email")))

    assert bool(rows) is is_missing


@pytest.mark.parametrize(
    ("text", "is_missing"), [("abcd", True), ("  abcd  ", True), ("abcde", False), ("éèàùç", False)]
)
def test_a_text_shorter_than_asked_is_missing(
    facts: Any, catalog: Catalog, a_rule: MakeRule, text: str, is_missing: bool
) -> None:
    facts.add("ann", {"job_title": (text, OK)})

    rows = failing(facts, catalog, a_rule(check=required("job_title", min_chars=5)))

    assert bool(rows) is is_missing


def test_the_honest_answer_counts_as_met_even_where_it_is_a_placeholder_or_short(
    facts: Any, catalog: Catalog, a_rule: MakeRule
) -> None:
    unknown_ok = {"value": "Other", "counts_as": "partial", "max_share": 0.2}
    facts.add("asked", {"country": ("Other", OK)})
    facts.add("asked too", {"country": ("Other", PLACEHOLDER)})
    facts.add("blank", {})
    facts.add("placeholder", {"country": ("n/a", PLACEHOLDER)})

    rows = failing(facts, catalog, a_rule(check=required("country", min_chars=9, unknown_ok=unknown_ok)))

    assert [ref for ref, _, _ in rows] == ["blank", "placeholder"]


def test_asked_but_unknown_excuses_nothing_while_facts_do_not_hold_it(
    facts: Any, catalog: Catalog, a_rule: MakeRule
) -> None:
    facts.add("ann", {"job_title": ("unknown_asked", PLACEHOLDER)})

    rows = failing(
        facts, catalog, a_rule(check=required("job_title", unknown_ok={"value": "unknown_asked", "counts_as": "met"}))
    )

    assert rows == [("ann", "rita", "job_title")]


def test_a_stage_can_be_required(facts: Any, catalog: Catalog, a_rule: MakeRule) -> None:
    facts.add("ann", stage="mql")
    facts.add("bob")

    assert failing(facts, catalog, a_rule(check=required("stage"))) == [("bob", "rita", "stage")]


@pytest.mark.parametrize(
    ("fact", "fails"),
    [((None, BLANK), False), (("n/a", PLACEHOLDER), True), (("ann@", INVALID), True), (("a@b.fr", OK), False)],
)
def test_format_asks_for_a_value_that_can_be_used_and_leaves_blanks_to_required(
    facts: Any, catalog: Catalog, a_rule: MakeRule, fact: Any, fails: bool
) -> None:
    facts.add("ann", {"email": fact})

    rows = failing(facts, catalog, a_rule(check={"kind": "format", "field": "contact.email", "type": "email"}))

    assert rows == ([("ann", "rita", "email")] if fails else [])


def test_only_counted_records_in_scope_and_not_exempt_are_asked(facts: Any, catalog: Catalog, a_rule: MakeRule) -> None:
    rule = a_rule(
        applies_when={"field": "contact.stage", "op": "gte", "value": "mql"},
        exempt=[
            {"when": {"field": "contact.vip", "op": "eq", "value": True}, "reason": "Mona calls them herself"},
            {"when": {"field": "contact.country", "op": "eq", "value": "NO"}, "reason": "Norway has its own tool"},
        ],
    )
    facts.add("asked", {"vip": (0, OK), "country": ("FR", OK)}, stage="sql")
    facts.add("unknown, so not exempt", {}, stage="mql")
    facts.add("too early", {}, stage="lead")
    facts.add("no stage", {})
    facts.add("vip", {"vip": (1, OK)}, stage="sql")
    facts.add("norway", {"country": ("NO", OK)}, stage="sql")
    facts.add("second record of a person", {}, stage="sql", counted=0)

    assert [ref for ref, _, _ in failing(facts, catalog, rule)] == ["asked", "unknown, so not exempt"]


@pytest.mark.parametrize(
    ("direction", "responsible", "rep"),
    [
        ("sales_to_marketing", "record_owner", "rita"),
        ("sales_to_marketing", "lead_owner", "rita"),
        ("marketing_to_sales", "marketing_team", None),
        ("marketing_to_sales", "record_owner", None),
        ("shared", "joint", None),
    ],
)
def test_a_rep_is_never_asked_for_what_marketing_owes(
    facts: Any, catalog: Catalog, a_rule: MakeRule, direction: str, responsible: str, rep: str | None
) -> None:
    facts.add("ann", rep="rita")

    rows = failing(facts, catalog, a_rule(direction=direction, responsible=responsible))

    assert rows == [("ann", rep, "job_title")]


def test_a_record_without_an_owner_is_a_gap_of_nobody(facts: Any, catalog: Catalog, a_rule: MakeRule) -> None:
    facts.add("ann", rep=None)

    assert failing(facts, catalog, a_rule()) == [("ann", None, "job_title")]


def test_the_same_question_is_asked_of_a_few_records_alone(facts: Any, catalog: Catalog, a_rule: MakeRule) -> None:
    rule = compile_rule(
        Rule.model_validate(
            a_rule(
                check=required("job_title", "country", min_chars=3),
                applies_when={"field": "contact.employees", "op": "gt", "value": 5},
            )
        ),
        catalog,
    )
    for ref in ("ann", "bob", "cleo"):
        facts.add(ref, {"employees": (6.0, OK), "job_title": ("CEO", OK)})

    assert facts.failing(rule, ["bob", "nobody"]) == [("bob", "rita", "country")]
    assert len(facts.failing(rule)) == 3


def test_a_question_about_no_record_is_an_error(catalog: Catalog, a_rule: MakeRule) -> None:
    rule = compile_rule(Rule.model_validate(a_rule()), catalog)

    with pytest.raises(ValueError, match="one record at least"):
        rule.sql_for(0)


def test_values_are_parameters_never_text(facts: Any, catalog: Catalog, a_rule: MakeRule) -> None:
    nasty = "x'; DROP TABLE facts_contact; --%s?"
    rule = a_rule(applies_when={"field": "contact.job_title", "op": "ne", "value": nasty})
    facts.add("ann")

    compiled = compile_rule(Rule.model_validate(rule), catalog)

    assert "DROP" not in compiled.sql
    assert facts.failing(compiled) == [("ann", "rita", "job_title")]


def test_a_column_that_the_table_lacks_is_an_error_not_a_text(facts: Any, a_rule: MakeRule) -> None:
    wider = Catalog({"contact": ObjectFacts({"job_title": FieldType.TEXT, "budget": FieldType.NUMBER})})
    rule = Rule.model_validate(a_rule(check=required("budget")))

    with pytest.raises(sqlite3.OperationalError, match="no such column"):
        facts.failing(compile_rule(rule, wider))


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"object": "account"}, 'S01-role: object: unknown object "account"; the mapping has: contact'),
        ({"check": required("jobtitle")}, 'S01-role: check.fields[0]: unknown field "contact.jobtitle"'),
        (
            {"check": required("employees", min_chars=5)},
            "check.fields[0]: min_chars is for text, employees is of type num",
        ),
        (
            {"check": required("employees", unknown_ok={"value": "none", "counts_as": "met"})},
            '"none" cannot stand in a field of type number; use value: unknown_asked',
        ),
        (
            {"check": {"kind": "format", "field": "contact.phone", "type": "email"}},
            "S01-role: check.type: contact.phone is of type phone in the mapping, not email; name a field",
        ),
        (
            {"check": {"kind": "fresh", "fields": ["contact.stage"], "max_age_days": 9}},
            "S01-role: check.fields[0]: a stage is not confirmed; use changed_to in a condition",
        ),
        (
            {"applies_when": {"field": "contact.stage", "op": "eq", "value": "opportunity"}},
            'S01-role: applies_when.value: unknown stage "opportunity"; the funnel has: lead, mql, sql, customer',
        ),
        (
            {"applies_when": {"field": "contact.stage", "op": "changed_to", "value": "opportunity"}},
            'S01-role: applies_when.value: unknown stage "opportunity"',
        ),
        (
            {"exempt": [{"when": {"field": "contact.nope", "op": "is_set"}, "reason": "pilot"}]},
            'S01-role: exempt[0].when.field: unknown field "contact.nope"',
        ),
    ],
)
def test_what_cannot_run_is_refused_with_rule_place_and_mend(
    catalog: Catalog, a_rule: MakeRule, keys: Mapping[str, Any], message: str
) -> None:
    with pytest.raises(CannotCompile, match=re.escape(message)):
        compile_rule(Rule.model_validate(a_rule(**keys)), catalog)
