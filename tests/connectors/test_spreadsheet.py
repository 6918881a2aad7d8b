"""What a spreadsheet file is when it is read: rows in order, broken rows with their line, refusals with a mend."""

from __future__ import annotations

import codecs
import csv
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from connectors.spreadsheet import Broken, UnreadableFile, open_sheet

Row = tuple[int, list[str]]


def read(path: Path) -> tuple[tuple[str, ...], list[Row], list[Broken], list[str]]:
    with open_sheet(path) as sheet:
        rows: list[Row] = []
        broken: list[Broken] = []
        for batch in sheet.batches():
            rows += zip(batch.lines, batch.rows, strict=True)
            broken += batch.broken
    return sheet.header, rows, broken, sheet.notes


def text_file(folder: Path, content: str | bytes, name: str = "contacts.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def workbook(folder: Path, rows: list[list[object]], name: str = "contacts.xlsx") -> Path:
    book = Workbook()
    assert book.active
    for row in rows:
        book.active.append(row)
    book.save(folder / name)
    return folder / name


def refusal(path: Path) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read(path)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
        (b"", "cp1252"),
    ],
)
def test_accents_survive_every_common_encoding(tmp_path: Path, mark: bytes, encoding: str) -> None:
    path = text_file(tmp_path, mark + "Prénom,Ville\r\nRégis,Orléans\r\n".encode(encoding))

    header, rows, broken, _ = read(path)

    assert header == ("Prénom", "Ville")
    assert rows == [(2, ["Régis", "Orléans"])]
    assert broken == []


def test_a_file_that_is_read_as_windows_text_says_so_and_where(tmp_path: Path) -> None:
    path = text_file(tmp_path, "name\nRita\nRégis\n".encode("cp1252"))

    *_, notes = read(path)

    assert notes == ["contacts.csv: line 3 is not valid UTF-8, so the file is read as Windows-1252"]


def test_bytes_of_no_known_encoding_are_refused_with_their_line(tmp_path: Path) -> None:
    path = text_file(tmp_path, b"name\nRita\n\x81\xff\n")

    assert "line 3 is not valid UTF-8" in refusal(path)


