"""Flows: an organisation's own automations, which change the record on its way in, or write once it stands.

A flow before the save changes the row itself, without a write of its own. One after the save writes: to the record, to
its parent by a reference field, or to records of another object that carry the same value; or it only moves the
record's SystemModstamp. What it writes may start other flows; each runs once for a record within one write. A flow
with a delay writes later, by the sandbox's clock, as scheduled paths and queued Apex do: see `later.py`.
https://developer.salesforce.com/docs/atlas.en-us.apexcode.meta/apexcode/apex_triggers_order_of_execution.htm
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.organisation.criteria import meets
from sandbox.salesforce.saving import Save
from sandbox.salesforce.table import Row, Table
from sandbox.salesforce.values import clean

if TYPE_CHECKING:
    from sandbox.salesforce.writes import Writer


@dataclass(frozen=True, slots=True)
class Flow:
    """`on`: "create", "update" or "save"; `delay`: seconds after the caller's write, 0 for a flow that is part of it.

    `target`: "record", a reference field of the record, or `Object.Field` for the records of that object whose field
    holds what the record's field of that name holds. `values` by field; a value `{"copy": field}` is the record's own.
    """

    name: str
    object: str
    on: str = "save"
    is_before: bool = False
    criteria: dict[str, Any] = field(default_factory=dict)
    target: str = "record"
    values: dict[str, Any] = field(default_factory=dict)
    delay: float = 0.0

    def shown(self) -> dict[str, Any]:
        timing = "before" if self.is_before else "after"
        return {"name": self.name, "object": self.object, "on": self.on, "timing": timing, "if": self.criteria,
                "target": self.target, "set": self.values, "delay": self.delay}  # fmt: skip

    def starts(self, table: Table, row: Row, is_new: bool) -> bool:
        event = "create" if is_new else "update"
        return self.object == table.kind.name and self.on in ("save", event) and meets(row, self.criteria)


def before_save(save: Save) -> None:
    for flow in save.writer.state.settings.flows:
        if flow.is_before and flow.starts(save.table, save.row, save.before is None):
            try:
                values = _values(flow, save.row, save.table)
            except Trouble as trouble:
                raise _failed(flow, trouble) from None
            save.row.update(values)
            for name in [name for name, value in values.items() if value is None]:
                del save.row[name]


def after_save(save: Save) -> None:
    writer = save.writer
    if not writer.state.settings.flows:
        return
    for flow in writer.state.settings.flows:
        key = (flow.name, save.row["Id"])
        if flow.is_before or flow.delay or key in writer.ran:
            continue
        if flow.starts(save.table, save.row, save.before is None):
            writer.ran.add(key)
            run_flow(flow, writer, save.table, save.table.live[save.row["Id"]])


def run_flow(flow: Flow, writer: Writer, table: Table, row: Row) -> None:
    """The flow writes, started by this row of the table. Raises `Trouble` where one of its writes is refused."""
    try:
        for other, record_id in targets(flow, writer, table, row):
            values = _values(flow, row, other)
            if values or not flow.values:
                writer.automate(f"flow {flow.name}", other, record_id, values)
    except Trouble as trouble:
        raise _failed(flow, trouble) from None


def targets(flow: Flow, writer: Writer, table: Table, row: Row) -> list[tuple[Table, str]]:
    """The records that the flow writes to."""
    tables = writer.state.tables
    if flow.target == "record":
        return [(table, row["Id"])]
    object_name, _, field_name = flow.target.partition(".")
    if not field_name:
        parent_id = row.get(flow.target)
        return [(each, parent_id) for each in tables.values() if parent_id in each.live] if parent_id else []
    other = tables[object_name.lower()]
    value = row["Id"] if field_name.lower() in own_ids(table) else row.get(field_name)
    if value is None:
        return []
    other_field = other.kind.fields[field_name.lower()]
    if other_field.type == "reference":
        found = other.ids_referring(other_field.name, value)
    else:
        found = other.ids_with(other_field, value)
    return [(other, record_id) for record_id in found if record_id != row["Id"]]


def own_ids(table: Table) -> tuple[str, ...]:
    """The names under which other objects refer to a record of this one: a target `Contact.AccountId` of an Account."""
    names = (f"{table.kind.name.lower()}id",)
    return (*names, "whoid") if table.kind.name in ("Contact", "Lead") else (*names, "whatid")


def _values(flow: Flow, row: Row, table: Table) -> Row:
    """What the flow sets, as far as the table that it writes to has such fields: a Who may be a lead or a contact."""
    values: Row = {}
    for name, value in flow.values.items():
        if (field := table.field(name)) is not None:
            values[name] = clean(field, row.get(value["copy"]) if isinstance(value, dict) else value)
    return values


def _failed(flow: Flow, trouble: Trouble) -> Trouble:
    """A flow that cannot write fails the record that started it."""
    message = (
        f"We can't save this record because the “{flow.name}” process failed. Give your Salesforce admin these "
        f"details. This error occurred when the flow tried to update records: {trouble.code}: {trouble.message}. "
        "You can look up ExceptionCode values in the SOAP API Developer Guide."
    )
    return Trouble("CANNOT_EXECUTE_FLOW_TRIGGER", message, ())
