"""An audit in the shapes people and machines read: JSON, one flat table for CSV, and several tables for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reports.spreadsheet.counts import Audit, GroupCount
from reports.table import Cell, Column, Table, shown_percent

_SHOWN = 20
"""How many broken rows the tables for people list; JSON and CSV list all."""
_FLAT = ("section", "name", "records", "filled", "blank", "placeholder", "completeness")
_RECORDS = Column("records", "Records", "count")
_FILLED = Column("filled", "Filled", "count")
_COMPLETENESS = Column("completeness", "Complete", "percent")


def as_json(audit: Audit) -> dict[str, Any]:
    """The audit as plain values; percentages are numbers from 0 to 100, or None where there is no cell."""
    return {
        "records": audit.records,
        "fields": [
            {
                "field": count.field,
                "filled": count.filled,
                "blank": count.blank,
                "placeholder": count.placeholder,
                "completeness": count.completeness,
            }
            for count in audit.fields
        ],
        "completeness": audit.completeness,
        "complete_records": audit.complete_records,
        "groups": _groups_json(audit.groups),
        "no_data": audit.no_data,
        "rollups": {name: _groups_json(groups) for name, groups in audit.rollups.items()},
        "broken": [{"line": broken.line, "reason": broken.reason} for broken in audit.broken],
    }


def as_flat_table(audit: Audit) -> Table:
    """The whole audit as one tidy table; its sections are named like the keys of the JSON."""
    blank, placeholder = sum(f.blank for f in audit.fields), sum(f.placeholder for f in audit.fields)
    rows: list[tuple[Cell, ...]] = [
        ("all", "", audit.records, audit.filled, blank, placeholder, audit.completeness),
        ("complete_records", "", audit.complete_records, None, None, None, None),
    ]
    for f in audit.fields:
        rows.append(("field", f.field, audit.records, f.filled, f.blank, f.placeholder, f.completeness))
    rows += _group_rows("group", audit.groups)
    for name, groups in audit.rollups.items():
        rows += _group_rows(f"rollup:{name}", groups)
    rows += [("no_data", name, 0, None, None, None, None) for name in audit.no_data]
    rows += [("broken", f"line {row.line}: {row.reason}", None, None, None, None, None) for row in audit.broken]
    return Table(audit.title, tuple(Column(name, name) for name in _FLAT), tuple(rows))


def as_tables(audit: Audit) -> list[Table]:
    """The audit for people: fields, groups, roll-ups, then what is missing or broken."""
    tables = [_field_table(audit)]
    if audit.groups:
        tables.append(_group_table(f"By {audit.by}", audit.groups, "(blank)"))
    tables += [_group_table(f"By {name}", groups, "(none)") for name, groups in audit.rollups.items() if groups]
    if audit.no_data:
        rows = tuple((name,) for name in audit.no_data)
        tables.append(Table("Reps without a record", (Column("rep", "Rep"),), rows))
    if audit.broken:
        tables.append(_broken_table(audit))
    return tables


def summary(audit: Audit) -> str:
    """The audit in one line."""
    return (
        f"{audit.title}: {_counted(audit.records, 'record')}, {_counted(len(audit.fields), 'field')},"
        f" completeness {shown_percent(audit.completeness)},"
        f" {_counted(audit.complete_records, 'record')} with every field filled"
    )


def _groups_json(groups: Sequence[GroupCount]) -> list[dict[str, Cell]]:
    return [
        {"group": count.group, "records": count.records, "filled": count.filled, "completeness": count.completeness}
        for count in groups
    ]


def _group_rows(section: str, groups: Sequence[GroupCount]) -> list[tuple[Cell, ...]]:
    return [(section, g.group, g.records, g.filled, None, None, g.completeness) for g in groups]


def _field_table(audit: Audit) -> Table:
    kinds = Column("blank", "Blank", "count"), Column("placeholder", "Placeholder", "count")
    columns = Column("field", "Field"), _COMPLETENESS, _FILLED, *kinds
    return Table(
        "Fields",
        columns,
        tuple((f.field, f.completeness, f.filled, f.blank, f.placeholder) for f in audit.fields),
    )


def _group_table(title: str, groups: Sequence[GroupCount], nameless: str) -> Table:
    columns = Column("group", "Group"), _COMPLETENESS, _RECORDS, _FILLED
    rows = tuple((g.group or nameless, g.completeness, g.records, g.filled) for g in groups)
    return Table(title, columns, rows)


def _broken_table(audit: Audit) -> Table:
    columns = Column("line", "Line", "count"), Column("reason", "Reason")
    more = len(audit.broken) - _SHOWN
    notes = (f"and {_counted(more, 'more row')}; --format json lists all",) if more > 0 else ()
    rows = tuple((broken.line, broken.reason) for broken in audit.broken[:_SHOWN])
    return Table("Broken rows, not counted as records", columns, rows, notes)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
