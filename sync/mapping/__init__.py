"""The mapping: which objects and fields of the two sides correspond, and by which rule each field travels.

`canonical()` gives a record of either side the same names and types; `native()` turns canonical values back into the
names and words of one system. `fields.py` has one line of the file, `objects.py` one object.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingType
from typing import Any, Literal, Protocol, Self, TypeVar

from pydantic import BaseModel, Field, PrivateAttr, model_validator

from crm.funnel import Funnel, Stage
from crm.record import Record, Side, Value
from sync.kinds import fields_read, kind_between
from sync.mapping.fields import FieldMap, Meeting, Reader, Strict, SyncRule
from sync.mapping.objects import ObjectMap, Scope
from sync.order import misled, parents_first

__all__ = [
    "Brakes", "FieldMap", "Mapping", "Meeting", "ObjectMap", "Reader", "Scope", "SyncRule", "canonical", "load_mapping",
    "native", "native_new",
]  # fmt: skip

Model = TypeVar("Model", bound=BaseModel)


class Brakes(Strict):
    """When a round stops before its first write: shares of the linked pairs, never for fewer than `floor` records."""

    deletes: float = Field(default=0, ge=0, le=1)
    blanks: float = Field(default=0.02, ge=0, le=1)
    overwrites: float = Field(default=0.20, ge=0, le=1)
    floor: int = Field(default=50, ge=0)


class Budget(Strict):
    """The share of each system's daily API calls that is left to the company's other integrations."""

    hubspot_reserve: float = Field(default=0.2, ge=0, lt=1)
    salesforce_reserve: float = Field(default=0.2, ge=0, lt=1)


class StageMap(Strict):
    """A stage in both systems' words."""

    stage: str
    marketing: dict[str, str] = Field(default_factory=dict)
    sales: dict[str, dict[str, str]] = Field(default_factory=dict)


class Mapping(Strict):
    """The whole of mapping.yaml."""

    mode: Literal["sync", "beside"] = "sync"
    """`beside`: HubSpot's own integration syncs, and no pass of ours writes anything."""
    clock_skew_seconds: float = Field(default=120, ge=0)
    phone_region: str | None = Field(default=None, pattern="^[A-Z]{2}$")
    """The country of phone numbers written without a country code; without it such numbers count as invalid."""
    brakes: Brakes = Brakes()
    budget: Budget = Budget()
    funnel: dict[str, list[StageMap]] = Field(default_factory=dict)
    objects: dict[str, ObjectMap] = Field(min_length=1)
    names: dict[str, Any] = Field(default_factory=dict)
    """Other names by which rules call these objects; `rules/events.py` reads them."""
    events: dict[str, Any] = Field(default_factory=dict)
    """What rules may say happened."""
    _funnels: dict[str, Funnel] = PrivateAttr(default_factory=dict)
    _absent: frozenset[tuple[str, str]] = PrivateAttr(default=frozenset())
    _gone: frozenset[str] = PrivateAttr(default=frozenset())

    @model_validator(mode="before")
    @classmethod
    def _name_objects(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("objects"), dict):
            named = {k: {**v, "name": k} if isinstance(v, dict) else v for k, v in data["objects"].items()}
            return {**data, "objects": named}
        return data

    @model_validator(mode="after")
    def _check(self) -> Self:
        for name in self.funnel:
            if name not in self.objects:
                raise ValueError(f"funnel.{name}: there is no such object under objects")
        self._check_objects()
        for name, object_map in self.objects.items():
            self._funnels[name] = _funnel(self.funnel.get(name, []), object_map)
        return self

    def _check_objects(self) -> None:
        """Each of a system's objects belongs to one mapped object: two would read and write it at cross purposes."""
        for side in Side:
            taken: dict[str, str] = {}
            for name, object_map in self.objects.items():
                for native_name in object_map.object_names(side):
                    if (other := taken.setdefault(native_name, name)) != name:
                        raise ValueError(f"objects.{name}.{side}: {native_name} is mapped by {other} already")

    @property
    def leads(self) -> dict[str, dict[str, str]]:
        """By object, where its references lead: the object by field."""
        return {
            name: {field.name: field.to for field in object_map.fields.values() if field.to}
            for name, object_map in self.objects.items()
        }

    @property
    def parents_first(self) -> list[ObjectMap]:
        """The objects, each after those that its references lead to."""
        return [self.objects[name] for name in parents_first(self.leads)]

    def funnel_of(self, name: str) -> Funnel:
        return self._funnels[name]

    def is_written(self, name: str) -> bool:
        """Whether a sync writes the records of an object."""
        return self.mode == "sync" and not self.objects[name].is_read_only

    def named_fields(self, name: str, side: Side, object_name: str) -> list[str]:
        """Every field of a system's object that takes part: the mapped ones and those that tell the stage."""
        object_map = self.objects[name]
        told = fields_read(object_map.kinds, object_map.skip, side, object_name)
        told |= self.funnel_of(name).fields_read(object_name) | object_map.read_beside(side, object_name)
        return sorted({*object_map.fields_on(side, object_name), *told})

    def native_fields(self, name: str, side: Side, object_name: str) -> list[str]:
        """Those of them to read now: a field that its system lost is left out until it is back."""
        return [each for each in self.named_fields(name, side, object_name) if (object_name, each) not in self._absent]

    def fields_asked(self, name: str, side: Side, object_name: str, key_field: str | None) -> list[str]:
        """The same with our key, which only the records of what is written carry (`None` where these cannot)."""
        key = [key_field] if key_field and self.is_written(name) else []
        return [*self.native_fields(name, side, object_name), *key]

    def leave_out(self, absent: Iterable[tuple[str, str]], objects: Iterable[str] = ()) -> None:
        """These fields, by a system's object and its name of them, and these objects as a whole are not there now:
        nobody asks for them."""
        self._absent, self._gone = frozenset(absent), frozenset(objects)

    def is_there(self, object_name: str) -> bool:
        """Whether a system's object can be read now."""
        return object_name not in self._gone


