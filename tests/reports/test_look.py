"""`entente look` over both sandboxes: what it finds, in money and names, and that it writes to neither."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.entente import Entente
from tests.sandbox.salesforce_helper import Http
from tests.sandbox_client import SandboxClient

EVIL = "<script>alert('Nordlicht & co')</script>"


@pytest.fixture
def entente(sandbox: SandboxClient, tmp_path: Path) -> Entente:
    return Entente.on(sandbox, tmp_path)


@pytest.fixture
def http(sandbox: SandboxClient) -> Http:
    return Http(sandbox)


def writes(sandbox: SandboxClient) -> int:
    return sum(int(sandbox.look(system, "writes")["count"]) for system in ("hubspot", "salesforce"))


def deal(http: Http, name: str, amount: float, role: str = "", **fields: Any) -> str:
    """An open deal that closes this quarter, with one contact role."""
    whole = {"Name": name, "Amount": amount, "StageName": "Proposal/Price Quote", "CloseDate": this_quarter()}
    made = http.create("Opportunity", **(whole | fields))
    if role:
        person = http.create("Contact", LastName="Lang")
        http.create("OpportunityContactRole", OpportunityId=made, ContactId=person, Role=role)
    return made


def this_quarter() -> str:
    """A look goes by the day on which it is made."""
    return datetime.now(UTC).date().isoformat()


def contact(sandbox: SandboxClient, **properties: str) -> None:
    """Mark enters somebody in HubSpot."""
    sandbox.admin("hubspot", "edit", object="contacts", properties=properties)


def test_deals_without_a_decision_maker_and_forgotten_ones_are_named_with_their_money(
    entente: Entente, http: Http
) -> None:
    deal(http, "Alone", 9000)
    deal(http, "Influenced", 500.5, role="Influencer")
    planned = deal(http, "Decided", 4000, role="Economic Decision Maker")
    deal(http, "Lost", 8000, StageName="Closed Lost")
    deal(http, "Next year", 7000, CloseDate="2099-01-01")
    http.create("Task", Subject="Call back", WhatId=planned, Status="Not Started", ActivityDate=this_quarter())

    found = entente.json("look")

    without, forgotten = found["without_decision_maker"], found["forgotten"]
    assert [each["name"] for each in without["named"]] == ["Alone", "Influenced"]
    assert (without["count"], without["amounts"], without["of_amounts"]) == (2, {"": 9500.5}, {"": 13500.5})
    assert [each["name"] for each in forgotten["named"]] == ["Alone", "Next year", "Influenced"]
    assert (forgotten["of"], forgotten["amounts"]) == (4, {"": 16500.5})


def test_an_opt_out_that_one_system_missed_is_named(entente: Entente, http: Http, sandbox: SandboxClient) -> None:
    for name, said_no in (("ann", True), ("rene", False)):
        contact(sandbox, email=f"{name}@client.example", lastname=name.title())
        http.lead(LastName=name.title(), Email=f"{name.title()}@client.example", HasOptedOutOfEmail=said_no)

    found = entente.json("look")

    [ann] = found["opted_out"]
    assert (ann["email"], ann["said_in"], found["opted_out_count"]) == ("ann@client.example", "sales", 1)
    assert found["audience"] == {"contacts": 2, "with_email": 2, "valid": 2, "not_opted_out": 1, "usable": 1}


def test_a_lead_that_was_handed_over_waits_with_its_campaign(
    entente: Entente, http: Http, sandbox: SandboxClient
) -> None:
    """Ann waits; Bea is at work, Cleo was rejected, Dora is not ripe, and Eve was called."""
    campaign = http.create("Campaign", Name="Autumn webinar")
    ripe, fresh = "marketingqualifiedlead", "Open - Not Contacted"
    people = {
        "ann": (ripe, fresh), "bea": (ripe, "Working - Contacted"), "cleo": (ripe, "Closed - Not Converted"),
        "dora": ("lead", fresh), "eve": (ripe, fresh),
    }  # fmt: skip
    ids = {}
    for name, (stage, status) in people.items():
        contact(sandbox, email=f"{name}@client.example", lastname=name.title(), lifecyclestage=stage)
        ids[name] = http.lead(LastName=name.title(), Email=f"{name}@client.example", Status=status)
    http.create("CampaignMember", CampaignId=campaign, LeadId=ids["ann"])
    http.create("Task", Subject="Call", WhoId=ids["eve"], Status="Completed", ActivityDate=this_quarter())

    found = entente.json("look")

    assert [(each["name"], each["campaign"]) for each in found["untouched"]] == [("Ann", "Autumn webinar")]
    assert (found["untouched_count"], found["handed_over"]) == (1, 4)
    assert found["campaigns"] == [["Autumn webinar", 1]]


def test_fields_that_differ_are_counted_with_an_example(entente: Entente, http: Http, sandbox: SandboxClient) -> None:
    phone = {"marketing": "+33 1 99 00 12 34", "sales": "+33199001234"}  # the same number
    contact(
        sandbox, email="ann@client.example", lastname="Lang", jobtitle="Buyer", phone=phone["marketing"], city="Lyon"
    )
    http.lead(LastName="Lang", Email="ann@client.example", Title="Head of Purchasing", Phone=phone["sales"])

    found = {each["field"]: each for each in entente.json("look")["differing"]}

    assert found["job_title"]["differ"] == 1
    assert found["job_title"]["example"] == ["Lang", "Buyer", "Head of Purchasing"]
    assert (found["city"]["only_marketing"], found["city"]["only_sales"]) == (1, 0)
    assert "phone" not in found


def test_what_is_hidden_is_said_and_nothing_else_is_lost(entente: Entente, http: Http, sandbox: SandboxClient) -> None:
    """Otto's integration user sees no amounts: no deal is called well kept."""
    deal(http, "Alone", 9000)
    sandbox.admin("salesforce", "permissions", object="Opportunity", field="Amount", access="none")
    contact(sandbox, email="ann@client.example", lastname="Lang")

    found = entente.json("look")
    entente.run("look", "--output", str(entente.directory / "look.html"))

    assert found["could_not"] == {"decision_maker": "no_deals", "forgotten": "no_deals"}
    assert found["audience"]["usable"] == 1
    page = (entente.directory / "look.html").read_text(encoding="utf-8")
    assert "the integration user sees no opportunities with stage and amount" in page
    assert "Alone" not in page


