"""Reading Salesforce: SOQL by change time or by values, and collections by id, each record in its own slice of bytes.

The cursor is the `SystemModstamp` of the last record seen. A query that reads on by it begins a little earlier, since a
long transaction stamps its records when it begins and shows them when it ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from connectors.base import Page, RequestRefused, Unavailable
from connectors.batches import chunks, settled_at
from connectors.salesforce.activities import ACTIVITIES, asked, with_pseudo_fields
from connectors.salesforce.client import Refusal, SalesforceClient, decode, https
from connectors.salesforce.composite import MOST_COLLECTIONS, composite
from crm.record import Record, Ref

SYSTEM = "salesforce"
RETRIEVE_BATCH = 2000
QUERY_LENGTH = 12_000
"""Encoded characters of a query in a URL; Salesforce takes about 16,000 with all headers."""
OVERLAP = timedelta(seconds=120)
"""Read again by each pass: longer than Apex may run in one transaction (10 s of CPU, some waiting for callouts)."""
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MERGEABLE = {"Account", "Contact", "Lead"}
_CONVERTED = ("IsConverted", "ConvertedContactId")
_OWNER = "OwnerId"
_OWNERS = {"OpportunityContactRole": "", "CampaignMember": "", "EmailMessage": "CreatedById"}
"""By object without an OwnerId, who owns it: of opportunities' roles and campaigns' members nobody apart, of an e-mail
whoever sent or logged it."""


class Answer(msgspec.Struct, rename="camel"):
    """A page of a query, its records still in their bytes."""

    records: list[msgspec.Raw]
    total_size: int = 0
    next_records_url: str | None = None


class Condition(NamedTuple):
    """Part of a WHERE: a field and the values of which it may hold any."""

    field: str
    values: Sequence[str]


_RECORD = msgspec.json.Decoder(dict[str, Any])


class Reading:
    """How to read one object: what to ask for, and how a row becomes a record of the fields that were asked for."""

    def __init__(self, object_name: str, fields: Sequence[str]) -> None:
        self.object_name = object_name
        owner = _OWNERS.get(object_name, _OWNER)
        extra = ["Id", *([owner] if owner else []), "SystemModstamp", "IsDeleted"]
        extra += ["MasterRecordId"] if object_name in _MERGEABLE else []
        extra += _CONVERTED if object_name == "Lead" else []
        self.fields = list(dict.fromkeys(fields))
        self.is_activity = object_name in ACTIVITIES
        named = asked(object_name, fields) if self.is_activity else fields
        self.asked = list(dict.fromkeys([*extra, *named]))
        self._dropped = [name for name in ("attributes", *extra) if name not in self.fields]
        self._related = [name for name in self.fields if "." in name]

    @property
    def is_flat(self) -> bool:
        """Whether all fields are the object's own: collections cannot reach those of related records."""
        return not self._related

    def records(self, raws: Sequence[msgspec.Raw]) -> list[Record]:
        """The records of an answer; an id that is gone comes as null, and is left out."""
        try:
            return [self._record(payload) for payload in map(bytes, raws) if payload != b"null"]
        except msgspec.DecodeError as error:
            raise Unavailable(f"Salesforce sent a record that cannot be read ({error}): try again later") from error

    def _record(self, raw: bytes) -> Record:
        row = _RECORD.decode(raw)
        record = _record(self.object_name, row, raw)
        for name in self._dropped:
            row.pop(name, None)
        if self.is_activity:
            return replace(record, fields={name: row[name] for name in self.fields if name in row})
        return record if self.is_flat else replace(record, fields={n: _related(row, n) for n in self.fields})


def decode_record(object_name: str, payload: bytes) -> Record:
    """The record of a stored payload, with every field that it holds; those of related records are `Account.Name`."""
    row = _RECORD.decode(payload)
    record = _record(object_name, row, payload)
    if dict not in map(type, row.values()):
        return record
    return replace(record, fields=dict(_flat(row)))


def _record(object_name: str, row: dict[str, Any], raw: bytes) -> Record:
    if object_name in ACTIVITIES:
        with_pseudo_fields(object_name, row)
    return Record(
        Ref(SYSTEM, object_name, row["Id"]),
        row,
        row.get(_OWNERS.get(object_name, _OWNER)),
        datetime.fromisoformat(row["SystemModstamp"]),
        row["IsDeleted"],
        _merged_into(object_name, row),
        payload=raw,
    )


def _merged_into(object_name: str, row: Mapping[str, Any]) -> Ref | None:
    """Where the record went: a lead by its conversion, any by a merge."""
    if row.get("IsConverted") and row.get("ConvertedContactId"):
        return Ref(SYSTEM, "Contact", row["ConvertedContactId"])
    master = row.get("MasterRecordId")
    return Ref(SYSTEM, object_name, master) if master else None


