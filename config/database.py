"""Where the store lies: ENTENTE_DATABASE_URL as Django's settings want it, for SQLite and for Postgres."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dj_database_url

from config.environment import PREFIX, Environment, SettingsError

FILE_NAME = "entente.sqlite3"
_POSTGRES = ("postgres", "postgresql")
_HOW = f"set {PREFIX}DATABASE_URL to postgres://USER:PASSWORD@HOST:PORT/NAME or to sqlite:///PATH"
_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
}


def django_database(settings: Environment) -> dict[str, Any]:
    """The entry of Django's DATABASES. Raises SettingsError for an address that names no database we can use."""
    path = sqlite_file(settings)
    if path is not None:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": dict(_SQLITE_OPTIONS)}
    try:
        found = dict(dj_database_url.parse(settings.database_url.get_secret_value(), conn_health_checks=True))
    except ValueError as error:  # its message may hold the password
        raise SettingsError(f"{PREFIX}DATABASE_URL cannot be read: {_HOW}, special characters as %XX") from error
    if not found["NAME"]:
        raise SettingsError(f"{PREFIX}DATABASE_URL names no database: {_HOW}")
    return found


def sqlite_file(settings: Environment) -> Path | None:
    """Where SQLite's file lies; None for Postgres. Raises SettingsError for any other kind of database."""
    url = settings.database_url.get_secret_value()
    if not url:
        return settings.data_dir / FILE_NAME
    scheme, found, rest = url.partition("://")
    if found and scheme in _POSTGRES:
        return None
    if scheme != "sqlite" or not rest.startswith("/") or rest == "/":
        kind = scheme if found else "an address without ://"
        raise SettingsError(f"{PREFIX}DATABASE_URL: {kind} is no database that Entente can use: {_HOW}")
    return Path(rest[1:])
