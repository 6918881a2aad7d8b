"""Tasks and events: what is different about them in Salesforce.

Their custom fields are made on Activity. Closed old ones are archived, and only queryAll shows them. Whom they are with
and what they are about are lookups to several objects; two pseudo-fields say it in the mapping's terms:

    WhoIds         everybody an activity is with, where Shared Activities is on; where it is off, use WhoId
    WhatAccountId  the account that it is about; not shown where it is about something else (an opportunity)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from connectors.base import FieldInfo
from crm.record import Value

ACTIVITIES = frozenset({"Task", "Event"})
OCCURRED_FIELD = "Entente_Occurred_At__c"
"""When it happened, with the time of day: Salesforce's own ActivityDate is a day."""
WHO, WHAT, PEOPLE, ACCOUNT = "WhoId", "WhatId", "WhoIds", "WhatAccountId"
_LEAD, _ACCOUNT = "00Q", "001"
_RELATIONS = {"Task": "TaskRelations", "Event": "EventRelations"}


def described(fields: dict[str, FieldInfo], is_shared: bool) -> dict[str, FieldInfo]:
    """The fields of Task or Event with the pseudo-fields; `is_shared`: the organisation has Shared Activities."""
    who, what = fields.get(WHO), fields.get(WHAT)
    more = {ACCOUNT: FieldInfo(ACCOUNT, "Account", "reference", writable=what.writable)} if what else {}
    if is_shared and who:
        more[PEOPLE] = FieldInfo(PEOPLE, "Names", "reference", writable=who.writable)
    return {**fields, **more}


def asked(object_name: str, names: Iterable[str]) -> Iterator[str]:
    """What to ask for in place of pseudo-fields, as SOQL selects it."""
    for name in names:
        match name:
            case "WhatAccountId":
                yield WHAT
            case "WhoIds":
                yield from (WHO, f"(SELECT RelationId FROM {_RELATIONS[object_name]} WHERE IsWhat = false)")
            case _:
                yield name


def with_pseudo_fields(object_name: str, row: dict[str, Any]) -> None:
    """Put into a row of Task or Event what its pseudo-fields show."""
    what = row.get(WHAT)
    if WHAT in row and (what is None or what.startswith(_ACCOUNT)):
        row[ACCOUNT] = what
    relations = row.pop(_RELATIONS[object_name], ())
    if relations != ():
        others = [each["RelationId"] for each in (relations or {}).get("records", ())]
        row[PEOPLE] = ";".join(dict.fromkeys([*([row[WHO]] if row.get(WHO) else []), *others])) or None


def people(value: Value) -> list[str]:
    """The ids in a value of WhoId or WhoIds; contacts come before leads."""
    ids = value if isinstance(value, frozenset) else str(value or "").split(";")
    return sorted(each.strip() for each in ids if each.strip())


def written(fields: Mapping[str, Value], shown: str | None = None) -> dict[str, Value]:
    """The fields of a write as Salesforce takes them: one person (the one it is with already, `shown`, where that one
    stays) and one thing; a lead has neither account nor opportunity.

    https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_task.htm
    """
    sent = {name: value for name, value in fields.items() if name not in (WHO, PEOPLE, ACCOUNT)}
    if ACCOUNT in fields:
        sent[WHAT] = fields[ACCOUNT]
    for name in (WHO, PEOPLE):
        if name in fields:
            ids = people(fields[name])
            sent[WHO] = shown if shown in ids else ids[0] if ids else None
    if str(sent.get(WHO) or "").startswith(_LEAD):
        sent.pop(WHAT, None)
    return sent


def named(name: str, fields: Mapping[str, Value]) -> str:
    """The field of a write that Salesforce speaks of by its own name."""
    pseudo = {WHAT: ACCOUNT, WHO: PEOPLE}.get(name)
    return pseudo if pseudo is not None and pseudo in fields and name not in fields else name
