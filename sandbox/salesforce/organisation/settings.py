"""All that the organisation set up for itself, in one place; a reset makes a new one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.salesforce.organisation.apex import Trigger
from sandbox.salesforce.organisation.assignment import AssignmentRule
from sandbox.salesforce.organisation.duplicates import DuplicateRule
from sandbox.salesforce.organisation.flows import Flow
from sandbox.salesforce.organisation.later import Due
from sandbox.salesforce.organisation.locks import Locks
from sandbox.salesforce.organisation.phones import PhoneFormat


@dataclass(slots=True)
class Settings:
    """`is_admin`: the API user sees everything; `validate_conversion`: a conversion obeys the validation rules.

    `lag`: seconds by which `/updated` and `/deleted` stay behind; `most_ids`: how many ids they list at most.
    """

    assignment: dict[str, AssignmentRule] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    later: list[Due] = field(default_factory=list)
    scheduled: int = 0
    phones: list[PhoneFormat] = field(default_factory=list)
    triggers: list[Trigger] = field(default_factory=list)
    duplicates: list[DuplicateRule] = field(default_factory=list)
    locks: Locks = field(default_factory=Locks)
    is_admin: bool = True
    validate_conversion: bool = False
    lag: float = 0.0
    most_ids: int = 600_000

    def shown(self) -> dict[str, Any]:
        """What is switched on, in the words of the controls."""
        return {
            "assignment": [rule.shown() for rule in self.assignment.values()],
            "flows": [flow.shown() for flow in self.flows],
            "phones": [item.shown() for item in self.phones],
            "apex": [trigger.shown() for trigger in self.triggers],
            "duplicates": [rule.shown() for rule in self.duplicates],
            "locks": self.locks.shown(),
            "user": {"admin": self.is_admin},
            "conversion": {"validate": self.validate_conversion},
            "replication": {"lag": self.lag, "most_ids": self.most_ids},
        }
