"""What a deployed zip holds: the components of its files, those that package.xml names, and those to destroy.

Files come in the Metadata API's format (`objects/Lead.object`) or in pieces, as in a source project
(`objects/Lead/fields/Key__c.field-meta.xml`).
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field

from sandbox.salesforce.metadata.component import Metadata
from sandbox.salesforce.metadata.xml_tree import BadXml, Element, parse_xml
from sandbox.salesforce.metadata.xml_values import metadata_of

LARGEST = 39 * 1024 * 1024
INSIDE = {"fields": "CustomField", "validationRules": "ValidationRule", "listViews": "ListView"}
PIECE = re.compile(r"objects/(?P<object>\w+)/(?P<folder>\w+)/(?P<name>[^/]+?)\.\w+(?:-meta\.xml)?")
OBJECT = re.compile(r"objects/(?P<object>\w+)(?:/(?P=object))?\.object(?:-meta\.xml)?")
WHOLE = re.compile(r"(?P<folder>customPermissions|permissionsets|layouts)/(?P<name>[^/]+?)\.\w+(?:-meta\.xml)?")
WHOLE_TYPES = {"customPermissions": "CustomPermission", "permissionsets": "PermissionSet", "layouts": "Layout"}
DESTRUCTIVE = {"destructiveChangesPre.xml": True, "destructiveChanges.xml": True, "destructiveChangesPost.xml": False}


class BadPackage(Exception):
    """A zip that cannot be deployed at all."""


@dataclass(frozen=True, slots=True)
class Named:
    """A component as package.xml or a destructive file names it."""

    type: str
    full_name: str


@dataclass(frozen=True, slots=True)
class Found:
    """A component in a file: `problem` says why its file cannot be read."""

    type: str
    full_name: str
    metadata: Metadata
    file: str
    line: int = 1
    column: int = 1
    problem: str = ""


@dataclass(slots=True)
class Package:
    found: list[Found] = field(default_factory=list)
    missing: list[Named] = field(default_factory=list)
    destroyed_first: list[Named] = field(default_factory=list)
    destroyed_last: list[Named] = field(default_factory=list)


def read_package(content: bytes) -> Package:
    """Raises BadPackage for what is no zip, is too large, or has no readable package.xml at its top."""
    files = _files(content)
    if "package.xml" not in files:
        raise BadPackage("No package.xml found")
    try:
        members = _members(parse_xml(files["package.xml"]))
        destructive = {name: _names(parse_xml(files[name])) for name in DESTRUCTIVE if name in files}
    except BadXml as error:
        raise BadPackage(f"package.xml: {error.message} (line {error.line})") from None
    package = Package()
    for name, named in destructive.items():
        (package.destroyed_first if DESTRUCTIVE[name] else package.destroyed_last).extend(named)
    everything = [found for path in sorted(files) for found in _components(path, files[path])]
    package.found = [found for found in everything if found.problem or _is_named(found, members)]
    there = {(found.type, found.full_name.lower()) for found in everything}
    package.missing = [
        Named(type_name, name)
        for type_name, names in members.items()
        for name in sorted(names)
        if name != "*" and (type_name, name.lower()) not in there
    ]
    return package


def _files(content: bytes) -> dict[str, bytes]:
    """By path, without the one folder that may hold everything."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
                raise BadPackage("Maximum size of request reached. Maximum size of request is 52428800 bytes.")
            files = {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise BadPackage("Error processing zip: the file is not a valid zip file") from None
    if "package.xml" in files:
        return files
    return {path.partition("/")[2]: content for path, content in files.items() if "/" in path}


def _members(root: Element) -> dict[str, set[str]]:
    members: dict[str, set[str]] = {}
    for each in _names(root):
        members.setdefault(each.type, set()).add(each.full_name)
    return members


def _names(root: Element) -> list[Named]:
    return [
        Named(types.text_of("name"), member.text.strip())
        for types in root.all("types")
        for member in types.all("members")
    ]


def _is_named(found: Found, members: dict[str, set[str]]) -> bool:
    """By its own name, by a star, or with the object that it belongs to."""
    names = members.get(found.type, set())
    parents = members.get("CustomObject", set())
    return found.full_name in names or "*" in names or found.full_name.partition(".")[0] in parents


def _components(path: str, content: bytes) -> list[Found]:
    """The components of one file; none for a file of a kind that is not known here."""
    if (whole := OBJECT.fullmatch(path)) is not None:
        return _inside_object(path, whole["object"], content)
    if (piece := PIECE.fullmatch(path)) is not None and piece["folder"] in INSIDE:
        type_name, full_name = INSIDE[piece["folder"]], f"{piece['object']}.{piece['name']}"
    elif (single := WHOLE.fullmatch(path)) is not None:
        type_name, full_name = WHOLE_TYPES[single["folder"]], single["name"]
    else:
        return []
    try:
        root = parse_xml(content)
    except BadXml as error:
        return [Found(type_name, full_name, {}, path, error.line, error.column, error.message)]
    return [Found(type_name, full_name, metadata_of(root), path, root.line, root.column)]


def _inside_object(path: str, object_name: str, content: bytes) -> list[Found]:
    try:
        root = parse_xml(content)
    except BadXml as error:
        return [Found("CustomObject", object_name, {}, path, error.line, error.column, error.message)]
    inside = [
        Found(INSIDE[child.tag], f"{object_name}.{child.text_of('fullName')}", metadata_of(child), path, child.line,
              child.column)
        for child in root.children
        if child.tag in INSIDE
    ]  # fmt: skip
    return [Found("CustomObject", object_name, {}, path), *inside]
