"""What ops do about what waits: decide a conflict, replay or waive a dead letter, let a braked round pass.

Each is one transaction that stores who did it and touches the records, so that the next pass finds them whatever
becomes of the process; doing it twice changes nothing more. Logged is who did what, never a value.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from enum import StrEnum
from hashlib import blake2b

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from store import optouts
from store.erased import close_task
from store.models import Conflict, DeadLetter, Decision, Link, Record, Run
from store.records import TOUCH
from store.sql import chunks, execute_many, now

_log = logging.getLogger(__name__)


class Said(StrEnum):
    """What came of an action."""

    DONE = "done"
    ALREADY = "already"
    """It was done before; nothing more happens."""
    CLOSED = "closed"
    """There is nothing to do any more."""
    CHANGED = "changed"
    """It is no longer what was seen: nothing was done."""


# -- conflicts ---------------------------------------------------------------------------------------------------------


def fingerprint(conflict: Conflict) -> str:
    """What a person sees of a conflict, as a short text: a decision about something else is not taken."""
    seen = repr((conflict.kind, conflict.marketing, conflict.sales, sorted(conflict.others)))
    return blake2b(seen.encode(), digest_size=8).hexdigest()


@transaction.atomic
def decide(number: int, keep: str, other: str, seen: str, by: str) -> Said:
    """Decide one conflict: `keep` is a side, `apart`, or `link` with the `other` record that is the same person.

    Raises Conflict.DoesNotExist, and ValueError for an answer that this conflict does not offer.
    """
    conflict = Conflict.objects.select_for_update().get(id=number)
    if Decision.objects.filter(ref=conflict.ref, field=conflict.field, state="open").exists():
        return Said.ALREADY
    if conflict.closed_at is not None:
        return Said.ALREADY if Decision.objects.filter(conflict=conflict, state="done").exists() else Said.CLOSED
    decision = _decision(conflict, keep, other, by)
    if seen != fingerprint(conflict):
        return Said.CHANGED
    if conflict.kind == "erased":
        return _erased(conflict, by)
    if keep == "seen":
        conflict.closed_at, decision.state, decision.closed_at = now(), "done", now()
        conflict.save()
    try:
        with transaction.atomic():
            decision.save()
    except IntegrityError:
        return Said.ALREADY
    _touch(conflict.object, {conflict.ref, *(each for each in (decision.marketing, decision.sales) if keep == "link")})
    if conflict.kind == "subscribed":
        optouts.touch(conflict.object, [conflict.ref])
    _log.info("%s decided conflict %s about %s: %s", by, number, conflict.field or conflict.kind, keep)
    return Said.DONE


def _erased(conflict: Conflict, by: str) -> Said:
    """Somebody says that a person is erased in the other system too: nothing waits for a pass, nothing is kept."""
    number = conflict.id
    close_task(conflict.ref)
    _log.info("%s says that erasure task %s is done", by, number)
    return Said.DONE


def undecided(object_name: str, field: str, until: int | None = None) -> QuerySet[Conflict]:
    """The open conflicts about a field that nobody decided yet, and of those that were opened up to one of them."""
    waiting = Decision.objects.filter(state="open", field=field).values("ref")
    found = Conflict.objects.filter(kind="field", object=object_name, field=field, closed_at=None)
    found = found.exclude(ref__in=waiting)
    return found if until is None else found.filter(id__lte=until)


@transaction.atomic
def decide_all(object_name: str, field: str, keep: str, until: int, by: str) -> int:
    """Decide alike about a field for all whose conflicts were open when somebody looked; returns how many."""
    if keep not in ("marketing", "sales"):
        raise ValueError(keep)
    found = list(undecided(object_name, field, until).select_for_update())
    for part in chunks(found):
        Decision.objects.bulk_create([_decision(each, keep, "", by) for each in part], ignore_conflicts=True)
    _touch(object_name, {each.ref for each in found})
    if found:
        _log.info("%s decided %s conflicts about %s: %s", by, len(found), field, keep)
    return len(found)


def last_decisions(conflicts: Iterable[Conflict]) -> dict[int, Decision]:
    """By conflict, the last decision about it: its own, or one that was still under way when it opened again."""
    found = {(each.ref, each.field): each for each in conflicts}
    last: dict[int, Decision] = {}
    for decision in Decision.objects.filter(ref__in={ref for ref, _ in found}).order_by("id"):
        conflict = found.get((decision.ref, decision.field))
        if conflict is not None and _is_about(decision, conflict):
            last[conflict.id] = decision
    return last


def _is_about(decision: Decision, conflict: Conflict) -> bool:
    if decision.conflict_id == conflict.id:
        return True
    return conflict.closed_at is None and (decision.closed_at is None or decision.closed_at >= conflict.opened_at)


def offered(conflict: Conflict) -> list[tuple[str, str]]:
    """The answers to a conflict that a pass can carry out: what to keep, and with which other record."""
    match conflict.kind:
        case "field" | "subscribed":
            return [("marketing", ""), ("sales", "")]
        case "deleted" | "merged" | "erased":
            return [("apart", "")]
        case "consent":
            return [("seen", "")]
    return [("link", other) for other in _free(conflict)]


def _free(conflict: Conflict) -> list[str]:
    """The other side's records in question that are there and belong to nobody; none where the record itself is not."""
    refs = [conflict.ref, *conflict.others]
    linked = Link.objects.filter(Q(marketing=OuterRef("ref")) | Q(sales=OuterRef("ref")))
    there = Record.objects.filter(~Exists(linked), ref__in=refs, deleted=False, merged_into=None)
    sides = dict(there.values_list("ref", "side"))
    own = sides.get(conflict.ref)
    return [ref for ref in conflict.others if own and ref in sides and sides[ref] != own]


