"""One record on its way into the org, as the steps of `steps.py` see it, and what the caller asked for by header."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.salesforce.ids import full_id
from sandbox.salesforce.table import Row, Table

if TYPE_CHECKING:
    from sandbox.salesforce.writes import Writer


@dataclass(frozen=True, slots=True)
class Options:
    """`auto_assign`: assignment rules run; `allow_duplicates`: alerts of duplicate rules are overruled.

    `assignment_rule`: the id of the one to run; `record_details`: the records that a duplicate rule found are shown
    with their fields; `base`: the address of the API's version, as such records are shown with it.
    """

    auto_assign: bool = True
    allow_duplicates: bool = False
    is_bulk: bool = False
    assignment_rule: str = ""
    record_details: bool = False
    base: str = "/services/data/v66.0"

    @classmethod
    def of(cls, headers: Mapping[str, str], base: str = base) -> Options:
        """From `Sforce-Auto-Assign`, which may name a rule, and `Sforce-Duplicate-Rule-Header`."""
        assign = headers.get("sforce-auto-assign", "TRUE").strip()
        duplicates = headers.get("sforce-duplicate-rule-header", "")
        return cls(
            auto_assign=assign.upper() != "FALSE",
            allow_duplicates=bool(re.search(r"allowSave\s*=\s*true", duplicates, re.IGNORECASE)),
            assignment_rule=full_id(assign) or "",
            record_details=bool(re.search(r"includeRecordDetails\s*=\s*true", duplicates, re.IGNORECASE)),
            base=base,
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
