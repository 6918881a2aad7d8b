"""One installation and its passes, measured: a process of `benchmarks.sync`. Each pass prints a line of JSON.

    first PEOPLE           the first sync alone
    daily CHANGED LINKED   the first sync, an idle pass, CHANGED contacts and as many new activities each way, an idle
                           pass two minutes after the last of them, CHANGED contacts among LINKED ones

The sandbox of the settings is seeded by whoever starts this. Its clock moves on between passes, so that none reads
again what the last one has seen. LINKED contacts are not synced into being: the store is filled with copies of the
pairs that are there (records, facts and links), since the cost that is measured is our own.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from benchmarks.changing import change_marketing, change_sales, log_marketing, log_sales
from benchmarks.measure import MIB
from benchmarks.processes import asked, control

if TYPE_CHECKING:
    from crm.record import Side
    from wiring.service import Service

MOST_PASSES = 6
"""After this many passes a pair of systems must have settled."""
ROUNDS = 3


def main() -> None:
    scenario, *numbers = sys.argv[1:]
    service = _service()
    _sync("first", service)
    if scenario == "daily":
        _daily(service, *map(int, numbers))


def _service() -> Service:
    """An installation in which everybody takes part, set up, and without brakes: the first sync changes much."""
    from config.environment import environment
    from wiring import build, load_configuration

    configuration = load_configuration(environment().config_dir, everybody=True)
    brakes = configuration.mapping.brakes.model_copy(update={"deletes": 1.0, "blanks": 1.0, "overwrites": 1.0})
    mapping = configuration.mapping.model_copy(update={"brakes": brakes})
    service = build(configuration=replace(configuration, mapping=mapping))
    service.set_up(service.setup_steps())
    return service


def _daily(service: Service, changed: int, linked: int) -> None:
    """What every day brings, once with the pairs that are there, and once among many."""
    _settle(service)
    _sync("idle", service)
    for number in range(ROUNDS):
        change_marketing(_urls(), _pairs(changed), f"marketing {number}")
        _sync("marketing to sales", service)
        _settle(service)
    for number in range(ROUNDS):
        change_sales(_urls(), _pairs(changed), f"sales {number}")
        _sync("sales to marketing", service)
        _settle(service)
    for name, log in (("activities, marketing to sales", log_marketing), ("activities, sales to marketing", log_sales)):
        log(_urls(), _pairs(changed))
        _sync(name, service)
        _settle(service)
    _fill(service, linked)
    _settle(service)
    for number in range(ROUNDS):
        change_marketing(_urls(), _pairs(changed), f"among many {number}")
        _sync("among many", service)
        _settle(service)


def _sync(name: str, service: Service) -> dict[str, Any]:
    """One pass and its line."""
    before = {system: asked(_urls(), system) for system in _urls()}
    cpu_started = time.process_time()
    result = service.sync()
    cpu_seconds = time.process_time() - cpu_started
    line = {
        "name": name,
        "read": sum(result["pulled"].values()),
        "written": sum(result["created"].values()) + sum(result["updated"].values()),
        "cpu_seconds": cpu_seconds,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB,
        "linked": service.links.count("contact"),
        "own": {name: _homes(service, name) for name in service.mapping.objects},
        "objects": {connector.system: _objects(service, side) for side, connector in service.connectors.items()},
    }
    line["calls"] = {system: asked(_urls(), system) - number for system, number in before.items()}
    print(json.dumps(line), flush=True)
    return result


def _homes(service: Service, name: str) -> int:
    """How many objects of both systems hold this object's records."""
    return sum(len(service.mapping.objects[name].object_names(side)) for side in service.connectors)


def _objects(service: Service, side: Side) -> int:
    """How many of a system's objects a pass reads."""
    return sum(len(object_map.object_names(side)) for object_map in service.mapping.objects.values())


def _settle(service: Service) -> None:
    """Passes until nothing more is written, each in a time of its own."""
    for _ in range(MOST_PASSES):
        control(_urls(), "clock", advance=600)
        result = service.sync()
        if not any(any(result[kind].values()) for kind in ("created", "updated")):
            control(_urls(), "clock", advance=600)
            return
    raise SystemExit(f"The systems have not settled after {MOST_PASSES} passes: {result}")


def _pairs(number: int) -> list[tuple[str, str]]:
    """The references of the first linked pairs, (marketing, sales)."""
    from store.sql import rows

    found = rows(f"SELECT marketing, sales FROM store_link WHERE object = 'contact' ORDER BY id LIMIT {number}")
    if len(found) < number:
        raise SystemExit(f"There are {len(found)} linked pairs, {number} are to be changed: seed more people.")
    return [(marketing, sales) for marketing, sales in found]


def _fill(service: Service, linked: int) -> None:
    """Copy linked pairs with their records and facts until there are so many."""
    from store.sql import column_types, execute

    there = service.links.count("contact")
    copies = -(-(linked - there) // there)
    numbers = f"(WITH RECURSIVE n(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < {copies}) SELECT k FROM n)"
    ours = "FROM store_link WHERE object = 'contact'"
    pair = f"SELECT marketing {ours} UNION ALL SELECT sales {ours}"
    apart = {"ref": "ref || '-' || k", "email": "'c' || k || '.' || email", "key": "NULL"}
    for table in ("store_record", service.facts["contact"].table.strip('"')):
        names = list(column_types(table))
        values = ", ".join(apart.get(name, f'"{name}"') for name in names)
        columns = ", ".join(f'"{name}"' for name in names)
        copied = f"SELECT {values} FROM {table} CROSS JOIN {numbers} WHERE ref IN ({pair})"
        execute(f"INSERT INTO {table} ({columns}) {copied}")
    names = [name for name in column_types("store_link") if name != "id"]
    apart = {side: f"{side} || '-' || k" for side in ("marketing", "sales")}
    values, columns = ", ".join(apart.get(name, name) for name in names), ", ".join(names)
    copied = f"SELECT {values} FROM store_link CROSS JOIN {numbers} WHERE object = 'contact'"
    execute(f"INSERT INTO store_link ({columns}) {copied}")
    execute("ANALYZE")


def _urls() -> dict[str, str]:
    return {"hubspot": os.environ["ENTENTE_HUBSPOT_URL"], "salesforce": os.environ["ENTENTE_SALESFORCE_URL"]}


if __name__ == "__main__":
    main()
