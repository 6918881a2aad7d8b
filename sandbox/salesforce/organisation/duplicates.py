"""Duplicate rules: a record that looks like another one is held back, with the records that it looks like.

Two records match by the same e-mail address, or by the same first name, last name and company. `alert` lets the record
pass where the caller sends `Sforce-Duplicate-Rule-Header: allowSave=true`; `block` never does.
https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_duplicaterules.htm
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.saving import Options, Save
from sandbox.salesforce.table import Row, Table

OBJECTS = ("Account", "Contact", "Lead")
MESSAGE = "Use one of these records?"
SHOWN = ("Id", "FirstName", "LastName", "Name", "Email", "Company", "AccountId", "Phone", "Website")
MATCHED = frozenset({"Email", "FirstName", "LastName", "Company", "AccountId", "Name", "Website"})


@dataclass(frozen=True, slots=True)
class DuplicateRule:
    """`against`: the objects among which it looks; `on_edit`: it runs on edits of a matched field too."""

    object: str
    name: str
    is_block: bool = False
    message: str = MESSAGE
    against: tuple[str, ...] = ()
    on_edit: bool = True

    def shown(self) -> dict[str, Any]:
        return {"object": self.object, "name": self.name, "mode": "block" if self.is_block else "alert",
                "message": self.message, "against": list(self.against), "edit": self.on_edit}  # fmt: skip


class DuplicatesDetected(Trouble):
    """As recorded: the body of a refused call tells the records, under a key that Salesforce misspells.

    A row of a collection has the message alone.
    """

    def __init__(self, rule: DuplicateRule, matches: dict[str, list[dict[str, Any]]]) -> None:
        super().__init__("DUPLICATES_DETECTED", rule.message)
        self.result = {
            "allowSave": not rule.is_block,
            "duplicateRule": rule.name,
            "duplicateRuleEntityType": rule.object,
            "errorMessage": rule.message,
            "matchResults": [_match_result(name, found) for name, found in matches.items()],
        }

    def as_call(self) -> list[dict[str, object]]:
        return [{"duplicateResut": self.result, "errorCode": self.code, "message": self.message}]


def _match_result(object_name: str, found: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "entityType": object_name,
        "errors": [],
        "matchEngine": "FuzzyMatchEngine",
        "matchRecords": [
            {"additionalInformation": [], "fieldDiffs": [], "matchConfidence": 100.0, "record": record}
            for record in found
        ],
        "rule": f"Standard_{object_name}_Match_Rule_v1_1",
        "size": len(found),
        "success": True,
    }


def check(save: Save) -> None:
    for rule in save.writer.state.settings.duplicates:
        if rule.object == save.table.kind.name and _concerns(rule, save):
            _check(rule, save)


def _concerns(rule: DuplicateRule, save: Save) -> bool:
    options = save.writer.options
    if save.writer.who is not None or (options.allow_duplicates and not rule.is_block):
        return False
    if save.before is None:
        return True
    before = save.before
    return rule.on_edit and any(save.row.get(name) != before.get(name) for name in MATCHED)


def _check(rule: DuplicateRule, save: Save) -> None:
    matches: dict[str, list[dict[str, Any]]] = {}
    for object_name in rule.against:
        table = save.writer.state.tables[object_name.lower()]
        rows = [row for row in alike(save, table) if table.shows(row)]
        if rows:
            matches[object_name] = [_record(table, row, save.writer.options) for row in rows]
    if matches:
        raise DuplicatesDetected(rule, matches)


def alike(save: Save, table: Table) -> list[Row]:
    """The live records of a table that match the one that is being saved."""
    own = save.table
    wanted = company_of(save, own, save.row)
    ids: dict[str, None] = {}
    email = table.field("Email")
    if email is not None and save.row.get("Email"):
        ids.update(dict.fromkeys(table.ids_with(email, save.row["Email"])))
    if (name := name_key(save.row)) is not None:
        named = table.watch("a person's name", name_key).ids(name)
        ids.update(
            dict.fromkeys(each for each in named if wanted and company_of(save, table, table.live[each]) == wanted)
        )
    rows = [table.live[record_id] for record_id in ids if record_id != save.row.get("Id")]
    return [row for row in rows if not row.get("IsConverted")]


def name_key(row: Row) -> Hashable | None:
    """First and last name of a person; an account's name alone."""
    if row.get("LastName"):
        return normal(row.get("FirstName", "")), normal(row["LastName"])
    return ("", normal(row["Name"])) if row.get("Name") else None


def company_of(save: Save, table: Table, row: Row) -> str:
    """The company of a lead, the name of a contact's account, an account's own name."""
    if table.kind.name == "Contact":
        row = save.writer.state.tables["account"].live.get(row.get("AccountId", ""), {})
    return normal(row.get("Company") or row.get("Name") or "")


def normal(text: str) -> str:
    """Text as it is matched: without case, accents, points and the forms of companies.

    >>> normal("Éditions Roux, S.A.R.L."), normal("editions  roux")
    ('editions roux', 'editions roux')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9 ]", "", plain).split()
    return " ".join(word for word in words if word not in FORMS) or " ".join(words)


FORMS = frozenset(("inc", "llc", "ltd", "limited", "corp", "corporation", "co", "gmbh", "ag", "sa", "sas", "sarl", "bv",
                   "plc", "spa", "srl"))  # fmt: skip


def _record(table: Table, row: Row, options: Options) -> dict[str, Any]:
    """A match: its id, and with `includeRecordDetails` its main fields."""
    kind = table.kind.name
    shown: dict[str, Any] = {"attributes": {"type": kind, "url": f"{options.base}/sobjects/{kind}/{row['Id']}"}}
    names = SHOWN if options.record_details else ("Id",)
    return shown | {name: row.get(name) for name in names if name == "Id" or table.field(name)}
