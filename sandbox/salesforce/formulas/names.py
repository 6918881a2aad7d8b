"""What a name in a formula means: a field of the record or of a parent, or a fact about the running user and the org.

Ids read as their 15 characters, as in the service; `CASESAFEID` makes 18 of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as made
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.salesforce.access.custom_permissions import has_custom_permission, holds
from sandbox.salesforce.formulas.expression import Expression, Kind, Moment, Value
from sandbox.salesforce.formulas.trouble import FormulaError, unknown_field
from sandbox.salesforce.objects.worked_out import WORKED_OUT
from sandbox.salesforce.schema.fields import ID_TYPES, Field
from sandbox.salesforce.table import Row, Table
from sandbox.salesforce.values import moment_of

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

NUMBERS = ("int", "double", "currency", "percent")
KINDS = {"boolean": Kind.BOOLEAN, "date": Kind.DATE, "datetime": Kind.DATETIME, "picklist": Kind.PICKLIST,
         "multipicklist": Kind.MULTI, **dict.fromkeys(NUMBERS, Kind.NUMBER)}  # fmt: skip
UNSUPPORTED = {"address": "Address", "complexvalue": "Metadata", "base64": "Base64", "location": "Geolocation"}
OWN_PROFILE = {"Name": "System Administrator"}
Find = Callable[[Moment], Row | None]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a formula stands: its object, and whether it may ask what changed.

    Validation rules read a blank number as blank; a formula field may be set to read it as zero.
    """

    state: SalesforceState
    table: Table
    is_rule: bool = True
    zero_for_blank: bool = False
    used: set[tuple[str, str]] = made(default_factory=set)
    """The fields that the formula reads, by object and name."""

    def resolve(self, text: str) -> Expression:
        """Raises `FormulaError` for a field that is not there, or that no formula may use."""
        first, *rest = text.split(".")
        if first.startswith("$"):
            return self._global(text, first.upper(), rest)
        if first.lower() == self.table.kind.name.lower() and rest:
            first, *rest = rest
        return self._path(text, self.table, [first, *rest], lambda moment: moment.row, is_own=not rest)

    def _path(self, text: str, table: Table, names: list[str], find: Find, is_own: bool) -> Expression:
        for name in names[:-1]:
            table, find = self._parent(text, table, name, find)
        field = table.field(names[-1])
        if field is None:
            raise unknown_field(text)
        if field.type in UNSUPPORTED:
            kind = UNSUPPORTED[field.type]
            message = f'You referenced an unsupported field type called "{kind}" using the following field: {text}'
            raise FormulaError(message)
        self.used.add((table.kind.name, field.name))
        return replace(self._field(table, field, find), name=text, is_own=is_own)

    def _parent(self, text: str, table: Table, name: str, find: Find) -> tuple[Table, Find]:
        """`Account`, `Campaign__r`, or `Owner:User` where the reference may lead to several objects."""
        relationship, _, wanted = name.partition(":")
        for field in table.kind.fields.values():
            if (field.relationship or "").lower() != relationship.lower():
                continue
            targets = [target for target in field.refers_to if not wanted or target.lower() == wanted.lower()]
            if not targets:
                raise FormulaError(f"{wanted} is an invalid object type for the {relationship} field. Check spelling.")
            parents = self.state.tables.get(targets[0].lower())
            if parents is None or (len(field.refers_to) > 1 and not wanted):
                break
            self.used.add((table.kind.name, field.name))
            return parents, parent_finder(parents, field.name, find)
        raise unknown_field(text)

    def _field(self, table: Table, field: Field, find: Find) -> Expression:
        read = reader(field, self.zero_for_blank)
        makes_name = field.name == "Name" and "lastname" in table.kind.fields
        work_out = WORKED_OUT.get((table.kind.name, field.name))

        def work(moment: Moment) -> Value:
            row = find(moment)
            if row is not None and makes_name:
                return " ".join(row[part] for part in ("FirstName", "LastName") if row.get(part)) or None
            if row is not None and work_out is not None:
                return read({field.name: work_out(self.state.tables, row, moment.today)})
            return read(row or {})

        return Expression(KINDS.get(field.type, Kind.TEXT), work, field=field)

    def _global(self, text: str, first: str, rest: list[str]) -> Expression:
        state = self.state

        def user(moment: Moment) -> Row | None:
            return moment.user

        def organization(_moment: Moment) -> Row | None:
            return state.tables["organization"].live.get(state.organization_id)

        match first, rest:
            case "$PERMISSION", [name] if has_custom_permission(state, name):
                return Expression(Kind.BOOLEAN, lambda moment: holds(state, name, moment.user["Id"]), name=text)
            case "$USER", [_]:
                return self._path(text, state.tables["user"], rest, user, is_own=False)
            case "$ORGANIZATION", [_]:
                return self._path(text, state.tables["organization"], rest, organization, is_own=False)
            case "$PROFILE" | "$USERROLE", [name]:
                return self._of_user(text, first, name, user)
        raise unknown_field(text)

    def _of_user(self, text: str, first: str, name: str, user: Find) -> Expression:
        """The user's profile or role; the one profile of an org without such records is the administrator's."""
        target, reference = ("profile", "ProfileId") if first == "$PROFILE" else ("userrole", "UserRoleId")
        if (table := self.state.tables.get(target)) is not None:
            return self._path(text, table, [name], parent_finder(table, reference, user), is_own=False)
        fixed = OWN_PROFILE if target == "profile" else {"Name": "", "DeveloperName": ""}
        found = {key.lower(): value for key, value in fixed.items()}.get(name.lower())
        if found is None:
            raise unknown_field(text)
        return Expression(Kind.TEXT, lambda _moment: found or None, name=text)


def parent_finder(parents: Table, reference: str, find: Find) -> Find:
    """How the record that a reference leads to is found."""
    return lambda moment: parents.live.get((find(moment) or {}).get(reference, ""))


def reader(field: Field, zero_for_blank: bool = False) -> Callable[[Mapping[str, Any]], Value]:
    """How the field's stored value reads in a formula."""
    name = field.name
    if field.type in ID_TYPES:
        return lambda row: (row.get(name) or "")[:15] or None
    if field.type == "boolean":
        return lambda row: bool(row.get(name))
    if field.type == "date":
        return lambda row: date.fromisoformat(row[name]) if row.get(name) else None
    if field.type == "datetime":
        return lambda row: moment_of(row[name]) if row.get(name) else None
    if field.type in NUMBERS:
        hundred = Decimal(100 if field.type == "percent" else 1)
        blank = Decimal() if zero_for_blank else None
        return lambda row: blank if row.get(name) is None else Decimal(str(row[name])) / hundred
    return lambda row: row.get(name) or None
