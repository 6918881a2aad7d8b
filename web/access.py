"""The one place that says who sees what; pages, files and messages ask here.

A page that is not a viewer's does not exist for them. A page about people stands empty, and says why, while the privacy
profile keeps people-level pages off; a rep's own page is on under every profile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, StrEnum

from reports.completeness import Completeness, FieldCount, TeamCount
from reports.gaps_by_rep import GapsByRep, Section


class Role(StrEnum):
    """The groups that a user can be in."""

    OPS = "ops"
    MARKETER = "marketer"
    MANAGER = "manager"
    REP = "rep"


class Page(StrEnum):
    """The pages of the bar on top, in its order."""

    COMPLETENESS = "completeness"
    TEAM = "team"
    MINE = "mine"
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
    Page.TEAM: frozenset({Role.MANAGER}),
    Page.MINE: frozenset({Role.REP, Role.MANAGER}),
    Page.OPERATIONS: frozenset({Role.OPS}),
    Page.CONFLICTS: frozenset({Role.OPS}),
    Page.DEAD: frozenset({Role.OPS}),
    Page.HELD: frozenset({Role.OPS}),
    Page.RUNS: frozenset({Role.OPS}),
    Page.PRIVACY: frozenset({Role.OPS}),
}

FEWEST = 5
"""A total of fewer people than this would be about persons."""


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


def pages_of(viewer: Viewer) -> list[Page]:
    """The pages in somebody's bar on top."""
    return [page for page in Page if viewer.roles & OPENED_BY[page]]


def gaps_of(gaps: GapsByRep, people: frozenset[str]) -> GapsByRep:
    """Of the open gaps only those of these reps: nobody else's, no side's, and no team's total."""
    reps = tuple(section for section in gaps.reps if section.id in people)
    no_rep, marketing, both = Section("no_rep"), Section("marketing"), Section("both")
    return replace(gaps, reps=reps, no_rep=no_rep, marketing=marketing, both=both, observed=())


def gaps_of_marketing(gaps: GapsByRep) -> GapsByRep:
    """Of the open gaps only what marketing owes, alone or with sales: no rep is named."""
    return replace(gaps, reps=(), no_rep=Section("no_rep"), observed=())


def without_small_teams(counts: Completeness, people: Mapping[str, int], name: str) -> Completeness:
    """The report with small teams, and reps without a team, together under one name, until that hides a person.

    `people` gives the number of reps by team, the empty name for no team. Where all reps together are too few, no team
    is shown at all. What no rep owns is about nobody, and stays.
    """
    of_reps = sorted(
        (team for team in counts.teams if team.kind != "no_rep"), key=lambda team: people.get(team.team, 0)
    )
    small = [team for team in of_reps if team.kind == "no_team" or people.get(team.team, 0) < FEWEST]
    large = [team for team in of_reps if team not in small]
    while small and large and sum(people.get(team.team, 0) for team in small) < FEWEST:
        small.append(large.pop(0))
    if not small:
        return counts
    if sum(people.get(team.team, 0) for team in small) < FEWEST:
        return replace(counts, teams=())
    shown = tuple(team for team in counts.teams if team in large)
    rest = tuple(team for team in counts.teams if team.kind == "no_rep")
    return replace(counts, teams=(*shown, _together(small, name), *rest))


def _together(teams: list[TeamCount], name: str) -> TeamCount:
    sums: dict[tuple[str, str], FieldCount] = {}
    for count in (count for team in teams for count in team.fields):
        before = sums.get((count.object, count.field))
        sums[count.object, count.field] = _sum(before, count) if before else count
    return TeamCount("team", name, sum(team.records for team in teams), tuple(sums.values()))


def _sum(one: FieldCount, other: FieldCount) -> FieldCount:
    numbers = {name: getattr(one, name) + getattr(other, name) for name in ("blank", "placeholder", "invalid", "ok")}
    return replace(one, **numbers)
