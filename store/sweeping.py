"""Linked records looked at by their ids, a part each hour: what no list of changes tells is seen (an archive in
HubSpot).

How far a sweep came is kept, so that it goes on after a crash. What a system does not know any more by its id is gone;
where it knows next to none of those it was asked for, something else is wrong, and nothing is taken for gone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crm.record import Ref, Side
from store import known
from store.sql import now, rows, rows_in

PARTS = 24
"""Each hour one part of the links: every one is looked at once a day."""
SUSPICIOUS = 50
"""From so many that are missing at once on, and more than half of what was asked for, nothing counts as gone."""
KEPT_IN_BIN = 90 * 24 * known.HOUR
"""How long HubSpot's recycle bin keeps a record: until then it may come back."""
LATELY = 80 * 24 * known.HOUR
"""Whoever was there so lately would still be in the recycle bin, had they been archived."""


@dataclass(frozen=True, slots=True)
class Part:
    """Which links come next: those of one part (`None`: all), after a link's id."""

    key: str
    number: int | None
    after: int = 0
    looked_at: int | None = None
    """When all of it was looked at before (milliseconds); `None`: never, or not by parts."""


def due(key: str) -> Part | None:
    """The part of an object that is to be looked at now; `None` where this hour's has been."""
    state = known.recall(f"sweep.{key}")
    if state is None:
        state = {"part": 0, "after": 0, "at": now(), "is_over": False, "looked": {}}
    elif state["is_over"] and now() - state["at"] >= known.HOUR:
        state |= {"part": (state["part"] + 1) % PARTS, "after": 0, "at": now(), "is_over": False}
    elif state["is_over"]:
        return None
    known.learn(f"sweep.{key}", state)
    return Part(f"sweep.{key}", state["part"], state["after"], state.get("looked", {}).get(str(state["part"])))


def overdue(key: str, window_ms: int) -> Part | None:
    """All links of an object, where its changes were last read so long ago that deletes may be forgotten, until they
    were looked at. Asked before the changes are read again."""
    state = known.recall(f"reconcile.{key}")
    if state is None:
        if not rows("SELECT 1 FROM store_cursor WHERE object = %s", [key]):
            return None
        if known.recall(f"read.{key}", max_age=window_ms) is not None:
            return None
        state = {"after": 0}
        known.learn(f"reconcile.{key}", state)
    return Part(f"reconcile.{key}", None, state["after"])


def was_read(key: str) -> None:
    """The changes of an object were read to their end."""
    known.learn(f"read.{key}", True)


def go_on(part: Part, after: int | None) -> None:
    """The links up to `after` were looked at; `None`: all of the part."""
    if part.number is None and after is None:
        known.forget(part.key)
        return
    state = known.recall(part.key) or {}
    if after is None:
        looked = state.get("looked", {}) | {str(part.number): now()}
        known.learn(part.key, state | {"is_over": True, "looked": looked})
    else:
        known.learn(part.key, state | {"after": after})


def refs_of(part: Part, side: Side, prefix: str, limit: int) -> list[tuple[int, Ref]]:
    """The next linked records of a part, by the ids of their links; `prefix` is a reference without its id."""
    chosen = "" if part.number is None else f"AND id %% {PARTS} = {int(part.number)}"
    found = rows(
        f"""SELECT id, {side} FROM store_link WHERE id > %s AND {side} LIKE %s {chosen}
            ORDER BY id LIMIT {int(limit)}""",
        [part.after, f"{prefix}:%"],
    )
    return [(number, Ref.parse(ref)) for number, ref in found]


def buried(part: Part, prefix: str) -> list[Ref]:
    """Of pairs that were parted, the records of a part that may have come back from the recycle bin."""
    if part.number is None or part.after:
        return []
    found = rows(
        f"SELECT gone FROM store_tombstone WHERE at > %s AND gone LIKE %s AND at %% {PARTS} = {int(part.number)}",
        [now() - KEPT_IN_BIN, f"{prefix}:%"],
    )
    return [Ref.parse(ref) for (ref,) in found]


def were_there(part: Part, refs: Iterable[Ref]) -> set[Ref]:
    """Those of a part that are gone now, and were there when it was looked at before, if that was lately."""
    if part.looked_at is None or now() - part.looked_at > LATELY:
        return set()
    alive = "SELECT ref FROM store_record WHERE NOT deleted AND merged_into IS NULL AND ref IN ({keys})"
    return {Ref.parse(ref) for (ref,) in rows_in(alive, [str(ref) for ref in refs])}


def is_believable(asked: int, missing: int) -> bool:
    """Whether so many may really be gone."""
    return missing < SUSPICIOUS or missing * 2 <= asked
