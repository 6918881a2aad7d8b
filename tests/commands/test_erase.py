"""`entente erase` as Otto runs it."""

from __future__ import annotations

from pathlib import Path

from tests.entente import ROOT, Entente
from tests.sandbox_client import SandboxClient


def test_otto_looks_first_and_then_erases_for_good(sandbox: SandboxClient, tmp_path: Path) -> None:
    """A dry run changes nothing; after the yes no pass makes her again, and the tasks name what is left to do."""
    config = tmp_path / "config"
    config.mkdir()
    mapping = (ROOT / "config" / "mapping.yaml").read_text(encoding="utf-8")
    whole = mapping.replace("scope: {marketing: null, sales: null}", "scope: {marketing: all, sales: all}")
    (config / "mapping.yaml").write_text(whole, encoding="utf-8")
    (config / "rules.yaml").write_bytes((ROOT / "config" / "rules.yaml").read_bytes())
    sandbox.admin("hubspot", "seed", people=3, seed=7)
    entente = Entente.on(sandbox, tmp_path, CONFIG_DIR=str(config))
    entente.run("setup", "--yes")
    entente.json("sync")
    contacts = sandbox.look("hubspot", "state", object="contacts")["contacts"].values()
    address = next(row["email"] for row in contacts if row.get("email"))

    looked = entente.run("erase", address, "--dry-run")
    asked = entente.run("erase", address, stdin="n\n")
    done = entente.run("erase", address, "--yes")
    again = entente.run("erase", address, "--dry-run")

    assert "hubspot:contacts:" in looked.stdout
    assert "store_record" in looked.stdout
    assert asked.returncode == 1
    assert "Nothing was changed" in asked.stdout
    assert "Neither side makes this person again" in done.stdout
    assert again.stdout.startswith("0 records")
    assert address not in entente.run("sync").stdout
