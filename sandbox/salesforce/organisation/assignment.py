"""Lead assignment rules: after the caller's write, the record goes to the owner that the first fitting entry names.

They run by default over REST, on create and on update, unless the caller sends `Sforce-Auto-Assign: FALSE`; the header
may name a rule instead. A bulk job runs one only where it names it.
https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_autoassign.htm
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.salesforce.organisation.criteria import meets
from sandbox.salesforce.saving import Options, Save

if TYPE_CHECKING:
    from sandbox.salesforce.organisation.settings import Settings

OBJECTS = ("Lead", "Case")


@dataclass(frozen=True, slots=True)
class AssignmentRule:
    """`entries` in their order: criteria, empty for an entry that takes all, and the user or queue that gets them."""

    id: str
    object: str
    name: str
    entries: tuple[tuple[dict[str, Any], str], ...]
    is_active: bool = True

    def shown(self) -> dict[str, Any]:
        entries = [{"if": criteria, "owner": owner} for criteria, owner in self.entries]
        return {"id": self.id, "object": self.object, "name": self.name, "active": self.is_active, "entries": entries}


def assign(save: Save) -> None:
    """The record changes hands, by a write of the rule's own."""
    writer = save.writer
    settings = writer.state.settings
    if not settings.assignment or writer.who is not None:
        return
    rule = _rule(settings, save.table.kind.name, writer.options)
    row = save.table.live.get(save.row["Id"])
    if rule is None or row is None:
        return
    owner = next((owner for criteria, owner in rule.entries if meets(row, criteria)), None)
    if owner is not None and owner != row.get("OwnerId"):
        writer.automate(f"assignment rule {rule.name}", save.table, row["Id"], {"OwnerId": owner})


def _rule(settings: Settings, object_name: str, options: Options) -> AssignmentRule | None:
    if options.assignment_rule:
        named = settings.assignment.get(options.assignment_rule)
        return named if named and named.object == object_name else None
    if options.is_bulk or not options.auto_assign:
        return None
    active = (rule for rule in settings.assignment.values() if rule.is_active and rule.object == object_name)
    return next(active, None)
