"""What goes wrong on purpose: rules that say which calls of one system meet which fault.

Pure decisions: `Faults.met_by` counts the call and names the fault; `sandbox.faulty` carries it out. The same rules
and the same calls give the same faults: a probability draws from its rule's own seed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from random import Random
from typing import Any, NamedTuple

LATENCY, CUT_BEFORE, CUT_AFTER, TRUNCATED, SLOW, ANSWER = (
    "latency", "cut_before", "cut_after", "truncated", "slow", "answer",
)  # fmt: skip
DEEDS = (LATENCY, CUT_BEFORE, CUT_AFTER, TRUNCATED, SLOW, ANSWER)


class Canned(NamedTuple):
    """An answer that no handler gave."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Rule:
    """One fault, and the calls that meet it: by method and path, from the `first` such call on, `calls` times at most.

    `path` is a pattern in which `*` stands for anything. `is_committed`: the call is carried out, and only then does
    the caller get the canned answer. `milliseconds` are waited before the call, or between the `chunks` of a slow body.
    """

    id: int
    fault: str
    method: str | None = None
    path: str = "*"
    first: int = 1
    calls: int | None = None
    probability: float = 1.0
    seed: int = 1
    milliseconds: int = 0
    chunks: int = 5
    is_committed: bool = False
    status: int = 500
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    seen: int = 0
    hits: int = 0
    _random: Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)  # noqa: S311 - repeatable on purpose

    @property
    def label(self) -> str:
        """How the request log names it."""
        return f"{self.fault} after commit" if self.is_committed else self.fault

    @property
    def has_answer(self) -> bool:
        """Whether the caller gets an answer of the rule's, not the handler's."""
        return self.fault == ANSWER or self.fault not in DEEDS

    def hits_call(self, method: str, path: str) -> bool:
        """Whether this call meets the fault; a call that fits the rule is counted."""
        if self.method not in (None, method) or not fnmatchcase(path, self.path):
            return False
        self.seen += 1
        if self.seen < self.first or (self.calls is not None and self.hits >= self.calls):
            return False
        if self.probability < 1 and self._random.random() >= self.probability:
            return False
        self.hits += 1
        return True

    def shape(self) -> dict[str, Any]:
        shape = {"id": self.id, "fault": self.label, "method": self.method, "path": self.path, "first": self.first}
        return shape | {"calls": self.calls, "probability": self.probability, "seen": self.seen, "hits": self.hits}


class Fault(NamedTuple):
    """What one call meets: the milliseconds to wait before it, and the rule of the deed, if more happens than that."""

    wait: int
    rule: Rule | None

    @property
    def label(self) -> str:
        return self.rule.label if self.rule else LATENCY


class Faults:
    """The rules of one system, in the order in which they were made."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self._made = 0

    def add(self, fault: str, **how: Any) -> Rule:
        self._made += 1
        rule = Rule(self._made, fault, **how)
        self.rules.append(rule)
        return rule

    def clear(self) -> None:
        self.rules.clear()

    def met_by(self, method: str, path: str) -> Fault | None:
        """What this call meets: the waits of all rules that it fits, and the first of the other faults."""
        if not self.rules:
            return None
        hits = [rule for rule in self.rules if rule.hits_call(method, path)]
        if not hits:
            return None
        deeds = [rule for rule in hits if rule.fault != LATENCY]
        return Fault(sum(rule.milliseconds for rule in hits if rule.fault != SLOW), deeds[0] if deeds else None)
