"""What a digest says: to a rep a few quick things, to a manager the team's open facts; nothing open, nothing said.

Pure: it reads the report on gaps that it is given, and what was settled lately. It helps and does not judge: reps are
in alphabetical order, the quickest answers come first, every ask says why and how long it takes, and nobody is counted
against anybody. A record is one item, whatever is missing in it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from alerts.words import counted, in_words, say, short_day
from reports.gaps_by_rep import GapLine, GapsByRep, Section
from reports.words import duration, name_key
from rules.language import Language, RuleSet

Kind = Literal["rep", "manager"]
Owner = Literal["sales", "marketing"]

MOST = 5
"""Things in one rep's digest, whatever the budget of the rules allows."""

PER_REP = 3
"""Records of one rep in the manager's digest."""

SLACK_TEAM = 5
"""A team smaller than this shows no totals in a channel that others may read: they would be a person's."""

_RHYTHM: Mapping[Kind, tuple[Collection[int], time]] = {"rep": ((1, 3), time(8, 30)), "manager": ((0,), time(9))}
_WORKING = time(8), time(19)


Links = Callable[[Sequence[GapLine]], tuple[tuple[str, str], ...]]
"""Gives the links by which the gaps of one record are answered."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What was settled lately: since which day, and how often by rule."""

    since: date
    by_rule: Mapping[str, int]

    @property
    def number(self) -> int:
        """How many facts in all."""
        return sum(self.by_rule.values())


@dataclass(frozen=True, slots=True)
class Item:
    """One record to complete: what is missing, how long it takes, and why it is asked."""

    record: str
    missing: str
    time: str
    why: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    """Links to the page of the answer: what each says, and its address. Opening one changes nothing."""


