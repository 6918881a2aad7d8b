"""What a connector is: one system behind a handful of methods that work in batches.

A connector reads and writes records of one system. It keeps no state but its connection; it chooses batch sizes and
retries by itself, and raises only the errors below, grouped by what the caller must do.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from crm.record import Record, Ref, Rep, Side, Value


class ConnectorError(Exception):
    """A system could not do what was asked; the message names the system and the mend."""


class Unavailable(ConnectorError):
    """The system is down, slow or busy: try again later, not before `retry_after` seconds where it is known."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NoAnswer(Unavailable):
    """A request went out and no answer came back: what it asked for may or may not be done."""


class Unauthorized(ConnectorError):
    """The token is refused or lacks a permission: a person must mend it before anything can go on."""


class RequestRefused(ConnectorError):
    """The request itself is wrong (an unknown field, a malformed query): trying again cannot help."""


class QuotaSpent(ConnectorError):
    """The daily quota is used up: nothing more until `until` (UTC), or until the quota is raised."""

    def __init__(self, message: str, until: datetime | None = None) -> None:
        super().__init__(message)
        self.until = until


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """A field as the system describes it. `required` means: a create without it is refused.

    `writable`: an update may set it; `creatable`: a create may.
    `options` lists the allowed values of a picklist that allows no others; `None` where any value is taken.
    """

    name: str
    label: str
    type: str
    required: bool = False
    writable: bool = True
    max_length: int | None = None
    options: frozenset[str] | None = None
    creatable: bool = True
    offered: tuple[str, ...] = ()
    """What a picklist offers, in its own order, whether or not it takes other values as well."""
    paused: str = ""
    """Why nothing of it may travel, where what is described is not what the mapping was made for; the engine's own."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a system gave at a sign-in. `ends_at` is in Unix seconds, `None` where the system does not say.

    `refresh_token` is what the next grant is asked with; empty where it is not of that kind.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    ends_at: float | None = None
    address: str = ""
    user: str = ""
    scopes: tuple[str, ...] = ()

    def is_over(self, now: float) -> bool:
        """Whether it has ended, or is about to: a call that goes out within its last minute may come too late."""
        return self.ends_at is not None and now >= self.ends_at - 60


class Keeper(Protocol):
    """Keeps a connection's grant over restarts, for all processes that sign in with the same settings."""

    def load(self) -> Grant | None:
        """What was kept last, whoever kept it; `None` where nothing is, or the settings have changed since."""

    def renew(self, stale: Grant | None, fetch: Callable[[Grant | None], Grant]) -> Grant:
        """A grant other than `stale`: the kept one where somebody else was quicker, else what `fetch` makes of it.

        Only one process at a time is in here, and what `fetch` gives is kept before it is returned.
        """


class Memory(Protocol):
    """Keeps small facts over restarts, for all processes that work for one installation."""

    def recall(self, key: str) -> Any:
        """What is known under a key, or `None`."""

    def learn(self, key: str, value: Any) -> None:
        """Remember a value, as JSON can write it."""


class OwnMemory(dict[str, Any]):
    """The memory of one process."""

    def recall(self, key: str) -> Any:
        return self.get(key)

    def learn(self, key: str, value: Any) -> None:
        self[key] = value


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a connector may do in its system, and as whom."""

    account: str
    user: str
    described: Mapping[str, Mapping[str, FieldInfo]]
    """By object, the fields that the token may see."""
    missing: tuple[str, ...] = ()
    """The permissions that are not granted, as the system names them."""
    unsure: str = ""
    """What the system does not tell without writing, in words; empty where it tells all."""
    notes: tuple[str, ...] = ()
    """What a person should know of this account; nothing of it blocks."""


@dataclass(frozen=True, slots=True)
class Rival:
    """Another integration that syncs this system with the same other one. `fields` are by object those that it maps as
    it comes; which others, the system does not tell. `seen_at` is when it was last at work."""

    name: str
    fields: Mapping[str, frozenset[str]]
    seen_at: datetime


class Seen(StrEnum):
    """What a token finds of a field that somebody named."""

    OK = "ok"
    ABSENT = "absent"
    HIDDEN = "hidden"
    """It is there, and this user may not see it."""
    UNCLEAR = "unclear"
    """Not there, or hidden: the system does not tell which."""
    LOCKED = "locked"
    """It may be read, not written."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What is wrong with a field, and a sentence that says how to mend it."""

    seen: Seen
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some records, and the cursor to store once they are safe. `total`: how many the whole read brings, if known."""

    records: list[Record]
    cursor: str
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Create:
    """Make a record. `key` goes into the connector's `key_field`: a create sent twice makes one record.

    `assign`: the system's own assignment rules may choose the owner; where it says nothing they do not run.
    """

    side: Side
    object: str
    key: str
    fields: Mapping[str, Value]
    assign: bool = False


@dataclass(frozen=True, slots=True)
class Update:
    """Set these fields of a record, and no others."""

    side: Side
    ref: Ref
    fields: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Archive:
    """Move a record to the system's recycle bin."""

    side: Side
    ref: Ref


@dataclass(frozen=True, slots=True)
class Merge:
    """Make `loser` part of `ref`, whose values stand; a system may answer with a new id. Nothing undoes it."""

    side: Side
    ref: Ref
    loser: Ref


Write = Create | Update | Archive | Merge


