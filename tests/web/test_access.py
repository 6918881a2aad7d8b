"""Who sees what: every role on every page under every privacy profile."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from reports.completeness import Completeness, FieldCount, GroupCount
from reports.trend import Line, Trend
from web.access import (
    OPENED_BY,
    Page,
    Privacy,
    Role,
    Sight,
    Viewer,
    may_answer,
    sees_team_totals,
    sight_of_page,
    sight_of_person,
    trend_of,
    without_small_teams,
)
from web.privacy import chosen

RITA, LUC, MONA, ELISE = "sf:User:rita", "sf:User:luc", "sf:User:mona", "sf:User:elise"
DATE = date(2026, 9, 1)
UNANSWERED, STANDARD, COUNCIL = Privacy(), Privacy("standard"), Privacy("works_council")
HALF_AGREED, AGREED = Privacy("works_council", DATE), Privacy("works_council", DATE, DATE)
ALL = [UNANSWERED, STANDARD, COUNCIL, HALF_AGREED, AGREED]
S, O, H = Sight.SHOWN, Sight.OFF, Sight.HIDDEN  # noqa: E741

PAGES = {  # in the order of ALL
    (Role.MARKETER, Page.COMPLETENESS): [S, S, S, S, S],
    (Role.MARKETER, Page.AUDIENCE): [S, S, S, S, S],
    (Role.MANAGER, Page.TEAM): [O, S, O, O, S],
    (Role.MANAGER, Page.MINE): [S, S, S, S, S],
    (Role.REP, Page.MINE): [S, S, S, S, S],
    (Role.MARKETER, Page.DEALS): [S, S, S, S, S],
    (Role.MANAGER, Page.DEALS): [S, S, S, S, S],
    (Role.MARKETER, Page.HANDOFF): [S, S, S, S, S],
    (Role.MANAGER, Page.HANDOFF): [S, S, S, S, S],
    (Role.OPS, Page.OPERATIONS): [S, S, S, S, S],
    (Role.OPS, Page.CONFLICTS): [S, S, S, S, S],
    (Role.OPS, Page.DEAD): [S, S, S, S, S],
    (Role.OPS, Page.HELD): [S, S, S, S, S],
    (Role.OPS, Page.RUNS): [S, S, S, S, S],
    (Role.OPS, Page.PRIVACY): [S, S, S, S, S],
}
PEOPLE = {  # who looks at Rita, of Mona's team
    ("rita", Role.REP): [S, S, S, S, S],
    ("mona", Role.MANAGER): [O, S, O, O, S],
    ("mona", Role.REP): [H, H, H, H, H],
    ("elise", Role.MANAGER): [H, H, H, H, H],
    ("luc", Role.REP): [H, H, H, H, H],
    ("mark", Role.MARKETER): [H, H, H, H, H],
    ("otto", Role.OPS): [H, H, H, H, H],
}
REPS = {"rita": RITA, "luc": LUC, "mona": MONA, "elise": ELISE}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("page", Page)
def test_a_page_is_shown_off_or_hidden_by_role_and_profile(role: Role, page: Page) -> None:
    viewer = Viewer("somebody", frozenset({role}), MONA)

    seen = [sight_of_page(viewer, page, privacy) for privacy in ALL]

    assert seen == PAGES.get((role, page), [H] * len(ALL))


@pytest.mark.parametrize(("name", "role"), PEOPLE)
def test_a_person_is_seen_by_themselves_and_by_their_own_manager_only(name: str, role: Role) -> None:
    viewer = Viewer(name, frozenset({role}), REPS.get(name))

    seen = [sight_of_person(viewer, RITA, MONA, privacy) for privacy in ALL]

    assert seen == PEOPLE[name, role]


@pytest.mark.parametrize(
    ("name", "role"), [*PEOPLE, ("rita", Role.MANAGER), ("rita", Role.MARKETER), ("rita", Role.OPS)]
)
def test_only_the_rep_answers_what_the_rep_owes(name: str, role: Role) -> None:
    """A manager sees what is open, and answers nothing in another's name."""
    viewer = Viewer(name, frozenset({role}), REPS.get(name))

    assert may_answer(viewer, RITA) is (name == "rita" and role in (Role.REP, Role.MANAGER))


