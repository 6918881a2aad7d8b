"""One house for a test: two systems in memory, the real store, and a mapping written in a few words."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from config.environment import Environment
from connectors.base import FieldInfo
from connectors.memory import MemoryConnector
from crm.record import Ref, Rep, Side, Wire
from store import models, runs
from wiring import build, passes
from wiring.configuration import Configuration, load_configuration
from wiring.readiness import prepare
from wiring.service import Service

FIELDS: dict[str, Any] = {
    "email": {"marketing": "email", "sales": "Email", "type": "email"},
    "last_name": {"marketing": "lastname", "sales": "LastName", "type": "text"},
    "company": {"marketing": "company", "sales": {"Lead": "Company"}, "type": "text"},
    "phone": {"marketing": "phone", "sales": "Phone", "type": "phone"},
    "title": {"marketing": "jobtitle", "sales": "Title", "type": "text"},
}
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


def text(name: str, **about: Any) -> FieldInfo:
    """A text field as a system describes it."""
    return FieldInfo(name, name, "string", **about)


def hubspot(*more: FieldInfo, **about: Any) -> MemoryConnector:
    """Marketing's system: e-mails are unique, deletions are not told, it knows when each field changed."""
    fields = [text(name) for name in ("email", "lastname", "company", "phone", "jobtitle", "lifecyclestage")]
    objects = {"contacts": _with(fields, more)}
    people = [Rep(Ref("hubspot", "owners", "71"), "Rita Lang", "rita@nordlicht.example")]
    options: dict[str, Any] = {"unique": frozenset({"email"}), "tells_deleted": False, "people": people}
    options["follows_merges"] = True
    return _ready(MemoryConnector("hubspot", objects, **options | about))


def salesforce(*more: FieldInfo, **about: Any) -> MemoryConnector:
    """Sales' system: leads demand a last name and a company, deletions are told, change times are not."""
    contact = [text("LastName", required=True), *(text(name) for name in ("Email", "Phone", "Title"))]
    lead = [*contact, text("Company", required=True), text("Status")]
    people = [
        Rep(Ref("salesforce", "User", "005R"), "Rita Lang", "rita@nordlicht.example", manager="005M"),
        Rep(Ref("salesforce", "User", "005M"), "Mona Lindt", "mona@nordlicht.example"),
    ]
    options: dict[str, Any] = {"keeps_times": False, "people": people}
    objects = {"Lead": _with(lead, more), "Contact": _with(contact, more)}
    return _ready(MemoryConnector("salesforce", objects, **options | about))


def _with(fields: Iterable[FieldInfo], more: Iterable[FieldInfo]) -> list[FieldInfo]:
    return list({info.name: info for info in (*fields, *more)}.values())


def _ready(connector: MemoryConnector) -> MemoryConnector:
    connector.set_up(connector.setup_steps(list(connector.objects)))
    return connector


class Memory:
    """What an installation remembers, in a few words: tests ask it of the store."""

    def links(self) -> dict[Ref, Ref]:
        """By marketing record, the sales record that it belongs to."""
        return {Ref.parse(link.marketing): Ref.parse(link.sales) for link in models.Link.objects.all()}

    def history(self) -> list[tuple[str, str, str | None, str | None, str]]:
        """Every change: side, field, old, new, rule."""
        rows = models.Change.objects.order_by("id").values_list("side", "field", "old", "new", "rule")
        return [(side, field, old, new, rule) for side, field, old, new, rule in rows]

    def conflicts(self) -> list[tuple[str, str]]:
        """What a person must decide: kind and field."""
        return sorted(models.Conflict.objects.filter(closed_at=None).values_list("kind", "field"))

    def held(self) -> list[tuple[str, str]]:
        """What waits: field and code."""
        return sorted(models.Held.objects.values_list("field", "code"))

    def dead(self) -> list[str]:
        """The codes of open dead letters."""
        return sorted(models.DeadLetter.objects.filter(closed_at=None).values_list("code", flat=True))


