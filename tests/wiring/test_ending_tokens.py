"""A whole pass over real HTTP, in which every token ends again and again."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from config.environment import Environment
from crm.record import Side
from store import models
from tests.entente import ROOT
from tests.sandbox_client import SandboxClient
from wiring import build
from wiring.accounts import fingerprint

HUBSPOT = {"client_id": "hub-entente", "client_secret": "hub-s3cret", "refresh_token": "hub-rt"}
SALESFORCE = {"client_id": "sf-entente", "client_secret": "sf-s3cret", "refresh_token": "sf-rt"}


@pytest.fixture
def settings(sandbox: SandboxClient, tmp_path: Path) -> Environment:
    """Two filled accounts that know our apps, and a mapping in which everybody takes part."""
    sandbox.admin("hubspot", "seed", people=150, seed=7)
    sandbox.admin("hubspot", "auth", strict=True, app=HUBSPOT)
    sandbox.admin("salesforce", "auth", strict=True, rotate=True, app=SALESFORCE)
    mapping = (ROOT / "config" / "mapping.yaml").read_text(encoding="utf-8")
    everybody = mapping.replace("scope: {marketing: null, sales: null}", "scope: {marketing: all, sales: all}")
    (tmp_path / "mapping.yaml").write_text(everybody, encoding="utf-8")
    (tmp_path / "rules.yaml").write_bytes((ROOT / "config" / "rules.yaml").read_bytes())
    return Environment(
        data_dir=tmp_path,
        config_dir=tmp_path,
        field_keys=SecretStr(Fernet.generate_key().decode()),
        hubspot_url=sandbox.hubspot_url,
        hubspot_client_id="hub-entente",
        hubspot_client_secret=SecretStr("hub-s3cret"),
        hubspot_refresh_token=SecretStr("hub-rt"),
        salesforce_url=sandbox.salesforce_url,
        salesforce_client_id="sf-entente",
        salesforce_client_secret=SecretStr("sf-s3cret"),
        salesforce_refresh_token=SecretStr("sf-rt"),
    )


@pytest.mark.django_db(transaction=True)
def test_a_pass_goes_on_where_its_tokens_end(sandbox: SandboxClient, settings: Environment) -> None:
    """After every page and every batch; Salesforce's refresh token is another one each time.

    Pairs that were linked by a refusal are merged in the second pass; the third one has nothing to do.
    """
    ended: list[str] = []

    def end_all(doing: str, done: int, total: int | None) -> None:
        for system in ("hubspot", "salesforce"):
            sandbox.admin(system, "auth", expire=True)
        ended.append(doing)

    service = build(settings, progress=end_all)
    service.set_up(service.setup_steps())
    first = service.sync()
    if first["state"] == "braked":
        first = service.sync(release=first["run"])
    second = service.sync()
    third = service.sync()

    assert len(ended) >= 4
    assert first["state"] == second["state"] == third["state"] == "done"
    assert sum(first["created"].values()) > 0
    assert sum(third["created"].values()) + sum(third["updated"].values()) == 0
    assert models.DeadLetter.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_account_is_asked_once_however_often_tokens_are_renewed(
    sandbox: SandboxClient, settings: Environment
) -> None:
    service = build(settings)
    service.set_up(service.setup_steps())
    for _ in range(2):
        list(service.preview())
        sandbox.admin("hubspot", "auth", expire=True)
        sandbox.admin("salesforce", "auth", expire=True)

    requests = sandbox.look("hubspot", "requests")["requests"]

    assert sum("account-info" in each["path"] and each["status"] == 200 for each in requests) == 1


@pytest.mark.parametrize(
    "changed",
    ["hubspot_url", "hubspot_client_id", "hubspot_refresh_token", "hubspot_token"],
)
def test_another_sign_in_is_another_fingerprint(changed: str) -> None:
    """So the account behind it is asked, and another portal's is refused."""
    before = fingerprint(Environment(hubspot_refresh_token=SecretStr("rt")), Side.MARKETING)

    after = fingerprint(
        Environment(**{"hubspot_refresh_token": SecretStr("rt")} | {changed: "another"}),  # type: ignore[arg-type]
        Side.MARKETING,
    )

    assert before != after
