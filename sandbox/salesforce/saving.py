"""One record on its way into the org, as the steps of `steps.py` see it, and what the caller asked for by header."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.salesforce.table import Row, Table

if TYPE_CHECKING:
    from sandbox.salesforce.writes import Writer


@dataclass(frozen=True, slots=True)
class Options:
    """`auto_assign`: assignment rules run; `allow_duplicates`: alerts of duplicate rules are overruled."""

    auto_assign: bool = True
    allow_duplicates: bool = False
    is_bulk: bool = False

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Options:
        """From `Sforce-Auto-Assign` and `Sforce-Duplicate-Rule-Header`."""
        duplicates = headers.get("sforce-duplicate-rule-header", "")
        return cls(
            auto_assign=headers.get("sforce-auto-assign", "TRUE").strip().upper() != "FALSE",
            allow_duplicates=bool(re.search(r"allowSave\s*=\s*true", duplicates, re.IGNORECASE)),
        )


PLAIN = Options()


@dataclass(slots=True)
class Save:
    """`row` is what will stand, and a step before the checks may change it; `before` is None for a create."""

    writer: Writer
    table: Table
    row: Row
    before: Row | None
    sent: dict[str, Any]


Step = Callable[[Save], None]


def run(steps: Iterable[Step], save: Save) -> None:
    for step in steps:
        step(save)
