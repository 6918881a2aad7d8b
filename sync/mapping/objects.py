"""One object of the mapping: the systems' objects that hold it, its fields, and what follows a delete or a merge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property
from typing import Any, Literal, Self, TypeVar

from pydantic import Field, ValidationInfo, field_validator, model_validator

from crm.record import Record, Side
from crm.values import REFERRING, FieldType
from sync.kinds import Kind, Skip, check_kinds, kind_of, named
from sync.mapping.fields import FieldMap, Meeting, Reader, Strict, SyncRule
from sync.mapping.handoff import CAMPAIGN, FOLLOW_UPS, FORM_NAME, SUBMITTED_AT, HandoffCampaign

Found = TypeVar("Found")


class Scope(Strict):
    """Which records take part, per side: `all`, or a condition over the object's facts. Nobody until it is chosen."""

    marketing: Literal["all"] | dict[str, Any] | None = None
    sales: Literal["all"] | dict[str, Any] | None = None

    def of(self, side: Side) -> Literal["all"] | dict[str, Any] | None:
        return self.marketing if side is Side.MARKETING else self.sales


class ObjectMap(Strict):
    """One object on both sides, e.g. `contact`: HubSpot contacts, Salesforce leads and contacts."""

    name: str = ""
    direction: Literal["both", "read_only"] = "both"
    optional: bool = False
    """Of what is only read: what its system lacks of it, or hides, is left out, and stops no pass."""
    assignment_rule: Literal["off", "on"] = "off"
    composite: bool = False
    """Whether several collections may share one Salesforce call: their Apex limits add up."""
    default_owner: str | None = None
    """The e-mail of the rep who is given what its own owner cannot have on the other side."""
    handoff_campaign: HandoffCampaign | None = None
    """The campaign of sales that everybody joins whom marketing hands over; see sync/handoff.py."""
    task_per_form: Literal["off"] | date = "off"
    """From which day on a form that somebody fills in is a task of the owner in sales."""
    marketing: list[str] = Field(default_factory=list)
    sales: list[str] = Field(default_factory=list)
    """From what people begin as to what they become: [Lead, Contact]. An object that is only read may lack a side."""
    create_in_sales: Literal["lead", "contact_if_account"] | bool | None = "lead"
    """`true` for what sales has one object of; `contact_if_account` makes people whose account is known contacts."""
    create_in_marketing: bool = True
    scope: Scope = Scope()
    on_delete: Literal["unlink", "archive", "recreate"] = "unlink"
    on_merge: Literal["queue", "propagate"] = "queue"
    first_sync: Meeting = "newest"
    fields: dict[str, FieldMap] = Field(min_length=1)
    segments: list[str] = Field(default_factory=list)
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
        self._check_handoff()
        return self

    def _check_handoff(self) -> None:
        by = self.handoff_campaign.by if self.handoff_campaign else None
        if self.has_follow_ups and (self.is_read_only or not {"Lead", "Contact"} & set(self.sales)):
            raise ValueError(f"{' and '.join(FOLLOW_UPS)} are for leads and contacts that a sync writes")
        if by and by not in self.fields:
            raise ValueError(f"{CAMPAIGN}.by: {by} is not one of this object's fields")

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
        if taken := sorted(self.fields.keys() & set(FOLLOW_UPS)):
            raise ValueError(f"fields.{taken[0]}: the history uses this name for something else: choose another one")
        if self.kinds and "kind" in self.fields:
            raise ValueError("fields.kind: an object with `kinds` has a field of this name already, for conditions")

    @property
    def has_follow_ups(self) -> bool:
        """Whether anything is made in sales beside a pair."""
        return self.handoff_campaign is not None or self.task_per_form != "off"

    def read_beside(self, side: Side, object_name: str) -> set[str]:
        """The fields of a system's object by which it is told whether something is made beside a pair."""
        is_read = self.task_per_form != "off" and side is Side.MARKETING and object_name == self.marketing[0]
        return {SUBMITTED_AT, FORM_NAME} if is_read else set()

    @property
    def is_read_only(self) -> bool:
        """Read for rules and reports; never matched, planned or written by a sync."""
        return self.direction == "read_only"

    def _check_sides(self) -> None:
        """What is synced is there on both sides; what is only read, on one at least."""
        if self.optional and not self.is_read_only:
            raise ValueError("optional: only what is `direction: read_only` may be missing: take `optional` out")
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

    def type_of(self, name: str) -> FieldType:
        """The type of what is remembered under a name: a field, or something that was made beside the pair. Raises
        KeyError where a field is no longer mapped."""
        return FieldType.TEXT if name in FOLLOW_UPS else self.fields[name].type

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

    @property
    def leading_to_several(self) -> list[FieldMap]:
        """Those of them that may lead to several records."""
        several = FieldType.REFERENCES
        return self._once("several", lambda: [each for each in self.referring if each.type is several])

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


def _spread(field: Mapping[str, Any], objects: Mapping[str, Any]) -> dict[str, Any]:
    """A field's names by object, where one name stands for all objects of a side."""
    return {
        side: dict.fromkeys(names, field[side])
        if isinstance(names, list) and isinstance(field[side], str)
        else field[side]
        for side, names in objects.items()
        if side in field
    }
