"""The types of association: each has an id for each direction.

The ids are those of HubSpot's clients (`hubspot.crm.AssociationType`) and of
https://developers.hubspot.com/docs/api-reference/crm-associations-v4/guide#association-type-id-values. Those of leads
are from memory of the same table, which was not read again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.reading import whole

HUBSPOT, USER = "HUBSPOT_DEFINED", "USER_DEFINED"
FIRST_OWN_ID = 101
"""Of the types that a portal defines: they are counted apart, by category."""

PRIMARY = "Primary"


@dataclass(slots=True, eq=False)
class AssociationType:
    """One direction of a type; `inverse` is the id of the other one. Without a label it is the plain association."""

    category: str
    id: int
    start: str
    end: str
    name: str
    label: str | None
    inverse: int

    @property
    def key(self) -> tuple[str, int]:
        return (self.category, self.id)

    @property
    def is_primary(self) -> bool:
        return self.label == PRIMARY and self.category == HUBSPOT

    def shape(self) -> dict[str, str | int | None]:
        return {"category": self.category, "typeId": self.id, "label": self.label}


PLAIN = (
    ("contacts", "deals", 4, 3),
    ("contacts", "tickets", 15, 16),
    ("deals", "tickets", 27, 28),
    ("contacts", "calls", 193, 194),
    ("contacts", "emails", 197, 198),
    ("contacts", "meetings", 199, 200),
    ("contacts", "notes", 201, 202),
    ("contacts", "tasks", 203, 204),
    ("companies", "calls", 181, 182),
    ("companies", "emails", 185, 186),
    ("companies", "meetings", 187, 188),
    ("companies", "notes", 189, 190),
    ("companies", "tasks", 191, 192),
    ("deals", "calls", 205, 206),
    ("deals", "emails", 209, 210),
    ("deals", "meetings", 211, 212),
    ("deals", "notes", 213, 214),
    ("deals", "tasks", 215, 216),
    ("tickets", "calls", 219, 220),
    ("tickets", "emails", 223, 224),
    ("tickets", "meetings", 225, 226),
    ("tickets", "notes", 227, 228),
    ("tickets", "tasks", 229, 230),
    ("calls", "meetings", 399, 400),
    ("communications", "contacts", 81, 82),
    ("communications", "tickets", 83, 84),
    ("communications", "deals", 85, 86),
    ("communications", "companies", 87, 88),
    ("postal_mail", "contacts", 453, 454),
    ("postal_mail", "tickets", 455, 456),
    ("postal_mail", "deals", 457, 458),
    ("postal_mail", "companies", 459, 460),
    ("deals", "line_items", 19, 20),
    ("deals", "quotes", 63, 64),
    ("quotes", "line_items", 67, 68),
    ("quotes", "contacts", 69, 70),
    ("quotes", "companies", 71, 72),
    ("quotes", "tasks", 217, 218),
    ("contacts", "feedback_submissions", 97, 98),
    ("tickets", "feedback_submissions", 99, 100),
    ("leads", "contacts", 608, 607),
    ("leads", "companies", 610, 609),
    ("contacts", "contacts", 449, 449),
    ("companies", "companies", 450, 450),
    ("deals", "deals", 451, 451),
    ("tickets", "tickets", 452, 452),
)
WITH_PRIMARY = (
    ("contacts", "companies", 279, 280, 1, 2),
    ("deals", "companies", 341, 342, 5, 6),
    ("tickets", "companies", 339, 340, 26, 25),
)
"""A record has one primary company: an association of its own beside the plain one."""
PARENT, CHILD = 13, 14


class AssociationTypes:
    """The types of one portal. `default` finds the plain type of a pair of objects, `primary` the one beside it."""

    def __init__(self, singulars: dict[str, str]) -> None:
        self.singulars = singulars
        self.by_key: dict[tuple[str, int], AssociationType] = {}
        self.pairs: dict[tuple[str, str], list[AssociationType]] = {}
        self.next_id = FIRST_OWN_ID
        for start, end, there, back in PLAIN:
            self.define(HUBSPOT, start, end, there, back)
        for start, end, there, back, main, main_back in WITH_PRIMARY:
            self.define(HUBSPOT, start, end, main, main_back, (PRIMARY, PRIMARY))
            self.define(HUBSPOT, start, end, there, back, suffix="_unlabeled")
        names = ("parent_to_child_company", "child_to_parent_company")
        self.define(
            HUBSPOT, "companies", "companies", PARENT, CHILD, ("Parent Company", "Child Company"), names=names
        )  # fmt: skip

    def define(
        self,
        category: str,
        start: str,
        end: str,
        there: int,
        back: int,
        labels: tuple[str | None, str | None] = (None, None),
        suffix: str = "",
        names: tuple[str, str] | None = None,
    ) -> AssociationType:
        """Add a type in both directions and return the first one."""
        one, other = self.singulars[start], self.singulars[end]
        named = names or (f"{one}_to_{other}{suffix}", f"{other}_to_{one}{suffix}")
        made = AssociationType(category, there, start, end, named[0], labels[0], back)
        self.add(made)
        if back != there:
            self.add(AssociationType(category, back, end, start, named[1], labels[1], there))
        return made

    def define_own(
        self,
        start: str,
        end: str,
        labels: tuple[str | None, str | None] = (None, None),
        names: tuple[str, str] | None = None,
    ) -> AssociationType:
        """A type of the portal's own, with the next ids."""
        there, back = self.next_id, self.next_id + 1
        self.next_id += 2
        return self.define(USER, start, end, there, back, labels, names=names)

    def add(self, made: AssociationType) -> None:
        self.by_key[made.key] = made
        self.pairs.setdefault((made.start, made.end), []).append(made)

    def remove(self, gone: AssociationType) -> None:
        """Take a type away, in both directions."""
        for each in (gone, self.inverse(gone)):
            if self.by_key.pop(each.key, None):
                self.pairs[each.start, each.end].remove(each)

    def rename(self, type_: AssociationType, label: str, back: str | None) -> None:
        self.inverse(type_).label = back or label
        type_.label = label

    def inverse(self, of: AssociationType) -> AssociationType:
        return self.by_key[of.category, of.inverse]

    def between(self, start: str, end: str) -> list[AssociationType]:
        return self.pairs.get((start, end), [])

    def default(self, start: str, end: str) -> AssociationType | None:
        return next((each for each in self.between(start, end) if each.label is None), None)

    def primary(self, start: str, end: str) -> AssociationType | None:
        return next((each for each in self.between(start, end) if each.is_primary), None)

    def find(self, category: str, type_id: str) -> AssociationType | None:
        number = whole(type_id)
        return None if number is None else self.by_key.get((category, number))

    def named(self, start: str, end: str, name: str) -> AssociationType | None:
        """The type of a pair by its v3 name, or by its id."""
        wanted = name.lower()
        return next((each for each in self.between(start, end) if wanted in (each.name, str(each.id))), None)

    def __iter__(self) -> Iterator[AssociationType]:
        return iter(self.by_key.values())
