"""An org for queries that are made up: leads with every mix of values and nulls, contacts, tasks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

import orjson
from hypothesis import settings

from sandbox.clock import Clock
from sandbox.log import Log
from sandbox.salesforce.asking import names_of
from sandbox.salesforce.soql.parser import parse
from sandbox.salesforce.soql.plan import rows_and_shape
from sandbox.salesforce.state import SalesforceState

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
TODAY = date(2026, 11, 2)
CITIES = (None, "Paris", "paris", "Lyon", "50% off", "O'Neil", "a_b")
INTERESTS = (None, "Mail", "Mail;Fair", "Fair;Call", "Call")
BOUNDED = settings(derandomize=True, max_examples=200, database=None)
Row = dict[str, Any]


@lru_cache(maxsize=1)
def org() -> SalesforceState:
    """Forty-two leads with every mix of values and nulls, contacts of two accounts, and a few tasks."""
    clock = Clock()
    clock.set(NOON)
    state = SalesforceState(clock, Log())
    state.add_field("Lead", {"name": "Score__c", "type": "double"})
    state.add_field("Lead", {"name": "Trial__c", "type": "date"})
    state.add_field(
        "Lead", {"name": "Interests__c", "type": "multipicklist", "picklistValues": ["Mail", "Fair", "Call"]}
    )
    for number in range(42):
        values = {
            "LastName": f"Roux {number:02}", "Company": "Acme", "City": CITIES[number % 7],
            "DoNotCall": number % 3 == 0,
            "Score__c": None if number % 5 == 0 else (number % 4) * 2.5, "Interests__c": INTERESTS[number % 5],
            "Trial__c": None if number % 6 == 0 else (TODAY + timedelta(days=number * 3 - 60)).isoformat(),
        }  # fmt: skip
        state.add("Lead", values, NOON - timedelta(days=number * 11, hours=number))
    accounts = [state.add("Account", {"Name": name}) for name in ("Acme", "Other", "Empty")]
    for number in range(6):
        contact = state.add("Contact", {"LastName": f"Petit {number}", "AccountId": accounts[number % 2]})
        state.add("Task", {"Subject": "Call", "WhoId": contact, "Status": ("Completed", "Not Started")[number % 2]})
    return state


def ask(soql: str) -> list[Row]:
    rows, shape = rows_and_shape(names_of(org(), parse(soql)), "/services/data/v66.0")
    shown = [shape(row) for row in rows]
    orjson.dumps(shown)
    return shown
