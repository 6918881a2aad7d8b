"""The page: both reports in one file that loads nothing; every picture is a table too; in two languages."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest

from reports.completeness import FEW
from reports.gaps_by_rep import SHOWN
from reports.page import render_page, write_page
from reports.stored import NothingRead
from reports.words import COUNTED, WORDS
from rules.language import Language
from tests.reports.people import FIELDS, HUGO, LUC, MAPPING, NOW, OTTO, RITA, RULES, People

pytestmark = pytest.mark.django_db

EVIL = "<script>alert('Rita & co')</script>"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
LANGUAGES: tuple[Language, ...] = ("en", "fr")


@dataclass
class Read(HTMLParser):
    """What a browser would find: tags with their attributes, and the text within each kind of tag."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)
    inside: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "rect", "circle"):
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            while self.inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if data.strip() and self.inside:
            self.texts.setdefault(self.inside[-1], []).append(data.strip())

    def attributes(self, tag: str, name: str) -> list[str | None]:
        return [attributes[name] for each, attributes in self.tags if each == tag and name in attributes]


def read(page: str) -> Read:
    reader = Read()
    reader.feed(page)
    return reader


@pytest.fixture
def people() -> People:
    """Four reps, one of each state, and something open everywhere."""
    people = People()
    people.hire_all()
    for rep in (RITA, LUC, HUGO, OTTO, None):
        people.know_all([{}, {"job_title": None}, {"email": "no-at-sign", "phone": "n/a"}], rep)
    people.know(RITA, last_name=None, email=None)
    people.know(HUGO, object_name="Contact", job_title="tbd")
    people.audit()
    people.read()
    return people


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_loads_nothing_and_runs_nothing(people: People, language: Language) -> None:
    page = render_page(MAPPING, RULES, NOW, language)

    found = read(page)
    names = {tag for tag, _ in found.tags}
    assert names.isdisjoint({"script", "img", "iframe", "object", "embed", "form", "base"})
    assert POLICY in found.attributes("meta", "content")
    attributes = [(name, value or "") for _, each in found.tags for name, value in each.items()]
    assert [name for name, _ in attributes if name == "style" or name.startswith("on")] == []
    targets = [value for name, value in attributes if name in ("href", "src", "action", "xlink:href")]
    assert all(value.startswith(("#", "data:image/svg+xml,")) for value in targets)
    assert "url(" not in page
    assert "@import" not in page


