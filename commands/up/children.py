"""The processes of one installation: how each is started, and how one knows that it is ready."""

from __future__ import annotations

import json
import sys
import time
import urllib.request
from pathlib import Path

from commands.up.supervisor import Child


class LogDirectory:
    """One file per process, begun anew at each start."""

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self.path = path

    def begin(self, name: str) -> Path:
        """An empty log."""
        log = self.path / f"{name}.log"
        log.write_bytes(b"")
        return log


def redis(logs: LogDirectory, executable: str, socket: Path, directory: Path) -> Child:
    """Redis on a unix socket that only this user may open."""
    command = [
        executable, "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700", "--appendonly", "yes",
        "--maxmemory-policy", "noeviction", "--dir", str(directory),
    ]  # fmt: skip
    return Child("redis", command, logs.begin("redis"), lambda: _pings(socket))


def sandbox(logs: LogDirectory) -> Child:
    """An empty HubSpot and Salesforce; started again they would know nothing, so they are not."""
    command = [sys.executable, "-m", "sandbox.server", "--hubspot-port", "0", "--salesforce-port", "0"]
    log = logs.begin("sandbox")
    return Child("sandbox", command, log, lambda: bool(urls_in(log)), is_restarted=False)


def urls_in(log: Path) -> dict[str, str]:
    """The addresses of the sandbox's systems, which its log begins with; empty until both listen."""
    line, is_whole, _ = log.read_text(encoding="utf-8").partition("\n")
    return dict(json.loads(line)) if is_whole and line.startswith("{") else {}


def worker(logs: LogDirectory) -> Child:
    """A worker is ready when a message has gone through the queue and the database."""
    since = time.monotonic()
    command = [*_celery(), "worker", "--concurrency", "2", "--loglevel", "INFO"]
    return Child("worker", command, logs.begin("worker"), lambda: _has_beaten(since), patience=120)


def beat(logs: LogDirectory) -> Child:
    """Beat is ready when it says so."""
    log = logs.begin("beat")
    return Child("beat", [*_celery(), "beat", "--loglevel", "INFO"], log, lambda: b"Starting" in log.read_bytes())


def web(logs: LogDirectory, port: int) -> Child:
    """The pages."""
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", "1", "--threads", "4", "--no-control-socket"]
    return Child("web", command, logs.begin("web"), lambda: _answers(f"http://127.0.0.1:{port}/healthz"))


def _celery() -> list[str]:
    return [sys.executable, "-m", "celery", "-A", "worker"]


def _pings(socket: Path) -> bool:
    from redis import ConnectionError as NoConnection
    from redis import Redis

    try:
        return bool(Redis(unix_socket_path=str(socket)).ping())
    except NoConnection:
        return False


def _has_beaten(since: float) -> bool:
    from store.heartbeat import age

    seconds = age()
    return seconds is not None and seconds <= time.monotonic() - since


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False
