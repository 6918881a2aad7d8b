"""Which records belong together, and what each side showed when they last agreed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import orjson

from crm.record import Ref, Side, Value
from crm.values import TEXTUAL, FieldType, dump, load
from store.facts import Facts
from store.optouts import notice_pairs
from store.references import ReferenceStore
from store.sql import execute, execute_many, moment, now, rows, rows_in
from sync.mapping import Mapping as FieldMapping
from sync.mapping.handoff import FOLLOW_UPS
from sync.plan import Base, Link

Loader = Callable[[str | None], Value]
_COLUMNS = "id, object, marketing, sales, base_marketing, base_sales, seen_marketing, seen_sales"


class LinkStore:
    """Links with their bases. Methods that write are called inside the caller's transaction."""

    def __init__(self, mapping: FieldMapping, facts: Mapping[str, Facts], references: ReferenceStore) -> None:
        self._mapping = mapping
        self._references = references
        self._facts = facts
        self._loaders = {
            name: {each: _loader(object_map.type_of(each)) for each in (*object_map.fields, *FOLLOW_UPS)}
            for name, object_map in mapping.objects.items()
        }

    def of(self, refs: Iterable[Ref]) -> dict[Ref, Link]:
        """The link of each reference that has one."""
        asked = set(refs)
        found = {
            row[0]: row
            for side, names in self._references.by_side(asked).items()
            for row in rows_in(f"SELECT {_COLUMNS} FROM store_link WHERE {side} IN ({{keys}})", names)
        }
        links = self._links(found.values())
        return {ref: link for link in links for ref in (link.marketing, link.sales) if ref in asked}

    def linked(self, refs: Iterable[Ref]) -> set[Ref]:
        """Those of some references that have a link."""
        return {
            Ref.parse(name)
            for side, names in self._references.by_side(set(refs)).items()
            for (name,) in rows_in(f"SELECT {side} FROM store_link WHERE {side} IN ({{keys}})", names)
        }

    def leading_to(self, refs: Iterable[Ref]) -> dict[Ref, Link]:
        """The links of records that were merged or converted into these, by the record that was."""
        names, passed, found = {str(ref) for ref in refs}, set[str](), dict[Ref, Link]()
        while names:
            passed |= names
            names = {ref for (ref,) in rows_in("SELECT ref FROM store_record WHERE merged_into IN ({keys})", names)}
            names -= passed
            found |= self.of(Ref.parse(name) for name in names)
        return found

    def by_id(self, ids: Iterable[int]) -> dict[int, Link]:
        found = rows_in(f"SELECT {_COLUMNS} FROM store_link WHERE id IN ({{keys}})", ids)
        return {link.id: link for link in self._links(found)}

    def count(self, object_name: str) -> int:
        return int(rows("SELECT COUNT(*) FROM store_link WHERE object = %s", [object_name])[0][0])

    def count_all(self) -> int:
        """How many there are, by an index: each pass asks, also among half a million."""
        return int(rows("SELECT COUNT(*) FROM store_link")[0][0])

    def make(self, object_name: str, pairs: Sequence[tuple[Ref, Ref]]) -> dict[Ref, Link]:
        """Link pairs of (marketing, sales); the result holds each link under both references."""
        execute_many(
            """INSERT INTO store_link (object, marketing, sales, base_marketing, base_sales)
               VALUES (%s, %s, %s, '{}', '{}')""",
            [(object_name, str(marketing), str(sales)) for marketing, sales in pairs],
        )
        self._references.wake(object_name, (ref for pair in pairs for ref in pair))
        self._facts[object_name].settle(marketing for marketing, _ in pairs)
        notice_pairs(self._mapping.objects[object_name], (ref for pair in pairs for ref in pair))
        return self.of(ref for pair in pairs for ref in pair)

    def move(self, link: Link, side: Side, ref: Ref) -> None:
        """Repoint one side of a link, keeping its base: the record was merged or converted into another."""
        execute(f"UPDATE store_link SET {side} = %s WHERE id = %s", [str(ref), link.id])
        self._references.wake(link.object, [ref])
        facts = self._facts[link.object]
        facts.retire([link.ref(side)])
        facts.settle([ref])
        notice_pairs(self._mapping.objects[link.object], [ref, link.ref(side.other)])

    def retire(self, links: Iterable[Link]) -> None:
        """These links say what others say: both of their records are part of another pair."""
        execute_many("DELETE FROM store_link WHERE id = %s", [(link.id,) for link in links])

    def part(self, link: Link, gone: Side, *, is_remade: bool = False) -> None:
        """Unlink a pair whose record is gone on one side; the other is kept, and not made again unless it is wanted."""
        kept = link.ref(gone.other)
        execute("DELETE FROM store_link WHERE id = %s", [link.id])
        if not is_remade:
            execute(
                """INSERT INTO store_tombstone (ref, gone, at) VALUES (%s, %s, %s)
                   ON CONFLICT (ref) DO UPDATE SET gone = excluded.gone, at = excluded.at""",
                [str(kept), str(link.ref(gone)), now()],
            )
        self._facts[link.object].retire([link.ref(gone)])
        if rows("SELECT 1 FROM store_record WHERE ref = %s AND NOT deleted AND merged_into IS NULL", [str(kept)]):
            self._facts[link.object].count_alone(kept)

    def rebase(self, bases: Iterable[tuple[Link, Base]]) -> None:
        """Move the base of some fields of each link to what its sides show now; untouched fields keep theirs."""
        values = []
        for link, base in bases:
            if any(not base.of(side).items() <= link.base.of(side).items() for side in Side):
                marketing, sales = (_dumped({**link.base.of(side), **base.of(side)}) for side in Side)
                values.append((marketing, sales, link.id))
        execute_many("UPDATE store_link SET base_marketing = %s, base_sales = %s WHERE id = %s", values)

    def mark_seen(self, ids: Iterable[int]) -> None:
        """These links were judged with their records as stored: later edits lie between those stamps and newer ones."""
        execute_many(
            """UPDATE store_link SET
                 seen_marketing = (SELECT r.modified_at FROM store_record r WHERE r.ref = store_link.marketing),
                 seen_sales = (SELECT r.modified_at FROM store_record r WHERE r.ref = store_link.sales)
               WHERE id = %s""",
            [(link_id,) for link_id in ids],
        )

    def _links(self, found: Iterable[tuple[object, ...]]) -> list[Link]:
        return self._references.rebased([self._link(row) for row in found])

    def _link(self, row: tuple[object, ...]) -> Link:
        link_id, object_name, marketing, sales, base_marketing, base_sales, seen_marketing, seen_sales = row
        loaders = self._loaders[str(object_name)]
        seen_at = {Side.MARKETING: seen_marketing, Side.SALES: seen_sales}
        return Link(
            int(str(link_id)),
            str(object_name),
            Ref.parse(str(marketing)),
            Ref.parse(str(sales)),
            Base(_values(base_marketing, loaders), _values(base_sales, loaders)),
            {side: moment(at) for side, at in seen_at.items() if isinstance(at, int)},
        )


def _loader(field_type: FieldType) -> Loader:
    return _text if field_type in TEXTUAL else partial(load, field_type)


def _text(text: str | None) -> Value:
    return text if text and text.strip() else None


def _values(text: object, loaders: Mapping[str, Loader]) -> dict[str, Value]:
    found = dict[str, Value]()
    for name, value in orjson.loads(str(text)).items():
        if value is None and name in loaders:
            found[name] = None
            continue
        try:
            found[name] = loaders[name](value)
        except (KeyError, ValueError):
            continue  # A field that has another type now, or is no longer mapped, was never agreed on as it is.
    return found


def _dumped(values: Mapping[str, Value]) -> str:
    return orjson.dumps({name: dump(value) for name, value in values.items()}).decode()
