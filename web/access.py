"""The one place that says who sees what; pages, files and messages ask here.

A page that is not a viewer's does not exist for them. A page about people stands empty, and says why, while the privacy
profile keeps people-level pages off; a rep's own page is on under every profile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, StrEnum

from reports.completeness import FEWEST, TEAM, Completeness, GroupCount, added
from reports.gaps_by_rep import GapsByRep, Section
from reports.trend import Trend


class Role(StrEnum):
    """The groups that a user can be in."""

    OPS = "ops"
    MARKETER = "marketer"
    MANAGER = "manager"
    REP = "rep"


class Page(StrEnum):
    """The pages of the bar on top, in its order."""

    COMPLETENESS = "completeness"
    AUDIENCE = "audience"
    TEAM = "team"
    MINE = "mine"
    DEALS = "deals"
    HANDOFF = "handoff"
    OPERATIONS = "operations"
    CONFLICTS = "conflicts"
    DEAD = "dead"
    HELD = "held"
    RUNS = "runs"
    PRIVACY = "privacy"


class Sight(Enum):
    """What a viewer gets of a page."""

    SHOWN = "shown"
    OFF = "off"
    """It is theirs, and the privacy profile keeps it empty."""
    HIDDEN = "hidden"
    """For them it does not exist."""


OPENED_BY: Mapping[Page, frozenset[Role]] = {
    Page.COMPLETENESS: frozenset({Role.MARKETER}),
    Page.AUDIENCE: frozenset({Role.MARKETER}),
    Page.TEAM: frozenset({Role.MANAGER}),
    Page.MINE: frozenset({Role.REP, Role.MANAGER}),
    Page.DEALS: frozenset({Role.MARKETER, Role.MANAGER}),
    Page.HANDOFF: frozenset({Role.MARKETER, Role.MANAGER}),
    Page.OPERATIONS: frozenset({Role.OPS}),
    Page.CONFLICTS: frozenset({Role.OPS}),
    Page.DEAD: frozenset({Role.OPS}),
    Page.HELD: frozenset({Role.OPS}),
    Page.RUNS: frozenset({Role.OPS}),
    Page.PRIVACY: frozenset({Role.OPS}),
}


@dataclass(frozen=True, slots=True)
class Privacy:
    """The installation's choice: `standard`, `works_council`, or empty while ops have not answered."""

    profile: str = ""
    consulted_on: date | None = None
    notified_on: date | None = None

    @property
    def is_people_level(self) -> bool:
        """Whether others than the rep may see what is open with a rep."""
        if self.profile == "works_council":
            return self.consulted_on is not None and self.notified_on is not None
        return self.profile == "standard"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who signed in; `rep` is the rep with the same e-mail, where the CRMs know one."""

    name: str
    roles: frozenset[Role]
    rep: str | None = None


def sight_of_page(viewer: Viewer, page: Page, privacy: Privacy) -> Sight:
    """What somebody gets of one of the pages."""
    if not viewer.roles & OPENED_BY[page]:
        return Sight.HIDDEN
    return Sight.OFF if page is Page.TEAM and not privacy.is_people_level else Sight.SHOWN


def sight_of_person(viewer: Viewer, rep: str, manager: str | None, privacy: Privacy) -> Sight:
    """What somebody gets of the page of one rep, who has this manager."""
    if viewer.rep is None:
        return Sight.HIDDEN
    if rep == viewer.rep:
        return sight_of_page(viewer, Page.MINE, privacy)
    if Role.MANAGER in viewer.roles and manager == viewer.rep:
        return sight_of_page(viewer, Page.TEAM, privacy)
    return Sight.HIDDEN


def sees_team_totals(viewer: Viewer, privacy: Privacy) -> bool:
    """Whether a manager gets totals of a team of five or more while pages about people are off."""
    return Role.MANAGER in viewer.roles and privacy.profile == "works_council"


def sees_owners(viewer: Viewer, privacy: Privacy) -> bool:
    """Whether somebody gets the deals of the own team with their owners; everybody else gets all deals without them."""
    return Role.MANAGER in viewer.roles and viewer.rep is not None and privacy.is_people_level


def may_answer(viewer: Viewer, rep: str) -> bool:
    """Whether somebody may answer what is asked of a rep: the rep alone. A manager sees what is open, and answers
    nothing in another's name."""
    return rep == viewer.rep and bool(viewer.roles & OPENED_BY[Page.MINE])


def pages_of(viewer: Viewer) -> list[Page]:
    """The pages in somebody's bar on top."""
    return [page for page in Page if viewer.roles & OPENED_BY[page]]


def gaps_of(gaps: GapsByRep, people: frozenset[str]) -> GapsByRep:
    """Of the open gaps only those of these reps: nobody else's, no side's, and no team's total."""
    reps = tuple(section for section in gaps.reps if section.id in people)
    no_rep, marketing, both = Section("no_rep"), Section("marketing"), Section("both")
    return replace(gaps, reps=reps, no_rep=no_rep, marketing=marketing, both=both, observed=())


def without_small_teams(counts: Completeness, people: Mapping[str, int], name: str) -> Completeness:
    """The report with small teams, and reps without a team, together under one name, until that hides a person.

    `people` gives the number of reps by team, the empty name for no team. Where all reps together are too few, no team
    is shown at all. What no rep owns is about nobody, and stays. A segment names no rep and no team, and stays whole.
    """
    if counts.by != TEAM:
        return counts
    of_reps = sorted(
        (team for team in counts.groups if team.kind != "no_rep"), key=lambda team: people.get(team.key, 0)
    )
    small = [team for team in of_reps if team.kind == "no_team" or people.get(team.key, 0) < FEWEST]
    large = [team for team in of_reps if team not in small]
    while small and large and sum(people.get(team.key, 0) for team in small) < FEWEST:
        small.append(large.pop(0))
    if not small:
        return counts
    if sum(people.get(team.key, 0) for team in small) < FEWEST:
        return replace(counts, groups=())
    shown = tuple(team for team in counts.groups if team in large)
    rest = tuple(team for team in counts.groups if team.kind == "no_rep")
    return replace(counts, groups=(*shown, _together(small, name), *rest))


def trend_of(trend: Trend | None, counts: Completeness) -> Trend | None:
    """The trend with the lines of those teams alone that the report, as it is shown, shows apart."""
    if trend is None:
        return None
    apart = {group.key for group in counts.groups if counts.by == TEAM and group.kind == "team"}
    return replace(trend, teams={team: line for team, line in trend.teams.items() if team in apart})


def _together(teams: list[GroupCount], name: str) -> GroupCount:
    fields = added((), (count for team in teams for count in team.fields))
    return GroupCount("team", name, sum(team.records for team in teams), fields)
