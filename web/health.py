"""Whether all is well, for ops: the last pass, what waits and why, the worker, and what could not be checked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.urls import reverse

from reports.stored import pairs, stored_fields
from reports.words import counted, title, titles, whole
from rules.compile import facts_table
from rules.language import Language
from store import heartbeat, known
from store.models import Conflict, DeadLetter, Decision, Held, Intent, Run, Touch
from store.sql import now, rows
from web.access import Page
from web.times import age, since
from web.views.runs import run_row
from web.words import say, words
from wiring.configuration import Configuration

_RUNS = 6
_REASONS = 3
_REPS = 12


def health(language: Language, configuration: Configuration) -> dict[str, Any]:
    """All that the page of operations shows."""
    runs = list(Run.objects.order_by("-id")[:_RUNS])
    queues = _queues(language)
    last = Run.objects.exclude(state="running").order_by("-id").first()
    return {
        "title": _title(language, last, queues),
        "last": say(language, "last_pass", age=since(language, last.ended_at)) if last and last.ended_at else "",
        "attention": last.id if last is not None and last.state in ("braked", "failed") else None,
        "stats": _stats(language, queues),
        "queues": queues,
        "runs": [run_row(language, each) for each in runs],
        "unmanaged": _unmanaged(language),
        "unchecked": _unchecked(language, configuration),
    }


def _title(language: Language, last: Run | None, queues: list[dict[str, Any]]) -> str:
    if last is None:
        return words(language)["health_never"]
    if last.state in ("braked", "failed"):
        return words(language)[f"health_{last.state}"]
    number = sum(each["number"] for each in queues if each["for_a_person"])
    return say(language, "health_waits", n=whole(language, number)) if number else words(language)["health_calm"]


# -- what waits --------------------------------------------------------------------------------------------------------


def _queues(language: Language) -> list[dict[str, Any]]:
    """The lists of what waits: those for a person, which have a page, and those that the next pass looks after."""
    word = words(language)
    asked, held, letters = (
        Conflict.objects.filter(closed_at=None), Held.objects.all(), DeadLetter.objects.filter(closed_at=None)
    )  # fmt: skip
    decided = Decision.objects.filter(state="open")
    put_off = Intent.objects.filter(state="waiting", source__in=Touch.objects.values("ref"))
    later = Touch.objects.filter(ref__in=put_off.values("source"))
    to_compare = Touch.objects.exclude(ref__in=put_off.values("source"))
    return [
        _queue(language, "conflicts", asked, _oldest(asked, "opened_at"), _by_field(language, asked), "decide_them"),
        _queue(language, "held", held, _oldest(held, "since"), _by_code(language, held), "mend_them"),
        _queue(language, "dead", letters, _oldest(letters, "at"), _by_code(language, letters), "replay_them"),
        _queue(language, "decided", decided, _oldest(decided, "at"), word["decided_why"], "decided_todo"),
        _queue(language, "later", later, _oldest(put_off, "run__started_at"), word["later_why"], "later_todo"),
        _queue(language, "to_compare", to_compare, None, word["to_compare_why"], "to_compare_todo"),
    ]


def _oldest(found: QuerySet[Any], stamp: str) -> int | None:
    at: int | None = found.aggregate(at=Min(stamp))["at"]
    return at


def _queue(
    language: Language, name: str, found: QuerySet[Any], oldest: int | None, why: str, todo: str
) -> dict[str, Any]:
    """One list of what waits: how many, the oldest, why, and what to do about it."""
    word, number = words(language), found.count()
    has_page = name in list(Page)
    return {
        "name": word[name],
        "key": name,
        "number": number,
        "shown": whole(language, number),
        "oldest": since(language, oldest) if oldest is not None else "–",
        "why": why if number else "–",
        "todo": word[todo] if number else word["nothing_to_do"],
        "address": reverse(name) if has_page else "",
        "for_a_person": has_page,
    }


def _by_field(language: Language, found: QuerySet[Conflict]) -> str:
    """The conflicts by what they are about, the most frequent first."""
    word = words(language)
    counts = found.order_by().values_list("kind", "field").annotate(n=Count("id")).order_by("-n", "kind", "field")
    return _list(
        language,
        ((title(language, field) if kind == "field" else word[f"{kind}_kind"], n) for kind, field, n in counts),
    )


def _by_code(language: Language, found: QuerySet[Any]) -> str:
    """What was refused by the answer's code, the most frequent first."""
    word = words(language)
    counts = found.order_by().values_list("code").annotate(n=Count("id")).order_by("-n", "code")
    return _list(language, ((word.get(f"held_{code}", code), n) for code, n in counts))


