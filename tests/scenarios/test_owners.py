"""To whom records belong in both systems. Scenario 14."""

from __future__ import annotations

import pytest

from crm.record import Ref
from store import known
from tests.scenarios.company import Company
from tests.scenarios.conftest import MakeCompany
from tests.scenarios.invariants import check

OWNER = {"owner": {"marketing": "hubspot_owner_id", "sales": "OwnerId", "type": "owner"}}


@pytest.fixture
def staffed(make_company: MakeCompany) -> Company:
    """A company whose reps are known on both sides, by the same addresses."""
    return make_company(has_team=True, fields=OWNER)


def users(company: Company) -> dict[str, str]:
    """Salesforce's users, by their addresses in lower case."""
    return {str(row.get("Email", "")).lower(): ref.id for ref, row in company.table("salesforce", "User").items()}


def owners(company: Company) -> dict[str, str]:
    """HubSpot's active owners, by their addresses in lower case."""
    found = company.sandbox.look("hubspot", "state", object="owners")["owners"]
    return {str(each["email"]).lower(): owner for owner, each in found.items() if not each["archived"]}


def two_reps(company: Company) -> list[tuple[str, str]]:
    """(owner, user) of two reps."""
    people = users(company)
    return [(owner, people[email]) for email, owner in sorted(owners(company).items()) if email in people][:2]


def pair_of(company: Company, owner: str, user: str) -> tuple[Ref, Ref]:
    ann, lead = company.contact(hubspot_owner_id=owner), company.lead(OwnerId=user)
    company.settle()
    assert company.links()[ann] == lead
    return ann, lead


def test_14_an_owner_travels_as_the_same_rep(staffed: Company) -> None:
    """Mona gives Ann to another rep in HubSpot: in Salesforce she is that rep's too, and the way back is the same."""
    (first, first_user), (second, second_user) = two_reps(staffed)
    ann, lead = pair_of(staffed, first, first_user)

    staffed.edit(ann, hubspot_owner_id=second)
    staffed.settle()
    assert staffed.shown(lead)["OwnerId"] == second_user
    staffed.edit(lead, OwnerId=first_user)
    staffed.settle()

    assert staffed.shown(ann)["hubspot_owner_id"] == first
    check(staffed, pairs=1, people=(1, 1))


def test_14_a_queue_or_somebody_who_left_resets_no_valid_owner(staffed: Company) -> None:
    """Salesforce gives Ann to a queue, and her rep leaves: HubSpot's owner stays, and the rest of Ann travels."""
    (owner, user), _ = two_reps(staffed)
    ann, lead = pair_of(staffed, owner, user)
    group = {"Name": "Inbound", "Type": "Queue"}
    [queue] = staffed.sandbox.admin("salesforce", "records", object="Group", records=[group])["ids"]
    served = [{"QueueId": queue, "SobjectType": "Lead"}]
    staffed.sandbox.admin("salesforce", "records", object="QueueSobject", records=served)

    staffed.edit(lead, OwnerId=queue, Title="CEO")
    staffed.settle()

    assert staffed.shown(ann)["hubspot_owner_id"] == owner
    assert staffed.shown(ann)["jobtitle"] == "CEO"
    staffed.edit(lead, OwnerId=user)
    staffed.edit(Ref("salesforce", "User", user), IsActive=False)
    known.forget("reps")
    staffed.edit(lead, Title="CTO")
    staffed.settle()
    assert staffed.shown(ann)["hubspot_owner_id"] == owner
    assert staffed.shown(ann)["jobtitle"] == "CTO"
    check(staffed, pairs=1, people=(1, 1), differs={"owner"})
