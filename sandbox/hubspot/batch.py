"""Up to 100 records in one call.

A batch is refused as a whole, with the first refusal and nothing written, unless every input has an
`objectWriteTraceId` of its own: then each input has its own outcome (207). Ids that are not there are always 207,
grouped into one error.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sandbox.hubspot.call import Answer, Call
from sandbox.hubspot.errors import HubSpotRefusal, bad_request, duplicate_ids, missing_ids, not_unique
from sandbox.hubspot.stamps import stamp
from sandbox.hubspot.state import HubSpotState
from sandbox.hubspot.table import Record, Table, envelope
from sandbox.hubspot.writes import Draft, Drafting, archive, commit, shown

TRACE_ID = "objectWriteTraceId"
INPUTS_MOST = 100
INPUTS_MOST_WITH_HISTORY = 50

Input = dict[str, Any]


def read_batch(call: Call) -> Answer:
    table, body = call.table, call.body()
    history = [name for name in call.body_names("propertiesWithHistory") or () if table.definition(name)]
    inputs = read_inputs(body, with_history=bool(history))
    ids = unique_ids(inputs)
    id_property, is_archived = body.get("idProperty"), call.flag("archived")
    found = [(each, table.find(each, id_property, is_archived, follows_merges=True)) for each in ids]
    names = table.shown_names(call.body_names("properties"))
    results = [envelope(record, names, history) for record in once(record for _, record in found if record)]
    missing = [each for each, record in found if record is None]
    return answer(call, results, [missing_ids(table.kind.singular.upper(), missing, [])] if missing else [])


def create_batch(call: Call) -> Answer:
    round_ = WriteRound(call, read_inputs(call.body()))
    for each in round_.inputs:
        round_.draft(each, each.get("properties", {}), None)
    return round_.commit(status=201)


def update_batch(call: Call) -> Answer:
    round_ = WriteRound(call, read_inputs(call.body()))
    unique_ids(round_.inputs)
    for each in round_.inputs:
        record = find_to_update(round_.table, each)
        if record is None:
            if not vanishes(call.state, round_.table, each):
                round_.missing.append(each)
        else:
            round_.draft(each, each.get("properties", {}), record)
    return round_.commit()


def upsert_batch(call: Call) -> Answer:
    """By e-mail or another unique property; by e-mail a partial outcome is not supported: one refusal fails all."""
    table, inputs = call.table, read_inputs(call.body())
    id_property = named_property(inputs)
    round_ = WriteRound(call, inputs, can_be_partial=id_property != "email")
    ids = unique_ids(inputs)
    for each, value in zip(inputs, ids, strict=True):
        record = table.find(value, id_property)
        sent = each.get("properties", {})
        own_key = {} if record or not isinstance(sent, dict) else {id_property: value}
        round_.draft(each, own_key | sent if own_key else sent, record)
    return round_.commit(shows_new=True)


def archive_batch(call: Call) -> Answer:
    """204, whether or not the records are there."""
    table, inputs = call.table, read_inputs(call.body())
    for record in [table.find(each) for each in unique_ids(inputs)]:
        if record:
            archive(call.state, table, record)
    return Answer(status=204)


@dataclass(slots=True)
class WriteRound:
    """One batch write: drafts for the inputs that may be written, errors for the others."""

    call: Call
    inputs: list[Input]
    can_be_partial: bool = True
    table: Table = field(init=False)
    drafting: Drafting = field(init=False)
    drafts: list[tuple[Input, Draft]] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)
    missing: list[Input] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.table = self.call.table
        self.drafting = Drafting(self.call.state, self.table)
        trace_ids = {each.get("objectWriteTraceId") for each in self.inputs}
        self.can_be_partial &= None not in trace_ids and len(trace_ids) == len(self.inputs)

    def draft(self, each: Input, sent: Any, record: Record | None) -> None:
        """Check one input; without trace ids its refusal is the refusal of the whole batch."""
        try:
            wanted = each.get("associations") if record is None else None
            self.drafts.append((each, self.drafting.draft(sent, record, wanted)))
        except HubSpotRefusal as refusal:
            if not self.can_be_partial:
                raise
            self.errors.append(refusal.inside_batch(each["objectWriteTraceId"]))

    def commit(self, status: int = 200, shows_new: bool = False) -> Answer:
        results = []
        for each, draft in self.drafts:
            record = commit(self.call.state, self.table, draft)
            result = shown(self.table, record, draft)
            result |= {"new": draft.record is None} if shows_new else {}
            result |= {"objectWriteTraceId": each["objectWriteTraceId"]} if each.get("objectWriteTraceId") else {}
            results.append(result)
        if self.missing:
            ids = [str(each["id"]) for each in self.missing]
            traces = [each["objectWriteTraceId"] for each in self.missing if each.get("objectWriteTraceId")]
            self.errors.append(missing_ids(self.table.kind.singular.upper(), ids, traces))
        return answer(self.call, results, self.errors, status)


def answer(call: Call, results: list[dict[str, Any]], errors: list[dict[str, Any]], status: int = 200) -> Answer:
    """The envelope of a batch: 207 as soon as there is an error."""
    content: dict[str, Any] = {"status": "COMPLETE", "results": results}
    if errors:
        content |= {"numErrors": len(errors), "errors": errors}
    now = stamp(call.state.now())
    return Answer(content | {"startedAt": now, "completedAt": now}, 207 if errors else status)


def read_inputs(body: dict[str, Any], with_history: bool = False) -> list[Input]:
    inputs = body.get("inputs")
    if not isinstance(inputs, list) or not all(isinstance(each, dict) for each in inputs):
        raise bad_request("Invalid input JSON on line 1, column 1: inputs must be a list of objects")
    if not all(isinstance(each.get(name), str | None) for each in inputs for name in ("idProperty", TRACE_ID)):
        raise bad_request(f"Invalid input JSON on line 1, column 1: idProperty and {TRACE_ID} must be strings")
    what, most = (" request for property histories", INPUTS_MOST_WITH_HISTORY) if with_history else ("", INPUTS_MOST)
    if len(inputs) > most:
        number = f"The maximum number of inputs supported in a batch{what} is {most}"
        raise bad_request(f"{number}. Please reduce the number of items and try again")
    return inputs


def unique_ids(inputs: list[Input]) -> list[str]:
    """The ids of the inputs in their order; a batch in which one stands twice is refused as a whole."""
    if not all(isinstance(each.get("id"), str | int) for each in inputs):
        raise bad_request("Invalid input JSON on line 1, column 1: every input needs an id")
    ids = [str(each["id"]) for each in inputs]
    twice = [each for each, count in Counter(ids).items() if count > 1]
    if twice:
        raise duplicate_ids(twice)
    return ids


def find_to_update(table: Table, each: Input) -> Record | None:
    """The record of an input of batch/update, which takes no e-mail address as id."""
    if each.get("idProperty") == "email":
        raise not_unique(table.kind.type_id, "email")
    return table.find(str(each["id"]), each.get("idProperty"))


def vanishes(state: HubSpotState, table: Table, each: Input) -> bool:
    """Whether an input is left out of the answer without a word: its id was merged away."""
    is_merged = each.get("idProperty") in (None, "", "hs_object_id") and table.follow(str(each["id"])) is not None
    return is_merged and state.behaviour.merged_in_batch == "vanish"


def once(records: Iterable[Record]) -> list[Record]:
    """Each record one time: two ids may have been merged into one."""
    return list({record.id: record for record in records}.values())


def named_property(inputs: list[Input]) -> str:
    """The one `idProperty` of an upsert: there must be one, the same for all inputs, and not the id itself."""
    names = {each.get("idProperty") for each in inputs}
    if len(names) != 1 or not isinstance(name := names.pop(), str):
        raise bad_request("idProperty must be given, and be the same for all inputs of an upsert")
    if name == "hs_object_id":
        raise bad_request("an upsert by hs_object_id is not possible: update by id, or upsert by a unique property")
    return name
