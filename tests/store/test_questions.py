"""What is asked of a field follows its type and what the record's own system describes; an answer is judged by both."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from connectors.base import FieldInfo
from rules.language import RuleSet
from store import known
from store.questions import NoAnswer, Question, Questions
from sync.mapping import Mapping
from tests.reports.people import BY_MARKETING, required, rule

pytestmark = pytest.mark.django_db

LEAD, CONTACT = "salesforce:Lead:1", "hubspot:contacts:1"
FIELDS: dict[str, dict[str, Any]] = {
    "email": {"marketing": "email", "sales": "Email", "type": "email"},
    "phone": {"marketing": "phone", "sales": "Phone", "type": "phone"},
    "title": {"marketing": "jobtitle", "sales": "Title", "type": "text"},
    "note": {"marketing": "note", "sales": "Note__c", "type": "text"},
    "size": {"marketing": "size", "sales": "Size__c", "type": "picklist", "values": {"s": "Small", "l": "Large"}},
    "wants": {"marketing": "wants", "sales": "Wants__c", "type": "multi"},
    "decides": {"marketing": "decides", "sales": "Decides__c", "type": "bool"},
    "budget": {"marketing": "budget", "sales": "Budget__c", "type": "number"},
    "ends_on": {"marketing": "ends", "sales": "Ends__c", "type": "date"},
    "met_at": {"marketing": "met", "sales": "Met__c", "type": "datetime"},
    "company": {"marketing": "company", "sales": {"Contact": "Company"}, "type": "text"},
}
MAPPING = Mapping.model_validate(
    {"objects": {"contact": {"marketing": "contacts", "sales": ["Lead", "Contact"], "fields": FIELDS}}}
)
OUT = {"unknown_ok": {"value": "Unknown", "counts_as": "met"}}
RULES = RuleSet.model_validate(
    {
        "version": 1,
        "placeholders": ["n/a", "unknown"],
        "rules": [rule("S1", required("title")), rule("S2", required("size") | OUT),
                  rule("M1", required("email"), **BY_MARKETING)],
    }
)  # fmt: skip


@pytest.fixture
def questions() -> Questions:
    sales = [
        FieldInfo("Title", "Title", "string", max_length=20), FieldInfo("Note__c", "Note", "textarea"),
        FieldInfo("Size__c", "Size", "picklist", offered=("Small", "Large")),
        FieldInfo("Wants__c", "Wants", "multipicklist", offered=("A", "B", "C")),
        FieldInfo("Phone", "Phone", "phone", writable=False),
    ]  # fmt: skip
    known.learn("schema.sales.Lead", [asdict(each) for each in sales])
    known.learn("schema.marketing.contacts", [asdict(FieldInfo("size", "Size", "enumeration", offered=("s", "l")))])
    return Questions(MAPPING, RULES)


def asked(questions: Questions, field: str, ref: str = LEAD, rule_id: str = "S1") -> Question:
    found = questions.question(rule_id, "contact", ref, field)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("field", "kind", "options"),
    [
        ("email", "email", ()), ("title", "text", ()), ("note", "long_text", ()),
        ("size", "choice", ("Small", "Large")),
        ("wants", "choices", ("A", "B", "C")), ("decides", "yes_no", ("true", "false")), ("budget", "number", ()),
        ("ends_on", "date", ()), ("met_at", "moment", ()),
    ],
)  # fmt: skip
def test_each_type_has_its_kind_of_question(
    questions: Questions, field: str, kind: str, options: tuple[str, ...]
) -> None:
    question = asked(questions, field)

    assert (question.kind, question.offered) == (kind, options)
    assert question.is_quick is (field in ("size", "decides"))


def test_marketings_options_are_asked_in_canonical_words(questions: Questions) -> None:
    assert asked(questions, "size", CONTACT).offered == ("Small", "Large")


@pytest.mark.parametrize(("field", "ref"), [("phone", LEAD), ("company", LEAD), ("nothing", LEAD), ("title", "x:y:1")])
def test_what_cannot_be_written_is_not_asked(questions: Questions, field: str, ref: str) -> None:
    """Read-only there, not on that object, not mapped, or of no system that is mapped."""
    assert questions.question("S1", "contact", ref, field) is None


@pytest.mark.parametrize(
    ("field", "text", "stored"),
    [
        ("title", "  Head \t of\x00 sales ", "Head of sales"), ("note", " one\r\n two ", "one\n two"),
        ("email", "Ann@Client.example", "Ann@Client.example"), ("size", "Large", "Large"), ("wants", "B;A", "A;B"),
        ("decides", "false", "false"), ("budget", "1.50", "1.5"), ("ends_on", "2026-11-24", "2026-11-24"),
        ("met_at", "2026-11-24T09:30:00+01:00", "2026-11-24T08:30:00.000Z"),
    ],
)  # fmt: skip
def test_an_answer_is_stored_as_its_types_text(questions: Questions, field: str, text: str, stored: str) -> None:
    assert questions.checked(asked(questions, field), "contact", LEAD, text) == stored


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("title", "   ", "blank"), ("title", "N/A", "placeholder"), ("title", "x" * 21, "too_long"),
        ("email", "ann", "not_email"), ("size", "Huge", "picklist"), ("wants", "A;D", "picklist"),
        ("decides", "perhaps", "not_yes_no"), ("budget", "a lot", "not_number"), ("ends_on", "soon", "not_date"),
        ("met_at", "2026-11-24T09:30", "not_moment"),
    ],
)  # fmt: skip
def test_what_is_no_answer_says_why(questions: Questions, field: str, text: str, code: str) -> None:
    with pytest.raises(NoAnswer) as refused:
        questions.checked(asked(questions, field), "contact", LEAD, text)

    assert refused.value.code == code


def test_the_honest_way_out_is_offered_last_and_is_an_answer(questions: Questions) -> None:
    """Though its word counts as a placeholder anywhere else."""
    question = asked(questions, "size", rule_id="S2")

    assert question.offered == ("Small", "Large", "Unknown")
    assert questions.checked(question, "contact", LEAD, "Unknown") == "Unknown"


def test_before_anything_is_described_a_field_is_asked_by_its_type(questions: Questions) -> None:
    assert asked(questions, "title", "salesforce:Contact:1") == Question("title", "text")
