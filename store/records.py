"""What was last seen on each side, and which of it may differ from its counterpart."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from hashlib import blake2b
from typing import Any, NamedTuple

from django.db import transaction

from connectors.base import Connector
from crm.record import Record, Ref, Side
from crm.values import FieldType, match_key
from store import optouts
from store.aliases import candidates, emails, mark_merged, save_emails
from store.attempts import FREE, batch_size
from store.erased import without_erased
from store.facts import Facts
from store.kin import kin
from store.loading import Loader
from store.references import ReferenceStore
from store.runs import renew
from store.sql import CHUNK, execute, execute_many, milliseconds, now, rows, rows_in, skip_locked, upsert
from sync.mapping import Mapping as FieldMapping
from sync.match import Candidate
from sync.ports import Touched

_SAVE = upsert(
    "store_record",
    "ref",
    ["side", "object", "owner", "modified_at", "deleted", "merged_into", "email", "key", "hash", "payload"],
)
TOUCH = f"""INSERT INTO store_touch (ref, object, seen, run_id, at) VALUES (%s, %s, %s, NULL, %s)
            ON CONFLICT (ref) DO UPDATE SET seen = excluded.seen, {FREE}"""
_LOOK_AGAIN = TOUCH.replace("seen = excluded.seen, ", "")
"""As stored, unless it was to be read anyway."""
_NO_EMAIL = (None, FieldType.EMAIL)
_STORED = "SELECT ref, modified_at, hash, email, deleted FROM store_record WHERE ref IN ({keys})"


class _Known(NamedTuple):
    """What is stored of a record that was read again."""

    stamp: int
    digest: int
    email: str | None
    deleted: bool


class RecordStore:
    """Stores records with their facts and touches, in batches."""

    def __init__(
        self,
        mapping: FieldMapping,
        connectors: Mapping[Side, Connector],
        facts: Mapping[str, Facts],
        references: ReferenceStore,
    ) -> None:
        self._mapping = mapping
        self._connectors = connectors
        self._facts = facts
        self._reps: dict[Side, dict[str, str]] | None = None
        self._references = references
        self._loader = Loader(connectors, references)
        self._email_fields = {
            (name, native_name): (by.native_name(side, native_name), by.type)
            for name, object_map in mapping.objects.items()
            if (by := object_map.match_by) is not None
            for side in Side
            for native_name in object_map.object_names(side)
        }

    def cursor(self, key: str) -> str | None:
        found = rows("SELECT cursor FROM store_cursor WHERE object = %s", [key])
        return found[0][0] if found else None

    @transaction.atomic
    def save_page(self, object_name: str, side: Side, records: Sequence[Record], key: str, cursor: str) -> int:
        changed, stale = self._save(object_name, side, records)
        planned = () if self._mapping.objects[object_name].is_read_only else changed
        self._touch(object_name, [*((ref, True) for ref in planned), *((ref, False) for ref in stale)])
        execute(upsert("store_cursor", "object", ["cursor"]), [key, cursor])
        return len(changed)

    @transaction.atomic
    def save(self, object_name: str, side: Side, records: Sequence[Record], gone: Iterable[Ref] = ()) -> None:
        self._save(object_name, side, records)
        missing = [str(ref) for ref in gone]
        self._loader.forget(missing)
        new = "SELECT email FROM store_record WHERE NOT deleted AND email IS NOT NULL AND ref IN ({keys})"
        emails = [email for (email,) in rows_in(new, missing)]
        # Without its hash a record that comes back unchanged is seen as changed.
        execute_many("UPDATE store_record SET deleted = %s, hash = 0 WHERE ref = %s", [(True, ref) for ref in missing])
        self._facts[object_name].retire(Ref.parse(ref) for ref in missing)
        self._left(object_name, emails, missing)

    @transaction.atomic
    def saw(self, object_name: str, side: Side, records: Sequence[Record], gone: Iterable[Ref]) -> None:
        """Store what was read without a cursor, and touch what differs from what is stored, who is gone included."""
        changed, stale = self._save(object_name, side, records)
        names = {str(ref) for ref in gone}
        alive = "SELECT ref FROM store_record WHERE NOT deleted AND ref IN ({keys})"
        new = [ref for (ref,) in rows_in(alive, names)]
        self.save(object_name, side, (), (Ref.parse(ref) for ref in new))
        self._touch(object_name, [*((ref, True) for ref in (*changed, *new)), *((ref, False) for ref in stale)])

    def _save(self, object_name: str, side: Side, records: Sequence[Record]) -> tuple[list[str], list[str]]:
        """Store what differs from what is stored; returns (changed, older than what is stored)."""
        records = without_erased(records, partial(self._email, object_name))
        by_ref = {str(record.ref): record for record in records}
        known = {row[0]: _Known(*row[1:]) for row in rows_in(_STORED, by_ref)}
        changed: dict[str, Record] = {}
        stale: list[str] = []
        values: list[tuple[Any, ...]] = []
        for ref, record in by_ref.items():
            stamp, digest = milliseconds(record.modified_at), _digest(record)
            stored = known.get(ref)
            if stored is not None and stored.digest == digest:
                continue
            if stored is not None and stored.stamp > stamp:
                stale.append(ref)
                continue
            changed[ref] = record
            values.append(self._row(object_name, side, ref, record, stamp, digest))
        execute_many(_SAVE, values)
        self._loader.forget(changed)
        save_emails(changed)
        self._follow_merges(object_name, [record for record in by_ref.values() if record.merged_from])
        self._judge(object_name, side, changed.values(), known)
        optouts.notice(self._mapping.objects[object_name], side, changed.values(), known, self._email)
        self._left(object_name, {email for email in self._given_up(object_name, changed, known) if email}, changed)
        return list(changed), stale

    def _follow_merges(self, object_name: str, survivors: Sequence[Record]) -> None:
        """What is part of these records now is marked so; its link is looked at again."""
        merged, given_up = mark_merged(survivors)
        self._loader.forget(merged)
        self._facts[object_name].retire(Ref.parse(ref) for ref in merged)
        execute_many(_LOOK_AGAIN, [(ref, object_name, True, now()) for ref in merged])
        self._left(object_name, given_up, merged)

    def _judge(self, object_name: str, side: Side, records: Collection[Record], known: Mapping[str, _Known]) -> None:
        """Refresh the facts of records: who is gone counts no more, who is back counts again."""
        facts = self._facts[object_name]
        facts.save(side, [record for record in records if not record.deleted], self._reps_of(side))
        for record in records:
            if not record.deleted and str(record.ref) in known and known[str(record.ref)].deleted:
                facts.count_alone(record.ref)
        facts.settle(record.ref for record in records)
        facts.retire(record.ref for record in records if record.deleted or record.merged_into)

    def _given_up(
        self, object_name: str, changed: Mapping[str, Record], known: Mapping[str, _Known]
    ) -> Iterator[str | None]:
        """E-mails that records showed until now, and show no more."""
        for ref, record in changed.items():
            if ref in known and (
                record.deleted or record.merged_into or self._email(object_name, record) != known[ref].email
            ):
                yield known[ref].email

    def _left(self, object_name: str, emails: Iterable[str], by: Collection[str]) -> None:
        """Addresses were given up: who else shows one, or waits for one, is looked at again."""
        emails = set(emails)
        if not emails:
            return
        showing = "SELECT ref FROM store_record WHERE object = %s AND email IN ({keys})"
        others = {ref for (ref,) in rows_in(showing, emails, before=[object_name])}
        waiting = list(rows_in("SELECT id, ref FROM store_held WHERE refused AND LOWER(value) IN ({keys})", emails))
        others |= {ref for _, ref in waiting}
        execute_many("UPDATE store_held SET refused = %s WHERE id = %s", [(False, number) for number, _ in waiting])
        execute_many(_LOOK_AGAIN, [(ref, object_name, True, now()) for ref in others.difference(by)])

    def _row(self, object_name: str, side: Side, ref: str, record: Record, stamp: int, digest: int) -> tuple[Any, ...]:
        key = record.fields.get(self._connectors[side].key_field) or (str(record.twin) if record.twin else None)
        return (
            ref, side.value, object_name, record.owner, stamp, record.deleted,
            str(record.merged_into) if record.merged_into else None,
            self._email(object_name, record),
            _fitting(key, 255) if isinstance(key, str) else None, digest, record.payload,
        )  # fmt: skip

    def _email(self, object_name: str, record: Record) -> str | None:
        email_field, field_type = self._email_fields.get((object_name, record.ref.object), _NO_EMAIL)
        email = record.fields.get(email_field) if email_field else None
        return _fitting(match_key(field_type, email), 254) if isinstance(email, str) else None

    def load(self, refs: Iterable[Ref]) -> dict[Ref, Record]:
        return self._loader.load(refs)

    def loading_once(self) -> AbstractContextManager[None]:
        return self._loader.once()

    # -- touches ------------------------------------------------------------------------------------------------------

    def touch(self, object_name: str, refs: Iterable[Ref]) -> None:
        self._touch(object_name, [(str(ref), False) for ref in refs])

    def look_again(self, object_name: str, refs: Iterable[Ref]) -> None:
        """Say that these may differ as they are stored."""
        execute_many(_LOOK_AGAIN, [(str(ref), object_name, True, now()) for ref in refs])

    def look_around(self, object_name: str, refs: Iterable[Ref]) -> None:
        """These belong to nobody now: they, and whoever shows the same e-mail, may be matched anew."""
        freed = [str(ref) for ref in refs]
        sql = """SELECT other.ref FROM store_record r
                 JOIN store_record other ON other.object = r.object AND other.email = r.email WHERE r.ref IN ({keys})"""
        others = {ref for (ref,) in rows_in(sql, freed)}
        execute_many(_LOOK_AGAIN, [(ref, object_name, True, now()) for ref in sorted({*freed, *others})])

    def touch_all(self, object_name: str) -> None:
        """The mapping changed: every stored record may have to travel otherwise."""
        execute(
            f"""INSERT INTO store_touch (ref, object, seen, run_id, at)
               SELECT ref, object, %s, CAST(NULL AS BIGINT), CAST(%s AS BIGINT) FROM store_record WHERE object = %s
               ON CONFLICT (ref) DO UPDATE SET {FREE}""",
            [True, now(), object_name],
        )

    @staticmethod
    def _touch(object_name: str, touches: Iterable[tuple[str, bool]]) -> None:
        execute_many(TOUCH, [(ref, object_name, seen, now()) for ref, seen in touches])

    @transaction.atomic
    def claim(self, object_name: str, run: int, limit: int) -> list[Touched]:
        renew(run)
        least = rows(
            "SELECT attempts FROM store_touch WHERE object = %s AND run_id IS NULL ORDER BY attempts LIMIT 1",
            [object_name],
        )
        if not least:
            return []
        size = batch_size(limit, attempts := least[0][0])
        execute(  # picked apart: Postgres may run a plain subquery again for each row, and so pass its limit
            f"""WITH picked AS (SELECT ref FROM store_touch WHERE object = %s AND run_id IS NULL AND attempts = %s
                                ORDER BY ref LIMIT {int(size)} {skip_locked()})
                UPDATE store_touch SET run_id = %s, attempts = attempts + 1
                WHERE run_id IS NULL AND ref IN (SELECT ref FROM picked)""",
            [object_name, attempts, run],
        )
        claimed = rows("SELECT ref, seen FROM store_touch WHERE object = %s AND run_id = %s", [object_name, run])
        return _touched(sorted(claimed))

    def look(self, object_name: str, after: str, limit: int) -> list[Touched]:
        return _touched(
            rows(
                f"SELECT ref, seen FROM store_touch WHERE object = %s AND ref > %s ORDER BY ref LIMIT {int(limit)}",
                [object_name, after],
            )
        )

    # -- who might be the same person ---------------------------------------------------------------------------------

    def candidates(self, object_name: str, emails: Iterable[str]) -> dict[str, dict[Side, list[Candidate]]]:
        return candidates(object_name, emails)

    def emails(self, refs: Iterable[Ref]) -> dict[Ref, set[str]]:
        return emails(refs)

    def kin(self, refs: Iterable[Ref]) -> list[tuple[Ref, Ref]]:
        return kin(refs)

    def kept_apart(self, refs: Iterable[Ref]) -> set[Ref]:
        found = rows_in("SELECT ref FROM store_tombstone WHERE ref IN ({keys})", [str(ref) for ref in refs])
        return {Ref.parse(ref) for (ref,) in found}

    def read_again(self, key: str) -> None:
        """Other fields are mapped now: the next pull reads everything, not only what changed."""
        execute("DELETE FROM store_cursor WHERE object = %s", [key])

    def rebuild_facts(self, object_name: str) -> None:
        """Compute every fact again from what is stored, in batches."""
        after = ""
        while refs := [
            Ref.parse(ref)
            for (ref,) in rows(
                f"SELECT ref FROM store_record WHERE object = %s AND ref > %s ORDER BY ref LIMIT {CHUNK}",
                [object_name, after],
            )
        ]:
            after = str(refs[-1])
            self._save_facts(object_name, list(self._loader.stored(refs).values()))

    @transaction.atomic
    def _save_facts(self, object_name: str, records: Sequence[Record]) -> None:
        facts = self._facts[object_name]
        for side, connector in self._connectors.items():
            live = [record for record in records if record.ref.system == connector.system and not record.deleted]
            facts.save(side, live, self._reps_of(side), as_stored=True)
        facts.settle(record.ref for record in records)

    def confirm(self, object_name: str, ref: str, field: str) -> None:
        """Somebody said just now that a value of a record is right."""
        self._facts[object_name].confirm(ref, field, now())

    def forget_reps(self) -> None:
        """The reps were read again."""
        self._reps = None
        self._references.forget_owners()

    def _reps_of(self, side: Side) -> Mapping[str, str]:
        if self._reps is None:
            self._reps = {
                each: dict(rows(f"SELECT {each}, id FROM store_rep WHERE {each} IS NOT NULL")) for each in Side
            }
        return self._reps[side]


def _digest(record: Record) -> int:
    return int.from_bytes(blake2b(record.payload, digest_size=8).digest(), signed=True)


def _fitting(text: str, most: int) -> str | None:
    """A text to find records by; a longer one is neither an address nor a key of ours."""
    return text if text and len(text) <= most else None


def _touched(found: Iterable[tuple[Any, ...]]) -> list[Touched]:
    return [Touched(Ref.parse(ref), bool(seen)) for ref, seen in found]
