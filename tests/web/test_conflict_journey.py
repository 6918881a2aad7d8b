"""From a conflict to a form to a pass, over both systems' real HTTP: what Otto decides travels once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from store.models import Change, Conflict, Decision, Touch
from tests.sandbox_client import SandboxClient
from tests.web.installation import Installation
from tests.web.office import Office, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def installation(sandbox: SandboxClient, tmp_path: Path) -> Installation:
    Office()
    return Installation(sandbox, tmp_path)


def seen(client: Client, path: str) -> str:
    """What the form of a page says that was seen."""
    found = re.search(r'name="seen" value="(\w+)"', client.get(path).content.decode())
    assert found is not None
    return found[1]


@pytest.mark.parametrize("keep", ["marketing", "sales"])
def test_otto_decides_and_the_next_pass_makes_both_systems_equal(installation: Installation, keep: str) -> None:
    marketing, sales = pair = installation.pairs()[0]
    installation.dispute(pair, "Head of Purchasing", "Head of Procurement")
    installation.settle()
    conflict = Conflict.objects.get(field="job_title", closed_at=None)
    otto, path = visit("otto"), f"/conflicts/{conflict.id}"
    before = installation.writes()

    answered = otto.post(f"{path}/decide", {"keep": keep, "seen": seen(otto, path)}, follow=True)
    assert "The next pass begins at once" in answered.content.decode()
    assert Touch.objects.filter(ref=conflict.ref).exists()
    installation.sync()

    chosen = "Head of Purchasing" if keep == "marketing" else "Head of Procurement"
    assert installation.shown(marketing, "jobtitle") == installation.shown(sales, "Title") == chosen
    assert installation.writes() == before + 1
    installation.sync()
    assert installation.writes() == before + 1
    decision, change = Decision.objects.get(), Change.objects.latest("id")
    assert (decision.by, decision.state, decision.run_id) == ("otto", "done", change.run_id)
    assert change.rule == "decided"
    assert f"decision {decision.id} by otto" in change.reason
    page = otto.get(path).content.decode()
    assert f"it was carried out in run {change.run_id}" in page
    assert 'name="keep"' not in page


def test_an_edit_after_the_decision_leaves_the_conflict_open(installation: Installation) -> None:
    marketing, _ = pair = installation.pairs()[0]
    installation.dispute(pair, "Head of Purchasing", "Head of Procurement")
    installation.settle()
    conflict = Conflict.objects.get(field="job_title", closed_at=None)
    otto, path = visit("otto"), f"/conflicts/{conflict.id}"
    otto.post(f"{path}/decide", {"keep": "sales", "seen": seen(otto, path)})
    installation.edit(marketing, jobtitle="Chief Buyer")
    before = installation.writes()

    installation.settle()

    assert installation.writes() == before
    page = otto.get(path).content.decode()
    assert "nothing was written" in page
    assert "Chief Buyer" in page
    assert 'name="keep"' in page


def test_a_dead_letter_is_replayed_and_passes_once_its_cause_is_mended(installation: Installation) -> None:
    from store.models import DeadLetter

    marketing, sales = installation.pairs()[0]
    installation.edit(marketing, jobtitle="Chief Buyer")
    with installation.refuse("CANNOT_EXECUTE_FLOW_TRIGGER", "The flow <b>Lead check</b> failed: ask your admin"):
        installation.sync()
    letter = DeadLetter.objects.get(closed_at=None)
    otto = visit("otto")
    assert "The flow &lt;b&gt;Lead check&lt;/b&gt; failed" in otto.get("/dead").content.decode()

    with installation.refuse("CANNOT_EXECUTE_FLOW_TRIGGER", "still"):
        otto.post(f"/dead/{letter.id}/replay")
        installation.sync()
    anew = DeadLetter.objects.get(closed_at=None)
    assert anew.id != letter.id
    assert "refused 2 times so far" in otto.get("/dead").content.decode()
    otto.post(f"/dead/{anew.id}/replay")
    installation.sync()

    assert installation.shown(sales, "Title") == "Chief Buyer"
    assert not DeadLetter.objects.filter(closed_at=None).exists()
    assert "Nothing was given up" in otto.get("/dead").content.decode()
