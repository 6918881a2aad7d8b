"""Fields that no write sets: they follow from other records and from today, and are worked out when they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache, partial
from typing import Any

from sandbox.salesforce.schema.campaigns import NAMES
from sandbox.salesforce.table import Row, Table

Tables = Mapping[str, Table]
WorkOut = Callable[[Tables, Row, date], Any]
KEPT_OPEN = timedelta(days=365)
"""Activities that ended longer ago are archived: only queryAll finds them.

https://help.salesforce.com/s/articleView?id=sales.activities_archived.htm
"""
ADDRESS = ("Street", "City", "State", "PostalCode", "Country")


@lru_cache(maxsize=8)
def _a_year_before(today: date) -> str:
    return (today - KEPT_OPEN).isoformat() if today - date.min > KEPT_OPEN else date.min.isoformat()


def is_archived_task(_tables: Tables, row: Row, today: date) -> bool:
    """Closed, and due (or without a due date, made) more than a year ago."""
    if row.get("IsArchived"):
        return True
    due = row.get("ActivityDate") or row.get("CreatedDate", "")[:10]
    return bool(row.get("IsClosed")) and due < _a_year_before(today)


def is_archived_event(_tables: Tables, row: Row, today: date) -> bool:
    """Ended more than a year ago."""
    if row.get("IsArchived"):
        return True
    ended = str(row.get("EndDate") or row.get("EndDateTime", "")[:10] or row.get("ActivityDate") or "")
    return bool(ended) and ended < _a_year_before(today)


def _of(tables: Tables, kind: str, reference: str, record_id: str) -> Iterator[Row]:
    """The live records of an object that refer to a record."""
    if table := tables.get(kind):
        for found in table.ids_with(table.kind.fields[reference], record_id):
            yield table.live[found]


def _activities(tables: Tables, reference: str, record_id: str) -> Iterator[Row]:
    """What counts as activity: events, and closed tasks."""
    yield from _of(tables, "event", reference, record_id)
    yield from (row for row in _of(tables, "task", reference, record_id) if row.get("IsClosed"))


def last_activity(reference: str, tables: Tables, row: Row, _today: date) -> str | None:
    """The latest date of an event or a closed task of this record; an account's contacts count for it too."""
    found = list(_activities(tables, reference, row["Id"]))
    if row["Id"].startswith("001"):
        for contact in _of(tables, "contact", "accountid", row["Id"]):
            found += _activities(tables, "whoid", contact["Id"])
    dates = [str(item["ActivityDate"]) for item in found if item.get("ActivityDate")]
    return max([*dates, row.get("LastActivityDate") or ""]) or None


def has_open_activity(tables: Tables, row: Row, today: date) -> bool:
    on = today.isoformat()
    if any(not task.get("IsClosed") for task in _of(tables, "task", "whatid", row["Id"])):
        return True
    return any((event.get("ActivityDate") or "") >= on for event in _of(tables, "event", "whatid", row["Id"]))


def has_overdue_task(tables: Tables, row: Row, today: date) -> bool:
    on = today.isoformat()
    tasks = _of(tables, "task", "whatid", row["Id"])
    return any(not task.get("IsClosed") and (task.get("ActivityDate") or on) < on for task in tasks)


def of_member(name: str, tables: Tables, row: Row, _today: date) -> Any:
    """A campaign member shows the contact, or the lead, that it stands for."""
    is_contact = bool(row.get("ContactId"))
    person_id = row.get("ContactId") or row.get("LeadId") or ""
    person = tables["contact" if is_contact else "lead"].live.get(person_id)
    match name:
        case "Type":
            return "Contact" if is_contact else "Lead"
        case "LeadOrContactId":
            return person_id or None
        case _ if person is None:
            return None
        case "LeadOrContactOwnerId":
            return person.get("OwnerId")
        case "CompanyOrAccount" if is_contact:
            account = tables["account"].live.get(person.get("AccountId", ""))
            return account and account.get("Name")
        case "CompanyOrAccount":
            return person.get("Company")
        case _ if is_contact and name in ADDRESS:
            return person.get(f"Mailing{name}")
    return person.get(name)


def members_of(kind: str, tables: Tables, row: Row, _today: date) -> int:
    """How many leads or contacts are in a campaign, or how many members responded."""
    members = _of(tables, "campaignmember", "campaignid", row["Id"])
    if kind == "contacts":
        return sum(1 for member in members if member.get("ContactId"))
    if kind == "leads":
        return sum(1 for member in members if member.get("LeadId") and not member.get("ContactId"))
    return sum(1 for member in members if member.get("HasResponded"))


WORKED_OUT: dict[tuple[str, str], WorkOut] = {
    ("Task", "IsArchived"): is_archived_task,
    ("Event", "IsArchived"): is_archived_event,
    ("Contact", "LastActivityDate"): partial(last_activity, "whoid"),
    ("Lead", "LastActivityDate"): partial(last_activity, "whoid"),
    ("Account", "LastActivityDate"): partial(last_activity, "whatid"),
    ("Opportunity", "LastActivityDate"): partial(last_activity, "whatid"),
    ("Campaign", "LastActivityDate"): partial(last_activity, "whatid"),
    ("Opportunity", "HasOpenActivity"): has_open_activity,
    ("Opportunity", "HasOverdueTask"): has_overdue_task,
    ("Campaign", "NumberOfLeads"): partial(members_of, "leads"),
    ("Campaign", "NumberOfContacts"): partial(members_of, "contacts"),
    ("Campaign", "NumberOfResponses"): partial(members_of, "responses"),
    **{("CampaignMember", name): partial(of_member, name) for name in NAMES},
}
"""How a field is worked out, by its object and name, from all records, the row itself and today's date."""
