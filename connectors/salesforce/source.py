"""What the setup would make, as Salesforce DX source: for companies whose own pipeline changes their organisation.

https://developer.salesforce.com/docs/atlas.en-us.sfdx_dev.meta/sfdx_dev/sfdx_dev_source_file_format.htm
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from connectors.salesforce.client import API_VERSION
from connectors.salesforce.schema import KEY_FIELD, PERMISSION_SET

_KEY = {
    "type": "Text",
    "label": "Entente Key",
    "description": "Set by Entente on the records that it creates. Leave it as it is.",
    "length": 255,
    "externalId": True,
    "unique": True,
    "caseSensitive": True,
}
_PACKAGE = Path("force-app") / "main" / "default"
_NAMESPACE = "http://soap.sforce.com/2006/04/metadata"


def write_source(directory: Path, objects: Sequence[str]) -> list[Path]:
    """Write a project that makes our fields on these objects, and the permission set that shows them; returns its
    files. Running it again writes the same."""
    fields = {(name, KEY_FIELD): _KEY for name in objects}
    files = {
        Path("sfdx-project.json"): json.dumps(
            {
                "packageDirectories": [{"path": "force-app", "default": True}],
                "namespace": "",
                "sourceApiVersion": API_VERSION,
            },
            indent=2,
        )
        + "\n",
        Path("manifest") / "package.xml": _manifest([f"{name}.{field}" for name, field in fields]),
        _PACKAGE / "permissionsets" / f"{PERMISSION_SET}.permissionset-meta.xml": _permission_set(list(fields)),
    }
    for (name, field), metadata in fields.items():
        path = _PACKAGE / "objects" / name / "fields" / f"{field}.field-meta.xml"
        files[path] = _document("CustomField", _elements({"fullName": field, **metadata}))
    for path, text in files.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_text(text, encoding="utf-8")
    return [directory / path for path in files]


def _manifest(fields: Sequence[str]) -> str:
    members = [("CustomField", fields), ("PermissionSet", [PERMISSION_SET])]
    types = "".join(
        "    <types>\n" + "".join(f"        <members>{name}</members>\n" for name in names) +
        f"        <name>{kind}</name>\n    </types>\n"
        for kind, names in members
    )  # fmt: skip
    return _document("Package", f"{types}    <version>{API_VERSION}</version>\n")


def _permission_set(fields: Sequence[tuple[str, str]]) -> str:
    granted = "".join(
        "    <fieldPermissions>\n        <editable>true</editable>\n"
        f"        <field>{name}.{field}</field>\n        <readable>true</readable>\n    </fieldPermissions>\n"
        for name, field in fields
    )
    return _document("PermissionSet", granted + _elements({"label": "Entente: read and edit its own key"}))


def _elements(values: Mapping[str, object]) -> str:
    return "".join(f"    <{name}>{_text(value)}</{name}>\n" for name, value in sorted(values.items()))


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else escape(str(value))


def _document(root: str, content: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">\n{content}</{root}>\n'
