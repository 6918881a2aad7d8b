"""The nine kinds of check, as pydantic models: the words in which a rule says what it asks.

A new kind is a model here, a member of `Check`, and one function in `rules/checks.py`, or in `rules/episodes.py` where
it is about time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, StrictBool, StrictInt, model_validator

from rules.conditions import Condition, FieldPath, Name, Strict, Text, refuse

Count = Annotated[StrictInt, Field(ge=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Fields = Annotated[tuple[FieldPath, ...], Field(min_length=1)]


class UnknownOk(Strict):
    """The honest way out: what stands for "asked, not known", what it counts as, and how often it may."""

    value: Text
    counts_as: Literal["met", "partial"]
    max_share: Share = 1.0


class Required(Strict):
    """All (or any) of these fields are filled; with `min_chars`, with that many characters."""

    kind: Literal["required"]
    fields: Fields
    mode: Literal["all", "any"] = "all"
    min_chars: Count | None = None
    unknown_ok: UnknownOk | None = None

    def fields_read(self) -> Iterable[str]:
        return self.fields


class Format(Strict):
    """What stands in this field can be used: an address that can exist, a number that can be dialled."""

    kind: Literal["format"]
    field: FieldPath
    type: Literal["email", "phone"]

    def fields_read(self) -> Iterable[str]:
        return (self.field,)


class Fresh(Strict):
    """These fields were changed, or confirmed, not longer ago than this."""

    kind: Literal["fresh"]
    fields: Fields
    max_age_days: Count
    clock_from: Literal["value_confirmed", "value_changed"] = "value_confirmed"

    def fields_read(self) -> Iterable[str]:
        return self.fields


class Within(Strict):
    """After `start`, one of `satisfied_by` happens within business hours or within business days."""

    kind: Literal["within"]
    start: FieldPath
    satisfied_by: tuple[Name, ...] = Field(min_length=1)
    business_hours: Count | None = None
    business_days: Count | None = None
    human_only: StrictBool = False
    fields: tuple[FieldPath, ...] = ()

    @model_validator(mode="after")
    def _has_one_clock(self) -> Self:
        match self.business_hours, self.business_days:
            case None, None:
                refuse("Within", [((), 'a clock is missing; add "business_hours: ..." or "business_days: ..."')])
            case int(), int():
                message = "a clock runs in hours or in days, not both; remove business_hours or business_days"
                refuse("Within", [(("business_days",), message)])
        return self

    def fields_read(self) -> Iterable[str]:
        return self.fields


class RelatedCount(Strict):
    """At least `min` related records, distinct by a field where it says so, that meet a condition of their own."""

    kind: Literal["related_count"]
    relation: FieldPath
    min: Count
    distinct: FieldPath | None = None
    where: Condition | None = None

    def fields_read(self) -> Iterable[str]:
        return () if self.distinct is None else (self.distinct,)


class Evidence(Strict):
    """A legal basis is named, and its proof fields are filled."""

    kind: Literal["evidence"]
    basis_field: FieldPath
    basis_in: tuple[Text, ...] = Field(min_length=1)
    proof_fields: Fields

    def fields_read(self) -> Iterable[str]:
        return (self.basis_field, *self.proof_fields)


class Unique(Strict):
    """No two records, in either system, agree in all fields of one of these keys."""

    kind: Literal["unique"]
    keys: tuple[Fields, ...] = Field(min_length=1)

    def fields_read(self) -> Iterable[str]:
        return (field for key in self.keys for field in key)


class Consistent(Strict):
    """These fields do not contradict each other: the condition `holds`."""

    kind: Literal["consistent"]
    fields: Fields
    holds: Condition

    def fields_read(self) -> Iterable[str]:
        return (*self.fields, *self.holds.fields())


class Cadence(Strict):
    """An event happens at least every so many days, with these fields filled each time."""

    kind: Literal["cadence"]
    event: FieldPath
    every_days: Count
    fields: tuple[FieldPath, ...] = ()

    def fields_read(self) -> Iterable[str]:
        return self.fields


AnyCheck: TypeAlias = Required | Format | Fresh | Within | RelatedCount | Evidence | Unique | Consistent | Cadence
Check = Annotated[AnyCheck, Field(discriminator="kind")]
