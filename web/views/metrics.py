"""`/metrics` for Prometheus: every figure is read from the database when asked for, so that any process may answer.

Without ENTENTE_METRICS_TOKEN the address does not exist. No figure is about a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from hmac import compare_digest

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from config.environment import environment
from store import figures

STATES = ("running", "done", "braked", "failed")


class Figures(Collector):
    """The figures of one installation."""

    def collect(self) -> Iterator[Metric]:
        counts = figures.runs_by_state()
        yield _counter("runs", "Runs, by state.", "state", {state: counts.get(state, 0) for state in STATES})
        if last := figures.last_run():
            yield _gauge("last_run_age_seconds", "Since the last pass that was done ended.", last[0])
            yield _gauge("last_run_duration_seconds", "How long that pass took.", last[1])
        ages = figures.ages()
        yield _gauge("lag_seconds", "Age of the oldest change that nothing was decided about.", ages["touch"])
        queues = {"writes": ages["intent"], "messages": ages["delivery"]}
        yield _gauges("queue_age_seconds", "Age of the oldest write or message that is due.", "queue", queues)
        yield from _systems()
        waiting = figures.waiting()
        for name, about in (("conflicts", "to decide"), ("held", "held back"), ("dead", "refused for good")):
            yield _gauge(name, f"What waits for a person: {about}.", waiting[name])
        yield _gauges("gaps_open", "Open gaps, by the side that owes.", "owed_by", figures.open_gaps())
        age = figures.heartbeat_age()
        if age is not None:
            yield _gauge("heartbeat_age_seconds", "Since a worker last gave a sign of life.", age)


def _systems() -> Iterator[Metric]:
    usage = figures.usage()
    yield _counter("calls", "API calls made.", "system", {name: each["calls"] or 0 for name, each in usage.items()})
    left = {
        name: each["allowed"] - each["used"]
        for name, each in usage.items()
        if each["allowed"] is not None and each["used"] is not None
    }
    yield _gauges("budget_left", "API calls left of the system's day, by its last answer.", "system", left)


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures as text, for whoever brings the token."""
    token = environment().metrics_token.get_secret_value()
    if not token:
        raise Http404
    if not compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()):
        answer = HttpResponse("send Authorization: Bearer and the value of ENTENTE_METRICS_TOKEN\n", status=401)
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(f"entente_{name}", about, value=value)


def _gauges(name: str, about: str, label: str, values: dict[str, float] | dict[str, int]) -> Metric:
    family = GaugeMetricFamily(f"entente_{name}", about, labels=[label])
    for each, value in values.items():
        family.add_metric([each], value)
    return family


def _counter(name: str, about: str, label: str, values: dict[str, int]) -> Metric:
    family = CounterMetricFamily(f"entente_{name}", about, labels=[label])
    for each, value in values.items():
        family.add_metric([each], value)
    return family
