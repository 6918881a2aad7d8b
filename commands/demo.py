"""`entente demo`: the whole path on made-up people, without an account: sync, two edits, a conflict, gaps, a report."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rules.language import RuleSet
    from wiring.service import Service


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="End after the report is written, instead of serving it.")
    ] = False,
    people: Annotated[int, typer.Option(min=10, help="How many people the two systems know.")] = 300,
    seed: Annotated[int, typer.Option(min=0, help="Another seed gives other people.")] = 1,
) -> None:
    """Start a HubSpot and a Salesforce on this machine, sync them, edit on both sides, sync again, and report."""
    directory = Path(os.environ.get("ENTENTE_DATA_DIR", "var")) / "demo"
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    with _sandbox(people, seed) as urls:
        _configure(directory, urls)
        lines = _play(directory / "report.html")
        for line in lines:
            typer.echo(line)
        if not once:
            _serve(directory)


@contextmanager
def _sandbox(people: int, seed: int) -> Iterator[dict[str, str]]:
    """Both systems in a process of their own, on free ports; it ends with the demo."""
    command = [sys.executable, "-m", "sandbox.server", "--hubspot-port", "0", "--salesforce-port", "0"]
    command += ["--people", str(people), "--seed", str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            if not line:
                typer.echo("The sandbox did not start; its message is above.", err=True)
                raise typer.Exit(1)
            yield json.loads(line)
        finally:
            process.terminate()


def _configure(directory: Path, urls: dict[str, str]) -> None:
    """The demo's own settings, whatever this machine is set up for: it never touches a real account."""
    for name in [name for name in os.environ if name.startswith("ENTENTE_") and name != "ENTENTE_CONFIG_DIR"]:
        del os.environ[name]
    os.environ |= {
        "ENTENTE_DATA_DIR": str(directory),
        "ENTENTE_HUBSPOT_URL": urls["hubspot"],
        "ENTENTE_HUBSPOT_TOKEN": "demo",
        "ENTENTE_SALESFORCE_URL": urls["salesforce"],
        "ENTENTE_SALESFORCE_CLIENT_ID": "demo",
        "ENTENTE_SALESFORCE_CLIENT_SECRET": "demo",
    }


def _play(report: Path) -> list[str]:
    """Set up, sync, edit, sync again, and write the report; returns what to say."""
    from commands.progress import progress_bars
    from config.environment import environment
    from wiring import build, load_configuration

    configuration = load_configuration(environment().config_dir, everybody=True)
    with progress_bars() as progress:
        service = build(configuration=configuration, progress=progress)
        service.set_up(service.setup_steps())
        first, braked = first_sync(service)
        story = edit(service)
        second = service.sync()
    from reports.page import write_page

    write_page(report, configuration.mapping, configuration.rules)
    return [*braked, *told(first, story, second), *_found(configuration.rules), f"Report      {report.resolve()}"]


def first_sync(service: Service) -> tuple[dict[str, Any], list[str]]:
    """Two old systems meet: where that overwrites more than a brake allows, the demo lets it pass, as ops would."""
    result = service.sync()
    if result["state"] != "braked":
        return result, []
    reasons = [f"Braked      this round {reason}; the demo lets it pass" for reason in result["braked"]]
    released = service.sync(release=result["run"])
    released["linked"] += result["linked"]
    released["calls"] = {system: number + result["calls"][system] for system, number in released["calls"].items()}
    return released, reasons


def edit(service: Service) -> list[str]:
    """What Rita the rep and Mark the marketer do between the two passes."""
    from connectors.base import Update
    from crm.record import Ref, Side
    from store.models import Link

    pairs = [
        (Ref.parse(link.marketing), Ref.parse(link.sales))
        for link in Link.objects.filter(object="contact").order_by("id")[:3]
    ]
    edits = [
        (Side.SALES, pairs[0][1], {"Phone": "+33 1 99 00 12 34"}, "Rita corrects a phone number in Salesforce"),
        (
            Side.MARKETING,
            pairs[0][0],
            {"jobtitle": "Head of Purchasing"},
            "Mark corrects the job title of the same person in HubSpot",
        ),
        (Side.MARKETING, pairs[1][0], {"mobilephone": "+33 6 99 00 12 34"}, "Mark adds a mobile number"),
        (Side.SALES, pairs[2][1], {"LastName": "Martin"}, "Rita renames a person"),
        (Side.MARKETING, pairs[2][0], {"lastname": "Marten"}, "Mark spells the same name otherwise, a moment later"),
    ]
    for side, ref, fields, _ in edits:
        service.connectors[side].write_many(ref.object, [Update(side, ref, fields)], [*fields])
    return [story for *_, story in edits]


def told(first: dict[str, Any], story: list[str], second: dict[str, Any]) -> list[str]:
    """What two passes and the edits between them came to."""

    def both(counts: dict[str, int]) -> str:
        return f"{counts['marketing']} in HubSpot, {counts['sales']} in Salesforce"

    calls = {system: first["calls"][system] + second["calls"][system] for system in first["calls"]}
    waiting = f"conflicts {second['conflicts']}, for a person to decide; held {second['held']}, dead {second['dead']}"
    return [
        f"First sync  linked {first['linked']}, created {both(first['created'])}, updated {both(first['updated'])}",
        *(f"Then        {line}" for line in story),
        f"Second sync updated {both(second['updated'])}",
        f"Waiting     {waiting}",
        f"Calls       {', '.join(f'{system} {number}' for system, number in calls.items())}",
    ]


def _found(rules: RuleSet) -> list[str]:
    """What is owed now, as the report counts it: rules that only observe ask nobody."""
    from store.models import Gap

    asked = [rule.id for rule in rules.rules if rule.is_asked]
    gaps = list(Gap.objects.filter(rule__in=asked).values_list("fields", "owed_by"))
    missing = Counter(field for fields, _ in gaps for field in fields).most_common(3)
    owed = Counter(owed_by or "both" for _, owed_by in gaps).most_common()
    return [
        f"Gaps        {len(gaps)} open: {', '.join(f'{number} owed by {side}' for side, number in owed)}",
        f"Missing     most often {', '.join(f'{field} ({number})' for field, number in missing)}",
    ]


def _serve(directory: Path) -> None:
    """The report page on loopback, until Ctrl-C."""
    handler = functools.partial(_Quiet, directory=str(directory))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        typer.echo(f"Open        http://127.0.0.1:{server.server_port}/report.html   (Ctrl-C ends the demo)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            typer.echo("")


class _Quiet(SimpleHTTPRequestHandler):
    """Serves the report and nothing else of its folder, without a line per request."""

    def do_GET(self) -> None:
        if self.path.split("?")[0] != "/report.html":
            self.send_error(404)
            return
        super().do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
