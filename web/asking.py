"""Questions and answers in the words of one language, as the templates read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from alerts.ticket import Ticket, mark_of
from crm.record import Ref
from reports.gaps_by_rep import GapLine, Section
from reports.names import names_of
from reports.words import age, duration, title
from reports.words import say as report_say
from rules.kinds import Required
from rules.language import Language
from store.answers import KEPT, Asked, fields_on_the_way
from store.models import Answer
from store.questions import YES_NO, NoAnswer, Question, Questions
from store.sql import now
from web.frame import configuration
from web.show import short
from web.words import say
from web.words.answers import ANSWERS

LATELY = 10
"""How many answers a rep's page lists."""

_SYSTEMS = {"salesforce": "Salesforce", "hubspot": "HubSpot"}


@dataclass(slots=True)
class Asking:
    """What is asked on one page: the questions, read in batches, and what is on its way already."""

    language: Language
    gaps: Sequence[GapLine]
    rep: str
    questions: Questions = field(init=False)
    on_the_way: set[tuple[str, str]] = field(init=False)
    refused: dict[tuple[str, str], Answer] = field(init=False)

    def __post_init__(self) -> None:
        read = configuration()
        refs = {gap.ref for gap in self.gaps}
        self.questions = Questions(read.mapping, read.rules)
        self.on_the_way = fields_on_the_way(refs)
        last: dict[tuple[str, str], Answer] = {}
        for each in Answer.objects.filter(rep=self.rep, ref__in=refs).order_by("id"):
            last[each.ref, each.field] = each
        self.refused = {key: each for key, each in last.items() if each.state == "refused"}

    def is_answered(self, gap: GapLine) -> bool:
        """Whether nothing of a gap is left to answer, now that answers are on their way."""
        ways = [(gap.ref, name) in self.on_the_way for name in gap.fields]
        return any(ways) if self._is_any(gap) else all(ways)

    def shown(self, gap: GapLine, chosen: Mapping[str, str] = {}, problems: Mapping[str, str] = {}) -> dict[str, Any]:
        """One gap with its fields as a form shows them: `chosen` is preselected, by field."""
        rule = self.questions.asked(gap.rule)
        fields = [self._field(gap, name, chosen.get(name, ""), problems.get(name, "")) for name in gap.fields]
        return {
            "title": gap.title, "why": gap.why, "record": gap.record, "missing": gap.missing,
            "time": say(self.language, "takes_about", time=duration(gap.seconds)),
            "back": getattr(rule.gives_back.text, self.language) if rule and rule.gives_back else "",
            "fields": fields, "can_send": any(each["kind"] for each in fields),
            "is_any": self._is_any(gap) and len(fields) > 1,
        }  # fmt: skip

    def asked(self, gaps: Sequence[GapLine]) -> dict[str, tuple[GapLine, Question]]:
        """By field, what may be answered of these gaps of one record."""
        found: dict[str, tuple[GapLine, Question]] = {}
        for gap in gaps:
            for name in gap.fields:
                question = self.questions.question(gap.rule, gap.object, gap.ref, name)
                if question and name not in found and (gap.ref, name) not in self.on_the_way:
                    found[name] = (gap, question)
        return found

    def _is_any(self, gap: GapLine) -> bool:
        rule = self.questions.asked(gap.rule)
        return rule is not None and isinstance(rule.check, Required) and rule.check.mode == "any"

    def _field(self, gap: GapLine, name: str, chosen: str, problem: str) -> dict[str, Any]:
        question = self.questions.question(gap.rule, gap.object, gap.ref, name)
        system = system_of(gap.ref)
        shown: dict[str, Any] = {"name": name, "label": title(self.language, name), "kind": "", "problem": problem}
        if (gap.ref, name) in self.on_the_way:
            return shown | {"note": say(self.language, "on_its_way_field")}
        if question is None:
            return shown | {"note": say(self.language, "only_in_system", system=system)}
        refused = self.refused.get((gap.ref, name))
        options = self._options(question, chosen)
        return shown | {
            "kind": question.kind, "value": chosen, "options": options, "most": question.max_length,
            "is_quick": question.is_quick,
            "note": why_refused(self.language, refused) if refused else "",
            "hint": say(self.language, f"{question.kind}_hint") if f"{question.kind}_hint" in ANSWERS else "",
        }  # fmt: skip

    def _options(self, question: Question, chosen: str) -> list[dict[str, Any]]:
        picked = chosen.split(";") if question.kind == "choices" else [chosen]
        return [
            {"value": option, "label": option_label(self.language, question, option), "chosen": option in picked}
            for option in question.offered
        ]


