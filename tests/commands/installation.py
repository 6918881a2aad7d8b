"""`entente up` as a user starts it: a process in a session of its own, and what it prints."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.entente import ROOT

SIGN_IN = re.compile(r"^Sign in +(\w+) +(\S+)", re.MULTILINE)
COMMAND = [sys.executable, "-c", "import cli; cli.main()", "up"]


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(directory: Path, **settings: str) -> dict[str, str]:
    """This process's environment, with these ENTENTE_ settings and no others."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ENTENTE_")}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return kept | {"ENTENTE_DATA_DIR": str(directory)} | {f"ENTENTE_{name}": value for name, value in settings.items()}


@dataclass
class Installation:
    """One `entente up`; `said` grows with what it prints."""

    directory: Path
    port: int = field(default_factory=free_port)
    settings: dict[str, str] = field(default_factory=dict)
    people: int = 300
    stdin: int = subprocess.DEVNULL
    said: str = ""
    process: subprocess.Popen[str] = field(init=False)

    def start(self) -> None:
        """Start it, without waiting."""
        self.process = subprocess.Popen(
            [*COMMAND, "--port", str(self.port), "--people", str(self.people)], cwd=ROOT, text=True,
            env=environment(self.directory, **self.settings), start_new_session=True, stdin=self.stdin,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line

    def wait_for(self, words: str, seconds: float = 180) -> None:
        """Until it has said this."""
        deadline = time.monotonic() + seconds
        while words not in self.said:
            assert self.process.poll() is None, f"ended without saying {words!r}:\n{self.said}"
            assert time.monotonic() < deadline, f"not within {seconds} s: {words!r}\n{self.said}"
            time.sleep(0.1)

    def stop(self) -> int:
        """SIGTERM, as a service manager ends it; returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def passwords(self) -> dict[str, str]:
        return dict(SIGN_IN.findall(self.said))

    def address_of(self, system: str) -> str:
        """The sandbox's HubSpot or Salesforce, as printed."""
        found = re.search(rf"^{system} +(http\S+)", self.said, re.MULTILINE)
        assert found, self.said
        return found[1]

    def processes(self) -> dict[int, str]:
        """What runs with this installation's settings: command lines by process id."""
        found = {}
        for each in Path("/proc").glob("[0-9]*"):
            try:
                if str(self.directory).encode() in (each / "environ").read_bytes():
                    found[int(each.name)] = (each / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue  # it has just ended, or is not ours to look at
        return found
