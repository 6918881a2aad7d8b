"""Builds connectors, store, rules and engine from the settings: the one room that knows every part.

Commands and workers ask for a `Service`; nothing below knows where its collaborators come from. Django starts here, so
what needs its tables is imported after it has.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from config.database import sqlite_file
from config.environment import Environment, SettingsError, environment
from connectors.base import Connector
from crm.record import Side
from sync.engine import Progress, silent
from wiring.accounts import connect
from wiring.configuration import Configuration, load_configuration

__all__ = ["build", "connect", "load_configuration", "open_store"]

if TYPE_CHECKING:
    from wiring.service import Service

_migrated: set[str] = set()
"""The databases that this process brought up to date: its many short tasks need not look again."""


def build(
    settings: Environment | None = None,
    *,
    connectors: Mapping[Side, Connector] | None = None,
    configuration: Configuration | None = None,
    progress: Progress = silent,
) -> Service:
    """The house, built from the settings of this process or from what is given instead of them."""
    settings = settings or environment()
    configuration = configuration or load_configuration(settings.config_dir)
    connectors = connectors or connect(settings, configuration.mapping, configuration.with_ways_out)
    open_store(settings)
    from wiring.service import Service

    return Service(settings, configuration, connectors, progress)


def open_store(settings: Environment) -> None:
    """Start Django on the settings' database and bring its tables up to date."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    path = sqlite_file(settings)
    if path is not None:
        _make_file(path)
    import django
    from django.core.management import call_command

    django.setup()
    from django.db.utils import OperationalError

    from store.sql import one_at_a_time

    url = settings.database_url.get_secret_value() or str(path)
    if url in _migrated:
        return
    try:
        with one_at_a_time("tables"):
            call_command("migrate", verbosity=0, interactive=False)
        _migrated.add(url)
    except OperationalError as error:
        raise SettingsError(
            f"the database cannot be used ({' '.join(str(error).split())}): start it, or correct ENTENTE_DATABASE_URL"
        ) from error


def _make_file(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    except OSError as error:
        raise SettingsError(f"cannot write {path} ({error.strerror}): mend ENTENTE_DATA_DIR or its rights") from error
