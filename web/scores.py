"""Scores in the words and marks of one language: a dot, the interval around it and the agreed mark, in percent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from reports.scores import Dots, FamilyScore, Funnel, Review, Scores, TeamScore
from reports.words import day
from rules.language import Language
from rules.score import FEWEST, Count, Status, Trend
from store.models import Rep, ToldGap
from store.scores import HOURS_FOR_THE_REP, one_to_tell, rep_saw
from store.sql import milliseconds, moment
from web.words import say

_STEPS = 24
"""Points of each limit of a funnel."""


def doing(language: Language, scores: Scores, rep: str, now: datetime) -> dict[str, Any]:
    """How a rep is doing, on the own page: what is shown counts as seen from now on."""
    found = scores.of_rep(rep)
    rep_saw(rep, [each.family for each in found if each.is_gap], milliseconds(now))
    seen: Mapping[str, int] = dict(ToldGap.objects.filter(rep=rep).values_list("family", "seen_at"))
    reviewed = [getattr(each.rule.title, language) for each in scores.rules_reviewed([rep])]
    return {
        "rows": [_row(language, each, seen.get(each.family)) for each in found],
        "has_peers": any(each.peers for each in found),
        "is_small": scores.is_small(rep),
        "review": say(language, "counts_review", rules="; ".join(reviewed)) if reviewed else "",
    }


def team(language: Language, scores: Scores, manager: str | None, family: str, now: datetime) -> dict[str, Any] | None:
    """How a manager's team of five or more is doing, what chance explains, and what to look at; None of fewer."""
    ours = scores.team(manager)
    if len(ours) < FEWEST:
        return None
    totals = scores.of_team(manager)
    families = [each.family for each in totals]
    chosen = family if family in families else next(iter(families), "")
    funnel = scores.funnel(manager, chosen) if chosen else None
    marketing = scores.of_marketing()
    return {
        "cards": [_card(language, each, "sales") for each in totals],
        "marketing": _card(language, marketing, "marketing") if marketing else None,
        "funnel": _funnel(language, funnel) if funnel else None,
        "families": [{"key": each, "title": _title(language, each), "chosen": each == chosen} for each in families],
        "talk": _talk(language, scores, manager, now),
        "reviews": [_review(language, each) for each in scores.rules_reviewed(ours)],
    }


def _row(language: Language, score: FamilyScore, seen_at: int | None) -> dict[str, Any]:
    row = {"title": _title(language, score.family), "of": _of(language, score.count), "target": _at(score.target)}
    if score.now is None:
        says = say(language, "score_says_none", family=row["title"], target=_points(score.target))
        return row | {"says": says, "words": [say(language, "not_scored")]}
    found, status = score.now.estimate, score.now.status
    dot = _dot(language, score.family, found.rate, (found.low, found.high), score.target)
    told = say(language, "told", at=_day_after(language, seen_at)) if seen_at and score.is_gap else ""
    peers = {"at": _at(score.peers[0]), "width": _at(score.peers[1] - score.peers[0])} if score.peers else None
    said = [told or say(language, f"status_{status}"), _trend(language, score.trend)]
    return row | dot | {"peers": peers, "is_thin": status in {Status.EARLY, Status.NEW}, "words": said}


def _day_after(language: Language, seen_at: int) -> str:
    return day(language, (moment(seen_at) + timedelta(hours=HOURS_FOR_THE_REP)).date())


def _card(language: Language, score: TeamScore, side: str) -> dict[str, Any]:
    return _dot(language, score.family, score.rate, score.interval, score.target) | {
        "title": _title(language, score.family),
        "of": _of(language, score.count),
        "side": side,
        "agreed": say(language, "score_agreed", target=_points(score.target)),
        "trend": _trend(language, score.trend),
    }


def _dot(
    language: Language, family: str, rate: float, interval: tuple[float, float], target: float
) -> dict[str, Any]:  # fmt: skip
    low, high = (_points(each) for each in interval)
    says = say(
        language, "score_says", family=_title(language, family), rate=_points(rate), low=low, high=high,
        target=_points(target),
    )  # fmt: skip
    return {
        "rate": _points(rate), "between": f"{low}–{high}", "dot": _at(rate), "low": _at(interval[0]),
        "high": _at(interval[1]), "target": _at(target), "says": says,
    }  # fmt: skip


