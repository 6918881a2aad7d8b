"""What is made in sales beside a pair, once: a member of a campaign for a hand-off, a task for a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from pydantic import Field, model_validator

from crm.record import Value
from crm.values import dump
from sync.mapping.fields import Strict

CAMPAIGN, FORM = "handoff_campaign", "task_per_form"
FOLLOW_UPS = (CAMPAIGN, FORM)
"""The names under which is remembered what was made beside a pair."""
SUBMITTED_AT, FORM_NAME = "recent_conversion_date", "recent_conversion_event_name"
"""HubSpot's properties of a contact's latest form."""
EVERYBODY = "everybody"
"""What a hand-off goes by where one campaign takes everybody."""


class HandoffCampaign(Strict):
    """The campaign of which somebody becomes a member: one for everybody, or one `by` the value of a field. A campaign
    is written as its name or its id."""

    campaign: str | None = Field(default=None, min_length=1)
    by: str | None = None
    values: dict[str, str] = Field(default_factory=dict)
    """By the value of that field, the campaign; who shows another value joins none."""

    @model_validator(mode="before")
    @classmethod
    def _one_for_everybody(cls, data: Any) -> Any:
        return {"campaign": data} if isinstance(data, str) else data

    @model_validator(mode="after")
    def _is_one_of_two(self) -> Self:
        if bool(self.campaign) == bool(self.by) or bool(self.by) != bool(self.values):
            raise ValueError("name one campaign, or give `by:` (a field of this object) and `values:` (its campaigns)")
        return self

    @property
    def campaigns(self) -> list[str]:
        """Every campaign that is named, as it is written."""
        return sorted({self.campaign} if self.campaign else set(self.values.values()))

    def goes_by(self, shown: Mapping[str, Value]) -> str | None:
        """What decides about somebody whose marketing record shows these values; `None` where nothing does."""
        return dump(shown.get(self.by)) if self.by else EVERYBODY

    def campaign_of(self, value: str) -> str | None:
        """The campaign that goes with such a value."""
        return self.campaign or self.values.get(value)
