"""Apex triggers that fail: all records of a chunk that is too large for them, or single records that they cannot bear.

One run of a trigger sees up to 200 records. A governor limit cannot be caught: it fails all of them.
https://developer.salesforce.com/docs/atlas.en-us.apexcode.meta/apexcode/apex_gov_limits.htm
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.organisation.criteria import meets
from sandbox.salesforce.saving import Save

TOO_MANY = "System.LimitException: Too many SOQL queries: 101"
THROWN = "System.NullPointerException: Attempt to de-reference a null object"


@dataclass(frozen=True, slots=True)
class Trigger:
    """`most`: the largest chunk that it bears; where there is none, it fails on records that meet the criteria."""

    object: str
    name: str
    most: int | None = None
    criteria: dict[str, Any] = field(default_factory=dict)
    exception: str = THROWN

    def shown(self) -> dict[str, Any]:
        what = {"if": self.criteria, "exception": self.exception} if self.most is None else {"most": self.most}
        return {"object": self.object, "name": self.name, **what}


def run_triggers(save: Save) -> None:
    for trigger in save.writer.state.settings.triggers:
        if trigger.object == save.table.kind.name:
            _run(trigger, save)


def _run(trigger: Trigger, save: Save) -> None:
    if trigger.most is not None:
        if save.writer.chunk > trigger.most and save.writer.who is None:
            raise Trouble("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", f"{trigger.name}: {TOO_MANY}", ())
    elif meets(save.row, trigger.criteria):
        event = "BeforeInsert" if save.before is None else "BeforeUpdate"
        message = (
            f"{trigger.name}: execution of {event}\n\ncaused by: {trigger.exception}\n\n"
            f"Trigger.{trigger.name}: line 5, column 1"
        )
        raise Trouble("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message, ())