def test_a_cut_off_utf16_file_is_refused(tmp_path: Path) -> None:
    path = text_file(tmp_path, "name\nRita\n".encode("utf-16") + b"\x41")

    assert "not valid UTF-16" in refusal(path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_though_cells_are_full_of_the_others(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "contacts.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL)
        writer.writerow(["name, first; last\tboth", "note"])
        writer.writerows([["Rita, a; b\tc", "x,y;z\t"]] * 5)

    header, rows, broken, _ = read(path)

    assert header == ("name, first; last\tboth", "note")
    assert rows[0] == (2, ["Rita, a; b\tc", "x,y;z\t"])
    assert len(rows) == 5
    assert broken == []


@pytest.mark.parametrize(
    ("content", "width"),
    [
        ("rep;amount;note\nRita;1,50;hello, you\nMark;2,50;\n", 3),
        ("rep,amount\nRita\nMark,1,2\nMona,3\n", 2),
        ('rep,"a;b;c"\nRita,1\n', 2),
        ("name\nRita\nMark\n", 1),
        ("sep=;\nrep;note\nRita;hello, you\n", 2),
    ],
)
def test_the_header_and_the_rows_tell_the_delimiter_together(tmp_path: Path, content: str, width: int) -> None:
    header, *_ = read(text_file(tmp_path, content))

    assert len(header) == width


def test_a_delimiter_that_is_only_one_of_two_that_fit_is_said(tmp_path: Path) -> None:
    *_, notes = read(text_file(tmp_path, "a,b;c\n1,2;3\n"))

    assert notes == ["contacts.csv: cells are divided by semicolon, though comma would fit as well"]


def test_a_row_of_another_width_is_broken_and_the_rest_is_read(tmp_path: Path) -> None:
    path = text_file(tmp_path, 'rep,note\nRita,"two\nlines"\nMark\n\nMona,a,b\n   \nOtto,ok\n')

    _, rows, broken, _ = read(path)

    assert rows == [(2, ["Rita", "two\nlines"]), (8, ["Otto", "ok"])]
    assert broken == [
        Broken(4, "1 cell where the header has 2"),
        Broken(6, "3 cells where the header has 2"),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_they_do_on_any_system(tmp_path: Path, end: str) -> None:
    path = text_file(tmp_path, end.join(["rep,note", "Rita,x", "", "Mark,y"]))

    _, rows, _, _ = read(path)

    assert rows == [(2, ["Rita", "x"]), (4, ["Mark", "y"])]


def test_a_quote_that_is_never_closed_costs_one_row_not_the_rest_of_the_file(tmp_path: Path) -> None:
    path = text_file(tmp_path, 'rep,note\nRita,x\nMark,"open\nMona,y\nOtto,z\n')

    _, rows, broken, _ = read(path)

    assert [row[0] for _, row in rows] == ["Rita", "Mona", "Otto"]
    assert broken == [Broken(3, "a quote is opened here and never closed")]


def test_a_quote_that_is_closed_by_another_rows_quote_does_not_join_the_rows(tmp_path: Path) -> None:
    path = text_file(tmp_path, 'rep,note\nMark,"open\nMona,y\nOtto,"z"\n')

    _, rows, broken, _ = read(path)

    assert [row[0] for _, row in rows] == ["Mona", "Otto"]
    assert [row.line for row in broken] == [2]


def test_every_row_with_an_open_quote_is_broken_by_itself(tmp_path: Path) -> None:
    path = text_file(tmp_path, "rep,note\n" + 'Mark,"5 foot\n' * 4 + "Rita,x\n")

    _, rows, broken, _ = read(path)

    assert rows == [(6, ["Rita", "x"])]
    assert [row.line for row in broken] == [2, 3, 4, 5]


def test_quotes_out_of_order_are_no_trouble_where_the_cells_can_be_told(tmp_path: Path) -> None:
    path = text_file(tmp_path, 'rep,note\n"Rita "the rep" Martin",x\nMark,5" pipe\n"Mona" ,z\n')

    _, rows, broken, _ = read(path)

    assert [line for line, _ in rows] == [2, 3, 4]
    assert broken == []


def test_an_open_quote_in_a_long_file_leaves_all_later_rows(tmp_path: Path) -> None:
    rows_after = 300_000
    path = text_file(tmp_path, 'rep,note\nMark,"open\n' + "Rita the rep,what she said\n" * rows_after)

    _, rows, broken, _ = read(path)

    assert len(rows) == rows_after
    assert rows[-1][0] == rows_after + 2
    assert [row.line for row in broken] == [2]


def test_a_very_long_cell_is_read_whole(tmp_path: Path) -> None:
    text = "line of text\n" * 200_000
    path = text_file(tmp_path, f'rep,note\nRita,"{text}"\nMark,y\n')

    _, rows, broken, _ = read(path)

    assert rows[0] == (2, ["Rita", text])
    assert rows[1] == (200_003, ["Mark", "y"])
    assert broken == []


def test_a_cell_beyond_all_bounds_is_broken_and_the_next_row_is_read(tmp_path: Path) -> None:
    path = text_file(tmp_path, "rep,note\nRita," + "x" * 9_000_000 + "\nMark,y\n")

    _, rows, broken, _ = read(path)

    assert rows == [(3, ["Mark", "y"])]
    assert [row.line for row in broken] == [2]


def test_a_nul_breaks_its_row_only(tmp_path: Path) -> None:
    path = text_file(tmp_path, "rep,note\nRita,x\nMark,\0\nMona,y\n")

    _, rows, broken, _ = read(path)

    assert [row[0] for _, row in rows] == ["Rita", "Mona"]
    assert broken == [Broken(3, "holds a NUL character")]


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@given(
    rows=st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=30),
    delimiter=st.sampled_from(",;\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_what_a_program_writes_by_the_rules_is_read_back_unchanged(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], delimiter: str, encoding: str, end: str
) -> None:
    path = tmp_path_factory.mktemp("written") / "contacts.csv"
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
        writer.writerows([["a", "b", "c"], *rows])

    header, found, broken, _ = read(path)

    assert header == ("a", "b", "c")
    assert [row for _, row in found] == rows
    assert broken == []


def test_a_column_without_name_and_data_is_left_out_with_a_note(tmp_path: Path) -> None:
    path = text_file(tmp_path, "rep,note,\nRita,x,\nMark,y, \n")

    with open_sheet(path) as sheet:
        assert sheet.columns == ["rep", "note"]
        assert sum(len(batch.rows) for batch in sheet.batches()) == 2

    assert sheet.notes == ["contacts.csv: column 3 has neither a name nor data and is left out"]


def test_data_under_a_column_without_name_is_refused_with_its_place(tmp_path: Path) -> None:
    path = text_file(tmp_path, "rep,,note\nRita,,x\nMark,oops,y\n")

    assert "line 3 holds a value in column 2, which has no name in the header" in refusal(path)


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    path = text_file(tmp_path, "rep,note, rep \nRita,x,y\n")

    assert 'columns 1 and 3 are both named "rep"' in refusal(path)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"\n  \r\n", "holds no text"),
        ("a.csv", b",,\n1,2,3\n", "names no column"),
        ("a.csv", b'na"me\n', None),
        ("a.csv", b'"name\nRita\n', "the header: a quote is opened here and never closed"),
        ("a.csv", b"SQLite format 3\0\x10\0\n", "holds control characters"),
        ("a.csv", b"PK\x03\x04rest", "Rename a workbook to .xlsx"),
        ("a.xlsx", b"name,note\n", "is not an Excel workbook"),
        ("a.xlsx", b"PK\x03\x04rest", "is damaged"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1", "locked with a password"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", "old .xls workbook"),
        ("a.xls", b"<html>", "Save it as .xlsx or as CSV (UTF-8)"),
        ("a.ods", b"PK\x03\x04rest", "Save it as .xlsx or as CSV (UTF-8)"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_mend(
    tmp_path: Path, name: str, content: bytes, says: str | None
) -> None:
    path = text_file(tmp_path, content, name)

    if says is None:
        assert read(path)[0] == ('na"me',)
    else:
        assert says in refusal(path)


def test_a_path_that_is_no_file_is_refused(tmp_path: Path) -> None:
    assert "is not a file" in refusal(tmp_path)
    assert "there is no such file" in refusal(tmp_path / "none.csv")


@pytest.mark.parametrize("name", ["contacts.csv", "contacts.xlsx"])
def test_the_share_that_is_read_grows_to_the_whole(tmp_path: Path, name: str) -> None:
    if name.endswith("xlsx"):
        path = workbook(tmp_path, [["rep", "note"], *(["Rita", number] for number in range(20_000))])
    else:
        path = text_file(tmp_path, "rep,note\n" + f"Rita,{'x' * 300}\n" * 20_000)

    with open_sheet(path) as sheet:
        shares = [batch.share for batch in sheet.batches() if batch.share is not None]

    assert len(shares) > 5
    assert shares == sorted(shares)
    assert shares[-1] > 0.99


def test_excel_cells_read_as_the_text_a_person_sees(tmp_path: Path) -> None:
    values = [date(2024, 3, 1), datetime(2024, 3, 1, 9, 30), time(9, 30), 3.0, 2.5, 7, True, "#N/A", None, " x "]
    names: list[object] = list("abcdefghij")
    path = workbook(tmp_path, [names, list(values)])

    header, rows, _, _ = read(path)

    assert header == tuple(names)
    assert rows == [(2, ["2024-03-01", "2024-03-01T09:30:00", "09:30:00", "3", "2.5", "7", "TRUE", "#N/A", "", " x "])]


def test_short_and_empty_excel_rows_are_blanks_not_breaks(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["rep", "note", None], ["Rita"], [], [None, None, " "], ["Mark", "x"], [None]])

    header, rows, broken, _ = read(path)

    assert header == ("rep", "note")
    assert rows == [(2, ["Rita", ""]), (5, ["Mark", "x"])]
    assert broken == []


def test_an_excel_value_beyond_the_header_is_refused_with_its_place(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["rep"], ["Rita"], ["Mark", None, "call him"]])

    assert "line 3 holds a value in column 3" in refusal(path)


def test_the_first_visible_sheet_with_data_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    book = Workbook()
    assert book.active
    book.active.title = "Empty"
    hidden, contacts, old = (book.create_sheet(title) for title in ("Lists", "Contacts", "Old"))
    for sheet in (hidden, contacts, old):
        sheet.append(["rep"])
        sheet.append([sheet.title])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "contacts.xlsx")

    _, rows, _, notes = read(tmp_path / "contacts.xlsx")

    assert rows == [(2, ["Contacts"])]
    assert notes == ['contacts.xlsx: sheet "Contacts" is read; not read: Old']


