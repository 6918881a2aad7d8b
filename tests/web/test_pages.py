"""The pages as Mark, Mona, Rita and Otto open them."""

from __future__ import annotations

import io
import re

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from store.models import PageView
from tests.reports.people import HUGO, LUC, RITA
from tests.web.office import EVIL, PASSWORD, Office, choose, visit
from web.access import Page
from web.middleware import POLICY
from web.words import WORDS

pytestmark = pytest.mark.django_db
EVERY_PAGE = [
    ("mark", "/completeness"), ("mona", "/team"), ("mona", f"/people/{RITA}"), ("rita", "/mine"),
    ("otto", "/operations"), ("otto", "/privacy"), ("otto", "/conflicts"), ("otto", "/dead"), ("otto", "/held"),
    ("otto", "/runs"),
]  # fmt: skip


@pytest.fixture
def office() -> Office:
    office = Office()
    office.open_gaps()
    return office


def text(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return str(response.content.decode())


def test_who_signs_in_comes_to_their_first_page(office: Office) -> None:
    client = Client()

    response = client.post("/sign-in", {"username": "rita", "password": PASSWORD}, follow=True)

    assert response.redirect_chain[-1][0] == "/mine"
    assert "Hello Rita Lang" in response.content.decode()


def test_after_five_wrong_passwords_the_right_one_is_locked_out_too(office: Office) -> None:
    client = Client()
    for _ in range(5):
        client.post("/sign-in", {"username": "rita", "password": "guess"})

    refused = client.post("/sign-in", {"username": "rita", "password": PASSWORD})

    assert refused.status_code == 429
    assert "Too many tries" in refused.content.decode()
    assert client.get("/mine").status_code == 302


@pytest.mark.parametrize("path", sorted({path for _, path in EVERY_PAGE} | {"/completeness.csv", "/team.xlsx"}))
def test_nobody_reads_a_page_without_signing_in(office: Office, path: str) -> None:
    response = Client().get(path)

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/sign-in?next=")


def test_mark_sees_completeness_and_no_rep(office: Office) -> None:
    choose("standard")

    page = text(visit("mark"), "/completeness")

    assert "Job title" in page
    for name in ("Rita", "Luc", "Hugo", "client"):
        assert name not in page


def test_mona_sees_her_own_team_and_every_look_is_logged(office: Office) -> None:
    choose("standard")
    mona = visit("mona")

    page = text(mona, "/team")
    text(mona, f"/people/{RITA}")

    assert page.index("Luc Bertrand") < page.index("Rita Lang")
    assert "Hugo" not in page
    assert sorted(PageView.objects.values_list("viewer", "rep", "page")) == [
        ("mona", LUC, "team"), ("mona", RITA, "person"), ("mona", RITA, "team"),
    ]  # fmt: skip
    assert "mona, " in text(visit("rita"), "/mine")


@pytest.mark.parametrize("name", ["mona", "rita", "mark", "otto"])
@pytest.mark.parametrize("rep", [HUGO, "salesforce:User:nobody"])
def test_a_person_of_another_team_is_as_unknown_as_nobody(office: Office, name: str, rep: str) -> None:
    choose("standard")

    assert "Hugo" not in text(visit(name), f"/people/{rep}", status=404)
    assert not PageView.objects.exists()


@pytest.mark.parametrize("profile", ["", "works_council"])
@pytest.mark.parametrize("path", ["/team", "/team.csv", "/team.xlsx", f"/people/{RITA}"])
def test_pages_about_people_stay_empty_until_they_may_be_on(office: Office, profile: str, path: str) -> None:
    if profile:
        choose(profile)

    page = text(visit("mona"), path)

    assert "People-level pages are off" in page
    assert "client" not in page
    assert not PageView.objects.exists()


@pytest.mark.parametrize("profile", ["", "standard", "works_council"])
def test_rita_always_has_her_own_page_and_nobody_elses_gaps(office: Office, profile: str) -> None:
    if profile:
        choose(profile)
    rita = visit("rita")

    pages = [text(rita, "/mine"), text(rita, "/mine.csv")]

    for page in pages:
        assert "Ritasclient" in page
        assert "Lucsclient" not in page
    assert not PageView.objects.exists()


def test_otto_answers_the_first_start_page_and_monas_page_is_on(office: Office) -> None:
    otto = visit("otto")
    assert otto.get("/").headers["Location"] == "/privacy"

    assert otto.post("/privacy", {"profile": "standard"}).status_code == 200

    assert "Rita Lang" in text(visit("mona"), "/team")
    assert otto.get("/").headers["Location"] == "/operations"


@pytest.mark.parametrize(
    "form", [{}, {"profile": "everything"}, {"profile": "works_council", "notified_on": "2999-01-01"}]
)
def test_a_wrong_answer_changes_nothing(office: Office, form: dict[str, str]) -> None:
    assert visit("otto").post("/privacy", form).status_code == 400

    assert "People-level pages are off" in text(visit("mona"), "/team")


def test_only_ops_answer(office: Office) -> None:
    assert visit("mona").post("/privacy", {"profile": "standard"}).status_code == 404

    assert "People-level pages are off" in text(visit("mona"), "/team")


def test_a_form_without_its_token_is_refused_in_words(office: Office) -> None:
    client = Client(enforce_csrf_checks=True)

    response = client.post("/language", {"language": "fr"})

    assert response.status_code == 403
    assert "Nothing was changed" in response.content.decode()


@pytest.mark.parametrize(("name", "path"), EVERY_PAGE)
def test_every_page_is_in_french_for_who_chose_it(office: Office, name: str, path: str) -> None:
    """What differs between the languages shows in none but the chosen one."""
    choose("standard")
    visitor = visit(name)
    english = text(visitor, path)
    assert visitor.post("/language", {"language": "fr", "next": path}).headers["Location"] == path

    french = text(visitor, path)

    assert '<html lang="en"' in english
    assert '<html lang="fr"' in french
    used = [(en, fr) for en, fr in WORDS.values() if len(en) > 12 and en != fr and f">{en}<" in english]
    assert used
    assert [en for en, _ in used if f">{en}<" in french] == []


def test_the_language_form_leads_to_no_other_site(office: Office) -> None:
    response = visit("rita").post("/language", {"language": "fr", "next": "https://evil.example/"})

    assert response.headers["Location"] == "/"


@pytest.mark.parametrize(("name", "path"), EVERY_PAGE)
def test_a_page_loads_nothing_from_elsewhere_and_has_no_script_or_style(office: Office, name: str, path: str) -> None:
    choose("standard")

    response = visit(name).get(path)

    page = response.content.decode()
    assert response.headers["Content-Security-Policy"] == POLICY
    assert response.headers["Cache-Control"] == "no-store"
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page)
    assert all(address.startswith("/") for address in re.findall(r'(?:src|<link[^>]*href)="([^"]*)"', page))
    assert page.count("<h1") == 1


