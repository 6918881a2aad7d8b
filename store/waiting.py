"""What waits: conflicts for a person, held values for a change, dead letters for a mend."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress

import orjson

from connectors.base import Refused
from crm.record import Ref, Side
from crm.values import dump, load
from store.sql import execute, execute_in, execute_many, now, rows, rows_in
from sync.mapping import Mapping as FieldMapping
from sync.outcomes import Held
from sync.plan import Plan, Unresolved
from sync.ports import Intent
from sync.references import OWNER, PARENT, is_lone, members

_ASK = """INSERT INTO store_conflict (object, kind, ref, field, base, marketing, sales, others, reason, opened_at)
          VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
          ON CONFLICT (ref, field) WHERE closed_at IS NULL
          DO UPDATE SET base = excluded.base, marketing = excluded.marketing, sales = excluded.sales,
                        kind = excluded.kind, reason = excluded.reason, others = excluded.others"""
_HOLD = """INSERT INTO store_held (object, ref, field, side, code, message, value, refused, since)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
           ON CONFLICT (ref, field, side) DO UPDATE SET code = excluded.code, message = excluded.message,
                        value = excluded.value, refused = excluded.refused"""


_AWAIT = """INSERT INTO store_awaited (ref, object, target) VALUES (%s, %s, %s) ON CONFLICT (ref, target) DO NOTHING"""


class Waiting:
    """Opens and closes what waits, in the caller's transaction."""

    def __init__(self, mapping: FieldMapping) -> None:
        self._mapping = mapping

    # -- conflicts ----------------------------------------------------------------------------------------------------

    def conflicts(
        self, object_name: str, plans: Sequence[Plan], unresolved: Sequence[Unresolved], judged: Iterable[Ref] = ()
    ) -> None:
        """Of the planned records, and of those that were `judged` otherwise, exactly these conflicts stay open."""
        asked = [
            (object_name, "field", str(plan.source), name, _base(plan, name), dump(conflict.marketing),
             dump(conflict.sales), "[]", conflict.reason, now())
            for plan in plans
            for name, conflict in plan.conflicts.items()
        ]  # fmt: skip
        for each in unresolved:
            others = orjson.dumps([str(ref) for ref in each.others]).decode()
            edits = orjson.dumps({name: dump(value) for name, value in each.edits.items()}).decode()
            edits_or_none = edits if each.edits else None
            field = each.kind if each.kind == "consent" else ""
            asked.append(
                (object_name, each.kind, str(each.ref), field, edits_or_none, None, None, others, each.reason, now())
            )
        still = {(row[2], row[3]) for row in asked}
        open_now = rows_in(
            """SELECT id, ref, field FROM store_conflict
               WHERE closed_at IS NULL AND kind NOT IN ('consent', 'subscribed', 'erased') AND ref IN ({keys})""",
            _names(plans, judged),
        )
        closed = [(now(), conflict_id) for conflict_id, ref, field in open_now if (ref, field) not in still]
        execute_many("UPDATE store_conflict SET closed_at = %s WHERE id = %s", closed)
        execute_many(_ASK, asked)

    def ask(self, object_name: str, kind: str, ref: Ref, reason: str) -> None:
        """Open one conflict about a record as a whole."""
        execute(_ASK, [object_name, kind, str(ref), "", None, None, None, "[]", reason, now()])

    # -- held values --------------------------------------------------------------------------------------------------

    def hold(self, object_name: str, plans: Sequence[Plan], judged: Iterable[Ref] = ()) -> None:
        """Of the planned records, and of those that were `judged` otherwise, exactly these values stay held."""
        kept = [(_about(plan.source, held), held) for plan in plans for held in plan.held]
        still = {(str(ref), held.field, held.side.value) for ref, held in kept}
        known = rows_in("SELECT id, ref, field, side FROM store_held WHERE ref IN ({keys})", _names(plans, judged))
        released = [(row[0],) for row in known if tuple(row[1:]) not in still]
        execute_many("DELETE FROM store_held WHERE id = %s", released)
        execute_many(_HOLD, [_held_row(object_name, ref, held) for ref, held in kept])
        if self._has_references(object_name):
            awaiting = rows_in("SELECT id FROM store_awaited WHERE ref IN ({keys})", _names(plans, judged))
            execute_many("DELETE FROM store_awaited WHERE id = %s", list(awaiting))
            execute_many(_AWAIT, _awaited(object_name, kept))

    def keep(self, object_name: str, ref: Ref, held: Held) -> None:
        """Hold one more value."""
        execute(_HOLD, _held_row(object_name, _about(ref, held), held))
        execute_many(_AWAIT, _awaited(object_name, [(ref, held)]))

    def _has_references(self, object_name: str) -> bool:
        return any(field_map.to for field_map in self._mapping.objects[object_name].fields.values())

    def release(self, object_name: str) -> list[Ref]:
        """The systems may take now what they refused: nothing counts as refused any more. Returns whose values wait."""
        execute("UPDATE store_held SET refused = %s WHERE object = %s", [False, object_name])
        return [Ref.parse(ref) for (ref,) in rows("SELECT ref FROM store_held WHERE object = %s", [object_name])]

    def unsettled(self, refs: Iterable[Ref]) -> set[Ref]:
        """Those of some marketing records about which a field waits: for a person, or for a change."""
        names = {str(ref) for ref in refs}
        asked = rows_in("SELECT ref FROM store_conflict WHERE closed_at IS NULL AND ref IN ({keys})", names)
        held = rows_in("SELECT ref FROM store_held WHERE ref IN ({keys})", names)
        return {Ref.parse(ref) for found in (asked, held) for (ref,) in found}

    def held(self, refs: Iterable[Ref]) -> dict[Ref, list[Held]]:
        """The values that a system refused, by the record that the plan was made from."""
        found: dict[Ref, list[Held]] = defaultdict(list)
        for object_name, ref, field, side, code, message, value in rows_in(
            """SELECT object, ref, field, side, code, message, value FROM store_held
               WHERE refused AND ref IN ({keys})""",
            [str(ref) for ref in refs],
        ):
            # A field that has another type now, or is no longer mapped, is tried anew.
            with suppress(KeyError, ValueError):
                refused = load(self._mapping.objects[object_name].fields[field].type, value)
                found[Ref.parse(ref)].append(Held(field, Side(side), code, message, refused, is_refused=True))
        return found

    # -- dead letters -------------------------------------------------------------------------------------------------

    def bury(self, intent: Intent, refused: Refused) -> None:
        """Keep a refused write with its answer; the newest answer replaces an older one about the same record."""
        self.revive([intent])
        changes = {change.field: dump(change.new) for change in intent.changes}
        execute(
            """INSERT INTO store_deadletter (object, ref, side, code, message, changes, at)
               VALUES (%s, %s, %s, %s, %s, %s, %s)""",
            [
                intent.object, str(intent.source), intent.side.value, refused.code, refused.message,
                orjson.dumps(changes).decode(), now(),
            ],
        )  # fmt: skip

    def revive(self, intents: Sequence[Intent]) -> None:
        """A write of these records passed, or was refused anew: older dead letters about them are closed."""
        sources: dict[Side, list[str]] = defaultdict(list)
        for intent in intents:
            sources[intent.side].append(str(intent.source))
        sql = "UPDATE store_deadletter SET closed_at = %s WHERE closed_at IS NULL AND side = %s AND ref IN ({keys})"
        for side, names in sources.items():
            execute_in(sql, names, [now(), side.value])

    def revive_field(self, name: str, written: Iterable[tuple[Ref, Side]]) -> None:
        """A field of these records was written: older dead letters about it are closed."""
        found = {(str(ref), side.value) for ref, side in written}
        letters = rows_in(
            "SELECT id, ref, side, changes FROM store_deadletter WHERE closed_at IS NULL AND ref IN ({keys})",
            {ref for ref, _ in found},
        )
        closed = [
            (now(), number) for number, ref, side, changes in letters if (ref, side) in found and name in _json(changes)
        ]
        execute_many("UPDATE store_deadletter SET closed_at = %s WHERE id = %s", closed)


