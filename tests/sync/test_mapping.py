"""The mapping gives both sides the same names and types, and refuses what could not work."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from config.yaml_file import ConfigError, load_yaml
from crm.record import Record, Ref, Side, Value, Wire
from crm.values import same
from sync.mapping import FieldMap, Mapping, ObjectMap, canonical, load_mapping, native
from tests.entente import ROOT

AT = datetime(2026, 5, 4, tzinfo=UTC)


def line(**about: Any) -> dict[str, Any]:
    return {"marketing": "jobtitle", "sales": "Title", "type": "text"} | about


def contact(**about: Any) -> ObjectMap:
    fields = about.pop("fields", {"title": line()})
    whole = {"marketing": "contacts", "sales": ["Lead", "Contact"], "fields": fields} | about
    return Mapping.model_validate({"objects": {"contact": whole}}).objects["contact"]


def field(**about: Any) -> FieldMap:
    return contact(fields={"title": line(**about)}).fields["title"]


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ({"fields": {"title": line(sales={"Account": "Name"})}}, "Account is not one of Lead, Contact"),
        ({"fields": {"title": line(), "job": line()}}, "contacts.jobtitle is mapped by title already"),
        (
            {"fields": {"title": line(), "job": line(marketing="job", sales={"Contact": "Title"})}},
            "Contact.Title is mapped by title already",
        ),
        ({"fields": {"title": line(values={"a": "x", "b": "x"})}}, "the way back would be a guess"),
        ({"fields": {"title": line(type="multi", values={"a;b": "x"})}}, "holds a semicolon"),
        ({"fields": {"title": line(typo=True)}}, "Extra inputs"),
        ({"fields": {}}, "at least 1 item"),
        ({"marketing": []}, "marketing: name the system's object, or let it be `direction: read_only`"),
        ({"fields": {"title": {"sales": "Title", "type": "text"}}}, "fields.title.marketing: name the system's field"),
        ({"direction": "read_only", "marketing": [], "sales": []}, "name the system's object"),
        ({"fields": {"title": line(type="reference")}}, "needs `to:`"),
        ({"fields": {"title": line(to="company")}}, "make the type reference instead of text"),
        ({"fields": {"title": line(required=True)}}, "`required` is for references"),
        ({"fields": {"title": line(type="owner", values={"a": "b"})}}, "takes neither `values` nor `when_missing`"),
        ({"fields": {"title": line(type="email", too_long="truncate")}}, "would make another email of it"),
        ({"fields": {"title": line(type="number", when_missing="[none]")}}, "is no number"),
        ({"match": "title"}, "a match by a name is a guess"),
        ({"default_owner": "rita@x.com"}, "needs a field of type owner"),
        ({"create_in_sales": "contact_if_account"}, "needs a reference on Contact that leads to its account"),
        ({"handoff_campaign": {"by": "title"}}, "name one campaign, or give `by:`"),
        ({"handoff_campaign": {"by": "region", "values": {"a": "A"}}}, "handoff_campaign.by: region is not one of"),
        ({"handoff_campaign": "A", "sales": "Account"}, "are for leads and contacts that a sync writes"),
        ({"task_per_form": "sometimes"}, "task_per_form"),
        ({"fields": {"handoff_campaign": line()}}, "the history uses this name for something else"),
    ],
)
def test_a_mapping_that_could_not_work_is_refused(about: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        contact(**about)


def test_a_plain_name_means_the_same_field_on_all_sales_objects() -> None:
    assert field().sales == {"Lead": "Title", "Contact": "Title"}
    assert field(sales={"Lead": "Title"}).sales == {"Lead": "Title"}


def test_a_missing_key_is_no_clear_and_an_unreadable_value_is_named() -> None:
    object_map = contact(fields={"title": line(), "size": line(marketing="size", sales="Size", type="number")})
    record = Record(Ref("hubspot", "contacts", "1"), {"size": "1.234,56"}, None, AT)

    values, unreadable = canonical(object_map, Side.MARKETING, record)

    assert values == {}
    assert list(unreadable) == ["size"]


def test_a_field_that_an_object_lacks_is_left_out_of_a_write() -> None:
    object_map = contact(fields={"title": line(), "company": line(marketing="company", sales={"Lead": "Company"})})

    assert native(object_map, Side.SALES, "Contact", {"title": "CEO", "company": "Nordlicht"}) == {"Title": "CEO"}


@pytest.mark.parametrize(
    ("field_type", "values", "marketing", "sales"),
    [
        ("picklist", {"hot_lead": "Hot"}, "hot_lead", "Hot"),
        ("picklist", {"hot_lead": "Hot"}, "cold", "cold"),
        ("multi", {"a_internal": "A", "b_internal": "B"}, "b_internal;a_internal", "A;B"),
        ("multi", {"a_internal": "A"}, "a_internal;c", "A;c"),
        ("bool", {"yes": "true", "no": "false"}, "yes", True),
        ("bool", {"yes": "true", "no": "false"}, "no", "false"),
        ("number", {"small": "1"}, "small", 1),
    ],
)
def test_the_two_sides_words_for_one_value_are_the_same(
    field_type: str, values: dict[str, str], marketing: Wire, sales: Wire
) -> None:
    mapped = field(type=field_type, values=values)

    one, other = mapped.read(Side.MARKETING, marketing), mapped.read(Side.SALES, sales)

    assert same(mapped.type, one, other)
    assert same(mapped.type, mapped.read(Side.MARKETING, wire(mapped.write(Side.MARKETING, other))), one)
    assert mapped.write(Side.SALES, one) == one


def wire(value: Value) -> Wire:
    """As a system would send it back."""
    if isinstance(value, frozenset):
        return ";".join(sorted(value))
    return value if isinstance(value, str | bool | None) else str(value)


WORDS = st.sampled_from(["a", "b", "c", "x", "y", "z"])


@given(values=st.dictionaries(WORDS, WORDS).filter(lambda found: len(set(found.values())) == len(found)), shown=WORDS)
def test_what_sales_shows_is_written_in_words_that_read_back_the_same(values: dict[str, str], shown: str) -> None:
    """Unless marketing's own word for it means something else there."""
    mapped = field(type="picklist", values=values)

    value = mapped.read(Side.SALES, shown)
    back = mapped.read(Side.MARKETING, wire(mapped.write(Side.MARKETING, value)))

    assert back == value or (shown in values and shown not in values.values())


