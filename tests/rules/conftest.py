"""A facts table in memory, as the store makes one, and a catalog of contacts to compile rules against."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from config.yaml_file import YamlFile, load_yaml
from crm.states import FieldState
from crm.values import FieldType
from rules.compile import CompiledRule, compile_condition, for_sqlite
from rules.conditions import Condition
from rules.facts import Catalog, ObjectFacts

STAGES = ("lead", "mql", "sql", "customer")
FIELDS = {
    "job_title": FieldType.TEXT,
    "email": FieldType.EMAIL,
    "phone": FieldType.PHONE,
    "country": FieldType.PICKLIST,
    "products": FieldType.MULTI,
    "employees": FieldType.NUMBER,
    "vip": FieldType.BOOL,
    "met_on": FieldType.DATE,
    "seen_at": FieldType.DATETIME,
}
COLUMNS = {FieldType.NUMBER: "DOUBLE PRECISION", FieldType.BOOL: "SMALLINT", FieldType.DATETIME: "BIGINT"}

Fact = tuple[Any, FieldState]


class Facts:
    """`facts_contact` in SQLite; what a contact does not name is blank."""

    def __init__(self) -> None:
        self.connection = sqlite3.connect(":memory:")
        columns = [f"f_{name} {COLUMNS.get(kind, 'TEXT')}, f_{name}__state SMALLINT" for name, kind in FIELDS.items()]
        self.connection.execute(
            "CREATE TABLE facts_contact (ref TEXT PRIMARY KEY, side TEXT, object_name TEXT, counted SMALLINT, "
            f"rep TEXT, stage TEXT, modified_at BIGINT, {', '.join(columns)})"
        )

    def add(
        self,
        ref: str,
        facts: Mapping[str, Fact] | None = None,
        *,
        rep: str | None = "rita",
        stage: str | None = None,
        counted: int = 1,
    ) -> None:
        cells: list[Any] = [ref, "sales", "Lead", counted, rep, stage, 0]
        for name in FIELDS:
            cells.extend((facts or {}).get(name, (None, FieldState.BLANK)))
        marks = ", ".join("?" * len(cells))
        self.connection.execute(f"INSERT INTO facts_contact VALUES ({marks})", cells)

    def failing(self, rule: CompiledRule, refs: Sequence[str] = ()) -> list[tuple[str, str | None, str]]:
        sql = rule.sql_for(len(refs)) if refs else rule.sql
        return sorted(self.connection.execute(for_sqlite(sql), (*rule.parameters, *refs)).fetchall())

    def meeting(self, condition: Mapping[str, Any], catalog: Catalog) -> set[str]:
        sql = compile_condition(Condition.model_validate(condition), "contact", catalog)
        query = f"SELECT ref FROM facts_contact WHERE {for_sqlite(sql.text)}"
        return {ref for (ref,) in self.connection.execute(query, sql.parameters)}


@pytest.fixture
def facts() -> Iterator[Facts]:
    table = Facts()
    yield table
    table.connection.close()


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return Catalog({"contact": ObjectFacts(FIELDS, STAGES)})


@pytest.fixture
def rule_file(tmp_path: Path) -> Callable[[str], YamlFile]:
    """Loads a rule file from text."""

    def load(text: str) -> YamlFile:
        path = tmp_path / "rules.yaml"
        path.write_text(text, encoding="utf-8")
        return load_yaml(path)

    return load


RULE: dict[str, Any] = {
    "id": "S01-role",
    "direction": "sales_to_marketing",
    "title": {"en": "Role", "fr": "Fonction"},
    "object": "contact",
    "responsible": "record_owner",
    "check": {"kind": "required", "fields": ["contact.job_title"]},
    "why": {"en": "Why", "fr": "Pourquoi"},
    "used_for": [{"what": {"en": "campaigns", "fr": "campagnes"}}],
    "fix": {"seconds": 5, "how": "one_click"},
}


@pytest.fixture
def a_rule() -> Callable[..., dict[str, Any]]:
    """The plain data of a small valid rule, with some keys written otherwise."""
    return lambda **keys: {**RULE, **keys}
