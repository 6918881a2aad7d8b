"""The hand-off: whom marketing handed over to sales, what became of them, and how long the first contact took.

Somebody was handed over who has a lead in sales and stands, by marketing's own words, at the funnel's stage `mql` or
later. The lead's own stage says the rest: `rejected`, at `mql` or later accepted, else it waits.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from reports.stored import stored_fields, stored_objects
from reports.table import Cell, Column, Table
from reports.words import counted, name_key, say, words
from rules.compile import facts_table
from rules.language import Language
from store.sql import rows
from sync.mapping import Mapping

HANDED_OVER, REJECTED = "mql", "rejected"
_PERSON, _LEAD, _ACTIVITY = "contact", "Lead", "activity"
_HOUR = 60 * 60 * 1000
_REASONS = 3
"""How many reasons of rejection a row names."""
_FEWEST = 5
"""From so many on, a median says something; of fewer it would be about persons."""
_HUMAN = ("call", "email", "meeting")
"""The kinds of activity that are a contact."""
_OPTIONAL = ("lead_source", "reject_reason", "handed_over_at", "lead_made_at")


@dataclass(slots=True)
class _Counts:
    """The leads of one source. Times are in hours."""

    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    human: list[float] = field(default_factory=list)
    system: list[float] = field(default_factory=list)


def handoff(mapping: Mapping, language: Language = "en") -> Table:
    """One row for all leads handed over and one for each source: how many wait, were accepted or rejected and why, and
    the median hours until the first contact: the system's part (from marketing's stage to a lead in sales) and the
    people's (from the lead to the first call, e-mail or meeting). Raises NothingRead where the store is empty.
    """
    stored_objects(mapping)
    object_map, word = mapping.objects.get(_PERSON), words(language)
    stages = mapping.funnel_of(_PERSON).names if object_map else ()
    if object_map is None or HANDED_OVER not in stages or _LEAD not in object_map.sales:
        return Table(word["handoff"], _columns(language), (), (word["handoff_no_stage"],))
    fields = stored_fields(object_map)
    counts: dict[str | None, _Counts] = defaultdict(_Counts)
    later = stages[stages.index(HANDED_OVER) :]
    contacted = _first_contacts(mapping)
    for ref, stage, source, reason, handed, made in _leads(fields, later):
        for key in (None, str(source or "")):
            _add(counts[key], _outcome(stage, later), reason, (handed, made, contacted.get(ref.rpartition(":")[2])))
    order = sorted((key for key in counts if key is not None), key=lambda key: (not key, name_key(key)))
    lines = [_line(language, key, counts[key]) for key in ([None, *order] if counts else [])]
    return Table(word["handoff"], _columns(language), tuple(lines), _notes(language, mapping, fields, stages, counts))


def _columns(language: Language) -> tuple[Column, ...]:
    word = words(language)
    numbers = ("handed_over", "waiting", "accepted", "rejected")
    times = ("system_hours", "human_hours", "contacts_known")
    kinds = dict.fromkeys((*numbers, *times), "count")
    names = ("source", *numbers, "reasons", *times)
    return tuple(Column(name, word[name], kinds.get(name, "text")) for name in names)  # type: ignore[arg-type]


def _leads(fields: Sequence[str], stages: Sequence[str]) -> Iterable[tuple[str, str | None, Cell, Cell, int, int]]:
    """Every lead handed over, converted ones too: reference, own stage, source, reason, and two times."""
    source, reason, handed, made = (name if name in fields else None for name in _OPTIONAL)
    table = facts_table(_PERSON)
    of_lead = [f's."f_{name}"' if name else "NULL" for name in (source, reason)]
    of_person = f'm."f_{handed}"' if handed else "NULL"
    of_made = f's."f_{made}"' if made else "NULL"
    return rows(
        f"""SELECT s.ref, s.own_stage, {", ".join(of_lead)}, {of_person}, {of_made}
            FROM "{table}" s JOIN store_record r ON r.ref = s.ref
            JOIN store_link l ON l.sales = COALESCE(r.merged_into, s.ref) JOIN "{table}" m ON m.ref = l.marketing
            WHERE s.object_name = %s AND (NOT r.deleted OR r.merged_into IS NOT NULL)
            AND m.own_stage IN ({", ".join(["%s"] * len(stages))})""",
        [_LEAD, *stages],
    )


def _first_contacts(mapping: Mapping) -> dict[str, int]:
    """When a lead was first called, written to or met by somebody, by the lead's id, as far as activities are read."""
    object_map = mapping.objects.get(_ACTIVITY)
    if object_map is None or not {"contacts", "occurred_at", "kind"} <= {*stored_fields(object_map), "kind"}:
        return {}
    names = [name for name in ("occurred_at", "start") if name in stored_fields(object_map)]
    at = f"""COALESCE({", ".join(f'"f_{name}"' for name in names)}, NULL)"""
    found = rows(
        f"""SELECT "f_contacts", MIN({at}) FROM "{facts_table(_ACTIVITY)}"
            WHERE side = 'sales' AND rep IS NOT NULL AND "f_kind" IN ({", ".join(["%s"] * len(_HUMAN))}) GROUP BY 1""",
        list(_HUMAN),
    )
    return {lead: at for lead, at in found if lead and at}


def _outcome(stage: str | None, accepted: Sequence[str]) -> str:
    return "rejected" if stage == REJECTED else "accepted" if stage in accepted else "waiting"


def _add(counts: _Counts, outcome: str, reason: Cell, times: tuple[int | None, int | None, int | None]) -> None:
    handed, made, contacted = times
    counts.outcomes[outcome] += 1
    if outcome == "rejected" and reason:
        counts.reasons[str(reason)] += 1
    if handed and made:
        counts.system.append(max(made - handed, 0) / _HOUR)
    if made and contacted:
        counts.human.append(max(contacted - made, 0) / _HOUR)


def _line(language: Language, source: str | None, counts: _Counts) -> tuple[Cell, ...]:
    word = words(language)
    name = word["all"] if source is None else source or word["no_value"]
    outcomes = (counts.outcomes[key] for key in ("waiting", "accepted", "rejected"))
    reasons = ", ".join(f"{reason} ({number})" for reason, number in counts.reasons.most_common(_REASONS))
    return (
        name, counts.outcomes.total(), *outcomes, reasons or None, _median(counts.system), _median(counts.human),
        len(counts.human),
    )  # fmt: skip


def _median(hours: Sequence[float]) -> int | None:
    return round(median(hours)) if len(hours) >= _FEWEST else None


def _notes(
    language: Language,
    mapping: Mapping,
    fields: Sequence[str],
    stages: Sequence[str],
    counts: dict[str | None, _Counts],
) -> tuple[str, ...]:
    """What is meant, and what could not be told."""
    word, all_of_it = words(language), counts.get(None, _Counts())
    notes = [say(language, "handoff_meant", leads=counted(language, "leads", all_of_it.outcomes.total()))]
    if REJECTED not in stages:
        notes.append(word["handoff_no_rejected"])
    elif "reject_reason" not in fields:
        notes.append(word["handoff_no_reasons"])
    if _ACTIVITY not in mapping.objects:
        notes.append(word["handoff_no_activities"])
    if "handed_over_at" not in fields:
        notes.append(word["handoff_no_moment"])
    return tuple(notes)
