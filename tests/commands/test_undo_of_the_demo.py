"""The second run of the demo undone through both real connectors: what it wrote is back, and a pass writes nothing."""

from __future__ import annotations

from pathlib import Path

from commands.demo import first_sync
from commands.demo.story import edit
from config.environment import Environment
from store import models
from tests.entente import ROOT
from tests.sandbox_client import SandboxClient
from wiring import build, load_configuration
from wiring.comparison import compare_all
from wiring.undoing import wanted


def written(sandbox: SandboxClient) -> list[int]:
    return [sandbox.look(system, "writes")["count"] for system in ("hubspot", "salesforce")]


def test_the_second_run_of_the_demo_is_undone_on_both_sides(db: None, sandbox: SandboxClient, tmp_path: Path) -> None:
    sandbox.admin("hubspot", "seed", people=100, seed=1, activities=24)
    settings = Environment.model_validate(
        {
            "data_dir": tmp_path, "config_dir": ROOT / "config", "hubspot_url": sandbox.hubspot_url,
            "hubspot_token": "demo", "salesforce_url": sandbox.salesforce_url, "salesforce_client_id": "demo",
            "salesforce_client_secret": "demo",
        }
    )  # fmt: skip
    service = build(settings, configuration=load_configuration(settings.config_dir, everybody=True))
    service.set_up(service.setup_steps())
    first_sync(service)
    service.sync()
    edit(service)
    run = service.sync()["run"]
    changes = list(models.Change.objects.filter(run=run).values_list("ref", "side", "field", "old", "new"))
    assert {side for _, side, *_ in changes} == {"marketing", "sales"}

    result = service.undo(wanted(run, None, archive_created=False))

    undone = models.Change.objects.filter(run=result["run"]).values_list("ref", "side", "field", "new", "old")
    assert sorted(undone) == sorted(changes)
    assert result["undo"]["left"] == {}
    before = written(sandbox)
    service.sync()
    assert written(sandbox) == before
    found = compare_all(service, 0)
    assert (found.unexplained, found.reasons["undone"]) == (0, len(changes))
