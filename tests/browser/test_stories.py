"""What people do: Mark in French, Mona with her team, Rita with her own, and somebody who guesses passwords."""

from __future__ import annotations

from tests.browser.conftest import Visitor
from tests.browser.tour import PHONE, Tour


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

    assert page.locator("main ul.lines li").count() > 0
    for elsewhere in ("/team", "/completeness", "/operations", "/privacy"):
        rita.go(elsewhere, status=404)


def test_otto_sees_that_something_waits(visit: Visitor) -> None:
    page = visit("otto").go("/operations")

    assert page.locator("main table tbody tr").count() > 0


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
