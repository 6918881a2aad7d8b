"""How complete the records are: by field, by team or segment, and each field in each of these.

One aggregate query per object, over the facts that are counted (of a pair only the sales record). A field is counted
where its record has it: a Salesforce contact has no company of its own, so it is no blank there. As in the audit of a
spreadsheet, `filled` is what is neither blank nor a placeholder; an invalid value is filled, and its number stands
beside.
"""

from reports.completeness.collect import completeness
from reports.completeness.counts import (
    FEWEST,
    TEAM,
    TEAM_ORDER,
    FieldCount,
    GroupCount,
    TeamKind,
    added,
    label,
)
from reports.completeness.report import Completeness
from reports.completeness.segments import FEW, Segment, choices, find_segment, segment_names

__all__ = [
    "FEW", "FEWEST", "TEAM", "TEAM_ORDER", "Completeness", "FieldCount", "GroupCount", "Segment", "TeamKind", "added",
    "choices", "completeness", "find_segment", "label", "segment_names",
]  # fmt: skip
