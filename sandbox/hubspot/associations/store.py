"""Who is associated with whom: for each record, the records beside it and the types that join them, both ways.

Only ids are kept here. A record in the recycle bin keeps its associations, and readers leave it out: restored, it has
them again, but for being the primary company if another one took its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sandbox.hubspot.associations.types import AssociationType, AssociationTypes

End = tuple[str, int]
"""The name of an object, and the id of a record."""
Joined = dict[int, list[AssociationType]]
Change = tuple[End, End, AssociationType, bool]
"""From, to, the type from there, and whether it was taken away."""
NOTHING: Joined = {}


class Associations:
    """All associations of a portal; `is_live` says whether a record is there, and not in the recycle bin."""

    def __init__(self, types: AssociationTypes, is_live: Callable[[End], bool] = lambda end: True) -> None:
        self.types = types
        self.is_live = is_live
        self.joined: dict[End, dict[str, Joined]] = {}

    def of(self, end: End, other: str) -> Mapping[int, list[AssociationType]]:
        """The records of one object beside a record: `{id: [types]}`."""
        return self.joined.get(end, {}).get(other, NOTHING)

    def all_of(self, end: End) -> Iterator[tuple[End, list[AssociationType]]]:
        for other, beside in self.joined.get(end, {}).items():
            for record_id, types in beside.items():
                yield (other, record_id), types

    def primary_of(self, start: End, other: str) -> int | None:
        """The one live record of the other object that is the primary one."""
        found = (each for each, types in self.of(start, other).items() if any(type_.is_primary for type_ in types))
        return next((each for each in found if self.is_live((other, each))), None)

    def add(self, start: End, end: End, wanted: AssociationType) -> list[Change]:
        """Join two records by a type, and by the plain type as well; what was joined before stays.

        The first company of a record becomes its primary one; a new primary company takes the place of the old one.
        """
        changes: list[Change] = []
        plain = self.types.default(start[0], end[0])
        if plain and plain != wanted:
            changes += self.join(start, end, plain)
        changes += self.join(start, end, wanted)
        primary = self.types.primary(start[0], end[0])
        if primary and not wanted.is_primary and self.has_no_primary(start, end):
            changes += self.join(start, end, primary)
        return changes

    def has_no_primary(self, start: End, end: End) -> bool:
        holder, other = (end, start) if start[0] == "companies" else (start, end)
        return self.primary_of(holder, other[0]) is None

    def make_room(self, start: End, end: End, wanted: AssociationType) -> list[Change]:
        """Let the primary company before this one, in the recycle bin or not, be an ordinary one."""
        holder, company = (end, start) if start[0] == "companies" else (start, end)
        towards = wanted if holder == start else self.types.inverse(wanted)
        before = [each for each, types in self.of(holder, company[0]).items() if towards in types]
        return [change for each in before for change in self.part(holder, (company[0], each), towards)]

    def join(self, start: End, end: End, wanted: AssociationType) -> list[Change]:
        types = self.joined.setdefault(start, {}).setdefault(end[0], {}).setdefault(end[1], [])
        if wanted in types:
            return []
        room = self.make_room(start, end, wanted) if wanted.is_primary else []
        types.append(wanted)
        types.sort(key=lambda each: each.id)
        back = self.types.inverse(wanted)
        others = self.joined.setdefault(end, {}).setdefault(start[0], {}).setdefault(start[1], [])
        if back not in others:
            others.append(back)
            others.sort(key=lambda each: each.id)
        return [*room, (start, end, wanted, False)]

    def part(self, start: End, end: End, gone: AssociationType) -> list[Change]:
        """Take one type away from a pair."""
        types = self.joined.get(start, {}).get(end[0], NOTHING).get(end[1], [])
        if gone not in types:
            return []
        self.drop(start, end, gone)
        self.drop(end, start, self.types.inverse(gone))
        return [(start, end, gone, True)]

    def drop(self, start: End, end: End, gone: AssociationType) -> None:
        beside = self.joined.get(start, {}).get(end[0], NOTHING)
        types = beside.get(end[1], [])
        if gone in types:
            types.remove(gone)
        if not types:
            beside.pop(end[1], None)

    def remove(self, start: End, end: End, types: list[AssociationType] | None = None) -> list[Change]:
        """Take types away from a pair (None: all of them); without the plain one, the labels go as well."""
        present = list(self.of(start, end[0]).get(end[1], ()))
        gone = present if types is None else [each for each in types if each in present]
        if any(each.label is None for each in gone):
            gone = present
        return [change for each in gone for change in self.part(start, end, each)]

    def strip(self, gone: AssociationType) -> None:
        """Take a type away wherever it joins records."""
        pairs = [(start, (gone.end, end_id)) for start, beside in self.joined.items() if start[0] == gone.start
                 for end_id, types in beside.get(gone.end, NOTHING).items() if gone in types]  # fmt: skip
        for start, end in pairs:
            self.part(start, end, gone)

    def forget(self, end: End) -> list[Change]:
        """Take all associations of a record away: it is gone for good."""
        return [change for other, _ in list(self.all_of(end)) for change in self.remove(end, other)]

    def moved(self, loser: End, winner: End) -> list[Change]:
        """Give all associations of a record to the one that it was merged into, which keeps its primary company."""
        changes: list[Change] = []
        for other, types in [(other, list(types)) for other, types in self.all_of(loser)]:
            changes += self.remove(loser, other)
            if other == winner:
                continue
            for each in types:
                takes = each.is_primary and not self.has_no_primary(winner, other)
                changes += [] if takes else self.join(winner, other, each)
        return changes