class Policy(StrEnum):
    """What becomes of a refused write."""

    LATER = "later"
    """Busy, locked, over quota: the same write may pass later."""
    HELD = "held"
    """One field's value is refused: hold that field, send the others."""
    DEAD = "dead"
    """A person must look."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The write is done, and `record` is what the system shows now, at least in the fields that were written.

    A system that answers an update with the written fields only (HubSpot) shows no more than these: a field that is
    missing, and an `owner` of `None` where the owner was not written, say nothing.
    """

    record: Record
    created: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """The write is not done. `field` is the system's name of the refused field, where it says one.

    `existing` is the record that already holds a value which must be unique.
    """

    policy: Policy
    code: str
    message: str
    field: str | None = None
    existing: Ref | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer came: the write may or may not be done. Look it up (by its key, by reading) before sending it again."""

    message: str


Answer = Shown | Refused | Unknown


@dataclass(frozen=True, slots=True)
class SetupStep:
    """One change that `entente setup` would make to a system's schema, in words for the person who must agree."""

    object: str
    field: str
    text: str


class Wanted(NamedTuple):
    """Records of one object, and what to read of them."""

    object: str
    ids: Sequence[str]
    fields: Sequence[str]


def key_of(connector: Connector, object_name: str) -> str | None:
    """The field that carries our key on an object, where it has one."""
    return connector.key_field if connector.carries_key(object_name) else None


class Connector(Protocol):
    """One system. Objects and fields carry the system's own names; values in writes are typed, values read are wire.

    Every method raises `ConnectorError` and nothing else of its own.
    """

    system: str
    """The first part of every `Ref` that it makes."""
    key_field: str
    """The unique text field that carries our key on every object for which `carries_key` is true."""
    most_at_once: int
    """How many writes it is handed at once."""

    def carries_key(self, object_name: str) -> bool:
        """Whether records of this object can carry our key. Of others a create that got no answer is looked up by
        `find_made` before it is sent again."""

    @property
    def deleted_window(self) -> timedelta | None:
        """How long `changes` tells of a deleted record; `None` where it never does."""

    @property
    def calls(self) -> int:
        """How many API calls were made since the connector was built, token requests apart."""

    @property
    def usage(self) -> tuple[int, int] | None:
        """API calls used, and allowed, in the running day by the system's last answer; `None` where it says nothing."""

    def account(self) -> str:
        """The id of the portal or the organisation behind the token."""

    def describe(self, object_name: str) -> dict[str, FieldInfo]:
        """Every field of an object that the token may see, by name."""

    def inspect(self, objects: Sequence[str], read_only: Collection[str] = ()) -> Inspection:
        """Who signs in, and what they may do with these objects, some of which are only read; nothing is written."""

    def rival(self, described: Mapping[str, Mapping[str, FieldInfo]]) -> Rival | None:
        """Another integration that is at work here, by what is described; `None` where none shows."""

    def advise(self, object_name: str, absent: Sequence[str], locked: Sequence[str]) -> Mapping[str, Advice]:
        """By field, what is wrong and how to mend it: `describe` does not show it, or not as writable."""

    def changes(self, object_name: str, fields: Sequence[str], cursor: str | None) -> Iterator[Page]:
        """Records changed since the cursor, deleted ones included where the system tells; all records without a cursor.

        Each page carries the cursor to store with it: reading on from there misses nothing and repeats a little.
        A read that ends always yields at least one page, so that its cursor is kept.
        """

    def get_many(self, object_name: str, ids: Sequence[str], fields: Sequence[str]) -> list[Record]:
        """These records as they are now (never from a lagging index), in any order; an id that is gone is absent or
        `deleted`."""

    def erased(self, object_name: str, ids: Sequence[str]) -> set[str]:
        """Of records that are gone, those that were deleted for good at a person's request, so that nobody can restore
        them; empty where the system does not tell. Only of a record that was there less than 80 days ago it is sure."""

    def get_each(self, wanted: Sequence[Wanted]) -> list[Record]:
        """The same for records of several objects, in as few calls as the system can."""

    def find_many(self, object_name: str, criteria: Mapping[str, Sequence[str]], fields: Sequence[str]) -> list[Record]:
        """Live records in which any of these fields holds any of its values, ignoring case; each record once."""

    def find_made(
        self, object_name: str, creates: Sequence[Create], fields: Sequence[str]
    ) -> Mapping[int, list[Record]]:
        """By position among `creates`, the live records that such a create made, or would have: found among what is
        associated with the same records (never in a lagging index), by all values that were to be written."""

    def change_times(
        self, object_name: str, ids: Sequence[str], fields: Sequence[str]
    ) -> Mapping[str, Mapping[str, datetime]]:
        """By id and field, when it last changed, where the system keeps such a history; else nothing."""

    def decode(self, object_name: str, payload: bytes) -> Record:
        """The record of a payload that this connector once returned."""

    def write_many(self, object_name: str, writes: Sequence[Write], fields: Sequence[str]) -> list[Answer]:
        """One answer per write, in the same order; `fields` are read back with each answer.

        Raises only if nothing was sent. Once a call went out, trouble becomes answers: `Unknown` for the call that got
        no answer, `Refused(LATER)` for what was not sent any more.
        """

    def at_work(self) -> str:
        """What an earlier write set off and is not over yet, in words; empty where nothing is. Until then nothing more
        is to be decided."""

    def reps(self) -> list[Rep]:
        """Everybody who can own a record, deactivated ones included."""

    def setup_steps(self, objects: Sequence[str]) -> list[SetupStep]:
        """What is missing so that these objects carry `key_field`; empty where all is in place."""

    def set_up(self, steps: Sequence[SetupStep]) -> None:
        """Make these changes. Running it twice changes nothing more."""

    def own_parts(self, objects: Sequence[str]) -> list[SetupStep]:
        """What a setup makes, as far as it is there now, whoever made it; in words that say what removing it would
        do."""

    def take_down(self, parts: Sequence[SetupStep]) -> None:
        """Remove these parts. Running it twice changes nothing more."""
