"""Consent is a ratchet, through both real connectors: scenario 8, and what HubSpot's preferences do in it."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.base import Policy, Refused
from connectors.hubspot import HubSpotConnector
from connectors.preferences import OptedOut
from crm.record import Ref
from store import desk, models
from tests.sandbox_client import SandboxClient
from tests.scenarios.company import Company
from tests.scenarios.conftest import MakeCompany
from tests.scenarios.invariants import check

OPT_OUT = {"marketing": "hs_email_optout", "sales": "HasOptedOutOfEmail", "type": "bool", "rule": "consent"}


@pytest.fixture
def make(make_company: MakeCompany) -> MakeCompany:
    def make(**about: Any) -> Company:
        return make_company(fields={"opt_out": OPT_OUT} | about.pop("fields", {}), **about)

    return make


SCOPES = ["oauth", "crm.objects.owners.read", "communication_preferences.read_write"]
SCOPES += [f"crm.{area}.contacts.{does}" for area in ("objects", "schemas") for does in ("read", "write")]


def is_out(company: Company, *refs: Ref) -> list[bool]:
    """Whether each record shows an opt-out; HubSpot answers with text, Salesforce with a checkbox."""
    names = {"hubspot": "hs_email_optout", "salesforce": "HasOptedOutOfEmail"}
    return [company.shown(ref).get(names[ref.system]) in (True, "true") for ref in refs]


def unsubscribe(company: Company, address: str) -> None:
    """A person follows the link at the foot of a mail."""
    company.later(1)
    company.sandbox.admin("hubspot", "unsubscribe", email=address)


def subscribe(company: Company, address: str) -> None:
    """A person asks for mail again, on a form of the website."""
    company.later(1)
    body = {"channel": "EMAIL", "statusState": "SUBSCRIBED", "subscriptionId": 35_555_791}
    answer = company.sandbox.hubspot("POST", f"/communication-preferences/v4/statuses/{address}", body)
    assert answer.json()["results"][0]["setStatusSuccessReason"] == "RESUBSCRIBE_OCCURRED"


def told(company: Company) -> int:
    """How many calls opted somebody out."""
    found = company.sandbox.look("hubspot", "requests", path="*/unsubscribe-all", method="POST")
    return int(found["count"])


def test_08_an_opt_out_out_of_scope_reaches_salesforce_and_an_untick_is_set_back(make: MakeCompany) -> None:
    """Ann leaves the list, opts out in HubSpot; then Rita unticks the box, and it is ticked again, with a line."""
    listed = {"field": "contact.title", "op": "eq", "value": "listed"}
    company = make(contact={"scope": {"marketing": listed, "sales": listed}}, zoe={"jobtitle": None})
    ann, lead = company.contact("Ann", jobtitle="listed"), company.lead("Ann", Title="listed")
    company.settle()
    for ref, name in ((ann, "jobtitle"), (lead, "Title")):
        company.edit(ref, **{name: "gone"})
    company.settle()

    unsubscribe(company, "ann@x.com")
    company.sync()
    assert is_out(company, ann, lead) == [True, True]
    company.edit(lead, HasOptedOutOfEmail=False)
    company.settle()

    assert is_out(company, ann, lead) == [True, True]
    last = models.Change.objects.filter(field="opt_out").latest("id")
    assert (last.ref, last.old, last.new, last.rule) == (str(lead), "false", "true", "consent")
    assert told(company) == 0
    check(company, pairs=1, people=(1, 1), differs=["opt_out"])


def test_08_whoever_is_made_opted_out_is_unsubscribed_before_a_list_can_hold_her(make: MakeCompany) -> None:
    """The address is opted out first: the contact in HubSpot has never been anything else."""
    company = make()
    company.settle()
    lead = company.lead("Ann", HasOptedOutOfEmail=True)

    company.sync()

    [ann] = company.links()
    assert is_out(company, ann, lead) == [True, True]
    [made] = [each for each in company.all_written() if each["ref"] == ann and each["action"] == "create"]
    first = next(each for each in company.all_written() if each["action"] == "unsubscribe")
    assert first["at"] <= made["at"]
    check(company, pairs=1, people=(1, 1), differs=["opt_out"])


def test_08_a_deletion_out_of_scope_is_still_noticed(make: MakeCompany) -> None:
    """Otto narrows the list; when Rita deletes a lead who is not on it, the pair is parted, and not made again."""
    company = make()
    ann, lead = company.pair("Ann")
    listed = {"field": "contact.title", "op": "eq", "value": "listed"}
    company.configure(fields={"opt_out": OPT_OUT}, contact={"scope": {"marketing": listed, "sales": listed}})
    company.settle()

    company.delete(lead)
    company.settle()

    assert models.Tombstone.objects.filter(ref=str(ann), gone=str(lead)).exists()
    check(company, pairs=0, people=(1, 0), differs=["opt_out"])


@pytest.mark.parametrize(("keep", "out"), [("marketing", False), ("sales", True)])
def test_08_a_later_subscription_waits_for_a_person(make: MakeCompany, keep: str, out: bool) -> None:
    """Ann subscribes again on the website: Mark is asked, and one click carries it out on both sides."""
    company = make()
    ann, lead = company.pair("Ann")
    company.edit(lead, HasOptedOutOfEmail=True)
    company.settle()
    assert is_out(company, ann, lead) == [True, True]

    subscribe(company, "ann@x.com")
    company.settle()
    assert company.conflicts() == [("subscribed", "opt_out")]
    assert is_out(company, ann, lead) == [False, True]
    conflict = models.Conflict.objects.get(closed_at=None)
    desk.decide(conflict.id, keep, "", desk.fingerprint(conflict), "mark")
    company.settle()

    assert company.conflicts() == []
    assert is_out(company, ann, lead) == [out, out]


def test_an_opt_out_follows_her_to_another_address(make: MakeCompany) -> None:
    """HubSpot's opt-out is of the address: a new one comes without, and is opted out in the next pass."""
    company = make()
    ann, lead = company.pair("Ann")
    unsubscribe(company, "ann@x.com")
    company.settle()

    company.edit(ann, email="ann@y.com")
    company.settle()

    assert company.shown(lead)["Email"] == "ann@y.com"
    assert is_out(company, ann, lead) == [True, True]
    check(company, pairs=1, people=(1, 1), differs=["opt_out"])


