"""The mapping: which objects and fields of the two sides correspond, and by which rule each field travels.

`canonical()` gives a record of either side the same names and types; `native()` turns canonical values back into the
names and words of one system.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as MappingType
from enum import StrEnum
from functools import cached_property, partial
from typing import Any, Literal, Protocol, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationInfo, field_validator, model_validator

from crm.funnel import Funnel, Stage
from crm.record import Record, Side, Value
from crm.values import REFERRING, TEXTUAL, FieldType, dump, parse
from sync.kinds import Kind, Skip, check_kinds, fields_read, kind_between, kind_of, named
from sync.order import misled, parents_first
from sync.wording import Wording, is_time_zone

Model = TypeVar("Model", bound=BaseModel)
Reader = Callable[[Any], Value]
Found = TypeVar("Found")


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


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldMap(_Strict):
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


class Scope(_Strict):
    """Which records take part, per side: `all`, or a condition over the object's facts. Nobody until it is chosen."""

    marketing: Literal["all"] | dict[str, Any] | None = None
    sales: Literal["all"] | dict[str, Any] | None = None

    def of(self, side: Side) -> Literal["all"] | dict[str, Any] | None:
        return self.marketing if side is Side.MARKETING else self.sales


class ObjectMap(_Strict):
    """One object on both sides, e.g. `contact`: HubSpot contacts, Salesforce leads and contacts."""

    name: str = ""
    direction: Literal["both", "read_only"] = "both"
    assignment_rule: Literal["off", "on"] = "off"
    composite: bool = False
    """Whether several collections may share one Salesforce call: their Apex limits add up."""
    default_owner: str | None = None
    """The e-mail of the rep who is given what its own owner cannot have on the other side."""
    handoff_campaign: None = None
    marketing: list[str] = []
    sales: list[str] = []
    """From what people begin as to what they become: [Lead, Contact]. An object that is only read may lack a side."""
    create_in_sales: Literal["lead", "contact_if_account"] | bool | None = "lead"
    """`true` for what sales has one object of; `contact_if_account` makes people whose account is known contacts."""
    create_in_marketing: bool = True
    scope: Scope = Scope()
    on_delete: Literal["unlink", "archive", "recreate"] = "unlink"
    on_merge: Literal["queue", "propagate"] = "queue"
    first_sync: Meeting = "newest"
    fields: dict[str, FieldMap] = Field(min_length=1)
    segments: list[str] = []
    """What reports can be cut by: fields, or `stage`."""
    match: str | None = None
    """The field by which a first match is found, of type email or domain; else the first field of type email."""
    kinds: tuple[Kind, ...] = ()
    """Where both sides have several objects: which becomes which, the first line that fits."""
    skip: Skip = Skip()
    time_zone: str = "UTC"
    """Where a day begins and ends, for fields that are a day on one side and a moment on the other."""

    @cached_property
    def _known(self) -> dict[object, tuple[object, Any]]:
        return {}  # a private attribute of pydantic's would be looked up in ten times the time

    @field_validator("kinds", mode="before")
    @classmethod
    def _kinds_by_name(cls, kinds: object) -> object:
        return named(kinds)

    @field_validator("segments")
    @classmethod
    def _are_fields(cls, names: list[str], read: ValidationInfo) -> list[str]:
        if unknown := [name for name in names if name not in {*read.data.get("fields", {}), "stage"}]:
            raise ValueError(f"{unknown[0]!r} is neither one of this object's fields nor `stage`")
        return list(dict.fromkeys(names))

    @model_validator(mode="before")
    @classmethod
    def _name_fields(cls, data: Any) -> Any:
        """A plain string in place of a side's objects is its one object; in a field, the same name on all of them."""
        if not isinstance(data, dict):
            return data
        sides = {side.value: data[side.value] for side in Side if side.value in data}
        objects = {side: [names] if isinstance(names, str) else names for side, names in sides.items()}
        fields, zone = data.get("fields"), {"time_zone": data["time_zone"]} if "time_zone" in data else {}
        if isinstance(fields, dict):
            fields = {
                name: {**zone, **field, "name": name, **_spread(field, objects)} if isinstance(field, dict) else field
                for name, field in fields.items()
            }
            return {**data, **objects, "fields": fields}
        return {**data, **objects}

    @model_validator(mode="after")
    def _check(self) -> Self:
        self._check_sides()
        check_kinds(self.kinds, {side: self.object_names(side) for side in Side})
        self._check_names()
        for name, field in self.fields.items():
            for side in Side:
                objects = self.object_names(side)
                for object_name in field.names(side):
                    if object_name not in objects:
                        raise ValueError(f"fields.{name}.{side}: {object_name} is not one of {', '.join(objects)}")
        for side in Side:
            for object_name in self.object_names(side):
                self._check_once(side, object_name)
        self._check_consent()
        self._check_parents()
        return self

    def _check_consent(self) -> None:
        if sum(field.rule is SyncRule.CONSENT for field in self.fields.values()) > 1:
            raise ValueError("fields: only one line may have rule: consent")
        if self.consent and not any(field.type is FieldType.EMAIL for field in self.fields.values()):
            raise ValueError("fields: rule: consent needs a field of type: email, since an opt-out is of an address")

    @property
    def consent(self) -> FieldMap | None:
        """The field that says whether somebody has opted out, where one is mapped."""
        return next((field for field in self.fields.values() if field.rule is SyncRule.CONSENT), None)

    def _check_names(self) -> None:
        """Fields that speak of others name such as are there."""
        for name, field in self.fields.items():
            for other in (*field.or_from, *([field.overflow] if field.overflow else [])):
                if other not in self.fields:
                    raise ValueError(f"fields.{name}: {other} is not one of this object's fields")
        if self.kinds and "kind" in self.fields:
            raise ValueError("fields.kind: an object with `kinds` has a field of this name already, for conditions")

    @property
    def is_read_only(self) -> bool:
        """Read for rules and reports; never matched, planned or written by a sync."""
        return self.direction == "read_only"

    def _check_sides(self) -> None:
        """What is synced is there on both sides; what is only read, on one at least."""
        missing = [side for side in Side if not self.object_names(side)]
        if len(missing) == 2 or (missing and not self.is_read_only):
            raise ValueError(f"{missing[0]}: name the system's object, or let it be `direction: read_only`")
        for name, field in self.fields.items():
            lacking = [side for side in Side if not field.names(side)]
            is_read = self.is_read_only or field.rule is SyncRule.OFF
            if len(lacking) == 2 or (lacking and not is_read):
                raise ValueError(f"fields.{name}.{lacking[0]}: name the system's field")

    def _check_parents(self) -> None:
        match = self.fields.get(self.match) if self.match else None
        if self.match and (match is None or match.type not in (FieldType.EMAIL, FieldType.DOMAIN)):
            raise ValueError(f"match: {self.match} is no field of type email or domain: a match by a name is a guess")
        if self.default_owner and not any(field.type is FieldType.OWNER for field in self.fields.values()):
            raise ValueError("default_owner needs a field of type owner: add one, or take default_owner out")
        if self.create_in_sales == "contact_if_account" and self.account is None:
            why = f"needs a reference on {self.sales[-1]} that leads to its account: add one, or create leads"
            raise ValueError(f"create_in_sales: contact_if_account {why}")

    def _check_once(self, side: Side, object_name: str) -> None:
        """Each of a system's fields belongs to one line: two would overwrite each other for ever."""
        names: dict[str, str] = {}
        for name, field in self.fields.items():
            native_name = field.native_name(side, object_name)
            if native_name is not None and (other := names.setdefault(native_name, name)) != name:
                raise ValueError(f"fields.{name}.{side}: {object_name}.{native_name} is mapped by {other} already")

    def object_names(self, side: Side) -> list[str]:
        """The system's objects that hold this object's records."""
        return self.marketing if side is Side.MARKETING else self.sales

    def created_as(self, side: Side, source: Record | None = None, *, has_account: bool = False) -> str | None:
        """The system's object that a new record (made from `source`, where kinds differ) becomes on a side, or `None`
        where none is made. `has_account`: it belongs to an account there."""
        if self.is_read_only or not (self.create_in_marketing if side is Side.MARKETING else self.create_in_sales):
            return None
        if self.kinds and source is not None:
            kind = kind_of(self.kinds, side.other, source)
            return kind.object_name(side) if kind else None
        if side is Side.MARKETING:
            return self.marketing[0]
        if self.create_in_sales == "contact_if_account" and has_account:
            return self.sales[-1]
        return "Lead" if "Lead" in self.sales else self.sales[0]

    @property
    def account(self) -> FieldMap | None:
        """The reference to the account that a contact in sales belongs to, and a lead does not have."""
        if not self.sales:
            return None
        lead, contact = self.sales[0], self.sales[-1]
        references = (field for field in self.fields.values() if field.type is FieldType.REFERENCE)
        return next(
            (each for each in references if contact in each.sales and (lead == contact or lead not in each.sales)), None
        )

    @property
    def match_by(self) -> FieldMap | None:
        """The field by which a first match is found."""
        if self.match:
            return self.fields[self.match]
        emails = (field for field in self.fields.values() if field.type is FieldType.EMAIL)
        return self._once("match_by", lambda: next(emails, None))

    @property
    def is_chosen(self) -> bool:
        """Whether it is read at all: what reps do is much, and stays unread until a scope says whose."""
        return not self.kinds or any(self.scope.of(side) is not None for side in Side)

    def takes_part(self, side: Side, record: Record) -> bool:
        """Whether a record is of a known kind, and not to be skipped."""
        if self.skip.fits(side, record.ref.object, record.fields):
            return False
        return not self.kinds or kind_of(self.kinds, side, record) is not None

    @property
    def fact_types(self) -> dict[str, FieldType]:
        """What conditions and rules may read of this object: its fields, and the kind where there are several."""
        return {name: field.type for name, field in self.fields.items()} | (
            {"kind": FieldType.PICKLIST} if self.kinds else {}
        )

    def email_field(self, side: Side, object_name: str) -> str | None:
        """The system's name of the field by which a first match is found."""
        return self.match_by.native_name(side, object_name) if self.match_by else None

    @property
    def referring(self) -> list[FieldMap]:
        """The references and owners among its fields."""
        return self._once("referring", lambda: [each for each in self.fields.values() if each.type in REFERRING])

    def referring_on(self, side: Side, object_name: str) -> list[tuple[str, FieldMap]]:
        """Those of them that a system's object has, by its name of each."""

        def work_out() -> list[tuple[str, FieldMap]]:
            return [(name, each) for name, each in self.fields_on(side, object_name).items() if each.type in REFERRING]

        return self._once(("referring", side, object_name), work_out)

    def readers(self, side: Side, object_name: str) -> list[tuple[str, str, Reader]]:
        """Native name, canonical name and reader of each field on a system's object; worked out once."""

        def work_out() -> list[tuple[str, str, Reader]]:
            named = self.fields_on(side, object_name).items()
            return [(native_name, field.name, field.reader(side)) for native_name, field in named]

        return self._once(("readers", side, object_name), work_out)

    def _once(self, key: object, work_out: Callable[[], Found]) -> Found:
        """What is asked a thousand times for each batch; a copy of this model may have other fields."""
        fields, found = self._known.get(key, (None, None))
        if fields is not self.fields:
            found = work_out()
            self._known[key] = self.fields, found
        return found  # type: ignore[no-any-return]

    def fields_on(self, side: Side, object_name: str) -> dict[str, FieldMap]:
        """By native name, the fields that exist on a system's object."""
        named = ((field.native_name(side, object_name), field) for field in self.fields.values())
        return {native_name: field for native_name, field in named if native_name is not None}


