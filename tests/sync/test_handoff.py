"""Mark hands people over: each becomes a member of a campaign in Salesforce, once, and nobody else does."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.base import Policy
from connectors.memory import MemoryConnector
from crm.record import Ref
from store import models
from tests.sync.conftest import MakeHouse
from tests.sync.fragile import sync_until
from tests.sync.house import House, salesforce, text
from tests.sync.test_engine_kill import another_day
from wiring import undoing

CAMPAIGN = "Autumn webinar"
BY_FORM = {"by": "form", "values": {"webinar": CAMPAIGN, "fair": "Spring fair"}}
FORM = {"form": {"marketing": "lifecyclestage", "type": "text", "rule": "off"}}
QUALIFIED = {"marketing": {"field": "contact.title", "op": "eq", "value": "MQL"}, "sales": "all"}


def sales(*names: str, is_active: bool = True) -> MemoryConnector:
    """Salesforce with its campaigns."""
    connector = salesforce()
    members = [text(name) for name in ("CampaignId", "LeadId", "ContactId")]
    campaigns = {"Campaign": [text("Name"), text("IsActive")], "CampaignMember": members}
    connector.objects = {**connector.objects, **campaigns}
    for name in names or (CAMPAIGN, "Spring fair"):
        connector.add("Campaign", {"Name": name, "IsActive": "true" if is_active else "false"})
    return connector


@pytest.fixture
def house(make_house: MakeHouse) -> House:
    return make_house(sales=sales(), contact={"handoff_campaign": CAMPAIGN})


def members(house: House, campaign: str = CAMPAIGN) -> list[str]:
    """The last names of a campaign's members."""
    names = {each.ref.id: each.fields["Name"] for each in house.sales.everything("Campaign")}
    people = [
        Ref("salesforce", kind, str(each.fields[f"{kind}Id"]))
        for each in house.sales.everything("CampaignMember")
        if names[str(each.fields["CampaignId"])] == campaign
        for kind in ("Lead", "Contact")
        if each.fields.get(f"{kind}Id")
    ]
    return sorted(str(house.shown(ref)["LastName"]) for ref in people)


def switch_on(house: House, **contact: Any) -> None:
    house.configure(contact={"handoff_campaign": CAMPAIGN} | contact)
    house.open()


def test_whom_a_pass_makes_in_salesforce_is_a_member_once(house: House) -> None:
    house.contact("Ann")

    house.settle()
    house.settle()

    assert members(house) == ["Ann"]
    [lead] = house.links().values()
    [change] = models.Change.objects.filter(field="handoff_campaign")
    assert (change.ref, change.old, change.rule) == (str(lead), None, "handoff_campaign")
    assert change.reason == "handed over to Autumn webinar"


def test_whom_a_pass_finds_there_is_handed_over_too(house: House) -> None:
    house.lead("Ann")
    house.contact("Ann")
    house.person("Bob")
    house.contact("Bob")

    house.settle()

    assert members(house) == ["Ann", "Bob"]


def test_whom_sales_brought_was_never_handed_over(house: House) -> None:
    house.lead("Ann")

    house.settle()

    assert len(house.links()) == 1
    assert members(house) == []


def test_who_was_linked_before_it_was_switched_on_is_left_alone(make_house: MakeHouse) -> None:
    house = make_house(sales=sales())
    house.pair("Ann")
    house.contact("Bob")

    switch_on(house)
    house.settle()

    assert members(house) == ["Bob"]
    house.marketing.edit(next(iter(house.links())), jobtitle="Buyer")
    house.settle()
    assert members(house) == ["Bob"]


def test_who_comes_into_scope_later_is_handed_over_then(make_house: MakeHouse) -> None:
    """Rita knows Ann already; Mark qualifies her a month after."""
    house = make_house(sales=sales(), contact={"handoff_campaign": CAMPAIGN, "scope": QUALIFIED})
    contact, _ = house.pair("Ann")
    before = members(house)

    house.marketing.edit(contact, jobtitle="MQL")
    house.settle()

    assert (before, members(house)) == ([], ["Ann"])


def test_each_value_of_a_field_has_its_campaign(make_house: MakeHouse) -> None:
    house = make_house(sales=sales(), fields=FORM, contact={"handoff_campaign": BY_FORM})
    ann = house.contact("Ann", lifecyclestage="webinar")
    house.contact("Bob", lifecyclestage="other")
    house.settle()
    assert (members(house), members(house, "Spring fair")) == (["Ann"], [])

    house.marketing.edit(ann, lifecyclestage="fair")
    house.settle()

    assert (members(house), members(house, "Spring fair")) == (["Ann"], ["Ann"])


