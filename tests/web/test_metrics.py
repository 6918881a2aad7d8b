"""What a monitor sees: figures that name nobody, for whoever brings the token."""

from __future__ import annotations

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from config.environment import Environment, environment
from store.models import Known, Run, Touch
from store.sql import now
from tests.web.office import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> str:
    """Otto has set one."""
    settings = environment().model_copy(update={"metrics_token": Environment(metrics_token="otto-only").metrics_token})
    monkeypatch.setattr("web.views.metrics.environment", lambda: settings)
    return "otto-only"


def figures(token: str) -> dict[tuple[str, ...], float]:
    """By name and labels, every figure."""
    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {(each.name, *each.labels.values()): each.value for family in families for each in family.samples}


def test_without_a_token_the_address_does_not_exist() -> None:
    assert Client().get("/metrics").status_code == 404


def test_without_the_right_token_nothing_is_told(token: str) -> None:
    answer = Client().get("/metrics", headers={"Authorization": "Bearer guess"})

    assert (answer.status_code, b"entente_" in answer.content) == (401, False)


def test_the_figures_are_those_of_the_database(token: str) -> None:
    at = now()
    Run.objects.create(state="done", started_at=at - 30_000, ended_at=at - 20_000, lease_until=0, holder="")
    Run.objects.create(state="braked", started_at=at, ended_at=at, lease_until=0, holder="")
    Touch.objects.create(ref="hubspot:contacts:1", object="contact", at=at - 90_000)
    Known.objects.create(key="usage.hubspot", value={"calls": 7, "used": 40, "allowed": 100}, read_at=at)

    found = figures(token)

    assert (found["entente_runs_total", "done"], found["entente_runs_total", "braked"]) == (1, 1)
    assert found["entente_last_run_duration_seconds",] == 10
    assert found["entente_last_run_age_seconds",] >= 20
    assert found["entente_lag_seconds",] >= 90
    assert found["entente_queue_age_seconds", "writes"] == 0
    assert (found["entente_calls_total", "hubspot"], found["entente_budget_left", "hubspot"]) == (7, 60)


def test_no_figure_names_a_person(token: str) -> None:
    """Gaps are counted by the side that owes, never by rep."""
    office = Office()
    office.open_gaps()

    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {token}"}).content.decode()

    assert 'entente_gaps_open{owed_by="sales"} 3.0' in answer
    assert not any(name in answer for name in ("Rita", "Luc", "Hugo", "rita", "Ritasclient", "vendor.example"))
