"""What each e-mail address agreed to, and the properties of contacts that show it.

A status belongs to an address, whether or not a contact has it; a contact that gets the address later shows it as well.
https://legacydocs.hubspot.com/docs/methods/email/update_status
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sandbox.hubspot.schema.definitions import BOOL_OPTIONS, Property
from sandbox.hubspot.sources import API, Past
from sandbox.hubspot.stamps import stamp
from sandbox.hubspot.standard.parts import MADE
from sandbox.hubspot.table import Record, Table

if TYPE_CHECKING:
    from sandbox.hubspot.state import HubSpotState

Status = Literal["SUBSCRIBED", "UNSUBSCRIBED", "NOT_SPECIFIED"]
OPTED_OUT = "hs_email_optout"
FIRST_ID = 35_555_791
AUTOMATION = "communication preferences"


@dataclass(frozen=True, slots=True)
class Definition:
    """A type of e-mail that people subscribe to."""

    id: int
    name: str
    description: str
    made: int = MADE
    is_internal: bool = False
    is_default: bool = False

    @property
    def property_name(self) -> str:
        return f"{OPTED_OUT}_{self.id}"

    def shape(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "name": self.name,
            "description": self.description,
            "purpose": "Sales" if self.is_internal else "Marketing",
            "communicationMethod": "One to One" if self.is_internal else "Email",
            "isActive": True,
            "isDefault": self.is_default,
            "isInternal": self.is_internal,
            "createdAt": stamp(self.made),
            "updatedAt": stamp(self.made),
        }


STANDARD = (
    Definition(FIRST_ID, "Marketing Information", "Marketing offers and updates.", is_default=True),
    Definition(FIRST_ID + 1, "Customer Service Communication", "Feedback requests and service information."),
    Definition(FIRST_ID + 2, "One to One", "One to One emails", is_internal=True),
)


class Choice(NamedTuple):
    """What an address chose for one type of e-mail, when and how."""

    status: Status
    moment: int
    source: str = "Public Status API"
    basis: str | None = None
    explanation: str | None = None


@dataclass(slots=True)
class Preferences:
    """The choices of one address; `opted_out` is since when it wants no e-mail at all."""

    choices: dict[int, Choice] = field(default_factory=dict)
    opted_out: int | None = None


class Consent:
    """All choices of a portal."""

    def __init__(self, state: HubSpotState) -> None:
        self.state = state
        self.definitions: dict[int, Definition] = {}
        self.addresses: dict[str, Preferences] = {}
        for each in STANDARD:
            self.define(each)

    def define(self, definition: Definition) -> None:
        """Offer a type of e-mail; contacts get a property for it."""
        self.definitions[definition.id] = definition
        label = f"Opted out of email: {definition.name}"
        shown = Property(definition.property_name, label, "bool", "booleancheckbox", options=BOOL_OPTIONS)
        shown.is_read_only, shown.created = True, definition.made
        self.table.define(shown)

    @property
    def table(self) -> Table:
        return self.state.tables["contacts"]

    def contact(self, address: str) -> Record | None:
        """The contact whose own address it is; an additional address is not shown in its properties."""
        record_id = self.table.unique["email"].get(address)
        record = None if record_id is None else self.table.records[record_id]
        return record if record and record.properties.get("email") == address else None

    def opted_out(self, address: str) -> int | None:
        """Since when an address wants no e-mail at all: as it was told, or as its contact was seeded."""
        if known := self.addresses.get(address):
            return known.opted_out
        contact = self.contact(address)
        return contact.created if contact and contact.properties.get(OPTED_OUT) == "true" else None

    def choice(self, address: str, definition: Definition) -> Choice:
        known = self.addresses.get(address)
        if known and definition.id in known.choices:
            return known.choices[definition.id]
        opted_out = self.opted_out(address)
        return Choice("NOT_SPECIFIED", definition.made) if opted_out is None else Choice("UNSUBSCRIBED", opted_out)

    def wants(self, address: str, definition: Definition) -> bool:
        """Whether an address has not unsubscribed from a type of e-mail."""
        return self.choice(address, definition).status != "UNSUBSCRIBED"

    def known(self, address: str) -> Preferences:
        """The preferences of an address, to change; those of a contact seeded as opted out are written down first."""
        if address not in self.addresses:
            since = self.opted_out(address)
            self.addresses[address] = made = Preferences(opted_out=since)
            made.choices = {} if since is None else dict.fromkeys(self.definitions, Choice("UNSUBSCRIBED", since))
        return self.addresses[address]

    def choose(
        self, address: str, definition: Definition, choice: Choice, sent: Mapping[str, Any], who: str = ""
    ) -> str:
        """Set a choice, and return HubSpot's word for what came of it. Whoever subscribes is not opted out of all."""
        before = self.choice(address, definition).status
        known = self.known(address)
        known.choices[definition.id] = choice
        if choice.status == "SUBSCRIBED":
            known.opted_out = None
        self.show(address, "subscribe" if choice.status == "SUBSCRIBED" else "unsubscribe", sent, who)
        if before == choice.status:
            return "NO_STATUS_CHANGE"
        was_resubscribed = (before, choice.status) == ("UNSUBSCRIBED", "SUBSCRIBED")
        return "RESUBSCRIBE_OCCURRED" if was_resubscribed else "REQUESTED_CHANGE_OCCURRED"

    def opt_out(self, address: str, choice: Choice, sent: Mapping[str, Any], who: str = "") -> None:
        """No e-mail at all any more."""
        known = self.known(address)
        known.opted_out = choice.moment if known.opted_out is None else known.opted_out
        for definition_id in self.definitions:
            if definition_id not in known.choices or known.choices[definition_id].status != "UNSUBSCRIBED":
                known.choices[definition_id] = choice
        self.show(address, "unsubscribe", sent, who)

    def show(self, address: str, action: str, sent: Mapping[str, Any], who: str) -> None:
        """Write the choices of an address into its contact, and log the write."""
        record = self.contact(address)
        fields = {"emailAddress": address, **sent}
        if record is None:
            self.state.log.write(action, "subscriptions", address, fields, stamp(self.state.tick()), who=who or None)
        else:
            self.change(record, self.wanted(address, record), action, fields, who or None)

    def wanted(self, address: str, record: Record) -> dict[str, str | None]:
        """The properties as they should be: nothing where nothing was ever chosen."""
        shown: dict[str, str | None] = {}
        is_out = self.opted_out(address) is not None
        shown[OPTED_OUT] = "true" if is_out else "false" if OPTED_OUT in record.properties else None
        words = {"UNSUBSCRIBED": "true", "SUBSCRIBED": "false"}
        return shown | {
            each.property_name: words.get(self.choice(address, each).status) for each in self.definitions.values()
        }

    def change(
        self, record: Record, wanted: dict[str, str | None], action: str, fields: dict[str, Any], who: str | None
    ) -> None:
        before = dict(record.properties)
        moment = self.state.tick()
        changes = {name: value for name, value in wanted.items() if record.properties.get(name) != value}
        for name, value in changes.items():
            record.remember(name, Past(value or "", moment, API.source))
        self.table.change(record, changes)
        if changes:
            self.table.stamp_modified(record, moment)
        at = stamp(record.modified)
        self.state.log.write(action, "contacts", str(record.id), fields, at, before, record.properties, who)
        for observer in self.state.observers if changes else ():
            observer("update", self.table, record, before)

    def keep_out(self, address: str, record: Record) -> None:
        """Whoever had opted out, of all or of one type, stays out when merged: the address that is kept has, too."""
        shown, moment = record.properties, record.modified
        is_out = shown.get(OPTED_OUT) == "true" and self.opted_out(address) is None
        news = [
            each.id
            for each in self.definitions.values()
            if is_out or (shown.get(each.property_name) == "true" and self.wants(address, each))
        ]
        if news:
            known = self.known(address)
            known.opted_out = moment if is_out else known.opted_out
            known.choices |= dict.fromkeys(news, Choice("UNSUBSCRIBED", moment))
            self.change(record, self.wanted(address, record), "update", {}, AUTOMATION)

    def follow(self, action: str, table: Table, record: Record, before: dict[str, str]) -> None:
        """An observer: a contact that gets another address, or is restored, shows what its address chose."""
        address, was = record.properties.get("email", ""), before.get("email", "")
        if table is not self.table or record.archived is not None:
            return
        if action == "merge" and address:
            self.keep_out(address, record)
        if address == was and action != "restore":
            return
        if address in self.addresses or was in self.addresses:
            self.addresses.setdefault(address, Preferences())
            wanted = self.wanted(address, record)
            if any(record.properties.get(name) != value for name, value in wanted.items()):
                self.change(record, wanted, "update", {}, AUTOMATION)
