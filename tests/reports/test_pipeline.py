"""The gaps of a real pipeline, found through real APIs, against a count made from its file."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.entente import Entente
from tests.reports.pipeline import FOLDER, OPEN, Pipeline
from tests.sandbox_client import SandboxClient

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"there is no {FOLDER}")
RULE = "S05-account-of-open-deal"


def test_blank_accounts_on_open_deals_agree_with_the_file_by_rep_and_by_manager(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    pipeline = Pipeline(sandbox)
    pipeline.load()
    entente = Entente.on(sandbox, tmp_path)
    entente.run("setup", "--yes")
    synced = entente.run("sync")
    assert synced.returncode == 0, synced.stderr

    by_rep = entente.json("report", "gaps_by_rep")
    by_team = entente.json("report", "gaps_by_rep", "--by", "team")
    blocked = list(csv.DictReader(io.StringIO(entente.run("report", "deals_blocked", "--format", "csv").stdout)))

    def of_rule(rep: dict[str, object]) -> int:
        return sum(gap["rule"] == RULE for gap in rep["gaps"])  # type: ignore[attr-defined]

    from_file = pipeline.blank_accounts("sales_agent")
    assert sum(from_file.values()) > 1_000
    assert {rep["rep"]: of_rule(rep) for rep in by_rep["reps"]} == dict(from_file)
    assert {row["team"]: row["open"] for row in by_team["rows"]} == dict(pipeline.blank_accounts("manager"))
    nameless = {
        deal["opportunity_id"]: deal["sales_agent"]
        for deal in pipeline.deals
        if deal["deal_stage"] in OPEN and not deal["account"].strip()
    }
    assert {row["deal"]: row["owner"] for row in blocked} == nameless
