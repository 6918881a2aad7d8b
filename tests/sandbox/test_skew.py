"""Two systems whose clocks disagree, one of which keeps milliseconds and the other whole seconds."""

from __future__ import annotations

import pytest

from tests.sandbox.salesforce_helper import Http
from tests.sandbox_client import SandboxClient

NINE = "2026-11-02T09:00:00Z"


def stamps(sandbox: SandboxClient) -> tuple[str, str]:
    """What both systems write on a record that is made now, HubSpot's first."""
    contact = sandbox.hubspot("POST", "/crm/v3/objects/contacts", {"properties": {}}).json()
    org = Http(sandbox)
    return contact["createdAt"], org.read("Lead", org.lead())["SystemModstamp"]


def test_systems_without_skew_agree_but_for_their_resolution(sandbox: SandboxClient) -> None:
    sandbox.admin("hubspot", "clock", set="2026-11-02T09:00:00.500Z")

    assert stamps(sandbox) == ("2026-11-02T09:00:00.501Z", "2026-11-02T09:00:00.000+0000")


@pytest.mark.parametrize(
    ("seconds", "lead_at"), [(90, "2026-11-02T09:01:30.000+0000"), (-3_600.25, "2026-11-02T07:59:59.000+0000")]
)
def test_one_system_runs_ahead_of_the_other_or_behind(sandbox: SandboxClient, seconds: float, lead_at: str) -> None:
    sandbox.admin("hubspot", "clock", set=NINE)
    sandbox.admin("salesforce", "clock", skew=seconds)

    assert stamps(sandbox) == ("2026-11-02T09:00:00.001Z", lead_at)


def test_each_port_tells_its_own_time_and_the_common_clock_moves_both(sandbox: SandboxClient) -> None:
    sandbox.admin("hubspot", "clock", set=NINE)
    sandbox.admin("salesforce", "clock", skew=2.5)
    sandbox.admin("salesforce", "clock", advance=60)

    assert sandbox.look("hubspot", "clock") == {"now": "2026-11-02T09:01:00.000Z", "frozen": True, "skew": 0}
    assert sandbox.look("salesforce", "clock") == {"now": "2026-11-02T09:01:02.500Z", "frozen": True, "skew": 2.5}


def test_a_moment_that_is_set_on_a_skewed_port_is_the_time_of_the_common_clock(sandbox: SandboxClient) -> None:
    sandbox.admin("salesforce", "clock", skew=30)
    sandbox.admin("salesforce", "clock", set=NINE)

    assert sandbox.look("hubspot", "clock")["now"] == "2026-11-02T09:00:00.000Z"
    assert sandbox.look("salesforce", "clock")["now"] == "2026-11-02T09:00:30.000Z"


def test_a_token_of_a_system_that_runs_ahead_ends_by_its_own_clock(sandbox: SandboxClient) -> None:
    """Two hours of session are over for Salesforce, whatever HubSpot's clock says."""
    sandbox.admin("salesforce", "auth", strict=True, app={"client_id": "app", "client_secret": "secret"})
    form = {"grant_type": "client_credentials", "client_id": "app", "client_secret": "secret"}
    token = sandbox.pool.request("POST", f"{sandbox.salesforce_url}/services/oauth2/token", fields=form,
                                 encode_multipart=False).json()["access_token"]  # fmt: skip
    org = Http(sandbox)

    before = org("GET", "limits", Authorization=f"Bearer {token}").status
    sandbox.admin("salesforce", "clock", skew=7_201)
    after = org("GET", "limits", Authorization=f"Bearer {token}").status

    assert (before, after) == (200, 401)


def test_a_reset_takes_the_skew_back_and_leaves_the_clock(sandbox: SandboxClient) -> None:
    sandbox.admin("hubspot", "clock", set=NINE)
    sandbox.admin("hubspot", "clock", skew=30)

    sandbox.admin("hubspot", "reset")

    assert sandbox.look("hubspot", "clock") == {"now": "2026-11-02T09:00:00.000Z", "frozen": True, "skew": 0}