def test_a_name_is_never_markup(office: Office) -> None:
    choose("standard")
    office.know(RITA, first_name=None, last_name=EVIL, email="no-at-sign")
    office.audit()

    for name, path in (("rita", "/mine"), ("mona", f"/people/{RITA}"), ("mona", "/team")):
        assert "<script" not in text(visit(name), path)
    assert "&lt;script&gt;" in text(visit("rita"), "/mine")


def test_a_workbook_holds_no_formula_and_no_forbidden_character(office: Office) -> None:
    office.know(RITA, first_name=None, last_name="=HYPERLINK(1)\x08", email="no-at-sign")
    office.audit()

    response = visit("rita").get("/mine.xlsx")

    sheet = load_workbook(io.BytesIO(response.content)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert "attachment" in response.headers["Content-Disposition"]
    assert any(str(cell.value).startswith("'=HYPERLINK") for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)


def test_a_workbook_reads_well(office: Office) -> None:
    """A bold header that stays in sight, columns as wide as their content, numbers and percentages as such."""
    response = visit("mark").get("/completeness.xlsx")

    sheet = load_workbook(io.BytesIO(response.content)).worksheets[0]
    first = dict(zip([cell.value for cell in sheet[1]], sheet[2], strict=True))
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["A"].width == len("section") + 2
    assert (first["records"].value, first["records"].number_format) == (3, "#,##0")
    assert (first["completeness"].value, first["completeness"].number_format) == (1, "0.0%")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_file_of_completeness_names_no_rep(office: Office, kind: str) -> None:
    response = visit("mark").get(f"/completeness.{kind}")

    assert response.status_code == 200
    rows = response.content.decode() if kind == "csv" else str(
        [[cell.value for cell in row] for row in load_workbook(io.BytesIO(response.content)).worksheets[0].iter_rows()]
    )  # fmt: skip
    assert "job_title" in rows
    assert "Rita" not in rows


def test_before_the_first_pass_every_page_says_so() -> None:
    Office()
    choose("standard")

    for name, path in (("mark", "/completeness"), ("mona", "/team"), ("rita", "/mine")):
        assert "Nothing has been read yet" in text(visit(name), path)


def test_every_page_of_the_bar_has_an_address_and_a_name() -> None:
    for each in Page:
        assert reverse(each.value) == f"/{each.value}"
        assert each.value in WORDS


def test_the_service_says_that_it_is_well(office: Office) -> None:
    assert text(Client(), "/healthz") == "ok\n"
    assert text(Client(), "/readyz") == "ready\n"
