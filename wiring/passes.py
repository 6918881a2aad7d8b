"""One pass in short steps: read, decide, write; or an audit. A step may be killed: the run goes on where it stood.

A run's stage says what comes next, and `STAGES` what each stage does. A step does batches until it is enough and keeps
what later steps must know in the run's row. Another kind of work at the start of every pass is one more stage.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import Error, connection

from config.environment import SettingsError
from config.yaml_file import ConfigError
from connectors.base import ConnectorError, QuotaSpent, RequestRefused, Unavailable
from crm.record import Side
from reports.trend import keep_trend
from store import known, runs, told
from store.known import OtherAccount
from store.models import Run
from store.retention import forget_values
from store.sql import milliseconds, now
from store.sweeping import was_read
from store.waiting import open_counts
from sync.brakes import Totals
from wiring import collecting, hand_offs, undoing
from wiring.readiness import prepare
from wiring.schema_watch import paused_now
from wiring.sweep import remember_overdue, resting, sweep

if TYPE_CHECKING:
    from wiring.service import Service

Enough = Callable[[], bool]
NOBODYS_FAULT = (ConnectorError, SettingsError, ConfigError, OtherAccount, Error)
"""What ends a step, but says nothing against the records that were at hand."""


def begin(
    service: Service, release: int | None = None, stage: str = "pull", progress: Mapping[str, Any] | None = None
) -> int:
    """Start a run and hold it. `release` names a braked run whose totals a person has accepted."""
    released = _released(release)
    run = runs.start_run(stage, {"released": released.as_dict() if released else None, **(progress or {})})
    with _ending(service, run, {"run": run}):
        service.log.forget_claims(run)
    return run


def resume(service: Service, run: int, stage: str) -> bool:
    """Hold the next step of a run, where it is to be had; what a lost holder had at hand is free again."""
    claimed = runs.claim(run, stage)
    if claimed is None:
        return False
    if claimed[1]:
        with _ending(service, run, {"run": run}):
            service.log.take_over(run)
    return True


def step(service: Service, run: int, enough: Enough) -> dict[str, Any]:
    """Do what comes next in a run that is held, until it is enough; returns its `state`, and the result of one that is
    over. A step that fails ends its run: the next one decides anew."""
    row = Run.objects.get(id=run)
    progress = _empty() | row.progress
    if "linked_before" not in progress:
        progress["linked_before"] = service.linked()
    started, calls, result = time.monotonic(), _calls(service), {"run": run, "pulled": progress["pulled"]}
    with collecting.rarely(), _ending(service, run, result):
        service.engine.progress = _alive(service, run)
        is_over = _do(service, run, row.stage, progress, enough)
        made = {system: number - calls[system] for system, number in _calls(service).items()}
        progress["calls"] = {system: progress["calls"].get(system, 0) + number for system, number in made.items()}
        progress["seconds"] += time.monotonic() - started
        _count(service, made)
        stage = _next(row.stage, progress) if is_over else row.stage
        if stage:
            runs.save_step(run, stage, progress)
            return {"state": "running", "run": run, "stage": stage}
        state = "braked" if progress.get("braked") else "done"
        result |= _result(service, run, progress) if row.stage != "audit" else {}
        if state == "done":
            keep_trend(service.mapping, row.stage == "audit" or _has_changed(result), again=row.stage == "audit")
        runs.end_run(run, state, result)
    return {"state": state, **result}


def _do(service: Service, run: int, stage: str, progress: dict[str, Any], enough: Enough) -> bool:
    """One step of a stage. Where a system refuses it because its schema has changed meanwhile, the broken fields are
    paused, and the step is done without them."""
    try:
        return STAGES[stage](service, run, progress, enough)
    except RequestRefused:
        before = paused_now()
        known.forget("schema.")
        prepare(service)
        if paused_now() == before:
            raise
        service.log.give_back(run)
        service.log.take_over(run)
        return STAGES[stage](service, run, progress, enough)


@contextmanager
def _ending(service: Service, run: int, result: dict[str, Any]) -> Iterator[None]:
    """Whatever breaks a step closes its run as failed; what was at hand is free for the next one."""
    try:
        yield
    except BaseException as error:
        with suppress(Error, runs.AnotherRun):
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()
            if isinstance(error, NOBODYS_FAULT):
                service.log.give_back(run)
                result |= _not_before(error)
            runs.end_run(run, "failed", result)
        raise
    finally:
        service.engine.progress = service.progress


# -- the stages --------------------------------------------------------------------------------------------------------


def _pull(service: Service, run: int, progress: dict[str, Any], enough: Enough) -> bool:
    """Read what changed on both sides; then write what reps answered, which the plan carries over."""
    schema = prepare(service)
    for connector in service.connectors.values():
        if words := connector.at_work():
            raise Unavailable(words)
    remember_overdue(service)
    told.carry_out(service.erase)
    service.erasures.carry_out(run)
    is_over = True
    for part in service.engine.read(skip=[*progress["read"], *resting(service)]):
        progress["pulled"][part.side.value] += part.changed
        if part.is_over:
            progress["read"].append(part.key)
            was_read(part.key)
        elif part.changed and enough():  # a page that is only read again, for its cursor's overlap, is no progress
            is_over = False
            break
    if is_over:
        for facts in service.facts.values():
            facts.go_live()
    is_over = service.consent.send(run, enough) and is_over
    if is_over:
        before = _calls(service)
        is_over = sweep(service, run, enough)
        for system, number in _calls(service).items():
            progress["swept"][system] = progress["swept"].get(system, 0) + number - before[system]
    if is_over:
        service.log.drop_intents(run)  # where this step was cut short, what it had intended for answers is decided anew
        service.answers.send(run, schema, service.engine.apply)
    service.after()
    if is_over:
        service.release_gates()
    return is_over


def _plan(service: Service, run: int, progress: dict[str, Any], enough: Enough) -> bool:
    """Decide about every touched record; then the brakes judge the whole round."""
    is_over = _until(service.engine.plan_round(run, prepare(service)), enough)
    is_over = service.consent.send(run, enough) and is_over
    service.after()
    if not is_over:
        return False
    released = Totals(**progress["released"]) if progress.get("released") else None
    progress["braked"] = service.engine.judge(runs.totals_of(run), released)
    if progress["braked"]:
        service.log.drop_intents(run)
    hand_offs.have_begun(service.mapping)
    return True


def _apply(service: Service, run: int, progress: dict[str, Any], enough: Enough) -> bool:
    """Write what was decided."""
    prepare(service)
    is_over = _until(service.engine.apply(run), enough)
    is_over = service.consent.send(run, enough) and is_over
    service.after()
    return is_over


def _until(batches: Iterator[int], enough: Enough) -> bool:
    """Do batches until it is enough; says whether none is left."""
    return not any(enough() for _ in batches)


def _audit(service: Service, run: int, progress: dict[str, Any], enough: Enough) -> bool:
    """Every rule over every record: gaps open and close; and values of long ago are forgotten."""
    for _ in forget_values(service.settings.keep_values_days):
        runs.renew(run)
        if enough():
            return False
    if not progress["read"]:
        for facts in service.facts.values():
            facts.recheck()
        progress["read"].append("marked")
    for keeper in service.gaps.values():
        while keeper.refresh_batch():
            runs.renew(run)
            if enough():
                return False
    service.review()
    return True


STAGES: dict[str, Callable[[Service, int, dict[str, Any], Enough], bool]] = {
    "pull": _pull,
    "plan": _plan,
    "apply": _apply,
    "audit": _audit,
    "undo": undoing.decide,
    "undone": undoing.finish,
}
_PASS = ("pull", "plan", "apply")
_UNDO = ("undo", "apply", "undone")


def _next(stage: str, progress: dict[str, Any]) -> str:
    """What follows a stage; nothing after the last one, or where a brake stopped the round."""
    order = _UNDO if progress.get("undo") else _PASS
    if stage not in order[:-1] or progress.get("braked"):
        return ""
    return order[order.index(stage) + 1]


# -- details -----------------------------------------------------------------------------------------------------------


def _empty() -> dict[str, Any]:
    """The progress of a run of which no step has ended."""
    pulled = {side.value: 0 for side in Side}
    return {"pulled": pulled, "read": [], "calls": {}, "swept": {}, "seconds": 0.0}


def _alive(service: Service, run: int) -> Callable[[str, int, int | None], None]:
    """Progress that says with every page and batch that the run is at work."""

    def progress(doing: str, done: int, total: int | None) -> None:
        runs.renew(run)
        service.progress(doing, done, total)

    return progress


def _not_before(error: BaseException) -> dict[str, int]:
    """When a system that is busy, or whose quota is used up, wants to be asked again, where it says so."""
    match error:
        case Unavailable(retry_after=float() | int() as seconds):
            return {"not_before": now() + int(seconds * 1000)}
        case QuotaSpent(until=datetime() as until):
            return {"not_before": milliseconds(until)}
    return {}


def _released(run: int | None) -> Totals | None:
    if run is None:
        return None
    totals = runs.braked_totals(run)
    if totals is None:
        raise SettingsError(f"run {run} was not braked: `entente sync` says the number of one that was")
    return totals


def _result(service: Service, run: int, progress: dict[str, Any]) -> dict[str, Any]:
    """As `entente sync --format json` prints it; the calls by which linked records were looked at are apart."""
    swept = {system: number for system, number in progress["swept"].items() if number}
    return {
        **({"braked": progress["braked"]} if progress.get("braked") else {}),
        **({"undo": progress["undo"]} if progress.get("undo") else {}),
        "linked": service.linked() - progress["linked_before"],
        **service.log.written(run),
        **open_counts(),
        "calls": {system: number - swept.get(system, 0) for system, number in progress["calls"].items()},
        **({"swept": swept} if swept else {}),
        "seconds": round(progress["seconds"], 2),
    }


def _has_changed(result: dict[str, Any]) -> bool:
    """Whether a pass read or wrote anything new."""
    return any(any(result[kind].values()) for kind in ("pulled", "created", "updated"))


def _calls(service: Service) -> dict[str, int]:
    return {connector.system: connector.calls for connector in service.connectors.values()}


def _count(service: Service, made: dict[str, int]) -> None:
    """What a step asked of each system, and what the last answer said is left of its daily quota."""
    for connector in service.connectors.values():
        before = known.recall(f"usage.{connector.system}") or {}
        used, allowed = connector.usage or (before.get("used"), before.get("allowed"))
        calls = before.get("calls", 0) + made[connector.system]
        known.learn(f"usage.{connector.system}", {"calls": calls, "used": used, "allowed": allowed})
