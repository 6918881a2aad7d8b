"""The lists of a portal and who is in them.

The members of a MANUAL list are those that were put in. A SNAPSHOT list was filled by its filters when it was made and
is kept by hand from then on. Those of a DYNAMIC list follow from its filters whenever somebody asks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.hubspot.errors import HubSpotRefusal, bad_request
from sandbox.hubspot.lists.branches import Test, compile_branch
from sandbox.hubspot.stamps import stamp
from sandbox.hubspot.table import Record, Table
from sandbox.reading import read_whole

if TYPE_CHECKING:
    from sandbox.hubspot.state import HubSpotState

RESTORABLE = 90 * 86_400_000
CREATOR = "9586504"
TYPES = ("MANUAL", "DYNAMIC", "SNAPSHOT")


@dataclass(slots=True)
class Segment:
    """One list. `joined` has the moments at which records came in; `version` grows when the filters change."""

    id: int
    name: str
    table: Table
    type: str
    branch: dict[str, Any] | None
    made: int
    changed: int
    filters_changed: int
    version: int = 1
    deleted: int | None = None
    joined: dict[int, int] = field(default_factory=dict)
    test: Test | None = None
    settled: tuple[int, int] = (-1, -1)
    """At which versions of the table and of all lists the members of a DYNAMIC list were worked out."""

    def shape(self, with_filters: bool = False) -> dict[str, Any]:
        shape: dict[str, Any] = {
            "listId": str(self.id),
            "listVersion": self.version,
            "createdAt": stamp(self.made),
            "updatedAt": stamp(self.changed),
            "filtersUpdatedAt": stamp(self.filters_changed),
            "processingStatus": "COMPLETE",
            "createdById": CREATOR,
            "updatedById": CREATOR,
            "processingType": self.type,
            "objectTypeId": self.table.kind.type_id,
            "name": self.name,
        }
        shape |= {"deletedAt": stamp(self.deleted)} if self.deleted is not None else {}
        return shape | ({"filterBranch": self.branch} if with_filters and self.branch is not None else {})


class Lists:
    """All lists, deleted ones for 90 days."""

    def __init__(self, state: HubSpotState) -> None:
        self.state = state
        self.segments: dict[int, Segment] = {}
        self.version = 0
        """Grows with every change of a list: the filters of another may ask for it."""
        self.asked: set[int] = set()

    def live(self) -> list[Segment]:
        return [each for each in self.segments.values() if each.deleted is None]

    def find(self, number: str, is_deleted: bool = False) -> Segment:
        found = self.segments.get(read_whole(number) or 0)
        if found is None or (found.deleted is not None) != is_deleted:
            message = f"List does not exist with ID {number}."
            raise HubSpotRefusal(404, "OBJECT_NOT_FOUND", message, subCategory="ILS.LIST_NOT_FOUND")
        return found

    def named(self, table: Table, name: str) -> Segment | None:
        """The list with this name, in whatever case."""
        wanted = name.strip().lower()
        return next((each for each in self.live() if each.table is table and each.name.lower() == wanted), None)

    def check_name(self, table: Table, name: str, own: Segment | None = None) -> None:
        taken = self.named(table, name)
        if taken is not None and taken is not own:
            message = f"A list named {name!r} already exists for this object type: {taken.id}"
            raise bad_request(message, subCategory="ILS.DUPLICATE_LIST_NAMES")

    def create(self, table: Table, name: str, type_: str, branch: Any) -> Segment:
        self.check_name(table, name)
        test = None if branch is None else self.compile(table, branch)
        if (test is None) != (type_ == "MANUAL"):
            raise bad_request("A DYNAMIC or SNAPSHOT list needs a filterBranch, a MANUAL list has none")
        now = self.state.tick()
        made = Segment(len(self.segments) + 1, name, table, type_, branch, now, now, now, test=test)
        self.segments[made.id] = made
        self.version += 1
        if test is not None and type_ == "SNAPSHOT":
            made.joined = {each.id: now for each in table.all_live() if test(each)}
        return made

    def compile(self, table: Table, branch: Any) -> Test:
        return compile_branch(table, branch, self.in_list)

    def in_list(self, number: str) -> Test:
        segment = self.find(number)
        return lambda record: self.holds(segment, record)

    def holds(self, segment: Segment, record: Record) -> bool:
        """Whether a record is in a list now; a list that asks for itself, directly or not, holds nobody by that."""
        if record.archived is not None or segment.table.records.get(record.id) is not record:
            return False
        if segment.type != "DYNAMIC":
            return record.id in segment.joined
        if segment.deleted is not None or segment.test is None or segment.id in self.asked:
            return False
        self.asked.add(segment.id)
        try:
            return segment.test(record)
        finally:
            self.asked.discard(segment.id)

    def members(self, segment: Segment) -> dict[int, int]:
        """The ids of the records in a list, with the moments at which they came in.

        A record joins a DYNAMIC list with the change that makes it fit, at the earliest when the filters were set.
        """
        table = segment.table
        if segment.type != "DYNAMIC":
            return {each: at for each, at in segment.joined.items() if is_live(table.records.get(each))}
        if segment.settled != (table.version, self.version):
            fits = [each for each in table.all_live() if self.holds(segment, each)]
            since = segment.filters_changed
            segment.joined = {each.id: segment.joined.get(each.id, max(since, each.modified)) for each in fits}
            segment.settled = (table.version, self.version)
        return segment.joined

    def observe(self, action: str, table: Table, record: Record, before: dict[str, str]) -> None:
        """An observer of writes: a merged record is in the static lists of both; what is gone for good is in none.

        https://koalify.io/blog/what-happens-to-data-when-you-merge-records-in-hubspot
        """
        if action not in ("merge", "delete"):
            return
        merge = self.state.merges[-1] if action == "merge" else None
        gone = {merge.primary_id, merge.merged_id} if merge else {record.id}
        for segment in self.segments.values():
            left = [segment.joined.pop(each) for each in gone if segment.table is table and each in segment.joined]
            if left and merge:
                segment.joined[record.id] = min(left)
        self.version += 1

    def set_filters(self, segment: Segment, branch: Any) -> None:
        if segment.type != "DYNAMIC":
            raise bad_request("The filters of a DYNAMIC list only can be changed")
        segment.test = self.compile(segment.table, branch)
        segment.branch = branch
        segment.filters_changed = segment.changed = self.state.tick()
        segment.version += 1
        self.version += 1

    def add_and_remove(
        self, segment: Segment, add: list[str], remove: list[str]
    ) -> tuple[list[str], list[str], list[str]]:
        """Put records in and take others out; returns the ids put in, those taken out, and those that do not exist."""
        if segment.type == "DYNAMIC":
            raise bad_request("Memberships of a DYNAMIC list follow from its filters; they cannot be changed by hand")
        now, table = self.state.tick(), segment.table
        found = {each: table.find(each) for each in add}
        added = {record.id: each for each, record in found.items() if record and record.id not in segment.joined}
        removed = {number: each for each in remove if (number := read_whole(each)) in segment.joined}
        segment.joined |= dict.fromkeys(added, now)
        for number in removed:
            segment.joined.pop(number, None)
        self.version += 1
        return list(added.values()), list(removed.values()), [each for each, record in found.items() if not record]


def is_live(record: Record | None) -> bool:
    return record is not None and record.archived is None
