"""Reads the weekly counts and gives each viewer their part of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from reports.scores.group import Group, summed
from reports.scores.shapes import INNER, OUTER, Dots, FamilyScore, Funnel, Review, TeamScore
from reports.words import name_key
from rules.intervals import limits
from rules.language import RuleSet
from rules.score import ENOUGH, FAMILIES, FEWEST, Count, Peers, is_new, peer_group, peers_of, trend, windows
from store.models import Rep
from store.scores import Periods, periods

RECIPROCITY = "reciprocity"


class Scores:
    """The weekly counts of everybody, read once by two queries; what one may see of them is taken from here."""

    def __init__(self, rules: RuleSet, today: date) -> None:
        self._targets = rules.targets
        self._rules = {rule.id: rule for rule in rules.rules if rule.is_asked}
        family = {rule.id: rule.score.family for rule in rules.rules if rule.is_asked and rule.score}
        self._reps = {rep.id: rep for rep in Rep.objects.filter(is_active=True)}
        self._new = {rep.id for rep in self._reps.values() if is_new(rep.since, today)}
        self._found: dict[str, list[Periods]] = defaultdict(list)
        self._own: dict[tuple[str, str], Count] = defaultdict(Count)
        for each in periods(windows(today)):
            if each.rule in family:
                self._found[family[each.rule]].append(each)
                self._own[family[each.rule], each.rep] += each.now
        self._groups: dict[tuple[str, frozenset[str]], Group] = {}

    def is_small(self, rep: str) -> bool:
        """Whether a rep's team has fewer than five people, and so no scores."""
        return rep not in self._reps or len(self.team(self._reps[rep].manager)) < FEWEST

    def of_rep(self, rep: str) -> tuple[FamilyScore, ...]:
        """The rep's families with an occasion in these thirteen weeks."""
        is_small = self.is_small(rep)
        found = (self._score(family, rep, not is_small) for family in FAMILIES)
        return tuple(each for each in found if each.count.n)

    def rules_reviewed(self, reps: Iterable[str]) -> tuple[Review, ...]:
        """The rules that do not count for these reps' groups at present."""
        groups = dict.fromkeys((family, self._peers(family, rep)) for rep in reps for family in FAMILIES)
        found = (each for family, peers in groups if peers for each in self._group(family, peers).reviews)
        return tuple({each.rule.id: each for each in found}.values())

    def team(self, manager: str | None) -> tuple[str, ...]:
        """A manager's active reps, in alphabetical order."""
        ours = (rep for rep in self._reps.values() if manager and rep.manager == manager)
        return tuple(rep.id for rep in sorted(ours, key=lambda rep: (name_key(rep.name), rep.id)))

    def of_team(self, manager: str | None) -> tuple[TeamScore, ...]:
        """The families in which five or more of a manager's reps had an occasion, all rules counted."""
        ours = self.team(manager)
        found = (self._total(family, ours) for family in FAMILIES if self._is_large(family, ours))
        return tuple(each for each in found if each)

    def of_marketing(self) -> TeamScore | None:
        """What marketing kept of what it owes sales; None where nothing fell due."""
        return self._total(RECIPROCITY, None)

    def gaps(self, manager: str | None) -> dict[str, list[FamilyScore]]:
        """Of a team of five or more, by rep in alphabetical order, the gaps that two looks show."""
        ours = self.team(manager)
        found = {rep: [each for each in self.of_rep(rep) if each.is_gap] for rep in ours if len(ours) >= FEWEST}
        return {rep: scores for rep, scores in found.items() if scores}

    def funnel(self, manager: str | None, family: str) -> Funnel | None:
        """The team's reps among all others, if these are five or more; None where fewer than five of the team had an
        occasion."""
        ours = set(self.team(manager))
        if not self._is_large(family, ours):
            return None
        counts = summed(self._found[family], "now", self._reps)
        peers = peers_of(counts.values())
        assert peers is not None, "a large team has occasions"
        busy = {rep: count for rep, count in counts.items() if count.n}
        mine, theirs = ([busy[rep] for rep in busy if (rep in ours) is wanted] for wanted in (True, False))
        others = _dots(theirs if len(theirs) >= FEWEST else [], peers.mean)
        return Funnel(family, peers.mean, _dots(mine, peers.mean), others)

    def _is_large(self, family: str, reps: Collection[str]) -> bool:
        return sum(self._own[family, rep].n > 0 for rep in reps) >= FEWEST

    def _total(self, family: str, reps: Collection[str] | None) -> TeamScore | None:
        found = [each for each in self._found[family] if reps is None or each.rep in reps]
        now, before = (sum((getattr(each, name) for each in found), Count()) for name in ("now", "before"))
        if not now.n:
            return None
        moved = trend(before, now, Peers(0.0, 0.0, 0.0)) if min(now.n, before.n) >= ENOUGH else None
        return TeamScore(family, getattr(self._targets, family), now, moved)

    def _peers(self, family: str, rep: str) -> frozenset[str]:
        """With whom a rep is compared: who had an occasion in the same team, else anywhere."""
        keys = {each.id: (each.manager or "", "all") for each in self._reps.values() if self._own[family, each.id].n}
        return peer_group(rep, keys) if rep in keys else frozenset()

    def _group(self, family: str, reps: frozenset[str]) -> Group:
        key = family, reps
        if key not in self._groups:
            found = [each for each in self._found[family] if each.rep in reps]
            self._groups[key] = Group(found, reps, getattr(self._targets, family), self._rules, self._new)
        return self._groups[key]

    def _score(self, family: str, rep: str, has_scores: bool) -> FamilyScore:
        target = getattr(self._targets, family)
        everything = self._own[family, rep]
        peers = self._peers(family, rep) if has_scores else frozenset()
        if not peers:
            return FamilyScore(family, target, everything)
        group = self._group(family, peers)
        now = group.look("now", rep)
        if now is None:
            return FamilyScore(family, target, everything)
        looks = (group.look(name, rep) for name in ("first_look", "second_look"))
        return FamilyScore(
            family, target, now.count, now, tuple(look for look in looks if look), group.trend(rep), group.middle_half
        )


def _dots(counts: list[Count], mean: float) -> Dots:
    places = ((count.n, count.s / count.n, _outside(count, mean)) for count in counts)
    return Dots(sum(counts, Count()), tuple(sorted(places)))


def _outside(count: Count, mean: float) -> int:
    rate = count.s / count.n
    return sum(not low <= rate <= high for low, high in (limits(mean, count.n, z) for z in (INNER, OUTER)))
