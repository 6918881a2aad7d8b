"""Names under this installation's key: what may be recognised again, and cannot be read.

Whoever has the database without the key learns nothing from them. With another `ENTENTE_SECRET_KEY` none is recognised.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable

from django.conf import settings


def keyed(name: str) -> str:
    """A name as it is kept: 64 characters that only this installation can make again."""
    return hmac.digest(f"entente keyed {settings.SECRET_KEY}".encode(), name.encode(), "sha256").hex()


def keyed_address(address: str) -> str:
    """The same of a normalised e-mail address."""
    return keyed(f"email:{address}")


def by_key(addresses: Iterable[str]) -> dict[str, str]:
    """Addresses by what they are kept as."""
    return {keyed_address(each): each for each in addresses}