def _talk(language: Language, scores: Scores, manager: str | None, now: datetime) -> dict[str, Any] | None:
    """The one gap that the manager hears of this week: what two looks show, 48 hours after the rep saw it."""
    gaps = scores.gaps(manager)
    named = {rep: [each.family for each in found] for rep, found in gaps.items()}
    monday = now.date() - timedelta(days=now.weekday())
    told = one_to_tell(named, monday, milliseconds(now))
    if told is None:
        return None
    rep, family = told
    score = next(each for each in gaps[rep] if each.family == family)
    assert score.now is not None, "what has looks has a score"
    name = Rep.objects.values_list("name", flat=True).get(id=rep)
    seen_at = ToldGap.objects.values_list("seen_at", flat=True).get(rep=rep, family=family)
    first, second = (_of(language, look.count) for look in score.looks)
    found = score.now.estimate
    return {
        "rep": rep,
        "title": say(language, "talk", name=name, family=_title(language, family).lower()),
        "seen": say(language, "talk_seen", name=name, at=day(language, moment(seen_at).date())),
        "what": say(
            language, "talk_what", of=_of(language, score.count), rate=_points(found.rate), low=_points(found.low),
            high=_points(found.high), target=_points(score.target), first=first, second=second,
        ),
    }  # fmt: skip


def _review(language: Language, found: Review) -> dict[str, Any]:
    return {
        "title": getattr(found.rule.title, language),
        "pill": say(language, "review", rule=found.rule.id),
        "reasons": [
            say(language, f"review_{reason}", under=found.under, scored=found.scored) for reason in found.reasons
        ],
    }


def _funnel(language: Language, found: Funnel) -> dict[str, Any]:
    largest = max(n for dots in (found.ours, found.others) for n, _, _ in dots.places)
    end = math.ceil(largest / 10) * 10
    steps = [end * (step / _STEPS) ** 2 or 0.5 for step in range(_STEPS + 1)]  # closer where the limits bend
    limits = [found.limits(n) for n in steps]
    title = _title(language, found.family)
    groups = [("funnel_ours", found.ours, "sales"), ("funnel_others", found.others, "peer")]
    return {
        "title": title,
        "says": say(
            language, "funnel_says", family=title, ours=len(found.ours.places), outside=_outside(found.ours, 1)
        ),
        "mean": _down(found.mean),
        "outer": _band(steps, [outer for _, outer in limits], end),
        "inner": _band(steps, [inner for inner, _ in limits], end),
        "dots": [
            {"style": style, "x": _at(n / end), "y": f"{_down(rate)}%"}
            for _, dots, style in reversed(groups)
            for n, rate, _ in dots.places
        ],
        "axis": [f"0 {say(language, 'funnel_occasions')}", f"{end / 2:g}", f"{end:g}"],
        "groups": [_group(language, say(language, key), dots) for key, dots, _ in groups if dots.places],
    }  # fmt: skip


def _group(language: Language, name: str, dots: Dots) -> dict[str, Any]:
    inner, outer = _outside(dots, 1), _outside(dots, 2)
    return {
        "name": name,
        "people": len(dots.places),
        "kept": _of(language, dots.count),
        "rate": f"{_points(dots.count.s / dots.count.n)}\u00a0%",
        "outside": say(language, "funnel_in_out", inner=inner, outer=outer),
    }


def _outside(dots: Dots, least: int) -> int:
    return sum(outside >= least for _, _, outside in dots.places)


def _band(steps: list[float], limits: list[tuple[float, float]], end: float) -> str:
    upper = [f"{100 * n / end:.1f},{_down(high)}" for n, (_, high) in zip(steps, limits, strict=True)]
    lower = [f"{100 * n / end:.1f},{_down(low)}" for n, (low, _) in zip(steps, limits, strict=True)]
    return " ".join([*upper, *reversed(lower)])


def _trend(language: Language, found: Trend | None) -> str:
    if found is None or not found.direction:
        return say(language, "trend_stable")
    return say(language, "trend_up" if found.direction > 0 else "trend_down", points=f"{100 * abs(found.change):.0f}")


def _of(language: Language, count: Count) -> str:
    s, n = (f"{each:.1f}".removesuffix(".0") for each in (count.s, count.n))
    said = say(language, "score_of", s=s, n=n)
    return said.replace(".", ",") if language == "fr" else said


def _title(language: Language, family: str) -> str:
    return say(language, f"family_{family}")


def _points(share: float) -> str:
    return f"{100 * share:.0f}"


def _at(share: float) -> str:
    return f"{100 * share:.1f}%"


def _down(share: float) -> str:
    return f"{100 - 100 * share:.1f}"
