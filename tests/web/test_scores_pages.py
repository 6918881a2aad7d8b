"""Scores as Rita, Luc and Mona see them: first the rep, then the manager, one at a time, and never in a file."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from store.models import PageView, RuleWeek, ToldGap
from store.models import Rep as RepRow
from tests.reports.people import HUGO, LUC, RITA
from tests.web.office import Office, choose, visit
from tests.web.weeks import EMAIL, EXTRA, TEAM, TITLE, due, hire_six, monday, ordinary_weeks

pytestmark = pytest.mark.django_db
TWO_DAYS = 48 * 60 * 60 * 1000


@pytest.fixture
def office() -> Office:
    office = Office()
    choose("standard")
    office.open_gaps()
    hire_six(office)
    ordinary_weeks()
    return office


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return str(response.content.decode())


def two_days_pass() -> None:
    for row in ToldGap.objects.all():
        ToldGap.objects.filter(id=row.id).update(seen_at=row.seen_at - TWO_DAYS)


@pytest.mark.usefixtures("office")
def test_a_rep_sees_each_family_with_its_interval_and_the_agreed_mark() -> None:
    page = text(visit("rita"), "/mine")

    assert "Completeness: 90, likely 84 to 95, agreed 80" in page
    assert "58.5 of 65" in page
    assert "On track." in page
    assert "stable, or too early to say" in page
    assert "middle half of your peers" in page
    assert 'href="/help/scores#correct"' in page
    assert "Sharing" not in page  # no rule of this family asks for anything


@pytest.mark.usefixtures("office")
def test_a_gap_reaches_the_manager_48_hours_after_the_rep_saw_it() -> None:
    mona, luc = visit("mona"), visit("luc")

    unseen = text(mona, "/team")
    mine = text(luc, "/mine")
    early = text(mona, "/team")
    two_days_pass()
    late = text(mona, "/team")

    assert "Two periods of four weeks show a gap" in mine
    for page in (unseen, early):
        assert "To talk over with" not in page
    assert "To talk over with Luc Bertrand: validity" in late
    assert "8 of 20, then 8 of 20" in late
    assert PageView.objects.filter(rep=LUC, page="talk", viewer="mona").count() == 1
    assert "mona" in text(luc, "/mine")


@pytest.mark.usefixtures("office")
def test_one_look_is_not_enough_for_the_manager() -> None:
    RuleWeek.objects.filter(rule=EMAIL, rep=LUC).delete()
    due(EMAIL, LUC, 1, 5, range(1, 5))
    due(EMAIL, LUC, 4, 5, range(5, 9))

    mine = text(visit("luc"), "/mine")

    assert "Under what was agreed. Only you see this" in mine
    assert not ToldGap.objects.exists()


@pytest.mark.usefixtures("office")
def test_one_person_a_week_is_talked_about_and_next_week_another() -> None:
    RuleWeek.objects.filter(rule=EMAIL, rep=RITA).update(s=2)
    for name in ("luc", "rita"):
        text(visit(name), "/mine")
    two_days_pass()
    mona = visit("mona")

    first, again = text(mona, "/team"), text(mona, "/team")
    ToldGap.objects.filter(rep=LUC).update(told_in="2026-01-05")
    later = text(mona, "/team")

    for page in (first, again):
        assert page.count("To talk over with") == 1
        assert "To talk over with Luc Bertrand" in page
    assert "To talk over with Rita Lang" in later


@pytest.mark.usefixtures("office")
def test_a_gap_that_closed_is_forgotten_and_a_new_one_waits_again() -> None:
    luc = visit("luc")
    text(luc, "/mine")
    two_days_pass()
    RuleWeek.objects.filter(rule=EMAIL, rep=LUC).update(s=5)
    text(luc, "/mine")
    RuleWeek.objects.filter(rule=EMAIL, rep=LUC).update(s=2)

    assert "To talk over with" not in text(visit("mona"), "/team")


@pytest.mark.usefixtures("office")
def test_a_rule_that_most_miss_is_reviewed_and_nobody_named() -> None:
    RuleWeek.objects.filter(rule=EMAIL, rep__in=TEAM[:6]).update(s=2)
    luc = text(visit("luc"), "/mine")
    two_days_pass()

    page = text(visit("mona"), "/team")

    assert f"rule {EMAIL} under review" in page
    assert "6 of 8 people are under what was agreed" in page
    assert "To talk over with" not in page
    assert "under review: An e-mail address that can exist" in luc


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(("field", "number", "said"), [("placeholders", 2, "fifth"), ("system_delay", 3, "systems")])
def test_a_rule_that_draws_placeholders_or_waits_for_systems_is_reviewed(field: str, number: int, said: str) -> None:
    RuleWeek.objects.filter(rule=TITLE).update(**{field: number})

    page = text(visit("mona"), "/team")

    assert f"rule {TITLE} under review" in page
    assert said in page


@pytest.mark.usefixtures("office")
def test_the_team_has_totals_a_funnel_without_names_and_marketing_beside() -> None:
    page = text(visit("mona"), "/team")
    funnel = page.split('id="funnel"')[1].split('id="patterns"')[0]

    assert "Completeness: 90, likely" in page
    assert "Marketing&#x27;s side" in page
    assert funnel.count('<circle class="sales"') == 8
    assert not [name for name in ("Rita", "Luc", "Extra") if name in funnel]
    assert "468 of 520" in funnel


@pytest.mark.usefixtures("office")
def test_a_rep_of_a_small_team_has_counts_and_no_score_and_the_manager_none_at_all() -> None:
    due(TITLE, HUGO, 4.5, 5)

    mine, team = text(visit("hugo"), "/mine"), text(visit("elise"), "/team")

    assert "58.5 of 65" in mine
    assert "fewer than five people have no scores" in mine
    assert "agreed 80" not in mine
    assert "fewer than five people have no scores" in team
    assert '<circle class="sales" cx=' not in team.split("<main")[1]


@pytest.mark.usefixtures("office")
def test_nothing_is_concluded_about_a_new_hire() -> None:
    RepRow.objects.filter(id=LUC).update(since=monday())

    assert "You are new here" in text(visit("luc"), "/mine")
    assert not ToldGap.objects.exists()


@pytest.mark.usefixtures("office")
def test_there_are_no_scores_until_the_privacy_profile_allows_them() -> None:
    for profile in ("works_council", ""):
        choose(profile)
        page = text(visit("luc"), "/mine")

        assert "No score is shown until" in page
        assert "likely" not in page
        assert not ToldGap.objects.exists()
        assert "likely" not in text(visit("mona"), "/team")


@pytest.mark.usefixtures("office")
def test_no_file_and_no_marketer_has_a_score() -> None:
    for name, path in (
        ("mona", "/team.csv"),
        ("luc", "/mine.csv"),
        ("mark", "/completeness"),
        ("mark", "/completeness.csv"),
    ):
        page = text(visit(name), path)

        assert "likely" not in page
        assert "score" not in page.lower()


@pytest.mark.usefixtures("office")
def test_the_number_of_queries_does_not_grow_with_people_and_weeks() -> None:
    def look(name: str, path: str) -> int:
        client = visit(name)
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            text(client, path)
        return len(asked)

    before = [look("mona", "/team"), look("luc", "/mine")]
    for rep in EXTRA:
        due(EMAIL, rep, 4.5, 5, stratum="fair")

    assert [look("mona", "/team"), look("luc", "/mine")] == before


@pytest.mark.usefixtures("office")
def test_everybody_reads_how_it_is_counted_in_both_languages() -> None:
    for name in ("luc", "mona", "mark", "otto"):
        assert "How scores are counted" in text(visit(name), "/help/scores")
    assert "Comment les scores sont comptés" in text(visit("luc", "fr"), "/help/scores")
    assert Client().get("/help/scores").status_code == 302