def _decision(conflict: Conflict, keep: str, other: str, by: str) -> Decision:
    if (keep, other) not in offered(conflict):
        raise ValueError(keep)
    marketing, sales = conflict.marketing, conflict.sales
    if keep == "link":
        is_first = Record.objects.filter(ref=conflict.ref, side="marketing").exists()
        marketing, sales = (conflict.ref, other) if is_first else (other, conflict.ref)
    return Decision(
        conflict=conflict, ref=conflict.ref, field=conflict.field, keep=keep, marketing=marketing, sales=sales, by=by,
        at=now(),
    )  # fmt: skip


# -- dead letters ------------------------------------------------------------------------------------------------------


@transaction.atomic
def replay(number: int, by: str) -> Said:
    """Close a dead letter and have its record planned anew. Raises DeadLetter.DoesNotExist."""
    letter = DeadLetter.objects.select_for_update().get(id=number)
    if letter.closed_at is not None:
        return Said.ALREADY if letter.closed_as == "replayed" else Said.CLOSED
    _replay([letter], by)
    return Said.DONE


@transaction.atomic
def replay_all(code: str, until: int, by: str) -> int:
    """Replay every dead letter with a code that was there when somebody looked; returns how many."""
    letters = list(DeadLetter.objects.select_for_update().filter(code=code, closed_at=None, id__lte=until))
    _replay(letters, by)
    return len(letters)


@transaction.atomic
def waive(number: int, why: str, by: str) -> Said:
    """Close a dead letter for a reason, and keep it. Raises DeadLetter.DoesNotExist."""
    letter = DeadLetter.objects.select_for_update().get(id=number)
    if letter.closed_at is not None:
        return Said.ALREADY if letter.closed_as == "waived" else Said.CLOSED
    letter.closed_at, letter.closed_as, letter.closed_by, letter.note = now(), "waived", by, why[:300]
    letter.save()
    _log.info("%s waived dead letter %s (%s)", by, number, letter.code)
    return Said.DONE


def _replay(letters: Sequence[DeadLetter], by: str) -> None:
    for part in chunks(letters):
        DeadLetter.objects.filter(id__in=[each.id for each in part]).update(
            closed_at=now(), closed_as="replayed", closed_by=by
        )
    for object_name in {each.object for each in letters}:
        refs = {each.ref for each in letters if each.object == object_name}
        _touch(object_name, refs)
        optouts.touch(object_name, refs)  # it may have been an opt-out that was refused
    if letters:
        numbers = ", ".join(str(each.id) for each in letters[:20])
        _log.info("%s replayed %s dead letters: %s", by, len(letters), numbers)


# -- runs --------------------------------------------------------------------------------------------------------------


def _passes() -> QuerySet[Run]:
    """The passes that came to an end; the audits of a night are runs too, and read nothing."""
    return Run.objects.filter(state__in=("done", "braked")).exclude(stage="audit")


def may_pass(run: Run) -> bool:
    """Whether letting this run pass would mean anything: it was braked, and no pass has ended since."""
    return run.state == "braked" and not _passes().filter(id__gt=run.id).exists()


@transaction.atomic
def let_pass(number: int, by: str) -> Said:
    """The next pass may change as much as a braked run would have. Raises Run.DoesNotExist."""
    run = Run.objects.select_for_update().get(id=number)
    if run.released_at is not None:
        return Said.ALREADY
    if not may_pass(run):
        return Said.CLOSED
    Run.objects.filter(id=number).update(released_by=by, released_at=now())
    _log.info("%s let run %s pass", by, number)
    return Said.DONE


def released() -> int | None:
    """The braked run that somebody let pass, until another one has ended."""
    last = _passes().order_by("-id").first()
    return last.id if last is not None and last.state == "braked" and last.released_at is not None else None


def _touch(object_name: str, refs: Iterable[str | None]) -> None:
    """Say that these may differ; they are read again before they are planned."""
    execute_many(TOUCH, [(ref, object_name, False, now()) for ref in sorted(ref for ref in refs if ref)])
