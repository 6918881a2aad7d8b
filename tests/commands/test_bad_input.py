"""What is wrong ends in one clear line that names the place and the mend, a non-zero exit code, and nothing written."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from tests.entente import ROOT, Entente
from tests.sandbox_client import SandboxClient


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A copy of the product's configuration, to break."""
    directory = tmp_path / "config"
    directory.mkdir()
    for name in ("mapping.yaml", "rules.yaml"):
        (directory / name).write_bytes((ROOT / "config" / name).read_bytes())
    return directory


def refused(entente: Entente, *arguments: str) -> str:
    """The one line on stderr of a command that must fail."""
    done = entente.run(*arguments)
    lines = done.stderr.strip().splitlines()
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_an_unknown_key_is_named_with_its_line(sandbox: SandboxClient, tmp_path: Path, config: Path) -> None:
    """Otto writes `create_in_sale`: a typo never reads as though it took effect."""
    text = (config / "mapping.yaml").read_text(encoding="utf-8")
    (config / "mapping.yaml").write_text(text.replace("create_in_sales:", "create_in_sale:", 1), encoding="utf-8")
    line = 1 + text[: text.index("create_in_sales:")].count("\n")

    said = refused(Entente.on(sandbox, tmp_path, CONFIG_DIR=str(config)), "sync")

    assert f"mapping.yaml, line {line}" in said
    assert "create_in_sales" in said


def test_a_field_that_hubspot_lacks_is_named_with_its_line(
    sandbox: SandboxClient, tmp_path: Path, config: Path
) -> None:
    """An unmapped field is found before anything is read."""
    text = (config / "mapping.yaml").read_text(encoding="utf-8")
    (config / "mapping.yaml").write_text(text.replace("marketing: jobtitle", "marketing: job_titel"), encoding="utf-8")
    line = 1 + text[: text.index("marketing: jobtitle")].count("\n")
    entente = Entente.on(sandbox, tmp_path, CONFIG_DIR=str(config))
    entente.run("setup", "--yes")

    said = refused(entente, "sync")

    assert f"mapping.yaml, line {line}" in said
    assert "hubspot contacts has no field job_titel" in said


@pytest.mark.parametrize(
    ("setting", "value", "named"),
    [
        ("HUBSPOT_TOKEN", "invalid-8c41", "ENTENTE_HUBSPOT_TOKEN"),
        ("SALESFORCE_CLIENT_SECRET", "invalid-8c41", "ENTENTE_SALESFORCE_CLIENT"),
    ],
)
def test_a_refused_token_names_the_setting(
    sandbox: SandboxClient, tmp_path: Path, setting: str, value: str, named: str
) -> None:
    """And never shows the token itself."""
    said = refused(Entente.on(sandbox, tmp_path, **{setting: value}), "setup")

    assert named in said
    assert value not in said


def test_a_crm_that_is_down_is_named(sandbox: SandboxClient, tmp_path: Path) -> None:
    """Nobody listens there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    said = refused(Entente.on(sandbox, tmp_path, HUBSPOT_URL=f"http://127.0.0.1:{port}"), "setup")

    assert f"127.0.0.1:{port}" in said


def test_a_missing_setting_is_named(tmp_path: Path) -> None:
    """A first start without any account."""
    said = refused(Entente(tmp_path), "sync")

    assert "ENTENTE_HUBSPOT_TOKEN" in said


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    """The sandbox says which port is taken."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        said = refused(Entente(tmp_path), "sandbox", "--hubspot-port", str(port), "--salesforce-port", "0", "--empty")

    assert str(port) in said


def test_a_missing_configuration_file_is_named(tmp_path: Path) -> None:
    """CONFIG_DIR points nowhere."""
    said = refused(Entente(tmp_path, {"CONFIG_DIR": str(tmp_path / "nowhere")}), "sync")

    assert "mapping.yaml" in said


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_data_directory_that_cannot_be_written_is_named(sandbox: SandboxClient, tmp_path: Path) -> None:
    """Nothing is read when nothing can be kept."""
    tmp_path.chmod(0o500)

    said = refused(Entente.on(sandbox, tmp_path), "sync")

    assert "ENTENTE_DATA_DIR" in said


def test_a_store_refuses_another_organisation(sandbox: SandboxClient, tmp_path: Path) -> None:
    """Otto points a filled store at another portal: its links would be nonsense there."""
    entente = Entente.on(sandbox, tmp_path)
    entente.run("setup", "--yes")
    entente.json("sync")
    _pretend_other_portal(tmp_path / "data" / "entente.sqlite3")
    other = Entente.on(sandbox, tmp_path, HUBSPOT_TOKEN="pat-other")

    said = refused(other, "sync")

    assert "another database" in said


def _pretend_other_portal(database: Path) -> None:
    """The store remembers a portal that the sandbox is not."""
    import sqlite3

    with sqlite3.connect(database) as connection:
        connection.execute(
            """UPDATE store_known SET value = json_set(value, '$.account', '111') WHERE key = 'account.marketing'"""
        )