def open_counts() -> dict[str, int]:
    """How many conflicts, held values and dead letters wait now."""
    queries = {
        "conflicts": "SELECT COUNT(*) FROM store_conflict WHERE closed_at IS NULL",
        "held": "SELECT COUNT(*) FROM store_held",
        "dead": "SELECT COUNT(*) FROM store_deadletter WHERE closed_at IS NULL",
    }
    return {name: int(rows(sql)[0][0]) for name, sql in queries.items()}


def _about(source: Ref, held: Held) -> Ref:
    """Whom a held value is about: a rep without a place on a side is one thing to mend, not one per record."""
    return Ref.parse(str(held.value)) if held.code == OWNER else source


def _json(stored: str | dict[str, object]) -> dict[str, object]:
    """Postgres hands JSON out as it is, SQLite as text."""
    return orjson.loads(stored) if isinstance(stored, str) else stored


def _awaited(object_name: str, kept: Iterable[tuple[Ref, Held]]) -> list[tuple[str, str, str]]:
    """What held references wait for."""
    return [
        (str(ref), object_name, target)
        for ref, held in kept
        if held.code == PARENT
        for target in members(held.value)
        if is_lone(target)
    ]


def _base(plan: Plan, name: str) -> str | None:
    pair = plan.link.base.pair(name) if plan.link else None
    return orjson.dumps({side.value: dump(value) for side, value in pair.items()}).decode() if pair else None


def _names(plans: Sequence[Plan], judged: Iterable[Ref]) -> set[str]:
    return {str(ref) for refs in (*(plan.refs for plan in plans), judged) for ref in refs}


def _held_row(object_name: str, ref: Ref, held: Held) -> tuple[object, ...]:
    return (
        object_name, str(ref), held.field, held.side.value, held.code, held.message, dump(held.value), held.is_refused,
        now(),
    )  # fmt: skip
