"""Associations as fields, over real HTTP: read a page at a time, written with their record, and told as they are."""

from __future__ import annotations

import pytest

from connectors.base import Answer, Create, Policy, Refused, Shown, Update
from connectors.hubspot import HubSpotConnector
from crm.record import Record, Ref, Side, Value, Wire
from tests.connectors.contract import shown
from tests.sandbox_client import SandboxClient

COMPANIES, CONTACTS = "associations.companies", "associations.contacts"


@pytest.fixture
def hubspot(sandbox: SandboxClient) -> HubSpotConnector:
    connector = HubSpotConnector(sandbox.hubspot_url, "pat-otto", sleep=lambda seconds: None)
    connector.set_up(connector.setup_steps(["contacts", "companies", "calls"]))
    return connector


def make(hubspot: HubSpotConnector, object_name: str, key: str, **fields: Value) -> Answer:
    write = Create(Side.MARKETING, object_name, key, {name.replace("__", "."): v for name, v in fields.items()})
    return hubspot.write_many(object_name, [write], [])[0]


@pytest.fixture
def companies(hubspot: HubSpotConnector) -> list[str]:
    names = ["Nordlicht", "Velmora", "Brisa"]
    return [shown(make(hubspot, "companies", name, name=name, domain=f"{name}.example")).ref.id for name in names]


def write(hubspot: HubSpotConnector, ref: Ref, name: str, value: Value) -> Answer:
    return hubspot.write_many(ref.object, [Update(Side.MARKETING, ref, {name: value})], [name])[0]


def now(hubspot: HubSpotConnector, ref: Ref, name: str) -> Wire:
    return read(hubspot, ref, name).fields[name]


def read(hubspot: HubSpotConnector, ref: Ref, name: str) -> Record:
    return hubspot.get_many(ref.object, [ref.id], ["lastname", name])[0]


def test_a_contact_is_made_with_its_company_and_shows_it(hubspot: HubSpotConnector, companies: list[str]) -> None:
    answer = make(hubspot, "contacts", "rita", lastname="Lang", associations__companies=companies[1])

    record = shown(answer)
    assert record.fields[COMPANIES] == companies[1]
    stored = read(hubspot, record.ref, COMPANIES)
    assert stored.fields[COMPANIES] == companies[1]
    again = hubspot.decode("contacts", stored.payload)
    assert again.fields[COMPANIES] == companies[1]
    assert again.fields["lastname"] == "Lang"


def test_the_primary_company_comes_first_and_a_new_one_leaves_the_others(
    hubspot: HubSpotConnector, companies: list[str]
) -> None:
    ref = shown(make(hubspot, "contacts", "rita", associations__companies=companies[0])).ref

    answer = write(hubspot, ref, COMPANIES, companies[2])

    assert shown(answer).fields[COMPANIES] == f"{companies[2]};{companies[0]}"
    assert hubspot.get_many("contacts", [ref.id], ["associatedcompanyid"])[0].fields == {
        "associatedcompanyid": companies[2]
    }
    assert shown(write(hubspot, ref, COMPANIES, None)).fields[COMPANIES] == companies[0]


def test_a_set_is_what_is_there_afterwards(hubspot: HubSpotConnector) -> None:
    people = [shown(make(hubspot, "contacts", name, lastname=name)).ref.id for name in ("Ann", "Bob", "Cid")]
    about: dict[str, Value] = {"hs_timestamp": "1760000000000", CONTACTS: frozenset(people[:2])}
    ref = shown(hubspot.write_many("calls", [Create(Side.MARKETING, "calls", "k", about)], [])[0]).ref

    answer = write(hubspot, ref, CONTACTS, frozenset(people[1:]))

    assert shown(answer).fields[CONTACTS] == ";".join(sorted(people[1:], key=int))
    assert shown(write(hubspot, ref, CONTACTS, None)).fields[CONTACTS] is None
    assert now(hubspot, ref, CONTACTS) is None


def test_one_who_cannot_be_joined_is_held_and_the_others_are_done(
    hubspot: HubSpotConnector, companies: list[str]
) -> None:
    refs = [shown(make(hubspot, "contacts", name, lastname=name)).ref for name in ("Ann", "Bob")]
    writes = [
        Update(Side.MARKETING, ref, {"lastname": "New", COMPANIES: company})
        for ref, company in zip(refs, ("9999999", companies[0]), strict=True)
    ]

    refused, done = hubspot.write_many("contacts", writes, ["lastname", COMPANIES])

    assert isinstance(refused, Refused)
    assert (refused.policy, refused.field) == (Policy.HELD, COMPANIES)
    assert isinstance(done, Shown)
    assert done.record.fields[COMPANIES] == companies[0]


def test_a_page_costs_one_call_more_and_only_where_it_is_asked(hubspot: HubSpotConnector, companies: list[str]) -> None:
    writes = [
        Create(Side.MARKETING, "contacts", f"k{n}", {"lastname": f"N{n}", COMPANIES: companies[0]}) for n in range(120)
    ]
    hubspot.write_many("contacts", writes, [])

    def calls_of(fields: list[str]) -> tuple[int, set[Wire]]:
        before = hubspot.calls
        records = [record for page in hubspot.changes("contacts", fields, None) for record in page.records]
        return hubspot.calls - before, {record.fields.get(COMPANIES) for record in records}

    assert calls_of(["lastname"]) == (3, {None})  # the newest stamp, and two pages
    assert calls_of(["lastname", COMPANIES]) == (5, {companies[0]})


def test_what_an_object_can_be_associated_with_is_described(hubspot: HubSpotConnector) -> None:
    described = hubspot.describe("contacts")

    assert described[COMPANIES].writable
    assert CONTACTS not in described


def test_what_a_search_shows_again_as_it_was_costs_one_call(sandbox: SandboxClient, hubspot: HubSpotConnector) -> None:
    """Mark logged a call minutes ago: nobody asks again and again with whom it was, until it changes."""
    about = {"hs_timestamp": "2026-10-01T09:00:00Z", "hs_call_title": "Offer"}
    [made] = hubspot.write_many("calls", [Create(Side.MARKETING, "calls", "k", about)], [])

    def read_on(cursor: str) -> tuple[int, list[Wire], str]:
        before, titles = hubspot.calls, list[Wire]()
        for page in hubspot.changes("calls", ["hs_call_title", COMPANIES, CONTACTS], cursor):
            titles += [record.fields["hs_call_title"] for record in page.records]
            cursor = page.cursor
        return hubspot.calls - before, titles, cursor

    young = read_on("since:0")
    again = read_on(young[2])
    sandbox.admin("hubspot", "clock", advance=90)
    still = read_on(again[2])
    quiet = read_on(still[2])
    write(hubspot, shown(made).ref, "hs_call_title", "Renewal")
    changed = read_on(quiet[2])

    assert [each[:2] for each in (young, again, still)] == [(3, ["Offer"])] * 3
    assert quiet[:2] == (1, [])
    assert changed[:2] == (3, ["Renewal"])
