"""One table of conditions and records: SQL over the facts, SOQL and HubSpot's search find the same people."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from config.yaml_file import load_yaml
from crm.record import Record, Ref, Side
from rules.compile import compile_condition
from rules.conditions import Condition
from rules.previews import CannotPreview, Sight, soql_where
from rules.searches import hubspot_groups
from store.facts import Facts, Judge
from store.sql import execute, rows
from sync.mapping import Mapping, load_mapping
from tests.sandbox_client import SandboxClient
from wiring.catalog import Readable, readable, sight

PLACEHOLDERS = ("n/a", "-")
FIELDS: dict[str, tuple[str, str, str]] = {
    "name": ("lastname", "LastName", "text"),
    "job_title": ("jobtitle", "Title", "text"),
    "email": ("email", "Email", "email"),
    "phone": ("phone", "Phone", "phone"),
    "city": ("city", "City", "picklist"),
    "products": ("products", "Products__c", "multi"),
    "employees": ("staff", "NumberOfEmployees", "number"),
    "met_on": ("met_on", "Met_On__c", "date"),
    "seen_at": ("seen_at", "Seen_At__c", "datetime"),
}
STAGES = {
    "lead": "Open - Not Contacted",
    "marketingqualifiedlead": "Working - Contacted",
    "customer": "Closed - Converted",
}
MAPPING: dict[str, Any] = {
    "funnel": {
        "contact": [
            {"stage": stage, "marketing": {"lifecyclestage": word}, "sales": {"Lead": {"Status": status}}}
            for stage, (word, status) in zip(("lead", "mql", "customer"), STAGES.items(), strict=True)
        ]
    },
    "objects": {
        "contact": {
            "direction": "read_only",
            "marketing": "contacts",
            "sales": "Lead",
            "fields": {
                name: {"marketing": marketing, "sales": sales, "type": kind, "rule": "off"}
                for name, (marketing, sales, kind) in FIELDS.items()
            }
            | {"site": {"sales": "Website", "type": "text", "rule": "off"}},
        }
    },
}
NOON = datetime(2026, 9, 21, 12, tzinfo=UTC)
PEOPLE: dict[str, dict[str, Any]] = {
    "Full": {
        "job_title": "CEO", "email": "full@x.com", "phone": "+33612345678", "city": "Paris", "products": "CRM;ERP",
        "employees": 501, "met_on": "2026-03-29", "seen_at": NOON, "stage": "marketingqualifiedlead",
    },
    "Odd": {
        "job_title": "n/a", "email": "odd@x.com", "city": "O'Neil's", "products": "PIM", "employees": 0,
        "met_on": "2026-03-28", "seen_at": NOON.replace(day=20), "stage": "customer",
    },
    "Late": {"job_title": "CTO", "city": "-", "employees": 500, "seen_at": NOON.replace(hour=0), "stage": "lead"},
    "Blank": {"stage": "lead"},
}  # fmt: skip


def leaf(field: str, op: str, *value: Any) -> dict[str, Any]:
    return {"field": f"contact.{field}", "op": op, **({"value": value[0]} if value else {})}


CONDITIONS: list[tuple[dict[str, Any], str]] = [
    (leaf("job_title", "eq", "CEO"), "Full"),
    (leaf("job_title", "ne", "CEO"), "Odd Late Blank"),
    (leaf("job_title", "eq", "n/a"), ""),
    (leaf("job_title", "ne", "n/a"), "Full Odd Late Blank"),
    (leaf("job_title", "in", ["CEO", "CTO", "n/a"]), "Full Late"),
    (leaf("job_title", "not_in", ["CEO", "CTO"]), "Odd Blank"),
    (leaf("job_title", "is_set"), "Full Late"),
    (leaf("job_title", "is_blank"), "Odd Blank"),
    (leaf("email", "eq", "Full@X.com"), "Full"),
    (leaf("email", "is_blank"), "Late Blank"),
    (leaf("phone", "is_set"), "Full"),
    (leaf("phone", "is_blank"), "Odd Late Blank"),
    (leaf("city", "eq", "O'Neil's"), "Odd"),
    (leaf("city", "in", ["Paris", "O'Neil's"]), "Full Odd"),
    (leaf("city", "not_in", ["Paris"]), "Odd Late Blank"),
    (leaf("city", "is_set"), "Full Odd"),
    (leaf("products", "eq", "ERP"), "Full"),
    (leaf("products", "eq", "ER"), ""),
    (leaf("products", "in", ["PIM", "CRM"]), "Full Odd"),
    (leaf("products", "not_in", ["CRM", "ERP"]), "Odd Late Blank"),
    (leaf("products", "is_blank"), "Late Blank"),
    (leaf("employees", "gt", 500), "Full"),
    (leaf("employees", "gte", 500), "Full Late"),
    (leaf("employees", "lt", 500), "Odd"),
    (leaf("employees", "lte", 0), "Odd"),
    (leaf("employees", "eq", 0), "Odd"),
    (leaf("employees", "ne", 0), "Full Late Blank"),
    (leaf("met_on", "gte", date(2026, 3, 29)), "Full"),
    (leaf("met_on", "lt", date(2026, 3, 29)), "Odd"),
    (leaf("met_on", "eq", date(2026, 3, 28)), "Odd"),
    (leaf("seen_at", "eq", date(2026, 9, 21)), "Full Late"),
    (leaf("seen_at", "ne", date(2026, 9, 21)), "Odd Blank"),
    (leaf("seen_at", "gt", date(2026, 9, 20)), "Full Late"),
    (leaf("seen_at", "lte", date(2026, 9, 20)), "Odd"),
    (leaf("seen_at", "gt", NOON.replace(hour=1)), "Full"),
    (leaf("stage", "eq", "mql"), "Full"),
    (leaf("stage", "ne", "mql"), "Odd Late Blank"),
    (leaf("stage", "gte", "mql"), "Full Odd"),
    (leaf("stage", "lt", "mql"), "Late Blank"),
    (leaf("stage", "gt", "customer"), ""),
    (leaf("stage", "is_set"), "Full Odd Late Blank"),
    ({"not": leaf("employees", "gt", 500)}, "Odd Late Blank"),
    ({"not": {"not": leaf("job_title", "is_set")}}, "Full Late"),
    ({"all": [leaf("stage", "gte", "mql"), leaf("employees", "lt", 500)]}, "Odd"),
    ({"any": [leaf("city", "eq", "Paris"), leaf("stage", "eq", "lead")]}, "Full Late Blank"),
    ({"not": {"any": [leaf("city", "eq", "Paris"), leaf("employees", "is_blank")]}}, "Odd Late"),
    (
        {"all": [{"any": [leaf("stage", "eq", "lead"), leaf("city", "is_set")]}, leaf("email", "is_blank")]},
        "Late Blank",
    ),
]


class Three:
    """The same people in three places, each asked in its own language."""

    def __init__(self, sandbox: SandboxClient, directory: Path) -> None:
        path = directory / "mapping.yaml"
        path.write_text(json.dumps(MAPPING), encoding="utf-8")
        self.mapping: Mapping = load_mapping(load_yaml(path))
        self.readable: Readable = readable(self.mapping, load_yaml(path))
        self.sandbox = sandbox
        self._make_fields()
        facts = Facts(self.mapping, self.mapping.objects["contact"], Judge(frozenset(PLACEHOLDERS)))
        execute("DROP TABLE IF EXISTS facts_contact")
        facts.ensure()
        for name, about in PEOPLE.items():
            self._enter(facts, {"name": name, **about})

    def _make_fields(self) -> None:
        options = ["CRM", "ERP", "PIM"]
        labelled = [{"label": each, "value": each} for each in options]
        self.sandbox.admin("salesforce", "fields", object="Lead", fields=[
            {"name": "Products__c", "type": "multipicklist", "picklistValues": options},
            {"name": "Met_On__c", "type": "date"}, {"name": "Seen_At__c", "type": "datetime"},
        ])  # fmt: skip
        self.sandbox.admin("hubspot", "fields", object="contacts", fields=[
            {"name": "products", "type": "enumeration", "fieldType": "checkbox", "options": labelled},
            {"name": "staff", "type": "number"}, {"name": "met_on", "type": "date"},
            {"name": "seen_at", "type": "datetime"},
        ])  # fmt: skip

    def _enter(self, facts: Facts, about: dict[str, Any]) -> None:
        stage = about.pop("stage")
        wire = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in about.items()}
        hubspot = {FIELDS[name][0]: str(value) for name, value in wire.items()} | {"lifecyclestage": stage}
        lead = {FIELDS[name][1]: value for name, value in wire.items()} | {"Status": STAGES[stage], "Company": "Acme"}
        made = self.sandbox.hubspot("POST", "/crm/v3/objects/contacts", {"properties": hubspot})
        assert made.status == 201, made.data
        self.sandbox.admin("salesforce", "edit", object="Lead", fields=lead)
        shown = dict.fromkeys((sales for _, sales, _ in FIELDS.values()), None) | lead
        facts.save(Side.SALES, [Record(Ref("salesforce", "Lead", about["name"]), shown, None, NOON)], {})

    def look(self, side: Side, name: str) -> Sight:
        return sight(self.mapping, "contact", side, name, PLACEHOLDERS)

    def by_sql(self, condition: Condition) -> set[str]:
        sql = compile_condition(condition, "contact", self.readable.catalog)
        return {name for (name,) in rows(f"SELECT f_name FROM facts_contact WHERE {sql.text}", sql.parameters)}

    def by_soql(self, condition: Condition) -> set[str]:
        soql = f"SELECT LastName FROM Lead WHERE {soql_where(condition, self.look(Side.SALES, 'Lead'))}"
        answer = self.sandbox.pool.request(
            "GET", f"{self.sandbox.salesforce_url}/services/data/v66.0/query", fields={"q": soql},
            headers={"Authorization": "Bearer 00Dtoken"},
        )  # fmt: skip
        assert answer.status == 200, (soql, answer.data)
        return {each["LastName"] for each in answer.json()["records"]}

    def by_search(self, condition: Condition) -> set[str]:
        groups = hubspot_groups(condition, self.look(Side.MARKETING, "contacts"))
        body = {"filterGroups": groups, "properties": ["lastname"], "limit": 100}
        answer = self.sandbox.hubspot("POST", "/crm/v3/objects/contacts/search", body)
        assert answer.status == 200, (groups, answer.data)
        return {each["properties"]["lastname"] for each in answer.json()["results"]}


@pytest.fixture
def three(sandbox: SandboxClient, db: None, tmp_path: Path) -> Three:
    return Three(sandbox, tmp_path)


def test_sql_soql_and_search_find_the_same_people(three: Three) -> None:
    for written, names in CONDITIONS:
        condition = Condition.model_validate(written)

        found = three.by_sql(condition), three.by_soql(condition), three.by_search(condition)

        assert found == (set(names.split()),) * 3, written


def test_what_a_system_cannot_be_asked_is_said(three: Three) -> None:
    marketing, sales = three.look(Side.MARKETING, "contacts"), three.look(Side.SALES, "Lead")
    site = Condition.model_validate(leaf("site", "is_set"))
    many = Condition.model_validate({"any": [leaf("name", "eq", str(each)) for each in range(6)]})

    assert hubspot_groups(site, marketing) == [
        {"filters": [{"propertyName": "hs_object_id", "operator": "NOT_HAS_PROPERTY"}]}
    ]
    with pytest.raises(CannotPreview, match="5 groups of 6 filters at most"):
        hubspot_groups(many, marketing)
    for written, message in [
        (leaf("stage", "changed_to", "mql"), "cannot ask for what changed"),
        ({"field": "account.industry", "op": "is_set"}, "cannot ask for fields of account"),
        (leaf("nope", "is_set"), "contact.nope is not mapped"),
        (leaf("phone", "eq", "+33612345678"), "only whether it is filled"),
        (leaf("stage", "eq", "sql"), "unknown stage sql"),
    ]:
        with pytest.raises(CannotPreview, match=message):
            soql_where(Condition.model_validate(written), sales)