def _flat(row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{inner}", v) for inner, v in _flat(value) if name != "attributes")
        else:
            yield name, value


def _related(row: Mapping[str, Any], name: str) -> Any:
    """The value of `Account.Name`; `None` where no account is linked."""
    value: Any = row
    for part in name.split("."):
        value = value.get(part) if value is not None else None
    return value


def read_changes(client: SalesforceClient, reading: Reading, cursor: str | None) -> Iterator[Page]:
    """Pages of changed records, deleted ones included. Raises RequestRefused where the cursor is none of ours."""
    newest = _parse(cursor, reading.object_name) if cursor else BEGINNING
    start, began_at = newest - OVERLAP if cursor else None, ""
    while True:
        try:
            for answer in query(client, _changes_query(reading, start), include_deleted=True):
                records = reading.records(answer.records)
                newest = max([newest, *(record.modified_at for record in records[-1:])])
                began_at = began_at or client.date
                if answer.next_records_url is None and (settled := settled_at(began_at)):
                    newest = max(newest, settled)
                yield Page(records, _stamp(newest), answer.total_size)
        except Refusal as refusal:
            # A cursor of Salesforce's lives two days, and no user may have more than ten: ask anew from where we are.
            if refusal.fault.code != "INVALID_QUERY_LOCATOR" or start == newest:
                raise
            start = newest
        else:
            return


def _changes_query(reading: Reading, start: datetime | None) -> str:
    where = f" WHERE SystemModstamp >= {_stamp(start)}" if start else ""
    return f"SELECT {','.join(reading.asked)} FROM {reading.object_name}{where} ORDER BY SystemModstamp, Id"


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _parse(cursor: str, object_name: str) -> datetime:
    try:
        return datetime.fromisoformat(cursor).astimezone(UTC)
    except ValueError as error:
        raise RequestRefused(f"{cursor!r} is no cursor of Salesforce's {object_name}: read from the start") from error


def query(client: SalesforceClient, soql: str, include_deleted: bool = False) -> Iterator[Answer]:
    """The pages of a query, one call each."""
    path = "queryAll" if include_deleted else "query"
    answer = decode(Answer, client.request("GET", path, params={"q": soql}))
    yield answer
    while answer.next_records_url:
        url = f"https://{client.library.sf_instance}{answer.next_records_url}"
        answer = decode(Answer, client.request("GET", https(url)))
        yield answer


def read_many(client: SalesforceClient, reading: Reading, ids: Sequence[str]) -> list[Record]:
    """These records by id, 2,000 a call; deleted and unknown ones are absent. Of activities also the archived ones."""
    wanted = list(dict.fromkeys(ids))
    if reading.is_activity:
        return find(client, reading, [Condition("Id", wanted)])
    if not reading.is_flat:
        return find(client, reading, [Condition("Id", wanted)])
    records: list[Record] = []
    for part in chunks(wanted, RETRIEVE_BATCH):
        body = {"ids": part, "fields": reading.asked}
        data = client.request("POST", f"composite/sobjects/{reading.object_name}", body=body)
        records += reading.records(decode(list[msgspec.Raw], data))
    return records


def read_each(client: SalesforceClient, wanted: Sequence[tuple[Reading, Sequence[str]]]) -> list[Record]:
    """These records of several objects: in one call where each object's fit into one collection."""
    fitting = all(reading.is_flat and len(ids) <= RETRIEVE_BATCH for reading, ids in wanted)
    if fitting and 1 < len(wanted) <= MOST_COLLECTIONS:
        bodies = [(reading.object_name, {"ids": list(ids), "fields": reading.asked}) for reading, ids in wanted]
        answers = composite(client, [("POST", f"composite/sobjects/{name}", body) for name, body in bodies])
        if all(answer.is_fine for answer in answers):
            raws = [decode(list[msgspec.Raw], bytes(answer.body)) for answer in answers]
            return [each for (reading, _), found in zip(wanted, raws, strict=True) for each in reading.records(found)]
    return [record for reading, ids in wanted for record in read_many(client, reading, ids)]


def read_deleted(client: SalesforceClient, reading: Reading, ids: Sequence[str]) -> list[Record]:
    """These records by id, whether they are in the recycle bin or not."""
    return find(client, reading, [Condition("Id", list(dict.fromkeys(ids)))], include_deleted=True)


def find(
    client: SalesforceClient, reading: Reading, conditions: Sequence[Condition], include_deleted: bool = False
) -> list[Record]:
    """Records that meet any of the conditions, each once, in as few queries as a URL holds."""
    found: dict[str, Record] = {}
    is_archive = reading.is_activity and not include_deleted
    select = f"SELECT {','.join(reading.asked)} FROM {reading.object_name} WHERE "
    for where in _wheres(conditions, QUERY_LENGTH - len(quote(select)) - 30):
        only_live = f"({where}) AND IsDeleted = false" if is_archive else where
        for answer in query(client, select + only_live, include_deleted or is_archive):
            found |= {record.ref.id: record for record in reading.records(answer.records)}
    return list(found.values())


def _wheres(conditions: Sequence[Condition], room: int) -> Iterator[str]:
    part: dict[str, list[str]] = {}
    used = 0
    for field, values in conditions:
        for value in dict.fromkeys(values):
            text = literal(value)
            size = len(quote(text)) + len("%2C") + (0 if field in part else len(field) + 40)
            if part and used + size > room:
                yield _any_of(part)
                part, used = {}, 0
            part.setdefault(field, []).append(text)
            used += size
    if part:
        yield _any_of(part)


def _any_of(part: Mapping[str, Sequence[str]]) -> str:
    return " OR ".join(f"{field} IN ({','.join(texts)})" for field, texts in part.items())


def literal(value: str) -> str:
    r"""A text as SOQL writes it.

    >>> print(literal("O'Neil"))
    'O\'Neil'
    """
    from simple_salesforce.format import quote_soql_value  # noqa: PLC0415

    return str(quote_soql_value(value))
