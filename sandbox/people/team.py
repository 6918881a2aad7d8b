"""Who sells, who manages, and who works beside them: Salesforce users, and HubSpot owners with the same addresses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sandbox.people.text import address
from sandbox.world import World

MANAGERS = {
    "Central Europe": "Mona Weber",
    "France": "Élise Moreau",
    "UK and Nordics": "Graham Holloway",
    "Italy": "Paola Ferri",
}
REPS = {
    "Central Europe": (
        "Rita Lang", "Jonas Brandl", "Katja Wendt", "Emre Yildiz", "Agnieszka Nowak", "Florian Huber",
    ),
    "France": (
        "Luc Bertrand", "Nadia Benali", "Hugo Carpentier", "Aïssatou Diallo", "Mathieu Lefort", "Linh Tran",
        "Camille Roche",
    ),
    "UK and Nordics": ("Priya Nair", "Tom Ashby", "Ingrid Solheim"),
    "Italy": ("Marco Bellandi", "Sara Costantini", "Piero Zanetti"),
}  # fmt: skip
"""Two teams that are large enough for totals of their own, and two small ones."""

LEFT = "Piero Zanetti"
"""Left the company: inactive in Salesforce, archived in HubSpot, and still the owner of records."""

WITHOUT_SEAT = "Tom Ashby"
"""Sells, but has no HubSpot seat: his contacts have no owner there."""

ZONES = {"Central Europe": "Europe/Berlin", "UK and Nordics": "Europe/London"}
"""Where people's clocks stand; everybody else's in Paris."""

BESIDE = {"Mark Dubois": ("Marketing", "Campaign Manager"), "Otto Klein": ("Operations", "Sales Operations")}


@dataclass(frozen=True, slots=True)
class Rep:
    """A rep's ids in both systems; without a HubSpot seat the owner is empty."""

    name: str
    user_id: str
    owner_id: str


@dataclass(slots=True)
class Team:
    """The reps of each region."""

    reps: dict[str, list[Rep]] = field(default_factory=dict)


def hire(world: World, at: datetime) -> Team:
    """Put the whole team into both systems, all since `at`."""
    team = Team()
    for region, manager in MANAGERS.items():
        manager_id = add_user(world, manager, at, region, "Sales Manager")
        add_owner(world, manager, at, region)
        team.reps[region] = [add_rep(world, name, at, region, manager_id) for name in REPS[region]]
    for name, (department, title) in BESIDE.items():
        add_user(world, name, at, department, title)
        add_owner(world, name, at, department)
    return team


def add_rep(world: World, name: str, at: datetime, region: str, manager_id: str) -> Rep:
    user_id = add_user(world, name, at, region, "Account Executive", manager_id)
    return Rep(name, user_id, "" if name == WITHOUT_SEAT else add_owner(world, name, at, region))


def add_user(world: World, name: str, at: datetime, department: str, title: str, manager_id: str | None = None) -> str:
    first, last = name.split(" ", 1)
    fields = {"FirstName": first, "LastName": last, "Department": department, "Title": title, "IsActive": name != LEFT}
    fields |= {"Username": work_address(name), "Email": work_address(name)}
    fields |= {"TimeZoneSidKey": ZONES.get(department, "Europe/Paris")}
    return world.salesforce.add("User", fields | ({"ManagerId": manager_id} if manager_id else {}), created_at=at)


def add_owner(world: World, name: str, at: datetime, hubspot_team: str) -> str:
    first, last = name.split(" ", 1)
    fields = {"email": work_address(name), "firstName": first, "lastName": last, "archived": name == LEFT}
    fields |= {"teams": [] if name == LEFT else [hubspot_team]}
    return world.hubspot.add("owners", fields, created_at=at)


def work_address(name: str) -> str:
    first, last = name.split(" ", 1)
    return address(first, last, "vendor.example")
