"""The SOAP API's calls that REST does not have: merge, undelete, emptyRecycleBin and convertLead.

Each item has its own result, and one that is refused leaves nothing behind.
https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_list.htm
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.ids import full_id
from sandbox.salesforce.life import recycle_bin
from sandbox.salesforce.life.conversion import Conversion, convert_lead
from sandbox.salesforce.life.merging import merge as merge_records
from sandbox.salesforce.metadata.soap import Fault, read_envelope
from sandbox.salesforce.metadata.xml_tree import Element, write_xml
from sandbox.salesforce.table import Table
from sandbox.salesforce.writes import Writer

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns="urn:partner.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<soapenv:Body>{}</soapenv:Body></soapenv:Envelope>"
)
MOST = 200
Result = dict[str, Any]
One = Callable[[Writer, Element], Result]


def is_login(body: bytes) -> bool:
    """A login is answered without a session."""
    try:
        return read_envelope(body)[1].tag == "login"
    except Fault:
        return False


def answer(state: SalesforceState, asked: Element) -> str:
    """The envelope that answers a call. Raises Fault for one that is not known."""
    if asked.tag not in CALLS:
        raise Fault("sf:UNKNOWN_EXCEPTION", f"No operation available for request {asked.tag}")
    item_name, one = CALLS[asked.tag]
    items = asked.all(item_name)
    if len(items) > MOST:
        raise Fault(
            "sf:EXCEEDED_ID_LIMIT", f"record limit reached. cannot submit more than {MOST} records into this call"
        )
    writer = Writer(state)
    results = [_result(writer, one, item) for item in items]
    writer.log()
    return ENVELOPE.format(f"<{asked.tag}Response>{write_xml('result', results)}</{asked.tag}Response>")


def _result(writer: Writer, one: One, item: Element) -> Result:
    mark = len(writer.changes)
    try:
        return {**one(writer, item), "success": True}
    except Trouble as trouble:
        writer.take_back(to=mark)
        problem = {"fields": trouble.fields or None, "message": trouble.message, "statusCode": trouble.code}
        return {"errors": problem, "success": False}


def _merge(writer: Writer, item: Element) -> Result:
    """Two or three records become one; `masterRecord` holds what the winner keeps of the losers."""
    master = item.first("masterRecord") or Element("masterRecord")
    table = _table(writer, master.text_of("type"))
    master_id = _id(master.text_of("Id"))
    losers = [_id(each.text) for each in item.all("recordToMergeIds")]
    named = [each for each in master.children if each.tag.lower() not in ("type", "id", "fieldstonull")]
    fields: dict[str, Any] = {each.tag: each.text for each in named}
    fields |= dict.fromkeys((each.text.strip() for each in master.all("fieldsToNull")), None)
    merge_records(writer, table, master_id, losers, fields)
    moved = [change.record_id for change in writer.changes if change.who == "merge" and change.action == "update"]
    return {"id": master_id, "mergedRecordIds": losers, "updatedRelatedIds": moved}


def _undelete(writer: Writer, item: Element) -> Result:
    record_id = _id(item.text)
    recycle_bin.undelete(writer, _table_of_id(writer, record_id), record_id)
    return {"id": record_id}


def _empty(writer: Writer, item: Element) -> Result:
    record_id = _id(item.text)
    if not recycle_bin.empty(writer.state, [record_id]):
        raise Trouble("INVALID_ID_FIELD", "Record is not in the recycle bin", ())
    return {"id": record_id}


def _convert(writer: Writer, item: Element) -> Result:
    """An opportunity is made too, unless the caller says not to."""
    lead_id = _id(item.text_of("leadId"))
    if item.text_of("convertedStatus") != "Closed - Converted":
        message = f"invalid convertedStatus: {item.text_of('convertedStatus')}"
        raise Trouble("INVALID_STATUS", message, ())
    name = None
    if item.text_of("doNotCreateOpportunity").lower() != "true":
        lead = writer.state.tables["lead"].live.get(lead_id, {})
        name = item.text_of("opportunityName") or f"{lead.get('Company')}-"
    account, contact, owner = (
        _id(text) if (text := item.text_of(part)) else None for part in ("accountId", "contactId", "ownerId")
    )
    made = convert_lead(writer, lead_id, Conversion(None, account, contact, name, owner))
    return {"accountId": made.account_id, "contactId": made.contact_id, "leadId": lead_id,
            "opportunityId": made.opportunity_id}  # fmt: skip


def _table(writer: Writer, name: str) -> Table:
    table = writer.state.tables.get(name.lower())
    if table is None:
        raise Trouble("INVALID_TYPE", f"sObject type '{name}' is not supported.", ())
    return table


def _table_of_id(writer: Writer, record_id: str) -> Table:
    for table in writer.state.tables.values():
        if table.kind.prefix == record_id[:3]:
            return table
    raise Trouble("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ())


def _id(text: str) -> str:
    record_id = full_id(text.strip())
    if record_id is None:
        raise Trouble("MALFORMED_ID", f"malformed id {text.strip()}", ())
    return record_id


CALLS: dict[str, tuple[str, One]] = {
    "merge": ("request", _merge),
    "undelete": ("ids", _undelete),
    "emptyRecycleBin": ("ids", _empty),
    "convertLead": ("leadConverts", _convert),
}
