"""Who is the same person: exact keys only, and never a guess."""

from __future__ import annotations

import pytest

from crm.record import Ref
from sync.match import Candidate, find_matches


def ref(name: str) -> Ref:
    """`m1`, `lead1` or `contact1`."""
    if name.startswith("m"):
        return Ref("hubspot", "contacts", name)
    return Ref("salesforce", "Lead" if name.startswith("lead") else "Contact", name)


def candidates(names: str) -> list[Candidate]:
    """A name with a `+` is linked already."""
    return [Candidate(ref(name.rstrip("+")), name.endswith("+")) for name in names.split()]


@pytest.mark.parametrize(
    ("marketing", "sales", "pair", "unresolved"),
    [
        ("m1", "lead1", ("m1", "lead1"), ""),
        ("m1", "", ("m1", None), ""),
        ("", "contact1", (None, "contact1"), ""),
        ("m1", "lead1 contact1", ("m1", "contact1"), "lead1"),
        ("m1", "lead1 lead2 contact1", ("m1", "contact1"), "lead1 lead2"),
        ("", "lead1 contact1", (None, "contact1"), "lead1"),
        ("m1", "lead1 lead2", (None, None), "m1 lead1 lead2"),
        ("m1", "contact1 contact2", (None, None), "m1 contact1 contact2"),
        ("m1 m2", "", (None, None), "m1 m2"),
        ("m1 m2", "lead1", (None, None), "m1 m2 lead1"),
        ("m1", "lead1+", (None, None), "m1"),
        ("m1+", "lead1", (None, None), "lead1"),
        ("m1+ m2", "lead1+ contact1", (None, None), "m2 contact1"),
        ("m1+", "lead1+", (None, None), ""),
        ("", "", (None, None), ""),
    ],
)
def test_records_that_share_an_email(
    marketing: str, sales: str, pair: tuple[str | None, str | None], unresolved: str
) -> None:
    found = find_matches(candidates(marketing), candidates(sales), final_object="Contact")

    assert (found.marketing, found.sales) == tuple(ref(name) if name else None for name in pair)
    assert found.unresolved == tuple(ref(name) for name in unresolved.split())
    assert bool(found.reason) == bool(unresolved), "whoever must decide is told why"


def test_where_people_stay_what_they_begin_as_two_of_them_are_no_match() -> None:
    found = find_matches(candidates("m1"), candidates("lead1 lead2"), final_object="Lead")

    assert found.marketing is None
    assert len(found.unresolved) == 3
