"""How a record ends, other than in the recycle bin: merged into another one, or erased on a person's request.

Both are for good. A merge leaves the old ids behind: they lead to the merged record in single calls and in batch reads,
but not in batch updates. An erasure leaves the address behind, on a list that keeps people and imports from bringing
it back; the API and a form may (https://knowledge.hubspot.com/privacy-and-consent/how-do-i-perform-a-gdpr-delete-in-hubspot).
"""

from __future__ import annotations

from typing import Any

from sandbox.hubspot import writes
from sandbox.hubspot.associations.effects import settle
from sandbox.hubspot.associations.reading import end_of
from sandbox.hubspot.call import Answer, Call
from sandbox.hubspot.errors import HubSpotRefusal, bad_request, not_found
from sandbox.hubspot.life.merges import MERGES_MOST, Merge, Pair, combined, histories
from sandbox.hubspot.sources import API, Writer
from sandbox.hubspot.stamps import stamp
from sandbox.hubspot.state import HubSpotState
from sandbox.hubspot.table import Record, Table, envelope


def merge_records(call: Call) -> Answer:
    """`{primaryObjectId, objectIdToMerge}`: answers with the record that both have become."""
    body, table = call.body(), call.table
    pair = Pair(*(named(table, body, name) for name in ("primaryObjectId", "objectIdToMerge")))
    record = merge(call.state, table, pair, API, body)
    return Answer(envelope(record, table.shown_names(None)))


def named(table: Table, body: dict[str, Any], name: str) -> Record:
    record = table.find(str(body.get(name, "")), follows_merges=True)
    if record is None:
        raise not_found()
    return record


def merge(state: HubSpotState, table: Table, pair: Pair, writer: Writer, sent: dict[str, Any]) -> Record:
    """Make one record of two.

    Observers are told with the action "merge" and what the primary was before; `state.merges` ends with the details.
    """
    count = merges_with(table, pair)
    moment, keeps_id = state.tick(), state.behaviour.merge_ids == "primary"
    before = dict(pair.primary.properties)
    values, moved = combined(table, pair, keeps_id)
    past = histories(table, pair, values, moment)
    for each in (pair.other,) if keeps_id else pair:
        table.remove(each)
        state.index.forget(table, each.id)
    record = kept(table, pair, values) if keeps_id else made(table, pair, values)
    record.history = past
    table.stamp_modified(record, moment)
    table.merges[record.id] = count
    gone = [each for each in pair if each is not record]
    table.merged |= {each.id: record.id for each in gone}
    state.merges.append(Merge(pair.primary.id, pair.other.id, record.id, len(moved), writer.source))
    writes.log(state, "merge", table, record, sent, before, writer.who)
    winner = end_of(table, record)
    settle(state, [change for each in gone for change in state.associations.moved(end_of(table, each), winner)])
    return record


def merges_with(table: Table, pair: Pair) -> int:
    """How many merges will have gone into the record; refuses what cannot be merged."""
    if pair.primary is pair.other:
        raise bad_request("Cannot merge an object with itself")
    count = table.merge_count(pair.primary) + table.merge_count(pair.other) + 1
    if count > MERGES_MOST:
        raise bad_request(f"Cannot have more than {MERGES_MOST} identities on a profile")
    return count


def made(table: Table, pair: Pair, values: dict[str, str]) -> Record:
    """The merged record with an id of its own."""
    record = Record(table.new_id(), min(each.created for each in pair), values)
    table.insert(record)
    return record


def kept(table: Table, pair: Pair, values: dict[str, str]) -> Record:
    """The primary, as it is after the merge."""
    record = pair.primary
    record.created = min(each.created for each in pair)
    table.change(record, {**values, table.kind.created_property: stamp(record.created)})
    return record


def erase_record(call: Call) -> Answer:
    """`{objectId, idProperty?}`: 204. An address that nobody has is put on the list all the same."""
    body, table = call.body(), call.table
    if table.kind.name != "contacts":
        raise HubSpotRefusal(404, None, "resource not found")
    wanted, id_property = str(body.get("objectId", "")), body.get("idProperty")
    record = find_to_erase(table, wanted, id_property)
    if record is not None:
        erase(call.state, table, record)
    elif id_property == "email" and wanted:
        call.state.erased.add(wanted.strip().lower())
    else:
        raise not_found()
    return Answer(status=204)


def find_to_erase(table: Table, wanted: str, id_property: str | None) -> Record | None:
    """A record, archived or not; of an address that only archived ones have, the newest of them."""
    found = table.find(wanted, id_property, follows_merges=True) or table.find(wanted, id_property, True, True)
    if found is None and id_property == "email":
        archived = (table.records[each] for each in reversed(table.archived))
        address = wanted.strip().lower()
        return next((each for each in archived if address in table.keys("email", each.properties)), None)
    return found


def erase(state: HubSpotState, table: Table, record: Record) -> None:
    """Let nothing remain of a contact, its history and the ids that led to it included."""
    moment = stamp(state.tick())
    state.erased |= table.keys("email", record.properties)
    table.remove(record)
    for old_id in [each for each in table.merged if table.follow(str(each)) is None]:
        del table.merged[old_id]
    record.properties, record.history = {}, None
    settle(state, state.associations.forget((table.kind.name, record.id)))
    state.log.write("privacyDeletion", table.kind.name, str(record.id), {}, moment)
    for action in ("privacyDeletion", "delete"):
        writes.tell(state, action, table, record, {})
