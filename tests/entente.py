"""Runs the `entente` command as a user does: a process of its own, with settings from the environment."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import command_process
from tests.postgres_server import SERVER, database_for
from tests.sandbox_client import SandboxClient

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


@dataclass(frozen=True)
class Entente:
    """One installation in a directory of its own; `settings` are ENTENTE_ variables without the prefix."""

    directory: Path
    settings: dict[str, str] = field(default_factory=dict)

    @classmethod
    def on(cls, sandbox: SandboxClient, directory: Path, **settings: str) -> Entente:
        """An installation that is set up for a sandbox."""
        accounts = {
            "HUBSPOT_URL": sandbox.hubspot_url,
            "HUBSPOT_TOKEN": "pat-otto",
            "SALESFORCE_URL": sandbox.salesforce_url,
            "SALESFORCE_CLIENT_ID": "otto",
            "SALESFORCE_CLIENT_SECRET": "secret",
        }
        return cls(directory, accounts | settings)

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ENTENTE_")}
        environment |= {f"ENTENTE_{name}": value for name, value in self.settings.items()}
        if SERVER in os.environ:
            environment.setdefault("ENTENTE_DATABASE_URL", database_for(os.environ[SERVER], self.directory))
        environment.setdefault("ENTENTE_DATA_DIR", str(self.directory / "data"))
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        return command_process.run(arguments, environment, stdin)

    def json(self, *arguments: str) -> Any:
        """Run one command that must succeed, and read what it prints."""
        done = self.run(*arguments, "--format", "json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
