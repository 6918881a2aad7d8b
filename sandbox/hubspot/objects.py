"""Records one by one: list, read, create, update, archive."""

from __future__ import annotations

from typing import Any

from sandbox.hubspot.associations.v3 import asked_objects, shown_beside
from sandbox.hubspot.call import Answer, Call
from sandbox.hubspot.errors import not_found
from sandbox.hubspot.table import Record, envelope
from sandbox.hubspot.writes import Drafting, archive, commit, shown

PAGE_MOST = 100
PAGE_MOST_WITH_HISTORY = 50


def list_records(call: Call) -> Answer:
    """A page in the order of ids; `after` is the id of the record that comes next."""
    table = call.table
    history = history_names(call)
    limit = call.limit(default=10, most=PAGE_MOST_WITH_HISTORY if history else PAGE_MOST)
    records, following = table.page(call.after(), limit, call.flag("archived"))
    names = table.shown_names(call.names("properties"))
    others = asked_objects(call)
    results = [envelope(record, names, history) | joined(call, record, others) for record in records]
    return Answer({"results": results} | call.paging(following))


def read_record(call: Call) -> Answer:
    record = pathed(call, call.flag("archived"))
    names = call.table.shown_names(call.names("properties"))
    return Answer(envelope(record, names, history_names(call)) | joined(call, record, asked_objects(call)))


def create_record(call: Call) -> Answer:
    table = call.table
    body = call.body()
    draft = Drafting(call.state, table).draft(body.get("properties", {}), None, body.get("associations"))
    return Answer(shown(table, commit(call.state, table, draft), draft), 201)


def update_record(call: Call) -> Answer:
    table = call.table
    draft = Drafting(call.state, table).draft(call.body().get("properties", {}), pathed(call))
    return Answer(shown(table, commit(call.state, table, draft), draft))


def archive_record(call: Call) -> Answer:
    """204 also for a record that is not there: archiving twice is no error."""
    record = call.table.find(call.path["record_id"])
    if record:
        archive(call.state, call.table, record)
    return Answer(status=204)


def pathed(call: Call, is_archived: bool = False) -> Record:
    """The record that the path names, by id or by a unique property."""
    record = call.table.find(call.path["record_id"], call.asked("idProperty"), is_archived, follows_merges=True)
    if record is None:
        raise not_found()
    return record


def joined(call: Call, record: Record, others: list[str]) -> dict[str, Any]:
    """The associations that were asked for, if the record has any."""
    shown = shown_beside(call, record, others) if others else {}
    return {"associations": shown} if shown else {}


def history_names(call: Call) -> list[str]:
    return [name for name in call.names("propertiesWithHistory") or () if call.table.definition(name)]
