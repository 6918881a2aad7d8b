"""9,240 real marketing leads cross from HubSpot to Salesforce: every field arrives, and the counting agrees."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from config.yaml_file import load_yaml
from sync.mapping import FieldMap, load_mapping
from tests.entente import SHARED, Entente
from tests.sandbox_client import SandboxClient

LEADS = SHARED / "data" / "leads" / "Leads.csv"
CONFIG = Path(__file__).parent

pytestmark = pytest.mark.skipif(not LEADS.exists(), reason=f"the real leads are not here: {LEADS}")


@pytest.fixture
def fields() -> dict[str, FieldMap]:
    """The mapped fields by their column in the file, in the file's order; last name and company are no columns."""
    mapping = load_mapping(load_yaml(CONFIG / "mapping.yaml"))
    mapped = [each for each in mapping.objects["contact"].fields.values() if each.name not in ("last_name", "company")]
    with LEADS.open(encoding="utf-8", newline="") as file:
        columns = [column for column in next(csv.reader(file)) if column]
    return dict(zip(columns, mapped, strict=True))


def test_every_lead_arrives_in_every_field_and_stays(
    sandbox: SandboxClient, tmp_path: Path, fields: dict[str, FieldMap]
) -> None:
    """Mark's leads become Salesforce leads, field by field; a second sync writes nothing; reports count as the file."""
    people = list(_people())
    _make_fields(sandbox, fields)
    _load(sandbox, people, fields)
    entente = Entente.on(sandbox, tmp_path, CONFIG_DIR=str(CONFIG))
    assert entente.run("setup", "--yes").returncode == 0

    first = entente.json("sync")

    assert first["created"] == {"marketing": 0, "sales": len(people)}
    assert (first["linked"], first["conflicts"], first["held"], first["dead"]) == (len(people), 0, 0, 0)
    leads = {
        lead["X_prospect_id__c"]: lead for lead in sandbox.look("salesforce", "state", object="Lead")["Lead"].values()
    }
    assert len(leads) == len(people) == 9240
    differing = [
        (person["Prospect ID"], column)
        for person in people
        for column, field in fields.items()
        if not _arrived(person[column], leads[person["Prospect ID"]].get(field.sales["Lead"]))
    ]
    assert differing == []
    assert all(lead["LastName"] == name and lead["Company"] for name, lead in leads.items())

    written = [sandbox.look(system, "writes")["count"] for system in ("hubspot", "salesforce")]
    second = entente.json("sync")

    assert (second["created"], second["updated"]) == ({"marketing": 0, "sales": 0}, {"marketing": 0, "sales": 0})
    assert [sandbox.look(system, "writes")["count"] for system in ("hubspot", "salesforce")] == written
    assert _reported(entente) == _audited(entente, fields)


def _people() -> Iterator[dict[str, str]]:
    with LEADS.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _make_fields(sandbox: SandboxClient, fields: dict[str, FieldMap]) -> None:
    sandbox.admin(
        "hubspot",
        "fields",
        object="contacts",
        fields=[
            {
                "name": field.marketing["contacts"],
                "label": column,
                "type": "number" if field.type == "number" else "string",
            }
            for column, field in fields.items()
        ],
    )
    sandbox.admin(
        "salesforce",
        "fields",
        object="Lead",
        fields=[
            {"name": field.sales["Lead"], "label": column, "type": "double" if field.type == "number" else "string"}
            for column, field in fields.items()
        ],
    )


def _load(sandbox: SandboxClient, people: list[dict[str, str]], fields: dict[str, FieldMap]) -> None:
    """Create the people in HubSpot, 100 a call. Salesforce demands a last name and a company, which leads lack."""
    inputs = [
        {
            "properties": {field.marketing["contacts"]: person[column] for column, field in fields.items()}
            | {"lastname": person["Prospect ID"], "company": person["Lead Number"]}
        }
        for person in people
    ]
    remaining = iter(inputs)
    while batch := list(islice(remaining, 100)):
        answer = sandbox.hubspot("POST", "/crm/v3/objects/contacts/batch/create", {"inputs": batch})
        assert answer.status == 201, answer.data


def _arrived(text: str, shown: Any) -> bool:
    """Whether Salesforce shows what the file says: a blank as null, a number as a number, text as it is."""
    if not text.strip():
        return shown is None
    return float(text) == shown if isinstance(shown, int | float) else text.strip() == shown


def _reported(entente: Entente) -> dict[str, tuple[int, int, int, float]]:
    report = entente.json("report", "completeness")
    return {
        row["field"]: (row["filled"], row["blank"], row["placeholder"], row["completeness"])
        for row in report["fields"]
        if row["field"] not in ("last_name", "company")
    }


def _audited(entente: Entente, fields: dict[str, FieldMap]) -> dict[str, tuple[int, int, int, float]]:
    audit = entente.json("audit", "--input", str(LEADS), "--placeholders", "Select")
    assert (audit["records"], audit["completeness"]) == (9240, 84.0824)
    return {
        fields[row["field"]].name: (row["filled"], row["blank"], row["placeholder"], row["completeness"])
        for row in audit["fields"]
    }
