"""Members of campaigns: a person is one once, so that campaign and person are key enough.

Who is a member already is looked up before anybody is added, so that what got no answer may be sent again.
https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_campaignmember.htm
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connectors.base import Answer, Shown, Write
from connectors.batches import chunks, fields_of
from connectors.salesforce.reading import Reading, literal, query
from connectors.salesforce.writes import Way, write_all
from crm.record import Record, Value, Wire

MEMBER = "CampaignMember"
_CAMPAIGN, _PEOPLE = "CampaignId", ("LeadId", "ContactId")
_TOGETHER = 100
"""People whose membership one query asks for: as many ids as a URL holds with room to spare."""


def join_all(way: Way, writes: Sequence[Write], fields: Sequence[str]) -> list[Answer]:
    """One answer per write, in order; of a create the member that is there, whoever added it."""
    read = [*fields, _CAMPAIGN, *_PEOPLE]
    there = _there(way, writes, read)
    new = [write for write in writes if _pair(fields_of(write)) not in there]
    answers = iter(write_all(way, new, read) if new else ())
    return [Shown(there[pair]) if (pair := _pair(fields_of(write))) in there else next(answers) for write in writes]


def _there(way: Way, writes: Sequence[Write], fields: Sequence[str]) -> dict[tuple[str, str], Record]:
    """By campaign and person, the members that are there of those that would be added."""
    reading, found = Reading(MEMBER, fields), list[Record]()
    for part in chunks(sorted({_pair(fields_of(write)) for write in writes}), _TOGETHER):
        campaigns, people = (",".join(sorted({literal(pair[n]) for pair in part})) for n in (0, 1))
        who = " OR ".join(f"{name} IN ({people})" for name in _PEOPLE)
        where = f"{_CAMPAIGN} IN ({campaigns}) AND ({who})"
        for answer in query(way.client, f"SELECT {','.join(reading.asked)} FROM {MEMBER} WHERE {where}"):
            found += reading.records(answer.records)
    return {_pair(record.fields): record for record in found}


def _pair(fields: Mapping[str, Value] | Mapping[str, Wire]) -> tuple[str, str]:
    """The ids of the campaign and of the person."""
    person = next((fields[name] for name in _PEOPLE if fields.get(name)), "")
    return str(fields.get(_CAMPAIGN) or ""), str(person)
