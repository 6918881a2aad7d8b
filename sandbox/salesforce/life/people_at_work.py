"""What people do in Salesforce itself: edits, deletions, merges, conversions, as another user than the API's.

They see all fields, and what duplicate rules only warn of they save all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sandbox.log import INSIDE, Caller
from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.saving import Options
from sandbox.salesforce.writes import Writer

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

AT_HAND = Options(auto_assign=False, allow_duplicates=True)


@contextmanager
def by_hand(state: SalesforceState, user_id: str | None) -> Iterator[Writer]:
    """The writes of one user, in the log under `user <id>`; all of them or, where one is refused, none.

    Raises ValueError for a user that is not there, and with what Salesforce says to that user.
    """
    user_id = user_id or state.user_id
    if user_id not in state.tables["user"].live:
        raise ValueError(f"there is no User {user_id}")
    writer = Writer(state, AT_HAND, user_id)
    seen = {name: table.sees for name, table in state.tables.items()}
    state.log.caller = Caller(f"user {user_id}", "")
    state.settings.locks.connection = f"user {user_id}"
    state.permissions.are_lifted = True
    for table in state.tables.values():
        table.sees = None
    try:
        yield writer
        writer.log()
    except Trouble as trouble:
        writer.take_back()
        raise ValueError(f"{trouble.code}: {trouble.message}") from trouble
    finally:
        state.log.caller = INSIDE
        state.permissions.are_lifted = False
        for name, sees in seen.items():
            state.tables[name].sees = sees
