"""The whole way of one answer: a mail that arrives, the link in it, Rita's browser, both systems, and nothing twice."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.alerts.post_office import PostOffice
from tests.entente import ROOT, Entente
from tests.sandbox_client import SandboxClient
from tests.worker.conftest import eventually, settings_of

PASSWORD = "a long walk by the sea"
TUESDAY = "datetime(2026, 11, 24, 8, 30, tzinfo=UTC)"
SEND = f"""
from datetime import UTC, datetime
from config.environment import environment
from wiring import load_configuration, open_store
settings = environment()
open_store(settings)
from wiring.digests import send_digests
print(send_digests(settings, load_configuration(settings.config_dir), {TUESDAY}))
"""


@pytest.fixture
def post() -> Iterator[PostOffice]:
    office = PostOffice()
    office.start()
    yield office
    office.stop()


@pytest.fixture
def entente(sandbox: SandboxClient, post: PostOffice, tmp_path: Path) -> Entente:
    """Synced, with a mail server, an address for the pages, and an account for Rita."""
    sandbox.admin("hubspot", "seed", people=150, seed=4)
    config = tmp_path / "config"
    config.mkdir()
    mapping = (ROOT / "config" / "mapping.yaml").read_text(encoding="utf-8")
    everybody = mapping.replace("scope: {marketing: null, sales: null}", "scope: {marketing: all, sales: all}")
    (config / "mapping.yaml").write_text(everybody, encoding="utf-8")
    (config / "rules.yaml").write_bytes((ROOT / "config" / "rules.yaml").read_bytes())
    with socket.create_server(("127.0.0.1", 0)) as free:
        base_url = f"http://127.0.0.1:{free.getsockname()[1]}"
    about = {"CONFIG_DIR": str(config), "SMTP_URL": post.url, "BASE_URL": base_url, "SYNC_SECONDS": "5"}
    entente = Entente.on(sandbox, tmp_path, **about)
    assert entente.run("setup", "--yes").returncode == 0
    passes = [entente.json("sync") for _ in range(4)]
    assert not sum(passes[-1]["updated"].values()) + sum(passes[-1]["created"].values())
    (tmp_path / "password").write_text(PASSWORD, encoding="utf-8")
    account = ("rita", "--email", "rita.lang@vendor.example", "--group", "rep")
    added = entente.run("user", "add", *account, "--password-file", str(tmp_path / "password"))
    assert added.returncode == 0, added.stderr
    return entente


@pytest.fixture
def pages(entente: Entente) -> Iterator[str]:
    """The pages, served as ops serve them; without a Redis the same process does the passes."""
    base_url = entente.settings["BASE_URL"]
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", base_url.removeprefix("http://")]
    with (entente.directory / "pages.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=settings_of(entente), stdout=log, stderr=log)
    try:
        eventually("the pages", lambda: _is_up(base_url))
        yield base_url
    finally:
        process.terminate()
        process.wait(timeout=30)


def test_a_link_in_the_mail_leads_to_an_answer_in_both_systems_once(
    entente: Entente, pages: str, post: PostOffice, sandbox: SandboxClient
) -> None:
    sent = _python(entente, SEND)
    assert "'kept': 0" in sent, sent
    assert post.box.mails, sent
    link = _links(_mail_to(post, "rita.lang@vendor.example"))[0]
    written = _writes(sandbox)

    # A scanner of mails follows the link, then Rita does: nothing changes.
    scanner = _browser()
    assert [scanner.get(link).status_code, scanner.head(link, allow_redirects=True).status_code] == [200, 200]

    # Her session has expired: after signing in she is on the same page.
    rita = _browser()
    door = rita.get(link)
    assert "/sign-in" in door.url
    page = rita.post(door.url, _form(door) | {"username": "rita", "password": PASSWORD, "next": _path(link, pages)})
    assert page.url == link
    assert (rita.get(link).status_code, _writes(sandbox)) == (200, written)
    ref, field, answer = _asked(page.text)

    # Her POST, and nothing else, acts.
    thanks = rita.post(link, _form(page) | {f"answer-{field}": answer})
    assert "Thank you" in thanks.text
    native = {"email": "Email", "job_title": "Title", "country": "Country", "industry": "Industry"}[field]
    eventually("the answer in Salesforce", lambda: _lead(sandbox, ref).get(native) == answer)
    eventually("the gap is closed", lambda: "Already answered" in rita.get(link).text)
    eventually("the answer in HubSpot", lambda: answer in str(sandbox.look("hubspot", "state", object="contacts")))
    eventually("her page says so", lambda: "in Salesforce" in rita.get(f"{pages}/mine").text)

    # A second POST is told so, and a further pass writes nothing.
    before = _writes(sandbox)
    again = rita.post(link, _form(rita.get(f"{pages}/mine")) | {f"answer-{field}": "another@client.example"})
    entente.json("sync")
    assert "Already answered" in again.text
    assert _writes(sandbox) == before


def _browser() -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.headers["Accept-Language"] = "en"
    return session


def _is_up(base_url: str) -> bool:
    try:
        return _browser().get(f"{base_url}/healthz", timeout=5).status_code == 200
    except requests.RequestException:
        return False


def _path(link: str, pages: str) -> str:
    return link.removeprefix(pages)


def _form(page: requests.Response) -> dict[str, str]:
    """The token that the page gave to its forms."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert found, page.text
    return {"csrfmiddlewaretoken": found[1]}


def _asked(page: str) -> tuple[str, str, str]:
    """The record's id, the first field that is asked, and an answer to it."""
    ref, field = re.search(r"(?:Lead|Contact) (\w+)</div>", page), re.search(r'name="answer-(\w+)"', page)
    assert ref
    assert field
    answers = {"email": "answered.by.rita@client.example", "job_title": "Head of Rita's answers"}
    options = re.findall(r'<option value="([^"]+)"', page)
    return ref[1], field[1], answers.get(field[1]) or (options[0] if options else "France")


def _mail_to(post: PostOffice, address: str) -> EmailMessage:
    [mail] = [mail for mail in post.box.mails if mail["To"] == address]
    return mail


def _links(mail: EmailMessage) -> list[str]:
    """The links to answers, which the text and the HTML share."""
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text
    assert html
    links = re.findall(r"http://\S+/answer/\S+", text.get_content())
    assert links
    assert [each for each in links if f'href="{each}"' in html.get_content()] == links
    return links


def _lead(sandbox: SandboxClient, record_id: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ("Lead", "Contact"):
        found |= sandbox.look("salesforce", "state", object=name)[name]
    row: dict[str, Any] = found[record_id]
    return row


def _writes(sandbox: SandboxClient) -> tuple[int, int]:
    return sandbox.look("hubspot", "writes")["count"], sandbox.look("salesforce", "writes")["count"]


def _python(entente: Entente, code: str) -> str:
    command, environment = [sys.executable, "-c", code], settings_of(entente)
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
