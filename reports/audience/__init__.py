"""Usable audience: of all people known, how many can be written to today, where the others are lost, and the shortest
way up: the answers that win most people for the least of reps' time.

One aggregate query over the facts of both records of a pair and the open gaps; nobody is named.
"""

from reports.audience.collect import audience, people_of
from reports.audience.report import Audience, Step
from reports.audience.ways import Way

__all__ = ["Audience", "Step", "Way", "audience", "people_of"]
