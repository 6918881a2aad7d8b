"""Kills of a real worker: Celery on Redis, forked from a process that has loaded everything, ended by kill -9.

Every other worker ends itself at a step boundary (before or after a call by which the engine reaches its memory or a
system), the others are shot at a random moment. Meanwhile people edit and enter others in both systems. After each
handful of kills a last process syncs until quiet, and everything must hold: no second record, no lost edit.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
import traceback
import warnings
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack, suppress
from importlib import import_module
from mmap import mmap
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.conftest import running_sandbox
from tests.postgres_server import SERVER, database_for
from tests.redis_server import redis_server
from tests.sandbox_client import SandboxClient

if TYPE_CHECKING:
    from crm.record import Ref
    from tests.scenarios.company import Company

HANDFUL = 5
"""Kills between two looks at everything."""
LONGEST_BEGINNING = 60.0
"""Seconds within which a worker takes its first step."""
IDLE = 0.5
"""Seconds without a step after which a pass counts as ended: the worker is shot while it waits."""
MOST_STEPS = 90
"""A pass over what happens between two kills has about so many steps."""
FIELDS = {"title": ("jobtitle", "Title"), "phone": ("phone", "Phone"), "company": ("company", "Company")}


class Broken(Exception):
    """Something did not hold; the message says what, and how to see it again."""


def kill_workers(kills: int, seed: int, say: Callable[[str], None]) -> None:
    """Kill that many workers. Raises Broken."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(TemporaryDirectory(prefix="torture-")))
        sandbox = stack.enter_context(running_sandbox())
        redis = stack.enter_context(redis_server())
        _configure(directory, sandbox, redis)
        company = _load(sandbox, directory)
        random = Random(seed)
        town, killer = Town(company, random), Killer(random)
        for number in range(1, kills + 1):
            town.something_happens()
            killer.end_one()
            if number % HANDFUL == 0 or number == kills:
                _hold_to_everything(town)
                say(f"{number} of {kills} kills, {killer.met} at a step boundary, {len(town.people)} people")


def _configure(directory: Path, sandbox: SandboxClient, redis: str) -> None:
    """The environment of an installation; processes that are forked from here have it too."""
    settings = {
        "DATA_DIR": str(directory), "CONFIG_DIR": str(directory), "REDIS_URL": redis,
        "HUBSPOT_URL": sandbox.hubspot_url, "HUBSPOT_TOKEN": "pat-otto",
        "SALESFORCE_URL": sandbox.salesforce_url, "SALESFORCE_TOKEN": "00Dtoken",
    }  # fmt: skip
    if SERVER in os.environ:
        settings["DATABASE_URL"] = database_for(os.environ[SERVER], directory)
    for name in [name for name in os.environ if name.startswith("ENTENTE_") and name != SERVER]:
        del os.environ[name]
    os.environ |= {f"ENTENTE_{name}": value for name, value in settings.items()}
    for name in ("mapping", "rules"):
        (directory / f"{name}.yaml").write_text("", encoding="utf-8")
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"


def _load(sandbox: SandboxClient, directory: Path) -> Company:
    """Load all that a worker needs, so that a new one is there at once."""
    from django.core.checks import run_checks
    from django.db import connections

    from wiring.queue import open_once

    open_once()
    for name in (
        *("wiring.tasks", "worker", "config.urls", "celery.apps.worker", "celery.concurrency.solo", "celery.app.log"),
        *("celery.worker.autoscale", "celery.worker.components", "celery.worker.consumer.delayed_delivery"),
        *("celery.worker.strategy", "celery.events.dispatcher", "celery.events.receiver", "kombu.transport.redis"),
        *("kombu.pidbox", "celery.contrib.django.task", "billiard.pool", "billiard.dummy"),
    ):
        import_module(name)
    run_checks()  # as a worker does when it begins
    from store import intents
    from tests.scenarios.company import Company

    intents.FRESH = -1  # minutes of the town's time pass between two workers, and no time of the database's
    brakes = {"deletes": 1, "blanks": 1, "overwrites": 1}
    company = Company(sandbox, directory, fields={"title": {"on_conflict": "sales"}}, brakes=brakes)
    connections.close_all()
    gc.freeze()
    return company


# -- people ------------------------------------------------------------------------------------------------------------


class Town:
    """People at work, and what their last edits must have come to."""

    def __init__(self, company: Company, random: Random) -> None:
        self.company = company
        self.random = random
        self.people: dict[str, Ref] = {}
        """By last name, the record in which somebody was entered."""
        self.edits: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        """Since the last look, by last name and field: the last edit of each system."""
        self.last: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        """The same since the beginning: a conflict may have waited for long."""

    def something_happens(self) -> None:
        """A few minutes of work on both sides."""
        for _ in range(2):
            name = f"P{len(self.people)}"
            enter = self.random.choice([self.company.contact, self.company.lead])
            self.people[name] = enter(name)
        everybody = self.company.everybody()
        for _ in range(4):
            ref = self.random.choice(sorted(everybody, key=str))
            field = self.random.choice(sorted(FIELDS))
            self._edit(ref, str(everybody[ref].get("lastname", everybody[ref].get("LastName"))), field)
        self.company.later(300)

    def _edit(self, ref: Ref, name: str, field: str) -> None:
        value = f"+33 1 {self.random.randint(10**7, 10**8 - 1)}" if field == "phone" else f"V{self.random.random()}"
        marketing, sales = FIELDS[field]
        self.company.edit(ref, **{marketing if ref.system == "hubspot" else sales: value})
        for edits in (self.edits, self.last):
            edits[name, field][ref.system] = value


