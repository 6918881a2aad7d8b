"""Loose records belong together by our key or by a former link, wherever merges and conversions took them."""

from __future__ import annotations

import pytest

from crm.record import Ref
from store import models
from store.kin import kin

pytestmark = pytest.mark.django_db
M, LEAD, CONTACT, LAST = (
    Ref("hubspot", "contacts", "1"),
    Ref("salesforce", "Lead", "2"),
    Ref("salesforce", "Contact", "3"),
    Ref("salesforce", "Contact", "4"),
)


def remember(ref: Ref, *, key: Ref | None = None, merged_into: Ref | None = None, deleted: bool = False) -> None:
    models.Record.objects.create(
        ref=str(ref), side="marketing" if ref == M else "sales", object="contact", modified_at=0, hash=0, payload=b"{}",
        key=str(key) if key else None, merged_into=str(merged_into) if merged_into else None, deleted=deleted,
    )  # fmt: skip


@pytest.mark.parametrize("asked", [M, LEAD])
def test_a_record_and_the_one_it_was_made_from(asked: Ref) -> None:
    remember(M)
    remember(LEAD, key=M)

    assert kin([asked]) == [(M, LEAD)]


@pytest.mark.parametrize("asked", [M, LEAD, CONTACT, LAST])
def test_what_was_made_is_followed_to_what_it_became(asked: Ref) -> None:
    remember(M)
    remember(LEAD, key=M, merged_into=CONTACT)
    remember(CONTACT, merged_into=LAST, deleted=True)
    remember(LAST)

    assert kin([asked]) == [(M, LAST)]


def test_so_is_what_it_was_made_from() -> None:
    remember(LEAD, merged_into=CONTACT)
    remember(CONTACT)
    remember(M, key=LEAD)

    assert kin([M]) == kin([CONTACT]) == [(CONTACT, M)]


@pytest.mark.parametrize("asked", [M, LEAD])
def test_a_pair_that_was_parted_when_one_was_deleted_which_is_back(asked: Ref) -> None:
    remember(M)
    remember(LEAD)
    models.Tombstone.objects.create(ref=str(M), gone=str(LEAD), at=0)

    assert kin([asked]) == [(M, LEAD)]


def test_who_is_gone_has_no_kin() -> None:
    remember(M)
    remember(LEAD, key=M, deleted=True)
    remember(CONTACT, key=M, merged_into=LAST)

    assert kin([M, LEAD, CONTACT]) == []


def test_records_that_were_merged_in_a_circle_are_gone() -> None:
    remember(M)
    remember(CONTACT, key=M, merged_into=LAST)
    remember(LAST, merged_into=CONTACT)

    assert kin([M, CONTACT, LAST]) == []
