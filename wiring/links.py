"""The links of a rep's digest: one for each option where the answer is one of a few, else one to the page."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.ticket import Ticket, mark_of
from alerts.words import say
from config.environment import Environment
from reports.gaps_by_rep import GapLine
from rules.language import Language
from store.questions import Question, Questions


def answer_links(
    settings: Environment, questions: Questions, rep: str, language: Language, gaps: Sequence[GapLine]
) -> tuple[tuple[str, str], ...]:
    """What each link about one record says, and its address; none where nothing of it can be answered here."""
    asked: dict[str, tuple[GapLine, Question]] = {}
    for gap in gaps:
        for name in gap.fields:
            if question := questions.question(gap.rule, gap.object, gap.ref, name):
                asked.setdefault(name, (gap, question))
    if not asked:
        return ()
    gap, question = next(iter(asked.values()))
    if len(asked) == 1 and question.is_quick:
        labels = {option: _label(language, question, option) for option in question.offered}
        tickets = {
            label: Ticket(rep, gap.rule, gap.ref, question.field, mark_of(option)) for option, label in labels.items()
        }
    else:
        tickets = {say(language, "answer"): Ticket(rep, gap.rule, gap.ref, question.field)}
    base = settings.base_url.rstrip("/")
    return tuple((label, f"{base}/answer/{ticket.sign()}") for label, ticket in tickets.items())


def _label(language: Language, question: Question, option: str) -> str:
    return say(language, "yes" if option == "true" else "no") if question.kind == "yes_no" else option
