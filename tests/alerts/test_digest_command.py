"""`entente digest` as Otto of ops runs it, on 150 people that were read from both systems."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.entente import ROOT, Entente
from tests.sandbox_client import SandboxClient


@pytest.fixture
def synced(sandbox: SandboxClient, tmp_path: Path) -> Entente:
    config = tmp_path / "config"
    config.mkdir()
    mapping = (ROOT / "config" / "mapping.yaml").read_text(encoding="utf-8")
    everybody = mapping.replace("scope: {marketing: null, sales: null}", "scope: {marketing: all, sales: all}")
    (config / "mapping.yaml").write_text(everybody, encoding="utf-8")
    (config / "rules.yaml").write_bytes((ROOT / "config" / "rules.yaml").read_bytes())
    sandbox.admin("hubspot", "seed", people=150, seed=7)
    entente = Entente.on(sandbox, tmp_path, CONFIG_DIR=str(config))
    assert entente.run("setup", "--yes").returncode == 0
    assert entente.run("sync").returncode == 0
    return entente


def test_otto_looks_at_monas_and_ritas_digest(synced: Entente) -> None:
    """Names people as they are called; a team only under the standard profile; several are told apart."""
    standard = Entente(synced.directory, synced.settings | {"PRIVACY_PROFILE": "standard"})

    mona = standard.run("digest", "preview", "--to", "mona")
    html = standard.run("digest", "preview", "--to", "mona", "--format", "html", "--language", "fr")
    withheld = synced.run("digest", "preview", "--to", "mona")
    nobody = standard.run("digest", "preview", "--to", "zorro")
    several = standard.run("digest", "preview", "--to", "a")

    assert mona.stdout.startswith("Subject: Your team this week: "), mona.stderr
    assert "Good morning Mona." in mona.stdout
    assert '<html lang="fr">' in html.stdout
    assert (withheld.returncode, withheld.stdout) == (1, "")
    assert "ENTENTE_PRIVACY_PROFILE" in withheld.stderr
    assert nobody.stderr == "entente: --to zorro: nobody of that name is known: `entente sync` reads who works here\n"
    assert "names several people" in several.stderr


@pytest.mark.parametrize("arguments", [("preview", "--to", "mona"), ("send",)])
def test_before_anything_is_read_it_says_what_to_do(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = Entente(tmp_path).run("digest", *arguments)

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "entente sync" in done.stderr or "ENTENTE_SMTP_URL" in done.stderr
