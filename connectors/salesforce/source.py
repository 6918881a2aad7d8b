"""Components of an organisation's setup as files: a Salesforce DX project for companies whose own pipeline changes
it, and the zip that the Metadata API deploys.

https://developer.salesforce.com/docs/atlas.en-us.sfdx_dev.meta/sfdx_dev/sfdx_dev_source_file_format.htm
https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/file_based_zip_file.htm
"""

from __future__ import annotations

import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from connectors.salesforce.client import API_VERSION
from connectors.salesforce.schema import OWN, PERMISSION_SET, home_of

_PACKAGE = Path("force-app") / "main" / "default"
_NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
_WITHIN = {"CustomField": ("fields", "field"), "ValidationRule": ("validationRules", "validationRule")}
"""The types that belong to an object: their folder and their element, and the ending of their files."""
_ALONE = {
    "CustomPermission": ("customPermissions", "customPermission"),
    "PermissionSet": ("permissionsets", "permissionset"),
}


@dataclass(frozen=True, slots=True)
class Component:
    """One part of a setup; what belongs to an object has a full name such as `Lead.Needs_phone`."""

    type: str
    full_name: str
    metadata: Mapping[str, Any]

    @property
    def name(self) -> str:
        return self.full_name.rpartition(".")[2]

    @property
    def path(self) -> Path:
        """Its file in a project."""
        if self.type in _ALONE:
            folder, ending = _ALONE[self.type]
            return _PACKAGE / folder / f"{self.full_name}.{ending}-meta.xml"
        folder, ending = _WITHIN[self.type]
        return _PACKAGE / "objects" / self.full_name.partition(".")[0] / folder / f"{self.name}.{ending}-meta.xml"


def write_source(directory: Path, fields: Sequence[tuple[str, str]]) -> list[Path]:
    """Write a project that makes these fields of ours, each with its object, and the permission set that shows them;
    returns its files. Running it again writes the same."""
    made = {f"{home_of(name)}.{field}": OWN[field].metadata for name, field in fields}
    components = [Component("CustomField", full_name, metadata) for full_name, metadata in made.items()]
    granted = [{"editable": True, "field": f"{name}.{field}", "readable": True} for name, field in fields]
    metadata = {"fieldPermissions": granted, "label": "Entente: read and edit its own key"}
    return write_project(directory, [*components, Component("PermissionSet", PERMISSION_SET, metadata)], "package.xml")


def write_project(directory: Path, components: Sequence[Component], manifest: str) -> list[Path]:
    """Write these components as a project with a manifest of this name; returns its files. Running it again writes the
    same."""
    project = {
        "packageDirectories": [{"path": "force-app", "default": True}],
        "namespace": "",
        "sourceApiVersion": API_VERSION,
    }
    files = {
        Path("sfdx-project.json"): json.dumps(project, indent=2) + "\n",
        Path("manifest") / manifest: _manifest(components),
    }
    for each in components:
        own_name = {"fullName": each.name} if each.type in _WITHIN else {}
        files[each.path] = _document(each.type, _elements({**own_name, **each.metadata}))
    for path, text in files.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_text(text, encoding="utf-8")
    return [directory / path for path in files]


def as_zip(components: Sequence[Component]) -> bytes:
    """What makes these components: those of one object share its file."""
    files = {"package.xml": _manifest(components)}
    objects: dict[str, str] = defaultdict(str)
    for each in components:
        if each.type in _ALONE:
            folder, ending = _ALONE[each.type]
            files[f"{folder}/{each.full_name}.{ending}"] = _document(each.type, _elements(each.metadata))
            continue
        tag = _WITHIN[each.type][0]
        content = _elements({"fullName": each.name, **each.metadata})
        objects[each.full_name.partition(".")[0]] += f"  <{tag}>\n{content}  </{tag}>\n"
    files |= {f"objects/{name}.object": _document("CustomObject", content) for name, content in objects.items()}
    return _zipped(files)


def destructive_zip(components: Sequence[Component]) -> bytes:
    """What takes these components away."""
    return _zipped({"package.xml": _manifest([]), "destructiveChanges.xml": _manifest(components)})


def _zipped(files: Mapping[str, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return content.getvalue()


def _manifest(components: Sequence[Component]) -> str:
    by_type: dict[str, list[str]] = defaultdict(list)
    for each in components:
        by_type[each.type].append(each.full_name)
    types = "".join(
        "    <types>\n" + "".join(f"        <members>{name}</members>\n" for name in names) +
        f"        <name>{kind}</name>\n    </types>\n"
        for kind, names in sorted(by_type.items())
    )  # fmt: skip
    return _document("Package", f"{types}    <version>{API_VERSION}</version>\n")


def _elements(values: Mapping[str, Any], indent: str = "    ") -> str:
    """One element for each value, by name; one for each part of a list."""
    written = ""
    for name, value in sorted(values.items()):
        for part in value if isinstance(value, list) else [value]:
            inner = f"\n{_elements(part, indent + '    ')}{indent}" if isinstance(part, Mapping) else _text(part)
            written += f"{indent}<{name}>{inner}</{name}>\n"
    return written


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else escape(str(value))


def _document(root: str, content: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">\n{content}</{root}>\n'
