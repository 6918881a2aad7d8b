"""How the people get into the two systems: who is known where, and what each system has wrong or lacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sandbox.people.person import Company, Maker, Person, chance, phone_number, pick
from sandbox.people.places import BAD_PHONES, PLACEHOLDERS
from sandbox.people.sides import Card, add_account, add_company, add_to_hubspot, add_to_salesforce
from sandbox.people.team import hire
from sandbox.world import World

MIX = {
    "both": 55,
    "marketing only": 20,
    "sales only": 20,
    "twice in sales": 1,
    "bare": 2,
    "capitals": 1,
    "second address": 1,
}
YEAR = timedelta(days=365)
LATE_STAGES = ("opportunity", "customer", "evangelist")


def populate(world: World, people: int, seed: int) -> None:
    """Fill both systems with the team and `people` people, all over the year before the clock's now.

    Same seed, number and (frozen) clock: the same records. With 0 people there is only the team.
    """
    now = world.clock.now()
    team = hire(world, now - YEAR - timedelta(days=30))
    story = Story(world, Maker(Random(seed), team), now)  # noqa: S311 - made-up people, not secrets
    deck: list[str] = []
    step = (YEAR - timedelta(days=1)) / max(people, 1)
    for at in range(people):
        if not deck:
            deck = [kind for kind, share in MIX.items() for _ in range(share)]
            story.maker.rng.shuffle(deck)
        created = now - YEAR + at * step + story.maker.rng.random() * step
        story.tell(deck.pop(), story.maker.person(), whole_milliseconds(created))


def whole_milliseconds(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


@dataclass(slots=True)
class Story:
    """One person after the other, each with what became of them."""

    world: World
    maker: Maker
    now: datetime

    def tell(self, kind: str, person: Person, created: datetime) -> None:
        self.settle(person.company, created)
        actions: dict[str, Callable[[Person, datetime], None]] = {
            "both": self.known_to_both,
            "marketing only": self.came_by_form,
            "sales only": self.met_at_fair,
            "twice in sales": self.twice_in_sales,
            "bare": self.only_an_address,
            "capitals": self.in_capitals,
            "second address": self.second_address,
        }
        actions[kind](person, created)

    def settle(self, company: Company, created: datetime) -> None:
        """The first time someone of a company appears, HubSpot makes a company of it."""
        if not company.company_id:
            company.company_id = add_company(self.world.hubspot, company, created)

    def known_to_both(self, person: Person, created: datetime) -> None:
        """Marketing and sales each have a card; they agree but for what one of them lacks, or heard later."""
        marketing, sales = self.card(person, created), self.card(person, created)
        rng = self.maker.rng
        if chance(rng, 0.12):
            newer, older = (marketing, sales) if chance(rng, 0.5) else (sales, marketing)
            newer.phone = phone_number(rng, pick(rng, person.company.place.mobiles))
            newer.newer = ("phone",)
            heard = max(newer.modified, older.modified)
            newer.modified = heard + (self.now - heard) * 0.5 * rng.random()
        if chance(rng, 0.08):
            sales.title = "Senior " + person.title
        marketing.is_opted_out = chance(rng, 0.04)
        sales.is_opted_out = marketing.is_opted_out or chance(rng, 0.01)
        self.put(person, marketing, sales)

    def came_by_form(self, person: Person, created: datetime) -> None:
        """Known to marketing alone: early in the funnel, and mostly without an owner."""
        card = self.card(person, created)
        card.stage = pick(self.maker.rng, ("subscriber", "subscriber", "lead", "lead", "marketingqualifiedlead"))
        self.put(person, card, None)

    def met_at_fair(self, person: Person, created: datetime) -> None:
        """Known to sales alone, nearly always as a Lead."""
        card = self.card(person, created)
        card.stage = "lead" if chance(self.maker.rng, 0.85) else "opportunity"
        self.put(person, None, card)

    def twice_in_sales(self, person: Person, created: datetime) -> None:
        """Two reps entered the same person as a Contact: one address, two records."""
        first, second = self.card(person, created), self.card(person, created + (self.now - created) * 0.3)
        first.stage = second.stage = "opportunity"
        second.title = ""
        self.put(person, self.card(person, created), first)
        self.put(person, None, second)

    def only_an_address(self, person: Person, created: datetime) -> None:
        """A newsletter reader: HubSpot has no last name or no company, which a Lead would need."""
        card = self.card(person, created)
        card.stage, card.phone, card.mobile, card.title = "subscriber", "", "", ""
        if chance(self.maker.rng, 0.5):
            card.last = ""
        else:
            card.company = ""
        self.put(person, card, None)

    def in_capitals(self, person: Person, created: datetime) -> None:
        """A rep typed the address as it stands on the card: Salesforce keeps the capitals, HubSpot does not."""
        sales = self.card(person, created)
        name, domain = person.email.split("@")
        sales.email = f"{name.title()}@{domain.capitalize()}"
        self.put(person, self.card(person, created), sales)

    def second_address(self, person: Person, created: datetime) -> None:
        """HubSpot knows two addresses of the person; sales has only the second one."""
        marketing, sales = self.card(person, created), self.card(person, created)
        sales.email = marketing.other_email = person.email.replace("@", "@mail.")
        self.put(person, marketing, sales)

    def card(self, person: Person, created: datetime) -> Card:
        """What one system has of a person: some facts missing, a few useless ones."""
        rng, company = self.maker.rng, person.company
        return Card(
            first="" if chance(rng, 0.03) else person.first,
            last=person.last,
            email=person.email,
            company=company.name,
            title=self.gap(person.title, 0.14, 0.04, PLACEHOLDERS),
            phone=self.gap(person.phone, 0.16, 0.04, BAD_PHONES),
            mobile=person.mobile,
            city="" if chance(rng, 0.2) else company.city[0],
            country=self.gap(company.place.country, 0.12, 0.03, (company.place.local_name,)),
            industry="" if chance(rng, 0.25) else company.industry[0],
            stage=person.stage,
            created=created,
            modified=created + (self.now - created) * rng.random() * rng.random(),
        )

    def gap(self, value: str, blank: float, useless: float, instead: tuple[str, ...]) -> str:
        """The value, or nothing, or something that says as much as nothing."""
        drawn = self.maker.rng.random()
        if drawn < blank:
            return ""
        return pick(self.maker.rng, instead) if drawn < blank + useless else value

    def put(self, person: Person, marketing: Card | None, sales: Card | None) -> None:
        rng, company = self.maker.rng, person.company
        if marketing:
            marketing.modified = whole_milliseconds(marketing.modified)
            is_owned = sales is not None or chance(rng, 0.25)
            add_to_hubspot(self.world.hubspot, marketing, company, rng, is_owned)
        if sales:
            sales.modified = whole_milliseconds(sales.modified)
            is_contact = sales.stage in LATE_STAGES or (sales.stage == "salesqualifiedlead" and chance(rng, 0.3))
            if is_contact and not company.account_id:
                company.account_id = add_account(self.world.salesforce, company, sales.created)
            add_to_salesforce(self.world.salesforce, sales, company, rng, is_contact)
