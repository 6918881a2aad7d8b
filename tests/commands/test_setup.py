"""`entente setup` against both sandboxes: what it makes, it can take away, and only that; or a pipeline makes it."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import wiring
from cli import app
from config.environment import Environment
from crm.record import Side
from store import models
from tests.entente import ROOT
from tests.sandbox.salesforce_helper import metadata_client
from tests.sandbox_client import SandboxClient
from wiring import connect
from wiring.setting_up import missing

Command = Callable[..., Any]


@pytest.fixture
def settings(sandbox: SandboxClient, tmp_path: Path) -> Environment:
    return Environment.model_validate(
        {
            "data_dir": tmp_path, "config_dir": ROOT / "config", "hubspot_url": sandbox.hubspot_url,
            "hubspot_token": "pat-otto", "salesforce_url": sandbox.salesforce_url, "salesforce_client_id": "otto",
            "salesforce_client_secret": "secret",
        }
    )  # fmt: skip


@pytest.fixture
def command(db: None, settings: Environment, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs `entente setup` in this process."""
    real = wiring.build
    monkeypatch.setattr(wiring, "build", lambda *_, **__: real(settings))
    for name in ("ENTENTE_ADMIN_HUBSPOT_TOKEN", "ENTENTE_ADMIN_SALESFORCE_TOKEN"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str, stdin: str = "") -> Any:
        return CliRunner().invoke(app, ["setup", *arguments], input=stdin, catch_exceptions=False)

    return run


def written(sandbox: SandboxClient) -> list[int]:
    return [sandbox.look(system, "writes")["count"] for system in ("hubspot", "salesforce")]


def lacking(settings: Environment) -> set[str]:
    """The objects that lack a field of ours."""
    return {step.object for steps in missing(wiring.build(settings)).values() for step in steps}


def test_a_dry_run_changes_nothing(sandbox: SandboxClient, command: Command) -> None:
    done = command("--dry-run")

    assert done.exit_code == 0
    assert "entente_key" in done.stdout
    assert written(sandbox) == [0, 0]


def test_what_the_setup_made_is_taken_away_after_asking(
    sandbox: SandboxClient, command: Command, settings: Environment
) -> None:
    before = lacking(settings)
    command("--yes")
    assert not lacking(settings)

    refused = command("--undo", stdin="n\n")
    assert refused.exit_code == 1
    assert not lacking(settings)
    done = command("--undo", "--yes")

    assert "Entente_Key__c" in done.stdout
    assert "permission set Entente" in done.stdout
    assert lacking(settings) == before
    assert "nothing to do" in command("--undo", "--yes").stdout
    assert command("--yes").exit_code == 0, "and it can be made again"


def test_what_was_there_before_is_never_taken_away(
    sandbox: SandboxClient, command: Command, settings: Environment
) -> None:
    """The company's own pipeline made the fields: an undo finds nothing of ours."""
    command("--yes")
    models.Known.objects.filter(key__startswith="setup made").delete()
    assert "nothing to do" in command("--yes").stdout

    done = command("--undo", "--yes")

    assert "nothing to do" in done.stdout
    assert not lacking(settings)


def test_an_administrator_signs_in_for_the_occasion(
    sandbox: SandboxClient, command: Command, settings: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ada makes the fields; they serve Otto, with whom Entente signs in, and her tokens are kept nowhere."""
    monkeypatch.setenv("ENTENTE_ADMIN_HUBSPOT_TOKEN", "pat-ada-9f31")

    done = command("--admin", "--yes", stdin="00Dada!9f32\n")

    assert done.exit_code == 0, done.stdout
    assert not lacking(settings)
    kept = json.dumps(list(models.Known.objects.values("key", "value"))) + json.dumps(
        [bytes(value).hex() for value in models.Token.objects.values_list("value", flat=True)]
    )
    assert "9f31" not in done.stdout + kept
    assert "9f32" not in done.stdout + kept


def test_the_exported_source_deploys(
    sandbox: SandboxClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Environment
) -> None:
    """As `sf` does it: the source files are gathered into one file per object, and deployed."""
    monkeypatch.setattr("config.environment.environment", lambda: settings)

    done = CliRunner().invoke(app, ["setup", "--export", str(tmp_path / "source")], catch_exceptions=False)

    assert done.exit_code == 0
    assert "sf project deploy start" in done.stdout
    sandbox.admin("salesforce", "clock", set="2026-03-01T08:00:00Z")
    salesforce = metadata_client(sandbox)
    asked = salesforce.deploy(as_metadata(tmp_path / "source"), sandbox=False)
    sandbox.admin("salesforce", "clock", advance=10)
    state = salesforce.checkDeployStatus(asked["asyncId"])
    assert state["state"] == "Succeeded", state
    made = {(part.object, part.field) for part in connect(settings)[Side.SALES].own_parts([])}
    assert {("Lead", "Entente_Key__c"), ("Contact", "Entente_Key__c"), ("PermissionSet", "Entente")} <= made


def as_metadata(source: Path, manifest: str = "package.xml") -> BytesIO:
    """Source format as one zip in metadata format."""
    package = source / "force-app" / "main" / "default"
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("package.xml", (source / "manifest" / manifest).read_text(encoding="utf-8"))
        for path in sorted(
            file for name in ("permissionsets", "customPermissions") for file in package.glob(f"{name}/*")
        ):
            name = f"{path.parent.name}/{path.name.removesuffix('-meta.xml')}"
            archive.writestr(name, path.read_text(encoding="utf-8"))
        for folder in sorted((package / "objects").iterdir()):
            body = ""
            for path in sorted(folder.glob("*/*")):
                content_only = path.read_text(encoding="utf-8").split("?>\n", 1)[1]
                kind = content_only[1:].split(" ", 1)[0]
                body += re.sub(rf"<(/?){kind}[^>]*>", rf"<\1{path.parent.name}>", content_only)
            head = (
                '<?xml version="1.0" encoding="UTF-8"?>\n<CustomObject xmlns="http://soap.sforce.com/2006/04/metadata">'
            )
            archive.writestr(f"objects/{folder.name}.object", f"{head}\n{body}</CustomObject>")
    return content