class Document(Protocol):
    """A configuration file that was read; it raises its own error with file and line."""

    def validate(self, model: type[Model]) -> Model: ...

    def refusal(self, problems: Iterable[tuple[tuple[str | int, ...], str]]) -> Exception: ...


def load_mapping(document: Document) -> Mapping:
    """The mapping of a configuration file. Raises what `document` raises, naming the file, the line and the mend."""
    mapping = document.validate(Mapping)
    if problems := [*misled(mapping.leads), *_leading_nowhere(mapping)]:
        raise document.refusal([(("objects", name, "fields", field, "to"), why) for name, field, why in problems])
    return mapping


def _leading_nowhere(mapping: Mapping) -> Iterator[tuple[str, str, str]]:
    """References that would travel and lead to what is only read: by object and field, and how to mend it."""
    for name in filter(mapping.is_written, mapping.objects):
        for field in mapping.objects[name].fields.values():
            to = mapping.objects.get(field.to or "")
            if to is not None and to.is_read_only and field.rule is not SyncRule.OFF:
                why = (
                    "is only read, so that nothing of it is ever in a pair: sync it, or write `rule: off` in this line"
                )
                yield name, field.name, f"`to: {field.to}` {why}"


def canonical(object_map: ObjectMap, side: Side, record: Record) -> tuple[dict[str, Value], dict[str, str]]:
    """A record's values by canonical name, and for each value that its type cannot read, why.

    A field that was not read (a missing key) is in neither: it is no clear.
    """
    values: dict[str, Value] = {}
    unreadable: dict[str, str] = {}
    fields = record.fields
    for native_name, name, read in object_map.readers(side, record.ref.object):
        if native_name in fields:
            try:
                values[name] = read(fields[native_name])
            except ValueError as error:
                unreadable[name] = str(error)
    return values, unreadable


def native(object_map: ObjectMap, side: Side, object_name: str, values: MappingType[str, Value]) -> dict[str, Value]:
    """Canonical values under the names and in the words of one system's object; fields that it lacks are left out."""
    written = {}
    for name, value in values.items():
        native_name = object_map.fields[name].native_name(side, object_name)
        if native_name is not None:
            written[native_name] = object_map.fields[name].write(side, value)
    return written


def native_new(
    object_map: ObjectMap, side: Side, object_name: str, source: str, values: MappingType[str, Value]
) -> dict[str, Value]:
    """As `native`, for a record that is made from one in the other system's object `source`: with what its kind
    gives to new ones."""
    kind = kind_between(object_map.kinds, source, object_name)
    return {**(kind.constants(side) if kind else {}), **native(object_map, side, object_name, values)}


def _funnel(stages: Iterable[StageMap], object_map: ObjectMap) -> Funnel:
    def words(each: StageMap) -> dict[str, dict[str, str]]:
        return {**dict.fromkeys(object_map.marketing[:1], each.marketing), **each.sales}

    return Funnel([Stage(each.stage, words(each)) for each in stages])
