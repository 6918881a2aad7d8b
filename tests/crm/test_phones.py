"""The quick judgement of phone numbers never says yes where the library says no."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crm.phones import is_valid_phone, normal_phone

KINDS = ("FIXED_LINE", "MOBILE", "TOLL_FREE", "PREMIUM_RATE", "SHARED_COST", "VOIP", "UAN", "PAGER", "PERSONAL_NUMBER")
EXAMPLES = sorted(
    {
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        for region in phonenumbers.SUPPORTED_REGIONS
        for kind in KINDS
        if (number := phonenumbers.example_number_for_type(region, getattr(phonenumbers.PhoneNumberType, kind)))
    }
)


def library_says(text: str) -> bool:
    """What phonenumbers itself makes of a number with its country code."""
    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(text, None)))
    except phonenumbers.NumberParseException:
        return False


@st.composite
def nearly_numbers(draw: st.DrawFn) -> str:
    """A number of some country with some digits changed, dropped, doubled or spaced."""
    digits = list(draw(st.sampled_from(EXAMPLES)))
    for _ in range(draw(st.integers(0, 3))):
        position = draw(st.integers(1, len(digits) - 1))
        match draw(st.sampled_from(["change", "drop", "double", "space"])):
            case "change":
                digits[position] = draw(st.sampled_from("0123456789"))
            case "drop" if len(digits) > 2:
                del digits[position]
            case "double":
                digits.insert(position, digits[position])
            case "space":
                digits.insert(position, draw(st.sampled_from(" .-()/\u00a0")))
    return "".join(digits)


@settings(max_examples=1000)
@given(text=nearly_numbers())
@example("+33612345678\n")
@example("+(33) 6 12 34 56 78")
def test_the_quick_judgement_agrees_with_the_library(text: str) -> None:
    assert is_valid_phone(text) == library_says(text)


def test_an_example_number_of_every_region_is_judged_as_the_library_does() -> None:
    assert {number for number in EXAMPLES if is_valid_phone(number) != library_says(number)} == set()


@settings(max_examples=200)
@given(text=nearly_numbers())
def test_the_normal_form_of_a_normal_form_is_itself(text: str) -> None:
    normal = normal_phone(text)

    if normal is not None:
        assert normal_phone(normal) == normal


@pytest.mark.parametrize("text", ["", "+", "0", "+0", "+00", "++33612345678", "+33", "not a number", "+٣٣٦١٢٣٤٥٦٧٨"])
def test_what_is_no_number_is_judged_as_the_library_does(text: str) -> None:
    assert is_valid_phone(text) == library_says(text)


def test_a_short_number_is_read_by_the_country_that_the_mapping_names() -> None:
    assert is_valid_phone("06 12 34 56 78", "FR")
    assert not is_valid_phone("06 12 34 56 78")
