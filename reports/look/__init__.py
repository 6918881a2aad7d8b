"""The first look: what two systems that nobody joins cost, in money and names, on one page."""

from reports.look.collect import look
from reports.look.found import Look, Part

__all__ = ["Look", "Part", "look"]