def test_a_workbook_without_any_data_is_refused(tmp_path: Path) -> None:
    assert "holds no data in any sheet" in refusal(workbook(tmp_path, []))


def test_formulas_without_a_stored_value_are_said_to_count_as_blank(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["rep", "double"], ["Rita", "=1+1"]])

    _, rows, _, notes = read(path)

    assert rows == [(2, ["Rita", ""])]
    assert notes[0].startswith("contacts.xlsx: formulas that were never calculated count as blank")


def test_formulas_with_a_stored_value_show_it(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["rep", "double"], ["Rita", "=1+1"], ["Mark", '=""']])
    stored = {b"<f>1+1</f><v></v>": b"<f>1+1</f><v>2</v>", b'"B3"><f>""</f>': b'"B3" t="str"><f>""</f>'}
    _replace_in_workbook(path, "xl/worksheets/sheet1.xml", stored)

    _, rows, _, notes = read(path)

    assert rows == [(2, ["Rita", "2"]), (3, ["Mark", ""])]
    assert notes == []


def test_a_workbook_that_states_the_wrong_size_is_read_whole(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["rep", "note"], ["Rita", "x"]])
    _replace_in_workbook(path, "xl/worksheets/sheet1.xml", {b'ref="A1:B2"': b'ref="A1:A1"'})

    header, rows, _, _ = read(path)

    assert header == ("rep", "note")
    assert rows == [(2, ["Rita", "x"])]


def test_a_workbook_damaged_in_the_middle_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["rep", "note"], ["Rita", "x"], ["Mark", "y"]])
    _replace_in_workbook(path, "xl/worksheets/sheet1.xml", {b'<row r="3">': b"<row r=>"})

    assert "is damaged" in refusal(path)


def _replace_in_workbook(path: Path, member: str, replacements: dict[bytes, bytes]) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for old, new in replacements.items():
        assert old in parts[member]
        parts[member] = parts[member].replace(old, new)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
