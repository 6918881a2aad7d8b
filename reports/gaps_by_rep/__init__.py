"""What is open: rep by rep in alphabetical order, what marketing owes beside, and team totals of what is only measured.

A rule above `observe` is listed, with its record, the facts that are missing, since when, why, and how long the answer
takes; within a section the quickest fix comes first. A rule at `observe` shows as a total for each team and never by
person. Gaps of rules that are no longer in the file are left out: the next sync closes them. Files hold everything;
pages count by aggregates and read a page at a time (`pages.py`).
"""

from reports.gaps_by_rep.collect import gaps_by_rep
from reports.gaps_by_rep.pages import OpenCount, OpenGaps, open_by_rep, quickest_by_rep
from reports.gaps_by_rep.rows import Whose
from reports.gaps_by_rep.sections import SHOWN, GapLine, GapsByRep, Observed, Section
from reports.gaps_by_rep.teams import gaps_by_team

__all__ = [
    "SHOWN", "GapLine", "GapsByRep", "Observed", "OpenCount", "OpenGaps", "Section", "Whose", "gaps_by_rep",
    "gaps_by_team", "open_by_rep", "quickest_by_rep",
]  # fmt: skip