def test_another_campaign_for_everybody_takes_only_who_comes_then(house: House) -> None:
    house.contact("Ann")
    house.settle()

    switch_on(house, handoff_campaign="Spring fair")
    house.contact("Bob")
    house.settle()

    assert (members(house), members(house, "Spring fair")) == (["Ann"], ["Bob"])


def test_whom_a_rep_takes_out_stays_out(house: House) -> None:
    contact = house.contact("Ann")
    house.settle()
    [member] = house.sales.everything("CampaignMember")
    house.sales.delete(member.ref)

    house.marketing.edit(contact, jobtitle="Buyer")
    house.settle()

    assert members(house) == []


def test_who_is_converted_on_the_way_joins_as_a_contact(house: House) -> None:
    house.contact("Ann")
    house.sync()
    [lead] = house.links().values()
    house.sales.convert(lead, "Contact", {"LastName": "Ann", "Email": "ann@x.com"})

    house.settle()

    assert members(house) == ["Ann"]


@pytest.mark.parametrize(
    ("connector", "says"),
    [
        (sales(CAMPAIGN, is_active=False), "the campaign 'Autumn webinar' is not active"),
        (sales("Spring fair"), "there is no campaign 'Autumn webinar'"),
        (sales(CAMPAIGN, CAMPAIGN), "2 active campaigns are called 'Autumn webinar': write the id"),
        (salesforce(), "may not add members to campaigns: tick Marketing User"),
    ],
)
def test_a_campaign_that_nobody_can_join_holds_and_says_why(
    make_house: MakeHouse, connector: MemoryConnector, says: str
) -> None:
    house = make_house(sales=connector, contact={"handoff_campaign": CAMPAIGN})
    house.contact("Ann")

    house.settle()

    assert len(house.links()) == 1
    assert house.held() == [("handoff_campaign", "campaign")]
    assert says in models.Held.objects.get().message


def test_once_the_campaign_is_mended_who_waited_joins(make_house: MakeHouse) -> None:
    house = make_house(sales=sales(CAMPAIGN, is_active=False), contact={"handoff_campaign": CAMPAIGN})
    house.contact("Ann")
    house.settle()
    [campaign] = house.sales.everything("Campaign")

    house.sales.edit(campaign.ref, IsActive="true")
    house.open()
    house.settle()

    assert members(house) == ["Ann"]
    assert house.held() == []


@pytest.mark.parametrize("policy", [Policy.DEAD, Policy.HELD])
def test_a_refusal_is_held_with_a_hint_and_not_sent_again(house: House, policy: Policy) -> None:
    house.contact("Ann")
    house.sync()
    house.sales.refuse(1, policy, "INSUFFICIENT_ACCESS_OR_READONLY")
    house.settle()
    before = house.writes()

    house.settle()

    assert house.writes() == before
    assert house.dead() == []
    held = models.Held.objects.get()
    assert (held.field, held.code) == ("handoff_campaign", "INSUFFICIENT_ACCESS_OR_READONLY")
    assert "Marketing User" in held.message


def test_a_busy_system_is_asked_again(house: House) -> None:
    house.contact("Ann")
    house.sync()
    house.sales.refuse(1, Policy.LATER, "UNABLE_TO_LOCK_ROW")

    house.settle()

    assert members(house) == ["Ann"]
    assert (house.dead(), house.held()) == ([], [])


def test_a_lost_answer_makes_no_second_member_and_one_line_of_history(house: House) -> None:
    house.contact("Ann")
    house.sync()
    house.sales.lose_answers()
    house.sync()

    house.settle()

    assert members(house) == ["Ann"]
    assert models.Change.objects.filter(field="handoff_campaign").count() == 1


@pytest.mark.parametrize("is_resumed", [False, True], ids=["run again", "resumed"])
def test_killed_at_any_step_everybody_joins_once(house: House, is_resumed: bool) -> None:
    house.contact("Ann")
    house.sync()
    steps, is_over = -2 + is_resumed, False
    while not is_over:
        steps += 3
        with another_day(house):
            is_over = sync_until(house, steps) < steps
            if is_resumed:
                house.resume()
            house.settle()
            assert members(house) == ["Ann"], steps
            assert models.Change.objects.filter(field="handoff_campaign").count() == 1, steps
    assert steps > 20


def test_an_undo_leaves_members_where_they_are(house: House) -> None:
    house.contact("Ann")
    house.settle()
    run = models.Change.objects.get(field="handoff_campaign").run_id

    result = house.service.undo(undoing.wanted(run, None, archive_created=False))

    assert result["undo"]["left"] == {"beside": 1}
    assert members(house) == ["Ann"]
