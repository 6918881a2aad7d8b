"""How the rows of a query are shown: `attributes`, then what was selected, in order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.salesforce.schema.fields import Field, SObject
from sandbox.salesforce.soql.children import children_of
from sandbox.salesforce.soql.names import NamedRows, Names, Step
from sandbox.salesforce.soql.syntax import Aggregate, Children, Fields, Path, TypeOf
from sandbox.salesforce.soql.trouble import malformed
from sandbox.salesforce.table import Row

Shape = Callable[[Row], dict[str, Any]]
Maker = Callable[[Row], Any]


class Branch(dict[str, "Maker | Branch | None"]):
    """What is shown of one object by name: None for a value that is shown as it is stored."""

    def __init__(self, step: Step | None = None) -> None:
        super().__init__()
        self.step = step


def shape_of(names: Names, url_base: str, with_deleted: bool = False) -> Shape:
    """Fields of parents stand inside their parent, records of a subquery in a result of their own."""
    tree = Branch()
    for item in names.query.items:
        match item:
            case Path():
                _add_path(tree, item, names)
            case Fields():
                for field in _field_set(names, item.which):
                    _put(tree, field.name, _maker(names, names.table.kind, field), names, item.at)
            case Children():
                name, maker = children_of(names, item, url_base, with_deleted, shape_of)
                _put(tree, name, maker, names, item.at)
            case TypeOf():
                name, maker = _type_of(names, item, url_base)
                _put(tree, name, maker, names, item.path.at)
            case Aggregate():
                raise malformed(names.query.text, item.at, f"aggregate function {item.function} is not allowed here")
    return _shape(names.table.kind, tree, url_base)


def _put(branch: Branch, name: str, maker: Maker | None, names: Names, at: int) -> None:
    if name in branch:
        raise malformed(names.query.text, at, f"duplicate field selected: {name}")
    branch[name] = maker


def _add_path(tree: Branch, path: Path, names: Names) -> None:
    found = names.find(path)
    branch, kind = tree, names.table.kind
    for step in found.steps:
        inner = branch.setdefault(step.relationship, Branch(step))
        if not isinstance(inner, Branch):
            raise malformed(names.query.text, path.at, f"duplicate field selected: {step.relationship}")
        branch, kind = inner, step.kind
    maker = _maker(names, kind, found.field)
    if path.alias and maker is None:
        maker = found.read
    _put(branch, path.alias or found.field.name, maker, names, path.at)


def _field_set(names: Names, which: str) -> list[Field]:
    return [
        field
        for field in names.table.kind.fields.values()
        if names.may_read(names.table.kind, field) and which in ("ALL", "CUSTOM" if field.custom else "STANDARD")
    ]


def _maker(names: Names, kind: SObject, field: Field) -> Maker | None:
    if field.type == "address":
        return address_of(kind, field)
    return names.reader(kind, field) if names.is_worked_out(kind, field) else None


def _shape(kind: SObject, tree: Branch, url_base: str) -> Shape:
    makers: list[tuple[str, Maker | None]] = [
        (name, _parent(part, url_base) if isinstance(part, Branch) else part) for name, part in tree.items()
    ]
    stem = f"{url_base}/sobjects/"
    url = f"{stem}{kind.name}/"

    def shape(row: Row) -> dict[str, Any]:
        shown: dict[str, Any] = {"attributes": {"type": kind.name, "url": url + row["Id"]}}
        for name, make in makers:
            shown[name] = row.get(name) if make is None else make(row)
        return shown

    def shape_named(row: Row) -> dict[str, Any]:
        """A record known by its Name alone: the address tells what it really is."""
        return {**shape(row), "attributes": {"type": kind.name, "url": f"{stem}{row['Type']}/{row['Id']}"}}

    return shape_named if kind.name == "Name" else shape


def _parent(branch: Branch, url_base: str) -> Maker:
    step = branch.step
    assert step is not None
    inner = _shape(step.kind, branch, url_base)
    reference, parent_of = step.field.name, step.parents.get

    def parent(row: Row) -> Any:
        found = parent_of(row.get(reference, ""))
        return None if found is None else inner(found)

    return parent


def _type_of(names: Names, item: TypeOf, url_base: str) -> tuple[str, Maker]:
    """A polymorphic parent, shown with the fields that are asked for its type; null where there are none."""
    step = names.step(names.table.kind, item.path.names[-1], item.path.at)
    if not isinstance(step.parents, NamedRows) or len(item.path.names) > 1:
        message = f"TYPEOF needs a polymorphic relationship, which {'.'.join(item.path.names)} is not"
        raise malformed(names.query.text, item.path.at, message)
    shapes: dict[str, Shape] = {}
    tables = step.parents.tables
    for kind_name, paths in item.whens:
        table = next((table for table in tables.values() if table.kind.name.lower() == kind_name.lower()), None)
        if table is None:
            raise malformed(names.query.text, item.path.at, f"{item.path.names[-1]} is never a {kind_name}")
        shapes[table.kind.name] = _shape(table.kind, _branch(names, table.kind, paths), url_base)
    otherwise = _branch(names, step.kind, item.otherwise) if item.otherwise else None
    reference, parent_of = step.field.name, step.parents.get

    def parent(row: Row) -> Any:
        record_id = row.get(reference, "")
        named = parent_of(record_id)
        if named is None:
            return None
        if shape := shapes.get(named["Type"]):
            return shape(tables[record_id[:3]].live[record_id])
        if otherwise is None:
            return None
        attributes = {"type": named["Type"], "url": f"{url_base}/sobjects/{named['Type']}/{record_id}"}
        return {"attributes": attributes, **{name: named.get(name) for name in otherwise}}

    return step.relationship, parent


def _branch(names: Names, kind: SObject, paths: tuple[Path, ...]) -> Branch:
    branch = Branch()
    for path in paths:
        field, _ = names.field(kind, path.names[-1], path.at)
        _put(branch, field.name, _maker(names, kind, field), names, path.at)
    return branch


def address_of(kind: SObject, field: Field) -> Callable[[Row], dict[str, Any] | None]:
    """A compound address: its parts by name, or null where all are."""
    parts = kind.address_parts[field.name]

    def address(row: Row) -> dict[str, Any] | None:
        shown = {key: row.get(name) for key, name in parts.items()}
        return shown if any(value is not None for value in shown.values()) else None

    return address
