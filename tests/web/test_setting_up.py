"""What the web needs to start: a key that stays, users, and vendored files that are what they say."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from config.environment import Environment, SettingsError
from config.secret_key import secret_key
from tests.entente import ROOT
from web.words import WORDS
from web.words.answers import ANSWERS
from web.words.audience import AUDIENCE
from web.words.ops import OPS
from web.words.pages import PAGES
from web.words.scores import SCORES


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    settings = Environment(data_dir=tmp_path / "data")

    keys = {secret_key(settings), secret_key(settings)}

    assert len(keys) == 1
    assert len(keys.pop()) > 50
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret_key"]


def test_a_key_that_is_set_wins(tmp_path: Path) -> None:
    assert secret_key(Environment(data_dir=tmp_path, secret_key=SecretStr("set by Otto"))) == "set by Otto"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_keep_the_key_is_named_with_the_mend(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")

    with pytest.raises(SettingsError, match=r"ENTENTE_SECRET_KEY is not set, and .*secret_key cannot be kept"):
        secret_key(Environment(data_dir=tmp_path / "data"))


def test_otto_adds_a_user_who_can_sign_in(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ENTENTE_")}
    environment |= {"ENTENTE_DATA_DIR": str(tmp_path)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-c", "from commands.users import app; app()", "add", "mona"]
    command += ["--email", "mona@vendor.example", "--group", "manager"]

    first, again = (
        subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=120)
        for _ in range(2)
    )

    password = first.stdout.strip().rpartition(" ")[2]
    assert "password" not in again.stdout  # the second time changes the user and keeps the password
    check = (
        "import sys, django; django.setup(); from django.contrib.auth.models import User; "
        "user = User.objects.get(username='mona'); "
        "print(user.check_password(sys.argv[1]), [group.name for group in user.groups.all()])"
    )
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    checked = subprocess.run(
        [sys.executable, "-c", check, password], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert checked.stdout == "True ['manager']\n"


def test_vendored_files_are_those_of_the_list() -> None:
    vendor = ROOT / "web" / "static" / "vendor"
    listed = {line.split()[1]: line.split()[0] for line in (vendor / "SHA256SUMS").read_text().splitlines()}

    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in vendor.glob("*.css")}

    assert found == listed


def test_no_two_rooms_mean_different_things_by_one_key() -> None:
    assert len(WORDS) == sum(map(len, (PAGES, ANSWERS, AUDIENCE, OPS, SCORES)))


def test_every_sentence_has_both_languages_and_the_same_blanks() -> None:
    for key, (english, french) in WORDS.items():
        assert english, key
        assert french, key
        assert english.count("{") == french.count("{"), key
