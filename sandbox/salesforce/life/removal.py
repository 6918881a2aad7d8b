"""What keeps a record from being deleted.

https://help.salesforce.com/s/articleView?id=sf.account_delete.htm
"""

from __future__ import annotations

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.saving import Save


def check(save: Save) -> None:
    """An account with an opportunity that was won stays; the service's words for it are not known for certain."""
    opportunities = save.writer.state.tables.get("opportunity")
    if save.table.kind.name != "Account" or opportunities is None:
        return
    ids = opportunities.ids_referring("AccountId", save.row["Id"])
    if won := [opportunities.live[each]["Name"] for each in ids if opportunities.live[each].get("IsWon")]:
        message = (
            f"Your attempt to delete {save.row['Name']} could not be completed because it is associated with the "
            f"following closed won opportunities.: {', '.join(won)}"
        )
        raise Trouble("DELETE_FAILED", message, ())
