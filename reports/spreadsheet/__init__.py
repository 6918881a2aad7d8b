"""How complete a spreadsheet is: by field, by group and by what the groups roll up to."""

from reports.spreadsheet.counts import Audit, FieldCount, GroupCount
from reports.spreadsheet.reps import Reps, read_reps
from reports.spreadsheet.shapes import as_flat_table, as_json, as_tables, summary
from reports.spreadsheet.tally import audit_sheet

__all__ = [
    "Audit",
    "FieldCount",
    "GroupCount",
    "Reps",
    "as_flat_table",
    "as_json",
    "as_tables",
    "audit_sheet",
    "read_reps",
    "summary",
]
