"""One installation, built: its passes, in the order in which they happen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from config.environment import Environment
from connectors.base import Connector, SetupStep
from crm.record import Ref, Side
from rules.compile import reads_of
from store import runs
from store.answers import Answers
from store.consent import Consent
from store.erasure import Erasures, ask
from store.facts import Facts, Judge
from store.gaps import GapKeeper
from store.links import LinkStore
from store.log import RunLog
from store.records import RecordStore
from store.references import ReferenceStore
from store.sql import moment, now, rows_in
from sync.engine import Engine, Progress
from sync.fit import Schema
from sync.plan import Batch
from wiring import passes, setting_up
from wiring.configuration import Configuration
from wiring.gatekeeping import Gatekeeper
from wiring.ladder import at_real_levels, review
from wiring.readiness import follow_configuration, prepare
from wiring.undoing import Wanted


class Service:
    """One installation: what the command line and the workers call."""

    def __init__(
        self,
        settings: Environment,
        configuration: Configuration,
        connectors: Mapping[Side, Connector],
        progress: Progress,
    ) -> None:
        self.settings = settings
        self.written = configuration
        """As the files have it; `configuration` has the rules at the levels to which they have fallen."""
        self.configuration = at_real_levels(configuration)
        self.mapping = configuration.mapping
        self.connectors = connectors
        self.progress = progress
        rules = configuration.rules
        self.judge = judge = Judge(rules.folded_placeholders(), self.mapping.phone_region)
        objects = self.mapping.objects
        reads = reads_of(configuration.compiled)
        self.facts = {name: Facts(self.mapping, object_map, judge, reads) for name, object_map in objects.items()}
        self.references = ReferenceStore(self.mapping, self.connectors)
        self.records = RecordStore(self.mapping, self.connectors, self.facts, self.references)
        self.links = LinkStore(self.mapping, self.facts, self.references)
        self.log = RunLog(self.mapping, self.connectors, self.records, self.links, self.references)
        self.answers = Answers(self.mapping, self.connectors, self.records, judge)
        self.erasures = Erasures(self.mapping, self.connectors)
        self.consent = Consent(self.mapping, self.connectors, self.records, self.in_scope)
        self.gaps = {
            name: GapKeeper(
                name,
                self.facts[name],
                {rule.id: rule for rule in rules.rules if rule.object == name},
                [each for each in self.configuration.compiled if each.object == name],
            )
            for name in objects
        }
        self.gatekeeper = Gatekeeper(lambda: self.configuration, self.links, self.records)
        self.engine = Engine(
            self.mapping,
            self.connectors,
            self.records,
            self.links,
            self.log,
            self.references,
            self.in_scope,
            self.after,
            progress,
            self.gatekeeper.hold,
        )
        self.prepared: tuple[str, int, Schema] | None = None
        """What was known when it was last found ready, when that was, and the schemas of then."""
        follow_configuration(self)

    # -- what the engine is handed -----------------------------------------------------------------------------------

    def in_scope(self, refs: Iterable[Ref]) -> set[Ref]:
        """Those of some records that take part, by the scope of their side."""
        wanted = {str(ref): ref for ref in refs}
        allowed: set[Ref] = set()
        for (name, side), scope in self.configuration.scopes.items():
            system, homes = self.connectors[side].system, self.mapping.objects[name].object_names(side)
            keys = [key for key, ref in wanted.items() if ref.system == system and ref.object in homes]
            sql = f'SELECT "ref" FROM "facts_{name}" WHERE {scope.text} AND "ref" IN ({{keys}})'
            allowed |= {wanted[ref] for (ref,) in rows_in(sql, keys, before=scope.parameters)}
        return allowed

    def after(self) -> None:
        """Stored records changed: the rules look at what did."""
        for keeper in self.gaps.values():
            keeper.refresh()

    def review(self) -> None:
        """The rules that ask too much fall by a level."""
        review(self.written, moment(now()).date())
        self.release_gates()

    def release_gates(self) -> None:
        """Go by the levels to which rules have fallen, and look again at what need not wait any more."""
        self.configuration = at_real_levels(self.written)
        self.gatekeeper.release()

    def side_of(self, ref: Ref) -> Side:
        """The side whose system a record is in."""
        return next(side for side, connector in self.connectors.items() if connector.system == ref.system)

    def erase(self, refs: Sequence[Ref]) -> None:
        """HubSpot erased these people for good, since they asked for it: this pass forgets them before it reads."""
        for ref in refs:
            ask(str(ref))

    # -- passes --------------------------------------------------------------------------------------------------------

    def sync(self, release: int | None = None) -> dict[str, Any]:
        """One whole pass; the result as `entente sync --format json` prints it, and its `state`: done or braked.

        `release` names a braked run whose totals a person has accepted.
        """
        with runs.holding():
            return self.to_its_end(passes.begin(self, release))

    def audit(self) -> None:
        """Every rule over every record, as a run of its own: gaps open and close, nothing else is read or written."""
        with runs.holding():
            self.to_its_end(runs.start_run("audit"))

    def undo(self, asked: Wanted) -> dict[str, Any]:
        """Write back what a run overwrote, as a run of its own; its result is that of a pass, with what was left."""
        with runs.holding():
            return self.to_its_end(passes.begin(self, stage="undo", progress=asked.as_progress()))

    def to_its_end(self, run: int) -> dict[str, Any]:
        """The steps of a run that is held, one after the other; what the last one says."""
        while (result := passes.step(self, run, enough=lambda: False))["state"] == "running":
            pass
        return result

    def preview(self) -> Iterator[Batch]:
        """What the next pass would do, batch by batch: reads both sides, writes to neither."""
        schema = prepare(self)
        self.engine.pull()
        self.release_gates()
        yield from self.engine.preview(schema)

    def setup_steps(self) -> dict[Side, list[SetupStep]]:
        """What is missing in each system so that records can carry our key."""
        return setting_up.missing(self)

    def set_up(self, steps: Mapping[Side, Sequence[SetupStep]]) -> None:
        """Make these changes, and describe both systems anew."""
        setting_up.make(self, steps, self.connectors)

    def linked(self) -> int:
        """How many pairs there are."""
        return self.links.count_all()