def groups(language: Language, gaps: Iterable[GapLine], rep: str) -> list[dict[str, Any]]:
    """What is asked on a rep's own page, rule by rule, each record with the form that answers it."""
    lines = list(gaps)
    asking = Asking(language, lines, rep)
    return [
        {
            "title": found[0].title,
            "why": found[0].why,
            "time": report_say(language, "each_takes", time=duration(found[0].seconds)),
            "gaps": [_line(asking, gap) for gap in found],
        }
        for found in Section("rep", gaps=tuple(lines)).by_rule()
    ]


def _line(asking: Asking, gap: GapLine) -> dict[str, Any]:
    shown = asking.shown(gap)
    is_one_click = len(shown["fields"]) == 1 and shown["fields"][0].get("is_quick")
    return shown | {
        "ref": short(gap.ref), "age": age(asking.language, gap.age_days),
        "address": reverse("answer", args=[Ticket(asking.rep, gap.rule, gap.ref).sign()]),
        "is_one_click": is_one_click, "is_answered": asking.is_answered(gap),
    }  # fmt: skip


def option_label(language: Language, question: Question, option: str) -> str:
    """An option as people read it."""
    return say(language, "yes" if option == "true" else "no") if question.kind == "yes_no" else option


def preselected(question: Question, mark: str) -> str:
    """The option that a link's mark stands for; empty where it is none (any more)."""
    return next((option for option in question.offered if mark and mark_of(option) == mark), "")


def system_of(ref: str) -> str:
    """The name of a record's system."""
    name = Ref.parse(ref).system
    return _SYSTEMS.get(name, name)


def refusal(language: Language, refused: NoAnswer) -> str:
    """Why a text is no answer."""
    return say(language, f"no_{refused.code}", most=refused.most)


def why_refused(language: Language, answer: Answer) -> str:
    """What a system did not take, and why."""
    why = _reason(language, answer)
    return say(language, "is_refused_why", system=system_of(answer.ref), value=answer.value, why=why)


def _reason(language: Language, answer: Answer) -> str:
    """Why an answer was refused: in our words where we have some, else in the system's own."""
    key = f"no_{answer.code}"
    return say(language, key) if key in ANSWERS and "{" not in ANSWERS[key][0] else answer.message


def lately(language: Language, rep: str) -> list[dict[str, str]]:
    """What a rep answered in the last two weeks, and what became of it; the newest first."""
    found = list(Answer.objects.filter(rep=rep, at__gte=now() - KEPT).order_by("-id")[:LATELY])
    refs: dict[str, list[str]] = {}
    for each in found:
        refs.setdefault(each.object, []).append(each.ref)
    names = names_of(configuration().mapping, refs)
    return [
        {
            "record": names.get(each.ref, each.ref),
            "field": title(language, each.field),
            "value": each.value if each.value not in YES_NO else say(language, "yes" if each.value == "true" else "no"),
            "state": say(language, f"is_{each.state}", system=system_of(each.ref)),
            "mark": {"written": "sales", "refused": "attention"}.get(each.state, ""),
            "why": _reason(language, each) if each.state == "refused" else _why(language, each.state),
        }
        for each in found
    ]


def _why(language: Language, state: str) -> str:
    return say(language, f"is_{state}_why") if f"is_{state}_why" in ANSWERS else ""


def as_asked(gap: GapLine, name: str, was: str | None) -> Asked:
    """A gap's field, as an answer to it is stored."""
    return Asked(gap.rule, gap.ref, gap.object, name, was)


def local_time(text: str, zone: ZoneInfo) -> str:
    """A time that a person gave by the own clock, with its offset; as it is where it is none."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return text
    return text if at.tzinfo else at.replace(tzinfo=zone).isoformat()
