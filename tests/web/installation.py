"""An installation in this process: the store behind the pages, filled by real passes over a sandbox's two systems."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config.environment import Environment
from connectors.base import Answer, Policy, Refused, Update, Write
from crm.record import Ref, Side, Value
from store.models import Link
from tests.sandbox_client import SandboxClient
from wiring import build, load_configuration
from wiring.service import Service

ROOT = Path(__file__).resolve().parents[2]


class Installation:
    """Set up and synced once; everybody is in scope."""

    def __init__(self, sandbox: SandboxClient, directory: Path, people: int = 20) -> None:
        self.sandbox = sandbox
        sandbox.admin("hubspot", "seed", people=people, seed=7)
        settings = Environment(
            data_dir=directory / "data",
            hubspot_url=sandbox.hubspot_url,
            hubspot_token="pat-otto",
            salesforce_url=sandbox.salesforce_url,
            salesforce_client_id="otto",
            salesforce_client_secret="secret",
        )
        configuration = load_configuration(ROOT / "config", everybody=True)
        self.service: Service = build(settings, configuration=configuration)
        self.service.set_up(self.service.setup_steps())
        self.settle()

    def sync(self) -> dict[str, Any]:
        return self.service.sync()

    def settle(self, passes: int = 6) -> None:
        """Sync until a pass writes nothing."""
        for _ in range(passes):
            before = self.writes()
            self.sync()
            if self.writes() == before:
                return
        raise AssertionError("never quiet")

    def writes(self) -> int:
        """How often either system was written to."""
        return sum(int(self.sandbox.look(system, "writes")["count"]) for system in ("hubspot", "salesforce"))

    def pairs(self) -> list[tuple[Ref, Ref]]:
        """Linked contacts and leads."""
        found = Link.objects.filter(sales__contains=":Lead:").order_by("id")
        return [(Ref.parse(link.marketing), Ref.parse(link.sales)) for link in found]

    def edit(self, ref: Ref, **fields: Value) -> None:
        """Somebody changes a record in its own system."""
        side = Side.MARKETING if ref.system == "hubspot" else Side.SALES
        self.service.connectors[side].write_many(ref.object, [Update(side, ref, fields)], [*fields])

    def dispute(self, pair: tuple[Ref, Ref], marketing: str, sales: str) -> None:
        """Mark and Rita change the same job title, a moment apart."""
        self.edit(pair[0], jobtitle=marketing)
        self.edit(pair[1], Title=sales)

    def shown(self, ref: Ref, name: str) -> Any:
        """What a record shows in its own system."""
        return self.sandbox.look(ref.system, "state", object=ref.object)[ref.object][ref.id].get(name)

    def refuse(self, code: str, message: str) -> Refusing:
        """Salesforce refuses what it is sent, until the block ends."""
        return Refusing(self.service, code, message)


class Refusing:
    """Within it, Salesforce answers every write alike; nothing is sent."""

    def __init__(self, service: Service, code: str, message: str) -> None:
        self._connector: Any = service.connectors[Side.SALES]
        self._answer = Refused(Policy.DEAD, code, message)

    def __enter__(self) -> None:
        self._connector.write_many = self._write_many

    def __exit__(self, *_: object) -> None:
        del self._connector.write_many

    def _write_many(self, _name: str, writes: list[Write], _fields: Mapping[str, Any]) -> list[Answer]:
        return [self._answer for _ in writes]
