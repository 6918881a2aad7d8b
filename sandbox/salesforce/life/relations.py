"""Which records belong to which: what goes into the recycle bin with a record, and all that refers to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sandbox.salesforce.schema.fields import Field
from sandbox.salesforce.table import Table

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState


def cascades(state: SalesforceState, table: Table) -> list[tuple[Table, str]]:
    """The tables and fields whose records go into the recycle bin with a record of `table`, and come back with it.

    https://help.salesforce.com/s/articleView?id=sf.recycle_bin_overview.htm
    """
    return [
        (child, field.name) for child, field in references_to(state, table) if field.cascade and child.kind.deletable
    ]


def references_to(state: SalesforceState, table: Table) -> Iterator[tuple[Table, Field]]:
    """Every reference field of every object that may name a record of this object."""
    for child in state.tables.values():
        for field in child.kind.fields.values():
            if field.type == "reference" and table.kind.name in field.refers_to:
                yield child, field
