"""`entente gates` against the sandbox's Salesforce: what it deploys refuses a rep's write, and goes without a trace."""

from __future__ import annotations

import copy
import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import wiring
from cli import app
from config.environment import Environment
from config.yaml_file import ConfigError
from crm.record import Side
from store import models
from store.sql import rows
from tests.commands.test_setup import as_metadata
from tests.entente import ROOT, Entente
from tests.sandbox.salesforce_helper import Http, metadata_client
from tests.sandbox_client import SandboxClient
from wiring import gates
from wiring.gates import Gates
from wiring.service import Service

TITLE = {"en": "Role and industry of a person you work on", "fr": "Fonction et secteur d'une personne suivie"}
WHY = {"en": "Without them marketing sends the wrong story.", "fr": "Sans eux, le marketing se trompe de message."}
GATE: dict[str, Any] = {
    "id": "S01-role-industry", "direction": "sales_to_marketing", "title": TITLE, "object": "contact",
    "applies_when": {"field": "contact.stage", "op": "gte", "value": "mql"}, "responsible": "record_owner",
    "check": {
        "kind": "required", "fields": ["contact.job_title", "contact.industry"],
        "unknown_ok": {"value": "unknown_asked", "counts_as": "met"},
    },
    "exempt": [{"when": {"field": "contact.country", "op": "eq", "value": "Iceland"}, "reason": "too few"}],
    "why": WHY, "used_for": [{"what": {"en": "campaigns", "fr": "campagnes"}, "last_used": "2026-11-01"}],
    "gives_back": {"text": {"en": "Better content", "fr": "De meilleurs contenus"}},
    "enforcement": {"level": "gate", "gate": {
        "transition": "contact.stage -> mql", "backend": "salesforce_validation_rule", "override": "rep_with_reason"}},
    "fix": {"seconds": 5, "how": "one_click"}, "agreed_by": ["sales", "marketing"],
}  # fmt: skip
OWED: dict[str, Any] = {
    **GATE, "id": "M01-source", "direction": "marketing_to_sales", "responsible": "marketing_team",
    "enforcement": {"level": "remind"}, "check": {"kind": "required", "fields": ["contact.lead_source"]},
}  # fmt: skip
WORKING = {"Status": "Working - Contacted"}
WHOLE = {"Title": "Buyer", "Industry": "Energy"}
NAME = "Entente_S01_role_industry"


class Org:
    """An organisation whose rules are written by a test, with Rita, who is a rep there."""

    def __init__(self, sandbox: SandboxClient, directory: Path, settings: Environment) -> None:
        self.sandbox, self.directory, self.settings, self.http = sandbox, directory, settings, Http(sandbox)
        shutil.copy(ROOT / "config" / "mapping.yaml", directory / "mapping.yaml")
        self.rules(GATE)
        self.rita = self.http.create(
            "User", Username="rita@acme.example", LastName="Rita", Email="rita@acme.example", Alias="rita",
            IsActive=True, TimeZoneSidKey="Europe/Paris", LocaleSidKey="en_GB", EmailEncodingKey="UTF-8",
            LanguageLocaleKey="en_US", ProfileId="00e8d0000000001AAA",
        )  # fmt: skip

    def rules(self, *rules: dict[str, Any], **about: Any) -> None:
        text = json.dumps({"version": 1, "placeholders": ["n/a"], **about, "rules": [*rules, OWED]}, indent=1)
        (self.directory / "rules.yaml").write_text(text, encoding="utf-8")

    def writes(self, **fields: Any) -> str:
        """Rita moves a lead on, with these fields; what Salesforce says to it, or nothing."""
        lead = self.http.lead(**{**fields, "Status": "Open - Not Contacted"})
        body = {"object": "Lead", "id": lead, "fields": WORKING, "by": self.rita}
        answer = self.sandbox.pool.request("POST", f"{self.sandbox.salesforce_url}/_sandbox/edit", json=body)
        return "" if answer.status == 200 else str(answer.json()["error"])

    def setup(self) -> set[tuple[str, str]]:
        """What is set up in the organisation beside its records."""
        tables = {"CustomPermission": "DeveloperName", "PermissionSet": "Name", "PermissionSetAssignment": "AssigneeId"}
        rules = self.http.query("SELECT ValidationName FROM ValidationRule", "tooling/query")["records"]
        rows = [(name, row[key]) for name, key in tables.items()
                for row in self.http.query(f"SELECT {key} FROM {name}")["records"]]  # fmt: skip
        return {*rows, *(("ValidationRule", each["ValidationName"]) for each in rules)}


