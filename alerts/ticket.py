"""The signed part of a link to an answer: which gap, whose, which field, and which option it preselects.

It holds references and names of rules and fields, never a value of a person: an option is named by a mark, from which
it cannot be read. Opening such a link changes nothing, so that it may lie in a mailbox and be followed by a scanner.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from hashlib import blake2b
from typing import Self

from django.core import signing

_SALT = "entente.answer"

MAX_AGE = 14 * 24 * 60 * 60
"""How long a link opens the page, in seconds: what is still open stands in a newer digest."""


class Forged(Exception):
    """The link was not made here, or was cut or changed."""


class Outdated(Exception):
    """The link was made here, too long ago."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a link is about."""

    rep: str
    """Whom it was sent to: with anybody else it opens nothing."""
    rule: str
    ref: str
    field: str = ""
    mark: str = ""

    def sign(self) -> str:
        """The ticket as the last part of an address."""
        return signing.dumps(astuple(self), salt=_SALT)

    @classmethod
    def read(cls, text: str) -> Self:
        """The ticket of an address. Raises Forged or Outdated."""
        try:
            parts = signing.loads(text, salt=_SALT, max_age=MAX_AGE)
            return cls(*(str(part) for part in parts))
        except signing.SignatureExpired as error:
            raise Outdated from error
        except (signing.BadSignature, TypeError, ValueError) as error:
            raise Forged from error


def mark_of(option: str) -> str:
    """What stands for an option in a link."""
    return blake2b(option.encode(), digest_size=6).hexdigest()
