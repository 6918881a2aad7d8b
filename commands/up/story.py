"""What `entente up` shows on the sandbox: two systems that have met, four people who sign in, and work for each."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commands.demo import everybody_takes_part
from commands.demo.story import control, send
from config.environment import Environment

if TYPE_CHECKING:
    from wiring.service import Service

_WHO = {
    "otto": ("Otto Klein", "ops"),
    "mark": ("Mark Dubois", "marketer"),
    "mona": ("Mona Weber", "manager"),
    "rita": ("Rita Lang", "rep"),
}
"""By the name to sign in with: a person of the sandbox's team, and a group."""

_REFUSED = "to be found out"
_AFTER_THE_STORY = 3
"""The first three pairs are those of the demo's edits."""
_VISITORS = 6
"""How many of the people from the fair are Rita's."""
_RULE = "A job title must be a title: enter what is on the business card."


@dataclass(frozen=True, slots=True)
class Found:
    """What the two passes came to, and who may sign in with which password."""

    passes: list[str]
    passwords: dict[str, str]


def begin_anew(directory: Path) -> None:
    """The sandbox forgets everything when it stops: so does the store that knew it."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)


def configure(directory: Path, urls: dict[str, str], base_url: str, redis_url: str) -> None:
    """Settings of its own for this process and its children, whatever this machine is set up for."""
    from config.environment import environment

    config = everybody_takes_part(environment().config_dir, directory / "config")
    for name in [name for name in os.environ if name.startswith("ENTENTE_")]:
        del os.environ[name]
    os.environ |= {
        "ENTENTE_DATA_DIR": str(directory),
        "ENTENTE_CONFIG_DIR": str(config),
        "ENTENTE_BASE_URL": base_url,
        "ENTENTE_REDIS_URL": redis_url,
        "ENTENTE_SYNC_SECONDS": "5",
        "ENTENTE_HUBSPOT_URL": urls["hubspot"],
        "ENTENTE_HUBSPOT_TOKEN": "try-out",
        "ENTENTE_SALESFORCE_URL": urls["salesforce"],
        "ENTENTE_SALESFORCE_CLIENT_ID": "try-out",
        "ENTENTE_SALESFORCE_CLIENT_SECRET": "try-out",
    }
    environment.cache_clear()


def play(settings: Environment) -> Found:
    """Set up, a first meeting, edits on both sides, a second pass; a profile is chosen and four people can sign in."""
    from commands.demo import first_sync, told_first, told_second
    from commands.demo.story import edit
    from commands.progress import progress_bars
    from wiring import build

    with progress_bars() as progress:
        service = build(settings, progress=progress)
        service.set_up(service.setup_steps())
        first, braked = first_sync(service)
        story = [*edit(service), _run_into_a_rule(service), _come_from_a_fair(service)]
        second = service.sync()
    then = [f"Then        {line}" for line in story]
    return Found([*braked, told_first(first), *then, *told_second(first, second)], _let_in())


def _run_into_a_rule(service: Service) -> str:
    """Salesforce gets a rule of its own, and Mark an edit that it refuses: a dead letter for Otto."""
    from connectors.base import Update
    from crm.record import Ref, Side
    from store.models import Conflict, Held, Link

    pairs = Link.objects.exclude(sales=None).exclude(marketing=None)
    for waiting in (Conflict.objects.filter(closed_at=None), Held.objects.all()):
        refs = waiting.values("ref")
        pairs = pairs.exclude(marketing__in=refs).exclude(sales__in=refs)
    link = pairs.filter(object="contact").order_by("id")[_AFTER_THE_STORY]
    marketing, sales = Ref.parse(link.marketing), Ref.parse(link.sales)
    rule = {"object": sales.object, "field": "Title", "refused": _REFUSED, "message": _RULE}
    control(service.settings.salesforce_url, "rule", rule)
    fields = {"jobtitle": _REFUSED, "phone": "+49 30 99001234"}
    service.connectors[Side.MARKETING].write_many(
        marketing.object, [Update(Side.MARKETING, marketing, fields)], [*fields]
    )
    return "Mark enters a job title that a rule of Salesforce refuses"


def _come_from_a_fair(service: Service) -> str:
    """Mona's team enters people in Salesforce, in a hurry: each rep has something to answer, Rita most of all."""
    from sandbox.people.team import work_address
    from store.models import Rep

    rita = Rep.objects.get(email=work_address(_WHO["rita"][0]))
    colleagues = Rep.objects.filter(manager=rita.manager, is_active=True).exclude(id=rita.id).order_by("name")
    owners = [rita.sales] * _VISITORS + [rep.sales for rep in colleagues for _ in range(2)]
    leads: list[dict[str, Any]] = [
        {"attributes": {"type": "Lead"}, "OwnerId": owner, "Status": "Working - Contacted", **visitor}
        for owner, visitor in zip(owners, _visitors(len(owners)), strict=True)
    ]
    url = f"{service.settings.salesforce_url}/services/data/v66.0/composite/sobjects"
    send(url, {"allOrNone": True, "records": leads}, "fair")
    return f"After a fair, Mona's team enters {len(leads)} people in Salesforce, and not all that is asked"


def _visitors(number: int) -> Iterator[dict[str, str]]:
    """People as they are written down at a fair: the name and the address, and of the rest what there was time for."""
    from random import Random

    from sandbox.people.person import Maker
    from sandbox.people.team import REPS, Team
    from sandbox.people.team import Rep as Seller

    maker = Maker(Random("fair"), Team({region: [Seller(names[0], "", "")] for region, names in REPS.items()}))  # noqa: S311
    for at in range(number):
        person = maker.person()
        asked = {"Title": person.title, "Country": person.company.place.country, "Industry": person.company.industry[0]}
        missing = ({"Title"}, {"Title", "Country"}, {"Industry"}, {"Title", "Industry"})[at % 4]
        yield {
            "FirstName": person.first, "LastName": person.last, "Company": person.company.name,
            "Email": person.email.replace("@", "@fair."), "Phone": person.phone,
            **{name: value for name, value in asked.items() if name not in missing},
        }  # fmt: skip


def _let_in() -> dict[str, str]:
    """Those who may sign in, each with a new password."""
    from sandbox.people.team import work_address
    from web.access import Privacy, Role
    from web.people import save_user
    from web.privacy import answer

    answer(Privacy("standard"))
    made = {name: save_user(name, work_address(person), [Role(role)]) for name, (person, role) in _WHO.items()}
    return {name: password for name, password in made.items() if password}


def told(found: Found, urls: dict[str, str], base_url: str) -> list[str]:
    """What a person needs to go on."""
    return [
        *found.passes,
        f"HubSpot     {urls['hubspot']}   any bearer token",
        f"Salesforce  {urls['salesforce']}   any client id and secret",
        f"Open        {base_url}",
        *(
            f"Sign in     {name:<5} {password}   {person}, {role}"
            for name, password in found.passwords.items()
            for person, role in [_WHO[name]]
        ),
    ]
