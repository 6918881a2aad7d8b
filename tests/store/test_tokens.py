"""Grants at rest: encrypted, renewed by one process at a time, and readable through a change of keys."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.db import transaction

from connectors.base import Grant, Unauthorized
from store.models import Token
from store.tokens import TokenKeeper
from tests.entente import ROOT
from tests.postgres_server import SERVER, database_for, postgres_server
from tests.sandbox_client import SandboxClient

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))
LATER = time.time() + 3_600
OPEN = """
from config.environment import environment
from wiring import open_store
open_store(environment())
"""
RENEW = f"""{OPEN}
import sys
from crm.record import Side
from wiring import connect
salesforce = connect(environment())[Side.SALES]
print("ready", flush=True)
sys.stdin.readline()
print(salesforce.client.grant().access_token, len(salesforce.reps()))
"""


def keeper(*keys: str, source: str = "as set") -> TokenKeeper:
    return TokenKeeper("salesforce", source, keys or (NEW,))


def grant(number: int, ends_at: float | None = None) -> Grant:
    return Grant(f"access-{number}", f"refresh-{number}", ends_at)


class Login:
    """A system that gives one grant, and remembers with what it was asked."""

    def __init__(self, given: Grant) -> None:
        self.given = given
        self.asked_with: list[Grant | None] = []

    def __call__(self, kept: Grant | None) -> Grant:
        self.asked_with.append(kept)
        return self.given


@pytest.mark.django_db
def test_a_grant_is_kept_as_it_came_and_stored_unreadable() -> None:
    given = Grant("access-1", "refresh-1", LATER, "https://acme.my.salesforce.com", "id/00D/005", ("api",))

    keeper().renew(None, lambda kept: given)

    assert keeper().load() == given
    stored = bytes(Token.objects.get().value)
    assert b"access-1" not in stored
    assert b"refresh-1" not in stored


@pytest.mark.django_db
def test_the_next_grant_is_asked_with_the_kept_one() -> None:
    keeper().renew(None, lambda kept: grant(1))
    login = Login(grant(2))

    keeper().renew(grant(1), login)

    assert login.asked_with == [grant(1)]
    assert keeper().load() == grant(2)


@pytest.mark.django_db
def test_who_comes_second_takes_what_the_first_one_got() -> None:
    keeper().renew(None, lambda kept: grant(2, ends_at=LATER))

    found = keeper().renew(grant(1), lambda kept: pytest.fail("asked again"))

    assert found == grant(2, ends_at=LATER)


@pytest.mark.django_db
def test_a_kept_grant_that_has_ended_is_renewed_all_the_same() -> None:
    keeper().renew(None, lambda kept: grant(2, ends_at=0))

    assert keeper().renew(grant(1), lambda kept: grant(3)) == grant(3)


@pytest.mark.django_db
def test_a_refused_renewal_leaves_the_kept_grant() -> None:
    keeper().renew(None, lambda kept: grant(1))

    def refuse(kept: Grant | None) -> Grant:
        raise Unauthorized("revoked")

    with pytest.raises(Unauthorized):
        keeper().renew(grant(1), refuse)

    assert keeper().load() == grant(1)


@pytest.mark.django_db
def test_a_token_of_changed_settings_wins_over_the_kept_one() -> None:
    """Otto put a new refresh token into the environment."""
    keeper().renew(None, lambda kept: grant(1))
    changed, login = keeper(source="as set anew"), Login(grant(2))

    before = changed.load()
    changed.renew(None, login)

    assert (before, login.asked_with) == (None, [None])
    assert changed.load() == grant(2)


@pytest.mark.django_db
def test_a_value_under_an_older_key_is_encrypted_anew_when_it_is_read() -> None:
    keeper(OLD).renew(None, lambda kept: grant(1))

    assert keeper(NEW, OLD).load() == grant(1)
    assert keeper(NEW).load() == grant(1)


@pytest.mark.django_db
def test_a_lost_key_says_what_to_do() -> None:
    keeper(OLD).renew(None, lambda kept: grant(1))

    with pytest.raises(Unauthorized, match="ENTENTE_FIELD_KEYS") as raised:
        keeper(NEW).load()

    assert OLD not in str(raised.value)


@pytest.mark.django_db(transaction=True)
def test_a_renewal_within_a_transaction_is_refused_before_it_is_asked_for() -> None:
    """What rolls back would lose the only living refresh token."""
    with transaction.atomic(), pytest.raises(RuntimeError):
        keeper().renew(None, lambda kept: pytest.fail("asked"))


# -- several processes -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    if SERVER in os.environ:
        yield os.environ[SERVER]
        return
    with postgres_server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite3'}"
    return database_for(request.getfixturevalue("server"), tmp_path)


def process(code: str, database: str, sandbox: SandboxClient) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ENTENTE_", "DJANGO_"))}
    settings = {
        "DATABASE_URL": database,
        "FIELD_KEYS": NEW,
        "HUBSPOT_TOKEN": "pat-otto",
        "SALESFORCE_URL": sandbox.salesforce_url,
        "SALESFORCE_CLIENT_ID": "entente",
        "SALESFORCE_CLIENT_SECRET": "s3cret",
        "SALESFORCE_REFRESH_TOKEN": "rt-otto",
    }
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=kept | {f"ENTENTE_{name}": value for name, value in settings.items()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_two_processes_refresh_once(database: str, sandbox: SandboxClient) -> None:
    """The org rotates refresh tokens: had both asked with the same one, the second would have been refused."""
    app = {"client_id": "entente", "client_secret": "s3cret", "refresh_token": "rt-otto"}
    sandbox.admin("salesforce", "auth", strict=True, rotate=True, app=app)
    assert process(OPEN, database, sandbox).wait(timeout=120) == 0
    processes = [process(RENEW, database, sandbox) for _ in range(2)]
    for each in processes:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"

    said = [each.communicate("go\n", timeout=120)[0].split() for each in processes]

    assert said[0] == said[1]
    assert [each.returncode for each in processes] == [0, 0]
    requests = sandbox.look("salesforce", "requests")["requests"]
    assert sum("token" in each["path"] for each in requests) == 1
