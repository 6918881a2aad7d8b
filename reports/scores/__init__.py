"""How people and teams are doing, family by family, from weekly counts; rules that are too hard are left out and named.

A person's score is on pages only, never in a file, and nobody is ranked. A team of fewer than five has no scores.
"""

from reports.scores.collect import Scores
from reports.scores.shapes import Dots, FamilyScore, Funnel, Look, Review, TeamScore

__all__ = ["Dots", "FamilyScore", "Funnel", "Look", "Review", "Scores", "TeamScore"]
