"""What people do: Mark in French, Mona with her team, Rita who answers, Otto with what waits, Eve who guesses."""

from __future__ import annotations

from typing import Any

from tests.browser.conftest import Visitor
from tests.browser.tour import PHONE, Tour
from tests.worker.conftest import eventually


def test_mark_sees_completeness_in_french_and_the_language_stays(visit: Visitor) -> None:
    mark = visit("mark")
    page = mark.go("/completeness")

    mark.speak("fr")

    assert page.locator("html").get_attribute("lang") == "fr"
    assert page.url.endswith("/completeness")
    assert "%" in page.locator("main").inner_text()
    assert visit("mark").go("/completeness").locator("html").get_attribute("lang") == "fr"
    mark.speak("en")
    assert page.locator("html").get_attribute("lang") == "en"


def test_mona_sees_the_gaps_of_her_team_and_of_one_person(visit: Visitor) -> None:
    page = visit("mona").go("/team")

    page.get_by_role("link", name="Rita Lang").click()

    assert "Rita Lang" in page.locator("h1").inner_text()
    assert page.locator("main ul.lines li").count() > 0


def test_mona_cannot_open_a_person_of_another_team(visit: Visitor, tour: Tour) -> None:
    users = tour.sandbox.look("salesforce", "state", object="User")["User"]
    luc = next(id for id, row in users.items() if row.get("LastName") == "Bertrand")
    mona = visit("mona")

    page = mona.go(f"/people/salesforce:User:{luc}", status=404)

    assert "Bertrand" not in page.locator("body").inner_text()
    assert page.locator("h1").inner_text() == mona.go("/people/nobody", status=404).locator("h1").inner_text()


def test_rita_sees_what_is_open_with_her_and_nobody_elses(visit: Visitor) -> None:
    rita = visit("rita", width=PHONE)

    page = rita.go("/mine")

    assert page.locator("main ul.questions li").count() > 0
    for elsewhere in ("/team", "/completeness", "/operations", "/privacy"):
        rita.go(elsewhere, status=404)


def test_rita_answers_in_place_and_salesforce_has_it(visit: Visitor, tour: Tour) -> None:
    page = visit("rita").go("/mine")
    form = page.locator("form.inline:has([name='answer-job_title'])").first
    record = form.locator("xpath=ancestor::li[1]").locator("h4 .quiet").inner_text().split()

    form.locator("[name='answer-job_title']").fill("Head of Purchasing")
    form.locator("button").click()

    assert "Head of Purchasing" in page.locator("#lately").inner_text()
    eventually(
        "Rita's answer in Salesforce",
        lambda: systems_show(tour, "salesforce", record[0])[record[1]].get("Title") == "Head of Purchasing",
    )


def test_otto_decides_a_conflict_and_both_systems_agree(visit: Visitor, tour: Tour) -> None:
    page = visit("otto").go("/conflicts")
    assert "Marten" in page.locator("main table").inner_text()
    page.locator("main table tbody tr", has_text="Marten").locator("a").click()

    page.locator(".sales-side button").click()

    eventually(
        "the name of Salesforce in HubSpot",
        lambda: "Marten" not in [each.get("lastname") for each in systems_show(tour, "hubspot", "contacts").values()],
    )
    page = visit("otto").go("/conflicts")
    assert "Marten" not in page.locator("main").inner_text()


def test_otto_replays_a_dead_letter_when_its_cause_is_mended(visit: Visitor, tour: Tour) -> None:
    page = visit("otto").go("/dead")
    letter = page.locator("ul.letters > li").first
    assert letter.locator("code").count() == 1
    record = letter.locator("h2 .quiet").inner_text().split()[-1]
    for name in ("Lead", "Contact"):
        tour.sandbox.admin("salesforce", "rule", object=name, field="Title", lift=True)

    letter.locator("form[action$='/replay'] button").click()

    wanted = systems_show(tour, "hubspot", "contacts")[record]["jobtitle"]
    eventually(
        "Mark's job title in Salesforce",
        lambda: any(
            wanted in [each.get("Title") for each in systems_show(tour, "salesforce", name).values()]
            for name in ("Lead", "Contact")
        ),
    )
    assert visit("otto").go("/dead").locator("ul.letters > li").count() == 0


def systems_show(tour: Tour, system: str, name: str) -> dict[str, dict[str, Any]]:
    """The records of one object of a system, by id."""
    found: dict[str, dict[str, Any]] = tour.sandbox.look(system, "state", object=name)[name]
    return found


def test_a_page_asks_for_a_name_first_and_then_goes_on(visit: Visitor, tour: Tour) -> None:
    somebody = visit()
    page = somebody.go("/mine")
    assert "/sign-in" in page.url

    page.locator("#id_username").fill("rita")
    page.locator("#id_password").fill(tour.installation.passwords["rita"])
    page.locator("main form button").click()

    page.wait_for_url("**/mine")


def test_who_guesses_passwords_is_locked_out(visit: Visitor, tour: Tour) -> None:
    eve = visit()

    for number in range(5):
        eve.sign_in("eve", f"a guess, number {number}")
    eve.sign_in("eve", tour.installation.passwords["rita"])

    assert eve.page.locator("#id_password").count() == 0
    assert eve.page.locator("h1").count() == 1


def test_rita_signs_out(visit: Visitor, tour: Tour) -> None:
    rita = visit()
    rita.sign_in("rita", tour.installation.passwords["rita"])

    rita.page.locator("form[action='/sign-out'] button").click()
    rita.page.wait_for_url("**/sign-in")

    assert "/sign-in" in rita.go("/mine").url
