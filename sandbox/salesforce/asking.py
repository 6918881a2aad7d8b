"""The names of a query that runs now, as the API user."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from sandbox.salesforce.objects.worked_out import WORKED_OUT, WorkOut
from sandbox.salesforce.schema.fields import Field, SObject
from sandbox.salesforce.soql.names import Names, Setting
from sandbox.salesforce.soql.periods import Today
from sandbox.salesforce.soql.syntax import Query
from sandbox.salesforce.table import Row

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

SUNDAY_FIRST = frozenset({"en_US"})
OpenPage = Callable[[list[Row], Callable[[Row], Any]], str]


def today_of(state: SalesforceState) -> Today:
    """The clock's moment in the API user's time zone and locale."""
    user = state.tables["user"].live[state.user_id]
    return Today(state.clock.now(), state.zone, user.get("LocaleSidKey") in SUNDAY_FIRST)


def names_of(state: SalesforceState, query: Query, open_page: OpenPage | None = None) -> Names:
    """`open_page` keeps the records of a subquery that are too many for one page, and names where they are."""
    setting = Setting(today_of(state), state.user_id, open_page)
    return Names(state.tables, state.permissions.may_read, query, setting)


def worked_out(state: SalesforceState, kind: SObject, fields: Iterable[Field]) -> dict[str, Callable[[Row], Any]]:
    """By name, how those of an object's fields are read that no write sets."""
    today = today_of(state).date
    found = {field.name: work_out for field in fields if (work_out := WORKED_OUT.get((kind.name, field.name)))}
    return {name: _with(work_out, state, today) for name, work_out in found.items()}


def _with(work_out: WorkOut, state: SalesforceState, today: date) -> Callable[[Row], Any]:
    return lambda row: work_out(state.tables, row, today)
