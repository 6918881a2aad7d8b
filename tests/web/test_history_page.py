"""The history of a person's records, as ops open it from a run or a conflict."""

from __future__ import annotations

import pytest
from django.test import Client

from store.models import Change, Link, Run
from store.sql import now
from tests.web.office import Office, visit

pytestmark = pytest.mark.django_db
MARKETING, SALES = "hubspot:contacts:151", "salesforce:Lead:00Q1"


@pytest.fixture
def written() -> int:
    """A run and the undo of it wrote to both records of a pair."""
    Office()
    Link.objects.create(object="contact", marketing=MARKETING, sales=SALES)
    runs = [Run.objects.create(state="done", holder="", started_at=now(), lease_until=now()) for _ in range(2)]
    about = {"field": "phone", "at": now()}
    Change.objects.create(run=runs[0], ref=MARKETING, side="marketing", old="1", new="2<", rule="two_way",
                          reason="edited in sales", **about)  # fmt: skip
    Change.objects.create(run=runs[1], ref=SALES, side="sales", old="3", new=None, rule="undo",
                          reason=f"undo of run {runs[0].id}", **about)  # fmt: skip
    return int(runs[0].id)


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return str(response.content.decode())


def test_the_history_shows_both_sides_with_run_rule_and_reason(written: int) -> None:
    page = text(visit("otto"), f"/history/{MARKETING}")

    for shown in (f'href="/runs/{written}"', "2&lt;", "edited in Salesforce", "<code>undo</code>", "(blank)",
                  f"undo of run {written}", "Salesforce Lead 00Q1"):  # fmt: skip
        assert shown in page
    assert text(visit("otto"), f"/runs/{written}").count(f'href="/history/{MARKETING}"') == 1


def test_the_history_is_french_for_who_chose_it(written: int) -> None:
    page = text(visit("otto", "fr"), f"/history/{SALES}")

    assert "Tout ce qui a été écrit dans" in page
    assert f"annulation du passage {written}" in page


def test_the_history_exists_for_ops_only(written: int) -> None:
    assert [visit(name).get(f"/history/{MARKETING}").status_code for name in ("mark", "mona", "rita")] == [404] * 3
    assert visit("otto").get("/history/hubspot:contacts:9").status_code == 404
    assert Client().get(f"/history/{MARKETING}").status_code == 302
