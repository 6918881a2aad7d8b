"""The order of stages, as the mapping gives it: portals rename, add and reorder theirs, so no stage is named in code.

A record stands at the last stage of the funnel whose words it shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm.record import Fields


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: for each system's object, the field values that say a record has reached it."""

    name: str
    words: Mapping[str, Mapping[str, str]]
    """By object name (`contacts`, `Lead`), the value that each of its fields must show."""


@dataclass(frozen=True, slots=True)
class Funnel:
    """The stages of one object in order, first to last."""

    stages: Sequence[Stage] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(stage.name for stage in self.stages)

    def stage_of(self, object_name: str, fields: Fields) -> str | None:
        """The last stage whose words this record shows, or `None`.

        >>> stages = [Stage("lead", {"Lead": {"Status": "Open"}}), Stage("sql", {"Lead": {"Status": "Qualified"}})]
        >>> funnel = Funnel(stages)
        >>> funnel.stage_of("Lead", {"Status": "qualified"})
        'sql'
        """
        for stage in reversed(self.stages):
            words = stage.words.get(object_name)
            if words and all(_shows(fields.get(name), word) for name, word in words.items()):
                return stage.name
        return None

    def later(self, one: str | None, other: str | None) -> str | None:
        """Of two stages the one that comes later; a record is as far as its more advanced side says."""
        names = self.names
        return max(one, other, key=lambda name: names.index(name) if name in names else -1)

    def fields_read(self, object_name: str) -> set[str]:
        """The system's fields that tell the stage of this object."""
        return {name for stage in self.stages for name in stage.words.get(object_name, {})}


def _shows(shown: object, word: str) -> bool:
    return isinstance(shown, str) and shown.strip().casefold() == word.casefold()
