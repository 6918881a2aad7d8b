"""The states that a stored fact can be in; judged once, when its record is stored."""

from __future__ import annotations

from enum import IntEnum


class FieldState(IntEnum):
    """What a field's value is worth, as the code that the facts table keeps beside it.

    A placeholder ("n/a") travels like any value and only counts as not filled.

    >>> [state.name for state in FieldState if state.is_filled]
    ['INVALID', 'OK']
    """

    ABSENT = -1
    """The system's object has no such field: nobody owes it there, and it counts neither as filled nor as blank."""
    BLANK = 0
    PLACEHOLDER = 1
    INVALID = 2
    OK = 3

    @property
    def is_filled(self) -> bool:
        return self >= FieldState.INVALID
