"""Activity as a place for custom fields: one that is made there is on Task and on Event."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sandbox.salesforce.schema.fields import Field, SObject
from sandbox.salesforce.table import Table


class ActivityTable(Table):
    """Holds no records; `parts` are the tables that get its fields."""

    def __init__(self, kind: SObject, parts: Sequence[Table]) -> None:
        super().__init__(kind)
        self.parts = tuple(parts)

    def add_field(self, field: Field) -> None:
        super().add_field(field)
        for table in self.parts:
            table.add_field(field)

    def change_field(self, field: Field) -> None:
        super().change_field(field)
        for table in self.parts:
            table.change_field(field)

    def drop_field(self, field: Field) -> Callable[[], None]:
        super().drop_field(field)
        undone = [table.drop_field(field) for table in self.parts]

        def bring_back() -> None:
            super(ActivityTable, self).add_field(field)
            for bring in undone:
                bring()

        return bring_back
