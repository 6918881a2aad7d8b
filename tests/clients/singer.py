"""How a Singer tap is run: discovery, a choice of streams and a sync, each a line of JSON on stdout."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.clients.conftest import Outside


@dataclass
class Read:
    """The records of each stream by id, and the state from which a next sync goes on."""

    records: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))
    state: dict[str, Any] = field(default_factory=dict)


def discover(outside: Outside, tap: Path, config: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The catalog's streams."""
    kept(outside, "config", config)
    return list(json.loads(outside.run(tap, "--config", "config.json", "--discover"))["streams"])


def select(streams: list[dict[str, Any]], wanted: Collection[str]) -> None:
    """Choose these streams with all their fields, and to go on from where the last sync ended."""
    for stream in streams:
        for entry in stream["metadata"]:
            chosen = entry["metadata"]
            chosen["selected"] = stream["stream"] in wanted
            if keys := chosen.get("valid-replication-keys"):
                chosen |= {"replication-method": "INCREMENTAL", "replication-key": keys[0]}


def sync(
    outside: Outside, tap: Path, streams: list[dict[str, Any]], option: str, state: Mapping[str, Any] | None = None
) -> Read:
    """Read the chosen streams, from a state on if one is given; `option` is how this tap calls its catalog."""
    kept(outside, "catalog", {"streams": streams})
    command: list[str | Path] = [tap, "--config", "config.json", option, "catalog.json"]
    if state is not None:
        kept(outside, "state", state)
        command += ["--state", "state.json"]
    read = Read()
    for line in outside.run(*command).splitlines():
        match json.loads(line):
            case {"type": "RECORD", "stream": str(stream), "record": record}:
                read.records[stream][str(record.get("id") or record.get("Id"))] = record
            case {"type": "STATE", "value": value}:
                read.state = value
    return read


def kept(outside: Outside, name: str, content: Mapping[str, Any]) -> None:
    (outside.home / f"{name}.json").write_text(json.dumps(content))
