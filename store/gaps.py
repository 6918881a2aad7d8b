"""Who owes what: the rules run over the facts that changed, and gaps open and close."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db import transaction

from crm.record import Ref, Side
from rules.audit import Gap, GapEvent, compare_gaps, gap_from
from rules.compile import CompiledRule
from rules.language import Rule
from store.facts import Facts
from store.models import Gap as GapRow
from store.models import GapEvent as EventRow
from store.sql import milliseconds, moment, now, rows

BATCH = 1_000
_COLUMNS = ("rule", "ref", "fields", "owed_by", "rep", "since")


class GapKeeper:
    """Keeps the gaps of one object in step with its facts; only what changed is checked again."""

    def __init__(
        self, object_name: str, facts: Facts, rules: Mapping[str, Rule], compiled: Sequence[CompiledRule]
    ) -> None:
        self._object = object_name
        self._facts = facts
        self._rules = rules
        self.compiled = compiled

    def refresh(self) -> int:
        """Check every record whose facts changed since the rules last saw it; returns how many were checked."""
        checked = 0
        while batch := self.refresh_batch():
            checked += batch
        return checked

    def refresh_batch(self) -> int:
        """The same for one batch of them; returns how many were checked, 0 when none is left."""
        refs = self._facts.changed(BATCH)
        if refs:
            self._check(refs)
        return len(refs)

    @transaction.atomic
    def _check(self, refs: Sequence[str]) -> None:
        at = moment(now())
        found = [
            gap_from(self._rules[compiled.rule], row, at)
            for compiled in self.compiled
            if not compiled.is_episode  # an episode becomes a gap only once it is due
            for row in rows(compiled.sql_for(len(refs)), [*compiled.parameters_at(milliseconds(at)), *refs])
        ]
        stored = GapRow.objects.filter(ref__in=refs).values_list(*_COLUMNS)
        still_open = [gap for row in stored if (gap := self._gap(*row))]
        changes = compare_gaps(still_open, found, at)
        gone: dict[str, list[str]] = defaultdict(list)
        for event in changes.closed:
            gone[event.rule].append(str(event.ref))
        for rule, closed in gone.items():
            GapRow.objects.filter(rule=rule, ref__in=closed).delete()
        GapRow.objects.bulk_create(
            [self._row(event) for event in (*changes.opened, *changes.changed) if event.now],
            update_conflicts=True,
            unique_fields=["rule", "ref"],
            update_fields=["fields", "owed_by", "rep", "since"],
        )
        EventRow.objects.bulk_create(_event(event) for event in changes.events)
        self._facts.unchanged(refs)

    def drop_unknown_rules(self) -> None:
        """Gaps of rules that are no longer in the file close without a word."""
        GapRow.objects.filter(object=self._object).exclude(rule__in=list(self._rules)).delete()

    def _gap(self, name: str, ref: str, fields: list[str], owed_by: str, rep: str | None, since: int) -> Gap | None:
        rule = self._rules.get(name)
        if rule is None:
            return None
        side = Side(owed_by) if owed_by else None
        return Gap(name, Ref.parse(ref), tuple(map(str, fields)), side, rep, moment(since), rule.why, rule.fix)

    def _row(self, event: GapEvent) -> GapRow:
        gap = event.now
        assert gap is not None
        return GapRow(
            rule=gap.rule, ref=str(gap.ref), object=self._rules[gap.rule].object, fields=list(gap.fields),
            owed_by=gap.owed_by, rep=gap.rep, since=milliseconds(gap.since),
        )  # fmt: skip


def open_gaps() -> int:
    """How many gaps are open now."""
    return GapRow.objects.count()


def _event(event: GapEvent) -> EventRow:
    was, is_now = _terms(event.was), _terms(event.now)
    return EventRow(rule=event.rule, ref=str(event.ref), was=was, now=is_now, at=milliseconds(event.at))


def _terms(gap: Gap | None) -> dict[str, object] | None:
    return {"fields": list(gap.fields), "owed_by": gap.owed_by, "rep": gap.rep} if gap else None
