"""`entente rules check`: exit code 1 with what to mend, else a summary and notes."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from commands.rules import app

ROOT = Path(__file__).resolve().parents[2]
RULES, MAPPING = ROOT / "config" / "rules.yaml", ROOT / "config" / "mapping.yaml"
SAMPLE = ROOT.parent / "shared" / "design" / "sample_rules.yaml"


def test_a_good_file_is_summed_up() -> None:
    result = CliRunner().invoke(app, ["check", str(RULES)])

    assert result.exit_code == 0
    assert "8 rules (gate 0, remind 6, observe 2), owed by: sales 5, marketing 3, both 0" in result.stdout


def test_ages_are_notes_as_of_a_day(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    text = RULES.read_text(encoding="utf-8")
    path.write_text(text.replace("  agreed_by", "  review_by: 2026-12-31\n  agreed_by", 1), encoding="utf-8")

    early = CliRunner().invoke(app, ["check", str(path), "--as-of", "2026-12-31"])
    late = CliRunner().invoke(app, ["check", str(path), "--as-of", "2027-01-01"])

    assert "note:" not in early.stdout
    assert "rules[S01-role-industry-country].review_by: was to be reviewed by 2026-12-31" in late.stdout
    assert (early.exit_code, late.exit_code) == (0, 0)


def test_the_sample_rules_have_no_errors_and_what_they_ask_is_summed_up() -> None:
    if not SAMPLE.exists():
        pytest.skip(f"the sample rules are not there: {SAMPLE}")

    result = CliRunner().invoke(app, ["check", str(SAMPLE), "--as-of", "2026-11-25"])

    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert "17 rules (gate 4, remind 12, observe 1), owed by: sales 10, marketing 5, both 2, 0 errors" in lines[0]
    assert lines[1] == "effort: 265 s a week per rep of 1500 s; most for S07-visit-report (34 %)"
    assert lines[2] == "reciprocity: 10 obligations on sales, 5 on marketing (remind or gate)"
    assert "gates: 1 of 5 on msql.stage -> rejected" in lines
    assert "note:" not in result.stdout


def test_with_a_mapping_what_it_lacks_is_named_by_line() -> None:
    if not SAMPLE.exists():
        pytest.skip(f"the sample rules are not there: {SAMPLE}")

    good = CliRunner().invoke(app, ["check", str(RULES), "--mapping", str(MAPPING)])
    bad = CliRunner().invoke(app, ["check", str(SAMPLE), "--mapping", str(MAPPING)])

    assert (good.exit_code, bad.exit_code) == (0, 1)
    assert 'line 13: rules[S01-msql-core-fields].applies_when.value: unknown stage "accepted"' in bad.stderr
    assert 'rules[S07-visit-report].object: unknown object "meeting"; the mapping has: ' in bad.stderr
    assert "map it, or say under names: which of these meeting is" in bad.stderr
    assert "S11-no-duplicate-contact" not in bad.stderr


def test_a_bad_file_is_one_line_on_stderr_and_exit_code_1(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("version: 1\nplaceholder: [x]\n", encoding="utf-8")

    result = CliRunner().invoke(app, ["check", str(path)])

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == f'{path}, line 2: placeholder: unknown key; did you mean "placeholders"?\n'
