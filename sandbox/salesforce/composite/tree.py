"""/composite/tree: records with their children, created all together or not at all.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobject_tree.htm
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sandbox.salesforce.calls import Answer, Call
from sandbox.salesforce.describe import describe
from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.table import Table
from sandbox.salesforce.writes import Writer

MOST, DEEPEST = 200, 5
Item = dict[str, Any]


@dataclass(slots=True)
class Node:
    """A record to create, and under which field of its own it names its parent."""

    table: Table
    item: Item
    reference: str
    parent: Node | None = None
    by: str = ""
    record_id: str = ""

    @property
    def depth(self) -> int:
        return 1 + (self.parent.depth if self.parent else 0)


def create(call: Call) -> Answer:
    """Parents first, level by level; on failure only the refused records are named."""
    nodes = _nodes(call)
    writer = Writer(call.state, call.options)
    errors = []
    together = Counter((node.depth, node.table.kind.name) for node in nodes)
    for node in nodes:
        writer.chunk = together[node.depth, node.table.kind.name]
        if node.parent and not node.parent.record_id:
            continue
        sent = {name: value for name, value in node.item.items() if not _is_children(value)}
        if node.parent:
            sent[node.by] = node.parent.record_id
        try:
            node.record_id = writer.create(node.table, sent)
        except Trouble as trouble:
            errors.append({"referenceId": node.reference, "errors": trouble.as_row()["errors"]})
    if errors:
        writer.take_back()
        return Answer(400, {"hasErrors": True, "results": errors})
    writer.log()
    results = [{"referenceId": node.reference, "id": node.record_id} for node in nodes]
    return Answer(201, {"hasErrors": False, "results": results})


def _nodes(call: Call) -> list[Node]:
    table = call.state.table(call.parts[0])
    level = [Node(table, item, _reference(item)) for item in call.list_in("records")]
    nodes: list[Node] = []
    while level:
        nodes += level
        if len(nodes) > MOST or level[0].depth > DEEPEST:
            message = f"Limit exceeded: at most {MOST} records in {DEEPEST} levels"
            raise Trouble("LIMIT_EXCEEDED", message)
        level = [child for node in level for child in _children(call, node)]
    return nodes


def _children(call: Call, node: Node) -> Iterator[Node]:
    nested = {name: value for name, value in node.item.items() if _is_children(value)}
    if not nested:
        return
    described = describe(replace(call, method="GET", parts=(node.table.kind.name,), headers={})).body
    known = {(each["relationshipName"] or "").lower(): each for each in described["childRelationships"]}
    for name, value in nested.items():
        if (found := known.get(name.lower())) is None:
            message = f"No such column '{name}' on sobject of type {node.table.kind.name}"
            raise Trouble("INVALID_FIELD", message)
        table = call.state.table(found["childSObject"])
        for item in value["records"]:
            yield Node(table, item, _reference(item), node, found["field"])


def _is_children(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("records"), list)


def _reference(item: Any) -> str:
    attributes = item.get("attributes") if isinstance(item, dict) else None
    reference = attributes.get("referenceId") if isinstance(attributes, dict) else None
    if not isinstance(reference, str) or not reference:
        raise Trouble("INVALID_INPUT", "Each record of a tree needs attributes with a type and a referenceId")
    return reference
