"""`entente report` as Otto of ops runs it: from what was read, without asking a CRM."""

from __future__ import annotations

import csv
import io
import json
from itertools import pairwise
from pathlib import Path

import pytest

from tests.entente import ROOT, Entente
from tests.sandbox_client import SandboxClient

REPORTS = ("completeness", "gaps_by_rep")


@pytest.fixture
def synced(sandbox: SandboxClient, tmp_path: Path) -> Entente:
    """An installation that has read forty people; both systems are out of reach by now."""
    config = tmp_path / "config"
    config.mkdir()
    mapping = (ROOT / "config" / "mapping.yaml").read_text(encoding="utf-8")
    everybody = mapping.replace("scope: {marketing: null, sales: null}", "scope: {marketing: all, sales: all}")
    (config / "mapping.yaml").write_text(everybody, encoding="utf-8")
    (config / "rules.yaml").write_bytes((ROOT / "config" / "rules.yaml").read_bytes())
    sandbox.admin("hubspot", "seed", people=40, seed=7)
    entente = Entente.on(sandbox, tmp_path, CONFIG_DIR=str(config))
    assert entente.run("setup", "--yes").returncode == 0
    entente.run("sync")
    return Entente(tmp_path, {"CONFIG_DIR": str(config)})


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("output_format", ["table", "json", "csv", "html"])
def test_before_the_first_sync_it_says_what_to_run(tmp_path: Path, name: str, output_format: str) -> None:
    done = Entente(tmp_path).run("report", name, "--format", output_format)

    assert done.returncode == 1
    assert done.stderr == "entente: nothing has been read yet: run `entente sync`\n"
    assert done.stdout == ""


def test_an_unknown_report_is_answered_with_those_there_are(tmp_path: Path) -> None:
    done = Entente(tmp_path).run("report", "leaderboard")

    assert done.returncode != 0
    assert all(name in done.stderr for name in REPORTS)


def test_every_report_comes_in_every_format_without_a_connection(synced: Entente) -> None:
    completeness, gaps = (synced.json("report", name) for name in REPORTS)

    assert completeness["records"] == sum(team["records"] for team in completeness["teams"]) > 0
    assert completeness["read_at"] == gaps["read_at"] is not None
    assert gaps["open"] == sum(rep["open"] for rep in gaps["reps"]) + sum(
        gaps[section]["open"] for section in ("no_rep", "marketing", "both")
    )
    rows = list(csv.DictReader(io.StringIO(synced.run("report", "completeness", "--format", "csv").stdout)))
    assert {row["field"] for row in rows if row["section"] == "field"} == {
        each["field"] for each in completeness["fields"]
    }
    assert "Completeness by team" in synced.run("report", "completeness").stdout
    assert "Complétude par équipe" in synced.run("report", "completeness", "--language", "fr").stdout


def test_html_is_the_page_with_both_reports_whichever_is_named(synced: Entente) -> None:
    file = synced.directory / "page.html"

    pages = [synced.run("report", name, "--format", "html").stdout for name in REPORTS]
    written = synced.run("report", "gaps_by_rep", "--format", "html", "--output", str(file), "--language", "fr")

    assert all("Field by field" in page and "Open now, rep by rep" in page for page in pages)
    assert (written.returncode, written.stdout) == (0, "")
    assert "Champ par champ" in file.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_is_said_in_one_line(synced: Entente) -> None:
    done = synced.run("report", "completeness", "--format", "json", "--output", "/nowhere/report.json")

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "--output /nowhere/report.json cannot be written" in done.stderr
    assert json.loads(synced.run("report", "completeness", "--format", "json").stdout)


def test_completeness_is_cut_by_a_segment_of_the_mapping(synced: Entente) -> None:
    shown = synced.json("report", "completeness", "--by", "country")
    table = synced.run("report", "completeness", "--by", "country", "--language", "fr").stdout
    rows = list(
        csv.DictReader(io.StringIO(synced.run("report", "completeness", "--by", "stage", "--format", "csv").stdout))
    )

    assert sum(each["records"] for each in shown["segments"]) == shown["records"] > 0
    assert "Complétude par pays" in table
    assert {row["by"] for row in rows if row["section"] == "segment"} == {"stage"}


def test_the_audience_falls_step_by_step_in_every_format(synced: Entente) -> None:
    rows = synced.json("report", "audience")["rows"]
    france = list(
        csv.DictReader(
            io.StringIO(synced.run("report", "audience", "--only", "country:france", "--format", "csv").stdout)
        )
    )
    table = synced.run("report", "audience", "--language", "fr").stdout

    steps = [row for row in rows if row["section"] == "step"]
    assert [row["name"] for row in steps] == ["all", "email", "valid", "bounced", "marketing", "consent", "facts"]
    assert [row["people"] for row in steps[1:]] == [before["people"] - row["lost"] for before, row in pairwise(steps)]
    assert 0 < steps[-1]["people"] < steps[0]["people"]
    assert 0 < int(france[0]["people"]) < steps[0]["people"]
    assert "Audience utilisable" in table
    assert "Le plus court chemin" in table


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["completeness", "--by", "region"], "--by region is none of team, country, industry, stage"),
        (["gaps_by_rep", "--by", "country"], "--by goes with completeness"),
        (
            ["completeness", "--by", "country", "--format", "html"],
            "--by goes with completeness, and gaps_by_rep by team",
        ),
        (["gaps_by_rep", "--only", "country:France"], "--only goes with completeness and audience"),
        (["audience", "--only", "country:Nowhere"], "--only country:Nowhere names no segment"),
        (["audience", "--format", "html"], "audience is no page of its own"),
    ],
)
def test_a_cut_that_is_none_is_answered_with_the_mend(tmp_path: Path, arguments: list[str], words: str) -> None:
    done = Entente(tmp_path).run("report", *arguments)

    assert done.returncode == 1
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
