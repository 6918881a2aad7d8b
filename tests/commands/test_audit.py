"""`entente audit`: what a person gets for a spreadsheet, and what is said where it cannot be."""

from __future__ import annotations

import csv
import io
import json
import os
import random
from pathlib import Path
from typing import Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from typer.testing import CliRunner, Result

from commands.audit import audit

DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the folder shared/data is not beside the project")

APP = typer.Typer()
APP.command()(audit)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(APP, [str(argument) for argument in arguments])


def found(*arguments: object) -> dict[str, Any]:
    result = run(*arguments, "--format", "json")
    assert result.exit_code == 0, result.stderr
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def refused(*arguments: object) -> str:
    """The one line that is said when nothing is done."""
    result = run(*arguments)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    return result.stderr


@pytest.fixture
def deals(tmp_path: Path) -> Path:
    path = tmp_path / "deals.csv"
    path.write_text(
        "rep,email,phone\n"
        "Rita,rita@example.com,+33 1\n"
        "Rita, ,select\n"
        " Rita ,x@example.com,\n"
        "Zoe,z@example.com,+33 2\n"
        ",y@example.com, SELECT \n"
    )
    return path


@pytest.fixture
def reps(tmp_path: Path) -> Path:
    path = tmp_path / "reps.csv"
    path.write_text("rep,manager,region\nRita,Mona,North\nRob,Mona,South\nann,Otto,South\n")
    return path


@needs_data
def test_a_real_pipeline_shows_its_gaps_and_the_reps_who_have_nothing() -> None:
    answer = found(
        *("--input", DATA / "crm_pipeline/sales_pipeline.csv"),
        *("--by", "sales_agent", "--reps", DATA / "crm_pipeline/sales_teams.csv"),
        *("--fields", "product,account,deal_stage,engage_date,close_date,close_value"),
    )

    assert answer["records"] == 8800
    assert answer["completeness"] == 88.4413
    assert len(answer["fields"]) == 6
    assert len(answer["groups"]) == 30
    assert len(answer["no_data"]) == 5
    assert set(answer["rollups"]) == {"manager", "regional_office"}
    assert sum(group["records"] for group in answer["rollups"]["manager"]) == 8800
    assert answer["broken"] == []


@needs_data
def test_real_leads_full_of_select_are_not_taken_for_filled() -> None:
    result = run("--input", DATA / "leads/Leads.csv", "--placeholders", "Select", "--format", "json")

    answer = json.loads(result.stdout)
    assert answer["records"] == 9240
    assert len(answer["fields"]) == 37
    assert answer["completeness"] == 84.0824
    assert result.stderr == "note: Leads.csv: column 38 has neither a name nor data and is left out\n"


def test_blanks_and_placeholders_are_counted_apart_over_all_columns(deals: Path) -> None:
    answer = found("--input", deals, "--placeholders", "Select,N/A")

    assert answer == {
        "records": 5,
        "fields": [
            {"field": "rep", "filled": 4, "blank": 1, "placeholder": 0, "completeness": 80.0},
            {"field": "email", "filled": 4, "blank": 1, "placeholder": 0, "completeness": 80.0},
            {"field": "phone", "filled": 2, "blank": 1, "placeholder": 2, "completeness": 40.0},
        ],
        "completeness": 66.6667,
        "complete_records": 2,
        "groups": [],
        "no_data": [],
        "rollups": {},
        "broken": [],
    }


def test_a_placeholder_that_is_not_named_counts_as_filled(deals: Path) -> None:
    answer = found("--input", deals, "--fields", "phone")

    assert answer["fields"] == [{"field": "phone", "filled": 4, "blank": 1, "placeholder": 0, "completeness": 80.0}]


def test_groups_are_by_trimmed_value_and_the_blank_group_comes_first(deals: Path) -> None:
    answer = found("--input", deals, "--by", "rep", "--fields", "phone,email", "--placeholders", "select")

    assert [field["field"] for field in answer["fields"]] == ["email", "phone"]
    assert answer["groups"] == [
        {"group": "", "records": 1, "filled": 1, "completeness": 50.0},
        {"group": "Rita", "records": 3, "filled": 3, "completeness": 50.0},
        {"group": "Zoe", "records": 1, "filled": 2, "completeness": 100.0},
    ]


def test_reps_without_a_record_have_no_data_and_roll_ups_weigh_by_records(deals: Path, reps: Path) -> None:
    answer = found("--input", deals, "--by", "rep", "--reps", reps, "--fields", "email")

    assert answer["no_data"] == ["ann", "Rob"]
    assert [group["group"] for group in answer["groups"]] == ["", "Rita", "Zoe"]
    assert answer["rollups"] == {
        "manager": [
            {"group": "", "records": 2, "filled": 2, "completeness": 100.0},
            {"group": "Mona", "records": 3, "filled": 2, "completeness": 66.6667},
        ],
        "region": [
            {"group": "", "records": 2, "filled": 2, "completeness": 100.0},
            {"group": "North", "records": 3, "filled": 2, "completeness": 66.6667},
        ],
    }


