"""The product's reading of HubSpot's contacts: `Engine.pull` through the real connector into the real store.

Everything is set up and prepared as for a pass before the clock starts. Sales is an empty system in memory, and the
rules do not run: they come after the reading.
"""

from __future__ import annotations

from dataclasses import replace

from benchmarks.measure import measure
from connectors.memory import MemoryConnector
from crm.record import Side
from sync.engine import Engine
from wiring import build


def engine() -> Engine:
    """The engine of the settings' installation, ready to read marketing's side alone."""
    service = build()
    from wiring.readiness import prepare  # Django must have started

    service.set_up(service.setup_steps())
    prepare(service)
    mapping = service.mapping
    nobody = MemoryConnector(
        "salesforce",
        {
            object_name: [*mapping.native_fields(name, Side.SALES, object_name), MemoryConnector.key_field]
            for name, object_map in mapping.objects.items()
            for object_name in object_map.object_names(Side.SALES)
        },
    )
    return replace(service.engine, connectors={**service.connectors, Side.SALES: nobody}, after=lambda: None)


def main() -> None:
    """Measure one reading."""
    reader = engine()
    measure(lambda: reader.pull()[Side.MARKETING])


if __name__ == "__main__":
    main()
