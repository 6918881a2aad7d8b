"""Which records belong to which: what goes into the recycle bin with a record, and all that refers to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sandbox.salesforce.schema.fields import Field
from sandbox.salesforce.table import Table

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

GO_ALONG: dict[str, tuple[tuple[str, str], ...]] = {
    "Account": (("Contact", "AccountId"), ("Opportunity", "AccountId"), ("Case", "AccountId"), ("Task", "WhatId"),
                ("Event", "WhatId")),
    "Contact": (("Task", "WhoId"), ("Event", "WhoId"), ("CampaignMember", "ContactId")),
    "Lead": (("Task", "WhoId"), ("Event", "WhoId"), ("CampaignMember", "LeadId")),
    "Opportunity": (("Task", "WhatId"), ("Event", "WhatId"), ("OpportunityContactRole", "OpportunityId")),
    "Campaign": (("CampaignMember", "CampaignId"),),
}  # fmt: skip
"""What is deleted with a record and comes back with it, by object, as the objects and fields that refer to it.

https://help.salesforce.com/s/articleView?id=sf.recycle_bin_overview.htm
"""


def cascades(state: SalesforceState, table: Table) -> list[tuple[Table, str]]:
    """The tables and fields whose records go along, as far as the org has them."""
    pairs = ((state.tables.get(name.lower()), field_name) for name, field_name in GO_ALONG.get(table.kind.name, ()))
    return [(child, name) for child, name in pairs if child is not None and child.field(name) is not None]


def references_to(state: SalesforceState, table: Table) -> Iterator[tuple[Table, Field]]:
    """Every reference field of every object that may name a record of this object."""
    for child in state.tables.values():
        for field in child.kind.fields.values():
            if field.type == "reference" and table.kind.name in field.refers_to:
                yield child, field