def test_what_people_typed_is_text(people: People) -> None:
    people.hire("salesforce:User:evil", EVIL, EVIL)
    people.hire("salesforce:User:other", "Other", EVIL)
    people.know("salesforce:User:evil", first_name=EVIL, last_name='"><b>', job_title=None, phone=None)
    people.audit()

    page = render_page(MAPPING, RULES, NOW, "en")

    assert "<script" not in page
    assert '<b>"' not in page
    assert f'{EVIL} "><b>' in read(page).texts["span"]
    assert EVIL in read(page).texts["h3"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_in_the_language_of_the_page(people: People, language: Language) -> None:
    here, other = (0, 1) if language == "en" else (1, 0)

    page = render_page(MAPPING, RULES, NOW, language)

    found = read(page)
    said = {text for texts in found.texts.values() for text in texts}
    said |= {value for _, each in found.tags for value in each.values() if value}
    foreign = {both[other] for both in WORDS.values() if both[here] != both[other]} - {
        both[here] for both in WORDS.values()
    }
    assert said & foreign == set()
    assert WORDS["fields_heading"][here] in found.texts["h2"]
    assert found.attributes("html", "lang") == [language]
    assert ("Pourquoi demander S1-title." in said) is (language == "fr")


def test_both_languages_speak_of_the_same_things() -> None:
    def holes(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    differing = [key for key, (english, french) in WORDS.items() if holes(english) != holes(french)]

    assert differing == []
    assert all("{n}" in text for both in COUNTED.values() for forms in both for text in forms)


def test_the_heat_map_has_a_cell_for_each_field_in_each_team_and_the_table_says_the_same(people: People) -> None:
    found = read(render_page(MAPPING, RULES, NOW, "en"))

    fields, teams = len(FIELDS) + 1, len(["Élise", "Mona", "no team", "no rep", "All"])
    cells, table = found.texts["text"], [text for text in found.texts["td"] if "%" in text]
    assert len(cells) == len(table) == fields * teams
    assert [float(text.removesuffix("\xa0%")) for text in table] == pytest.approx(
        [float(cell) for cell in cells], abs=1
    )
    assert "Company, Élise Moreau: 100\xa0% of 3" in found.texts["title"]


def test_a_field_that_a_team_cannot_have_is_a_dash(people: People) -> None:
    people.hire("salesforce:User:kim", "Kim", "Ada Park")
    people.know("salesforce:User:kim", object_name="Contact")

    found = read(render_page(MAPPING, RULES, NOW, "en"))

    assert "Company, Ada Park: no such field here" in found.texts["title"]
    assert "–" in found.texts["text"]


def test_few_records_are_grey_and_enough_are_coloured(people: People) -> None:
    """Rita's team has some records; with twenty of hers there are enough to compare."""

    def shades_of(team: str) -> set[str]:
        cells = re.findall(r'<g class="([^"]+)"><title>([^<]+)', render_page(MAPPING, RULES, NOW, "en"))
        return {shade for shade, said in cells if f", {team}: " in said}

    assert shades_of("Mona Weber") == {"few"}
    people.know_all([{} for _ in range(FEW)], RITA)

    assert "few" not in shades_of("Mona Weber")
    assert shades_of("Élise Moreau") == {"few"}


def test_only_what_is_whole_says_100(people: People) -> None:
    people.know_all([{} for _ in range(999)], RITA)

    found = read(render_page(MAPPING, RULES, NOW, "en"))

    last_name = [text for text in found.texts["title"] if text.startswith("Last name, All")]
    assert last_name == ["Last name, All: 99.9\xa0% of 1,016"]
    assert "99" in found.texts["text"]


def test_gaps_are_folded_by_rep_in_alphabetical_order(people: People) -> None:
    found = read(render_page(MAPPING, RULES, NOW, "en"))

    assert found.texts["h3"] == ["Hugo Carpentier", "Luc Bertrand", "Otto Klein", "Rita Lang", "Owned by no rep"]
    assert [each for tag, each in found.tags if tag == "details" and "open" in each] == []
    assert "What marketing owes" in found.texts["h2"]


def test_a_rep_with_many_gaps_shows_some_and_says_how_many_more(people: People) -> None:
    people.know_all([{"job_title": None, "first_name": "Many"}] * 50, RITA)
    people.audit()

    page = render_page(MAPPING, RULES, NOW, "en")

    assert page.count("Many Martin") <= SHOWN
    assert "52 open" in page
    assert "more; all are in: entente report gaps_by_rep --format csv" in page


def test_what_is_only_measured_names_nobody(people: People) -> None:
    people.know(RITA, phone=None, first_name="Private", last_name="Person")
    people.audit()

    page = render_page(MAPPING, RULES, NOW, "en")

    assert "Private" not in page
    assert "Title of S3-phone" in page


def test_the_summary_says_how_much_was_read_and_when(people: People) -> None:
    english, french = (read(render_page(MAPPING, RULES, NOW, language)).texts["li"] for language in LANGUAGES)

    assert english[:2] == ["17 people", "0 pairs"]
    assert "read 23 November 2026, 12:00 UTC" in english
    assert "lu le 23 novembre 2026, 12:00 UTC" in french


def test_one_complete_team_without_a_gap_is_a_page_too() -> None:
    people = People()
    people.hire_all()
    people.know(RITA)
    people.audit()

    found = read(render_page(MAPPING, RULES, NOW, "en"))

    said = [text for texts in found.texts.values() for text in texts]
    assert "Nothing is open with a rep." in said
    assert "Nothing is open. Thank you." in said
    assert "h3" not in found.texts
    assert len(found.texts["text"]) == len(FIELDS) + 1


def test_the_file_is_written_whole_in_the_language_of_the_rules(people: People, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text("old", encoding="utf-8")

    write_page(file, MAPPING, RULES.model_copy(update={"locale_default": "fr"}), now=NOW)

    assert read(file.read_text(encoding="utf-8")).attributes("html", "lang") == ["fr"]
    assert list(tmp_path.iterdir()) == [file]


def test_where_nothing_was_read_the_old_file_stays(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text("old", encoding="utf-8")

    with pytest.raises(NothingRead):
        write_page(file, MAPPING, RULES)

    assert file.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [file]
