"""`entente rules check`: exit code 1 with what to mend, else a summary and notes."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from commands.rules import app

RULES = Path(__file__).resolve().parents[2] / "config" / "rules.yaml"


def test_a_good_file_is_summed_up() -> None:
    result = CliRunner().invoke(app, ["check", str(RULES)])

    assert result.exit_code == 0
    assert "7 rules (gate 0, remind 5, observe 2), owed by: sales 4, marketing 3, both 0" in result.stdout


def test_ages_are_notes_as_of_a_day(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    text = RULES.read_text(encoding="utf-8")
    path.write_text(text.replace("  agreed_by", "  review_by: 2026-12-31\n  agreed_by", 1), encoding="utf-8")

    early = CliRunner().invoke(app, ["check", str(path), "--as-of", "2026-12-31"])
    late = CliRunner().invoke(app, ["check", str(path), "--as-of", "2027-01-01"])

    assert "note:" not in early.stdout
    assert "rules[S01-role-industry-country].review_by: was to be reviewed by 2026-12-31" in late.stdout
    assert (early.exit_code, late.exit_code) == (0, 0)


def test_kinds_that_do_not_run_yet_are_noted_by_name(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    fresh = "{kind: fresh, fields: [contact.email], max_age_days: 9}"
    text = RULES.read_text(encoding="utf-8").replace("{kind: format, field: contact.email, type: email}", fresh)
    path.write_text(text, encoding="utf-8")

    result = CliRunner().invoke(app, ["check", str(path)])

    assert result.exit_code == 0
    assert "this version does not run it yet: fresh (S02-email-valid)" in result.stdout


def test_a_bad_file_is_one_line_on_stderr_and_exit_code_1(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("version: 1\nplaceholder: [x]\n", encoding="utf-8")

    result = CliRunner().invoke(app, ["check", str(path)])

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == f'{path}, line 2: placeholder: unknown key; did you mean "placeholders"?\n'
