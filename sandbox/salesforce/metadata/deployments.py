"""Deployments: asked for now, carried out a little later by the org's clock, and told of when asked.

A deployment waits (`Pending`), runs (`InProgress`), and ends as `Succeeded`, `SucceededPartial` or `Failed`. What it
does stands from the moment at which it ends, whether somebody asks by then or not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.ids import make_id
from sandbox.salesforce.metadata.component import Done, Metadata
from sandbox.salesforce.metadata.kinds import BY_TYPE, KINDS
from sandbox.salesforce.metadata.package import BadPackage, Found, Named, Package, read_package

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

OPTIONS = ("allowMissingFiles", "autoUpdatePackage", "checkOnly", "ignoreWarnings", "performRetrieve", "purgeOnDelete",
           "rollbackOnError", "singlePackage")  # fmt: skip
WAITS = timedelta(seconds=1)
RUNS = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one component; `problem` says why it failed, or what one that succeeded is warned of."""

    type: str
    full_name: str
    file: str
    id: str = ""
    created: bool = False
    deleted: bool = False
    problem: str = ""
    is_warning: bool = False
    line: int = 0
    column: int = 0
    sent: Metadata | None = None

    @property
    def succeeded(self) -> bool:
        return not self.problem or self.is_warning


@dataclass(slots=True)
class Deployment:
    id: str
    content: bytes
    options: dict[str, bool]
    asked_at: datetime
    outcomes: list[Outcome] = field(default_factory=list)
    error: str = ""
    is_carried_out: bool = False
    is_canceled: bool = False

    @property
    def ends_at(self) -> datetime:
        return self.asked_at + WAITS + RUNS

    @property
    def failures(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if not outcome.succeeded]

    def status(self, now: datetime) -> str:
        if self.is_canceled:
            return "Canceled"
        if not self.is_carried_out:
            return "Pending" if now < self.asked_at + WAITS else "InProgress"
        if self.error or (self.failures and self.options["rollbackOnError"]):
            return "Failed"
        if not self.failures:
            return "Succeeded"
        return "SucceededPartial" if len(self.failures) < len(self.outcomes) else "Failed"


class Deployments:
    """An org's deployments by id; they end in the order in which they were asked for."""

    def __init__(self, state: SalesforceState) -> None:
        self._state = state
        self._all: dict[str, Deployment] = {}
        self._waiting: list[Deployment] = []

    def ask(self, content: bytes, options: dict[str, bool]) -> Deployment:
        made = Deployment(make_id("0Af", len(self._all) + 1), content, options, self._state.clock.now())
        self._all[made.id] = made
        self._waiting.append(made)
        return made

    def find(self, deployment_id: str) -> Deployment | None:
        return self._all.get(deployment_id)

    def cancel(self, deployment: Deployment) -> None:
        if not deployment.is_carried_out:
            deployment.is_canceled = True
            self._waiting.remove(deployment)

    def next_due(self) -> datetime | None:
        return self._waiting[0].ends_at if self._waiting else None

    def settle(self) -> None:
        """Carry out what is due by now."""
        while self._waiting and self._waiting[0].ends_at <= self._state.clock.now():
            carry_out(self._state, self._waiting.pop(0))


def carry_out(state: SalesforceState, deployment: Deployment) -> None:
    """Make and destroy its components; take all back where one failed and all or none was asked, or in a mere check."""
    deployment.is_carried_out = True
    try:
        package = read_package(deployment.content)
    except BadPackage as error:
        deployment.error = str(error)
        return
    undo: list[Callable[[], None]] = []
    outcomes = deployment.outcomes
    outcomes.extend(_missing(package, deployment.options))
    outcomes.extend(_destroy(state, named, "destructiveChanges.xml", undo) for named in package.destroyed_first)
    outcomes.extend(_save(state, found, undo) for found in _in_order(package.found))
    outcomes.extend(_destroy(state, named, "destructiveChangesPost.xml", undo) for named in package.destroyed_last)
    if deployment.options["checkOnly"] or (deployment.failures and deployment.options["rollbackOnError"]):
        for each in reversed(undo):
            each()
        return
    _log(state, outcomes)


def _in_order(found: list[Found]) -> list[Found]:
    order = {kind.type: place for place, kind in enumerate(KINDS)}
    return sorted(found, key=lambda each: order.get(each.type, len(order)))


def _missing(package: Package, options: dict[str, bool]) -> list[Outcome]:
    return [
        Outcome(named.type, named.full_name, "package.xml", is_warning=options["allowMissingFiles"], problem=(
            f"An object '{named.full_name}' of type {named.type} was named in package.xml, but was not found in zipped "
            "directory"
        ))
        for named in package.missing
        if named.type in BY_TYPE
    ]  # fmt: skip


def _save(state: SalesforceState, found: Found, undo: list[Callable[[], None]]) -> Outcome:
    place: dict[str, Any] = {"line": found.line, "column": found.column}
    if found.problem:
        return Outcome(found.type, found.full_name, found.file, problem=found.problem, **place)
    if found.type == "CustomObject":
        is_there = found.full_name.lower() in state.tables
        problem = "" if is_there else f"Entity of type 'CustomObject' named '{found.full_name}' cannot be found"
        return Outcome(found.type, found.full_name, found.file, problem=problem, **(place if problem else {}))
    try:
        done = BY_TYPE[found.type].save(state, found.full_name, found.metadata)
    except Trouble as trouble:
        return Outcome(found.type, found.full_name, found.file, problem=trouble.message, **place)
    undo.append(done.undo)
    return Outcome(found.type, found.full_name, found.file, done.id, done.created, sent=found.metadata)


def _destroy(state: SalesforceState, named: Named, file: str, undo: list[Callable[[], None]]) -> Outcome:
    """What is not there is only warned of."""
    kind = BY_TYPE.get(named.type)
    if kind is None or kind.find(state, named.full_name) is None:
        problem = f"No {named.type} named: {named.full_name} found"
        return Outcome(named.type, named.full_name, file, problem=problem, is_warning=True)
    try:
        done: Done = kind.remove(state, named.full_name)
    except Trouble as trouble:
        return Outcome(named.type, named.full_name, file, problem=trouble.message)
    undo.append(done.undo)
    return Outcome(named.type, named.full_name, file, done.id, deleted=True, sent={})


def _log(state: SalesforceState, outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.succeeded and outcome.sent is not None:
            action = "archive" if outcome.deleted else "create" if outcome.created else "update"
            sent = {} if outcome.deleted else {"FullName": outcome.full_name, "Metadata": outcome.sent}
            state.log.write(action, outcome.type, outcome.id, sent)
