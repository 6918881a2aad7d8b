"""One line of the mapping: a field on both sides, how it travels, and how its values are worded."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import cached_property, partial
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from crm.record import Side, Value
from crm.values import REFERRING, TEXTUAL, FieldType, dump, parse
from sync.wording import Wording, is_time_zone

Reader = Callable[[Any], Value]


class SyncRule(StrEnum):
    """How a field travels; the names mean what HubSpot's own integration means by them
    (https://knowledge.hubspot.com/salesforce/map-hubspot-properties-to-salesforce-fields)."""

    TWO_WAY = "two_way"
    PREFER_SALES = "prefer_sales"
    PREFER_MARKETING = "prefer_marketing"
    ALWAYS_SALES = "always_sales"
    ALWAYS_MARKETING = "always_marketing"
    OFF = "off"
    CONSENT = "consent"
    """An opt-out: whoever says it on one side has said it on both, and no sync takes it back."""


Meeting = Literal["newest", "sales", "marketing", "ask"]


class Strict(BaseModel):
    """A part of the file: an unknown key is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldMap(Strict):
    """One field on both sides. `name` is canonical: rules, reports and pages use it."""

    name: str = ""
    marketing: dict[str, str] = {}
    """By HubSpot's object, the property."""
    sales: dict[str, str] = {}
    """By Salesforce's object, the field."""
    type: FieldType
    to: str | None = None
    """Of a reference: the object of this mapping that it leads to."""
    rule: SyncRule = SyncRule.TWO_WAY
    on_conflict: Meeting = "newest"
    clears: Literal["travel", "stay"] = "travel"
    too_long: Literal["hold", "truncate"] = "hold"
    values: dict[str, str] = {}
    """Marketing's words and sales' words for the same value, where they differ."""
    first_sync: Meeting | None = None
    answerable: bool = False
    """Whether a person may answer it where a sync writes nothing: in an object that is only read, and beside HubSpot's
    own integration."""
    when_missing: str | None = None
    """A marked stand-in for what sales demands and marketing lacks: written on create only, never travelling back."""
    required: bool = False
    """Of a reference: a record is made on the other side only once one of its required references leads to a pair."""
    or_from: list[str] = []
    """Other fields of the object of which the first that is filled stands in for a blank: on create only."""
    overflow: str | None = None
    """The text field that begins with this one's whole text where only part of it fits (`too_long: truncate`)."""
    scale: int = Field(default=1, ge=1)
    blank: tuple[str, ...] = ()
    markup: bool = False
    at: str | None = Field(default=None, pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")
    time_zone: str = "UTC"

    @cached_property
    def _wording(self) -> Wording:
        return Wording(self.scale, self.blank, self.markup, self.at, self.time_zone)

    @property
    def is_plain(self) -> bool:
        """Whether what a side shows is the canonical text."""
        is_worded = self.values or self.when_missing is not None or self._wording != Wording()
        return self.type in TEXTUAL and not is_worded

    @field_validator("time_zone")
    @classmethod
    def _is_a_place(cls, name: str) -> str:
        if not is_time_zone(name):
            raise ValueError(f"{name!r} is no time zone: write one such as Europe/Paris")
        return name

    @field_validator("values")
    @classmethod
    def _one_to_one(cls, values: dict[str, str], field: ValidationInfo) -> dict[str, str]:
        if len(set(values.values())) != len(values):
            raise ValueError("two of marketing's values have the same sales value: the way back would be a guess")
        parted = sorted(word for pair in values.items() for word in pair if ";" in word)
        if parted and field.data.get("type") is FieldType.MULTI:
            raise ValueError(f"{parted[0]!r} holds a semicolon, which parts options: rename the option")
        return values

    @model_validator(mode="after")
    def _loses_nothing(self) -> Self:
        if self.rule is SyncRule.CONSENT and self.type is not FieldType.BOOL:
            raise ValueError("rule: consent needs type: bool, where true means opted out")
        if problem := _lossy(self):
            raise ValueError(problem)
        return self

    def native_name(self, side: Side, object_name: str) -> str | None:
        """The system's name of this field on an object, or `None` where the object has none."""
        return self.names(side).get(object_name)

    def names(self, side: Side) -> dict[str, str]:
        """By a system's object, its name of this field."""
        return self.marketing if side is Side.MARKETING else self.sales

    def read(self, side: Side, wire: Any) -> Value:
        """The canonical value (sales' words) of what a side shows; a stand-in counts as blank. Raises ValueError."""
        if self.values and side is Side.MARKETING and isinstance(wire, str):
            words = wire.split(";") if self.type is FieldType.MULTI else [wire]
            wire = ";".join(self.values.get(word.strip(), word) for word in words)
        value = (self._wording if side is Side.MARKETING else Wording()).read(self.type, wire)
        return None if self.when_missing is not None and value == self.when_missing else value

    def reader(self, side: Side) -> Reader:
        """What `read` does for a side, in a third of its time for plain texts, which most values are."""
        is_worded = side is Side.MARKETING and (self.values or self._wording != Wording())
        if self.type in TEXTUAL and self.when_missing is None and not is_worded:
            return _text
        return partial(self.read, side)

    def write(self, side: Side, value: Value) -> Value:
        """The same value in the words of one side."""
        if self.values and side is Side.MARKETING and value is not None:
            back = {sales: marketing for marketing, sales in self.values.items()}
            if isinstance(value, frozenset):
                return frozenset(back.get(option, option) for option in value)
            return back.get(dump(value) or "", value)
        return self._wording.write(value) if side is Side.MARKETING else value


def _lossy(field: FieldMap) -> str:
    """Why a field, as it is written, would lose data or lead nowhere, and the mend; empty where it is sound."""
    refers = field.type in REFERRING
    is_reference = refers and field.type is not FieldType.OWNER
    if is_reference and not field.to:
        return f"a {field.type} needs `to:`, the object of this mapping that it leads to"
    if field.to and not is_reference:
        return f"`to` is for references: take it out, or make the type reference instead of {field.type}"
    if field.required and not is_reference:
        return "`required` is for references: what a record must have is said by the system, or by rules.yaml"
    if refers and (field.values or field.when_missing is not None):
        return f"a {field.type} takes neither `values` nor `when_missing`: what it leads to is found by its link"
    if field.too_long == "truncate" and field.type is not FieldType.TEXT:
        return f"`too_long: truncate` would make another {field.type} of it: hold it, or make the type text"
    if field.when_missing is not None and field.type not in (FieldType.TEXT, FieldType.PICKLIST):
        return f"`when_missing` is a marked text, which is no {field.type}: take it out, or make the type text"
    return ""


def _text(wire: Any) -> Value:
    if wire.__class__ is str:
        return wire if wire.strip() else None
    return parse(FieldType.TEXT, wire)
