"""Sending writes in batches: who travels with whom, and what each write came to.

A batch that is refused whole is never given up whole: writes named in the refusal are answered, the others are sent
again, and where nobody is named the batch is halved until the refused write is alone.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from typing import TypeVar

from connectors.base import (
    Answer,
    Archive,
    ConnectorError,
    Create,
    Merge,
    NoAnswer,
    Policy,
    Refused,
    Unknown,
    Update,
    Write,
)
from crm.record import Value, Wire

Attempt = list[Answer | None]
"""One entry per write that was sent; `None` where the write was not done for another's fault: send it again."""

Item = TypeVar("Item")


def chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in lists of at most `size`.

    >>> list(chunks([1, 2, 3], 2))
    [[1, 2], [3]]
    """
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def identity(write: Write) -> str:
    """What a system knows the write's record by: its id, or our key for one that is yet to be made."""
    return write.key if isinstance(write, Create) else write.ref.id


def batches(writes: Sequence[Write], size: int) -> list[list[int]]:
    """Positions of the writes by call: kinds apart, what takes records away last, and no record twice in one call."""
    calls: list[list[int]] = []
    for kind in (Create, Update, Archive, Merge):
        positions: list[int] = []
        seen: set[str] = set()
        for position, write in enumerate(writes):
            if not isinstance(write, kind):
                continue
            if len(positions) == size or identity(write) in seen or (positions and kind is Merge):
                calls.append(positions)
                positions, seen = [], set()
            positions.append(position)
            seen.add(identity(write))
        if positions:
            calls.append(positions)
    return calls


def settle(writes: Sequence[Write], size: int, send: Callable[[list[Write]], Attempt]) -> list[Answer]:
    """One answer per write, in order, from `send`, which is handed one batch of one kind at a time.

    `send` answers each write (or says `None`), and always answers a write that it is handed alone. It raises where the
    whole call came to nothing: before any call was answered the error goes on to the caller, later it becomes answers.
    """
    answers: dict[int, Answer] = {}
    queue = deque(batches(writes, size))
    trouble = ""
    while queue:
        positions = queue.popleft()
        try:
            attempt = send([writes[position] for position in positions])
        except NoAnswer as error:
            answers |= dict.fromkeys(positions, Unknown(str(error)))
            trouble = str(error)
            break
        except ConnectorError as error:
            if not answers:
                raise
            queue.appendleft(positions)
            trouble = str(error)
            break
        answers |= {p: answer for p, answer in zip(positions, attempt, strict=True) if answer is not None}
        queue.extendleft(_again([p for p in positions if p not in answers], len(positions)))
    for positions in queue:
        answers |= dict.fromkeys(positions, Refused(Policy.LATER, "NOT_SENT", f"Not sent any more: {trouble}"))
    return [answers[position] for position in range(len(writes))]


def _again(left: list[int], sent: int) -> list[list[int]]:
    """The calls to make for those who got no answer, last one first."""
    if not left:
        return []
    if len(left) < sent:
        return [left]
    if sent == 1:
        raise AssertionError("a write that was sent alone got no answer")
    middle = sent // 2
    return [left[middle:], left[:middle]]


def to_wire(value: Value) -> Wire:
    """A typed value as plain JSON: blank is null, an option set is `a;b`, a moment is UTC with milliseconds.

    >>> to_wire(frozenset({"b", "a"})), to_wire(Decimal("12.50")), to_wire(" ")
    ('a;b', 12.5, ' ')
    """
    match value:
        case None | "":
            return None
        case bool() | str():
            return value
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"
        case date():
            return value.isoformat()
        case _:
            return ";".join(sorted(value)) or None


_EMAIL = re.compile(r"[^\s'\"(<]+@[^\s'\")>,]+")


def without_values(message: str, fields: Mapping[str, Value] | None = None) -> str:
    """A system's message without the personal values that it quotes, safe to log.

    >>> without_values("Phone: bad number +33 1", {"Phone": "+33 1"})
    'Phone: bad number (value)'
    """
    texts = {str(to_wire(value)) for value in (fields or {}).values() if value is not None}
    for text in sorted(texts, key=len, reverse=True):
        if len(text) > 2:
            message = message.replace(text, "(value)")
    return _EMAIL.sub("(value)", message)[:500]