def _list(language: Language, counts: Iterable[tuple[str, int]]) -> str:
    found = list(counts)
    more = [f"+ {len(found) - _REASONS}"] if len(found) > _REASONS else []
    return ", ".join([f"{name} {whole(language, n)}" for name, n in found[:_REASONS]] + more)


# -- the installation --------------------------------------------------------------------------------------------------


def _stats(language: Language, queues: list[dict[str, Any]]) -> list[dict[str, Any]]:
    word = words(language)
    by_name = {each["key"]: each for each in queues}

    def waiting(name: str, heading: str) -> dict[str, Any]:
        queue = by_name[name]
        note = say(language, "oldest_since", age=queue["oldest"]) if queue["number"] else word["none_now"]
        is_one = queue["number"] == 1 or (queue["number"] == 0 and language == "fr")
        unit = word[f"one_{name}"] if is_one else word[name].lower()
        return {"title": word[heading], "value": queue["shown"], "unit": unit, "note": note,
                "address": queue["address"]}  # fmt: skip

    return [
        {"title": word["linked_pairs"], "value": whole(language, pairs()), "note": word["linked_note"]},
        waiting("conflicts", "for_a_person"),
        waiting("dead", "given_up"),
        _worker(language),
    ]


def _worker(language: Language) -> dict[str, Any]:
    """The worker's sign of life, as `entente health` judges it."""
    word, seconds = words(language), heartbeat.age()
    if seconds is None:
        return {"title": word["worker"], "value": word["worker_never"], "note": word["worker_start"], "is_amber": True}
    is_silent = seconds > heartbeat.STALE
    return {
        "title": word["worker"],
        "value": word["worker_silent" if is_silent else "worker_alive"],
        "note": say(language, "worker_seen", age=age(language, seconds)),
        "is_amber": is_silent,
    }


def _unmanaged(language: Language) -> dict[str, Any]:
    """Active reps for whom no manager is known, as they were read last."""
    read = known.recall("reps")
    if read is None:
        return {"is_read": False}
    found = read.get("without_manager", [])
    more = say(language, "more_reps", n=whole(language, len(found) - _REPS)) if len(found) > _REPS else ""
    return {"is_read": True, "number": counted(language, "reps", len(found)), "names": found[:_REPS], "more": more}


def _unchecked(language: Language, configuration: Configuration) -> list[tuple[str, str, str]]:
    """By field, how many counted records are of a kind that has no such field, and by rule, of how many it could not
    be said; with the share of the largest."""
    found: list[tuple[str, int]] = []
    for name, object_map in configuration.mapping.objects.items():
        fields = stored_fields(object_map)
        if fields:
            sums = ", ".join(f'SUM(CASE WHEN "f_{field}__state" < 0 THEN 1 ELSE 0 END)' for field in fields)
            [numbers] = rows(f'SELECT {sums} FROM "{facts_table(name)}" WHERE "counted" = 1')
            found += [(title(language, field), int(n)) for field, n in zip(fields, numbers, strict=True) if n]
    for rule in configuration.compiled:
        if rule.unchecked:
            sql = f"SELECT why, COUNT(*) FROM ({rule.unchecked.sql}) AS unsure GROUP BY why"
            for why, number in rows(sql, rule.unchecked.parameters_at(now())):
                found.append((f"{rule.rule}: {titles(language, why.split(','))}", int(number)))
    most = max((number for _, number in found), default=1)
    found.sort(key=lambda each: (-each[1], each[0]))
    return [(name, whole(language, number), f"{100 * number / most:.0f}%") for name, number in found]