def test_it_writes_to_neither_system_and_leaves_nothing_but_the_page(sandbox: SandboxClient, tmp_path: Path) -> None:
    sandbox.admin("hubspot", "seed", people=60, seed=3, opportunities=30)
    Http(sandbox).create("Opportunity", Name=EVIL, StageName="Prospecting", CloseDate="2026-12-24", Amount=2_000_000)
    before = writes(sandbox)
    entente = Entente.on(sandbox, tmp_path, DATA_DIR=str(tmp_path / "data"))

    done = {
        language: entente.run("look", "--language", language, "--currency", "eur", "--output", str(tmp_path / language))
        for language in ("en", "fr")
    }

    assert [each.returncode for each in done.values()] == [0, 0], [each.stderr for each in done.values()]
    assert writes(sandbox) == before
    assert not (tmp_path / "data").exists()
    english, french = ((tmp_path / language).read_text(encoding="utf-8") for language in done)
    assert "What falls between marketing and sales" in english
    assert "€2,000,000" in english
    assert "Ce qui se perd entre marketing et ventes" in french
    assert "2\u202f000\u202f000\u00a0€" in french
    assert "<script>" not in english + french


def test_a_refresh_token_of_salesforce_is_not_spent_on_a_look(sandbox: SandboxClient, tmp_path: Path) -> None:
    settings = {"SALESFORCE_REFRESH_TOKEN": "kept elsewhere"}

    done = Entente.on(sandbox, tmp_path, **settings).run("look", "--output", str(tmp_path / "look.html"))

    assert done.returncode == 1
    assert "a look keeps nothing" in done.stderr
    assert len(done.stderr.splitlines()) == 1
