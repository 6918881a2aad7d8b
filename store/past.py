"""What was written, read back from the history: page by page for people, and record by record for an undo."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet

from crm.record import Ref, Side
from crm.values import load, normal_email
from store.models import Change, Intent, Link, Record, Run
from store.sql import chunks, now, rows, rows_in
from sync.mapping import Mapping as FieldMapping
from sync.undo import Written

CREATE = "create"
"""The rule of what a new record began with."""


@dataclass(frozen=True, slots=True)
class Past:
    """What a run wrote: by record the fields it overwrote, and the records that it made."""

    written: Mapping[Ref, Sequence[Written]]
    created: frozenset[Ref]


def pair_of(text: str) -> set[str]:
    """The records that a reference or an e-mail address is about: the record, the one it is linked to, and those that
    went into either by a merge or a conversion. Empty where nothing is known of it."""
    if "@" in text and text.count(":") < 2:
        refs = set(Record.objects.filter(email=normal_email(text)).values_list("ref", flat=True))
    else:
        refs = {text} if _is_known(text) else set()
    while True:
        whole = refs | _kin(refs)
        if whole == refs:
            return refs
        refs = whole


def _is_known(ref: str) -> bool:
    return Record.objects.filter(ref=ref).exists() or Change.objects.filter(ref=ref).exists()


def _kin(refs: set[str]) -> set[str]:
    links = Link.objects.filter(Q(marketing__in=refs) | Q(sales__in=refs)).values_list("marketing", "sales")
    merged = Record.objects.filter(Q(merged_into__in=refs) | Q(ref__in=refs, merged_into__isnull=False))
    pairs = (*links, *merged.values_list("ref", "merged_into"))
    return {ref for pair in pairs for ref in pair if ref is not None}


def changes_of(refs: Iterable[str] | None = None, run: int | None = None) -> QuerySet[Change]:
    """The history of some records, of a run, or of both, the newest first."""
    found = Change.objects.order_by("-id")
    if refs is not None:
        found = found.filter(ref__in=list(refs))
    return found.filter(run_id=run) if run is not None else found


def last_run(refs: Iterable[str]) -> int | None:
    """The last run that wrote to these records."""
    return changes_of(refs).values_list("run_id", flat=True).first()


def written_records(mapping: FieldMapping, run: int, refs: Iterable[str] | None = None) -> dict[str, list[Ref]]:
    """By the mapping's object, every record that a run wrote to, or those of some; in order."""
    sql = "SELECT DISTINCT ref FROM store_change WHERE run_id = %s"
    found = rows(sql, [run]) if refs is None else rows_in(f"{sql} AND ref IN ({{keys}})", refs, [run])
    written = [Ref.parse(ref) for ref in sorted(ref for (ref,) in found)]
    objects = {
        name: {each for side in Side for each in object_map.object_names(side)}
        for name, object_map in mapping.objects.items()
    }
    return {name: [ref for ref in written if ref.object in natives] for name, natives in objects.items()}


def past_of(mapping: FieldMapping, object_name: str, run: int, refs: Sequence[Ref]) -> Past:
    """What a run wrote to these records: of a field that it wrote twice, the first old value and the last new one. A
    field that is not mapped any more is read as text."""
    fields = mapping.objects[object_name].fields
    found: dict[Ref, dict[str, Written]] = defaultdict(dict)
    created = set()
    sql = """SELECT ref, side, field, old, new, rule FROM store_change
             WHERE run_id = %s AND (rule = 'create' OR NOT forgotten) AND ref IN ({keys}) ORDER BY id"""
    for name, side, field, old, new, rule in rows_in(sql, [str(ref) for ref in refs], [run]):
        ref = Ref.parse(name)
        if rule == CREATE:
            created.add(ref)
            continue
        values = [old, new]
        with suppress(KeyError, ValueError):
            values = [load(fields[field].type, text) for text in (old, new)]
        first = found[ref].get(field)
        found[ref][field] = Written(ref, Side(side), field, first.old if first else values[0], values[1], rule)
    return Past({ref: list(by_field.values()) for ref, by_field in found.items()}, frozenset(created))


def ends(refs: Iterable[Ref]) -> dict[Ref, Ref]:
    """By record, what it is now: itself, or what it was merged or converted into."""
    current = {ref: ref for ref in refs}
    for _ in range(10):
        names = {str(ref) for ref in current.values()}
        sql = "SELECT ref, merged_into FROM store_record WHERE merged_into IS NOT NULL AND ref IN ({keys})"
        went = {Ref.parse(ref): Ref.parse(into) for ref, into in rows_in(sql, names)}
        if not went:
            break
        current = {ref: went.get(end, end) for ref, end in current.items()}
    return current


def unanswered(links: Iterable[int]) -> set[int]:
    """Those of some links to which a write went out that has had no answer yet."""
    sql = "SELECT link FROM store_intent WHERE state IN ('sent', 'unknown') AND link IN ({keys})"
    return {link for (link,) in rows_in(sql, links)}


def not_done(run: int) -> Iterator[tuple[str, list[Ref]]]:
    """By object, the records about which a run decided a write that was not done."""
    open_ones = Intent.objects.filter(run_id=run).exclude(state="done").order_by("object", "id")
    for chunk in chunks(open_ones.values_list("object", "source", "target")):
        by_object: dict[str, list[Ref]] = defaultdict(list)
        for object_name, source, target in chunk:
            by_object[object_name] += [Ref.parse(ref) for ref in {source, target} if ref]
        yield from by_object.items()


@transaction.atomic
def forget_record(ref: Ref) -> None:
    """A record was archived by us: it is stored as gone, until its system shows it again."""
    Record.objects.filter(ref=str(ref)).update(deleted=True, hash=0)


def forget_whom(refs: Set[str]) -> int:
    """Runs that undid something of these records only name them no more; returns how many runs did."""
    forgetting = []
    for run in Run.objects.filter(progress__has_key="undo"):
        named = [kept["undo"] for kept in (run.progress, run.result) if kept.get("undo", {}).get("refs")]
        if any(not refs.isdisjoint(each["refs"]) for each in named):
            for each in named:
                each["refs"] = [ref for ref in each["refs"] if ref not in refs]
            forgetting.append(run)
    Run.objects.bulk_update(forgetting, ["progress", "result"])
    return len(forgetting)


def archived_line(run: int, ref: Ref, side: Side, reason: str) -> tuple[object, ...]:
    """The history's line of a record that an undo archived."""
    return (run, str(ref), side.value, "archived", None, "true", "undo", reason, now())
