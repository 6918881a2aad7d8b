"""The keeper of grants: encrypted in the database, and renewed by one process at a time.

A grant is stored in the transaction in which it was asked for, before anybody uses it: where a refresh token is
replaced at each use, the stored one is the one that lives. The lock of that transaction is held while the system
answers, so a process that waited finds what the other one got. The first of the keys encrypts, all decrypt, and a value
under an older key is encrypted anew when it is read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.db import transaction

from connectors.base import Grant, Unauthorized
from store.models import Token
from store.sql import lock_until_commit, now


class TokenKeeper:
    """Keeps the grant of one account. `source` is a fingerprint of the settings that sign in."""

    def __init__(self, name: str, source: str, keys: Sequence[str]) -> None:
        self._name = name
        self._source = source
        self._newest = Fernet(keys[0])
        self._all = MultiFernet([Fernet(key) for key in keys])

    def load(self) -> Grant | None:
        row = Token.objects.filter(name=self._name, source=self._source).first()
        return self._opened(bytes(row.value)) if row else None

    def renew(self, stale: Grant | None, fetch: Callable[[Grant | None], Grant]) -> Grant:
        """Stored and committed when it returns; so it must not be called within a transaction."""
        with transaction.atomic(durable=True):
            lock_until_commit(f"token {self._name}")
            kept = self.load()
            is_other = kept is not None and (stale is None or kept.access_token != stale.access_token)
            if kept is not None and is_other and not kept.is_over(time.time()):
                return kept
            grant = fetch(kept)
            self._store(grant)
        return grant

    def _store(self, grant: Grant) -> None:
        value = self._newest.encrypt(msgspec.json.encode(grant))
        Token.objects.update_or_create(name=self._name, defaults={"source": self._source, "value": value, "at": now()})

    def _opened(self, value: bytes) -> Grant:
        try:
            content = self._newest.decrypt(value)
        except InvalidToken:
            content = self._opened_by_older(value)
        return msgspec.json.decode(content, type=Grant)

    def _opened_by_older(self, value: bytes) -> bytes:
        try:
            content = self._all.decrypt(value)
        except InvalidToken:
            raise Unauthorized(
                f"the stored {self._name} token was encrypted under a key that ENTENTE_FIELD_KEYS no longer holds: add "
                "that key at the end of the list again, or get a new refresh token (see docs/setup.md)"
            ) from None
        # Only in the place of what was read: somebody else may have stored a newer grant since.
        Token.objects.filter(name=self._name, value=value).update(value=self._newest.encrypt(content))
        return content
