"""A configuration file is refused with the file, the line, the key and the mend; a good one is plain data."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict

from config.yaml_file import ConfigError, YamlFile, load_yaml


class Field(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rule: Literal["two_way", "off"] = "two_way"
    sales: str | dict[str, str]


class Objects(BaseModel):
    model_config = ConfigDict(extra="forbid")

    skew_seconds: int = 120
    fields: dict[str, Field]


def loaded(folder: Path, text: str | bytes) -> YamlFile:
    path = folder / "mapping.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_yaml(path)


def refusal(folder: Path, text: str | bytes) -> str:
    with pytest.raises(ConfigError) as refused:
        loaded(folder, text).validate(Objects)
    return str(refused.value).replace(f"{folder}/", "")


def test_norway_stays_text_and_dates_are_dates(tmp_path: Path) -> None:
    data = loaded(tmp_path, "country: NO\non: yes\nsince: 2026-10-01\n").data

    assert data == {"country": "NO", "on": "yes", "since": date(2026, 10, 1)}


def test_a_good_file_becomes_its_model(tmp_path: Path) -> None:
    model = loaded(tmp_path, "\ufefffields:\n  phone: {sales: Phone}\n").validate(Objects)

    assert model.fields["phone"].sales == "Phone"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", 'mapping.yaml, line 3: the key "a" comes twice (first on line 1); keep one'),
        ("a: {true: 1}\n", "mapping.yaml, line 1: the key true is no text; write it in quotes, or as plain words"),
        (
            "a: 1\n? [b]\n: 1\n",
            "mapping.yaml, line 2: the key of this line is no text; write it in quotes, or as plain",
        ),
        (
            "a:\n\t- b\n",
            "mapping.yaml, line 2: not YAML: found character '\\t' that cannot start any token; indent with",
        ),
        ("a:\n  b: 1\n c: 2\n", "mapping.yaml, line 3: not YAML: expected <block end>"),
        ("a: b: c\n", "put text that holds a colon in quotes"),
        ("a: 1\n---\nb: 2\n", "mapping.yaml, line 2: not YAML: but found another document; remove the line with ---"),
        ("# old\n%YAML 1.1\n---\na: NO\n", "mapping.yaml, line 2: a directive (%) is not read here; remove the line"),
        ("a: 1\nb: 2026-13-45\n", "mapping.yaml, line 2: 2026-13-45 is no date; correct it"),
        ("a: &a [*a]\n", "mapping.yaml, line 1: an anchor that contains itself; write the value out"),
        ("<<: {a: 1}\n", "mapping.yaml, line 1: << is not read here; write the keys out"),
        ("a: 1\nb: \x07\n", "mapping.yaml, line 2: not YAML: special characters are not allowed (#x0007); remove"),
        ("a: " + "[" * 5000, "mapping.yaml: nested too deeply; write it flatter"),
        (b"a: \xe9\n", "mapping.yaml: not UTF-8 (byte 3); save the file as UTF-8"),
        ("", "mapping.yaml: no keys found"),
        ("- a\n", "mapping.yaml: no keys found"),
    ],
)
def test_broken_yaml_is_one_line_with_place_and_mend(tmp_path: Path, text: str | bytes, message: str) -> None:
    said = refusal(tmp_path, text)

    assert message in said
    assert "\n" not in said


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"rules\.yaml: no such file; check the path, or create the file"):
        load_yaml(tmp_path / "rules.yaml")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_yaml(tmp_path)


def test_every_problem_has_its_own_line_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = """\
skew_secnds: 60
fields:
  phone:
    sales: Phone
    rule: two_ways
  title: {marketing: jobtitle}
  city: {sales: 5}
  email: {sales: {Lead: 7}}
"""

    said = refusal(tmp_path, text).splitlines()

    assert said[0] == 'mapping.yaml, line 1: skew_secnds: unknown key; did you mean "skew_seconds"?'
    assert said[1] == 'mapping.yaml, line 5: fields.phone.rule: "two_ways" is not known here; did you mean "two_way"?'
    assert said[2] == 'mapping.yaml, line 6: fields.title: missing; add "sales: ..."'
    assert said[3] == "mapping.yaml, line 6: fields.title.marketing: unknown key; use one of: rule, sales"
    assert said[4].startswith("mapping.yaml, line 7: fields.city.sales: 5 is no text; put it in quotes; or ")
    assert said[5].startswith("mapping.yaml, line 8: fields.email.sales")
    assert any("fields.email.sales.Lead: 7 is no text; put it in quotes" in line for line in said)


def test_a_part_that_is_judged_by_itself_is_named_at_its_place(tmp_path: Path) -> None:
    document = loaded(tmp_path, "fields:\n  phone:\n    sale: Phone\n")

    with pytest.raises(ConfigError, match=r'line 3: fields\.phone\.sale: unknown key; did you mean "sales"'):
        document.validate(Field, at=("fields", "phone"))


def test_a_problem_found_later_is_named_at_its_line(tmp_path: Path) -> None:
    document = loaded(tmp_path, "fields:\n  phone:\n    sales: Fone\nstages:\n  - {id: sql}\n")

    refused = document.refusal([(("stages", 0, "sales"), "no such stage"), (("fields", "phone", "sales"), "no Fone")])

    assert str(refused).replace(f"{tmp_path}/", "").splitlines() == [
        "mapping.yaml, line 3: fields.phone.sales: no Fone",
        "mapping.yaml, line 5: stages[sql]: no such stage",
    ]