# -- processes ---------------------------------------------------------------------------------------------------------


class Steps:
    """How many steps the worker that is alive has taken: told to the process that will kill it."""

    def __init__(self) -> None:
        self._shared = mmap(-1, 8)

    def count(self, number: int) -> None:
        self._shared[:] = number.to_bytes(8)

    @property
    def taken(self) -> int:
        return int.from_bytes(self._shared[:])


class Killer:
    """Ends workers, one after the other; `met` counts those that ended themselves at their boundary."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.met = 0
        self._steps = Steps()
        self._length = 1.0
        """Seconds of the last pass that came to its end."""

    def end_one(self) -> None:
        """A worker lives until it is killed."""
        boundary = self.random.randint(1, MOST_STEPS) if self.random.random() < 0.5 else None
        self._steps.count(0)
        process = _fork(lambda: _work(boundary, self._steps))
        if self._waits_for(process, lambda: self._steps.taken > 0, LONGEST_BEGINNING):
            return
        if boundary is None:
            self._waits_for(process, lambda: False, self.random.uniform(0, self._length))
        else:
            self._waits_for_the_end(process)
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(process, 0)

    def _waits_for_the_end(self, process: int) -> None:
        """Until the worker has ended itself, or its pass is over."""
        began = last = time.monotonic()
        taken = self._steps.taken
        while time.monotonic() - last < IDLE:
            if self._waits_for(process, lambda: False, 0.02):
                return
            if self._steps.taken != taken:
                taken, last = self._steps.taken, time.monotonic()
        self._length = last - began

    def _waits_for(self, process: int, is_so: Callable[[], bool], seconds: float) -> bool:
        """Until something is so, or time is over; whether the worker has ended itself meanwhile."""
        deadline = time.monotonic() + seconds
        while not is_so() and time.monotonic() < deadline:
            ended, _ = os.waitpid(process, os.WNOHANG)
            if ended:
                self.met += 1
                return True
            time.sleep(0.005)
        return False


def _work(boundary: int | None, steps: Steps) -> None:
    """Be a worker, with short steps; end at the boundary."""
    import sync.engine
    import wiring.tasks
    from tests.sync.fragile import Fuse, make_fragile
    from wiring.queue import application
    from wiring.service import Service

    class Deadly(Fuse):
        """The process ends at once: nothing is cleaned up."""

        def burn(self, name: str) -> None:
            self.passed += 1
            steps.count(self.passed)
            if self.passed == self.step:
                os.kill(os.getpid(), signal.SIGKILL)

    warnings.simplefilter("ignore")  # Celery minds being root
    fuse = Deadly(boundary)

    def built() -> Service:
        service: Service = wiring.build()
        make_fragile(service, fuse)
        return service

    sync.engine.BATCH = 3
    wiring.tasks.LONG_ENOUGH = -1
    vars(wiring.tasks)["build"] = built
    application().Worker(
        pool_cls="solo", concurrency=1, loglevel="CRITICAL", quiet=True,
        without_gossip=True, without_mingle=True, without_heartbeat=True,
    ).start()  # fmt: skip


def _fork(deed: Callable[[], None]) -> int:
    """Do something in a process of its own; its number."""
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        deed()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _hold_to_everything(town: Town) -> None:
    """Sync until quiet in a process of its own, and look at everything."""
    _, status = os.waitpid(_fork(lambda: _look(town)), 0)
    if status:
        raise Broken("something did not hold: it is told above")
    town.edits.clear()


def _look(town: Town) -> None:
    from tests.scenarios.invariants import check_all_but_numbers

    company = town.company
    company.in_a_new_process()
    company.resume()
    company.replay_lost()
    check_all_but_numbers(company)
    links, everybody = company.links(), company.everybody()
    names = [(ref.system, row.get("lastname", row.get("LastName"))) for ref, row in everybody.items()]
    assert len(names) == len(set(names)), f"somebody is there twice: {sorted(names)}"
    assert {name for _, name in names} == set(town.people), "somebody is lost"
    assert len(links) * 2 == len(everybody), "somebody is alone"
    for (name, field), edits in town.edits.items():
        shown = {
            ref.system: row.get(FIELDS[field][ref.system != "hubspot"])
            for ref, row in everybody.items()
            if name in (row.get("lastname"), row.get("LastName"))
        }
        last = town.last[name, field]
        is_waiting = shown == last  # each side shows its own: invariant I1 says that a person is asked
        is_one_of_them = len({*shown.values()}) == 1 and {*shown.values()} <= {*edits.values()}
        assert is_waiting or is_one_of_them, f"lost: {field} of {name} was edited to {edits} ({last}), and is {shown}"
