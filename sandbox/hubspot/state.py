"""All that the sandbox's HubSpot remembers: two tables of records, the owners, and one clock and log it shares."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.clock import Clock
from sandbox.hubspot.definitions import DEFINITION_KEYS, UNIQUE_PER_OBJECT, make_property
from sandbox.hubspot.oauth import Access
from sandbox.hubspot.preferences.consent import Consent
from sandbox.hubspot.quotas import Quotas
from sandbox.hubspot.stamps import milliseconds, stamp
from sandbox.hubspot.table import COMPANIES, CONTACTS, SEEDED, Record, Table
from sandbox.hubspot.webhooks.queue import Webhooks
from sandbox.log import Log

Observer = Callable[[str, Table, Record, dict[str, str]], None]
"""`action` (create, update, archive, ...), the table, the record as it stands, and its properties before."""
OWNER_KEYS = frozenset(("email", "firstName", "lastName", "archived", "type"))
FIRST_OWNER_ID = 41_629_779
FIRST_USER_ID = 9_586_504
NAMES = {
    "contacts": "contacts", "contact": "contacts", "0-1": "contacts",
    "companies": "companies", "company": "companies", "0-2": "companies",
}  # fmt: skip


@dataclass(slots=True)
class Owner:
    """A user who can own records. `id` is what `hubspot_owner_id` holds; the user id is another number."""

    id: int
    user_id: int
    email: str
    first_name: str
    last_name: str
    made: int
    is_archived: bool = False
    type: str = "PERSON"

    def shape(self) -> dict[str, Any]:
        shape: dict[str, Any] = {"id": str(self.id), "email": self.email, "type": self.type}
        shape |= {"firstName": self.first_name, "lastName": self.last_name}
        shape |= {} if self.is_archived else {"userId": self.user_id}
        shape |= {"userIdIncludingInactive": self.user_id, "createdAt": stamp(self.made), "updatedAt": stamp(self.made)}
        return shape | {"archived": self.is_archived}


class HubSpotState:
    """One portal. Handlers read and change it; `add` and `add_field` fill it from outside."""

    bump_unchanged = True
    """Whether a write that changes no value still moves the date of last change."""

    def __init__(self, clock: Clock, log: Log) -> None:
        self.clock = clock
        self.log = log
        self.tables = {kind.name: Table(kind) for kind in (CONTACTS, COMPANIES)}
        self.owners: dict[str, Owner] = {}
        self.access = Access()
        self.quotas = Quotas()
        self.observers: list[Observer] = []
        """Called after each accepted write of a record: webhooks and workflows."""
        self.consent = Consent(self)
        self.webhooks = Webhooks(self)
        self.observers.extend((self.webhooks.observe, self.consent.follow))
        self.answers_given = 0
        self.searches: dict[bytes, tuple[int, list[Record]]] = {}

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
        if object_name not in NAMES:
            raise ValueError(f"Unable to infer object type from: {object_name}")
        return self.tables[NAMES[object_name]]

    def add(
        self,
        object_name: str,
        fields: Mapping[str, Any],
        created_at: datetime | None = None,
        modified_at: datetime | None = None,
        newer: Collection[str] = (),
    ) -> str:
        """Seed a contact, a company or (object "owners") an owner, and return its id; no write is logged.

        Values are trusted, but for addresses, which are kept in lower case. The record dates from `created_at` (now)
        and was last changed at `modified_at` (`created_at`), when the properties in `newer` got their value. Raises
        ValueError for an unknown property, and for a value that must be unique and is taken.
        """
        made = milliseconds(created_at or self.clock.now())
        if object_name in ("owners", "owner"):
            return self.add_owner(fields, made)
        table = self.table(object_name)
        properties = {name: str(value) for name, value in fields.items() if value not in (None, "")}
        self.check_seed(table, properties)
        record = Record(table.new_id(), made, properties)
        table.insert(record)
        if modified_at is not None:
            changed = milliseconds(modified_at)
            table.stamp_modified(record, changed)
            for name in newer:
                record.history = (record.history or {}) | {name: [(properties.get(name, ""), changed, *SEEDED)]}
        return str(record.id)

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
        unknown = fields.keys() - OWNER_KEYS
        if unknown:
            raise ValueError(
                f"HubSpot owners have no field {', '.join(sorted(unknown))}: use {', '.join(sorted(OWNER_KEYS))}"
            )
        at = len(self.owners)
        owner = Owner(
            id=FIRST_OWNER_ID + 7 * at,
            user_id=FIRST_USER_ID + 3 * at,
            email=str(fields.get("email", "")),
            first_name=str(fields.get("firstName", "")),
            last_name=str(fields.get("lastName", "")),
            made=made,
            is_archived=bool(fields.get("archived", False)),
            type=str(fields.get("type", "PERSON")),
        )
        self.owners[str(owner.id)] = owner
        return str(owner.id)

    def add_field(self, object_name: str, definition: Mapping[str, Any]) -> None:
        """Make a custom property; ValueError says what is wrong with the definition."""
        table = self.table(object_name)
        unknown = definition.keys() - DEFINITION_KEYS
        if unknown:
            raise ValueError(f"unknown keys {', '.join(sorted(unknown))}: use {', '.join(sorted(DEFINITION_KEYS))}")
        made = make_property(definition, table.kind.group, self.now())
        if table.definition(made.name):
            raise ValueError(f"{table.kind.name} have a property {made.name!r} already")
        if made.is_unique and sum(each.is_unique for each in table.definitions.values()) >= UNIQUE_PER_OBJECT:
            raise ValueError(
                f"{table.kind.name} have {UNIQUE_PER_OBJECT} unique properties already, which is the limit"
            )
        table.define(made)

    def snapshot(self, object_name: str | None = None) -> dict[str, dict[str, dict[str, Any]]]:
        """What stands in the portal now, archived records left out: `{object: {id: {property: value}}}`, owners too."""
        if object_name == "owners":
            return {"owners": {owner_id: owner.shape() for owner_id, owner in self.owners.items()}}
        if object_name is not None:
            table = self.table(object_name)
            return {table.kind.name: {str(each.id): dict(each.properties) for each in table.all_live()}}
        return self.snapshot("contacts") | self.snapshot("companies") | self.snapshot("owners")