@pytest.fixture
def org(db: None, sandbox: SandboxClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Org:
    settings = Environment.model_validate(
        {
            "data_dir": tmp_path, "config_dir": tmp_path, "hubspot_url": sandbox.hubspot_url,
            "hubspot_token": "pat-otto", "salesforce_url": sandbox.salesforce_url, "salesforce_client_id": "otto",
            "salesforce_client_secret": "secret",
        }
    )  # fmt: skip
    real = wiring.build
    monkeypatch.setattr(wiring, "build", lambda *_, **__: real(settings))
    for name in ("ENTENTE_ADMIN_HUBSPOT_TOKEN", "ENTENTE_ADMIN_SALESFORCE_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return Org(sandbox, tmp_path, settings)


@pytest.fixture
def ready(org: Org) -> Iterator[Org]:
    """After `entente setup`; the sandbox's clock hurries, so that no deployment is waited for."""
    assert run("setup", "--yes").exit_code == 0
    is_over = threading.Event()

    def hurry() -> None:
        while not is_over.wait(0.2):
            org.sandbox.admin("salesforce", "clock", advance=5)

    thread = threading.Thread(target=hurry)
    thread.start()
    yield org
    is_over.set()
    thread.join()


def run(*arguments: str, stdin: str = "") -> Any:
    return CliRunner().invoke(app, arguments, input=stdin, catch_exceptions=False)


def test_a_plan_says_what_would_be_refused_and_writes_nothing(ready: Org) -> None:
    for fields in ({}, {"Title": "N/A", "Industry": "Energy"}, WHOLE, {"Country": "Iceland"}):
        ready.http.lead(**fields)
    before = ready.setup()

    done = run("gates", "plan")

    said = " ".join(done.stdout.split())
    assert f"validation rule Lead.{NAME}, not deployed" in said
    assert f"message {TITLE['en']}: {WHY['en']}" in said
    assert "would refuse 2 open records" in said
    assert "Lead conversion passes them by" in said
    assert "Salesforce takes every formula; nothing was written" in said
    assert ready.setup() == before


def test_a_deployed_gate_refuses_a_rep_with_the_rules_words_and_lets_integrations_pass(ready: Org) -> None:
    before = ready.setup()
    assert run("gates", "deploy", "--yes").exit_code == 0

    refused = ready.writes(Title="Buyer")
    ours = ready.http.lead(**WORKING)

    assert f"{TITLE['en']}: {WHY['en']}" in refused
    assert ready.writes(**WHOLE) == ""
    assert ready.writes(Title="Buyer", Industry="Energy", Entente_Asked__c="") == ""
    assert ready.writes(Title="Buyer", Entente_Asked__c="budget; industry") == "", "asked, and not known"
    assert ready.writes(Entente_Override__c="met at a fair, card lost") == "", "for a reason"
    assert ready.writes(Country="Iceland") == "", "exempt"
    assert WHY["en"] in ready.writes(Title="n/a", Industry="Energy"), "a placeholder fills nothing"
    assert ready.http.read("Lead", ours)["Status"] == WORKING["Status"], "the sync is not stopped"
    again = run("gates", "deploy", "--yes")
    assert "deployed\n" in again.stdout
    removed = run("gates", "remove", "--yes")
    assert f"Lead.{NAME}" in removed.stdout
    assert ready.setup() == before
    assert ready.writes() == ""


def test_what_was_there_before_stays_when_the_gates_go(ready: Org) -> None:
    """The company has the permission already, and gave it to Rita's colleague."""
    ready.http.create("CustomPermission", DeveloperName="Entente_Bypass", MasterLabel="Ours")
    set_id = ready.http.create("PermissionSet", Name="Entente_Bypass", Label="Ours")
    ready.http.create("PermissionSetAssignment", AssigneeId=ready.rita, PermissionSetId=set_id)
    before = ready.setup()

    run("gates", "deploy", "--yes")
    run("gates", "remove", "--yes")

    assert ready.setup() == before


def test_drift_is_told_and_mended(ready: Org) -> None:
    run("gates", "deploy", "--yes")
    rule = ready.http.query("SELECT Id FROM ValidationRule", "tooling/query")["records"][0]["Id"]
    path = f"tooling/sobjects/ValidationRule/{rule}"
    metadata = ready.http("GET", path).json()["Metadata"]
    ready.http("PATCH", path, {"Metadata": {**metadata, "active": False}})

    assert "DRIFT" in run("gates", "plan").stdout
    run("gates", "deploy", "--yes")

    assert "deployed\n" in run("gates", "plan").stdout
    assert WHY["en"] in ready.writes()


def test_a_rule_that_is_no_gate_any_more_is_taken_away(ready: Org) -> None:
    run("gates", "deploy", "--yes")
    ready.rules({**GATE, "enforcement": {"level": "remind"}})

    assert "no gate any more" in run("gates", "plan").stdout
    run("gates", "deploy", "--yes")

    assert ("ValidationRule", NAME) not in ready.setup()


def test_a_rule_of_our_name_that_somebody_else_made_is_not_overwritten(ready: Org) -> None:
    metadata = {"active": True, "errorConditionFormula": "ISBLANK(Phone)", "errorMessage": "Phone"}
    ready.http("POST", "tooling/sobjects/ValidationRule", {"FullName": f"Lead.{NAME}", "Metadata": metadata})

    with pytest.raises(ConfigError, match=r"rules\.yaml, line \d+: .*another validation rule"):
        run("gates", "deploy", "--yes")


def test_a_formula_that_salesforce_refuses_is_told_by_rule_and_line_before_anything_is_written(ready: Org) -> None:
    """Title is text again since it was described: a formula may not ask it as a picklist."""
    good = copy.deepcopy({**GATE, "id": "S00-industry"})
    good["check"]["fields"] = ["contact.industry"]
    ready.rules(good, GATE)
    run("gates", "plan")
    before = ready.setup()
    described = models.Known.objects.get(key="schema.sales.Lead")
    next(each for each in described.value if each["name"] == "Title")["type"] = "picklist"
    described.save()

    with pytest.raises(ConfigError) as refused:
        run("gates", "deploy", "--yes")

    assert "rules[S01-role-industry]" in str(refused.value)
    assert f"Salesforce refuses Lead.{NAME}" in str(refused.value)
    assert "S00" not in str(refused.value)
    assert ready.setup() == before


def test_without_the_setup_a_gate_says_what_to_run(org: Org) -> None:
    """As a user starts it: in a process of its own."""
    done = Entente.on(org.sandbox, org.directory, CONFIG_DIR=str(org.directory)).run("gates", "plan")

    assert done.returncode == 1
    assert done.stderr.startswith("entente: salesforce Contact has no fields Entente_Asked__c and Entente_Override__c")
    assert "run `entente setup`" in done.stderr


def test_the_message_speaks_the_language_of_the_organisation(ready: Org) -> None:
    organization = ready.http.query("SELECT Id FROM Organization")["records"][0]["Id"]
    ready.http("PATCH", f"sobjects/Organization/{organization}", {"LanguageLocaleKey": "fr"})

    assert WHY["fr"] in run("gates", "plan").stdout


def test_an_obeying_conversion_is_told(ready: Org) -> None:
    ready.sandbox.admin("salesforce", "conversion", validate=True)

    assert "Lead conversion obeys these rules" in run("gates", "plan").stdout


def test_the_exported_source_deploys(ready: Org, tmp_path: Path) -> None:
    done = run("gates", "plan", "--export", str(tmp_path / "source"))

    assert "manifest/gates.xml" in done.stdout
    ready.sandbox.admin("salesforce", "clock", set="2026-03-01T08:00:00Z")
    salesforce = metadata_client(ready.sandbox)
    asked = salesforce.deploy(as_metadata(tmp_path / "source", "gates.xml"), sandbox=False)
    ready.sandbox.admin("salesforce", "clock", advance=10)
    state = salesforce.checkDeployStatus(asked["asyncId"])
    assert state["state"] == "Succeeded", state
    assert ("ValidationRule", NAME) in ready.setup()


def test_steps_by_hand_are_told_for_gates_that_live_elsewhere(ready: Org) -> None:
    hubspot, advice, held = (copy.deepcopy(GATE) for _ in range(3))
    for rule, backend in ((hubspot, "hubspot_conditional_property"), (advice, "advice_only"), (held, "sync_hold")):
        rule["id"] = f"S-{backend}".replace("_", "-")
        rule["enforcement"]["gate"]["backend"] = backend
    ready.rules(hubspot, advice, held)

    said = run("gates", "plan").stdout

    assert "Controlling property and option: lifecyclestage = marketingqualifiedlead" in said
    assert "Dependent properties: jobtitle, industry, each required" in said
    assert "held by the sync itself" in said


CHECKS: dict[str, dict[str, Any]] = {
    "title": {"check": {"kind": "required", "fields": ["contact.job_title"]}},
    "long": {"check": {"kind": "required", "fields": ["contact.job_title"], "min_chars": 6}},
    "industry": {"check": {"kind": "required", "fields": ["contact.industry"]}},
    "either": {"check": {"kind": "required", "fields": ["contact.phone", "contact.mobile"], "mode": "any"}},
    "size": {"check": {"kind": "required", "fields": ["contact.staff"]}},
}  # fmt: skip
CONDITIONS: dict[str, Any] = {
    "eq": {"field": "contact.country", "op": "eq", "value": "France"},
    "ne": {"field": "contact.country", "op": "ne", "value": "France"},
    "in": {"field": "contact.industry", "op": "in", "value": ["Energy", "Retail"]},
    "picklist": {"field": "contact.industry", "op": "is_blank"},
    "gt": {"field": "contact.staff", "op": "gt", "value": 500},
    "not_lte": {"not": {"field": "contact.staff", "op": "lte", "value": 500}},
    "bool": {"field": "contact.opt_out", "op": "eq", "value": True},
    "any": {"any": [
        {"field": "contact.country", "op": "is_set"}, {"field": "contact.staff", "op": "eq", "value": 7}]},
}  # fmt: skip
PEOPLE: list[dict[str, Any]] = [
    {},
    {"Title": "n/a", "Country": "N/A", "Industry": "Energy", "NumberOfEmployees": 500},
    {"Title": "Buyer", "Country": "France", "Phone": "+33 1 23 45 67 89", "NumberOfEmployees": 501},
    {"Title": "Head of sales", "Country": "france", "MobilePhone": "+33 6 12 34 56 78", "Email": "ann@x.com"},
    {"Title": "  CFO  ", "Industry": "Retail", "NumberOfEmployees": 7, "HasOptedOutOfEmail": True},
    {"Title": 'O\'Neil "x"', "Country": "Chile", "Industry": "Energy", "NumberOfEmployees": 0, "Phone": "n/a"},
]


def test_the_formula_the_count_and_our_own_sql_agree_about_every_record(ready: Org) -> None:
    """One table: each check, and one check under each condition, times each person."""
    mobile = {"kind": "required", "fields": ["contact.mobile"]}
    table = CHECKS | {name: {"check": mobile, "applies_when": each} for name, each in CONDITIONS.items()}
    mapping = ready.directory / "mapping.yaml"
    line = "      staff: {marketing: numemployees, sales: {Lead: NumberOfEmployees}, type: number, rule: 'off'}\n"
    text = mapping.read_text(encoding="utf-8").replace("      first_name:", f"{line}      first_name:", 1)
    mapping.write_text(text, encoding="utf-8")
    rules = [_shared_gate(name, **about) for name, about in table.items()]
    ready.rules(*rules, budget={"gates_per_transition": len(rules)})
    leads = [ready.http.lead(**each, Status="Open - Not Contacted") for each in PEOPLE]
    service = wiring.build()
    service.engine.pull()
    run("gates", "deploy", "--yes")
    ours = ready.http.query("SELECT Id FROM PermissionSetAssignment WHERE PermissionSet.Name = 'Entente_Bypass'")
    for row in ours["records"]:
        ready.http("DELETE", f"sobjects/PermissionSetAssignment/{row['Id']}")

    refused = {lead: _refused_by(ready, lead) for lead in leads}

    counts = {each.made.rule: (each.refuses, each.made.is_least) for each in planned(service).planned}
    for name in table:
        compiled = service.configuration.gates[name]
        lacking = {ref.rpartition(":")[2] for ref, *_ in rows(compiled.sql, compiled.parameters)}
        assert {lead for lead in leads if name in refused[lead]} == lacking, name
        assert 0 < len(lacking) < len(leads), name
        number, is_least = counts[name]
        assert number == len(lacking) or (is_least and number is not None and number <= len(lacking)), name


def _shared_gate(name: str, *, check: dict[str, Any], **about: Any) -> dict[str, Any]:
    """A gate that says its own name as the reason."""
    kept = {key: value for key, value in GATE.items() if key != "applies_when"}
    whole = check | {"unknown_ok": {"value": "unknown_asked", "counts_as": "met"}}
    why = {"en": f"why {name}.", "fr": name}
    return kept | about | {
        "id": name, "check": whole, "why": why, "direction": "shared", "responsible": "joint", "exempt": [],
    }  # fmt: skip


def planned(service: Service) -> Gates:
    return gates.plan(service, gates.client_of(service.connectors[Side.SALES]))


def _refused_by(org: Org, lead: str) -> set[str]:
    """The rules that refuse a lead's promotion: each says its own id as the reason."""
    answer = org.http("PATCH", f"sobjects/Lead/{lead}", WORKING)
    messages = [error["message"] for error in answer.json()] if answer.data else []
    return {message.rpartition(" why ")[2].partition(".")[0] for message in messages}
