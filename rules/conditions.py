"""Conditions as data: a tree of `all`, `any` and `not` over `field`, `op` and `value`.

The same tree stands in rules and in the mapping's scope; nothing in it is code, and only `rules/compile.py` gives it
a meaning.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Annotated, Literal, NoReturn, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, StringConstraints, ValidationError, model_validator
from pydantic_core import InitErrorDetails

Loc: TypeAlias = tuple[str | int, ...]
Problem: TypeAlias = tuple[Loc, str]

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
FieldPath = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$")]
"""A canonical field: `contact.job_title`; on a related record, the bare name."""

Op = Literal["eq", "ne", "in", "not_in", "gt", "gte", "lt", "lte", "is_set", "is_blank", "changed_to"]
Scalar: TypeAlias = str | bool | int | float | date | datetime

WITHOUT_VALUE = ("is_set", "is_blank")
WITH_LIST = ("in", "not_in")
SHAPES = ("all", "any", "not", "field")


class Strict(BaseModel):
    """A part of a file: an unknown key is an error, since a typo that is passed over reads as if it took effect."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def refuse(model: str, problems: Sequence[Problem]) -> NoReturn:
    """Raises pydantic's ValidationError with each problem at its place below the model."""
    details = [
        InitErrorDetails(type="value_error", loc=loc, input=None, ctx={"error": ValueError(message)})
        for loc, message in problems
    ]
    raise ValidationError.from_exception_data(model, details)


def _plain_value(value: object) -> Scalar | tuple[Scalar, ...]:
    if isinstance(value, list | tuple):
        if not value:
            raise ValueError("an empty list is never met; add a value")
        return tuple(_scalar(item) for item in value)
    return _scalar(value)


def _scalar(value: object) -> Scalar:
    if value is None or (isinstance(value, str) and not value.strip()):
        raise ValueError("a blank is no value to compare with; use op: is_blank or is_set")
    if isinstance(value, str | bool | int | float | date):
        return value
    raise ValueError("a value is a text, a number, a date, true or false, or a list of these")


class Condition(Strict):
    """One condition: exactly one of `all`, `any`, `not`, or a `field` with its `op` and `value`.

    >>> condition = Condition.model_validate({"not": {"field": "contact.email", "op": "is_blank"}})
    >>> list(condition.fields())
    ['contact.email']
    """

    all: tuple[Condition, ...] | None = Field(None, min_length=1)
    any: tuple[Condition, ...] | None = Field(None, min_length=1)
    not_: Condition | None = Field(None, alias="not")
    field: FieldPath | None = None
    op: Op | None = None
    value: Annotated[Scalar | tuple[Scalar, ...] | None, PlainValidator(_plain_value)] = None

    @model_validator(mode="after")
    def _has_one_shape(self) -> Self:
        shapes = [self.all, self.any, self.not_, self.field]
        written = [name for name, part in zip(SHAPES, shapes, strict=True) if part is not None]
        if len(written) != 1:
            found = f"both {' and '.join(written)}" if written else "none of them"
            refuse("Condition", [((), f"a condition is one of all, any, not or field, found {found}; nest them")])
        if problem := self._leaf_problem() if self.field else self._branch_problem():
            refuse("Condition", [problem])
        return self

    def _branch_problem(self) -> Problem | None:
        if self.op is not None or self.value is not None:
            return ("op" if self.op else "value",), "belongs to a field; add field, or remove it"
        return None

    def _leaf_problem(self) -> Problem | None:
        """What is wrong between `op` and `value`."""
        has_value, is_list = self.value is not None, isinstance(self.value, tuple)
        if self.op is None:
            return (), 'missing; add "op: ..." (eq, ne, in, not_in, gt, gte, lt, lte, is_set, is_blank, changed_to)'
        if self.op in WITHOUT_VALUE:
            return (("value",), f"{self.op} takes no value; remove it") if has_value else None
        if not has_value:
            return (), f'{self.op} compares with a value; add "value: ..."'
        if is_list is (self.op in WITH_LIST):
            return None
        return (
            "value",
        ), f"{self.op} takes one value; use in for a list" if is_list else f"{self.op} takes a list: [..]"

    def branches(self) -> tuple[tuple[Loc, Condition], ...]:
        """The conditions directly below, each with its place."""
        if self.not_ is not None:
            return ((("not",), self.not_),)
        key, below = ("all", self.all) if self.all else ("any", self.any or ())
        return tuple(((key, index), condition) for index, condition in enumerate(below))

    def fields(self) -> Iterator[str]:
        """Every field that this condition reads, as written."""
        if self.field is not None:
            yield self.field
        for _, condition in self.branches():
            yield from condition.fields()
