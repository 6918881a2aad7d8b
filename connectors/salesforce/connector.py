"""Salesforce behind the connector's protocol: which call answers which question."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from connectors.base import (
    Advice,
    Answer,
    Create,
    FieldInfo,
    Inspection,
    Keeper,
    Memory,
    OwnMemory,
    Page,
    Rival,
    SetupStep,
    Wanted,
    Write,
)
from connectors.budget import Budget
from connectors.salesforce import bulk, own_parts, permissions, reading, schema
from connectors.salesforce.client import SalesforceClient, decode
from connectors.salesforce.history import read_change_times
from connectors.salesforce.login import Login
from connectors.salesforce.members import MEMBER, join_all
from connectors.salesforce.reading import Condition, Reading
from connectors.salesforce.writes import Way, write_all
from crm.record import Record, Ref, Rep

_USERS = "SELECT Id, Name, Email, IsActive, ManagerId, TimeZoneSidKey FROM User WHERE UserType = 'Standard'"


class _User(msgspec.Struct, rename="pascal"):
    id: str
    name: str = ""
    email: str | None = None
    is_active: bool = True
    manager_id: str | None = None
    time_zone_sid_key: str | None = None


class SalesforceConnector:
    """One organisation, behind one of the ways to sign in (login.py), or behind a token (then `url` is the instance's).

    `keeper` keeps the grant over restarts. Raises RequestRefused where the address would send a secret in the clear to
    another machine.
    """

    system = reading.SYSTEM
    key_field = schema.KEY_FIELD
    most_at_once = bulk.MOST
    deleted_window = timedelta(days=15)
    """How long the recycle bin keeps a record: https://help.salesforce.com/s/articleView?id=xcloud.home_delete.htm"""

    def __init__(
        self,
        url: str,
        sign_in: str | Login,
        *,
        keeper: Keeper | None = None,
        timeout: tuple[float, float] = (3.05, 60),
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
        budget: Budget | None = None,
    ) -> None:
        self.client = SalesforceClient(url, sign_in, timeout, sleep, keeper, clock, budget)
        self.memory: Memory = OwnMemory()
        """Keeps the bulk jobs that are at work, and the sizes of batches that pass."""
        self.together: frozenset[str] = frozenset()
        """The objects of which several collections may share one call."""
        self.with_ways_out: tuple[str, ...] = ()
        """The objects whose gates a person may pass, so that they carry the fields for it."""

    @property
    def calls(self) -> int:
        return self.client.calls

    @property
    def usage(self) -> tuple[int, int] | None:
        """API calls used, and allowed, in the running 24 hours by the last answer."""
        return self.client.usage

    def account(self) -> str:
        """The organisation's id."""
        return self.client.user_and_organization()[1]

    def describe(self, object_name: str) -> dict[str, FieldInfo]:
        return schema.describe(self.client, object_name)

    def inspect(self, objects: Sequence[str], read_only: Collection[str] = ()) -> Inspection:
        return permissions.inspect(self.client, objects)

    def rival(self, described: Mapping[str, Mapping[str, FieldInfo]]) -> Rival | None:
        """HubSpot's own integration shows in HubSpot."""
        return None

    def advise(self, object_name: str, absent: Sequence[str], locked: Sequence[str]) -> Mapping[str, Advice]:
        return permissions.advise(self.client, object_name, absent, locked)

    def changes(self, object_name: str, fields: Sequence[str], cursor: str | None) -> Iterator[Page]:
        return reading.read_changes(self.client, Reading(object_name, fields), cursor)

    def get_many(self, object_name: str, ids: Sequence[str], fields: Sequence[str]) -> list[Record]:
        """A converted lead is still there, and says where it went in `merged_into`."""
        return reading.read_many(self.client, Reading(object_name, fields), ids)

    def erased(self, object_name: str, ids: Sequence[str]) -> set[str]:
        """Salesforce knows no such deletes: whoever erases somebody there deletes the record."""
        return set()

    def get_each(self, wanted: Sequence[Wanted]) -> list[Record]:
        """In one composite call, where they fit in."""
        return reading.read_each(self.client, [(Reading(each.object, each.fields), each.ids) for each in wanted])

    def find_many(self, object_name: str, criteria: Mapping[str, Sequence[str]], fields: Sequence[str]) -> list[Record]:
        """Converted leads are among them, with `merged_into`."""
        conditions = [Condition(name, [value for value in values if value]) for name, values in criteria.items()]
        return reading.find(self.client, Reading(object_name, fields), conditions)

    def carries_key(self, object_name: str) -> bool:
        return object_name != MEMBER

    def find_made(
        self, object_name: str, creates: Sequence[Create], fields: Sequence[str]
    ) -> Mapping[int, list[Record]]:
        """By our key."""
        hits = self.find_many(object_name, {self.key_field: [each.key for each in creates]}, [*fields, self.key_field])
        keys = [each.key for each in creates]
        return {keys.index(str(hit.fields[self.key_field])): [hit] for hit in hits}

    def change_times(
        self, object_name: str, ids: Sequence[str], fields: Sequence[str]
    ) -> Mapping[str, Mapping[str, datetime]]:
        """Of fields that an administrator tracks; of all others nothing is known."""
        return read_change_times(self.client, object_name, ids, fields)

    def decode(self, object_name: str, payload: bytes) -> Record:
        """With every field that the payload holds."""
        return reading.decode_record(object_name, payload)

    def write_many(self, object_name: str, writes: Sequence[Write], fields: Sequence[str]) -> list[Answer]:
        """From 2,000 writes of one kind on by a bulk job."""
        key_field = self.key_field if self.carries_key(object_name) else ""
        way = Way(self.client, self.memory, object_name, key_field, object_name in self.together)
        return join_all(way, writes, fields) if object_name == MEMBER else write_all(way, writes, fields)

    def at_work(self) -> str:
        """A bulk job that goes on."""
        return bulk.unfinished(self.client, self.memory)

    def reps(self) -> list[Rep]:
        """Users with a licence of their own. The `.invalid` that a sandbox appends to their e-mails is left out."""
        users = [decode(_User, bytes(raw)) for answer in reading.query(self.client, _USERS) for raw in answer.records]
        return [
            Rep(
                Ref(self.system, "User", user.id),
                user.name,
                (user.email or "").removesuffix(".invalid"),
                user.is_active,
                user.manager_id,
                user.time_zone_sid_key or "",
            )
            for user in users
        ]

    def setup_steps(self, objects: Sequence[str]) -> list[SetupStep]:
        return schema.missing_fields(self.client, schema.own_parts_of(objects, self.with_ways_out))

    def set_up(self, steps: Sequence[SetupStep]) -> None:
        if steps:
            schema.make_fields(self.client, [(step.object, step.field) for step in steps])

    def own_parts(self, objects: Sequence[str]) -> list[SetupStep]:
        """Of the whole organisation: its fields have one name each."""
        return own_parts.own_parts(self.client)

    def take_down(self, parts: Sequence[SetupStep]) -> None:
        own_parts.take_down(self.client, parts)