class Brakes(_Strict):
    """When a round stops before its first write: shares of the linked pairs, never for fewer than `floor` records."""

    deletes: float = Field(default=0, ge=0, le=1)
    blanks: float = Field(default=0.02, ge=0, le=1)
    overwrites: float = Field(default=0.20, ge=0, le=1)
    floor: int = Field(default=50, ge=0)


class Budget(_Strict):
    salesforce_reserve: float = Field(default=0.2, ge=0, lt=1)


class StageMap(_Strict):
    """A stage in both systems' words."""

    stage: str
    marketing: dict[str, str] = {}
    sales: dict[str, dict[str, str]] = {}


class Mapping(_Strict):
    """The whole of mapping.yaml."""

    mode: Literal["sync", "beside"] = "sync"
    """`beside`: HubSpot's own integration syncs, and no pass of ours writes anything."""
    clock_skew_seconds: float = Field(default=120, ge=0)
    phone_region: str | None = Field(default=None, pattern="^[A-Z]{2}$")
    """The country of phone numbers written without a country code; without it such numbers count as invalid."""
    brakes: Brakes = Brakes()
    budget: Budget = Budget()
    funnel: dict[str, list[StageMap]] = {}
    objects: dict[str, ObjectMap] = Field(min_length=1)
    _funnels: dict[str, Funnel] = PrivateAttr(default_factory=dict)
    _absent: frozenset[tuple[str, str]] = PrivateAttr(default=frozenset())

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
        mapped = self.objects[name].fields_on(side, object_name)
        told = fields_read(self.objects[name].kinds, self.objects[name].skip, side, object_name)
        return sorted({*mapped, *told, *self.funnel_of(name).fields_read(object_name)})

    def native_fields(self, name: str, side: Side, object_name: str) -> list[str]:
        """Those of them to read now: a field that its system lost is left out until it is back."""
        return [each for each in self.named_fields(name, side, object_name) if (object_name, each) not in self._absent]

    def fields_asked(self, name: str, side: Side, object_name: str, key_field: str | None) -> list[str]:
        """The same with our key, which only the records of what is written carry (`None` where these cannot)."""
        key = [key_field] if key_field and self.is_written(name) else []
        return [*self.native_fields(name, side, object_name), *key]

    def leave_out(self, absent: Iterable[tuple[str, str]]) -> None:
        """These fields, by a system's object and its name of them, are not there now: nobody asks for them."""
        self._absent = frozenset(absent)


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


def _funnel(stages: Iterable[StageMap], object_map: ObjectMap) -> Funnel:
    def words(each: StageMap) -> dict[str, dict[str, str]]:
        return {**dict.fromkeys(object_map.marketing[:1], each.marketing), **each.sales}

    return Funnel([Stage(each.stage, words(each)) for each in stages])


def _spread(field: MappingType[str, Any], objects: MappingType[str, Any]) -> dict[str, Any]:
    """A field's names by object, where one name stands for all objects of a side."""
    return {
        side: dict.fromkeys(names, field[side])
        if isinstance(names, list) and isinstance(field[side], str)
        else field[side]
        for side, names in objects.items()
        if side in field
    }
