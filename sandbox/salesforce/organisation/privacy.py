"""Contacts without an account are private: only their owner and administrators see them.

https://help.salesforce.com/s/articleView?id=sf.contacts_private.htm
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.salesforce.table import Row

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState


def let_user_be_admin(state: SalesforceState, is_admin: bool) -> None:
    """The API user sees everything, or everything but private contacts of others."""
    state.settings.is_admin = is_admin

    def sees(row: Row) -> bool:
        return bool(row.get("AccountId")) or row.get("OwnerId") == state.user_id

    state.tables["contact"].sees = None if is_admin else sees
