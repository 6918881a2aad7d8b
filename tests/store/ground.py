"""Facts of people, companies, deals and what reps did, as the store keeps them, and rules asked of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from config.yaml_file import YamlFile, load_yaml
from crm.record import Record, Ref, Side, Wire
from rules.compile import CompiledRule, Query, reads_of
from rules.language import RuleSet
from store import models
from store.facts import Facts, Judge
from store.sql import milliseconds, rows
from sync.mapping import load_mapping
from wiring.catalog import Readable, read_rules, readable

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HUBSPOT, SALESFORCE = "hubspot", "salesforce"


def both(marketing: str, sales: Any, kind: str, **more: Any) -> dict[str, Any]:
    return {"marketing": marketing, "sales": sales, "type": kind, "rule": "off", **more}


MAPPING: dict[str, Any] = {
    "names": {
        "msql": "contact",
        "lead": "contact",
        "account": "company",
        "meeting": {"object": "activity", "kind": "meeting"},
    },
    "events": {
        "msql.assigned": {"at": "owner"},
        "call": {"object": "activity", "kind": "call", "at": ["occurred_at", "made_at"], "human": True},
        "mass_mail": {"object": "activity", "kind": "call", "at": "made_at", "human": False},
        "rejected": {"at": "stage", "when": {"field": "msql.stage", "op": "eq", "value": "rejected"}, "human": True},
        "meeting.ended": {"at": "ended"},
        "alignment.held": {"object": "activity", "kind": "meeting", "at": "ended"},
    },
    "funnel": {
        "contact": [
            {"stage": each, "marketing": {"lifecyclestage": each}, "sales": {"Lead": {"Status": each}}}
            for each in ("lead", "mql", "rejected", "sql")
        ],
        "opportunity": [
            {"stage": each, "sales": {"Opportunity": {"StageName": each}}} for each in ("discovery", "proposal", "lost")
        ],
    },
    "objects": {
        "contact": {
            "direction": "read_only",
            "marketing": "contacts",
            "sales": ["Lead", "Contact"],
            "fields": {
                "email": both("email", "Email", "email"),
                "last_name": both("lastname", "LastName", "text"),
                "phone": both("phone", "Phone", "phone"),
                "job_role": both("jobtitle", "Title", "text"),
                "basis": both("basis", "Basis__c", "picklist"),
                "proof": both("proof", "Proof__c", "text"),
                "account": both("associatedcompanyid", {"Contact": "AccountId"}, "reference", to="company"),
            },
        },
        "company": {
            "direction": "read_only",
            "marketing": "companies",
            "sales": "Account",
            "fields": {
                "industry": both("industry", "Industry", "text"),
                "employees": both("employees", "Employees", "number"),
                "key_contact": both("key", "Key__c", "text"),
            },
        },
        "opportunity": {
            "direction": "read_only",
            "sales": "Opportunity",
            "fields": {
                "amount": {"sales": "Amount", "type": "number"},
                "account": {"sales": "AccountId", "type": "reference", "to": "company"},
            },
        },
        "contact_roles": {
            "direction": "read_only",
            "sales": "OpportunityContactRole",
            "fields": {
                "opportunity": {"sales": "OpportunityId", "type": "reference", "to": "opportunity"},
                "contact": {"sales": "ContactId", "type": "reference", "to": "contact"},
                "role": {"sales": "Role", "type": "picklist"},
            },
        },
        "activity": {
            "direction": "read_only",
            "marketing": ["calls", "meetings"],
            "sales": ["Task", "Event"],
            "scope": {"marketing": "all", "sales": "all"},
            "kinds": {
                "call": {"marketing": "calls", "sales": "Task"},
                "meeting": {"marketing": "meetings", "sales": "Event"},
            },
            "fields": {
                "contacts": both("associations.contacts", "WhoIds", "references", to="contact"),
                "subject": both("subject", "Subject", "text"),
                "occurred_at": both("hs_timestamp", "Occurred__c", "datetime"),
                "made_at": both("made", "CreatedDate", "datetime"),
                "ended": both("ended", "EndDateTime", "datetime"),
            },
        },
    },
}
RULE: dict[str, Any] = {
    "id": "S01",
    "direction": "sales_to_marketing",
    "title": {"en": "Title", "fr": "Titre"},
    "object": "contact",
    "responsible": "record_owner",
    "why": {"en": "Why", "fr": "Pourquoi"},
    "used_for": [{"what": {"en": "campaigns", "fr": "campagnes"}}],
    "fix": {"seconds": 5, "how": "one_click"},
}


class Ground:
    """The facts tables of a mapping, for one rule; Rita (005R) owns what nobody else does."""

    def __init__(self, directory: Path, **rule: Any) -> None:
        self.directory = directory
        mapping_file = self._file("mapping.yaml", MAPPING)
        self.mapping = load_mapping(mapping_file)
        self.readable: Readable = readable(self.mapping, mapping_file)
        self.rules, self.rule = self.read(**rule)
        judge = Judge(frozenset({"n/a"}), "FR")
        reads = reads_of([self.rule])
        self.facts = {name: Facts(self.mapping, each, judge, reads) for name, each in self.mapping.objects.items()}
        for facts in self.facts.values():
            facts.ensure()
        self._objects = {
            native: name
            for name, each in self.mapping.objects.items()
            for side in Side
            for native in each.object_names(side)
        }

    def _file(self, name: str, data: Mapping[str, Any]) -> YamlFile:
        path = self.directory / name
        path.write_text(json.dumps(data, indent=1, default=str), encoding="utf-8")
        return load_yaml(path)

    def read(self, **rule: Any) -> tuple[RuleSet, CompiledRule]:
        """A rule with some keys written otherwise, compiled. Raises ConfigError with the rule file's lines."""
        document = self._file("rules.yaml", {"version": 1, "rules": [{**RULE, **rule}]})
        rules, (compiled,) = read_rules(document, self.readable)
        return rules, compiled

    def live(self) -> None:
        """Everything was read once: what comes now is new."""
        for facts in self.facts.values():
            facts.go_live()

    def save(self, ref: str, at: datetime = NOW - 10 * DAY, /, owner: str | None = "005R", **fields: Wire) -> str:
        """A record as its system shows it at a time; `ref` without the system, which is told by the object."""
        native, _, record_id = ref.partition(":")
        facts = self.facts[self._objects[native]]
        is_marketing = native in self.mapping.objects[facts.name].marketing
        side, system = (Side.MARKETING, HUBSPOT) if is_marketing else (Side.SALES, SALESFORCE)
        shown = {**dict.fromkeys(self.mapping.objects[facts.name].fields_on(side, native)), **fields}
        record = Record(Ref(system, native, record_id), shown, owner, at)
        facts.save(side, [record], {"005R": "rita", "005B": "bob"})
        facts.settle([record.ref])
        return str(record.ref)

    def link(self, object_name: str, marketing: str, sales: str) -> None:
        """Two records are one."""
        models.Link.objects.create(object=object_name, marketing=marketing, sales=sales)
        self.facts[object_name].settle([Ref.parse(marketing)])

    def ask(self, query: Query | None = None, now: datetime = NOW) -> list[tuple[Any, ...]]:
        """What the rule, or another of its questions, gives; records by their ids."""
        query = query or self.rule
        found = rows(query.sql, query.parameters_at(milliseconds(now)))
        return sorted((Ref.parse(ref).id, *rest) for ref, *rest in found)

    def failing(self, now: datetime = NOW) -> dict[str, str]:
        """By id of a record that fails, what it lacks."""
        return {ref: missing for ref, _, missing in self.ask(now=now)}

    def episodes(self, now: datetime = NOW) -> list[tuple[Any, ...]]:
        """Record, start, met and by what."""
        return [(ref, _at(start), _at(met), by) for ref, _, _, start, met, by in self.ask(now=now)]

    def changed(self, object_name: str) -> set[str]:
        """Records that the rules will look at next; afterwards they have seen them."""
        found = self.facts[object_name].changed(100)
        self.facts[object_name].unchanged(found)
        return {Ref.parse(ref).id for ref in found}

    def column(self, object_name: str, name: str) -> dict[str, Any]:
        return {Ref.parse(ref).id: value for ref, value in rows(f'SELECT ref, "{name}" FROM "facts_{object_name}"')}


def _at(milliseconds_: int | None) -> datetime | None:
    return None if milliseconds_ is None else datetime.fromtimestamp(milliseconds_ / 1000, UTC)