def test_who_is_no_rep_answers_nothing() -> None:
    assert not may_answer(Viewer("otto", frozenset(Role), None), "")


def test_somebody_without_a_rep_sees_nobody_who_has_no_manager() -> None:
    viewer = Viewer("mona", frozenset({Role.MANAGER}), None)

    assert sight_of_person(viewer, RITA, None, STANDARD) is Sight.HIDDEN


def test_every_page_is_for_somebody() -> None:
    assert set(OPENED_BY) == set(Page)
    assert all(OPENED_BY.values())


def test_the_environment_wins_over_the_answer_and_keeps_its_dates() -> None:
    answered: dict[str, str | None] = {"profile": "standard", "consulted_on": "2026-09-01", "notified_on": "2026-09-01"}

    assert chosen("", answered) == Privacy("standard", DATE, DATE)
    assert chosen("works_council", answered) == AGREED
    assert chosen("works_council", {}) == COUNCIL
    assert chosen("", {}) == UNANSWERED


def report(**people: int) -> tuple[Completeness, dict[str, int]]:
    """Teams of so many people, one record each; the team `nobody` is records without a rep."""
    count = FieldCount("contact", "phone", (), 0, 0, 0, 1)
    teams = tuple(
        GroupCount("no_rep", "", 1, (count,)) if name == "nobody" else GroupCount("team", name, 1, (count,))
        for name in people
    )
    return Completeness("en", None, 0, (count,), teams, ()), people


@pytest.mark.parametrize(
    ("people", "shown"),
    [
        ({"north": 5, "south": 9}, [("north", 1), ("south", 1)]),
        ({"north": 9, "south": 3, "west": 2}, [("north", 1), ("small", 2)]),
        ({"north": 9, "south": 6, "west": 2}, [("north", 1), ("small", 2)]),  # west alone would be two people
        ({"north": 2, "south": 2}, []),
        ({"north": 9, "nobody": 0}, [("north", 1), ("", 1)]),
        ({"north": 9, "west": 1}, [("small", 2)]),
    ],
)
def test_no_total_is_of_fewer_than_five_people(people: dict[str, int], shown: list[tuple[str, int]]) -> None:
    counts, size = report(**people)

    teams = without_small_teams(counts, size, "small").groups

    assert [(team.key, team.records) for team in teams] == shown
    assert all(team.fields[0].ok == team.records for team in teams)


@pytest.mark.parametrize("role", Role)
def test_team_totals_while_pages_are_off_are_for_managers_under_the_works_council(role: Role) -> None:
    viewer = Viewer("somebody", frozenset({role}), MONA)

    seen = [sees_team_totals(viewer, privacy) for privacy in ALL]

    assert seen == ([False, False, True, True, True] if role is Role.MANAGER else [False] * len(ALL))


@pytest.mark.parametrize(
    ("people", "apart"),
    [
        ({"north": 5, "south": 9}, {"north", "south"}),
        ({"north": 9, "south": 3, "west": 2}, {"north"}),
        ({"north": 9, "south": 6, "west": 2}, {"north"}),
        ({"north": 2, "south": 2}, set()),
    ],
)
def test_a_trend_is_that_of_the_teams_that_are_shown_apart(people: dict[str, int], apart: set[str]) -> None:
    """Also of a team that was large when its line was kept."""
    counts, size = report(**people)
    shown = without_small_teams(counts, size, "small")
    kept = Trend(Line(), {}, dict.fromkeys(people, Line()))

    found = trend_of(kept, shown)

    assert found is not None
    assert set(found.teams) == apart
    assert trend_of(None, shown) is None


def test_segments_stay_whole_and_have_no_teams_line() -> None:
    counts, size = report(north=1)
    by_country = replace(counts, by="country", groups=(GroupCount("value", "north", 1, ()),))

    found = trend_of(Trend(Line(), {}, {"north": Line()}), by_country)

    assert without_small_teams(by_country, size, "small") is by_country
    assert found is not None
    assert found.teams == {}
