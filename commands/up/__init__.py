"""`entente up`: the whole installation on one machine, for a try-out: Redis, worker, beat and the pages, supervised.

Without CRM settings it brings its own HubSpot and Salesforce with made-up people, and begins anew at each start.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from commands.up.children import LogDirectory, beat, redis, sandbox, urls_in, web, worker
from commands.up.place import only_one, port_is_free, redis_executable, socket_in
from commands.up.supervisor import GaveUp, Supervisor


def up(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where the pages are served, on 127.0.0.1.")] = 8000,
    people: Annotated[int, typer.Option(min=50, help="How many people the sandbox's systems know.")] = 300,
    seed: Annotated[int, typer.Option(min=0, help="Another seed gives other people.")] = 1,
) -> None:
    """Run everything on this machine until Ctrl-C; without CRM settings on a sandbox with made-up people."""
    from config.environment import environment

    home = environment().data_dir.resolve()
    with only_one(home), _ended_by_signals(), socket_in(home) as socket:
        port_is_free(port)
        supervisor = Supervisor(typer.echo)
        try:
            if _is_for_accounts():
                _start_on_accounts(supervisor, home, port, socket)
            else:
                _start_on_sandbox(supervisor, home / "up", port, socket, people, seed)
            typer.echo("Ctrl-C ends everything.")
            supervisor.watch()
        except KeyboardInterrupt:
            typer.echo("\nEnding: the worker finishes what it has at hand.")
        except GaveUp as gave_up:
            typer.echo(str(gave_up), err=True)
            raise typer.Exit(1) from gave_up
        finally:
            supervisor.stop()


def _is_for_accounts() -> bool:
    """Whether anything is said about an account; half of what one needs is refused later, by name."""
    from config.environment import environment

    return any(name.startswith(("hubspot_", "salesforce_")) for name in environment().model_fields_set)


def _start_on_sandbox(supervisor: Supervisor, directory: Path, port: int, socket: Path, people: int, seed: int) -> None:
    """Both systems anew, joined once, with something for everybody to see."""
    from commands.demo import fill
    from commands.up import story
    from config.environment import environment

    executable = redis_executable()
    story.begin_anew(directory)
    logs = LogDirectory(directory / "logs")
    typer.echo(f"Logs        {logs.path}")
    supervisor.start(redis(logs, executable, socket, directory))
    systems = sandbox(logs)
    supervisor.start(systems)
    urls = urls_in(systems.log)
    fill(urls, people, seed)
    story.configure(directory, urls, address(port), redis_url(socket))
    typer.echo("Meeting     both systems are read and joined for the first time")
    found = story.play(environment())
    _start_service(supervisor, logs, port)
    for line in story.told(found, urls, address(port)):
        typer.echo(line)


def _start_on_accounts(supervisor: Supervisor, directory: Path, port: int, socket: Path) -> None:
    """The installation of the settings, on its own store; what must be asked is asked before anything runs."""
    from commands.up import first_questions
    from config.environment import environment
    from wiring import connect, load_configuration

    connect(environment())
    load_configuration(environment().config_dir)
    executable = None if environment().redis_url else redis_executable()
    os.environ["ENTENTE_DATA_DIR"] = str(directory)
    os.environ.setdefault("ENTENTE_BASE_URL", address(port))
    if executable:
        os.environ["ENTENTE_REDIS_URL"] = redis_url(socket)
    environment.cache_clear()
    lines = first_questions.ask(environment())
    logs = LogDirectory(directory / "logs")
    typer.echo(f"Logs        {logs.path}")
    if executable:
        supervisor.start(redis(logs, executable, socket, directory))
    _start_service(supervisor, logs, port)
    for line in [f"Open        {environment().base_url}", *lines]:
        typer.echo(line)


def _start_service(supervisor: Supervisor, logs: LogDirectory, port: int) -> None:
    supervisor.start(web(logs, port), worker(logs), beat(logs))


def address(port: int) -> str:
    """Where the pages are."""
    return f"http://127.0.0.1:{port}"


def redis_url(socket: Path) -> str:
    """A Redis on a unix socket, as Celery wants it."""
    return f"redis+socket://{socket}?virtual_host=0"


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """SIGTERM and a closed terminal end everything as Ctrl-C does."""
    kinds = (signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(kind, signal.default_int_handler) for kind in kinds]
    try:
        yield
    finally:
        for kind, handler in zip(kinds, before, strict=True):
            signal.signal(kind, handler)
