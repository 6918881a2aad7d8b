"""Create, update, upsert and delete: each stands at once, and can be taken back until the call is logged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from sandbox.salesforce import steps
from sandbox.salesforce.checks import (
    accepted,
    check_references,
    check_required,
    check_row,
    check_unique,
    should_not_be_specified,
)  # fmt: skip
from sandbox.salesforce.errors import Choices, Trouble, is_deleted, no_access, no_such_record
from sandbox.salesforce.life.relations import cascades
from sandbox.salesforce.organisation import locks
from sandbox.salesforce.organisation.later import schedule
from sandbox.salesforce.saving import PLAIN, Options, Save, run
from sandbox.salesforce.schema.fields import Field
from sandbox.salesforce.table import Row, Table
from sandbox.salesforce.values import clean, wire_moment

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Change:
    """One row that a call changed: what stood there before, and what was sent (None where Salesforce did it itself)."""

    table: Table
    record_id: str
    before: Row | None
    after: Row | None
    action: str
    sent: dict[str, Any] | None
    who: str | None = None
    """The automation that wrote; None for the caller of the API."""

    @property
    def at(self) -> str:
        return str((self.after or self.before or {}).get("SystemModstamp", ""))

    def take_back(self) -> None:
        self.table.restore(self.record_id, self.before)


def enter(state: SalesforceState, changes: list[Change]) -> None:
    """The accepted writes keep their rows for a while, what they set off is due, and each is logged.

    What Salesforce did along with them is not. An object has a RecordTypeId once its first record type is there.
    """
    locks.hold(state, changes)
    schedule(state, changes)
    for change in changes:
        if change.table.kind.name == "RecordType" and change.after is not None:
            state.offer_record_types(change.after["SobjectType"])
        if change.sent is not None:
            sent = {name: value for name, value in change.sent.items() if name != "attributes"}
            state.log.write(
                change.action, change.table.kind.name, change.record_id, sent, change.at, change.before, change.after,
                change.who,
            )  # fmt: skip


def whole(write: Callable[Concatenate[Writer, P], R]) -> Callable[Concatenate[Writer, P], R]:
    """A write that is refused half-way, by what it sets off, leaves nothing behind."""

    @wraps(write)
    def or_nothing(writer: Writer, /, *args: P.args, **named: P.kwargs) -> R:
        before = len(writer.changes)
        try:
            return write(writer, *args, **named)
        except Trouble:
            writer.take_back(to=before)
            raise

    return or_nothing


class Writer:
    """The writes of one call, as one user. `who` is set while an automation writes by itself.

    `chunk` is how many records of the call one run of a trigger sees; `ran` which flow ran for which record already.
    """

    def __init__(self, state: SalesforceState, options: Options = PLAIN, user_id: str | None = None) -> None:
        self.state = state
        self.options = options
        self.user_id = user_id or state.user_id
        self.changes: list[Change] = []
        self.who: str | None = None
        self.chunk = 1
        self.ran: set[tuple[str, str]] = set()

    def _begin(self) -> None:
        """A write of the caller's own: each flow may run for it."""
        if self.who is None:
            self.ran.clear()

    @whole
    def create(self, table: Table, sent: dict[str, Any], key: Row | None = None) -> str:
        """The new record's id. `key` holds the external id of an upsert, which is not among what was sent."""
        self._begin()
        kind = table.kind
        if not kind.createable:
            raise Trouble("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", f"entity type cannot be inserted: {kind.name}")
        values = {**accepted(self.state, table, sent, creating=True), **(key or {})}
        own = defaults(self.state, table, self.user_id)
        row = {**own, **{name: value for name, value in values.items() if value is not None}}
        save = Save(self, table, row, None, sent)
        run(steps.BEFORE, save)
        check_required(table, row, creating=True)
        check_unique(table, values, None)
        check_references(self.state, table, values)
        row["Id"] = table.next_id()
        check_row(self.state, table, row)
        run(steps.CHECKS, save)
        stamp(table, row, self.user_id, self.state.clock.tick(), creating=True)
        self._put(table, row, "create", sent)
        run(steps.AFTER, save)
        return str(row["Id"])

    @whole
    def update(self, table: Table, record_id: str, sent: dict[str, Any]) -> None:
        """An update without a change is one too: it moves the stamps."""
        self._begin()
        before = self._writable(table, record_id)
        if not table.kind.updateable:
            raise Trouble("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", f"entity type cannot be updated: {table.kind.name}")
        self._amend(table, before, accepted(self.state, table, sent, creating=False), sent)

    def automate(self, who: str, table: Table, record_id: str, values: Row) -> None:
        """An automation's update, which no field-level security stops; nothing but a touch where `values` is empty."""
        outer, self.who = self.who, who
        try:
            if values:
                self._amend(table, table.live[record_id], values, values)
            else:
                touched = {**table.live[record_id], "SystemModstamp": wire_moment(self.state.clock.tick())}
                self._put(table, touched, "update", {})
        finally:
            self.who = outer

    def _amend(self, table: Table, before: Row, values: Row, sent: dict[str, Any]) -> None:
        record_id = before["Id"]
        if before.get("IsConverted"):
            raise Trouble("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", ())
        row = {name: value for name, value in {**before, **values}.items() if value is not None}
        save = Save(self, table, row, before, sent)
        run(steps.BEFORE, save)
        check_required(table, values, creating=False)
        check_unique(table, values, record_id)
        check_references(self.state, table, {name: v for name, v in values.items() if v != before.get(name)})
        check_row(self.state, table, row)
        run(steps.CHECKS, save)
        stamp(table, row, self.user_id, self.state.clock.tick(), creating=False)
        self._put(table, row, "update", sent)
        run(steps.AFTER, save)

    def upsert(self, table: Table, field: Field, value: Any, sent: dict[str, Any]) -> tuple[str, bool]:
        """The record's id and whether it is new. Raises `Choices` where several records carry the value."""
        if field.name.lower() in (name.lower() for name in sent):
            raise should_not_be_specified(field.name)
        key = clean(field, value)
        if key is None:
            raise Trouble("MISSING_ARGUMENT", f"{field.name} not specified", ())
        found = [record_id for record_id in table.ids_with(field, key) if table.shows(table.live[record_id])]
        if len(found) > 1:
            raise Choices(found)
        if found:
            self.update(table, found[0], sent)
            return found[0], False
        return self.create(table, sent, key={field.name: key}), True

    @whole
    def remove(self, table: Table, record_id: str) -> None:
        """Into the recycle bin where the object has one, with all that belongs to the record."""
        if not table.kind.deletable:
            raise Trouble("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", f"entity type cannot be deleted: {table.kind.name}")
        before = self._writable(table, record_id)
        run(steps.REMOVAL, Save(self, table, before, before, {}))
        at = self.state.clock.tick()
        self._bin(table, before, at, sent={})
        self._bin_children(table, record_id, at)

    def remove_as(self, who: str, table: Table, record_id: str) -> None:
        """The same by an automation."""
        outer, self.who = self.who, who
        try:
            self.remove(table, record_id)
        finally:
            self.who = outer

    def keep(self, table: Table, row: Row) -> None:
        """A row that Salesforce writes by itself, and logs nowhere."""
        row["Id"] = table.next_id()
        stamp(table, row, self.user_id, self.state.clock.now(), creating=True)
        self._put(table, row, "create", None)

    def forget(self, table: Table, record_id: str) -> None:
        """Such a row is gone."""
        self._bin(table, table.live[record_id], self.state.clock.now(), sent=None)

    def _bin_children(self, table: Table, record_id: str, at: datetime) -> None:
        for child, name in cascades(self.state, table):
            for child_id in child.ids_referring(name, record_id):
                self._bin(child, child.live[child_id], at, sent=None, along_with=record_id)
                self._bin_children(child, child_id, at)

    def take_back(self, to: int = 0) -> None:
        """All rows as they were before this call, or before the change of this number."""
        for change in reversed(self.changes[to:]):
            change.take_back()
        del self.changes[to:]

    def log(self) -> None:
        """Enter each accepted write into the org's log, or into the transaction that this call is part of."""
        if self.state.transactions.current is None:
            enter(self.state, self.changes)
        else:
            self.state.transactions.current.changes += self.changes

    def _writable(self, table: Table, record_id: str) -> Row:
        if record_id in table.deleted:
            raise is_deleted()
        if record_id not in table.live:
            raise no_such_record()
        if not table.shows(table.live[record_id]):
            raise no_access()
        return table.live[record_id]

    def _bin(self, table: Table, before: Row, at: datetime, sent: dict[str, Any] | None, along_with: str = "") -> None:
        table.binned_with[before["Id"]] = along_with
        if not table.kind.keeps_deleted:
            table.drop(before["Id"])
            table.gone[before["Id"]] = wire_moment(at)
            self.changes.append(Change(table, before["Id"], before, None, "archive", sent, self.who))
            return
        row = {**before, "IsDeleted": True}
        stamp(table, row, self.user_id, at, creating=False)
        self._put(table, row, "archive", sent)

    def _put(self, table: Table, row: Row, action: str, sent: dict[str, Any] | None) -> None:
        self.enter(table, row, action, sent, self.who)

    def enter(self, table: Table, row: Row, action: str, sent: dict[str, Any] | None, who: str | None = None) -> None:
        """The row stands as it is, unchecked; `who` is the automation that wrote it."""
        before = table.put(complete(table, row))
        self.changes.append(Change(table, row["Id"], before, row, action, sent, who))


def defaults(state: SalesforceState, table: Table, user_id: str = "") -> Row:
    """What a new record holds before anything is sent: default values, and the running user as its owner."""
    row = dict(table.defaults)
    if "ownerid" in table.kind.fields:
        row["OwnerId"] = user_id or state.user_id
    match table.kind.name:
        case "User":
            row["UserType"] = "Standard"
        case "PermissionSet":
            row["IsCustom"] = True
        case "PermissionSetAssignment":
            row["IsActive"] = True
    return row


def stamp(table: Table, row: Row, user_id: str, at: datetime, creating: bool) -> None:
    """Put the time and the user of a write on a row, as far as its object keeps them."""
    row["SystemModstamp"] = moment = wire_moment(at)
    if "lastmodifieddate" in table.kind.fields:
        row["LastModifiedDate"], row["LastModifiedById"] = moment, user_id
        if creating:
            row["CreatedDate"], row["CreatedById"] = moment, user_id


def complete(table: Table, row: Row) -> Row:
    """The row with the full name that Salesforce makes from its parts."""
    if "lastname" in table.kind.fields and row.get("LastName"):
        row["Name"] = " ".join(row[part] for part in ("FirstName", "LastName") if row.get(part))
    return row
