"""A house whose two systems are the sandbox's, reached by the real connectors over real HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config.environment import Environment
from connectors.hubspot import HubSpotConnector
from connectors.salesforce import SalesforceConnector
from connectors.salesforce.login import ClientCredentials
from crm.record import Ref, Side
from store import models
from tests.sandbox_client import SandboxClient
from tests.sync.house import House

CONTACTS = "/crm/v3/objects/contacts"


class Vendors(House):
    """Ann and the others in HubSpot and Salesforce; `contact` and the rest change the mapping as in any house."""

    def __init__(self, sandbox: SandboxClient, directory: Path, **about: Any) -> None:
        self.sandbox = sandbox
        self.hubspot = HubSpotConnector(sandbox.hubspot_url, "pat-otto", sleep=lambda _: None)
        sign_in = ClientCredentials("otto", "secret")
        self.salesforce = SalesforceConnector(sandbox.salesforce_url, sign_in, sleep=lambda _: None)
        for connector, objects in ((self.hubspot, ["contacts"]), (self.salesforce, ["Lead", "Contact"])):
            connector.set_up(connector.setup_steps(objects))
        self.directory = directory
        self.connectors: Any = {Side.MARKETING: self.hubspot, Side.SALES: self.salesforce}
        self.settings = Environment(
            data_dir=directory / "var", config_dir=directory, hubspot_url=sandbox.hubspot_url, hubspot_token="pat-otto",
            salesforce_url=sandbox.salesforce_url, salesforce_client_id="otto", salesforce_client_secret="secret",
        )  # fmt: skip
        self.configuration = self.configure(**about)
        self.service = self.open()

    def writes(self) -> int:
        """How often either system was written to, by whomever."""
        return sum(int(self.sandbox.look(system, "writes")["count"]) for system in ("hubspot", "salesforce"))

    # -- people ------------------------------------------------------------------------------------------------------

    def mark_enters(self, name: str, **properties: str) -> Ref:
        whole = {"email": f"{name.lower()}@velmora.example", "lastname": name, "company": "Velmora"} | properties
        made = self.sandbox.admin("hubspot", "edit", object="contacts", properties=whole)
        return Ref("hubspot", "contacts", str(made["id"]))

    def mark_edits(self, ref: Ref, **properties: str) -> None:
        self.sandbox.admin("hubspot", "edit", object="contacts", id=ref.id, properties=properties)

    def mark_merges(self, winner: Ref, loser: Ref) -> Ref:
        body = {"primaryObjectId": winner.id, "objectIdToMerge": loser.id}
        answer = self.sandbox.hubspot("POST", f"{CONTACTS}/merge", body)
        assert answer.status == 200, answer.data
        return Ref("hubspot", "contacts", answer.json()["id"])

    def mark_archives(self, ref: Ref) -> None:
        assert self.sandbox.hubspot("DELETE", f"{CONTACTS}/{ref.id}").status == 204

    def mark_erases(self, ref: Ref) -> None:
        assert self.sandbox.hubspot("POST", f"{CONTACTS}/gdpr-delete", {"objectId": ref.id}).status == 204

    def rita_enters(self, name: str, object_name: str = "Lead", **fields: Any) -> Ref:
        company = {"Company": "Velmora"} if object_name == "Lead" else {}
        whole = {"Email": f"{name.lower()}@velmora.example", "LastName": name, **company} | fields
        made = self.sandbox.admin("salesforce", "edit", object=object_name, fields=whole)
        return Ref("salesforce", object_name, made["id"])

    def rita_edits(self, ref: Ref, **fields: Any) -> None:
        self.sandbox.admin("salesforce", "edit", object=ref.object, id=ref.id, fields=fields)

    def rita_converts(self, lead: Ref) -> Ref:
        made = self.sandbox.admin("salesforce", "convert", lead=lead.id, account="Velmora")
        return Ref("salesforce", "Contact", made["contact"])

    def rita(self, does: str, ref: Ref, **more: Any) -> None:
        """delete or undelete a record, or merge others into it."""
        which = {"master": ref.id} if does == "merge" else {"id": ref.id}
        self.sandbox.admin("salesforce", does, object=ref.object, **which, **more)

    def couple(self, name: str, **properties: str) -> tuple[Ref, Ref]:
        """A person known on both sides and linked."""
        both = self.mark_enters(name, **properties), self.rita_enters(name)
        self.settle()
        assert self.links()[both[0]] == both[1]
        return both

    # -- what stands -------------------------------------------------------------------------------------------------

    def state(self, ref: Ref) -> Mapping[str, Any]:
        """All that a record holds in its own system, in the recycle bin too."""
        found = self.sandbox.look(ref.system, "state", object=ref.object)[ref.object]
        return dict(found.get(ref.id, {}))

    def live(self) -> tuple[int, int]:
        """How many contacts marketing has, and how many leads that are not converted and contacts sales has."""
        listed = self.sandbox.hubspot("GET", f"{CONTACTS}?limit=100").json()["results"]
        leads = self.sandbox.look("salesforce", "state", object="Lead")["Lead"].values()
        contacts = self.sandbox.look("salesforce", "state", object="Contact")["Contact"].values()
        people = [each for each in leads if not each.get("IsConverted") and not each.get("IsDeleted")]
        return len(listed), len(people) + len([each for each in contacts if not each.get("IsDeleted")])

    def quiet(self) -> None:
        """A look at everything writes nothing more."""
        self.settle()
        before = self.writes()
        self.service.records.touch_all("contact")
        self.sync()
        assert self.writes() == before
        assert not models.Touch.objects.exists()
