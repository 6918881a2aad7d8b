"""`entente check` before the first sync, sign-ins that survive restarts, and settings that are missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from tests.entente import ROOT, Entente
from tests.sandbox_client import SandboxClient

KEY = Fernet.generate_key().decode()
HUBSPOT = {"client_id": "hub-entente", "client_secret": "hub-s3cret", "refresh_token": "hub-rt"}
SALESFORCE = {"client_id": "sf-entente", "client_secret": "sf-s3cret", "refresh_token": "sf-rt"}
OAUTH = {
    "FIELD_KEYS": KEY,
    "HUBSPOT_TOKEN": "",
    **{f"HUBSPOT_{name.upper()}": value for name, value in HUBSPOT.items()},
    **{f"SALESFORCE_{name.upper()}": value for name, value in SALESFORCE.items()},
}


@pytest.fixture
def entente(sandbox: SandboxClient, tmp_path: Path) -> Entente:
    """An installation whose key fields are made."""
    installed = Entente.on(sandbox, tmp_path)
    assert installed.run("setup", "--yes").returncode == 0
    return installed


def field(result: Any, side: str, name: str) -> Any:
    fields = next(each["fields"] for each in result["sides"] if each["side"] == side)
    return next(each for each in fields if f"{each['object']}.{each['field']}" == name)


def blocked(entente: Entente) -> str:
    """What `entente check` prints where something blocks a sync."""
    done = entente.run("check")
    assert done.returncode == 1, done.stdout
    return done.stdout


# -- what each field allows --------------------------------------------------------------------------------------------


def test_a_good_account_passes_and_is_named(sandbox: SandboxClient, entente: Entente) -> None:
    writes = [sandbox.look(system, "writes")["count"] for system in ("hubspot", "salesforce")]

    result = entente.json("check")

    assert result["ok"]
    assert [each["account"][:3] for each in result["sides"]] == ["449", "00D"]
    assert result["sides"][1]["user"] == "otto@entente.example"
    assert {each["state"] for side in result["sides"] for each in side["fields"]} == {"ok"}
    assert all(side["calls"] <= 20 for side in result["sides"])
    assert [sandbox.look(system, "writes")["count"] for system in ("hubspot", "salesforce")] == writes


def test_before_setup_the_missing_key_is_named_with_the_command(sandbox: SandboxClient, tmp_path: Path) -> None:
    said = blocked(Entente.on(sandbox, tmp_path))

    assert "contacts has no field entente_key" in said
    assert "Lead has no field Entente_Key__c" in said
    assert "run `entente setup`" in said


def test_a_hidden_field_is_told_from_a_missing_one(sandbox: SandboxClient, entente: Entente, tmp_path: Path) -> None:
    """Both are absent from the describe; the setup knows the custom one that is hidden."""
    sandbox.admin("salesforce", "permissions", object="Lead", field="Phone", access="none")
    sandbox.admin("salesforce", "fields", object="Lead", fields=[{"name": "Budget__c", "type": "string"}])
    sandbox.admin("salesforce", "permissions", object="Lead", field="Budget__c", access="none")
    config = tmp_path / "config"
    config.mkdir()
    mapping = (ROOT / "config" / "mapping.yaml").read_text(encoding="utf-8")
    mapping = mapping.replace("sales: {Lead: Website}", "sales: {Lead: Budget__c}")
    mapping = mapping.replace("sales: {Lead: Industry}", "sales: {Lead: Sector__c}")
    (config / "mapping.yaml").write_text(mapping, encoding="utf-8")
    (config / "rules.yaml").write_bytes((ROOT / "config" / "rules.yaml").read_bytes())
    asked = Entente(entente.directory, entente.settings | {"CONFIG_DIR": str(config)})

    said = blocked(asked)
    refused = asked.run("sync")

    assert "salesforce Lead has Phone, but the integration user cannot see it: tick Read and Edit Access" in said
    assert "salesforce Lead has Budget__c, but the integration user cannot see it" in said
    assert "salesforce Lead has no field Sector__c in its setup" in said
    assert refused.returncode == 1
    assert "mapping.yaml, line" in refused.stderr
    assert "Lead has Phone, but the integration user cannot see it" in refused.stderr


def test_after_the_mend_the_next_pass_sees_it_at_once(sandbox: SandboxClient, entente: Entente) -> None:
    """Otto grants the field and does not wait for an hour."""
    sandbox.admin("salesforce", "permissions", object="Lead", field="Phone", access="none")
    assert entente.run("sync").returncode == 1

    sandbox.admin("salesforce", "permissions", object="Lead", field="Phone", access="edit")

    assert entente.run("sync").returncode == 0


def test_a_read_only_field_is_named_and_blocks_nothing(sandbox: SandboxClient, entente: Entente) -> None:
    sandbox.admin("salesforce", "permissions", object="Contact", field="Title", access="read")

    result = entente.json("check")

    found = field(result, "sales", "Contact.Title")
    assert (result["ok"], found["state"]) == (True, "locked")
    assert "tick Edit Access" in found["advice"]
    assert "1 fields cannot be written" in entente.run("check").stdout


def test_a_field_that_is_only_read_need_not_be_writable(sandbox: SandboxClient, entente: Entente) -> None:
    """Lead source is mapped with `rule: off`."""
    sandbox.admin("salesforce", "permissions", object="Lead", field="LeadSource", access="read")

    result = entente.json("check")

    assert field(result, "sales", "Lead.LeadSource")["state"] == "ok"
    assert field(result, "marketing", "contacts.hs_analytics_source")["state"] == "ok"


def test_a_campaign_that_is_not_there_is_named_and_blocks_nothing(
    sandbox: SandboxClient, entente: Entente, tmp_path: Path
) -> None:
    """Mark names two campaigns; Salesforce has one of them."""
    sandbox.admin("salesforce", "records", object="Campaign", records=[{"Name": "Autumn webinar", "IsActive": True}])
    config = tmp_path / "config"
    config.mkdir()
    mapping = (ROOT / "config" / "mapping.yaml").read_text(encoding="utf-8")
    campaigns = "{by: country, values: {France: Autumn webinar, Italy: Spring fair}}"
    mapping = mapping.replace("handoff_campaign: null", f"handoff_campaign: {campaigns}")
    (config / "mapping.yaml").write_text(mapping, encoding="utf-8")
    (config / "rules.yaml").write_bytes((ROOT / "config" / "rules.yaml").read_bytes())

    result = Entente(entente.directory, entente.settings | {"CONFIG_DIR": str(config)}).json("check")

    missing = field(result, "sales", "CampaignMember.Spring fair")
    assert (result["ok"], missing["state"]) == (True, "locked")
    assert missing["advice"].startswith("there is no campaign 'Spring fair'")
    assert field(result, "sales", "CampaignMember.Autumn webinar")["state"] == "ok"


def test_a_missing_scope_is_named(sandbox: SandboxClient, entente: Entente) -> None:
    sandbox.admin("hubspot", "auth", scopes=["crm.objects.contacts.read", "crm.schemas.contacts.read"])

    said = blocked(entente)

    assert "not granted: crm.objects.owners.read" in said
    assert "sales (salesforce): account" in said


def test_a_side_that_cannot_sign_in_does_not_hide_the_other(entente: Entente) -> None:
    asked = Entente(entente.directory, entente.settings | {"HUBSPOT_TOKEN": "invalid-8c41"})

    said = blocked(asked)

    assert "marketing (hubspot): not signed in" in said
    assert "ENTENTE_HUBSPOT_TOKEN" in said
    assert "8c41" not in said
    assert "sales (salesforce): account" in said


# -- signing in --------------------------------------------------------------------------------------------------------


@pytest.fixture
def strict(sandbox: SandboxClient) -> SandboxClient:
    """Both accounts know our app, and Salesforce rotates its refresh token."""
    sandbox.admin("hubspot", "clock", set="2026-11-02T09:00:00Z")
    sandbox.admin("hubspot", "auth", strict=True, app=HUBSPOT)
    sandbox.admin("salesforce", "auth", strict=True, rotate=True, app=SALESFORCE)
    return sandbox


def test_rotated_tokens_survive_restarts_and_ends(strict: SandboxClient, tmp_path: Path) -> None:
    """Each command is a process of its own; between them everything ends."""
    entente = Entente.on(strict, tmp_path, **OAUTH)

    codes = [entente.run("setup", "--yes").returncode]
    for _ in range(2):
        strict.admin("hubspot", "clock", advance=7_500)
        codes.append(entente.run("sync").returncode)

    assert codes == [0, 0, 0]
    account_calls = [each for each in strict.look("hubspot", "requests")["requests"] if "details" in each["path"]]
    assert len([each for each in account_calls if each["status"] == 200]) == 1


def test_check_renews_what_has_ended(strict: SandboxClient, tmp_path: Path) -> None:
    entente = Entente.on(strict, tmp_path, **OAUTH)
    assert entente.run("setup", "--yes").returncode == 0

    for system in ("hubspot", "salesforce"):
        strict.admin(system, "auth", expire=True)

    assert entente.json("check")["ok"]


def test_a_revoked_token_says_what_to_do_and_a_new_one_wins(strict: SandboxClient, tmp_path: Path) -> None:
    entente = Entente.on(strict, tmp_path, **OAUTH)
    assert entente.run("setup", "--yes").returncode == 0
    strict.admin("hubspot", "auth", revoke="hub-rt", expire=True)

    refused = entente.run("sync")
    strict.admin("hubspot", "auth", app=HUBSPOT | {"refresh_token": "hub-rt-new"})
    mended = Entente(tmp_path, entente.settings | {"HUBSPOT_REFRESH_TOKEN": "hub-rt-new"}).run("sync")

    assert refused.returncode == 1
    assert "put the new refresh token into ENTENTE_HUBSPOT_REFRESH_TOKEN" in refused.stderr
    assert "hub-rt" not in refused.stderr
    assert mended.returncode == 0, mended.stderr


def test_a_key_is_replaced_without_a_new_sign_in(strict: SandboxClient, tmp_path: Path) -> None:
    """`entente keys new`, put before the old one; one check later the old one may go."""
    entente = Entente.on(strict, tmp_path, **OAUTH)
    assert entente.run("setup", "--yes").returncode == 0
    new = entente.run("keys", "new").stdout.strip()

    codes = []
    for keys in (f"{new},{KEY}", new):
        codes.append(Entente(tmp_path, entente.settings | {"FIELD_KEYS": keys}).run("check").returncode)

    assert codes == [0, 0]
    requests = strict.look("salesforce", "requests")["requests"]
    assert sum("token" in each["path"] for each in requests) == 1


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"FIELD_KEYS": ""}, "make one with `entente keys new`"),
        ({"FIELD_KEYS": f"{KEY},short"}, "key 2 of 2 is not 32 bytes"),
        ({"HUBSPOT_TOKEN": "pat-otto"}, "ENTENTE_HUBSPOT_TOKEN and ENTENTE_HUBSPOT_REFRESH_TOKEN are both set"),
        ({"HUBSPOT_CLIENT_SECRET": ""}, "needs ENTENTE_HUBSPOT_CLIENT_SECRET as well"),
        ({"HUBSPOT_REFRESH_TOKEN": ""}, "ENTENTE_HUBSPOT_TOKEN is not set"),
        ({"SALESFORCE_CLIENT_ID": ""}, "needs ENTENTE_SALESFORCE_CLIENT_ID as well"),
        ({"SALESFORCE_PRIVATE_KEY": "x"}, "keep one way to sign in"),
        ({"SALESFORCE_REFRESH_TOKEN": "", "SALESFORCE_CLIENT_SECRET": ""}, "Salesforce has no way to sign in"),
        ({"SALESFORCE_REFRESH_TOKEN": "", "SALESFORCE_PRIVATE_KEY": "x"}, "needs ENTENTE_SALESFORCE_USERNAME as well"),
    ],
)
def test_a_setting_that_is_missing_or_wrong_is_named(
    sandbox: SandboxClient, tmp_path: Path, settings: dict[str, str], said: str
) -> None:
    done = Entente.on(sandbox, tmp_path, **(OAUTH | settings)).run("check")

    assert done.returncode == 1
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not any(secret in done.stderr for secret in (KEY, "hub-s3cret", "hub-rt", "sf-s3cret", "sf-rt"))
