"""`entente demo`: the whole path on made-up people, without an account: a look, sync, edits, plan, sync, report."""

from __future__ import annotations

import functools
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.demo.story import became, control, edit, live

if TYPE_CHECKING:
    from rules.language import RuleSet
    from wiring.service import Service


_ACTIVITIES, _PLANNED = 24, 12
"""How many activities there are at first, and how many lines of the plan are shown."""


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="End after the report is written, instead of serving it.")
    ] = False,
    people: Annotated[int, typer.Option(min=10, help="How many people the two systems know.")] = 300,
    seed: Annotated[int, typer.Option(min=0, help="Another seed gives other people.")] = 1,
) -> None:
    """Start a HubSpot and a Salesforce on this machine, look, sync them, edit on both sides, sync again, and report."""
    directory = Path(os.environ.get("ENTENTE_DATA_DIR", "var")) / "demo"
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    with _sandbox(people, seed) as urls:
        _configure(directory, urls)
        for line in _look(directory):
            typer.echo(line)
        for line in _play(directory / "report.html"):
            typer.echo(line)
        if not once:
            typer.echo(
                f"Try         in another terminal: . {directory}/env; then entente plan, entente gates plan, history"
            )
            _serve(directory)


@contextmanager
def _sandbox(people: int, seed: int) -> Iterator[dict[str, str]]:
    """Both systems in a process of their own, on free ports; it ends with the demo."""
    command = [sys.executable, "-m", "sandbox.server", "--hubspot-port", "0", "--salesforce-port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            if not line:
                typer.echo("The sandbox did not start; its message is above.", err=True)
                raise typer.Exit(1)
            urls = json.loads(line)
            fill(urls, people, seed, activities=min(_ACTIVITIES, people))
            yield urls
        finally:
            process.terminate()


def fill(urls: dict[str, str], people: int, seed: int, activities: int = 0) -> None:
    """Both systems know `people` people, and Salesforce a deal for every fifth of them."""
    about = {"people": people, "seed": seed, "activities": activities, "opportunities": people // 5}
    control(urls["hubspot"], "seed", about)


def _look(directory: Path) -> list[str]:
    """What there is to see before anything is joined, in both languages; each look has a process and a store of its
    own."""
    files = {language: directory / f"look-{language}.html" for language in ("en", "fr")}
    for language, file in files.items():
        command = [sys.executable, "-c", "import cli; cli.main()", "look", "--language", language]
        subprocess.run([*command, "--currency", "EUR", "--output", str(file)], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    return [f"Look        {file.resolve()}" for file in files.values()]


def _configure(directory: Path, urls: dict[str, str]) -> None:
    """The demo's own settings, whatever this machine is set up for: it never touches a real account. They are left in a
    file that a shell reads."""
    source = Path(os.environ.get("ENTENTE_CONFIG_DIR", "config"))
    for name in [name for name in os.environ if name.startswith("ENTENTE_")]:
        del os.environ[name]
    config = everybody_takes_part(source, directory / "config")
    raise_to_gate(config, "S01-role-industry-country")
    settings = {
        "ENTENTE_DATA_DIR": str(directory.resolve()),
        "ENTENTE_CONFIG_DIR": str(config.resolve()),
        "ENTENTE_HUBSPOT_URL": urls["hubspot"],
        "ENTENTE_HUBSPOT_TOKEN": "demo",
        "ENTENTE_SALESFORCE_URL": urls["salesforce"],
        "ENTENTE_SALESFORCE_CLIENT_ID": "demo",
        "ENTENTE_SALESFORCE_CLIENT_SECRET": "demo",
    }
    os.environ |= settings
    lines = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in settings.items())
    (directory / "env").write_text(lines, encoding="utf-8")


def everybody_takes_part(source: Path, target: Path) -> Path:
    """A copy of a configuration in which all records take part."""
    from ruamel.yaml import YAML

    target.mkdir()
    for file in [*source.glob("*.yaml"), *source.glob("*.csv")]:
        shutil.copy(file, target)
    yaml = YAML()
    yaml.preserve_quotes, yaml.width = True, 1_000
    mapping = yaml.load(target / "mapping.yaml")
    for each in mapping["objects"].values():
        each["scope"] = {"marketing": "all", "sales": "all"}
    yaml.dump(mapping, target / "mapping.yaml")
    return target


def raise_to_gate(config: Path, name: str) -> None:
    """Of the rules in this copy, one is needed to become an MQL, so that there is a gate to look at."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes, yaml.width = True, 1_000
    rules = yaml.load(config / "rules.yaml")
    rule = next((rule for rule in rules["rules"] if rule["id"] == name), None)
    if rule is None:
        return
    gate = {
        "transition": "contact.stage -> mql",
        "backend": "salesforce_validation_rule",
        "override": "rep_with_reason",
    }
    rule["enforcement"] = {"level": "gate", "gate": gate}
    rule["check"]["unknown_ok"] = {"value": "unknown_asked", "counts_as": "met", "max_share": 0.3}
    rule["used_for"][0]["last_used"] = datetime.now(UTC).date()
    yaml.dump(rules, config / "rules.yaml")


def _play(report: Path) -> Iterator[str]:
    """Set up, sync, edit, show the plan, sync again, and write the report; yields what to say."""
    from commands.plan import show
    from commands.progress import progress_bars
    from wiring import build

    with progress_bars() as progress:
        service = build(progress=progress)
        service.set_up(service.setup_steps())
        first, braked = first_sync(service)
    yield from (*braked, told_first(first))
    story, happened = edit(service), live(service)
    yield from (f"Then        {line}" for line in [*story, *(each.story for each in happened)])
    from wiring.planning import planned

    show(planned(service, _PLANNED, 1), service.mapping, _PLANNED, 1)
    with progress_bars() as progress:
        service.progress = progress
        second = service.sync()
    yield from told_second(first, second)
    yield from (f"Followed    {line}" for line in became(service, happened))
    from reports.page import write_page

    write_page(report, service.configuration.mapping, service.configuration.rules)
    yield from (*_found(service.configuration.rules), f"Report      {report.resolve()}")


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


def told_first(first: dict[str, Any]) -> str:
    """What the first pass came to."""
    made, changed = _both(first["created"]), _both(first["updated"])
    return f"First sync  linked {first['linked']}, created {made}, updated {changed}"


def told_second(first: dict[str, Any], second: dict[str, Any]) -> list[str]:
    """What the second pass came to, and what waits after it."""
    calls = {system: first["calls"][system] + second["calls"][system] for system in first["calls"]}
    waiting = f"conflicts {second['conflicts']}, for a person to decide; held {second['held']}, dead {second['dead']}"
    return [
        f"Second sync run {second['run']}: created {_both(second['created'])}, updated {_both(second['updated'])}",
        f"Waiting     {waiting}",
        f"Calls       {', '.join(f'{system} {number}' for system, number in calls.items())}",
    ]


def _both(counts: dict[str, int]) -> str:
    return f"{counts['marketing']} in HubSpot, {counts['sales']} in Salesforce"


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
    """The looks and the report on loopback, until Ctrl-C."""
    handler = functools.partial(_Quiet, directory=str(directory))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        home = f"http://127.0.0.1:{server.server_port}"
        for page in ("look-en.html", "look-fr.html", "report.html"):
            typer.echo(f"Open        {home}/{page}")
        typer.echo("Ctrl-C ends the demo.")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            typer.echo("")


class _Quiet(SimpleHTTPRequestHandler):
    """Serves the pages and nothing else of its folder, without a line per request; it opens on the look."""

    def do_GET(self) -> None:
        self.path = "/look-en.html" if self.path == "/" else self.path.split("?")[0]
        if self.path not in ("/look-en.html", "/look-fr.html", "/report.html"):
            self.send_error(404)
            return
        super().do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
