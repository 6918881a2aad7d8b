"""Activity as a place for custom fields: one that is made there is on Task and on Event."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.salesforce.schema.fields import Field, SObject
from sandbox.salesforce.table import Row, Table


class ActivityTable(Table):
    """Holds no records; `parts` are the tables that get its fields."""

    def __init__(self, kind: SObject, parts: Sequence[Table]) -> None:
        super().__init__(kind)
        self.parts = tuple(parts)
        self._dropped: dict[str, list[tuple[dict[str, Row], dict[str, Row]]]] = {}

    def add_field(self, field: Field) -> None:
        super().add_field(field)
        for table in self.parts:
            table.add_field(field)

    def change_field(self, field: Field) -> None:
        super().change_field(field)
        for table in self.parts:
            table.change_field(field)

    def restore_values(self, field: Field, live: dict[str, Row], deleted: dict[str, Row]) -> None:
        """The parts' own rows as they stood before `drop_field`."""
        super().restore_values(field, live, deleted)
        for table, rows in zip(self.parts, self._dropped.pop(field.name), strict=True):
            table.restore_values(field, *rows)

    def drop_field(self, field: Field) -> None:
        self._dropped[field.name] = [(dict(table.live), dict(table.deleted)) for table in self.parts]
        super().drop_field(field)
        for table in self.parts:
            table.drop_field(field)