def test_broken_rows_are_listed_and_the_rest_is_audited(deals: Path) -> None:
    with deals.open("a") as file:
        file.write('Mark,m@example.com\n"Mona\n')

    answer = found("--input", deals)

    assert answer["records"] == 5
    assert answer["broken"] == [
        {"line": 7, "reason": "2 cells where the header has 3"},
        {"line": 8, "reason": "a quote is opened here and never closed"},
    ]


def test_an_excel_file_gives_the_same_audit_as_its_csv(deals: Path, tmp_path: Path) -> None:
    book = Workbook()
    assert book.active
    for row in csv.reader(io.StringIO(deals.read_text())):
        book.active.append([cell or None for cell in row])
    book.save(tmp_path / "deals.xlsx")

    answer = found("--input", tmp_path / "deals.xlsx", "--by", "rep", "--placeholders", "select")

    assert answer == found("--input", deals, "--by", "rep", "--placeholders", "select")


def test_a_header_without_rows_has_no_percentage(tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text("rep,email\n")

    result = run("--input", tmp_path / "deals.csv", "--format", "json")

    answer = json.loads(result.stdout)
    assert answer["records"] == 0
    assert answer["completeness"] is None
    assert answer["fields"][0]["completeness"] is None
    assert result.stderr == "note: deals.csv: no records, for it holds a header only; so there is no percentage\n"


def test_names_with_commas_are_given_in_quotes(tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text('"name, first",note\nRita,"none, yet"\n')

    answer = found(
        "--input", tmp_path / "deals.csv", "--fields", 'note, "name, first"', "--placeholders", '"None, yet"'
    )

    assert [(field["field"], field["placeholder"]) for field in answer["fields"]] == [("name, first", 0), ("note", 1)]


VALUES = st.sampled_from(["", " ", "\t", "x", "Select", " select ", "N/A", "\u00a0", "ǰ", "=1"])


@given(rows=st.lists(st.tuples(VALUES, VALUES, VALUES), max_size=40))
def test_counts_agree_with_counting_cell_by_cell(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]
) -> None:
    path = tmp_path_factory.mktemp("audit") / "deals.csv"
    with path.open("w", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([("a", "b", "c"), *rows])

    answer = found("--input", path, "--placeholders", "select,n/a", "--by", "a")

    filled = [[cell.strip().lower() not in ("", "select", "n/a") for cell in row] for row in rows]
    groups = {row[0].strip() for row in rows}
    assert answer["records"] == len(rows)
    assert [field["filled"] for field in answer["fields"]] == [sum(row[at] for row in filled) for at in range(3)]
    assert [field["blank"] for field in answer["fields"]] == [
        sum(not row[at].strip() for row in rows) for at in range(3)
    ]
    assert answer["complete_records"] == sum(map(all, filled))
    assert {group["group"]: group["filled"] for group in answer["groups"]} == {
        group: sum(sum(marks) for row, marks in zip(rows, filled, strict=True) if row[0].strip() == group)
        for group in groups
    }


def test_a_file_of_many_batches_counts_like_one(tmp_path: Path) -> None:
    chance = random.Random(7)
    rows = [
        (f"rep {chance.randrange(50)}", chance.choice(["", "x"]), "y" * chance.randrange(30)) for _ in range(40_000)
    ]
    with (tmp_path / "deals.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("rep", "a", "b"), *rows])

    answer = found("--input", tmp_path / "deals.csv", "--by", "rep")

    assert answer["records"] == 40_000
    assert answer["complete_records"] == sum(all(row) for row in rows)
    assert sum(group["filled"] for group in answer["groups"]) == sum(bool(cell) for row in rows for cell in row)


def test_the_csv_is_one_tidy_table_without_formulas(tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text("rep,email\n=HYPERLINK(1),x\n-5,\nRita\n")
    (tmp_path / "reps.csv").write_text("rep,manager\n-5,@Mona\n+Rob(1),\n")

    result = run("--input", tmp_path / "deals.csv", "--by", "rep", "--reps", tmp_path / "reps.csv", "--format", "csv")

    assert list(csv.reader(io.StringIO(result.stdout))) == [
        ["section", "name", "records", "filled", "blank", "placeholder", "completeness"],
        ["all", "", "2", "3", "1", "0", "75.0"],
        ["complete_records", "", "1", "", "", "", ""],
        ["field", "rep", "2", "2", "0", "0", "100.0"],
        ["field", "email", "2", "1", "1", "0", "50.0"],
        ["group", "-5", "1", "1", "", "", "50.0"],
        ["group", "'=HYPERLINK(1)", "1", "2", "", "", "100.0"],
        ["rollup:manager", "", "1", "2", "", "", "100.0"],
        ["rollup:manager", "'@Mona", "1", "1", "", "", "50.0"],
        ["no_data", "'+Rob(1)", "0", "", "", "", ""],
        ["broken", "line 4: 1 cell where the header has 2", "", "", "", "", ""],
    ]


def test_people_get_a_summary_and_tables_without_colours_when_piped(deals: Path, reps: Path) -> None:
    result = run("--input", deals, "--by", "rep", "--reps", reps, "--placeholders", "select")

    assert result.stdout.startswith(
        "deals.csv: 5 records, 3 fields, completeness 66.67 %, 2 records with every field filled\n"
    )
    assert "By rep" in result.stdout
    assert "By manager" in result.stdout
    assert "Reps without a record" in result.stdout
    assert "\x1b" not in result.stdout


def test_a_long_list_of_broken_rows_is_cut_for_people_only(tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text("rep,email\n" + "Rita\n" * 25)

    shown = run("--input", tmp_path / "deals.csv")

    assert "and 5 more rows" in shown.stdout
    assert "none of its rows can be read" in shown.stderr
    assert len(found("--input", tmp_path / "deals.csv")["broken"]) == 25


@pytest.mark.parametrize("output_format", ["table", "json", "csv"])
def test_output_goes_into_the_file_whole_and_nowhere_else(deals: Path, tmp_path: Path, output_format: str) -> None:
    target = tmp_path / "audit.out"
    target.write_text("old")
    target.chmod(0o640)

    result = run("--input", deals, "--format", output_format, "--output", target)

    assert result.exit_code == 0
    assert result.stdout == ""
    assert "email" in target.read_text()
    assert target.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["audit.out", "deals.csv"]


def test_output_through_a_link_leaves_the_link_in_place(deals: Path, tmp_path: Path) -> None:
    (tmp_path / "real.json").write_text("{}")
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")

    run("--input", deals, "--format", "json", "--output", tmp_path / "link.json")

    assert (tmp_path / "link.json").is_symlink()
    assert json.loads((tmp_path / "real.json").read_text())["records"] == 5


def test_output_to_a_place_that_cannot_be_is_refused(deals: Path, tmp_path: Path) -> None:
    before = deals.read_bytes()

    assert "Create it first" in refused("--input", deals, "--output", tmp_path / "none" / "a.json")
    assert "is not a file" in refused("--input", deals, "--output", tmp_path)
    assert "would overwrite what is read" in refused("--input", deals, "--output", tmp_path / "." / "deals.csv")
    assert deals.read_bytes() == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_output_into_a_locked_folder_is_refused(deals: Path, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)

    assert "cannot be written" in refused("--input", deals, "--output", locked / "a.json")


def test_a_mistake_leaves_what_is_there_as_it_was(deals: Path, tmp_path: Path) -> None:
    target = tmp_path / "audit.json"
    target.write_text("old")
    deals.write_text("rep,\nRita,\nMark,data\n")

    message = refused("--input", deals, "--format", "json", "--output", target)

    assert "line 3 holds a value in column 2" in message
    assert target.read_text() == "old"


def test_a_column_that_does_not_exist_is_named_with_the_nearest(deals: Path) -> None:
    assert 'has no column "Email" (--fields). Perhaps "email" is meant.' in refused(
        "--input", deals, "--fields", "Email"
    )
    assert 'has no column "owner" (--by). Its columns are: rep, email, phone.' in refused(
        "--input", deals, "--by", "owner"
    )
    assert 'has no column "" (--by)' in refused("--input", deals, "--by", " ")


def test_options_that_say_nothing_are_refused(deals: Path, reps: Path) -> None:
    assert "Add --by" in refused("--input", deals, "--reps", reps)
    assert "--fields names no column" in refused("--input", deals, "--fields", " , ")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refused("--input", tmp_path / "none.csv") == f"{tmp_path}/none.csv: there is no such file. Check the path.\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("rep,manager\nRita,Mona\nRita,Otto\n", 'line 3 lists "Rita" a second time, with other values'),
        ("rep,manager\nRita\n", "line 2: 1 cell where the header has 2. Correct this row"),
        ("rep,manager\n", "names no rep"),
        (",manager\n,Mona\n", "the first column has no name"),
    ],
)
def test_a_list_of_reps_with_a_mistake_is_refused(deals: Path, reps: Path, content: str, says: str) -> None:
    reps.write_text(content)

    assert says in refused("--input", deals, "--by", "rep", "--reps", reps)


def test_a_rep_listed_twice_alike_counts_once_and_a_nameless_line_is_noted(deals: Path, reps: Path) -> None:
    reps.write_text("rep,manager\nRob,Mona\n Rob ,Mona\n,Mona\n")

    result = run("--input", deals, "--by", "rep", "--reps", reps, "--format", "json")

    assert json.loads(result.stdout)["no_data"] == ["Rob"]
    assert result.stderr == "note: reps.csv: line 4 names no rep and is left out\n"
