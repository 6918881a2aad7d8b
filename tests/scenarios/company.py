"""One company: its HubSpot, its Salesforce, the people who work in both, and our installation between them.

Both systems are the sandbox behind the real connectors; the store is the tests' database. Time is the sandbox's own and
stands still but for what a story lets pass, so that no test waits.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from config.environment import Environment
from connectors.base import Connector
from connectors.hubspot import HubSpotConnector
from connectors.salesforce import SalesforceConnector
from crm.record import Ref, Side
from store import attempts, desk, known, models, runs
from tests.sandbox_client import SandboxClient
from tests.sync.house import FIELDS, Memory
from wiring import build, passes, undoing
from wiring.configuration import load_configuration
from wiring.service import Service

MONDAY = "2026-03-02T09:00:00Z"
MAPPING: dict[str, Any] = {
    "objects": {
        "contact": {
            "marketing": "contacts",
            "sales": ["Lead", "Contact"],
            "scope": {"marketing": "all", "sales": "all"},
            "fields": FIELDS,
        }
    }
}
PASSES = 8
"""How many passes a story may take until nothing is left to do."""
Fields = Mapping[str, Any]


class Company(Memory):
    """`fields` are added to the usual ones of a contact or change them, `contact` changes the object's own keys, all
    else the mapping's. `portal` and `organisation` are custom fields of HubSpot contacts, and of leads and contacts in
    Salesforce; `zoe` is what HubSpot shows of the bystander, so that she is in step;
    with a team, reps are users of Salesforce and owners in HubSpot."""

    def __init__(
        self,
        sandbox: SandboxClient,
        directory: Path,
        *,
        portal: list[dict[str, Any]] | None = None,
        organisation: list[dict[str, Any]] | None = None,
        zoe: Mapping[str, Any] = {},
        has_team: bool = False,
        **mapping: Any,
    ) -> None:
        self.sandbox = sandbox
        self.directory = directory
        sandbox.admin("hubspot", "reset")
        sandbox.admin("hubspot", "clock", set=MONDAY)
        if has_team:
            sandbox.admin("hubspot", "seed", people=0)
        if portal:
            sandbox.admin("hubspot", "fields", object="contacts", fields=portal)
        for name in ("Lead", "Contact") if organisation else ():
            sandbox.admin("salesforce", "fields", object=name, fields=organisation)
        self.connectors = self.connect()
        for connector, objects in zip(self.connectors.values(), (["contacts"], ["Lead", "Contact"]), strict=True):
            connector.set_up(connector.setup_steps(objects))
        self.configure(**mapping)
        self.begun = self._seen = self.counts()
        self.bystanders = {ref: self.shown(ref) for ref in (self.contact("Zoe", **zoe), self.lead("Zoe"))}
        """A pair in step, about which nothing happens: nobody may write it."""

    def connect(self) -> dict[Side, Connector]:
        """Both connectors; what they wait passes in the sandbox at once."""
        return {
            Side.MARKETING: HubSpotConnector(self.sandbox.hubspot_url, "pat-otto", sleep=self.later),
            Side.SALES: SalesforceConnector(self.sandbox.salesforce_url, "00Dtoken", sleep=self.later),
        }

    def in_a_new_process(self) -> None:
        """Nothing is shared with the process that this one was forked from."""
        self.sandbox = SandboxClient(self.sandbox.hubspot_url, self.sandbox.salesforce_url)
        self.connectors = self.connect()
        self.open()

    def configure(
        self,
        *,
        fields: Mapping[str, Fields] | None = None,
        contact: Fields | None = None,
        rules: Sequence[Fields] = (),
        **mapping: Any,
    ) -> None:
        """Otto writes the mapping and the rules; the next pass goes by them."""
        written = copy.deepcopy(MAPPING) | mapping
        written["objects"]["contact"] |= copy.deepcopy(dict(contact or {}))
        for name, about in (fields or {}).items():
            written["objects"]["contact"]["fields"].setdefault(name, {}).update(about)
        (self.directory / "mapping.yaml").write_text(json.dumps(written, indent=1), encoding="utf-8")
        ruleset = json.dumps({"version": 1, "placeholders": ["n/a"], "rules": list(rules)})
        (self.directory / "rules.yaml").write_text(ruleset, encoding="utf-8")
        self.open()

    def open(self) -> Service:
        """The service as a new process would build it."""
        settings = Environment(
            data_dir=self.directory,
            config_dir=self.directory,
            hubspot_url=self.sandbox.hubspot_url,
            salesforce_url=self.sandbox.salesforce_url,
        )
        configuration = load_configuration(self.directory)
        self.service = build(settings, connectors=self.connectors, configuration=configuration)
        return self.service

    # -- time and passes -----------------------------------------------------------------------------------------------

    def later(self, seconds: float) -> None:
        """Time passes in both systems; for a connector that must wait, too."""
        self.sandbox.admin("hubspot", "clock", advance=seconds)

    def sync(self, release: int | None = None) -> dict[str, Any]:
        """The pass of one minute later."""
        self.later(60)
        return self.service.sync(release)

    def resume(self) -> None:
        """The run that a lost worker left goes on where it stood, as the next task would have it."""
        with runs.holding():
            left = runs.resumable()
            if left is not None and passes.resume(self.service, left.id, left.stage):
                self.service.to_its_end(left.id)

    def amid_writing(self, deed: Callable[[], Ref]) -> Ref:
        """A pass in the middle of which somebody does something: all is decided, and nothing written yet."""
        self.later(60)
        with runs.holding():
            run = passes.begin(self.service)
            while passes.step(self.service, run, enough=lambda: False).get("stage") != "apply":
                pass
            done = deed()
            self.service.to_its_end(run)
        return done

    @staticmethod
    def replay_lost() -> None:
        """Otto replays what was parked because worker after worker was lost over it."""
        if last := models.DeadLetter.objects.order_by("-id").first():
            desk.replay_all(attempts.LOST, last.id, "otto")

    def undo(self, run: int) -> None:
        """Otto undoes a run."""
        self.later(60)
        self.service.undo(undoing.wanted(run, None, archive_created=False))

    def settle(self) -> list[dict[str, Any]]:
        """Sync until a pass writes nothing and leaves no touch; returns what was written until then."""
        before = self.counts()
        for _ in range(PASSES):
            counts = self.counts()
            self.sync()
            if self.counts() == counts and not models.Touch.objects.exists():
                return self._written_since(before)
        raise AssertionError(f"not quiet after {PASSES} passes: {list(models.Touch.objects.values())}")

    def schema_changes(self) -> None:
        """What was described of both systems is an hour old: the next pass asks again."""
        known.forget("schema.")

    def let_salesforce_know(self, field: str, options: list[str]) -> None:
        """An administrator adds options to a restricted picklist of leads and contacts."""
        values = [{"fullName": each, "label": each, "default": False} for each in options]
        metadata = {
            "type": "MultiselectPicklist",
            "label": field,
            "visibleLines": 4,
            "valueSet": {"restricted": True, "valueSetDefinition": {"sorted": False, "value": values}},
        }
        for name in ("Lead", "Contact"):
            where = f"TableEnumOrId = '{name}' AND DeveloperName = '{field.removesuffix('__c')}'"
            [row] = self.tooling("GET", f"query?q={quote(f'SELECT Id FROM CustomField WHERE {where}')}")["records"]
            self.tooling("PATCH", f"sobjects/CustomField/{row['Id']}", {"Metadata": metadata})

    def let_salesforce_forget(self, field: str) -> None:
        """An administrator deletes a field of leads and contacts."""
        where = f"DeveloperName = '{field.removesuffix('__c')}'"
        for row in self.tooling("GET", f"query?q={quote(f'SELECT Id FROM CustomField WHERE {where}')}")["records"]:
            self.tooling("DELETE", f"sobjects/CustomField/{row['Id']}")

    def tooling(self, method: str, path: str, body: Any = None) -> Any:
        """An administrator's call of the Tooling API."""
        url = f"{self.sandbox.salesforce_url}/services/data/v66.0/tooling/{path}"
        extra = {"json": body} if body is not None else {}
        answer = self.sandbox.pool.request(method, url, headers={"Authorization": "Bearer 00Dotto"}, **extra)
        assert answer.status < 300, answer.data
        return answer.json() if answer.data else None

    # -- people at work ------------------------------------------------------------------------------------------------

    def contact(self, name: str = "Ann", **values: Any) -> Ref:
        """Mark, the marketer, enters a person in HubSpot, with all that sales demands of one."""
        whole = {"email": f"{name.lower()}@x.com", "lastname": name, "company": "Nordlicht"} | values
        return self._enter("hubspot", "contacts", whole)

    def lead(self, name: str = "Ann", **values: Any) -> Ref:
        """Rita, the rep, enters a person in Salesforce as a lead."""
        whole = {"Email": f"{name.lower()}@x.com", "LastName": name, "Company": "Nordlicht"} | values
        return self._enter("salesforce", "Lead", whole)

    def person(self, name: str = "Ann", **values: Any) -> Ref:
        """Rita enters a person in Salesforce as a contact."""
        return self._enter("salesforce", "Contact", {"Email": f"{name.lower()}@x.com", "LastName": name} | values)

    def pair(
        self, name: str = "Ann", *, marketing: Mapping[str, Any] = {}, sales: Mapping[str, Any] = {}
    ) -> tuple[Ref, Ref]:
        """A person known on both sides, linked, with nothing left to do."""
        both = (self.contact(name, **marketing), self.lead(name, **sales))
        self.settle()
        assert self.links()[both[0]] == both[1]
        self.forget_writes()
        return both

    def edit(self, ref: Ref, **values: Any) -> None:
        """Somebody edits a record by hand, a second after whatever happened last."""
        self.later(1)
        key = "properties" if ref.system == "hubspot" else "fields"
        self.sandbox.admin(ref.system, "edit", object=ref.object, id=ref.id, **{key: values})

    def delete(self, ref: Ref) -> None:
        """Somebody deletes a record; it goes to the recycle bin."""
        self.later(1)
        self.sandbox.admin(ref.system, "archive" if ref.system == "hubspot" else "delete", object=ref.object, id=ref.id)

    def restore(self, ref: Ref) -> None:
        """Somebody takes a record out of the recycle bin."""
        self.later(1)
        self.sandbox.admin(
            ref.system, "restore" if ref.system == "hubspot" else "undelete", object=ref.object, id=ref.id
        )

    def convert(self, lead: Ref, **how: Any) -> Ref:
        """Rita converts a lead; returns the contact that it became."""
        self.later(1)
        made = self.sandbox.admin("salesforce", "convert", lead=lead.id, **how)
        return Ref("salesforce", "Contact", made["contact"])

    def merge(self, survivor: Ref, loser: Ref) -> Ref:
        """Somebody merges two records; returns what both have become."""
        self.later(1)
        if survivor.system == "salesforce":
            self.sandbox.admin("salesforce", "merge", object=survivor.object, master=survivor.id, losers=[loser.id])
            return survivor
        made = self.sandbox.admin("hubspot", "merge", object="contacts", primary=survivor.id, merged=loser.id)
        return Ref("hubspot", "contacts", made["id"])

    def touch(self, *refs: Ref) -> None:
        """A webhook says that these may differ."""
        self.service.records.touch("contact", refs)

    def add_leads(self, leads: list[dict[str, Any]]) -> list[str]:
        """Leads are there as if they had always been, with stamps of their own."""
        rows = [{"Company": "Nordlicht"} | lead for lead in leads]
        ids: list[str] = self.sandbox.admin("salesforce", "records", object="Lead", records=rows)["ids"]
        return ids

    def choose(self, ref: Ref, other: Ref) -> None:
        """Otto says on the page: these two are the same person."""
        conflict = models.Conflict.objects.get(ref=str(ref), closed_at=None)
        desk.decide(conflict.id, "link", str(other), desk.fingerprint(conflict), "otto")

    def _enter(self, system: str, object_name: str, values: Fields) -> Ref:
        self.later(1)
        key = "properties" if system == "hubspot" else "fields"
        given = {name: value for name, value in values.items() if value is not None}
        made = self.sandbox.admin(system, "edit", object=object_name, **{key: given})
        return Ref(system, object_name, made["id"])

    # -- what both systems show ----------------------------------------------------------------------------------------

    def table(self, system: str, object_name: str) -> dict[Ref, dict[str, Any]]:
        """The live records of an object, blanks left out."""
        rows = self.sandbox.look(system, "state", object=object_name)[object_name]
        return {
            Ref(system, object_name, key): {name: value for name, value in row.items() if value not in (None, "")}
            for key, row in rows.items()
            if not row.get("IsDeleted") and not row.get("IsConverted")
        }

    def everybody(self) -> dict[Ref, dict[str, Any]]:
        """Every live person of both systems, but for bystanders."""
        tables = [("hubspot", "contacts"), ("salesforce", "Lead"), ("salesforce", "Contact")]
        found = {ref: row for system, name in tables for ref, row in self.table(system, name).items()}
        return {ref: row for ref, row in found.items() if ref not in self.bystanders}

    def shown(self, ref: Ref) -> dict[str, Any]:
        """What a live record shows, blanks left out."""
        return self.table(ref.system, ref.object)[ref]

    def counts(self) -> dict[str, int]:
        """How many writes each system has accepted from our connectors, ever."""
        return {system: len(list(self._ours(system))) for system in ("hubspot", "salesforce")}

    def written(self) -> list[dict[str, Any]]:
        """What our connectors have written since `forget_writes`, with `system` and `ref`."""
        return self._written_since(self._seen)

    def calls(self) -> int:
        """How many calls our connectors have made."""
        return sum(connector.calls for connector in self.connectors.values())

    def all_written(self) -> list[dict[str, Any]]:
        """The same since the story began."""
        return self._written_since(self.begun)

    def forget_writes(self) -> None:
        self._seen = self.counts()

    def _written_since(self, before: Mapping[str, int]) -> list[dict[str, Any]]:
        return [
            entry | {"system": system, "ref": Ref(system, entry["object"], entry["id"])}
            for system in ("hubspot", "salesforce")
            for entry in list(self._ours(system))[before[system] :]
        ]

    def _ours(self, system: str) -> Iterator[dict[str, Any]]:
        """People at work and automations write without a route."""
        return (each for each in self.sandbox.look(system, "writes")["writes"] if each["route"])

    # -- memory --------------------------------------------------------------------------------------------------------

    def links(self) -> dict[Ref, Ref]:
        """By marketing record, the sales record that it belongs to; bystanders are left out."""
        pairs = super().links()
        return {marketing: sales for marketing, sales in pairs.items() if marketing not in self.bystanders}
