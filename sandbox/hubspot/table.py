"""The records of one object: by id, in the order of their ids, and by every value that must be unique.

Only values that are set are kept; a property that is defined but has no value is simply not there.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Iterable
from typing import Any

from sandbox.hubspot.errors import not_unique
from sandbox.hubspot.kinds import Kind
from sandbox.hubspot.schema.definitions import Property
from sandbox.hubspot.schema.groups import standard_groups
from sandbox.hubspot.schema.validations import Validation
from sandbox.hubspot.sources import SEEDED, Past
from sandbox.hubspot.stamps import stamp
from sandbox.hubspot.standard import standard_properties
from sandbox.reading import read_whole

Neighbours = Callable[[int, str], Collection[int]]
"""The ids of the records of an object (by any of its names) that a record is associated with."""


def no_neighbours(record_id: int, other: str) -> Collection[int]:
    """Of a table that stands alone."""
    return ()


class Record:
    """One record of any kind. `history` holds only what differs from "this value since the record was made"."""

    __slots__ = ("archived", "created", "history", "id", "modified", "properties")

    def __init__(self, record_id: int, created: int, properties: dict[str, str]) -> None:
        self.id = record_id
        self.created = created
        self.modified = created
        self.archived: int | None = None
        self.properties = properties
        self.history: dict[str, list[Past]] | None = None

    def past(self, name: str) -> list[Past]:
        """The history of a property, newest first."""
        if self.history and name in self.history:
            return self.history[name]
        value = self.properties.get(name)
        return [] if value is None else [Past(value, self.created, SEEDED)]

    def remember(self, name: str, entry: Past) -> None:
        past = [entry, *self.past(name)]
        self.history = self.history or {}
        self.history[name] = past


class Table:
    """All records of one kind. `version` grows with every change, so a search knows whether its answer still holds."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.definitions = standard_properties(kind.definitions, kind.group)
        self.records: dict[int, Record] = {}
        self.live: list[int] = []
        self.archived: list[int] = []
        self.next_id = kind.first_id
        self.version = 0
        self.merged: dict[int, int] = {}
        """Ids that were merged away, each with the id of what it was merged into."""
        self.merges: dict[int, int] = {}
        """How many merges went into a record, for those that have any."""
        self.groups = standard_groups(kind.group, kind.singular)
        self.neighbours: Neighbours = no_neighbours
        self.validations: dict[str, list[Validation]] = {}
        self.unique: dict[str, dict[str, int]] = {"email": {}} if kind.name == "contacts" else {}

    def definition(self, name: str) -> Property | None:
        """The definition of a property that is in use."""
        definition = self.definitions.get(name)
        return definition if definition and definition.archived is None else None

    def define(self, definition: Property) -> None:
        self.definitions[definition.name] = definition
        if definition.is_unique:
            self.unique[definition.name] = {}
        self.version += 1

    def forget(self, definition: Property, now: int) -> None:
        """Archive a property: its values and its validations are gone with it."""
        definition.archived = now
        self.validations.pop(definition.name, None)
        self.unique.pop(definition.name, None)
        for record in self.records.values():
            record.properties.pop(definition.name, None)
            if record.history:
                record.history.pop(definition.name, None)
        self.version += 1

    def new_id(self, ahead: int = 0) -> int:
        """The id that a create gets after `ahead` others."""
        return self.next_id + ahead * self.kind.id_step

    def insert(self, record: Record) -> None:
        """Put in a record that has the next id."""
        self.next_id = record.id + self.kind.id_step
        self.records[record.id] = record
        self.live.append(record.id)
        for name, index in self.unique.items():
            for key in self.keys(name, record.properties):
                index[key] = record.id
        self.stamp_modified(record, record.created)
        record.properties[self.kind.created_property] = stamp(record.created)
        record.properties["hs_object_id"] = str(record.id)

    def stamp_modified(self, record: Record, moment: int) -> None:
        record.modified = moment
        record.properties[self.kind.modified_property] = stamp(moment)
        self.version += 1

    def change(self, record: Record, changes: dict[str, str | None]) -> None:
        """Set or clear (None) properties; the unique values follow."""
        touched = [name for name in self.unique if any(self.feeds(each, name) for each in changes)]
        for name in touched:
            for key in self.keys(name, record.properties):
                del self.unique[name][key]
        for name, value in changes.items():
            if value is None:
                record.properties.pop(name, None)
            else:
                record.properties[name] = value
        for name in touched:
            for key in self.keys(name, record.properties):
                self.unique[name][key] = record.id

    def archive(self, record: Record, moment: int) -> None:
        """Move a record to the recycle bin: its e-mail addresses and unique values are free again."""
        record.archived = moment
        self.stamp_modified(record, moment)
        del self.live[bisect_left(self.live, record.id)]
        insort(self.archived, record.id)
        for name, index in self.unique.items():
            for key in self.keys(name, record.properties):
                index.pop(key, None)

    def restore(self, record: Record, moment: int) -> None:
        """Take a record out of the recycle bin; its unique values must be free."""
        record.archived = None
        del self.archived[bisect_left(self.archived, record.id)]
        insort(self.live, record.id)
        self.stamp_modified(record, moment)
        for name, index in self.unique.items():
            for key in self.keys(name, record.properties):
                index[key] = record.id

    def remove(self, record: Record) -> None:
        """Let a record be gone for good, its unique values with it."""
        ids = self.live if record.archived is None else self.archived
        del ids[bisect_left(ids, record.id)]
        del self.records[record.id]
        for name, index in self.unique.items() if record.archived is None else ():
            for key in self.keys(name, record.properties):
                index.pop(key, None)
        self.version += 1

    @staticmethod
    def feeds(written: str, name: str) -> bool:
        """Whether writing a property changes the unique values of `name`: additional addresses are addresses."""
        return written == name or (name == "email" and written == "hs_additional_emails")

    @staticmethod
    def keys(name: str, properties: dict[str, str]) -> set[str]:
        """The unique values of these properties: for contacts every address, whatever its case."""
        value = properties.get(name)
        if name != "email":
            return {value} if value else set()
        others = properties.get("hs_additional_emails", "").split(";") if "hs_additional_emails" in properties else ()
        return {each.strip().lower() for each in (value or "", *others) if each.strip()}

    def find(
        self, value: str, id_property: str | None = None, is_archived: bool = False, follows_merges: bool = False
    ) -> Record | None:
        """The record with this id, or with this value of a unique property; refuses a property that is not unique.

        `follows_merges` takes the id of a record that was merged away for the one that holds it now.
        """
        if id_property in (None, "", "hs_object_id"):
            number = read_whole(value)
            record = None if number is None else self.records.get(number)
            record = record or self.follow(value) if follows_merges else record
        else:
            record = self.find_unique(str(id_property), value)
        return record if record and (record.archived is not None) == is_archived else None

    def merge_count(self, record: Record) -> int:
        return self.merges.get(record.id, 0)

    def follow(self, value: str) -> Record | None:
        """The record into which the one with this id was merged, however often; None if it was not."""
        merged_into = self.merged.get(read_whole(value) or 0)
        while merged_into in self.merged:
            merged_into = self.merged[merged_into]
        return None if merged_into is None else self.records.get(merged_into)

    def find_unique(self, name: str, value: str) -> Record | None:
        if name not in self.unique:
            raise not_unique(self.kind.type_id, name)
        record_id = self.unique[name].get(value.strip().lower() if name == "email" else value)
        return None if record_id is None else self.records[record_id]

    def page(self, after: int, limit: int, is_archived: bool = False) -> tuple[list[Record], int | None]:
        """Up to `limit` records from id `after` on, and the id of the one that follows them."""
        ids = self.archived if is_archived else self.live
        start = bisect_left(ids, after)
        records = [self.records[each] for each in ids[start : start + limit]]
        following = ids[start + limit] if start + limit < len(ids) else None
        return records, following

    def all_live(self) -> Iterable[Record]:
        everyone = self.records.values()
        return [record for record in everyone if record.archived is None] if self.archived else everyone

    def shown_names(self, asked: Iterable[str] | None) -> list[str]:
        """Which properties an answer shows: the defaults, or the defined ones among those asked and some always."""
        names = self.kind.defaults if asked is None else (*self.kind.always_shown, *asked)
        return sorted({name for name in names if self.definition(name)})


def envelope(record: Record, names: list[str], history: list[str] | None = None) -> dict[str, Any]:
    """A record as every endpoint shows it."""
    get = record.properties.get
    shown: dict[str, Any] = {"id": str(record.id), "properties": dict(zip(names, map(get, names), strict=True))}
    if history:
        shown["propertiesWithHistory"] = {name: [entry.shape() for entry in record.past(name)] for name in history}
    shown["createdAt"] = get("createdate") or get("hs_createdate")
    shown["updatedAt"] = get("lastmodifieddate") or get("hs_lastmodifieddate")
    shown["archived"] = record.archived is not None
    if record.archived is not None:
        shown["archivedAt"] = stamp(record.archived)
    return shown
