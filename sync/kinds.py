"""Kinds: where both sides keep one object in several of their own, which becomes which (a call becomes a Task).

A record's kind is the first line that fits it. A line that names values of a side both recognises its kind by them and
gives them to what is made there; the values under `new` are only given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from crm.record import Record, Side, Wire

Words = dict[str, str | bool]
"""By a system's field, what stands there."""


class Kind(BaseModel):
    """One kind of record on both sides."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = ""
    marketing: str
    sales: str
    where: dict[Side, Words] = {}
    new: dict[Side, Words] = {}

    def object_name(self, side: Side) -> str:
        return self.marketing if side is Side.MARKETING else self.sales

    def fits(self, side: Side, object_name: str, fields: Mapping[str, Wire]) -> bool:
        return object_name == self.object_name(side) and _has_all(self.where.get(side, {}), fields)

    def constants(self, side: Side) -> Words:
        """What a record of this kind gets when it is made on a side."""
        return {**self.where.get(side, {}), **self.new.get(side, {})}


class Skip(BaseModel):
    """By a system's object, values that mean: this record takes no part."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    marketing: dict[str, Words] = {}
    sales: dict[str, Words] = {}

    def of(self, side: Side, object_name: str) -> Words:
        return (self.marketing if side is Side.MARKETING else self.sales).get(object_name, {})

    def fits(self, side: Side, object_name: str, fields: Mapping[str, Wire]) -> bool:
        return any(_shows(fields, name, value) for name, value in self.of(side, object_name).items())


def kind_of(kinds: Iterable[Kind], side: Side, record: Record) -> Kind | None:
    """The first kind that fits a record."""
    return next((kind for kind in kinds if kind.fits(side, record.ref.object, record.fields)), None)


def kind_between(kinds: Iterable[Kind], one: str, other: str) -> Kind | None:
    """The kind of which a record in one system's object becomes one in the other's."""
    return next((kind for kind in kinds if {kind.marketing, kind.sales} == {one, other}), None)


def fields_read(kinds: Iterable[Kind], skip: Skip, side: Side, object_name: str) -> set[str]:
    """The fields by which it is told what kind a record is, and whether it takes part."""
    told = (kind.where.get(side, {}) for kind in kinds if kind.object_name(side) == object_name)
    return {*skip.of(side, object_name), *(name for words in told for name in words)}


def check_kinds(kinds: Iterable[Kind], objects: Mapping[Side, Sequence[str]]) -> None:
    """Raises ValueError where a kind names an object that is not mapped, or the way back would be a guess."""
    pairs: set[tuple[str, str]] = set()
    for kind in kinds:
        for side in Side:
            if kind.object_name(side) not in objects[side]:
                raise ValueError(f"kinds.{kind.name}.{side}: {kind.object_name(side)} is not one of this object's")
        if (kind.marketing, kind.sales) in pairs:
            raise ValueError(f"kinds.{kind.name}: another kind makes a {kind.sales} of {kind.marketing} already")
        pairs.add((kind.marketing, kind.sales))


def _has_all(words: Words, fields: Mapping[str, Wire]) -> bool:
    return all(_shows(fields, name, value) for name, value in words.items())


def _shows(fields: Mapping[str, Wire], name: str, value: str | bool) -> bool:
    shown = fields.get(name)
    return (str(shown).lower() == str(value).lower()) if isinstance(value, bool) else shown == value


def named(kinds: object) -> object:
    """The kinds as the mapping writes them, by name, as a list of kinds that know their names."""
    if not isinstance(kinds, dict):
        return kinds
    return [{**kind, "name": name} if isinstance(kind, dict) else kind for name, kind in kinds.items()]
