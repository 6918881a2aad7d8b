"""What else a record is known by: the ids that were merged into it, and its further e-mails.

HubSpot tells of a merge on the survivor only, whose id may be new: the records that are part of it now are marked here,
so that links, keys and events that name an old id are followed like Salesforce's own merges.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from crm.record import Record, Ref, Side
from crm.values import normal_email
from store.sql import execute_many, rows_in
from sync.match import Candidate

_MARK = """INSERT INTO store_record
           (ref, side, object, owner, modified_at, deleted, merged_into, email, "key", hash, payload)
           SELECT %s, side, object, owner, modified_at, %s, ref, CAST(NULL AS TEXT), CAST(NULL AS TEXT), 0, payload
           FROM store_record WHERE ref = %s
           ON CONFLICT (ref) DO UPDATE SET merged_into = excluded.merged_into, deleted = excluded.deleted, hash = 0,
                                           modified_at = excluded.modified_at"""
_NAMED = (
    ("r.email", "store_record r"),
    ("a.email", "store_alias a JOIN store_record r ON r.ref = a.ref"),
)
"""By which addresses a record is found, and where these are."""
_CANDIDATES = """SELECT {0[0]}, r.side, r.ref,
                        EXISTS (SELECT 1 FROM store_link l WHERE l.marketing = r.ref OR l.sales = r.ref)
                 FROM {0[1]} WHERE r.object = %s AND NOT r.deleted AND r.merged_into IS NULL AND {0[0]} IN ({{keys}})"""
_EMAILS = (
    "SELECT ref, email FROM store_record WHERE email IS NOT NULL AND ref IN ({keys})",
    "SELECT ref, email FROM store_alias WHERE ref IN ({keys})",
)
_MOST_MERGES = 250
"""Of one record, by HubSpot's own limit: https://knowledge.hubspot.com/records/merge-records"""


def mark_merged(records: Iterable[Record]) -> tuple[list[str], list[str]]:
    """Mark what is now part of these records, which are stored, and stored or linked itself; what nobody remembers is
    left out. Returns the records that were not marked so before, and the e-mails that they showed."""
    into = {
        str(Ref(record.ref.system, record.ref.object, old)): str(record.ref)
        for record in records
        for old in record.merged_from[-_MOST_MERGES:]
        if old != record.ref.id
    }
    known = dict[str, tuple[str | None, str | None]]()
    for column in ("marketing", "sales"):
        linked = rows_in(f"SELECT {column} FROM store_link WHERE {column} IN ({{keys}})", into)
        known |= {ref: (None, None) for (ref,) in linked}
    stored = rows_in("SELECT ref, merged_into, email FROM store_record WHERE ref IN ({keys})", into)
    known |= {ref: (merged_into, email) for ref, merged_into, email in stored}
    new = [ref for ref, (merged_into, _) in known.items() if merged_into != into[ref]]
    execute_many(_MARK, [(ref, True, into[ref]) for ref in new])
    return new, [email for ref in new if (email := known[ref][1])]


def save_emails(records: Mapping[str, Record]) -> None:
    """Remember the further e-mails of these records; what they have no longer is forgotten."""
    wanted = {(ref, email) for ref, record in records.items() for email in _further(record)}
    known = {
        row[1:]: row[0] for row in rows_in("SELECT id, ref, email FROM store_alias WHERE ref IN ({keys})", records)
    }
    execute_many("DELETE FROM store_alias WHERE id = %s", [(known[each],) for each in known.keys() - wanted])
    execute_many("INSERT INTO store_alias (ref, email) VALUES (%s, %s)", sorted(wanted - known.keys()))


def _further(record: Record) -> Iterable[str]:
    """A record that is gone is found by nothing."""
    is_there = not record.deleted and record.merged_into is None
    return [normal_email(email) for email in record.emails if len(email) <= 254] if is_there else ()


# -- who might be the same person --------------------------------------------------------------------------------------


def candidates(object_name: str, emails: Iterable[str]) -> dict[str, dict[Side, list[Candidate]]]:
    """By normalised e-mail, the live records of both sides that have it, as their first or as a further one."""
    emails = set(emails)
    named = {
        (email, side, ref, bool(linked))
        for place in _NAMED
        for email, side, ref, linked in rows_in(_CANDIDATES.format(place), emails, before=[object_name])
    }
    found: dict[str, dict[Side, list[Candidate]]] = defaultdict(lambda: {side: [] for side in Side})
    for email, side, ref, linked in sorted(named, key=lambda each: each[2]):
        found[email][Side(side)].append(Candidate(Ref.parse(ref), linked))
    return dict(found)


def emails(refs: Iterable[Ref]) -> dict[Ref, set[str]]:
    """The normalised e-mails of each record that has any, further ones included."""
    names = [str(ref) for ref in refs]
    found: dict[Ref, set[str]] = defaultdict(set)
    for sql in _EMAILS:
        for ref, email in rows_in(sql, names):
            found[Ref.parse(ref)].add(email)
    return dict(found)