class House(Memory):
    """A house with its two systems. `fields` are added to the usual ones, or change them; `contact` changes the
    object's own keys, the rest the mapping's."""

    def __init__(
        self,
        directory: Path,
        *,
        marketing: MemoryConnector | None = None,
        sales: MemoryConnector | None = None,
        fields: Mapping[str, Mapping[str, Any]] | None = None,
        contact: Mapping[str, Any] | None = None,
        rules: str = "version: 1\nplaceholders: [n/a]\nrules: []\n",
        **mapping: Any,
    ) -> None:
        self.directory = directory
        self.marketing = marketing or hubspot()
        self.sales = sales or salesforce()
        self.connectors: Any = {Side.MARKETING: self.marketing, Side.SALES: self.sales}
        self.settings = Environment(data_dir=directory / "var", config_dir=directory)
        self.configuration = self.configure(fields=fields, contact=contact, rules=rules, **mapping)
        self.service = self.open()

    def configure(
        self,
        *,
        fields: Mapping[str, Mapping[str, Any]] | None = None,
        contact: Mapping[str, Any] | None = None,
        rules: str = "version: 1\nplaceholders: [n/a]\nrules: []\n",
        **mapping: Any,
    ) -> Configuration:
        """Write the configuration files, and read them."""
        written = copy.deepcopy(MAPPING) | mapping
        written["objects"]["contact"] |= copy.deepcopy(dict(contact or {}))
        for name, about in (fields or {}).items():
            written["objects"]["contact"]["fields"].setdefault(name, {}).update(about)
        (self.directory / "mapping.yaml").write_text(json.dumps(written, indent=2), encoding="utf-8")
        (self.directory / "rules.yaml").write_text(rules, encoding="utf-8")
        self.configuration = load_configuration(self.directory)
        return self.configuration

    def open(self) -> Service:
        """The service over what is configured now, as a new process would build it."""
        self.service = build(self.settings, connectors=self.connectors, configuration=self.configuration)
        return self.service

    def sync(self, release: int | None = None) -> dict[str, Any]:
        return self.service.sync(release)

    def resume(self) -> None:
        """The run that a lost worker left goes on where it stood, as the next task would have it."""
        with runs.holding():
            left = runs.resumable()
            if left is not None and passes.resume(self.service, left.id, left.stage):
                self.service.to_its_end(left.id)

    def plan_and_apply(self) -> None:
        """The second half of a pass, over what was read before."""
        with runs.holding():
            run = runs.start_run()
            engine = self.service.engine
            for stage in (engine.plan_round(run, prepare(self.service)), engine.apply(run)):
                for _ in stage:
                    pass
            engine.after()
            runs.end_run(run, "done", {})

    def settle(self, passes: int = 6) -> None:
        """Sync until a pass writes nothing and leaves no touch. Fails where it never gets quiet."""
        for _ in range(passes):
            before = self.writes()
            self.sync()
            if self.writes() == before and not models.Touch.objects.exists():
                return
        raise AssertionError(f"not quiet after {passes} passes: {list(models.Touch.objects.values())}")

    def writes(self) -> int:
        return self.marketing.writes + self.sales.writes

    # -- people --------------------------------------------------------------------------------------------------------

    def contact(self, name: str = "Ann", **values: Wire) -> Ref:
        """Mark, the marketer, enters a person in HubSpot, with all that sales demands of one."""
        whole = {"email": f"{name.lower()}@x.com", "lastname": name, "company": "Nordlicht"} | values
        return self.marketing.add("contacts", whole)

    def lead(self, name: str = "Ann", **values: Wire) -> Ref:
        """Rita, the rep, enters a person in Salesforce as a lead."""
        whole = {"Email": f"{name.lower()}@x.com", "LastName": name, "Company": "Nordlicht"} | values
        return self.sales.add("Lead", whole, "005R")

    def person(self, name: str = "Ann", object_name: str = "Contact", **values: Wire) -> Ref:
        """Rita enters a person in Salesforce as a contact."""
        return self.sales.add(object_name, {"Email": f"{name.lower()}@x.com", "LastName": name} | values, "005R")

    def pair(
        self, name: str = "Ann", *, marketing: Mapping[str, Wire] = {}, sales: Mapping[str, Wire] = {}
    ) -> tuple[Ref, Ref]:
        """A person known on both sides, linked, with nothing left to do."""
        both = (self.contact(name, **marketing), self.lead(name, **sales))
        self.settle()
        assert self.links()[both[0]] == both[1]
        return both

    def shown(self, ref: Ref) -> dict[str, Wire]:
        """What a record shows now, blanks left out."""
        connector = self.marketing if ref.system == "hubspot" else self.sales
        return {name: value for name, value in connector.look(ref).fields.items() if value is not None}

    def people(self) -> tuple[int, int]:
        """How many live records there are, marketing's and sales'."""
        return len(self.marketing.everything("contacts")), sum(
            len(self.sales.everything(name)) for name in self.sales.objects
        )