@pytest.mark.parametrize(("is_enterprise", "calls"), [(True, 1), (False, 30)])
def test_many_opt_outs_are_told_in_batches_only_where_the_portal_has_them(
    make: MakeCompany, is_enterprise: bool, calls: int
) -> None:
    """30 reps' ticks: one call with Marketing Hub Enterprise, else one for each address, and one to learn that."""
    company = make()
    company.add_leads([{"LastName": f"N{n}", "Email": f"n{n}@x.com", "HasOptedOutOfEmail": True} for n in range(30)])
    if not is_enterprise:
        company.sandbox.admin("hubspot", "auth", scopes=SCOPES)

    company.sync()

    assert told(company) == calls + (not is_enterprise)
    rows = [row for ref, row in company.table("hubspot", "contacts").items() if ref not in company.bystanders]
    assert [row["hs_email_optout"] for row in rows] == ["true"] * 30


def test_an_address_that_hubspot_does_not_take_is_answered_alone(sandbox: SandboxClient) -> None:
    """The others of its batch are opted out."""
    hubspot = HubSpotConnector(sandbox.hubspot_url, "pat-otto", sleep=lambda seconds: None)

    good, bad, also_good = hubspot.opt_out(["ann@x.com", "rita at nordlicht", "bob@x.com"])

    assert isinstance(bad, Refused)
    assert bad.policy is Policy.DEAD
    assert "rita" not in bad.message
    assert hubspot.choice("ann@x.com").is_out
    assert hubspot.choice("bob@x.com").is_out
    assert isinstance(good, OptedOut)
    assert isinstance(also_good, OptedOut)
