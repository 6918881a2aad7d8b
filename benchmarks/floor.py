"""The floor: what reading contacts into typed tables costs when one writes it by hand, for one portal and one mapping.

urllib3, msgspec and sqlite3, the same pages of the same properties, and the same columns as `config/mapping.yaml`
gives. It knows no change, touch, rep, cursor, retry or second system, and judges addresses and numbers by one pattern.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

import msgspec
import urllib3

from benchmarks.measure import measure

BLANK, PLACEHOLDER, INVALID, OK = range(4)
PLACEHOLDERS = {
    "n/a", "tbd", "xxx", "-", "--", ".", "?", "unknown", "not provided", "[not provided]", "inconnu", "inconnue",
    "non renseigné", "à compléter", "à définir",
}  # fmt: skip
EMAIL = re.compile(r"[\w.%+-]+@[\w-]+(\.[\w-]+)+")
PHONE = re.compile(r"\+?[\d .()/-]{8,20}")
STAGES = {
    "subscriber": "subscriber", "lead": "lead", "marketingqualifiedlead": "mql", "salesqualifiedlead": "sql",
    "customer": "customer",
}  # fmt: skip
Check = Callable[[str], object] | None
FIELDS: dict[str, tuple[str, Check]] = {
    "first_name": ("firstname", None),
    "last_name": ("lastname", None),
    "email": ("email", EMAIL.fullmatch),
    "phone": ("phone", PHONE.fullmatch),
    "mobile": ("mobilephone", PHONE.fullmatch),
    "job_title": ("jobtitle", None),
    "company": ("company", None),
    "website": ("website", None),
    "city": ("city", None),
    "country": ("country", None),
    "industry": ("industry", None),
    "lead_source": ("hs_analytics_source", None),
}
COLUMNS = list(FIELDS.values())
MORE = ["lifecyclestage", "entente_key", "lastmodifieddate", "hubspot_owner_id", "hs_merged_object_ids"]
TABLES = f"""
    CREATE TABLE record (ref TEXT PRIMARY KEY, owner TEXT, modified_at BIGINT, email TEXT, payload BLOB);
    CREATE INDEX record_email ON record (email);
    CREATE TABLE facts (ref TEXT PRIMARY KEY, side TEXT, object_name TEXT, owner TEXT, stage TEXT, modified_at BIGINT,
        {", ".join(f"f_{name} TEXT, f_{name}__state SMALLINT" for name in FIELDS)});
"""


class Contact(msgspec.Struct):
    """One record of a page."""

    id: str
    properties: dict[str, str | None]


class Next(msgspec.Struct):
    after: str


class Paging(msgspec.Struct):
    next: Next


class Listing(msgspec.Struct):
    """A page, its records still in their bytes."""

    results: list[msgspec.Raw]
    paging: Paging | None = None


def read(pool: urllib3.PoolManager, url: str, token: str, database: sqlite3.Connection) -> int:
    """Read all contacts, a transaction per page of 100; returns how many there were."""
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}
    listing, contact = msgspec.json.Decoder(Listing), msgspec.json.Decoder(Contact)
    names = ",".join([*(name for name, _ in COLUMNS), *MORE])
    into_record = "INSERT INTO record VALUES (?, ?, ?, ?, ?)"
    into_facts = f"INSERT INTO facts VALUES ({', '.join('?' * (6 + 2 * len(COLUMNS)))})"
    done, after = 0, "0"
    while after:
        query = urlencode({"limit": 100, "properties": names, "archived": "false", "after": after})
        page = listing.decode(pool.request("GET", f"{url}/crm/v3/objects/contacts?{query}", headers=headers).data)
        records, facts = [], []
        for raw in page.results:
            payload = bytes(raw)
            record, fact = rows(contact.decode(payload), payload)
            records.append(record)
            facts.append(fact)
        with database:
            database.execute("BEGIN IMMEDIATE")
            database.executemany(into_record, records)
            database.executemany(into_facts, facts)
        done += len(records)
        after = page.paging.next.after if page.paging else ""
    return done


def rows(contact: Contact, payload: bytes) -> tuple[tuple[object, ...], list[object]]:
    """What to store of one contact: its record and its facts."""
    properties = contact.properties
    ref = f"hubspot:contacts:{contact.id}"
    owner, email = properties.get("hubspot_owner_id"), properties.get("email")
    modified_at = int(datetime.fromisoformat(properties["lastmodifieddate"] or "").timestamp() * 1000)
    stage = STAGES.get(properties.get("lifecyclestage") or "")
    fact: list[object] = [ref, "marketing", "contacts", owner, stage, modified_at]
    for name, check in COLUMNS:
        value = properties.get(name)
        trimmed = value.strip() if value else ""
        if not trimmed:
            fact += (None, BLANK)
        elif trimmed.casefold() in PLACEHOLDERS:
            fact += (value, PLACEHOLDER)
        else:
            fact += (value, OK if check is None or check(trimmed) else INVALID)
    return (ref, owner, modified_at, email.strip().lower() if email else None, payload), fact


def main() -> None:
    """Measure one reading; connected and with its tables made before the clock starts."""
    url, token = os.environ["ENTENTE_HUBSPOT_URL"], os.environ["ENTENTE_HUBSPOT_TOKEN"]
    database = sqlite3.connect(Path(os.environ["ENTENTE_DATA_DIR"]) / "floor.sqlite3", isolation_level=None)
    database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;" + TABLES)
    pool = urllib3.PoolManager()
    pool.request("GET", f"{url}/account-info/v3/details", headers={"Authorization": f"Bearer {token}"})
    measure(lambda: read(pool, url, token, database))


if __name__ == "__main__":
    main()
