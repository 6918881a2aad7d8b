"""HubSpot behind the connector's protocol: which call answers which question."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from connectors.base import (
    Advice,
    Answer,
    Create,
    FieldInfo,
    Inspection,
    Keeper,
    Page,
    Refused,
    Rival,
    SetupStep,
    Unknown,
    Wanted,
    Write,
)
from connectors.budget import Budget
from connectors.hubspot import permissions, schema
from connectors.hubspot.activities import ACTIVITIES, find_made
from connectors.hubspot.associations import with_associations
from connectors.hubspot.beside import find_rival
from connectors.hubspot.changes import find_by, read_change_times, read_changes, read_many
from connectors.hubspot.client import HubSpotClient
from connectors.hubspot.erased import find_erased
from connectors.hubspot.oauth import App
from connectors.hubspot.preferences import HubSpotPreferences
from connectors.hubspot.wire import SYSTEM, Paging, Reading, decode, decode_record
from connectors.hubspot.writes import write_all
from connectors.preferences import Choice, OptedOut
from crm.record import Record, Ref, Rep

OWNERS_PAGE = 100


class _Account(msgspec.Struct, rename="camel"):
    portal_id: int


class _Owner(msgspec.Struct, rename="camel"):
    id: str
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    archived: bool = False


class _Owners(msgspec.Struct):
    results: list[_Owner]
    paging: Paging | None = None


class HubSpotConnector:
    """One portal, behind a private app's token or a service key, or behind an OAuth app whose grant `keeper` keeps.

    Raises RequestRefused where the address would send the token in the clear to another machine.
    """

    system = SYSTEM
    key_field = schema.KEY_FIELD
    most_at_once = 1_000
    deleted_window = None
    """An archive is told by webhook only."""

    def __init__(
        self,
        url: str,
        sign_in: str | App,
        *,
        keeper: Keeper | None = None,
        timeout: tuple[float, float] = (3.05, 30),
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
        budget: Budget | None = None,
    ) -> None:
        self._clock = clock
        self.client = HubSpotClient(url, sign_in, timeout, sleep, keeper, clock, budget)
        self._preferences = HubSpotPreferences(self.client)

    @property
    def calls(self) -> int:
        return self.client.calls

    @property
    def usage(self) -> tuple[int, int] | None:
        """API calls used, and allowed, today by HubSpot's last answer."""
        return self.client.usage

    def account(self) -> str:
        """The portal's id."""
        return str(decode(_Account, self.client.get("/account-info/v3/details")).portal_id)

    def describe(self, object_name: str) -> dict[str, FieldInfo]:
        return schema.describe(self.client, object_name)

    def inspect(self, objects: Sequence[str], read_only: Collection[str] = ()) -> Inspection:
        """Of a service key HubSpot does not tell the scopes: what reads is tried, what writes is not."""
        return permissions.inspect(self.client, self.account, objects, read_only)

    def rival(self, described: Mapping[str, Mapping[str, FieldInfo]]) -> Rival | None:
        return find_rival(self.client, described, self._clock())

    def advise(self, object_name: str, absent: Sequence[str], locked: Sequence[str]) -> Mapping[str, Advice]:
        return permissions.advise(object_name, absent, locked)

    def changes(self, object_name: str, fields: Sequence[str], cursor: str | None) -> Iterator[Page]:
        """Archived records never show here: HubSpot tells of them by webhook only."""
        reading = Reading(object_name, fields)
        for page in read_changes(self.client, reading, cursor):
            yield replace(page, records=with_associations(self.client, reading, page.records))

    def get_many(self, object_name: str, ids: Sequence[str], fields: Sequence[str]) -> list[Record]:
        reading = Reading(object_name, fields)
        return with_associations(self.client, reading, read_many(self.client, reading, ids))

    def erased(self, object_name: str, ids: Sequence[str]) -> set[str]:
        return find_erased(self.client, object_name, ids)

    def get_each(self, wanted: Sequence[Wanted]) -> list[Record]:
        return [record for each in wanted for record in self.get_many(*each)]

    def find_many(self, object_name: str, criteria: Mapping[str, Sequence[str]], fields: Sequence[str]) -> list[Record]:
        """E-mails of contacts and our keys are looked up in the store, anything else in the lagging search index.

        An e-mail may also find the contact that has it as a secondary one.
        """
        reading = Reading(object_name, fields)
        unique = {self.key_field, "email"} if object_name == "contacts" else {self.key_field}
        found: dict[str, Record] = {}
        for name, values in criteria.items():
            if name in unique:
                wanted = [value.lower() if name == "email" else value for value in values if value]
                records = read_many(self.client, reading, wanted, id_property=name)
            else:
                records = find_by(self.client, reading, name, [value for value in values if value])
            found |= {record.ref.id: record for record in records}
        return with_associations(self.client, reading, list(found.values()))

    def carries_key(self, object_name: str) -> bool:
        return object_name not in ACTIVITIES

    def find_made(
        self, object_name: str, creates: Sequence[Create], fields: Sequence[str]
    ) -> Mapping[int, list[Record]]:
        return find_made(self.client, object_name, creates, fields)

    def change_times(
        self, object_name: str, ids: Sequence[str], fields: Sequence[str]
    ) -> Mapping[str, Mapping[str, datetime]]:
        """Of associations HubSpot keeps no history."""
        return read_change_times(self.client, object_name, ids, Reading(object_name, fields).named)

    def decode(self, object_name: str, payload: bytes) -> Record:
        """With every property that the payload holds; an answer to an update holds few."""
        return decode_record(object_name, payload)

    def write_many(self, object_name: str, writes: Sequence[Write], fields: Sequence[str]) -> list[Answer]:
        return write_all(self.client, object_name, self.key_field, writes, fields)

    def at_work(self) -> str:
        """Nothing: every write is answered at once."""
        return ""

    def opt_out(self, addresses: Sequence[str]) -> list[OptedOut | Refused | Unknown]:
        return self._preferences.opt_out(addresses)

    def choice(self, address: str) -> Choice:
        return self._preferences.choice(address)

    def reps(self) -> list[Rep]:
        """HubSpot's owners; the archived ones cannot be given records any more."""
        return [*self._owners(archived=False), *self._owners(archived=True)]

    def setup_steps(self, objects: Sequence[str]) -> list[SetupStep]:
        return schema.missing_keys(self.client, [name for name in objects if self.carries_key(name)])

    def set_up(self, steps: Sequence[SetupStep]) -> None:
        for step in steps:
            schema.make_key(self.client, step.object)

    def _owners(self, archived: bool) -> Iterator[Rep]:
        after: dict[str, Any] = {}
        while True:
            call = self.client.owners.get_page
            page = decode(_Owners, self.client.call(call, limit=OWNERS_PAGE, archived=str(archived).lower(), **after))
            for owner in page.results:
                name = " ".join(part for part in (owner.first_name, owner.last_name) if part)
                ref = Ref(SYSTEM, "owners", owner.id)
                yield Rep(ref, name or owner.email or owner.id, owner.email or "", not (archived or owner.archived))
            if page.paging is None or page.paging.next is None:
                return
            after = {"after": page.paging.next.after}

    def own_parts(self, objects: Sequence[str]) -> list[SetupStep]:
        return schema.own_parts(self.client, objects)

    def take_down(self, parts: Sequence[SetupStep]) -> None:
        schema.take_down(self.client, parts)
