"""What workers do: each function is one task, whole in itself, and may be killed or repeated at any moment."""

from __future__ import annotations

import logging

from config.environment import environment
from reports.stored import NothingRead
from store import desk, due, heartbeat, runs
from wiring import build, digests, load_configuration
from wiring.queue import enqueue

_log = logging.getLogger(__name__)


def sync_pass(release: int | None = None) -> None:
    """One pass over what changed, as `entente sync` does it; `release` names a braked run that may pass.

    Nothing happens while another run is at work, or while passes rest because the last ones failed or were braked.
    """
    release = desk.released() if release is None else release
    if release is None and (seconds := due.rest()):
        _log.info("the last passes came to nothing: the next one begins in %s s", seconds)
        return
    try:
        result = build().sync(release=release)
    except runs.AnotherRun as other:
        _log.info("%s", other)
        return
    if result["state"] == "braked":
        reasons = "; ".join(result["braked"])
        _log.warning("run %s was braked before its first write: this round %s", result["run"], reasons)
    else:
        counts = {name: result[name] for name in ("pulled", "created", "updated", "conflicts", "held", "dead")}
        _log.info("run %s is done: %s", result["run"], counts)


def audit() -> None:
    """Ask every rule about every record again: what depends on the day changes without a change of a record."""
    try:
        build().audit()
    except runs.AnotherRun as other:
        _log.info("%s", other)


def sweep() -> None:
    """Start a pass where a record or a write waits that no run has at hand, whatever became of the message about it."""
    if due.is_anything_due():
        enqueue("sync_pass")


def beat_heart() -> None:
    """Leave a sign that messages reach a worker, and that it reaches the database."""
    heartbeat.beat()


def send_digests() -> None:
    """Write the digests that are due and send what waits; until something has been read there is nothing to say."""
    settings = environment()
    try:
        digests.send_digests(settings, load_configuration(settings.config_dir))
    except NothingRead as nothing:
        _log.info("%s", nothing)
