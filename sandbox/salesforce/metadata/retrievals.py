"""Retrievals: the named components as the files of a zip, ready a little later by the org's clock."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from sandbox.salesforce.ids import make_id
from sandbox.salesforce.metadata.calls import file_properties
from sandbox.salesforce.metadata.deployments import RUNS, WAITS
from sandbox.salesforce.metadata.kinds import BY_TYPE, FILES, TAGS
from sandbox.salesforce.metadata.package import Named
from sandbox.salesforce.metadata.xml_tree import children_xml, write_xml

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACE = {"xmlns": "http://soap.sforce.com/2006/04/metadata"}
EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(slots=True)
class Retrieval:
    """`zip` is None until it has ended; `missing` tells of names that mean nothing."""

    id: str
    named: list[Named]
    version: str
    asked_at: datetime
    zip: bytes | None = None
    files: tuple[dict[str, Any], ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def ends_at(self) -> datetime:
        return self.asked_at + WAITS + RUNS

    def status(self, now: datetime) -> str:
        if self.zip is not None:
            return "Succeeded"
        return "Pending" if now < self.asked_at + WAITS else "InProgress"


class Retrievals:
    def __init__(self, state: SalesforceState) -> None:
        self._state = state
        self._all: dict[str, Retrieval] = {}
        self._waiting: list[Retrieval] = []

    def ask(self, named: list[Named], version: str) -> Retrieval:
        made = Retrieval(make_id("09S", len(self._all) + 1), named, version, self._state.clock.now())
        self._all[made.id] = made
        self._waiting.append(made)
        return made

    def find(self, retrieval_id: str) -> Retrieval | None:
        return self._all.get(retrieval_id)

    def next_due(self) -> datetime | None:
        return self._waiting[0].ends_at if self._waiting else None

    def settle(self) -> None:
        """Gather what is due by now."""
        while self._waiting and self._waiting[0].ends_at <= self._state.clock.now():
            gather(self._state, self._waiting.pop(0))


def gather(state: SalesforceState, retrieval: Retrieval) -> None:
    """Put the components into their files, and the files into the zip."""
    contents: dict[str, list[tuple[str, Any]]] = {}
    properties: list[dict[str, Any]] = []
    missing: list[str] = []
    found = list(_found(state, retrieval.named, missing))
    for named in found:
        folder, suffix = FILES[named.type]
        owner = named.full_name.partition(".")[0] if folder == "objects" else named.full_name
        file = f"{folder}/{owner}.{suffix}"
        metadata = BY_TYPE[named.type].read(state, named.full_name) or {}
        parts = [(key, metadata[key]) for key in sorted(metadata) if key != "fullName"]
        if folder == "objects":
            inner = {"fullName": named.full_name.partition(".")[2], **dict(parts)}
            contents.setdefault(file, []).append((TAGS[named.type], inner))
        else:
            contents[file] = parts
        row = BY_TYPE[named.type].all(state)[named.full_name]
        properties.append(file_properties(state, named.type, named.full_name, row, file))
    retrieval.files, retrieval.missing = tuple(properties), tuple(missing)
    retrieval.zip = _zipped(contents, found, retrieval.version)


def _found(state: SalesforceState, wanted: Iterable[Named], missing: list[str]) -> Iterable[Named]:
    """The components that are there, each once; `*` stands for all of a type, an object for all that is its own."""
    seen: dict[Named, None] = {}
    for named in wanted:
        if named.type == "CustomObject":
            inside = [(name, full) for name in TAGS for full in BY_TYPE[name].all(state)]
            own = [Named(name, full) for name, full in inside if full.partition(".")[0] == named.full_name]
            seen.update(dict.fromkeys(own))
            continue
        kind = BY_TYPE.get(named.type)
        names = kind.all(state) if kind else {}
        if named.full_name == "*":
            seen.update(dict.fromkeys(Named(named.type, full_name) for full_name in sorted(names)))
        elif named.full_name in names:
            seen[named] = None
        else:
            missing.append(f"Entity of type '{named.type}' named '{named.full_name}' cannot be found")
    return seen


def _zipped(contents: dict[str, list[tuple[str, Any]]], found: list[Named], version: str) -> bytes:
    roots = {"objects": "CustomObject", **{FILES[name][0]: name for name in FILES if FILES[name][0] != "objects"}}
    files = {path: HEAD + _file(roots[path.partition("/")[0]], parts) for path, parts in contents.items()}
    types: dict[str, list[str]] = {}
    for named in found:
        types.setdefault(named.type, []).append(named.full_name)
    shown = [{"members": names, "name": name} for name, names in sorted(types.items())]
    files["package.xml"] = HEAD + write_xml("Package", {"types": shown, "version": version}, NAMESPACE)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            archive.writestr(zipfile.ZipInfo(path, EPOCH), files[path])
    return made.getvalue()


def _file(root: str, parts: list[tuple[str, Any]]) -> str:
    """Several parts may have one name: the fields of an object."""
    return f"<{root} xmlns={quoteattr(NAMESPACE['xmlns'])}>{children_xml(parts)}</{root}>"
