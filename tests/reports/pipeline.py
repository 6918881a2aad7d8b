"""A real sales pipeline put into the sandbox's Salesforce over HTTP: 8,800 deals of 35 agents, with real gaps."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.entente import SHARED
from tests.sandbox_client import SandboxClient

FOLDER = SHARED / "data" / "crm_pipeline"
STAGES = {"Prospecting": "Prospecting", "Engaging": "Qualification", "Won": "Closed Won", "Lost": "Closed Lost"}
OPEN = ("Prospecting", "Engaging")
CLOSES = "2017-12-31"
"""When open deals close: the file does not say, and Salesforce wants to know."""
AT_ONCE = 200
API = "services/data/v66.0"


def table(name: str) -> list[dict[str, str]]:
    """One file of the pipeline."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass
class Pipeline:
    """The files, and the sandbox into which `load` puts them."""

    sandbox: SandboxClient
    deals: list[dict[str, str]] = field(default_factory=lambda: table("sales_pipeline"))
    agents: list[dict[str, str]] = field(default_factory=lambda: table("sales_teams"))

    def load(self) -> None:
        """Managers and agents as users, accounts by name, and every deal with its owner."""
        managers = self._users({agent["manager"]: None for agent in self.agents})
        users = self._users({agent["sales_agent"]: managers[agent["manager"]] for agent in self.agents})
        names = [account["account"] for account in table("accounts")]
        accounts = dict(zip(names, self._create("Account", [{"Name": name} for name in names]), strict=True))
        self._create("Opportunity", [_deal(deal, users, accounts) for deal in self.deals])

    def blank_accounts(self, key: str) -> Counter[str]:
        """Open deals without an account, by agent or by manager, counted from the file alone."""
        of = {agent["sales_agent"]: agent for agent in self.agents}
        return Counter(
            of[deal["sales_agent"]][key]
            for deal in self.deals
            if deal["deal_stage"] in OPEN and not deal["account"].strip()
        )

    def _users(self, people: dict[str, str | None]) -> dict[str, str]:
        """By name, the new users' ids; `people` gives each one's manager."""
        rows = []
        for name, manager in people.items():
            first, last = name.split(" ", 1)
            address = f"{first}.{last}@vendor.example".replace(" ", "").lower()
            row = {"FirstName": first, "LastName": last, "Email": address, "Username": address, "IsActive": True}
            rows.append(row | ({"ManagerId": manager} if manager else {}))
        made = self.sandbox.admin("salesforce", "records", object="User", records=rows)["ids"]
        return dict(zip(people, made, strict=True))

    def _create(self, kind: str, records: Sequence[dict[str, Any]]) -> list[str]:
        """Records in collections of two hundred; their ids, in order."""
        made: list[str] = []
        for part in _parts(records):
            body = {"allOrNone": True, "records": [{"attributes": {"type": kind}, **each} for each in part]}
            url = f"{self.sandbox.salesforce_url}/{API}/composite/sobjects"
            answer = self.sandbox.pool.request("POST", url, json=body, headers={"Authorization": "Bearer rita"})
            assert answer.status == 200, answer.data
            assert all(each["success"] for each in answer.json()), answer.data[:500]
            made += [each["id"] for each in answer.json()]
        return made


def _deal(deal: dict[str, str], users: dict[str, str], accounts: dict[str, str]) -> dict[str, Any]:
    fields = {
        "Name": deal["opportunity_id"],
        "OwnerId": users[deal["sales_agent"]],
        "StageName": STAGES[deal["deal_stage"]],
        "CloseDate": deal["close_date"] or CLOSES,
    }
    amount, account = deal["close_value"], deal["account"].strip()
    return (
        fields | ({"Amount": float(amount)} if amount else {}) | ({"AccountId": accounts[account]} if account else {})
    )


def _parts(records: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    for start in range(0, len(records), AT_ONCE):
        yield records[start : start + AT_ONCE]