@dataclass(frozen=True, slots=True)
class Block:
    """Items under a heading; `more` says how many are left out."""

    title: str
    note: str
    items: tuple[Item, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    """A line of the manager's summary."""

    label: str
    value: int
    note: str
    owner: Owner


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything that a digest says, in one language; how it looks is for others."""

    kind: Kind
    language: Language
    day: date
    subject: str
    heading: str
    good_title: str
    good: str
    totals: tuple[Total, ...]
    blocks: tuple[Block, ...]
    whys: tuple[tuple[str, str], ...]
    marketing_title: str
    marketing: str
    foot: tuple[str, ...]
    slack: str = ""
    """What may be said where others read along; empty for a small team, and for a rep."""


def is_due(kind: Kind, local: datetime) -> bool:
    """Whether today's digest may go out by now: managers on Mondays, reps on Tuesdays and Thursdays."""
    days, start = _RHYTHM[kind]
    return local.weekday() in days and local.time() >= start and is_working_time(local)


def is_working_time(local: datetime) -> bool:
    """Whether people may be written to: Monday to Friday, 08:00 to 19:00 where they are."""
    start, end = _WORKING
    return local.weekday() < 5 and start <= local.time() < end


def no_links(_: Sequence[GapLine]) -> tuple[tuple[str, str], ...]:
    """Answers are given elsewhere."""
    return ()


def rep_digest(
    name: str,
    own: Section,
    report: GapsByRep,
    rules: RuleSet,
    day: date,
    settled: Settled,
    links: Links = no_links,
) -> Digest | None:
    """A rep's digest, or None where nothing is open; `links` lead to the answers."""
    if not own.gaps:
        return None
    language = report.language
    most = max(min(MOST, rules.budget.alerts_per_rep_per_week // 2), 1)
    records = _records(own.gaps)
    asked = records[:most]
    things, seconds = len(asked), sum(gap.seconds for gaps in asked for gap in gaps)
    words = {
        "name": _first(name), "things": counted(language, "things", things), "time": duration(seconds),
        "settled": counted(language, "settled", settled.number),
    }  # fmt: skip
    became = "_became" if settled.number else ""
    heading = words | {"things": in_words(language, things)}
    return Digest(
        "rep", language, day, say(language, f"rep_subject{became}", **words),
        say(language, f"rep_heading{became}", **heading),
        say(language, "became_title") if became else "", _became(language, settled, rules) if became else "",
        (), (_block(in_words(language, things), "", records, most, language, links),), (),
        say(language, "marketing_title"), _marketing(report),
        (say(language, "rep_foot"), say(language, "rep_foot_rhythm", most=counted(language, "things", most))),
    )  # fmt: skip


def manager_digest(
    name: str, team: Sequence[Section], people: int, report: GapsByRep, day: date, settled: Settled
) -> Digest | None:
    """A manager's digest about the own team, of so many people, or None where nothing is open in it."""
    team = sorted((section for section in team if section.gaps), key=lambda each: (name_key(each.rep), each.id))
    if not team:
        return None
    language, since = report.language, short_day(report.language, settled.since)
    number, seconds = sum(len(section.gaps) for section in team), sum(section.seconds for section in team)
    words = {
        "open": counted(language, "open", number), "settled": counted(language, "settled", settled.number),
        "time": duration(seconds), "day": since, "team": name,
    }  # fmt: skip
    return Digest(
        "manager", language, day, say(language, "manager_subject", **words),
        say(language, "manager_heading", name=_first(name)),
        say(language, "works_title") if settled.number else "",
        say(language, "works", **words) if settled.number else "",
        _totals(number, seconds, settled, report), tuple(_rep_block(section, language) for section in team),
        _whys(gap for section in team for gap in section.gaps),
        say(language, "marketing_title_team"), _marketing(report),
        (say(language, "manager_foot"), say(language, "manager_foot_rights")),
        say(language, "slack_title", **words) if people >= SLACK_TEAM else "",
    )  # fmt: skip


def _records(gaps: Iterable[GapLine]) -> list[tuple[GapLine, ...]]:
    """The gaps of each record together, the quickest record first, then the one that is open longest."""
    by_ref: dict[str, list[GapLine]] = {}
    for gap in gaps:
        by_ref.setdefault(gap.ref, []).append(gap)
    return sorted((tuple(each) for each in by_ref.values()), key=_quickest_first)


def _quickest_first(gaps: Sequence[GapLine]) -> tuple[object, ...]:
    return sum(gap.seconds for gap in gaps), min(gap.since for gap in gaps), name_key(gaps[0].record), gaps[0].ref


def _rep_block(section: Section, language: Language) -> Block:
    opened = f"{counted(language, 'open', len(section.gaps))}, {say(language, 'about', time=duration(section.seconds))}"
    note = opened if section.is_active else f"{opened}; {say(language, 'inactive')}"
    return _block(section.rep, note, _records(section.gaps), PER_REP, language)


def _block(
    title: str,
    note: str,
    records: Sequence[tuple[GapLine, ...]],
    most: int,
    language: Language,
    links: Links | None = None,
) -> Block:
    """The first records; with `links` each says why it is asked, and where it is answered."""
    more = counted(language, "records", len(records) - most) if len(records) > most else ""
    return Block(title, note, tuple(_item(gaps, links) for gaps in records[:most]), more)


def _item(gaps: Sequence[GapLine], links: Links | None) -> Item:
    record, missing = " ".join(gaps[0].record.split()), " · ".join(dict.fromkeys(gap.missing for gap in gaps))
    time = duration(sum(gap.seconds for gap in gaps))
    if links is None:
        return Item(record, missing, time)
    return Item(record, missing, time, " ".join(dict.fromkeys(gap.why for gap in gaps)), links(gaps))


def _totals(number: int, seconds: int, settled: Settled, report: GapsByRep) -> tuple[Total, ...]:
    language, owed = report.language, report.marketing
    since = short_day(language, settled.since)
    return (
        Total(say(language, "summary_open"), number, _about(language, seconds), "sales"),
        Total(say(language, "summary_settled", day=since), settled.number, "", "sales"),
        Total(say(language, "summary_marketing"), len(owed.gaps), _about(language, owed.seconds), "marketing"),
    )


def _about(language: Language, seconds: int) -> str:
    return say(language, "about", time=duration(seconds)) if seconds else ""


def _whys(gaps: Iterable[GapLine]) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys((gap.title, gap.why) for gap in gaps))


def _became(language: Language, settled: Settled, rules: RuleSet) -> str:
    """What the settled facts serve, as their rules say it."""
    uses = dict.fromkeys(
        getattr(use.what, language) for rule in rules.rules if rule.id in settled.by_rule for use in rule.used_for
    )
    key = "became_one" if settled.number == 1 else "became"
    number, day = counted(language, "settled", settled.number), short_day(language, settled.since)
    return say(language, key, settled=number, day=day, uses=", ".join(uses))


def _marketing(report: GapsByRep) -> str:
    """What marketing owes, beginning with what is missing most often."""
    owed, language = report.marketing, report.language
    if not owed.gaps:
        return ""
    first = max(owed.by_rule(), key=len)[0].title
    key = "marketing_one" if len(owed.gaps) == 1 else "marketing"
    return say(language, key, facts=counted(language, "facts", len(owed.gaps)), first=first[:1].lower() + first[1:])


def _first(name: str) -> str:
    """How a digest greets: by the first name."""
    return name.split(" ", 1)[0]
