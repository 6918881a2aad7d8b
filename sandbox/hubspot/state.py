"""All that the sandbox's HubSpot remembers: tables of records, what joins them, the owners; it shares clock and log."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sandbox.clock import Clock
from sandbox.hubspot.access.oauth import Access
from sandbox.hubspot.associations.effects import settle
from sandbox.hubspot.associations.store import Associations, End
from sandbox.hubspot.associations.types import AssociationTypes
from sandbox.hubspot.behaviour import Behaviour
from sandbox.hubspot.derive import derive, given
from sandbox.hubspot.index import SearchIndex
from sandbox.hubspot.kinds import KINDS, NAMES, Kind
from sandbox.hubspot.life.bin import RecycleBin
from sandbox.hubspot.life.merges import Merge
from sandbox.hubspot.life.workflows import Workflows
from sandbox.hubspot.lists.store import Lists
from sandbox.hubspot.owners import Owner, make_owner
from sandbox.hubspot.preferences.consent import Consent
from sandbox.hubspot.quotas import Quotas
from sandbox.hubspot.schema.custom import Schema
from sandbox.hubspot.schema.definitions import DEFINITION_KEYS, UNIQUE_PER_OBJECT, make_property
from sandbox.hubspot.schema.pipelines import Pipelines
from sandbox.hubspot.schema.property_rules import PropertyRules
from sandbox.hubspot.sources import SEEDED, Past
from sandbox.hubspot.stamps import milliseconds
from sandbox.hubspot.table import Record, Table
from sandbox.hubspot.webhooks.queue import Webhooks
from sandbox.log import Log

Observer = Callable[[str, Table, Record, dict[str, str]], None]
"""`action` (create, update, archive, ...), the table, the record as it stands, and its properties before."""
AssociationObserver = Callable[[str, int, str, int, int, bool], None]
"""Object and id of one record, object and id of the other, the type's id from the first, whether it was taken away."""


