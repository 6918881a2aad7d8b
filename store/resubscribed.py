"""People who had opted out and subscribed again: nobody but a person lets them be written to again.

The question is a conflict of its own kind. The answer `marketing` takes the opt-out back, `sales` keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from crm.record import Ref
from store.models import Conflict, Decision
from store.sql import execute_many, now, rows_in
from sync.consent import KIND
from sync.mapping import ObjectMap

REASON = "subscribed again in marketing on {at:%Y-%m-%d %H:%M} UTC"
_OPEN = "SELECT ref FROM store_conflict WHERE closed_at IS NULL AND kind = 'subscribed' AND ref IN ({keys})"
_DECIDED = """SELECT d.id, d.ref, d.keep, d.by FROM store_decision d JOIN store_conflict c ON c.id = d.conflict_id
              WHERE d.state = 'open' AND c.kind = 'subscribed' AND d.ref IN ({keys})"""


@dataclass(frozen=True, slots=True)
class Decided:
    """What somebody decided about a marketing record: to let it be written to again, or to keep it out."""

    id: int
    ref: Ref
    lets_be: bool
    by: str

    @property
    def reason(self) -> str:
        return f"decision {self.id} by {self.by}: {'marketing' if self.lets_be else 'sales'} stands"


def open_about(refs: Iterable[Ref]) -> set[Ref]:
    """Those of some marketing records about which the question is open."""
    return {Ref.parse(ref) for (ref,) in rows_in(_OPEN, {str(ref) for ref in refs})}


def decided(refs: Iterable[str]) -> list[Decided]:
    """The answers about these records that were not carried out yet."""
    return [
        Decided(number, Ref.parse(ref), keep == "marketing", by) for number, ref, keep, by in rows_in(_DECIDED, refs)
    ]


def ask(object_map: ObjectMap, ref: Ref, at: datetime) -> None:
    """Open the question, in the caller's transaction."""
    assert object_map.consent is not None
    Conflict.objects.get_or_create(
        ref=str(ref), field=object_map.consent.name, closed_at=None,
        defaults={
            "object": object_map.name, "kind": KIND, "marketing": "false", "sales": "true", "opened_at": now(),
            "reason": REASON.format(at=at),
        },
    )  # fmt: skip


def close(refs: Iterable[Ref]) -> None:
    """These are out again: the question is over, in the caller's transaction; an open answer came too late."""
    names = {str(ref) for ref in refs}
    found = [(ref,) for (ref,) in rows_in(_OPEN, names)]
    execute_many(
        "UPDATE store_conflict SET closed_at = %s WHERE kind = 'subscribed' AND closed_at IS NULL AND ref = %s",
        [(now(), *ref) for ref in found],
    )
    late = [each.id for each in decided(names)]
    Decision.objects.filter(id__in=late).update(state="overtaken", closed_at=now())


def carried_out(run: int, number: int, state: str = "done") -> None:
    """What became of an answer, in the caller's transaction: done, or changed (it is not what was seen any more)."""
    decision = Decision.objects.get(id=number)
    decision.state, decision.closed_at, decision.run_id = state, now(), run if state == "done" else None
    decision.save()
    Conflict.objects.filter(id=decision.conflict_id, closed_at=None).update(closed_at=now())