def test_a_stand_in_counts_as_blank_on_both_sides() -> None:
    mapped = field(when_missing="[not provided]")

    assert [mapped.read(side, "[not provided]") for side in Side] == [None, None]


@pytest.mark.parametrize(
    ("about", "side", "created"),
    [
        ({}, Side.SALES, "Lead"),
        ({}, Side.MARKETING, "contacts"),
        ({"sales": ["Contact"]}, Side.SALES, "Contact"),
        ({"create_in_sales": None}, Side.SALES, None),
        ({"create_in_marketing": False}, Side.MARKETING, None),
    ],
)
def test_what_a_new_record_becomes(about: dict[str, Any], side: Side, created: str | None) -> None:
    assert contact(**about).created_as(side) == created


def test_the_fields_that_tell_the_stage_are_read_too() -> None:
    lead = {"stage": "lead", "marketing": {"lifecyclestage": "lead"}, "sales": {"Lead": {"Status": "Open"}}}
    whole = {
        "funnel": {"contact": [lead]},
        "objects": {"contact": {"marketing": "contacts", "sales": ["Lead", "Contact"], "fields": {"title": line()}}},
    }
    mapping = Mapping.model_validate(whole)

    assert mapping.native_fields("contact", Side.MARKETING, "contacts") == ["jobtitle", "lifecyclestage"]
    assert mapping.native_fields("contact", Side.SALES, "Lead") == ["Status", "Title"]
    assert mapping.native_fields("contact", Side.SALES, "Contact") == ["Title"]
    with pytest.raises(ValidationError, match="no such object"):
        Mapping.model_validate(whole | {"funnel": {"deal": []}})


def test_a_number_is_never_guessed_from_text() -> None:
    mapped = field(type="number")

    assert mapped.read(Side.MARKETING, "1.00") == Decimal(1)
    with pytest.raises(ValueError):
        mapped.read(Side.MARKETING, "1.234,56")


def test_segments_are_fields_of_the_object_or_its_stage() -> None:
    assert contact(segments=["title", "stage", "title"]).segments == ["title", "stage"]
    assert contact().segments == []


def test_an_unknown_segment_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "mapping.yaml"
    shipped = (ROOT / "config" / "mapping.yaml").read_text(encoding="utf-8")
    file.write_text(shipped.replace("[country, industry, stage]", "[country, region]"), encoding="utf-8")
    line = next(number for number, text in enumerate(file.read_text().splitlines(), 1) if "region]" in text)

    with pytest.raises(ConfigError, match=rf"mapping.yaml.*{line}.*'region' is neither one of this object's fields"):
        load_mapping(load_yaml(file))


def test_the_shipped_mapping_is_cut_by_country_industry_and_stage() -> None:
    mapping = load_mapping(load_yaml(ROOT / "config" / "mapping.yaml"))

    assert mapping.objects["contact"].segments == ["country", "industry", "stage"]


REFERENCES = """objects:
  contact:
    marketing: contacts
    sales: Contact
    fields:
      account: {marketing: associatedcompanyid, sales: AccountId, type: reference, to: %s}
  company:
    marketing: companies
    sales: Account
    fields:
      boss: {marketing: boss, sales: Boss__c, type: reference, to: %s}
"""


@pytest.mark.parametrize(
    ("account", "boss", "line_number", "words"),
    [
        ("companny", "company", 6, "`to: companny` is no object of this mapping"),
        ("company", "contact", 6, "company and contact lead to each other"),
    ],
)
def test_references_that_lead_nowhere_or_in_a_circle_are_refused_by_line(
    tmp_path: Path, account: str, boss: str, line_number: int, words: str
) -> None:
    (tmp_path / "mapping.yaml").write_text(REFERENCES % (account, boss), encoding="utf-8")

    with pytest.raises(ConfigError, match=f"line {line_number}: objects.contact.fields.account.to: {words}"):
        load_mapping(load_yaml(tmp_path / "mapping.yaml"))


def test_parents_come_before_their_children(tmp_path: Path) -> None:
    (tmp_path / "mapping.yaml").write_text(REFERENCES % ("company", "company"), encoding="utf-8")

    mapping = load_mapping(load_yaml(tmp_path / "mapping.yaml"))

    assert [each.name for each in mapping.parents_first] == ["company", "contact"]


def test_an_object_of_a_system_belongs_to_one_mapped_object() -> None:
    one = {"marketing": "contacts", "sales": "Contact", "fields": {"title": line()}}

    with pytest.raises(ValidationError, match="contacts is mapped by contact already"):
        Mapping.model_validate({"objects": {"contact": one, "person": one | {"sales": "Lead"}}})
