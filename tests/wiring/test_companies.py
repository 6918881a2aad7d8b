"""Companies, accounts and the people in them, with the real connectors over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from config.environment import Environment
from connectors.base import Create, Update
from crm.record import Ref, Side, Value, Wire
from store import models
from tests.connectors.contract import shown
from tests.entente import ROOT
from tests.sandbox_client import SandboxClient
from wiring import build
from wiring.service import Service

pytestmark = pytest.mark.django_db(transaction=True)


class World:
    """Both systems and one installation between them, by the mapping that comes with the product."""

    def __init__(self, sandbox: SandboxClient, directory: Path, **changes: str) -> None:
        self.sandbox = sandbox
        mapping = (ROOT / "config" / "mapping.yaml").read_text(encoding="utf-8")
        changes = {"scope: {marketing: null, sales: null}": "scope: {marketing: all, sales: all}"} | changes
        for old, new in changes.items():
            assert old in mapping
            mapping = mapping.replace(old, new)
        (directory / "mapping.yaml").write_text(mapping, encoding="utf-8")
        (directory / "rules.yaml").write_bytes((ROOT / "config" / "rules.yaml").read_bytes())
        settings = Environment(
            data_dir=directory,
            config_dir=directory,
            hubspot_url=sandbox.hubspot_url,
            hubspot_token=SecretStr("pat-otto"),
            salesforce_url=sandbox.salesforce_url,
            salesforce_token=SecretStr("00Dtoken"),
        )
        self.service: Service = build(settings)
        self.service.set_up(self.service.setup_steps())

    def sync(self) -> dict[str, Any]:
        result = self.service.sync()
        assert result["state"] == "done", result
        return result

    def add(self, side: Side, object_name: str, key: str, **fields: Value) -> Ref:
        """Somebody makes a record."""
        connector = self.service.connectors[side]
        return shown(connector.write_many(object_name, [Create(side, object_name, key, fields)], [])[0]).ref

    def edit(self, ref: Ref, **fields: Value) -> None:
        """Somebody changes a record."""
        side = Side.MARKETING if ref.system == "hubspot" else Side.SALES
        shown(self.service.connectors[side].write_many(ref.object, [Update(side, ref, fields)], [])[0])

    def look(self, ref: Ref, *names: str) -> Mapping[str, Wire]:
        side = Side.MARKETING if ref.system == "hubspot" else Side.SALES
        return self.service.connectors[side].get_many(ref.object, [ref.id], names)[0].fields

    def other(self, ref: Ref) -> Ref:
        """The record on the other side."""
        link = self.service.links.of([ref])[ref]
        return link.sales if ref.system == "hubspot" else link.marketing


MAKES_ACCOUNTS = {
    "create_in_sales: false": "create_in_sales: true",
    "create_in_sales: lead": "create_in_sales: contact_if_account",
}


def test_an_account_is_made_before_its_contact_and_who_has_none_is_a_lead(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    world = World(sandbox, tmp_path, **MAKES_ACCOUNTS)
    company = world.add(
        Side.MARKETING, "companies", "c", name="Nordlicht", domain="nordlicht.example", numberofemployees=Decimal(40)
    )
    ann = world.add(Side.MARKETING, "contacts", "a", lastname="Ann", email="ann@x.com", associatedcompanyid=company.id)
    bob = world.add(Side.MARKETING, "contacts", "b", lastname="Bob", email="bob@x.com", company="Velmora")

    result = world.sync()

    assert result["created"] == {Side.MARKETING: 0, Side.SALES: 3}
    account = world.other(company)
    assert world.look(account, "Name", "Website", "NumberOfEmployees") == {
        "Name": "Nordlicht", "Website": "nordlicht.example", "NumberOfEmployees": 40,
    }  # fmt: skip
    assert world.look(world.other(ann), "AccountId") == {"AccountId": account.id}
    assert world.other(bob).object == "Lead"
    again = world.sync()
    assert sum(again["updated"].values()) + sum(again["created"].values()) == 0


def test_a_person_s_company_travels_both_ways_and_waits_for_a_pair(sandbox: SandboxClient, tmp_path: Path) -> None:
    world = World(sandbox, tmp_path)
    pairs = [
        (
            world.add(Side.MARKETING, "companies", name, name=name, domain=f"{name}.example"),
            world.add(Side.SALES, "Account", name, Name=name, Website=f"https://www.{name}.example/"),
        )
        for name in ("nordlicht", "velmora")
    ]
    ann = world.add(Side.MARKETING, "contacts", "a", lastname="Ann", email="ann@x.com")
    sold = world.add(Side.SALES, "Contact", "a", LastName="Ann", Email="ann@x.com", AccountId=pairs[0][1].id)
    world.sync()
    assert world.look(ann, "associatedcompanyid") == {"associatedcompanyid": pairs[0][0].id}

    world.edit(ann, associatedcompanyid=pairs[1][0].id)
    world.sync()
    assert world.look(sold, "AccountId") == {"AccountId": pairs[1][1].id}

    world.edit(sold, AccountId=pairs[0][1].id)
    world.sync()
    assert world.look(ann, "associatedcompanyid") == {"associatedcompanyid": pairs[0][0].id}

    lone = world.add(Side.MARKETING, "companies", "brisa", name="Brisa", domain="brisa.example")
    world.edit(ann, associatedcompanyid=lone.id, jobtitle="CEO")
    world.sync()
    assert world.look(sold, "AccountId", "Title") == {"AccountId": pairs[0][1].id, "Title": "CEO"}
    assert list(models.Held.objects.values_list("field", "code")) == [("account", "parent")]

    made = world.add(Side.SALES, "Account", "brisa", Name="Brisa", Website="brisa.example")
    world.sync()
    assert world.look(sold, "AccountId") == {"AccountId": made.id}
    assert not models.Held.objects.exists()


def test_owners_travel_by_their_address_and_nobody_else_is_moved(sandbox: SandboxClient, tmp_path: Path) -> None:
    owner = "      owner: {marketing: hubspot_owner_id, sales: OwnerId, type: owner}\n      # Read for rules"
    sandbox.admin("hubspot", "seed", people=0)  # the team of both systems, and nobody else
    world = World(sandbox, tmp_path, **{"      # Read for rules": owner})
    ann = world.add(Side.MARKETING, "contacts", "a", lastname="Ann", email="ann@x.com", company="Velmora")
    lead = world.add(Side.SALES, "Lead", "b", LastName="Bob", Email="bob@x.com", Company="Velmora")

    world.sync()

    reps = [rep for rep in models.Rep.objects.all() if rep.sales and rep.marketing and rep.is_active]
    world.edit(ann, hubspot_owner_id=reps[0].marketing)
    world.sync()
    assert world.look(world.other(ann), "OwnerId") == {"OwnerId": reps[0].sales}
    assert world.look(world.other(lead), "hubspot_owner_id") == {"hubspot_owner_id": None}
    assert list(models.Held.objects.values_list("field", "code")) == [("owner", "owner")]  # the integration user's
