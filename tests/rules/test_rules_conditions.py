"""A condition means in SQL what a person reads: a table of cases, and a property against a plain reading."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from crm.states import FieldState
from crm.values import FieldType
from rules.compile import compile_condition
from rules.conditions import Condition
from rules.facts import CannotCompile, Catalog, ObjectFacts

STAGES = ("lead", "mql", "sql", "customer")
OK, PLACEHOLDER, INVALID = FieldState.OK, FieldState.PLACEHOLDER, FieldState.INVALID
NOON = 1_790_000_000_000  # 2026-09-21 14:13:20 UTC


def leaf(field: str, op: str, *value: Any) -> dict[str, Any]:
    return {"field": f"contact.{field}", "op": op, **({"value": value[0]} if value else {})}


@pytest.mark.parametrize(
    ("condition", "people"),
    [
        (leaf("job_title", "eq", "CEO"), {"full"}),
        (leaf("job_title", "ne", "CEO"), {"odd", "blank"}),
        (leaf("job_title", "eq", "ceo"), set()),
        (leaf("job_title", "eq", "n/a"), set()),
        (leaf("job_title", "is_set"), {"full"}),
        (leaf("job_title", "is_blank"), {"odd", "blank"}),
        (leaf("country", "in", ["FR", "DE"]), {"full"}),
        (leaf("country", "not_in", ["FR", "DE"]), {"odd", "blank"}),
        (leaf("email", "eq", "Ann@Example.COM"), {"full"}),
        (leaf("email", "is_set"), {"full", "odd"}),
        (leaf("phone", "is_blank"), {"blank", "odd"}),
        (leaf("products", "eq", "ERP"), {"full"}),
        (leaf("products", "eq", "CR"), set()),
        (leaf("products", "eq", "erp"), set()),
        (leaf("products", "in", ["PIM", "CRM"]), {"full"}),
        (leaf("products", "not_in", ["PIM", "CRM"]), {"odd", "blank"}),
        (leaf("employees", "gt", 500), {"full"}),
        (leaf("employees", "gte", 501), {"full"}),
        (leaf("employees", "lt", 500), {"odd"}),
        (leaf("employees", "lte", 0), {"odd"}),
        (leaf("employees", "eq", 0), {"odd"}),
        (leaf("employees", "ne", 0), {"full", "blank"}),
        (leaf("vip", "eq", True), {"full"}),
        (leaf("vip", "eq", False), {"odd"}),
        (leaf("vip", "ne", True), {"odd", "blank"}),
        (leaf("met_on", "gte", date(2026, 3, 29)), {"full"}),
        (leaf("met_on", "lt", date(2026, 3, 29)), {"odd"}),
        (leaf("seen_at", "eq", date(2026, 9, 21)), {"full"}),
        (leaf("seen_at", "gt", date(2026, 9, 21)), set()),
        (leaf("seen_at", "gte", date(2026, 9, 21)), {"full"}),
        (leaf("seen_at", "lte", date(2026, 9, 21)), {"full", "odd"}),
        (leaf("seen_at", "lt", date(2026, 9, 21)), {"odd"}),
        (leaf("seen_at", "eq", datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)), {"full"}),
        (leaf("seen_at", "gt", datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)), set()),
        (leaf("stage", "eq", "mql"), {"full"}),
        (leaf("stage", "ne", "mql"), {"odd", "blank"}),
        (leaf("stage", "gte", "mql"), {"full", "odd"}),
        (leaf("stage", "gt", "mql"), {"odd"}),
        (leaf("stage", "lt", "mql"), set()),
        (leaf("stage", "lte", "customer"), {"full", "odd"}),
        (leaf("stage", "gt", "customer"), set()),
        (leaf("stage", "is_blank"), {"blank"}),
        ({"not": leaf("job_title", "eq", "CEO")}, {"odd", "blank"}),
        ({"not": leaf("employees", "gt", 500)}, {"odd", "blank"}),
        ({"not": {"not": leaf("vip", "ne", True)}}, {"odd", "blank"}),
        ({"all": [leaf("stage", "gte", "mql"), leaf("vip", "eq", False)]}, {"odd"}),
        ({"any": [leaf("stage", "is_blank"), leaf("vip", "eq", True)]}, {"full", "blank"}),
    ],
)
def test_a_condition_means_what_a_person_reads(
    facts: Any, catalog: Catalog, condition: Mapping[str, Any], people: set[str]
) -> None:
    full = {
        "job_title": ("CEO", OK),
        "email": ("ann@example.com", OK),
        "phone": ("+33612345678", OK),
        "country": ("FR", OK),
        "products": ("CRM;ERP", OK),
        "employees": (501.0, OK),
        "vip": (1, OK),
        "met_on": ("2026-03-29", OK),
        "seen_at": (NOON, OK),
    }
    odd = {
        "job_title": ("n/a", PLACEHOLDER),
        "email": ("ann@", INVALID),
        "country": ("US", OK),
        "products": ("CRMs", OK),
        "employees": (0.0, OK),
        "vip": (0, OK),
        "met_on": ("2026-03-28", OK),
        "seen_at": (NOON - 86_400_000, OK),
    }
    facts.add("full", full, stage="mql")
    facts.add("odd", odd, stage="sql")
    facts.add("blank")

    assert facts.meeting(condition, catalog) == people


texts = st.sampled_from(["", "a", "B", "b c", "a;b", "'; --", "%s", "é"])
numbers = st.integers(-3, 3)
leaves = st.one_of(
    st.builds(leaf, st.just("job_title"), st.sampled_from(["eq", "ne"]), texts.filter(str.strip)),
    st.builds(
        leaf, st.just("country"), st.sampled_from(["in", "not_in"]), st.lists(texts.filter(str.strip), min_size=1)
    ),
    st.builds(leaf, st.just("employees"), st.sampled_from(["eq", "ne", "gt", "gte", "lt", "lte"]), numbers),
    st.builds(leaf, st.just("stage"), st.sampled_from(["eq", "ne", "gt", "gte", "lt", "lte"]), st.sampled_from(STAGES)),
    st.builds(leaf, st.sampled_from(["job_title", "employees", "stage"]), st.sampled_from(["is_set", "is_blank"])),
)
conditions = st.recursive(
    leaves,
    lambda below: st.one_of(
        st.lists(below, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(below, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        below.map(lambda part: {"not": part}),
    ),
    max_leaves=6,
)
states = st.sampled_from(list(FieldState))
people = st.fixed_dictionaries(
    {
        "job_title": st.tuples(st.none() | texts, states),
        "country": st.tuples(st.none() | texts, states),
        "employees": st.tuples(st.none() | numbers.map(float), states),
        "stage": st.none() | st.sampled_from(STAGES),
    }
)

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda one, other: one == other,
    "in": lambda one, others: one in others,
    "gt": lambda one, other: one > other,
    "gte": lambda one, other: one >= other,
    "lt": lambda one, other: one < other,
    "lte": lambda one, other: one <= other,
}


def is_met(condition: Mapping[str, Any], person: Mapping[str, Any]) -> bool:
    """The plain reading: blanks and placeholders are nothing, and nothing compares with nothing."""
    match condition:
        case {"all": parts}:
            return all(is_met(part, person) for part in parts)
        case {"any": parts}:
            return any(is_met(part, person) for part in parts)
        case {"not": part}:
            return not is_met(part, person)
    op, name = condition["op"], condition["field"].removeprefix("contact.")
    opposite = {"ne": "eq", "not_in": "in", "is_blank": "is_set"}.get(op)
    if opposite:
        return not is_met({**condition, "op": opposite}, person)
    if name == "stage":
        shown, filled = person["stage"], person["stage"] is not None
    else:
        shown, filled = person[name][0], person[name][1].is_filled
    if op == "is_set":
        return filled
    if not filled or shown is None:
        return False
    value = condition["value"]
    if name == "stage" and op not in ("eq", "in"):
        shown, value = STAGES.index(shown), STAGES.index(value)
    return COMPARE[op](shown, value)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(condition=conditions, crowd=st.lists(people, max_size=6))
def test_sql_and_a_plain_reading_agree(facts: Any, catalog: Catalog, condition: Any, crowd: list[Any]) -> None:
    facts.connection.execute("DELETE FROM facts_contact")
    for index, person in enumerate(crowd):
        known = {name: fact for name, fact in person.items() if name != "stage"}
        facts.add(str(index), known, stage=person["stage"])

    met = facts.meeting(condition, catalog)

    assert met == {str(index) for index, person in enumerate(crowd) if is_met(condition, person)}


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ({}, "one of all, any, not or field, found none of them"),
        ({"all": [leaf("vip", "is_set")], "any": [leaf("vip", "is_set")]}, "found both all and any"),
        ({"all": []}, "at least 1 item"),
        ({"not": leaf("vip", "is_set"), "op": "eq"}, "belongs to a field"),
        ({"field": "contact.vip"}, 'missing; add "op: ..."'),
        (leaf("vip", "eq"), 'eq compares with a value; add "value: ..."'),
        (leaf("vip", "eq", None), "a blank is no value to compare with; use op: is_blank"),
        (leaf("job_title", "eq", " "), "a blank is no value to compare with; use op: is_blank"),
        (leaf("vip", "is_set", True), "is_set takes no value; remove it"),
        (leaf("vip", "eq", [True]), "eq takes one value; use in for a list"),
        (leaf("country", "in", "FR"), "in takes a list"),
        (leaf("country", "in", []), "an empty list is never met; add a value"),
        (leaf("country", "in", [["FR"]]), "a value is a text, a number"),
        (leaf("country", "equals", "FR"), "Input should be 'eq'"),
        ({"field": "Contact.Email", "op": "is_set"}, "should match pattern"),
    ],
)
def test_a_condition_of_the_wrong_shape_is_refused(condition: Mapping[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(message)):
        Condition.model_validate(condition)


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (leaf("emial", "is_set"), 'field: unknown field "contact.emial"; contact has: country, email, employees'),
        ({"field": "email", "op": "is_set"}, 'field: "email" does not say its object; write contact.email'),
        (
            {"field": "account.industry", "op": "is_set"},
            "no reference of contact leads to account (account.industry); use a field of contact, or map a reference",
        ),
        (
            {"not": leaf("stage", "eq", "SQL")},
            'not.value: unknown stage "SQL"; the funnel has: lead, mql, sql, customer',
        ),
        (leaf("stage", "changed_to", "SQL"), 'value: unknown stage "SQL"'),
        (leaf("job_title", "gt", "a"), "value: gt needs an order, which text has not; use eq or in"),
        (leaf("products", "lt", "a"), "lt needs an order, which multi has not"),
        (leaf("products", "eq", "a;b"), 'holds a ";", which separates choices; use in with a list'),
        (leaf("job_title", "eq", 5), '5 is no text; put it in quotes: "5"'),
        (leaf("phone", "eq", "+33612345678"), "only is_set and is_blank are read here"),
        (leaf("employees", "gt", "500"), "500 is no number; write digits without quotes"),
        (leaf("employees", "eq", True), "True is no number"),
        (leaf("employees", "eq", float("nan")), "nan cannot be compared exactly"),
        (leaf("employees", "eq", 10**400), "cannot be compared exactly"),
        (leaf("vip", "eq", "true"), "true is neither true nor false; write true or false without quotes"),
        (leaf("met_on", "gt", "2026-03-29"), "2026-03-29 is no date; write YYYY-MM-DD without quotes"),
        (leaf("met_on", "gt", datetime(2026, 3, 29)), "is no date"),
        (leaf("seen_at", "gt", "today"), "today is neither a date nor a time"),
        ({"any": [leaf("vip", "is_set"), leaf("nope", "is_set")]}, 'any[1].field: unknown field "contact.nope"'),
    ],
)
def test_a_condition_that_does_not_suit_its_fields_is_refused(
    catalog: Catalog, condition: Mapping[str, Any], message: str
) -> None:
    with pytest.raises(CannotCompile, match=re.escape(message)):
        compile_condition(Condition.model_validate(condition), "contact", catalog)


def test_an_object_without_a_funnel_has_no_stage() -> None:
    accounts = Catalog({"account": ObjectFacts({"industry": FieldType.TEXT})})

    condition = Condition.model_validate({"field": "account.stage", "op": "is_set"})

    with pytest.raises(CannotCompile, match="account has no stages; give it a funnel in the mapping"):
        compile_condition(condition, "account", accounts)


@pytest.mark.parametrize("name", ["Email", "e-mail", "1st", "f; DROP", "", "stage", "email__state", "x" * 51])
def test_a_name_that_cannot_be_a_column_never_reaches_sql(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be a column"):
        Catalog({"contact": ObjectFacts({name: FieldType.TEXT})})
