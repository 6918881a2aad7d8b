"""What references and owners lead to: between the ids of a system and what stands for them on both sides.

`RecordStore.load` and `LinkStore` hand out what is translated already, and `Intents` sends what is translated back, so
that nobody in between meets an id. An object without references or owners costs nothing here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from django.db import transaction

from connectors.base import Connector
from crm.record import Record, Ref, Side, Value
from crm.values import FieldType, normal_email
from store.attempts import FREE
from store.sql import chunks, execute, execute_many, marks, now, rows, rows_in
from sync.mapping import FieldMap, ObjectMap
from sync.mapping import Mapping as FieldMapping
from sync.outcomes import FieldChange
from sync.plan import Base, Batch, Link
from sync.references import (
    NOTHING,
    OWNER,
    Known,
    Owners,
    Ready,
    is_lone,
    lone_texts,
    members,
    own_text,
    ready,
    translated,
    wanted,
)


class ReferenceStore:
    """Translates in batches. `wake` and `heal` write, inside the caller's transaction."""

    def __init__(self, mapping: FieldMapping, connectors: Mapping[Side, Connector]) -> None:
        self._mapping = mapping
        self._systems = {connector.system: side for side, connector in connectors.items()}
        self._objects = {
            (side, native_name): object_map
            for object_map in mapping.objects.values()
            for side in Side
            for native_name in object_map.object_names(side)
        }
        self._referring = {name for name, object_map in mapping.objects.items() if object_map.referring}
        self._owned = [
            each.name
            for each in mapping.objects.values()
            if any(field_map.type is FieldType.OWNER for field_map in each.referring)
        ]
        self._owners: Owners | None = None
        self._expected: dict[str, str] = {}

    def by_side(self, refs: Iterable[Ref]) -> dict[Side, list[str]]:
        """These references as text, by whose system they are in."""
        groups: dict[Side, list[str]] = defaultdict(list)
        for ref in refs:
            if (side := self._systems.get(ref.system)) is not None:
                groups[side].append(str(ref))
        return groups

    # -- on the way in -------------------------------------------------------------------------------------------------

    def translate(self, records: Mapping[Ref, Record]) -> dict[Ref, Record]:
        """These records with canonical references and owners in place of ids."""
        groups: dict[tuple[str, Side], list[Record]] = defaultdict(list)
        for ref, record in records.items():
            side = self._systems[ref.system]
            object_map = self._objects.get((side, ref.object))
            if object_map is not None and object_map.name in self._referring:
                groups[object_map.name, side].append(record)
        found = dict(records)
        for (name, side), group in groups.items():
            object_map = self._mapping.objects[name]
            linked = self._linked(lone_texts(object_map, side, group))
            owners = self.owners()
            found |= {each.ref: translated(object_map, side, each, linked, owners) for each in group}
        return found

    def rebased(self, links: Sequence[Link]) -> list[Link]:
        """The links, their bases without references to pairs that are no more: on these the sides never agreed."""
        ids = {
            each
            for link in links
            if link.object in self._referring
            for field_map in self._mapping.objects[link.object].referring
            if field_map.to is not None
            for side in Side
            for each in members(link.base.of(side).get(field_map.name))
            if each.isdigit()
        }
        alive = {
            str(link_id) for (link_id,) in rows_in("SELECT id FROM store_link WHERE id IN ({keys})", map(int, ids))
        }
        return [self._rebased(link, alive) if link.object in self._referring else link for link in links]

    def _rebased(self, link: Link, alive: set[str]) -> Link:
        referring = self._mapping.objects[link.object].referring
        if not any(each.name in link.base.marketing or each.name in link.base.sales for each in referring):
            return link
        bases: dict[Side, dict[str, Value]] = {side: dict(link.base.of(side)) for side in Side}
        for field_map in referring:
            for base in bases.values():
                self._rebase(base, field_map, alive)
        return replace(link, base=Base(bases[Side.MARKETING], bases[Side.SALES]))

    def _rebase(self, base: dict[str, Value], field_map: FieldMap, alive: set[str]) -> None:
        value = base.get(field_map.name)
        if field_map.type is FieldType.OWNER and value is not None:
            base[field_map.name] = self._rep_now(str(value))
        elif isinstance(value, frozenset):
            base[field_map.name] = frozenset(each for each in value if each in alive) or None
        elif value is not None and str(value) not in alive:
            del base[field_map.name]

    def _rep_now(self, rep: str) -> str:
        """A rep whose id changed since: an owner who became a user, or who is known by now."""
        ref = Ref.parse(rep) if rep.count(":") >= 2 else None
        side = self._systems.get(ref.system) if ref else None
        return self.owners().reps.get((side, ref.id), rep) if ref and side else rep

    def _linked(self, texts: Iterable[str]) -> dict[str, str]:
        """By own text, the link of those that have one; in a dry run, what would be one."""
        found: dict[str, str] = {}
        native: dict[Side, dict[str, str]] = {side: {} for side in Side}
        for text in set(texts):
            if text in self._expected:
                found[text] = self._expected[text]
                continue
            side, refs = self._refs(text)
            native[side] |= dict.fromkeys(refs, text)
        for side, by_ref in native.items():
            query = f"SELECT {side}, id FROM store_link WHERE {side} IN ({{keys}})"
            found |= {by_ref[ref]: str(link_id) for ref, link_id in rows_in(query, by_ref)}
        return found

    def _refs(self, text: str) -> tuple[Side, list[str]]:
        """The records that an own text may stand for: one in each of the object's homes in that system."""
        ref = Ref.parse(text)
        side = self._systems[ref.system]
        homes = self._mapping.objects[ref.object].object_names(side)
        return side, [str(Ref(ref.system, home, ref.id)) for home in homes]

    # -- in the plan ---------------------------------------------------------------------------------------------------

    def known(self, object_map: ObjectMap, records: Iterable[Record]) -> Known:
        if object_map.name not in self._referring:
            return NOTHING
        lone = {
            text
            for record in records
            for native_name, field_map in object_map.referring_on(self._systems[record.ref.system], record.ref.object)
            if field_map.to is not None
            for text in str(record.fields.get(native_name) or "").split(";")
            if is_lone(text)
        }
        owners = self.owners()
        default = owners.emails.get(normal_email(object_map.default_owner or ""))
        return Known(frozenset(self._promised(lone)), owners, default)

    def _promised(self, texts: set[str]) -> set[str]:
        """Those of which a create is planned by the run at hand; in a dry run, those that it would make or link."""
        by_ref = {ref: text for text in texts - set(self._expected.values()) for ref in self._refs(text)[1]}
        planned = """SELECT source FROM store_intent
                     WHERE state = 'planned' AND target IS NULL AND source IN ({keys})"""
        return {by_ref[ref] for (ref,) in rows_in(planned, by_ref)} | (texts & set(self._expected.values()))

    def expect(self, batch: Batch) -> None:
        for plan in batch.plans:
            if plan.writes and plan.link is None:
                text = self._own_text(plan.source)
                self._expected[text] = text
            elif plan.link is not None and not plan.link.id:
                text = self._own_text(plan.link.marketing)
                self._expected |= {text: text, self._own_text(plan.link.sales): text}

    def expect_nothing(self) -> None:
        self._expected.clear()

    def _own_text(self, ref: Ref) -> str:
        return own_text(ref.system, self._objects[self._systems[ref.system], ref.object].name, ref.id)

    # -- on the way out ------------------------------------------------------------------------------------------------

    def ready(self, object_map: ObjectMap, side: Side, changes: Sequence[Sequence[FieldChange]]) -> list[Ready]:
        """What to send to a side for the changes of each write."""
        if object_map.name not in self._referring:
            return [Ready(tuple(each), {change.field: change.new for change in each}) for each in changes]
        system = next(name for name, its_side in self._systems.items() if its_side is side)
        texts = {text for each in changes for text in wanted(object_map, each)}
        linked = self._linked(text for text in texts if is_lone(text))
        links = {int(text) for text in {*texts, *linked.values()} if text.isdigit()}
        query = f"SELECT id, {side} FROM store_link WHERE id IN ({{keys}})"
        ids = {str(link_id): Ref.parse(ref).id for link_id, ref in rows_in(query, links)}
        return [ready(object_map, system, each, linked, ids, self.owners()) for each in changes]

    # -- who waits -----------------------------------------------------------------------------------------------------

    def wake(self, object_name: str, refs: Iterable[Ref]) -> None:
        """These belong to a pair now: whoever waits for one of them is looked at again."""
        for targets in chunks({own_text(ref.system, object_name, ref.id) for ref in refs}):
            execute(
                f"""INSERT INTO store_touch (ref, object, seen, run_id, at)
                    SELECT ref, MIN(object), %s, CAST(NULL AS BIGINT), CAST(%s AS BIGINT)
                    FROM store_awaited WHERE target IN ({marks(targets)}) GROUP BY ref
                    ON CONFLICT (ref) DO UPDATE SET {FREE}""",
                [True, now(), *targets],
            )

    # -- owners --------------------------------------------------------------------------------------------------------

    def owners(self) -> Owners:
        """Everybody who owns records, as the reps were last read."""
        if self._owners is None:
            self._owners = _owners()
        return self._owners

    def forget_owners(self) -> None:
        """The reps were read again."""
        self._owners = None

    @transaction.atomic
    def heal(self, before: Owners) -> None:
        """The reps were read again. Records of those who can own records elsewhere than before are looked at again, and
        so are those of everybody who had no place: what is still wrong is told anew, and nothing else."""
        self._owners = None
        after = self.owners()
        changed = {rep for (rep, _), _ in before.able.items() ^ after.able.items()}
        ids = {native for (_, native), _ in before.reps.items() ^ after.reps.items()}
        gaps = rows("SELECT id, ref FROM store_held WHERE code = %s", [OWNER])
        execute_many("DELETE FROM store_held WHERE id = %s", [(gap,) for gap, _ in gaps])
        changed |= {self._rep_now(rep) for _, rep in gaps}
        ids |= {native for (_, native), rep in after.reps.items() if rep in changed}
        ids |= {Ref.parse(rep).id for _, rep in gaps}
        for name in self._owned:
            for owners in chunks(ids):
                execute(
                    f"""INSERT INTO store_touch (ref, object, seen, run_id, at)
                        SELECT ref, object, %s, CAST(NULL AS BIGINT), CAST(%s AS BIGINT)
                        FROM store_record WHERE object = %s AND owner IN ({marks(owners)})
                        ON CONFLICT (ref) DO UPDATE SET {FREE}""",
                    [True, now(), name, *owners],
                )


def _owners() -> Owners:
    reps: dict[tuple[Side, str], str] = {}
    able: dict[tuple[str, Side], str] = {}
    names: dict[str, str] = {}
    emails: dict[str, str] = {}
    query = "SELECT id, name, email, is_active, sales, marketing, marketing_active FROM store_rep"
    for rep, name, email, is_active, sales, marketing, marketing_active in rows(query):
        names[rep] = f"{name} ({email})" if email else name
        for side, native, may in ((Side.SALES, sales, is_active), (Side.MARKETING, marketing, marketing_active)):
            if native is None:
                continue
            reps[side, native] = rep
            if email:
                emails[email] = rep
            if may:
                able[rep, side] = native
    return Owners(reps, able, names, emails)
