"""The quick judgement of addresses agrees with email-validator."""

from __future__ import annotations

import email_validator
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crm.values import is_valid_email

LOCALS = st.text("aZ09.-_+'é ", max_size=70)
LABELS = st.text("aZ09-_é", max_size=66)
DOMAINS = st.lists(LABELS, max_size=6).map(".".join) | st.sampled_from(["x.com", "X.COM", "bücher.de", "localhost"])
ADDRESSES = st.emails() | st.builds("{}@{}".format, LOCALS, DOMAINS) | st.text('a@." <>\t', max_size=12)


def library_says(text: str) -> bool:
    try:
        email_validator.validate_email(text.strip(), check_deliverability=False, strict=True)
    except email_validator.EmailNotValidError:
        return False
    return True


@settings(max_examples=1500)
@given(text=ADDRESSES)
@example(" rita@nordlicht.com ")
@example("a" * 64 + "@nordlicht.com")
@example("a" * 65 + "@nordlicht.com")
@example("a" * 60 + "@" + ".".join(["b" * 60] * 3) + ".com")
@example("a" * 64 + "@" + ".".join(["b" * 60] * 3) + ".comm")
@example("a" * 64 + "@" + "b\u00fc" * 20 + "." + "b" * 60 + "." + "b" * 60 + ".com")
@example("rita@nordlicht.test")
@example("rita..lang@nordlicht.com")
@example("_@nordlicht.com")
def test_the_quick_judgement_agrees_with_the_library(text: str) -> None:
    assert is_valid_email(text) == library_says(text)


@pytest.mark.parametrize("text", ["", "@", "rita", "rita@", "@nordlicht.com", "rita@nordlicht", "rita@@nordlicht.com"])
def test_what_is_no_address_is_refused(text: str) -> None:
    assert not is_valid_email(text)
