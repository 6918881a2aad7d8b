"""The segments that the mapping names: which values they have, and SQL over the facts for each.

A value is what stands in a field, whatever its case and the blanks around it; a blank or a placeholder is no value.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crm.states import FieldState
from reports.completeness.counts import TEAM
from reports.stored import stored_fields
from reports.words import name_key
from rules.compile import facts_table
from rules.facts import STAGE
from store.sql import marks, rows
from sync.mapping import Mapping as FieldMapping
from sync.mapping import ObjectMap

FEW = 20
"""Below this many records a share says little."""


@dataclass(frozen=True, slots=True)
class Segment:
    """The records with one value of a segment, in every spelling that the store holds."""

    by: str
    value: str
    records: int
    spellings: tuple[str, ...]

    def where(self) -> tuple[str, tuple[str, ...]]:
        """The condition that holds for its records, with its parameters."""
        return f"{value_sql(self.by)} IN ({marks(self.spellings)})", self.spellings

    def refs(self, mapping: FieldMapping) -> tuple[str, tuple[str, ...]]:
        """A query for the references of its records, with its parameters."""
        where, parameters = self.where()
        names = [name for name, each in mapping.objects.items() if self.by in segments_of(each)]
        found = (f'SELECT f.ref FROM "{facts_table(name)}" f WHERE f.counted = 1 AND {where}' for name in names)
        return " UNION ALL ".join(found), parameters * len(names)


def segment_names(mapping: FieldMapping) -> list[str]:
    """What the reports can be cut by, the team first."""
    return list(dict.fromkeys([TEAM, *(name for each in mapping.objects.values() for name in each.segments)]))


def segments_of(object_map: ObjectMap) -> list[str]:
    """Those of an object's segments that its facts hold."""
    stored = stored_fields(object_map)
    return [name for name in object_map.segments if stored and (name in stored or name == STAGE)]


def choices(mapping: FieldMapping) -> dict[str, list[Segment]]:
    """By segment, its values with enough records to be looked at alone, in alphabetical order."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for name, object_map in mapping.objects.items():
        if names := segments_of(object_map):
            for by, value, records in rows(" UNION ALL ".join(_values_sql(name, each) for each in names)):
                found[by][str(value)] += records
    names = [name for name in segment_names(mapping) if name in found]
    return {name: [each for each in _merged(name, found[name]) if each.records >= FEW] for name in names}


def find_segment(found: Mapping[str, Iterable[Segment]], text: str) -> Segment | None:
    """The one that `country:France` names."""
    by, _, value = text.partition(":")
    return next((each for each in found.get(by, ()) if folded(each.value) == folded(value)), None)


def value_sql(by: str) -> str:
    """A segment's value in a row `f` of the facts; null where there is none."""
    if by == STAGE:
        return 'f."stage"'
    return f'CASE WHEN f."f_{by}__state" >= {FieldState.INVALID.value} THEN CAST(f."f_{by}" AS TEXT) END'


def folded(value: str) -> str:
    """By what two spellings are one value."""
    return value.strip().casefold()


def best_spelling(spellings: Mapping[str, int]) -> str:
    """The one that most records have; of two, the first in the alphabet."""
    return min(spellings, key=lambda each: (-spellings[each], name_key(each))).strip()


def _values_sql(object_name: str, by: str) -> str:
    value = value_sql(by)
    return f"""SELECT '{by}', {value}, COUNT(*) FROM "{facts_table(object_name)}" f
               WHERE f.counted = 1 AND {value} IS NOT NULL GROUP BY {value}"""


def _merged(by: str, records: Mapping[str, int]) -> Sequence[Segment]:
    spellings: dict[str, dict[str, int]] = defaultdict(dict)
    for value, number in records.items():
        spellings[folded(value)][value] = number
    found = [Segment(by, best_spelling(each), sum(each.values()), tuple(sorted(each))) for each in spellings.values()]
    return sorted(found, key=lambda each: name_key(each.value))
