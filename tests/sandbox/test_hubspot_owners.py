"""Owners: their two ids, their teams, those who left, and pages of them."""

from __future__ import annotations

import pytest

from tests.sandbox.hubspot_helper import official
from tests.sandbox_client import SandboxClient

OWNERS = "/crm/v3/owners"


@pytest.fixture
def team(sandbox: SandboxClient) -> SandboxClient:
    sandbox.admin("hubspot", "seed", people=0)
    return sandbox


def test_an_owner_has_an_id_a_user_id_and_a_team(team: SandboxClient) -> None:
    api = official(team).crm.owners.owners_api

    (rita,) = api.get_page(email="rita.lang@vendor.example").results
    (mona,) = api.get_page(email="mona.weber@vendor.example").results

    assert str(rita.user_id) != rita.id
    assert rita.user_id_including_inactive == rita.user_id
    assert [(each.name, each.primary) for each in rita.teams] == [("Central Europe", True)]
    assert mona.teams[0].id == rita.teams[0].id
    assert api.get_by_id(rita.user_id, id_property="userId").id == rita.id


def test_an_owner_who_left_is_shown_only_among_the_archived_and_has_no_user_id(team: SandboxClient) -> None:
    (piero,) = team.hubspot("GET", f"{OWNERS}/?archived=true").json()["results"]
    active = team.hubspot("GET", f"{OWNERS}/?limit=500").json()["results"]

    assert piero["archived"] is True
    assert "userId" not in piero
    assert isinstance(piero["userIdIncludingInactive"], int)
    assert piero["id"] not in [each["id"] for each in active]
    assert team.hubspot("GET", f"{OWNERS}/{piero['id']}").status == 404
    assert team.hubspot("GET", f"{OWNERS}/{piero['id']}?archived=true").json() == piero


@pytest.mark.parametrize("path", [f"{OWNERS}/", OWNERS, "/crm/owners/2026-03", "/crm/owners/2026-09/"])
def test_owners_are_paged_in_every_version(team: SandboxClient, path: str) -> None:
    everyone = team.hubspot("GET", f"{path}?limit=500").json()["results"]
    found, link = [], f"{team.hubspot_url}{path}?limit=8"
    while link:
        page = team.pool.request("GET", link, headers={"Authorization": "Bearer x"}).json()
        found += page["results"]
        link = page.get("paging", {}).get("next", {}).get("link")

    assert found == everyone
    assert len(everyone) > 16


def test_the_old_owners_call_is_a_bare_list(team: SandboxClient) -> None:
    active = team.hubspot("GET", "/owners/v2/owners").json()
    everyone = team.hubspot("GET", "/owners/v2/owners?includeInactive=true").json()
    new = team.hubspot("GET", f"{OWNERS}/?limit=500").json()["results"]

    assert [str(each["ownerId"]) for each in active] == [each["id"] for each in new]
    assert [each["email"] for each in everyone if not each["isActive"]] == ["piero.zanetti@vendor.example"]
    assert team.hubspot("GET", f"/owners/v2/owners/{new[0]['id']}").json()["email"] == new[0]["email"]
