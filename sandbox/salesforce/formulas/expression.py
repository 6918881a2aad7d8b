"""A checked formula: what kind of value it has, and how that value is worked out for a record.

Blank is None. A blank field reads as None whatever its kind; an empty text is blank as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sandbox.salesforce.schema.fields import Field
from sandbox.salesforce.table import Row

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

Value = str | Decimal | bool | date | datetime | None


class Kind(Enum):
    """A kind of value, by its name in error messages."""

    TEXT = "Text"
    NUMBER = "Number"
    BOOLEAN = "Boolean"
    DATE = "Date"
    DATETIME = "DateTime"
    PICKLIST = "Picklist"
    MULTI = "Multi-Select Picklist"
    NULL = "Null"


PICKLISTS = (Kind.PICKLIST, Kind.MULTI)


@dataclass(frozen=True, slots=True)
class Moment:
    """What a formula is worked out over: the record as it will stand, as it stood (None: it is new), and the org."""

    row: Row
    before: Row | None
    state: SalesforceState

    @property
    def now(self) -> datetime:
        return self.state.clock.now()

    @property
    def zone(self) -> ZoneInfo:
        user = self.state.tables["user"].live[self.state.user_id]
        return ZoneInfo(user.get("TimeZoneSidKey") or "UTC")


Work = Callable[[Moment], Value]


@dataclass(frozen=True, slots=True)
class Expression:
    """`name` and `field` are there for a field alone, `own` where it is the record's own and not a parent's."""

    kind: Kind
    work: Work
    name: str = ""
    field: Field | None = None
    is_own: bool = False
    is_literal: bool = False


def constant(value: Value) -> Expression:
    kinds = {str: Kind.TEXT, Decimal: Kind.NUMBER, bool: Kind.BOOLEAN}
    kind = Kind.NULL if value is None else kinds[type(value)]
    return Expression(kind, lambda _moment: None if value == "" else value, is_literal=True)
