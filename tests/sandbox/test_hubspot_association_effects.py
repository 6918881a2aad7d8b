"""What follows from associations: searches by them, derived properties, the log, and people seeded with deals."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.hubspot.associations.store import Associations
from sandbox.hubspot.associations.types import AssociationTypes
from sandbox.hubspot.kinds import KINDS
from tests.sandbox.hubspot_helper import AT, DEAL, NOTE, OBJECTS, joined, make, properties_of
from tests.sandbox_client import SandboxClient

SEARCH = f"{OBJECTS}/notes/search"


@pytest.fixture
def rita(sandbox: SandboxClient) -> str:
    return make(sandbox, "contacts", {"email": "rita@velmora.example"})


@pytest.fixture
def velmora(sandbox: SandboxClient) -> str:
    return make(sandbox, "companies", {"name": "Velmora"})


@pytest.mark.parametrize(
    ("operator", "value", "finds"),
    [("EQ", "rita", 1), ("IN", ["rita", "404"], 1), ("NEQ", "rita", 1), ("HAS_PROPERTY", None, 1), ("EQ", "404", 0)],
)
def test_a_search_finds_records_by_what_they_are_joined_to(
    sandbox: SandboxClient, rita: str, operator: str, value: Any, finds: int
) -> None:
    make(sandbox, "notes", NOTE, (rita, 202))
    make(sandbox, "notes", NOTE)
    filter_: dict[str, Any] = {"propertyName": "associations.contact", "operator": operator}
    names = {"rita": rita}
    if isinstance(value, list):
        filter_["values"] = [names.get(each, each) for each in value]
    elif value:
        filter_["value"] = names.get(value, value)

    answer = sandbox.hubspot("POST", SEARCH, {"filterGroups": [{"filters": [filter_]}]}).json()

    assert answer["total"] == finds


def test_a_search_sees_an_association_that_is_made_later(sandbox: SandboxClient, rita: str) -> None:
    note = make(sandbox, "notes", NOTE)
    wanted = {"propertyName": "associations.contact", "operator": "EQ", "value": rita}
    body = {"filterGroups": [{"filters": [wanted]}]}
    before = sandbox.hubspot("POST", SEARCH, body).json()["total"]

    sandbox.hubspot("PUT", f"/crm/v4/objects/notes/{note}/associations/default/contacts/{rita}")

    assert (before, sandbox.hubspot("POST", SEARCH, body).json()["total"]) == (0, 1)
    for broken in ({"propertyName": "associations.unicorn"}, {"value": "Rita"}, {"operator": "GT"}):
        refused = sandbox.hubspot("POST", SEARCH, {"filterGroups": [{"filters": [wanted | broken]}]})
        assert refused.status == 400


def test_a_logged_activity_moves_the_contacts_date_of_last_change(sandbox: SandboxClient, rita: str) -> None:
    sandbox.admin("hubspot", "clock", set=AT)
    names = ("lastmodifieddate", "num_notes", "notes_last_contacted", "notes_last_updated")
    before = properties_of(sandbox, "contacts", rita, *names)

    make(sandbox, "calls", {"hs_timestamp": "2026-11-01T08:00:00Z"}, (rita, 194))
    sandbox.admin("hubspot", "clock", advance=60)
    make(sandbox, "notes", NOTE, (rita, 202))

    after = properties_of(sandbox, "contacts", rita, *names)
    assert (before["num_notes"], before["notes_last_contacted"]) == (None, None)
    assert after["num_notes"] == "2"
    assert after["notes_last_contacted"] == "2026-11-01T08:00:00Z"
    assert after["lastmodifieddate"] == after["notes_last_updated"] == "2026-11-02T09:01:00.002Z"
    assert [each["action"] for each in sandbox.look("hubspot", "writes")["writes"]] == ["create"] * 3


def test_each_association_and_its_end_are_one_entry_in_the_log(sandbox: SandboxClient, rita: str, velmora: str) -> None:
    path = f"/crm/v4/objects/contacts/{rita}/associations"
    written = sandbox.look("hubspot", "writes")["count"]

    sandbox.hubspot("PUT", f"{path}/default/companies/{velmora}")
    sandbox.hubspot("DELETE", f"{path}/companies/{velmora}")
    sandbox.hubspot("DELETE", f"{path}/companies/{velmora}")
    sandbox.hubspot("PUT", f"{path}/default/companies/404")

    entries = sandbox.look("hubspot", "writes")["writes"][written:]
    shown = [(each["action"], each["object"], each["id"], each["fields"]["toId"]) for each in entries]
    assert shown == [("associate", "contacts", rita, velmora), ("dissociate", "contacts", rita, velmora)]


def test_the_state_shows_every_association_from_both_sides(sandbox: SandboxClient, rita: str) -> None:
    deal = make(sandbox, "deals", DEAL, (rita, 3))

    assert sandbox.look("hubspot", "associations") == {
        "count": 2,
        "associations": [
            ["contacts", int(rita), "deals", int(deal), "contact_to_deal"],
            ["deals", int(deal), "contacts", int(rita), "deal_to_contact"],
        ],
    }


def test_people_are_seeded_with_deals_only_when_that_is_asked_for(sandbox: SandboxClient) -> None:
    sandbox.admin("hubspot", "clock", set=AT)
    sandbox.admin("hubspot", "seed", people=60)
    alone = sandbox.look("hubspot", "state")

    sandbox.admin("hubspot", "seed", people=60, deals=4)

    both = sandbox.look("hubspot", "state")
    assert set(alone) == {"contacts", "companies", "owners"}
    assert {name: len(each) for name, each in both.items() if name not in alone} == {
        "deals": 4, "calls": 4, "emails": 4, "meetings": 4, "notes": 4, "tasks": 4,
    }  # fmt: skip
    assert both["contacts"].keys() == alone["contacts"].keys()
    assert sandbox.look("hubspot", "writes")["count"] == 0
    deal = next(iter(both["deals"]))
    (contact,) = joined(sandbox, "deals", deal, "contacts")
    (company,) = joined(sandbox, "deals", deal, "companies")
    assert both["contacts"][contact]["associatedcompanyid"] == company
    assert both["contacts"][contact]["num_notes"] == "5"
    assert both["contacts"][contact]["lastmodifieddate"] == alone["contacts"][contact]["lastmodifieddate"]
    assert both["deals"][deal]["hs_is_closed"] in ("true", "false")


def test_what_is_in_the_recycle_bin_is_neither_counted_nor_anyones_company(
    sandbox: SandboxClient, rita: str, velmora: str
) -> None:
    mona = make(sandbox, "contacts", {"email": "mona@velmora.example"}, (velmora, 279))
    sandbox.hubspot("PUT", f"/crm/v4/objects/contacts/{rita}/associations/default/companies/{velmora}")
    note = make(sandbox, "notes", NOTE, (rita, 202))

    sandbox.hubspot("DELETE", f"{OBJECTS}/contacts/{mona}")
    sandbox.hubspot("DELETE", f"{OBJECTS}/notes/{note}")
    counted = properties_of(sandbox, "companies", velmora, "num_associated_contacts")["num_associated_contacts"]
    noted = properties_of(sandbox, "contacts", rita, "num_notes")["num_notes"]
    sandbox.hubspot("DELETE", f"{OBJECTS}/companies/{velmora}")
    alone = properties_of(sandbox, "contacts", rita, "associatedcompanyid")["associatedcompanyid"]
    for kind, gone in (("companies", velmora), ("contacts", mona)):
        sandbox.admin("hubspot", "restore", object=kind, id=gone)

    assert (counted, noted, alone) == ("1", "0", None)
    assert properties_of(sandbox, "contacts", rita, "associatedcompanyid")["associatedcompanyid"] == velmora
    assert properties_of(sandbox, "companies", velmora, "num_associated_contacts")["num_associated_contacts"] == "2"


def test_a_company_takes_the_place_of_a_primary_one_in_the_recycle_bin(
    sandbox: SandboxClient, rita: str, velmora: str
) -> None:
    sandbox.hubspot("PUT", f"/crm/v4/objects/contacts/{rita}/associations/default/companies/{velmora}")
    sandbox.hubspot("DELETE", f"{OBJECTS}/companies/{velmora}")
    other = make(sandbox, "companies", {"name": "Velmora Holding"}, (rita, 280))

    sandbox.admin("hubspot", "restore", object="companies", id=velmora)

    assert joined(sandbox, "contacts", rita, "companies") == {velmora: [279], other: [1, 279]}
    assert properties_of(sandbox, "contacts", rita, "associatedcompanyid")["associatedcompanyid"] == other


def test_the_end_of_what_lay_in_the_recycle_bin_is_no_news_to_its_neighbours(sandbox: SandboxClient, rita: str) -> None:
    notes = [{"id": make(sandbox, "notes", NOTE, (rita, 202))} for _ in range(2)]
    sandbox.hubspot("POST", f"{OBJECTS}/notes/batch/archive", {"inputs": notes})
    before = properties_of(sandbox, "contacts", rita, "num_notes")

    sandbox.admin("hubspot", "clock", advance=91 * 24 * 3600)

    assert properties_of(sandbox, "contacts", rita, "num_notes") == before


@pytest.fixture
def store() -> Associations:
    return Associations(AssociationTypes({kind.name: kind.singular for kind in KINDS}))


def test_a_merge_gives_the_winner_all_neighbours_and_leaves_its_primary_company(store: Associations) -> None:
    plain = store.types.default("contacts", "companies")
    noted = store.types.default("contacts", "notes")
    assert plain
    assert noted
    store.add(("contacts", 1), ("companies", 10), plain)
    store.add(("contacts", 2), ("companies", 20), plain)
    store.add(("contacts", 2), ("notes", 5), noted)

    store.moved(("contacts", 2), ("contacts", 1))

    assert {each: [type_.id for type_ in types] for each, types in store.of(("contacts", 1), "companies").items()} == {
        10: [1, 279], 20: [279],
    }  # fmt: skip
    assert list(store.of(("notes", 5), "contacts")) == [1]
    assert list(store.all_of(("contacts", 2))) == []


def test_a_forgotten_record_is_nobodys_neighbour_from_either_side(store: Associations) -> None:
    plain = store.types.default("contacts", "companies")
    assert plain
    store.add(("contacts", 1), ("companies", 10), plain)

    changes = store.forget(("contacts", 1))

    assert {(start, end, is_removed) for start, end, _, is_removed in changes} == {
        (("contacts", 1), ("companies", 10), True)
    }
    assert dict(store.of(("companies", 10), "contacts")) == {}
