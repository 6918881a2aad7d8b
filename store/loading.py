"""Stored records, decoded and translated; within a batch each is loaded once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from connectors.base import Connector
from crm.record import Record, Ref, Side
from store.references import ReferenceStore
from store.sql import rows_in


class Loader:
    """Loads records by reference. Whoever stores one otherwise must say so by `forget`."""

    def __init__(self, connectors: Mapping[Side, Connector], references: ReferenceStore) -> None:
        self._systems = {connector.system: connector for connector in connectors.values()}
        self._references = references
        self._at_hand: dict[Ref, Record | None] | None = None
        """What this batch has loaded; `None` where a record is not stored, and for the whole outside of a batch."""

    @contextmanager
    def once(self) -> Iterator[None]:
        """Within it, a record is loaded once, until it is forgotten. No link may change meanwhile."""
        self._at_hand = {}
        try:
            yield
        finally:
            self._at_hand = None

    def forget(self, refs: Iterable[str]) -> None:
        """These are stored otherwise now."""
        if self._at_hand:
            for ref in refs:
                self._at_hand.pop(Ref.parse(ref), None)

    def load(self, refs: Iterable[Ref]) -> dict[Ref, Record]:
        """With references and owners translated: canonical, where a system shows ids."""
        if self._at_hand is None:
            return self._references.translate(self.stored(refs))
        wanted = set(refs)
        if new := wanted - self._at_hand.keys():
            self._at_hand |= dict.fromkeys(new) | self._references.translate(self.stored(new))
        return {ref: record for ref in sorted(wanted) if (record := self._at_hand[ref]) is not None}

    def stored(self, refs: Iterable[Ref]) -> dict[Ref, Record]:
        """As their systems showed them, with what is known of deletes and merges."""
        wanted = {str(ref): ref for ref in refs}
        found = {}
        for name, deleted, merged_into, payload in rows_in(
            "SELECT ref, deleted, merged_into, payload FROM store_record WHERE ref IN ({keys})", wanted
        ):
            ref = wanted[name]
            record = self._systems[ref.system].decode(ref.object, bytes(payload))
            if merged_into and record.merged_into is None:
                record = replace(record, ref=ref, merged_into=Ref.parse(merged_into), merged_from=())
            found[ref] = replace(record, deleted=True) if deleted and not record.deleted else record
        return found
