"""One person as both systems would know them if nothing were missing, drawn from a seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from sandbox.people.places import INDUSTRIES, PLACES, SYLLABLES, TITLES, WEIGHTS, Place
from sandbox.people.team import Rep, Team
from sandbox.people.text import address, plain

PEOPLE_PER_COMPANY = 4
STAGES = (
    "subscriber",
    "lead",
    "marketingqualifiedlead",
    "salesqualifiedlead",
    "opportunity",
    "customer",
    "evangelist",
    "other",
)
STAGE_WEIGHTS = (14, 28, 20, 13, 11, 11, 1, 2)

Item = TypeVar("Item")


@dataclass(slots=True)
class Company:
    """Where people work; each id is set once a system has a record of it."""

    name: str
    domain: str
    place: Place
    city: tuple[str, str]
    industry: tuple[str, str]
    employees: int
    rep: Rep
    company_id: str = ""
    account_id: str = ""


@dataclass(slots=True)
class Person:
    first: str
    last: str
    email: str
    company: Company
    title: str
    phone: str
    mobile: str
    stage: str


def pick(rng: Random, items: Sequence[Item]) -> Item:
    """One item; several times faster than `choice`, which matters a million times."""
    return items[int(rng.random() * len(items))]


def chance(rng: Random, share: float) -> bool:
    return rng.random() < share


@dataclass(slots=True)
class Maker:
    """Draws companies and people; no two share a domain or an address."""

    rng: Random
    team: Team
    companies: list[Company] = field(default_factory=list)
    domains: set[str] = field(default_factory=set)
    namesakes: dict[str, int] = field(default_factory=dict)

    def person(self) -> Person:
        rng = self.rng
        company = self.company()
        place = company.place
        first, last = pick(rng, place.first_names), pick(rng, place.last_names)
        return Person(
            first,
            last,
            self.address(first, last, company.domain),
            company,
            title=pick(rng, TITLES),
            phone=phone_number(rng, pick(rng, place.landlines if chance(rng, 0.6) else place.mobiles)),
            mobile=phone_number(rng, pick(rng, place.mobiles)) if chance(rng, 0.3) else "",
            stage=rng.choices(STAGES, STAGE_WEIGHTS)[0],
        )

    def address(self, first: str, last: str, domain: str) -> str:
        plain_one = address(first, last, domain)
        number = self.namesakes.get(plain_one, 0) + 1
        self.namesakes[plain_one] = number
        return plain_one if number == 1 else address(first, last, domain, number)

    def company(self) -> Company:
        """One of the companies so far, or now and then a new one."""
        if self.companies and not chance(self.rng, 1 / PEOPLE_PER_COMPANY):
            return pick(self.rng, self.companies[-200:])
        made = self.new_company()
        self.companies.append(made)
        return made

    def new_company(self) -> Company:
        rng = self.rng
        place = rng.choices(PLACES, WEIGHTS)[0]
        word = "".join(pick(rng, each) for each in SYLLABLES)
        return Company(
            name=f"{word} {pick(rng, place.legal_forms)}",
            domain=self.domain(plain(word)),
            place=place,
            city=pick(rng, place.cities),
            industry=pick(rng, INDUSTRIES),
            employees=int(10 ** (1 + 3 * rng.random())),
            rep=pick(rng, self.team.reps[place.team]),
        )

    def domain(self, word: str) -> str:
        number = 1
        while (found := f"{word}{number if number > 1 else ''}.example") in self.domains:
            number += 1
        self.domains.add(found)
        return found


def phone_number(rng: Random, pattern: str) -> str:
    """A number of the pattern, half of them written without spaces."""
    parts = (pattern.replace(" ", "") if chance(rng, 0.5) else pattern).split("#")
    digits = str(10**12 + int(rng.random() * 10**12))[1 : len(parts)]
    return "".join(part + digit for part, digit in zip(parts, digits, strict=False)) + parts[-1]
