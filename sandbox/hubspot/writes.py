"""How a write becomes a change, in two steps.

First every input is drafted (checked against the portal and against the inputs before it), then the drafts are
committed. So a batch can be refused as a whole before anything is written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.hubspot.associations.changing import Wanted, associate_new, follow_company, read_wanted
from sandbox.hubspot.associations.effects import follow_bin
from sandbox.hubspot.complete import complete
from sandbox.hubspot.errors import already_exists, already_has_value
from sandbox.hubspot.life import lifecycle
from sandbox.hubspot.sources import API, Past, Writer
from sandbox.hubspot.stamps import stamp
from sandbox.hubspot.state import HubSpotState
from sandbox.hubspot.table import Record, Table, envelope
from sandbox.hubspot.values import append_options, clean_properties


@dataclass(slots=True)
class Draft:
    """A write that has passed every check. `record` is None for a create."""

    record: Record | None
    record_id: int
    values: dict[str, str | None]
    sent: dict[str, Any]
    writer: Writer = API
    associations: list[Wanted] = field(default_factory=list)


@dataclass(slots=True)
class Drafting:
    """What the inputs of one request have claimed so far: new ids, and values that must be unique."""

    state: HubSpotState
    table: Table
    writer: Writer = API
    claims: dict[tuple[str, str], int] = field(default_factory=dict)
    creates: int = 0

    def draft(self, sent: Any, record: Record | None, associations: Any = None) -> Draft:
        """Check one input, and the `associations` of a create; raises the refusal that HubSpot answers."""
        values = clean_properties(self.table, sent, self.state.owners)
        append_options(self.table, values, record.properties if record else {})
        lifecycle.forward_only(self.table, values, record, self.writer, self.state.behaviour.lifecycle_backwards)
        values = complete(self.state, self.table, values, record)
        if self.writer.is_api:
            self.state.rules.check(self.table, values, record, self.state.log.caller.route)
        wanted = read_wanted(self.state, self.table, associations)
        record_id = record.id if record else self.table.new_id(self.creates)
        keys = self.unique_keys(values, record)
        for name, key in keys:
            self.check_free(name, key, record_id, is_create=record is None)
        self.claims |= dict.fromkeys(keys, record_id)
        self.creates += record is None
        sent = dict(sent) | ({"associations": associations} if wanted else {})
        return Draft(record, record_id, values, sent, self.writer, wanted)

    def unique_keys(self, values: dict[str, str | None], record: Record | None) -> list[tuple[str, str]]:
        """The unique values that this write sets."""
        table = self.table
        written = [name for name in table.unique if any(table.feeds(each, name) for each in values)]
        if not written:
            return []
        before = record.properties if record else {}
        after = {name: value for name, value in (before | values).items() if value is not None}
        return [(name, key) for name in written for key in sorted(table.keys(name, after))]

    def check_free(self, name: str, key: str, record_id: int, is_create: bool) -> None:
        singular = self.table.kind.singular
        holder = self.table.unique[name].get(key, record_id)
        if holder != record_id and is_create and name == "email":
            raise already_exists(singular, holder)
        holder = self.claims.get((name, key), record_id) if holder == record_id else holder
        if holder != record_id:
            raise already_has_value(singular, name, key, record_id, holder)


def commit(state: HubSpotState, table: Table, draft: Draft, at: int | None = None) -> Record:
    """Write a draft: its own tick of the clock (or the moment `at`), one entry in the log."""
    moment = state.tick() if at is None else at
    record, writer = draft.record, draft.writer
    if record is None:
        properties = {name: value for name, value in draft.values.items() if value is not None}
        record = Record(draft.record_id, moment, properties)
        record.history = {name: [Past(value, moment, writer.source)] for name, value in properties.items()}
        table.insert(record)
        log(state, "create", table, record, draft.sent, {}, writer.who)
        associate_new(state, table, record, draft.associations)
        follow_company(state, table, record, draft.values)
        return record
    before = dict(record.properties)
    changes = {name: value for name, value in draft.values.items() if record.properties.get(name) != value}
    for name, value in changes.items():
        record.remember(name, Past(value or "", moment, writer.source))
    table.change(record, changes)
    if changes or state.behaviour.bump_unchanged:
        table.stamp_modified(record, moment)
    log(state, "update", table, record, draft.sent, before, writer.who)
    follow_company(state, table, record, draft.values)
    return record


def archive(state: HubSpotState, table: Table, record: Record, writer: Writer = API) -> None:
    before = dict(record.properties)
    table.archive(record, state.tick())
    state.bin.put(table, record)
    log(state, "archive", table, record, {}, before, writer.who)
    follow_bin(state, (table.kind.name, record.id), is_back=False)


def log(
    state: HubSpotState,
    action: str,
    table: Table,
    record: Record,
    sent: dict[str, Any],
    before: dict[str, str],
    who: str | None = None,
) -> None:
    """Enter an accepted write of a record, as it stands now, and tell those who wait for such."""
    at, after = stamp(record.modified), record.properties
    state.log.write(action, table.kind.name, str(record.id), sent, at, before, after, who)
    tell(state, action, table, record, before)


def tell(state: HubSpotState, action: str, table: Table, record: Record, before: dict[str, str]) -> None:
    for observer in state.observers:
        observer(action, table, record, before)


def shown(table: Table, record: Record, draft: Draft) -> dict[str, Any]:
    """The answer to a write: what was written, and the defaults."""
    return envelope(record, table.shown_names((*table.kind.defaults, *draft.values)))
