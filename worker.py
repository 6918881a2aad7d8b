"""The Celery application, its beat schedule and the task shells; `celery -A worker worker` and `celery -A worker beat`.

Each shell calls one function of wiring/tasks.py, which the command line and the pages reach the same way.
"""

from __future__ import annotations

from typing import Any

from celery.schedules import crontab
from celery.signals import beat_init, worker_init, worker_ready

from config.environment import SettingsError, environment
from wiring.queue import QUEUE, application, enqueue, open_once, run

SOFT, HARD = 3_300, 3_600
"""A first pass may outlast the visibility timeout: the copy that Redis then delivers finds the lease, and ends."""

app = application()


@app.task(name="sync_pass", soft_time_limit=SOFT, time_limit=HARD)
def sync_pass(release: int | None = None) -> None:
    """One pass over what changed."""
    run("sync_pass", release)


@app.task(name="audit", soft_time_limit=SOFT, time_limit=HARD)
def audit() -> None:
    """Every rule over every record."""
    run("audit")


@app.task(name="sweep")
def sweep() -> None:
    """Start a pass where something is due."""
    run("sweep")


@app.task(name="beat_heart")
def beat_heart() -> None:
    """Show that messages reach a worker."""
    run("beat_heart")


@app.task(name="send_digests")
def send_digests() -> None:
    """The digests that are due, and what a channel refused before."""
    run("send_digests")


def _every(task: str, seconds: int) -> dict[str, Any]:
    """A message that nobody took in time is dropped: the next one says the same."""
    return {"task": task, "schedule": seconds, "options": {"queue": QUEUE, "expires": max(seconds, 30)}}


app.conf.beat_schedule = {
    "sync_pass": _every("sync_pass", environment().sync_seconds),
    "sweep": _every("sweep", 30),
    "beat_heart": _every("beat_heart", 60),
    "send_digests": _every("send_digests", 300),
    "audit": {"task": "audit", "schedule": crontab(hour="3", minute="30"), "options": {"queue": QUEUE}},
}
app.conf.beat_schedule_filename = str(environment().data_dir / "beat")


@beat_init.connect
@worker_init.connect
def _check(**_: object) -> None:
    """Neither starts without a Redis to speak to; signals let nothing through but an exit."""
    if not environment().redis_url:
        raise SystemExit("ENTENTE_REDIS_URL is not set: give the worker and beat redis://HOST:6379/0")


@worker_init.connect
def _open(**_: object) -> None:
    """The store is up to date before the first message, and before the worker forks."""
    try:
        open_once()
    except SettingsError as error:
        raise SystemExit(str(error)) from error


@worker_ready.connect
def _catch_up(**_: object) -> None:
    """What waited while no worker was there begins at once."""
    enqueue("beat_heart")
    enqueue("sync_pass")
