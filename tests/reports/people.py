"""A store with Mona's and Élise's teams in it, filled through the product's own facts and rules."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Words
from datetime import UTC, datetime
from typing import Any

from crm.record import Record, Ref, Side, Wire
from rules.compile import compile_rule
from rules.facts import Catalog, ObjectFacts
from rules.language import RuleSet
from store.facts import Facts, Judge
from store.gaps import GapKeeper
from store.models import Gap, Run
from store.models import Rep as RepRow
from store.sql import milliseconds
from sync.mapping import Mapping

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

FIELDS: dict[str, dict[str, Any]] = {
    "last_name": {"marketing": "lastname", "sales": "LastName", "type": "text"},
    "first_name": {"marketing": "firstname", "sales": "FirstName", "type": "text"},
    "email": {"marketing": "email", "sales": "Email", "type": "email"},
    "phone": {"marketing": "phone", "sales": "Phone", "type": "phone"},
    "job_title": {"marketing": "jobtitle", "sales": "Title", "type": "text"},
    "company": {"marketing": "company", "sales": {"Lead": "Company"}, "type": "text"},
}
MAPPING = Mapping.model_validate(
    {"objects": {"contact": {"marketing": "contacts", "sales": ["Lead", "Contact"], "fields": FIELDS}}}
)


def rule(rule_id: str, check: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """A rule as the file would say it: sales owes it and is asked for it."""
    return {
        "id": rule_id,
        "direction": "sales_to_marketing",
        "title": {"en": f"Title of {rule_id}", "fr": f"Titre de {rule_id}"},
        "object": "contact",
        "responsible": "record_owner",
        "check": check,
        "why": {"en": f"Why {rule_id} is asked.", "fr": f"Pourquoi demander {rule_id}."},
        "used_for": [{"what": {"en": "invitations", "fr": "les invitations"}}],
        "gives_back": {"text": {"en": "better leads", "fr": "de meilleurs leads"}},
        "enforcement": {"level": "remind"},
        "fix": {"seconds": 20, "how": "one_click"},
        **changed,
    }


def required(*fields: str, mode: str = "all") -> dict[str, Any]:
    return {"kind": "required", "fields": [f"contact.{field}" for field in fields], "mode": mode}


BY_MARKETING = {"direction": "marketing_to_sales", "responsible": "marketing_team"}

RULES = RuleSet.model_validate(
    {
        "version": 1,
        "placeholders": ["n/a", "tbd"],
        "rules": [
            rule("S1-title", required("job_title")),
            rule(
                "S2-email", {"kind": "format", "field": "contact.email", "type": "email"},
                fix={"seconds": 5, "how": "one_click"},
            ),
            rule("S3-phone", required("phone"), enforcement={"level": "observe"}),
            rule("M1-name", required("last_name", "email", mode="any"), **BY_MARKETING),
        ],
    }
)  # fmt: skip

RITA, HUGO, LUC, OTTO = (f"salesforce:User:{name}" for name in ("rita", "hugo", "luc", "otto"))


class People:
    """What Otto's store holds; every record is a sales lead unless it says otherwise."""

    def __init__(self, mapping: Mapping = MAPPING, rules: RuleSet = RULES) -> None:
        self.mapping, self.rules = mapping, rules
        self.facts = Facts(mapping, mapping.objects["contact"], Judge(rules.folded_placeholders()))
        self.facts.ensure()
        self._number = 0

    def hire(self, rep: str, name: str, team: str = "", *, is_active: bool = True) -> None:
        """Somebody who owns records; `team` is the manager's name."""
        user = rep.rpartition(":")[2]
        RepRow.objects.create(
            id=rep, name=name, email=f"{user}@vendor.example", is_active=is_active, sales=user, team=team
        )

    def hire_all(self) -> None:
        """Rita of Mona's team with Luc, Hugo alone with Élise, and Otto, who has no manager."""
        self.hire(RITA, "Rita Lang", "Mona Weber")
        self.hire(LUC, "Luc Bertrand", "Mona Weber")
        self.hire(HUGO, "Hugo Carpentier", "Élise Moreau")
        self.hire(OTTO, "Otto Klein")

    def know(self, rep: str | None = None, object_name: str = "Lead", **fields: Wire) -> Ref:
        """One more record of a rep, complete but for what is said by canonical name."""
        return self.know_all([fields], rep, object_name)[0]

    def know_all(
        self, people: Iterable[Words[str, Wire]], rep: str | None = None, object_name: str = "Lead"
    ) -> list[Ref]:
        whole: dict[str, Wire] = {
            "last_name": "Martin", "first_name": "Léa", "email": "lea@client.example", "phone": "+33 1 99 00 12 34",
            "job_title": "Buyer", "company": "Acme",
        }  # fmt: skip
        owner = rep.rpartition(":")[2] if rep else None
        records = []
        for person in people:
            self._number += 1
            shown = {}
            for name, value in (whole | dict(person)).items():
                native = self.mapping.objects["contact"].fields[name].native_name(Side.SALES, object_name)
                if native:
                    shown[native] = value
            records.append(Record(Ref("salesforce", object_name, f"00Q{self._number}"), shown, owner, NOW))
        self.facts.save(Side.SALES, records, {owner: rep} if owner and rep else {})
        return [record.ref for record in records]

    def audit(self, since: datetime = NOW) -> None:
        """The rules look at everybody; what they find has been open since then."""
        types = {name: field.type for name, field in self.mapping.objects["contact"].fields.items()}
        catalog = Catalog({"contact": ObjectFacts(types, ())})
        compiled = [compile_rule(each, catalog) for each in self.rules.rules]
        keeper = GapKeeper("contact", self.facts, {each.id: each for each in self.rules.rules}, compiled)
        before = set(Gap.objects.values_list("id", flat=True))
        keeper.refresh()
        Gap.objects.exclude(id__in=before).update(since=milliseconds(since))

    def read(self, at: datetime = NOW) -> None:
        """A pass has ended."""
        stamp = milliseconds(at)
        Run.objects.create(state="done", holder="otto", started_at=stamp, ended_at=stamp, lease_until=stamp)
