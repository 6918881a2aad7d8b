"""A person stands at the last stage whose words are shown; which stages there are is the mapping's affair."""

from __future__ import annotations

import pytest

from crm.funnel import Funnel, Stage
from crm.record import Ref, Side, Wire

FUNNEL = Funnel(
    [
        Stage("lead", {"contacts": {"lifecyclestage": "lead"}, "Lead": {"Status": "Open"}}),
        Stage("mql", {"contacts": {"lifecyclestage": "mql"}, "Lead": {"Status": "Working", "Rating": "Hot"}}),
        Stage("customer", {"contacts": {"lifecyclestage": "customer"}}),
    ]
)


@pytest.mark.parametrize(
    ("object_name", "fields", "stage"),
    [
        ("contacts", {"lifecyclestage": "lead"}, "lead"),
        ("contacts", {"lifecyclestage": " MQL "}, "mql"),
        ("contacts", {"lifecyclestage": "evangelist"}, None),
        ("contacts", {"lifecyclestage": None}, None),
        ("contacts", {}, None),
        ("Lead", {"Status": "Working", "Rating": "Hot"}, "mql"),
        ("Lead", {"Status": "Working"}, None),
        ("Lead", {"Status": True}, None),
        ("Account", {"Status": "Open"}, None),
    ],
)
def test_the_stage_is_the_last_one_whose_words_are_all_shown(
    object_name: str, fields: dict[str, Wire], stage: str | None
) -> None:
    assert FUNNEL.stage_of(object_name, fields) == stage


@pytest.mark.parametrize(
    ("one", "other", "later"),
    [
        ("lead", "mql", "mql"),
        ("customer", "lead", "customer"),
        (None, "lead", "lead"),
        ("lead", None, "lead"),
        (None, None, None),
        ("unheard of", "lead", "lead"),
    ],
)
def test_a_pair_is_as_far_as_its_more_advanced_side(one: str | None, other: str | None, later: str | None) -> None:
    assert FUNNEL.later(one, other) == later


def test_only_the_fields_that_tell_the_stage_are_read() -> None:
    assert FUNNEL.fields_read("Lead") == {"Status", "Rating"}
    assert FUNNEL.fields_read("Contact") == set()


def test_a_reference_written_down_is_found_again() -> None:
    ref = Ref("salesforce", "Lead", "00Q:odd:id")

    assert Ref.parse(str(ref)) == ref


def test_each_side_faces_the_other() -> None:
    assert [side.other.other for side in Side] == list(Side)
    assert Side.MARKETING.other is Side.SALES
