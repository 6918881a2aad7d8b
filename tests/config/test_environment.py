"""Settings come from ENTENTE_ variables, or from files that ENTENTE_..._FILE names; secrets never show."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.database import django_database, sqlite_file
from config.environment import Environment, SettingsError, environment


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this machine's own settings."""
    import os

    for name in [name for name in os.environ if name.startswith("ENTENTE_")]:
        monkeypatch.delenv(name)


def test_a_setting_may_lie_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As secrets of a container do; the line end is not part of it."""
    (tmp_path / "token").write_text("pat-otto\n", encoding="utf-8")
    monkeypatch.setenv("ENTENTE_HUBSPOT_TOKEN_FILE", str(tmp_path / "token"))

    settings = Environment()

    assert settings.hubspot_token.get_secret_value() == "pat-otto"


def test_a_secret_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in a log nor in a traceback."""
    monkeypatch.setenv("ENTENTE_SALESFORCE_CLIENT_SECRET", "s3cret-of-otto")

    assert "s3cret-of-otto" not in repr(Environment())


def test_a_setting_that_is_set_twice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Which of the two holds would be a guess."""
    (tmp_path / "token").write_text("one", encoding="utf-8")
    monkeypatch.setenv("ENTENTE_HUBSPOT_TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("ENTENTE_HUBSPOT_TOKEN", "two")

    with pytest.raises(SettingsError, match="ENTENTE_HUBSPOT_TOKEN is set twice"):
        Environment()


def test_a_file_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With the variable, the path and the reason."""
    monkeypatch.setenv("ENTENTE_HUBSPOT_TOKEN_FILE", str(tmp_path / "nowhere"))

    with pytest.raises(SettingsError, match=r"ENTENTE_HUBSPOT_TOKEN_FILE: cannot read .*nowhere"):
        Environment()


def test_a_database_of_another_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of filling another one in silence; the password is not repeated."""
    monkeypatch.setenv("ENTENTE_DATABASE_URL", "mysql://otto:s3cret@localhost/entente")

    with pytest.raises(SettingsError, match="ENTENTE_DATABASE_URL: mysql is no database") as refused:
        django_database(Environment())

    assert "s3cret" not in f"{refused.value} {Environment()!r}"


def test_postgres_is_named_by_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the password as it is, however it had to be written."""
    monkeypatch.setenv("ENTENTE_DATABASE_URL", "postgres://otto:p%40ss@db:5432/entente")

    found = django_database(Environment())

    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["NAME"]) == ("otto", "p@ss", "db", "entente")


def test_the_database_lies_in_the_data_directory_unless_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """One file to back up."""
    monkeypatch.setenv("ENTENTE_DATA_DIR", "/srv/entente")
    assert sqlite_file(Environment()) == Path("/srv/entente/entente.sqlite3")

    monkeypatch.setenv("ENTENTE_DATABASE_URL", "sqlite:////srv/other.sqlite3")
    assert sqlite_file(Environment()) == Path("/srv/other.sqlite3")


def test_a_time_zone_that_nobody_knows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A digest at the wrong hour would be noticed late."""
    monkeypatch.setenv("ENTENTE_TIME_ZONE", "Paris")

    with pytest.raises(SettingsError, match=r"ENTENTE_TIME_ZONE: .*Paris is no time zone"):
        environment.__wrapped__()
