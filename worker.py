"""The Celery application, its beat schedule and the task shells; `celery -A worker worker` and `celery -A worker beat`.

Each shell calls one function of wiring/tasks.py, which the command line and the pages reach the same way.
"""

from __future__ import annotations

from typing import Any

from celery.schedules import crontab
from celery.signals import beat_init, setup_logging, worker_init, worker_ready

from config import logs
from config.environment import SettingsError, environment
from wiring.queue import QUEUE, application, enqueue, open_once
from wiring.queue import run as do

app = application()


@app.task(name="pull")
def pull(run: int | None = None) -> None:
    """Begin a pass over what changed, or read on in one."""
    do("pull", run)


@app.task(name="plan_round")
def plan_round(run: int) -> None:
    """Decide what to do about what was read."""
    do("plan_round", run)


@app.task(name="apply")
def apply(run: int) -> None:
    """Write what was decided."""
    do("apply", run)


@app.task(name="audit")
def audit(run: int | None = None) -> None:
    """Every rule over every record."""
    do("audit", run)


@app.task(name="undo")
def undo(run: int) -> None:
    """Go on with an undo."""
    do("undo", run)


@app.task(name="sweep")
def sweep() -> None:
    """Wake up what is due."""
    do("sweep")


@app.task(name="heartbeat")
def heartbeat() -> None:
    """Show that messages reach a worker."""
    do("heartbeat")


@app.task(name="send_digests")
def send_digests() -> None:
    """The digests that are due, and what a channel refused before."""
    do("send_digests")


def _every(task: str, seconds: int) -> dict[str, Any]:
    """A message that nobody took in time is dropped: the next one says the same."""
    return {"task": task, "schedule": seconds, "options": {"queue": QUEUE, "expires": max(seconds, 30)}}


app.conf.beat_schedule = {
    "pull": _every("pull", environment().sync_seconds),
    "sweep": _every("sweep", 30),
    "heartbeat": _every("heartbeat", 60),
    "send_digests": _every("send_digests", 300),
    "audit": {"task": "audit", "schedule": crontab(hour="3", minute="30,40,50"), "options": {"queue": QUEUE}},
}
app.conf.beat_schedule_filename = str(environment().data_dir / "beat")


@setup_logging.connect
def _logs(loglevel: int | str | None = None, **_: object) -> None:
    """Celery's own lines go the way of ours."""
    logs.configure(level=loglevel or "INFO")


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
    enqueue("heartbeat")
    enqueue("pull")
