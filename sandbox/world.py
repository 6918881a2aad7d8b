"""The sandbox as a whole: one clock, two systems, and for each system a log of what was asked and what was written."""

from __future__ import annotations

from sandbox.clock import Clock, SystemClock
from sandbox.faults import Faults
from sandbox.hubspot.state import HubSpotState
from sandbox.log import Log
from sandbox.salesforce.state import SalesforceState


class World:
    """Both systems under one clock, each with the faults that its callers meet.

    `reset()` empties them, custom fields included, ends faults and skews, and leaves the clock as it is.

    `enforces_quotas` says whether quotas refuse calls until a control says otherwise.
    """

    hubspot: HubSpotState

    def __init__(self, enforces_quotas: bool = False) -> None:
        self.clock = Clock()
        self.enforces_quotas = enforces_quotas
        self.reset()

    def reset(self) -> None:
        if hasattr(self, "hubspot"):
            self.hubspot.webhooks.forget()
        self.clocks = {"hubspot": SystemClock(self.clock), "salesforce": SystemClock(self.clock)}
        self.faults = {"hubspot": Faults(), "salesforce": Faults()}
        self.hubspot_log = Log()
        self.salesforce_log = Log()
        self.hubspot = HubSpotState(self.clocks["hubspot"], self.hubspot_log)
        self.hubspot.quotas.is_enforced = self.enforces_quotas
        self.salesforce = SalesforceState(self.clocks["salesforce"], self.salesforce_log)
