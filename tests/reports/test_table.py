"""A table shows the same facts to machines, to spreadsheet programs and to people."""

from __future__ import annotations

import csv
import io
import json

import pytest
from rich.console import Console

from reports.table import Cell, Column, Table, alphabetical, neutral, shown_percent

COLUMNS = (Column("rep", "Rep"), Column("records", "Records", "count"), Column("share", "Filled", "percent"))


def table(*rows: tuple[Cell, ...], notes: tuple[str, ...] = ()) -> Table:
    return Table("By rep", COLUMNS, rows, notes)


def printed(shown: Table, *, is_terminal: bool = False) -> str:
    page = io.StringIO()
    shown.print_table(Console(file=page, width=100, force_terminal=is_terminal, legacy_windows=False))
    return page.getvalue()


def test_json_keeps_numbers_as_numbers_and_the_unknown_as_null() -> None:
    shown = json.loads(table(("Rita", 4, 62.5), ("Régis", 0, None), notes=("One rep has no data.",)).to_json())

    assert shown["title"] == "By rep"
    assert shown["columns"][2] == {"name": "share", "label": "Filled", "kind": "percent"}
    assert shown["rows"][0] == {"rep": "Rita", "records": 4, "share": 62.5}
    assert shown["rows"][1]["share"] is None
    assert shown["notes"] == ["One rep has no data."]


def test_csv_has_the_names_then_the_rows_and_leaves_the_unknown_empty() -> None:
    content = table(('Rita "R", rep', 4, 62.5), ("", 0, None)).to_csv()

    assert list(csv.reader(io.StringIO(content))) == [
        ["rep", "records", "share"],
        ['Rita "R", rep', "4", "62.5"],
        ["", "0", ""],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "-", "=cmd|' /C calc'!A0"])
def test_no_spreadsheet_program_runs_a_cell_of_our_csv(text: str) -> None:
    content = table((text, 1, 1.0)).to_csv()

    rows = list(csv.reader(io.StringIO(content, newline="")))
    assert rows[1] == [f"'{text}", "1", "1.0"]


@pytest.mark.parametrize("cell", [-5, -5.5, "-5", "+33123", "-1,5", "Rita", "a=b", "", None])
def test_plain_numbers_and_plain_text_stay_as_they_are_in_csv(cell: Cell) -> None:
    assert neutral(cell) == cell


def test_a_formula_in_a_columns_name_is_neutralised_too() -> None:
    content = Table("", (Column("=A1", "A"),), ()).to_csv()

    assert content == "'=A1\r\n"


def test_people_see_labels_thousands_and_bars() -> None:
    shown = printed(table(("Rita", 1234, 50.0), ("Mark", 0, None), notes=("Mark has no records.",)))

    assert "Filled" in shown
    assert "1,234" in shown
    assert "██████░░░░░░  50.00 %" in shown
    assert "no data" in shown
    assert "Mark has no records." in shown


def test_only_what_is_whole_is_shown_as_100() -> None:
    nearly = printed(table(("Rita", 1, 99.9999)))

    assert "99.99 %" in nearly
    assert "░" in nearly
    assert shown_percent(100.0) == "100.00 %"
    assert shown_percent(0.0001) == "0.01 %"


def test_every_percentage_of_two_decimals_is_shown_as_it_is() -> None:
    wrong = [number for number in range(10_001) if shown_percent(number / 100) != f"{number / 100:.2f} %"]

    assert wrong == []


def test_text_from_a_file_cannot_style_or_steer_the_terminal() -> None:
    shown = printed(table(("[red]Rita[/red]\x1b[2J", 1, 1.0)))

    assert "[red]Rita[/red]\ufffd[2J" in shown
    assert "\x1b" not in shown


def test_colours_are_for_terminals_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")

    assert "\x1b[" not in printed(table(("Rita", 1, 1.0)))
    assert "\x1b[" in printed(table(("Rita", 1, 1.0)), is_terminal=True)


def test_names_are_in_the_order_of_the_alphabet_whatever_their_case() -> None:
    assert alphabetical(["mona", "Rita", "Mark", "", "otto"]) == ["", "Mark", "mona", "otto", "Rita"]
