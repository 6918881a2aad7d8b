"""docs/setup.md is true of the code: its settings exist, and so do its commands."""

from __future__ import annotations

import re

from typer.main import get_command

import cli
from config.environment import Environment
from tests.entente import ROOT

PAGE = (ROOT / "docs" / "setup.md").read_text(encoding="utf-8")


def test_every_setting_on_the_page_exists() -> None:
    named = {name.removesuffix("_FILE").lower() for name in re.findall(r"ENTENTE_([A-Z_]+[A-Z])", PAGE)}

    assert named
    assert named <= set(Environment.model_fields)


def test_every_setting_that_signs_in_stands_on_the_page() -> None:
    """In full, or as the end of a name that was just written."""
    for name in Environment.model_fields:
        if name.startswith(("hubspot_", "salesforce_")) or name == "field_keys":
            system, _, rest = name.partition("_")
            assert name.upper() in PAGE or f"`_{rest.upper()}`" in PAGE, f"{system} {rest}"


def test_every_command_on_the_page_exists() -> None:
    known = set(get_command(cli.app).commands)  # type: ignore[attr-defined]

    assert set(re.findall(r"`entente ([a-z]+)", PAGE)) <= known


def test_every_field_of_the_default_mapping_stands_in_the_permission_set() -> None:
    mapping = (ROOT / "config" / "mapping.yaml").read_text(encoding="utf-8")
    names = set(re.findall(r"sales: ([A-Z]\w+)", mapping)) | set(re.findall(r"(?:Lead|Contact): (\w+)", mapping))

    everybody_sees = {"FirstName", "LastName", "Company", "CreatedDate"}
    assert {name for name in names - everybody_sees - {"Status", "Account"} if name not in PAGE} == set()
