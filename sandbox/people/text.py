"""Names as addresses and domains."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LETTERS = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "å": "a", "Å": "A", "đ": "d"})


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Lower-case ASCII letters, digits and hyphens.

    >>> plain("Élise D'Angelo"), plain("Sørli")
    ('elise-dangelo', 'sorli')
    """
    folded = unicodedata.normalize("NFKD", text.translate(LETTERS).replace("'", "")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", folded.lower()).strip("-")


def address(first: str, last: str, domain: str, number: int = 0) -> str:
    """An address at a company; `number` tells namesakes apart.

    >>> address("Élise", "De Luca", "velmora.example", 2)
    'elise.de-luca2@velmora.example'
    """
    return f"{plain(first)}.{plain(last)}{number or ''}@{domain}"
