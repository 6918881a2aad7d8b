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
    """

    def __init__(self) -> None:
        self.clock = Clock()
        self.reset()

    def reset(self) -> None:
        self.clocks = {"hubspot": SystemClock(self.clock), "salesforce": SystemClock(self.clock)}
        self.faults = {"hubspot": Faults(), "salesforce": Faults()}
        self.hubspot_log = Log()
        self.salesforce_log = Log()
        self.hubspot = HubSpotState(self.clocks["hubspot"], self.hubspot_log)
        self.salesforce = SalesforceState(self.clocks["salesforce"], self.salesforce_log)
