"""What stands in every new org: profiles, and the values of stages and statuses with what they mean."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.salesforce.schema.activities import PRIORITIES, TASK_STATUS
from sandbox.salesforce.schema.people import LEAD_STATUS
from sandbox.salesforce.schema.sales import STAGES

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

PROFILES = ("System Administrator", "Standard User")


def fill(state: SalesforceState, at: datetime) -> None:
    """The rows, all since `at`, and the first user with the administrator's profile."""
    profiles = [state.add("Profile", {"Name": name, "UserType": "Standard"}, at) for name in PROFILES]
    users = state.tables["user"]
    users.put({**users.live[state.user_id], "ProfileId": profiles[0]})
    state.profile_id = profiles[1]
    for number, (stage, probability, category) in enumerate(STAGES, 1):
        marks = {"IsClosed": stage.startswith("Closed"), "IsWon": stage == "Closed Won", "IsActive": True}
        forecast = {"ForecastCategory": category, "ForecastCategoryName": category, "DefaultProbability": probability}
        _value(state, "OpportunityStage", stage, number, at, **marks, **forecast)
    for number, status in enumerate(LEAD_STATUS, 1):
        _value(state, "LeadStatus", status, number, at, IsDefault=number == 1, IsConverted=status == LEAD_STATUS[2])
    for number, status in enumerate(TASK_STATUS, 1):
        _value(state, "TaskStatus", status, number, at, IsDefault=number == 1, IsClosed=status == "Completed")
    for number, priority in enumerate(PRIORITIES, 1):
        marks = {"IsDefault": priority == "Normal", "IsHighPriority": priority == "High"}
        _value(state, "TaskPriority", priority, number, at, **marks)


def _value(state: SalesforceState, kind: str, label: str, number: int, at: datetime, **more: Any) -> None:
    """The four kinds share a key prefix: each has ids of its own hundred."""
    table = state.tables[kind.lower()]
    if not table.live:
        table.start_at(100 * ("OpportunityStage", "LeadStatus", "TaskStatus", "TaskPriority").index(kind))
    state.add(kind, {"MasterLabel": label, "ApiName": label, "SortOrder": number, **more}, at)
