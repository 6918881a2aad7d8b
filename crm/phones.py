"""Phone numbers: whether one can be dialled, and its one form for comparing.

The library behind it judges a number in 60 us, and a first sync judges hundreds of thousands. So a number written with
its country code is first held against the library's own patterns, compiled once per country; whatever does not pass
there is judged by the library itself.
"""

from __future__ import annotations

import re
from functools import cache

_FORMATTING = str.maketrans("", "", " .-()/\u00a0\u202f")
_KINDS = (
    "fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number",
    "voip", "pager", "uan", "voicemail",
)  # fmt: skip


def normal_phone(text: str, region: str | None = None) -> str | None:
    """The number in E.164 with its extension, or `None` where the text is no valid number. `region` reads numbers
    without country code.

    >>> normal_phone("+33 6 12 34 56 78"), normal_phone("06 12 34 56 78", "FR"), normal_phone("12 34")
    ('+33612345678', '+33612345678', None)
    >>> normal_phone("+1 650-253-0000 ext. 12")
    '+16502530000;ext=12'
    """
    import phonenumbers  # noqa: PLC0415 - its metadata takes a while to load, and most commands read no number

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    extension = f";ext={number.extension}" if number.extension else ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) + extension


def is_valid_phone(text: str, region: str | None = None) -> bool:
    """Whether the number exists in its country's numbering plan.

    >>> is_valid_phone("+33 6 12 34 56 78"), is_valid_phone("0000"), is_valid_phone("06 12 34 56 78")
    (True, False, False)
    """
    digits = text.translate(_FORMATTING)
    if digits.startswith("+") and digits[1:].isdecimal() and digits.isascii():
        for length in (1, 2, 3):
            pattern = _national_numbers(digits[1 : 1 + length])
            if pattern is not None:
                if pattern.fullmatch(digits, 1 + length):
                    return True
                break
    return normal_phone(text, region) is not None


@cache
def _national_numbers(country_code: str) -> re.Pattern[str] | None:
    """Every number valid behind a country code, from the library's metadata; `None` where there is no such code."""
    import phonenumbers  # noqa: PLC0415

    if not country_code or country_code[0] == "0":
        return None
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(country_code))
    if regions is None or regions == (phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY,):
        return None
    patterns = []
    for region in regions:
        metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
        if metadata is None or metadata.general_desc is None:
            continue
        general = metadata.general_desc.national_number_pattern
        for kind in _KINDS:
            description = getattr(metadata, kind)
            if description is not None and description.national_number_pattern:
                patterns.append(f"(?=(?:{general})$)(?:{description.national_number_pattern})$")
    return re.compile("|".join(patterns))
