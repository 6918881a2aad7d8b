"""What stands between the settings and a sync: who signs in on each side, and what they may do with each mapped field.

`entente check` shows it; a pass asks the same of the described schemas before it begins (readiness.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from config.yaml_file import Loc
from connectors.base import (
    Advice,
    Connector,
    ConnectorError,
    FieldInfo,
    Inspection,
    RequestRefused,
    Seen,
    Unauthorized,
)
from crm.record import Side
from sync.forms import TASK
from sync.handoff import MEMBER
from sync.mapping import FieldMap, SyncRule
from sync.mapping import Mapping as SyncMapping
from sync.mapping.handoff import CAMPAIGN, FORM
from wiring import beside
from wiring.campaigns import troubles

SETUP = "run `entente setup`, which shows what it would add and asks first"
_FINE = Advice(Seen.OK, "")
_WRITTEN = {
    SyncRule.OFF: set(),
    SyncRule.CONSENT: {Side.SALES},
    SyncRule.ALWAYS_SALES: {Side.MARKETING},
    SyncRule.ALWAYS_MARKETING: {Side.SALES},
}


@dataclass(frozen=True, slots=True)
class Use:
    """A field of one system that the configuration names. `name` is the canonical one, `place` where it is written."""

    object: str
    field: str
    name: str
    place: Loc
    is_written: bool
    is_optional: bool = False
    """Whether all else goes on without it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a side shows of one use. A locked field blocks nothing: what would be written there is held."""

    use: Use
    advice: Advice

    @property
    def blocks(self) -> bool:
        return not self.use.is_optional and self.advice.seen not in {Seen.OK, Seen.LOCKED}


@dataclass(slots=True)
class SideCheck:
    """One side, looked at. `problems` block a sync; `unsure` is what the system does not tell."""

    side: Side
    system: str
    account: str = ""
    user: str = ""
    problems: list[str] = field(default_factory=list)
    unsure: str = ""
    notes: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    calls: int = 0
    described: Mapping[str, Mapping[str, FieldInfo]] = field(default_factory=dict)

    @property
    def blocks(self) -> bool:
        return bool(self.problems) or any(each.blocks for each in self.findings)


def uses(mapping: SyncMapping, side: Side) -> Iterator[Use]:
    """Every field of a side that a pass reads, and whether it writes it: mapped ones, and those that tell stages."""
    for name, object_map in mapping.objects.items():
        for object_name in object_map.object_names(side):
            mapped = object_map.fields_on(side, object_name)
            for native_name, each in mapped.items():
                place: Loc = ("objects", name, "fields", each.name, side.value)
                is_written = side in _written(each) if mapping.is_written(name) else each.answerable
                yield Use(object_name, native_name, each.name, place, is_written, object_map.optional)
            for native_name in mapping.named_fields(name, side, object_name):
                if native_name not in mapped:
                    is_form = native_name in object_map.read_beside(side, object_name)
                    place = ("objects", name, FORM) if is_form else ("funnel", name)
                    yield Use(
                        object_name, native_name, place[-1] if is_form else "stage", place, False, object_map.optional
                    )


def keyed(mapping: SyncMapping, side: Side) -> set[str]:
    """The objects of a side whose records must be able to carry our key: those that a sync writes."""
    written = [each for name, each in mapping.objects.items() if mapping.is_written(name)]
    beside = {TASK} if side is Side.SALES and tasks_per_form(mapping) else set()
    return beside | {object_name for each in written for object_name in each.object_names(side)}


def tasks_per_form(mapping: SyncMapping) -> bool:
    """Whether a form is a task in sales."""
    return any(each.task_per_form != "off" for name, each in mapping.objects.items() if mapping.is_written(name))


def _written(field_map: FieldMap) -> set[Side]:
    return _WRITTEN.get(field_map.rule, set(Side))


def found(connector: Connector, wanted: list[Use], described: Mapping[str, Mapping[str, FieldInfo]]) -> list[Finding]:
    """What is described of each use, with advice where something is wrong; a system is asked again only then."""
    findings = []
    for object_name, fields in described.items():
        own = [use for use in wanted if use.object == object_name]
        absent = [use.field for use in own if use.field not in fields]
        locked = [use.field for use in own if use.field in fields and _is_locked(use, fields[use.field])]
        advice = connector.advise(object_name, absent, locked) if absent or locked else {}
        findings += [Finding(use, advice.get(use.field, _FINE)) for use in own]
    return findings


def _is_locked(use: Use, info: FieldInfo) -> bool:
    return use.is_written and not (info.writable and info.creatable)


def check(
    mapping: SyncMapping, connectors: Mapping[Side, Connector], bound: Callable[[Side], str | None]
) -> list[SideCheck]:
    """Both sides, looked at with a handful of calls; one that cannot be reached is a problem of its own side.

    `bound` names the account that the store was filled from, if it was.
    """
    return [_side(mapping, side, connector, bound(side)) for side, connector in connectors.items()]


def _side(mapping: SyncMapping, side: Side, connector: Connector, bound: str | None) -> SideCheck:
    result = SideCheck(side, connector.system)
    before = connector.calls
    wanted = list(uses(mapping, side))
    try:
        asked = [use.object for use in wanted if not use.is_optional]
        objects = list(dict.fromkeys([*asked, *sorted(keyed(mapping, side))]))
        inspection = connector.inspect(
            objects, {use.object for use in wanted} - {u.object for u in wanted if u.is_written}
        )
        rival = connector.rival(inspection.described)
        result.account, result.user, result.unsure = inspection.account, inspection.user, inspection.unsure
        optional, spared = _optional(connector, wanted)
        result.described = {**inspection.described, **optional}
        result.problems = _problems(connector, inspection, bound, keyed(mapping, side))
        result.problems += beside.problems(mapping, side, rival)
        about_mode = beside.notes(mapping, side, rival) if side is Side.MARKETING else ()
        result.notes = [*inspection.notes, *spared, *about_mode]
        result.findings = found(connector, wanted, result.described)
        result.findings += _campaigns(mapping, connector) if side is Side.SALES else []
    except ConnectorError as error:
        result.problems.append(str(error))
    result.calls = connector.calls - before
    return result


def _optional(connector: Connector, wanted: list[Use]) -> tuple[dict[str, Mapping[str, FieldInfo]], list[str]]:
    """The optional objects that can be read, described; and a note on each that cannot."""
    described: dict[str, Mapping[str, FieldInfo]] = {}
    notes = []
    for name in dict.fromkeys(use.object for use in wanted if use.is_optional):
        try:
            described[name] = connector.describe(name)
        except (RequestRefused, Unauthorized):
            mend = "give the integration user Read access to it, or leave it so"
            notes.append(f"{name} cannot be read, and is left out: rules and reports see none of it; {mend}")
    return described, notes


def _campaigns(mapping: SyncMapping, connector: Connector) -> list[Finding]:
    """The campaigns that people are handed over to; what is wrong with one only holds who would join it."""
    return [
        Finding(
            Use(MEMBER, name, CAMPAIGN, ("objects", object_name, CAMPAIGN), True),
            Advice(Seen.LOCKED, trouble) if trouble else _FINE,
        )
        for object_name, name, trouble in troubles(mapping, connector)
    ]


def _problems(connector: Connector, inspection: Inspection, bound: str | None, keyed: set[str]) -> list[str]:
    problems = [f"not granted: {permission}" for permission in inspection.missing]
    if bound is not None and bound != inspection.account:
        problems.append(f"this store belongs to account {bound}: use its token, or another database")
    for object_name, fields in inspection.described.items():
        if not connector.carries_key(object_name):
            continue
        key = fields.get(connector.key_field)
        if object_name in keyed and (key is None or not key.writable):
            problems.append(f"{object_name} has no field {connector.key_field} that can be written yet: {SETUP}")
    return problems