class HubSpotState:
    """One portal. Handlers read and change it; `add` and `add_field` fill it from outside."""

    def __init__(self, clock: Clock, log: Log) -> None:
        self.clock = clock
        self.log = log
        self.names = dict(NAMES)
        """Every name of an object, in lower case, and the table that it means."""
        self.associations = Associations(AssociationTypes({kind.name: kind.singular for kind in KINDS}), self.is_live)
        self.tables: dict[str, Table] = {}
        self.pipelines = Pipelines()
        self.schemas: dict[str, Schema] = {}
        self.schemas_made = 0
        for kind in KINDS:
            self.add_table(kind)
        self.owners: dict[str, Owner] = {}
        self.access = Access()
        self.quotas = Quotas()
        self.index, self.workflows = SearchIndex(), Workflows()
        self.observers: list[Observer] = [self.index.observe, self.workflows.observe]
        """Called after each accepted write of a record: webhooks and workflows."""
        self.association_observers: list[AssociationObserver] = []
        """Called for each type of association that joins two records, or no longer does."""
        self.has_unique_activities = True
        """Whether calls, emails, meetings, notes and tasks may have unique properties: HubSpot does not say."""
        self.consent = Consent(self)
        self.lists = Lists(self)
        self.webhooks = Webhooks(self)
        self.observers.extend((self.webhooks.observe, self.consent.follow, self.lists.observe))
        self.association_observers.append(self.webhooks.observe_association)
        self.answers_given = 0
        self.searches: dict[bytes, tuple[tuple[int, int], list[Record]]] = {}
        self.behaviour = Behaviour()
        self.bin = RecycleBin()
        self.rules = PropertyRules()
        self.merges: list[Merge] = []
        self.erased: set[str] = set()
        """Addresses of contacts that were deleted for good on request: people and imports may not bring them back."""

    def now(self) -> int:
        return milliseconds(self.clock.now())

    def tick(self) -> int:
        """The moment of an accepted write."""
        return milliseconds(self.clock.tick())

    def correlation_id(self) -> str:
        """Shaped like a UUID, counted up: the same requests give the same answers."""
        self.answers_given += 1
        return f"01a0a0eb-ea7a-7303-a6e2-{self.answers_given:012x}"

    def table(self, object_name: str) -> Table:
        """The table of an object by any of its names; ValueError if there is none."""
        if object_name.lower() not in self.names:
            raise ValueError(f"Unable to infer object type from: {object_name}")
        return self.tables[self.names[object_name.lower()]]

    def add_table(self, kind: Kind) -> Table:
        """An empty table; its records can be searched by what they are associated with."""
        table = self.tables[kind.name] = Table(kind)
        table.neighbours = lambda record_id, other: self.neighbours(kind.name, record_id, other)
        self.update_stages(kind)
        return table

    def neighbours(self, name: str, record_id: int, other: str) -> list[int]:
        """The live records of an object that a record is associated with; KeyError for an unknown object."""
        object_name = self.names[other.lower()]
        found = self.associations.of((name, record_id), object_name)
        return [each for each in found if self.is_live((object_name, each))]

    def is_live(self, end: End) -> bool:
        """Whether a record is there, and not in the recycle bin."""
        record = self.tables[end[0]].records.get(end[1])
        return record is not None and record.archived is None

    def update_stages(self, kind: Kind) -> None:
        """Let the properties for pipeline and stage take what the pipelines have now."""
        if not kind.stage_property:
            return
        table = self.tables[kind.name]
        for name, options in zip(
            (kind.pipeline_property, kind.stage_property), self.pipelines.options(kind.name), strict=True
        ):
            if definition := table.definitions.get(name):
                definition.set_options(options)

    def add(
        self,
        object_name: str,
        fields: Mapping[str, Any],
        created_at: datetime | None = None,
        modified_at: datetime | None = None,
        newer: Collection[str] = (),
        associations: Iterable[tuple[str, str]] = (),
    ) -> str:
        """Seed a record or (object "owners") an owner, and return its id; no write is logged.

        Values are trusted, but for addresses, which are kept in lower case. The record dates from `created_at` (now)
        and was last changed at `modified_at` (`created_at`), when the properties in `newer` got their value. Raises
        ValueError for an unknown property, and for a value that must be unique and is taken. `associations` are pairs
        of object and id, joined by the plain type.
        """
        made = milliseconds(created_at or self.clock.now())
        if object_name in ("owners", "owner"):
            return self.add_owner(fields, made)
        table = self.table(object_name)
        properties = {name: str(value) for name, value in fields.items() if value not in (None, "")}
        self.check_seed(table, properties)
        properties |= given(derive(table.kind.name, dict(properties), None, self.pipelines, made))
        record = Record(table.new_id(), made, properties)
        table.insert(record)
        if modified_at is not None:
            changed = milliseconds(modified_at)
            table.stamp_modified(record, changed)
            for name in newer:
                record.history = (record.history or {}) | {name: [Past(properties.get(name, ""), changed, SEEDED)]}
        for other, other_id in associations:
            self.join_seeds(table, record, other, other_id)
        return str(record.id)

    def join_seeds(self, table: Table, record: Record, other: str, other_id: str) -> None:
        end = (self.table(other).kind.name, int(other_id))
        plain = self.associations.types.default(table.kind.name, end[0])
        if plain is None or end[1] not in self.tables[end[0]].records:
            raise ValueError(f"HubSpot {table.kind.name} cannot be associated with {other} {other_id}")
        settle(self, self.associations.add((table.kind.name, record.id), end, plain), is_seed=True)

    def check_seed(self, table: Table, properties: dict[str, str]) -> None:
        for name in ("email", "hs_additional_emails"):
            if name in properties:
                properties[name] = properties[name].strip().lower()
        unknown = properties.keys() - table.definitions.keys()
        if unknown:
            raise ValueError(f"HubSpot {table.kind.name} have no property {', '.join(sorted(unknown))}: add it first")
        for name, index in table.unique.items():
            taken = [key for key in table.keys(name, properties) if key in index]
            if taken:
                raise ValueError(f"HubSpot {table.kind.name}: {name} {taken[0]} belongs to {index[taken[0]]} already")

    def add_owner(self, fields: Mapping[str, Any], made: int) -> str:
        owner = make_owner(fields, self.owners, made)
        self.owners[str(owner.id)] = owner
        return str(owner.id)

    def add_field(self, object_name: str, definition: Mapping[str, Any]) -> None:
        """Make a custom property; ValueError says what is wrong with the definition."""
        table = self.table(object_name)
        unknown = definition.keys() - DEFINITION_KEYS
        if unknown:
            raise ValueError(f"unknown keys {', '.join(sorted(unknown))}: use {', '.join(sorted(DEFINITION_KEYS))}")
        made = make_property(definition, table.kind.group, self.now())
        if made.group not in table.groups:
            raise ValueError(f"{table.kind.name} have no property group {made.group!r}: make it first")
        if made.is_unique and table.kind.is_activity and not self.has_unique_activities:
            raise ValueError(f"{table.kind.name} cannot have unique properties")
        if table.definition(made.name):
            raise ValueError(f"{table.kind.name} have a property {made.name!r} already")
        if made.is_unique and sum(each.is_unique for each in table.definitions.values()) >= UNIQUE_PER_OBJECT:
            raise ValueError(
                f"{table.kind.name} have {UNIQUE_PER_OBJECT} unique properties already, which is the limit"
            )
        table.define(made)

    def snapshot(self, object_name: str | None = None) -> dict[str, dict[str, dict[str, Any]]]:
        """What stands in the portal now, archived records left out: `{object: {id: {property: value}}}`, owners too.

        Of the objects other than contacts and companies only those that have records, unless one is asked for.
        """
        if object_name == "owners":
            return {"owners": {owner_id: owner.shape() for owner_id, owner in self.owners.items()}}
        if object_name is not None:
            table = self.table(object_name)
            return {table.kind.name: {str(each.id): dict(each.properties) for each in table.all_live()}}
        filled = [name for name, table in self.tables.items() if table.live or name in ("contacts", "companies")]
        everything: dict[str, dict[str, dict[str, Any]]] = {}
        for name in (*filled, "owners"):
            everything |= self.snapshot(name)
        return everything
