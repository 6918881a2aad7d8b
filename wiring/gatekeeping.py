"""Gates that our own sync keeps: a transition waits until the facts are there, and goes on by itself once they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from crm.record import Ref
from rules.gates import transition_of
from rules.language import Rule
from store.links import LinkStore
from store.records import RecordStore
from store.sql import rows, rows_in
from sync.gates import CODE, Guard, message_of, read_message, transitions
from sync.mapping import ObjectMap
from sync.outcomes import Held
from sync.plan import Plan

if TYPE_CHECKING:
    from wiring.configuration import Configuration


class Gatekeeper:
    """Judges a record by its facts as they are stored: of a pair by those of sales, which are what counts."""

    def __init__(self, configuration: Callable[[], Configuration], links: LinkStore, records: RecordStore) -> None:
        self._read = configuration
        self._links = links
        self._records = records

    @property
    def _configuration(self) -> Configuration:
        return self._read()

    def _guards(self) -> Iterator[tuple[Rule, Guard]]:
        for rule in self._configuration.rules.rules:
            gate = rule.enforcement.gate if rule.enforcement.level == "gate" else None
            if gate is not None and gate.backend == "sync_hold":
                into = transition_of(rule)
                yield rule, Guard(rule.id, into.field, into.value, into.is_stage)

    def hold(self, object_map: ObjectMap, plans: Sequence[Plan]) -> dict[Ref, dict[str, Held]]:
        """By source of these plans, the fields that must wait, with the rule's words."""
        funnel = self._configuration.mapping.funnel_of(object_map.name)
        held: dict[Ref, dict[str, Held]] = defaultdict(dict)
        for rule, guard in self._guards():
            if rule.object != object_map.name:
                continue
            moving = [(plan, each) for plan in plans for each in transitions(object_map, funnel, guard, plan)]
            lacking = self._lacking(rule, [_judged(plan) for plan, _ in moving])
            for plan, change in moving:
                if missing := lacking.get(_judged(plan)):
                    message = message_of(rule.id, missing, rule.why.en)
                    held[plan.source][change.field] = Held(change.field, change.side, CODE, message, change.new)
        return held

    def release(self) -> None:
        """What waits and need not any more is looked at again: its facts came, or the rule or its level changed."""
        waiting: dict[str, list[Ref]] = defaultdict(list)
        objects: dict[Ref, str] = {}
        for object_name, ref, message in rows("SELECT object, ref, message FROM store_held WHERE code = %s", [CODE]):
            found = Ref.parse(ref)
            told = read_message(message)
            waiting[told[0] if told else ""].append(found)
            objects[found] = object_name
        by_id = {rule.id: rule for rule, _ in self._guards()}
        for name, refs in waiting.items():
            links = self._links.of(refs)
            judged = {ref: links[ref].sales if ref in links else ref for ref in refs}
            rule = by_id.get(name)
            lacking = self._lacking(rule, judged.values()) if rule else {}
            for ref in refs:
                if judged[ref] not in lacking:
                    self._records.look_again(objects[ref], [ref])

    def _lacking(self, rule: Rule, refs: Iterable[Ref]) -> Mapping[Ref, list[str]]:
        """Those of some records that lack facts for the rule's transition, with what is missing."""
        compiled = self._configuration.gates[rule.id]
        sql = f"{compiled.sql} AND ref IN ({{keys}})"
        found = rows_in(sql, {str(ref) for ref in refs}, before=compiled.parameters)
        return {Ref.parse(ref): missing.split(",") for ref, _, missing, *_ in found}


def _judged(plan: Plan) -> Ref:
    return plan.link.sales if plan.link else plan.source
