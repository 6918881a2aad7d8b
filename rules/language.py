"""The rule file as pydantic models.

A rule is a small contract: who owes what to whom, why, for what use, and what comes back.

The models are the language: `load_rules` refuses what they do not know. What must hold between the parts of a rule,
and between rules, stands in `rules/laws.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Literal, Protocol, Self, TypeVar

from pydantic import BaseModel, Field, StrictBool, StrictInt, StringConstraints, model_validator

from crm.record import Side
from rules import laws
from rules.conditions import Condition, FieldPath, Loc, Name, Strict, Text, refuse
from rules.kinds import Check, Count, Share

ModelType = TypeVar("ModelType", bound=BaseModel)

Language = Literal["en", "fr"]
Party = Literal["sales", "marketing", "works_council"]


class Words(Strict):
    """A sentence in both languages; neither may be missing."""

    en: Text
    fr: Text


class Use(Strict):
    """What the answer is used for; `last_used` is the proof."""

    what: Words
    url: Text | None = None
    last_used: date | None = None


class GivesBack(Strict):
    """What the one who answers gets for it, and the event that shows it."""

    text: Words
    event: Name | None = None


class Gate(Strict):
    """The transition that needs the answer, where the gate lives, and who may pass it by."""

    transition: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]* -> \S.*$")]
    backend: Literal["salesforce_validation_rule", "hubspot_conditional_property", "sync_hold", "advice_only"]
    override: Literal["rep_with_reason", "manager"]


class Enforcement(Strict):
    """How far a rule goes: it is measured (`observe`), asked for (`remind`) or needed for a transition (`gate`)."""

    level: Literal["observe", "remind", "gate"] = "observe"
    since: date | None = None
    observe_days: Annotated[StrictInt, Field(ge=14)] | None = None
    gate: Gate | None = None


class Clock(Strict):
    """Which calendar a clock keeps, and what pauses it."""

    calendar: Name
    pause_when: tuple[Literal["responsible_absent", "reassigned_recently", "crm_down"], ...] = ()
    separate_system_delay: StrictBool = False


class Exemption(Strict):
    """Who or what a rule leaves out, until when, and for which reason."""

    when: Condition | None = None
    who: Annotated[str, StringConstraints(pattern=r"^(team|rep):[A-Za-z0-9_.@-]+$")] | None = None
    until: date | None = None
    reason: Text

    @model_validator(mode="after")
    def _names_someone(self) -> Self:
        if self.when is None and self.who is None:
            refuse("Exemption", [((), 'it would exempt everything; add "when: ..." or "who: ..."')])
        return self


class Fix(Strict):
    """How long the answer takes, how often a rep is asked for one in a week, how it is given, and where a suggestion
    may come from."""

    seconds: Count
    per_week: Annotated[float, Field(gt=0)] = 1
    how: Literal["one_click", "reply", "form"]
    suggest_from: tuple[Name, ...] = ()


class Score(Strict):
    """What the rule counts for: its family, its weight, and the strata that make reps comparable."""

    family: Literal["completeness", "validity", "timeliness", "sharing", "reciprocity"]
    weight: Count = 1
    strata: tuple[FieldPath, ...] = ()
    late_credit: Share | None = None


class Rule(Strict):
    """One obligation of one side towards the other."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$")]
    direction: Literal["sales_to_marketing", "marketing_to_sales", "shared"]
    title: Words
    object: Name
    applies_when: Condition | None = None
    responsible: Literal[
        "record_owner",
        "lead_owner",
        "opportunity_owner",
        "meeting_organizer",
        "campaign_owner",
        "marketing_request_owner",
        "marketing_team",
        "joint",
    ]
    check: Check
    why: Words
    used_for: tuple[Use, ...] = Field(min_length=1)
    gives_back: GivesBack | None = None
    severity: Literal["minor", "major", "critical"] = "minor"
    enforcement: Enforcement = Enforcement()
    grace_business_days: Annotated[StrictInt, Field(ge=0)] = 0
    clock: Clock | None = None
    exempt: tuple[Exemption, ...] = ()
    fix: Fix
    score: Score | None = None
    agreed_by: tuple[Party, ...] = ()
    review_by: date | None = None

    @model_validator(mode="after")
    def _keeps_the_laws(self) -> Self:
        if problems := list(laws.rule_problems(self)):
            refuse("Rule", problems)
        return self

    @property
    def owed_by(self) -> Side | None:
        """The side that owes; `None` where both do."""
        sides = {"sales_to_marketing": Side.SALES, "marketing_to_sales": Side.MARKETING}
        return sides.get(self.direction)

    @property
    def is_owed_by_the_rep(self) -> bool:
        """Whether the record's own rep is the one to ask: never for what marketing owes, nor for what both do."""
        owners = {"record_owner", "lead_owner", "opportunity_owner", "meeting_organizer"}
        return self.responsible in owners and self.direction != "marketing_to_sales"

    @property
    def is_asked(self) -> bool:
        """Whether anyone is asked: above `observe`."""
        return self.enforcement.level != "observe"

    def fields_read(self) -> set[str]:
        """Every field that this rule reads, as written."""
        conditions = [self.applies_when, *(exemption.when for exemption in self.exempt)]
        read = {field for condition in conditions if condition for field in condition.fields()}
        return read | set(self.check.fields_read())


class Budget(Strict):
    """How much may be asked of one rep, and how many gates one transition may have."""

    rep_seconds_per_week: Count = 1500
    alerts_per_rep_per_week: Count = 6
    gates_per_transition: Count = 5


class RuleSet(Strict):
    """All rules, and what holds for them together."""

    version: Literal[1]
    locale_default: Language = "en"
    budget: Budget = Budget()
    placeholders: tuple[Text, ...] = ()
    rules: tuple[Rule, ...] = ()

    @model_validator(mode="after")
    def _keeps_the_laws(self) -> Self:
        if problems := list(laws.set_problems(self)):
            refuse("RuleSet", problems)
        return self

    def folded_placeholders(self) -> frozenset[str]:
        """The placeholders as they are compared: trimmed, ignoring case."""
        return frozenset(placeholder.strip().casefold() for placeholder in self.placeholders)


class Document(Protocol):
    """A configuration file that is loaded: validates itself and names each problem with its line."""

    def validate(self, model: type[ModelType], context: Any = None) -> ModelType: ...

    def refusal(self, problems: Iterable[tuple[Loc, str]]) -> Exception: ...


def load_rules(document: Document) -> RuleSet:
    """The rules of a file. Raises the document's own error, one line per problem, where they break the language."""
    return document.validate(RuleSet)


def fields_read(ruleset: RuleSet, object_name: str) -> set[str]:
    """The fields of one object that any rule reads, without the object's name.

    The stage and the id are columns of their own, and bare names belong to related records: all left out.
    """
    paths = {path for rule in ruleset.rules for path in rule.fields_read() if "." in path}
    read = {path.partition(".")[2] for path in paths if path.partition(".")[0] == object_name}
    return read - {"stage", "id"}
