"""`entente check --drift`: reads both sides in full, and says of every pair whether it agrees, and if not, why.

    1. Each side is read page by page; of a linked record only a hash is kept, in a file.
    2. Pairs whose hashes differ, or of which a side was not met, are read again and explained field by field.
    3. Records without a link are explained as they come by.

A difference is unexplained where nothing that is stored says why: that is a defect, of ours or of a database that was
restored. Nothing is stored and nothing is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crm.record import Record, Ref, Side
from crm.values import FieldType, dump, same
from store.explaining import Explained, explain, link_ids
from store.spool import Spool, spool
from store.sql import chunks
from sync.breaks import pause_of
from sync.differ import Difference, compared, differences, digest, seen
from sync.fit import Schema, is_further
from sync.mapping import ObjectMap
from sync.outcomes import Keep
from sync.plan import Link, Plan, make_plan
from sync.undo import RULE as UNDO
from wiring.readiness import prepare

if TYPE_CHECKING:
    from wiring.service import Service

BATCH = 500
UNEXPLAINED = "unexplained"
_QUIET = "nobody edited it"


@dataclass(frozen=True, slots=True)
class Drift:
    """One field of a pair that differs, or a record as a whole; `why` is a word of `Comparison.reasons`."""

    record: str
    counterpart: str
    field: str
    marketing: str | None
    sales: str | None
    why: str


@dataclass(slots=True)
class Comparison:
    """The outcome. `reasons` count differing fields, `unlinked` records without a link, both by why."""

    limit: int
    pairs: int = 0
    agree: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    unlinked: dict[str, Counter[str]] = field(default_factory=lambda: {side.value: Counter() for side in Side})
    listed: list[Drift] = field(default_factory=list)

    @property
    def unexplained(self) -> int:
        return self.reasons[UNEXPLAINED] + sum(each[UNEXPLAINED] for each in self.unlinked.values())

    def add(self, drift: Drift) -> None:
        """Count a difference, and list it while there is room; what is unexplained is listed first."""
        self.reasons[drift.why] += 1
        self._list(drift)

    def add_unlinked(self, side: Side, drift: Drift) -> None:
        self.unlinked[side.value][drift.why] += 1
        self._list(drift)

    def _list(self, drift: Drift) -> None:
        if not self.limit or len(self.listed) < self.limit:
            self.listed.append(drift)
        elif drift.why == UNEXPLAINED:
            calm = next((place for place, each in enumerate(self.listed) if each.why != UNEXPLAINED), None)
            if calm is not None:
                self.listed[calm] = drift


def compare_all(service: Service, limit: int) -> Comparison:
    """Both sides, in full; `limit` is how many differences are listed, 0 for all."""
    schema, result = prepare(service), Comparison(limit)
    for name, object_map in service.mapping.objects.items():
        if service.mapping.is_written(name):
            with spool() as hashes:
                _Comparing(service, object_map, schema, hashes, result).compare()
    return result


@dataclass(slots=True)
class _Comparing:
    """One object of the mapping."""

    service: Service
    object_map: ObjectMap
    schema: Schema
    hashes: Spool
    result: Comparison

    def compare(self) -> None:
        for links in link_ids(self.object_map.name, BATCH):
            self.hashes.expect(links)
            self.result.pairs += len(links)
        for side in Side:
            for object_name in self.object_map.object_names(side):
                self._read(side, object_name)
        self.result.agree += self.hashes.agreeing()
        for links in self.hashes.differing(BATCH):
            self._explain(list(self.service.links.by_id(links).values()))

    def _read(self, side: Side, object_name: str) -> None:
        connector = self.service.connectors[side]
        fields = self.service.mapping.native_fields(self.object_map.name, side, object_name)
        done = 0
        for page in connector.changes(object_name, fields, None):
            live = {each.ref: each for each in page.records if not each.deleted and each.merged_into is None}
            live = self.service.references.translate(live)
            links = self.service.links.of(live)
            self.hashes.note(side, [(link.id, self._digest(link, side, live[ref])) for ref, link in links.items()])
            for loose in chunks([record for ref, record in live.items() if ref not in links], BATCH):
                self._explain_loose(side, loose)
            done += len(page.records)
            self.service.progress(f"comparing {connector.system} {object_name}", done, page.total)

    def _digest(self, link: Link, side: Side, record: Record) -> bytes:
        objects = {side: record.ref.object, side.other: link.ref(side.other).object}
        fields = compared(self.object_map, objects[Side.MARKETING], objects[Side.SALES])
        usable = [each for each in fields if not self._paused(each.name, objects)]
        return digest(usable, seen(self.object_map, side, record))

    def _paused(self, name: str, objects: Mapping[Side, str]) -> bool:
        field_map = self.object_map.fields[name]
        return bool(pause_of(field_map, {side: [each] for side, each in objects.items()}, self.schema))

    # -- pairs -------------------------------------------------------------------------------------------------------

    def _explain(self, links: Sequence[Link]) -> None:
        refs = {ref for link in links for ref in (link.marketing, link.sales)}
        fresh, stored, known = self._fresh(refs), self.service.records.load(refs), explain(refs)
        in_scope = self.service.in_scope(refs)
        leads = self.service.references.known(self.object_map, fresh.values())
        for link in links:
            pair = {side: fresh[link.ref(side)] for side in Side if link.ref(side) in fresh}
            if len(pair) < len(Side):
                gone = next(side for side in Side if side not in pair)
                self.result.add(Drift(str(link.ref(gone)), str(link.ref(gone.other)), "", None, None, "gone"))
                continue
            found = list(differences(self.object_map, link, pair, self.schema))
            plan = make_plan(self.object_map, link, pair, self.schema, known=leads) if found else Plan(link.marketing)
            self.result.agree += not found
            moved = any(_has_changed(self.object_map, side, stored.get(link.ref(side)), pair[side]) for side in Side)
            for each in found:
                is_in = bool({link.marketing, link.sales} & in_scope)
                why = self._why(link, each, known, plan, is_moved=moved, is_in=is_in)
                if why == UNEXPLAINED:
                    why = self._why_agreed(each, pair)
                values = dump(each.marketing), dump(each.sales)
                self.result.add(Drift(str(link.marketing), str(link.sales), each.field, *values, why))

    def _why(self, link: Link, each: Difference, known: Explained, plan: Plan, *, is_moved: bool, is_in: bool) -> str:
        names = [str(link.marketing), str(link.sales)]
        is_held = any((name, each.field) in known.held for name in names)
        told = [
            ("conflict", any({(name, each.field), (name, "")} & known.conflicts for name in names)),
            ("held", is_held or any(held.field == each.field for held in plan.held)),
            ("paused", self._paused(each.field, {side: link.ref(side).object for side in Side})),
            ("out_of_scope", not is_in),
            ("dead", bool(known.dead.intersection(names))),
            ("waiting", is_moved or bool(known.waiting.intersection(names))),
            ("cut", each.is_cut),
        ]
        return next((why for why, is_so in told if is_so), None) or self._why_kept(link, each, known, plan)

    def _why_kept(self, link: Link, each: Difference, known: Explained, plan: Plan) -> str:
        """Why a plan would leave two different values as they are."""
        if each.field in plan.conflicts or any(change.field == each.field for change in plan.changes):
            return UNEXPLAINED
        if not isinstance(each.outcome, Keep) or each.outcome.reason != _QUIET:
            return "mapping"
        kind, rules = self.object_map.fields[each.field].type, set()
        for side, shown in ((Side.MARKETING, each.marketing), (Side.SALES, each.sales)):
            rule, new = known.last.get((str(link.ref(side)), each.field), ("", None))
            if rule and (dump(shown) == new or same(kind, shown, new)):
                rules.add(rule)
        return "undone" if UNDO in rules else "rewritten" if rules else UNEXPLAINED

    def _why_agreed(self, each: Difference, pair: Mapping[Side, Record]) -> str:
        """Why two different values count as agreed on, though nothing was written."""
        field_map = self.object_map.fields[each.field]
        shown = {Side.MARKETING: each.marketing, Side.SALES: each.sales}
        if is_further(field_map, pair, shown):
            return "further"
        return "given" if field_map.type is FieldType.OWNER and None in shown.values() else UNEXPLAINED

    def _fresh(self, refs: Iterable[Ref]) -> dict[Ref, Record]:
        """The live ones of these records as they are now; they are not stored."""
        found: dict[Ref, Record] = {}
        for side in Side:
            for object_name in self.object_map.object_names(side):
                ids = [ref.id for ref in refs if ref.object == object_name and self.service.side_of(ref) is side]
                fields = self.service.mapping.native_fields(self.object_map.name, side, object_name)
                read = self.service.connectors[side].get_many(object_name, ids, fields) if ids else []
                found |= {each.ref: each for each in read if not each.deleted and each.merged_into is None}
        return self.service.references.translate(found)

    # -- records without a link --------------------------------------------------------------------------------------

    def _explain_loose(self, side: Side, records: Sequence[Record]) -> None:
        refs = {record.ref for record in records}
        stored, known, in_scope = self.service.records.load(refs), explain(refs), self.service.in_scope(refs)
        for record in records:
            is_moved = _has_changed(self.object_map, side, stored.get(record.ref), record)
            why = self._why_loose(side, record.ref, known, is_moved=is_moved, is_in=record.ref in in_scope)
            self.result.add_unlinked(side, Drift(str(record.ref), "", "", None, None, why))

    def _why_loose(self, side: Side, ref: Ref, known: Explained, *, is_moved: bool, is_in: bool) -> str:
        name = str(ref)
        told = [
            ("waiting", is_moved or name in known.waiting),
            ("conflict", (name, "") in known.conflicts),
            ("out_of_scope", not is_in),
            ("apart", name in known.apart),
            ("held", any(held == name for held, _ in known.held)),
            ("dead", name in known.dead),
            ("mapping", self.object_map.created_as(side.other) is None),
        ]
        return next((why for why, is_so in told if is_so), UNEXPLAINED)


def _has_changed(object_map: ObjectMap, side: Side, stored: Record | None, fresh: Record) -> bool:
    """Whether a record was edited since a pass last read it: the next one will see that."""
    if stored is None or stored.deleted or stored.merged_into is not None:
        return True
    before, now = seen(object_map, side, stored), seen(object_map, side, fresh)
    return any(not same(object_map.fields[name].type, before.get(name), value) for name, value in now.items())


def rows_of(result: Comparison) -> Iterator[dict[str, str | None]]:
    """The listed differences, as a table shows them."""
    for each in result.listed:
        yield {
            "record": each.record, "counterpart": each.counterpart, "field": each.field,
            "marketing": each.marketing, "sales": each.sales, "why": each.why,
        }  # fmt: skip
