"""One Salesforce org: its objects and records, and its one administrator, as whom every call runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from sandbox.clock import Clock
from sandbox.log import Log
from sandbox.salesforce.access.codes import Codes
from sandbox.salesforce.access.permissions import Permissions
from sandbox.salesforce.access.sessions import Sessions
from sandbox.salesforce.bulk.jobs import Jobs
from sandbox.salesforce.cursors import Cursors
from sandbox.salesforce.due import catch_up
from sandbox.salesforce.errors import no_such_resource
from sandbox.salesforce.ids import full_id
from sandbox.salesforce.metadata.deployments import Deployments
from sandbox.salesforce.metadata.layouts import assigned
from sandbox.salesforce.metadata.retrievals import Retrievals
from sandbox.salesforce.objects.activity_table import ActivityTable
from sandbox.salesforce.objects.derived import fill
from sandbox.salesforce.objects.own_rows import relate_all
from sandbox.salesforce.objects.setup_rows import fill as fill_setup
from sandbox.salesforce.organisation.settings import Settings
from sandbox.salesforce.schema.activities import activity, relations
from sandbox.salesforce.schema.custom import from_definition
from sandbox.salesforce.schema.fields import Field, SObject, link
from sandbox.salesforce.schema.objects import more_objects
from sandbox.salesforce.schema.organization import account, organization, permission_objects, user
from sandbox.salesforce.schema.pages import list_view
from sandbox.salesforce.schema.people import contact, lead
from sandbox.salesforce.schema.rights import rights_objects
from sandbox.salesforce.schema.tooling import tooling_objects
from sandbox.salesforce.table import Row, Table
from sandbox.salesforce.transactions import Transactions
from sandbox.salesforce.usage import Usage
from sandbox.salesforce.validation import Rules
from sandbox.salesforce.values import read_moment, wire_moment
from sandbox.salesforce.writes import complete, defaults, stamp

BORN = datetime(2020, 1, 1, tzinfo=UTC)


class SalesforceState:
    """`tables` and `tooling` by lower-cased object name."""

    def __init__(self, clock: Clock, log: Log) -> None:
        self.clock = clock
        self.log = log
        kinds = [
            account(), contact(), lead(), user(), organization(), *permission_objects(), *rights_objects(),
            *more_objects(), list_view(),
        ]  # fmt: skip
        self.tables = {kind.name.lower(): Table(kind) for kind in kinds}
        self.activity = ActivityTable(activity(), (self.tables["task"], self.tables["event"]))
        self.tooling = {kind.name.lower(): Table(kind) for kind in tooling_objects()}
        self.tooling["custompermission"] = self.tables["custompermission"]
        self.permissions = Permissions(self)
        self.cursors = Cursors(clock)
        self.sessions = Sessions(clock)
        self.codes = Codes(clock)
        self.rules = Rules()
        self.deployments = Deployments(self)
        self.retrievals = Retrievals(self)
        self.settings = Settings()
        self.usage = Usage(clock)
        self.transactions = Transactions()
        self.jobs = Jobs(self)
        self.schema_changed_at = BORN
        self.user_id = ""
        self.profile_id: str | None = None
        self.tracked: dict[str, frozenset[str]] = {}
        """By object, the fields whose history is kept."""
        self.user_id = self._first_user()
        fill_setup(self, BORN)
        self.organization_id = self._organization()
        for kind in (*kinds, self.activity.kind):
            self._describe_entity(kind)

    @property
    def zone(self) -> str:
        """The API user's time zone."""
        return str(self.tables["user"].live[self.user_id].get("TimeZoneSidKey") or "GMT")

    def host(self, object_name: str) -> Table | None:
        """Where the custom fields of an object are made; those of Task and Event are made on Activity."""
        name = object_name.lower()
        return self.activity if name == "activity" else None if name in ("task", "event") else self.tables.get(name)

    def table(self, name: str) -> Table:
        """The table of an object; raises `Trouble` NOT_FOUND for an object that is not there."""
        if (found := self.tables.get(name.lower())) is None:
            raise no_such_resource()
        return found

    def add(self, object_name: str, fields: dict[str, Any], created_at: datetime | None = None) -> str:
        """A record is there, as if it had always been: nothing is checked but names, nothing is logged; its id.

        Stamps are `created_at`, or now; a stamp among the fields wins. Raises ValueError for an unknown name.
        """
        table = self._known(object_name)
        values = _seeded(table, fields)
        row = {**defaults(self, table), **_person(table, values, self.profile_id)}
        row["Id"] = table.next_id()
        stamp(table, row, self.user_id, created_at or self.clock.now(), creating=True)
        row.update(values)
        if self.user_id:
            fill(self, table, row, None, {name.lower() for name in values})
        table.put(complete(table, row))
        if table.kind.name == "RecordType":
            self.offer_record_types(str(row.get("SobjectType", "")))
        return str(row["Id"])

    def add_field(self, object_name: str, definition: dict[str, Any]) -> None:
        """The object has one more field, which everybody sees. Raises ValueError for what does not fit."""
        table = self.activity if object_name.lower() == "activity" else self._known(object_name)
        if self.host(object_name) is None:
            raise ValueError(f"custom fields of {table.kind.name} are made on Activity")
        field = from_definition(definition)
        if table.field(field.name):
            raise ValueError(f"{table.kind.name} already has a field {field.name}")
        self.install(table, field, {"type": field.type, "label": field.label})

    def install(self, table: Table, field: Field, metadata: dict[str, Any]) -> str:
        """Make a checked custom field part of its object; the id of its CustomField row."""
        table.add_field(field)
        at = self.clock.tick()
        self.schema_changed_at = at
        custom = self.tooling["customfield"]
        row = {
            "Id": custom.next_id(),
            "TableEnumOrId": table.kind.name,
            "EntityDefinitionId": table.kind.name,
            "DeveloperName": field.name.removesuffix("__c"),
            "FullName": f"{table.kind.name}.{field.name}",
            "Metadata": metadata,
        }
        stamp(custom, row, self.user_id, at, creating=True)
        custom.put(row)
        return str(row["Id"])

    def uninstall(self, custom_field_id: str) -> Callable[[], None]:
        """The field, its values and its permissions are gone; what is returned brings them back."""
        row = self.tooling["customfield"].drop(custom_field_id)
        assert row is not None
        table = self.host(row["TableEnumOrId"])
        assert table is not None
        permissions = self.tables["fieldpermissions"]
        shown = [item for item in permissions.live.values() if item["Field"] == row["FullName"]]
        for item in shown:
            permissions.drop(item["Id"])
        bring_back_field = table.drop_field(table.kind.fields[row["FullName"].split(".")[1].lower()])
        self.schema_changed_at = self.clock.tick()

        def bring_back() -> None:
            bring_back_field()
            self.tooling["customfield"].put(row)
            for item in shown:
                permissions.put(item)

        return bring_back

    def offer_record_types(self, object_name: str) -> None:
        """The object has a RecordTypeId, if it had none."""
        table = self._known(object_name)
        if table.field("RecordTypeId") is None:
            table.add_field(link("RecordTypeId", "RecordType", "Record Type ID", permissionable=False))
            self.schema_changed_at = self.clock.now()

    def share_activities(self, shared: bool) -> None:
        """Shared Activities are on or off: TaskRelation and EventRelation are there only while they are on."""
        for kind in relations():
            self.tables.pop(kind.name.lower(), None)
            if shared:
                self.tables[kind.name.lower()] = Table(kind)
        if shared:
            relate_all(self)
        self.schema_changed_at = self.clock.now()

    def restrict(self, object_name: str, field_name: str, access: str) -> None:
        """The API user's profile gives this access to a field: none, read or edit. ValueError for what cannot be."""
        table = self._known(object_name)
        field = table.field(field_name)
        if field is None or not field.permissionable:
            raise ValueError(f"{table.kind.name} has no field {field_name!r} whose access can be taken away")
        if access not in ("none", "read", "edit"):
            raise ValueError(f"access must be none, read or edit, not {access!r}")
        self.permissions.restrict(table.kind, field, access)
        self.schema_changed_at = self.clock.tick()

    def catch_up(self) -> None:
        """What time alone brings: jobs, deployments and automations that are due, and the end of the recycle bin."""
        catch_up(self)

    def snapshot(self, object_name: str | None = None) -> dict[str, dict[str, Row]]:
        """`{object: {id: {field: value}}}` with the values that are not null, deleted records too."""
        self.catch_up()
        tables = [self._known(object_name)] if object_name else list(self.tables.values())
        return {table.kind.name: {row["Id"]: dict(row) for row in table.all_rows()} for table in tables}

    def add_rule(self, object_name: str, field_name: str, refused: Any, message: str) -> None:
        """Records whose field holds this value are refused from now on. Raises ValueError for an unknown name."""
        kind, field = self._known_field(object_name, field_name)
        self.rules.refuse_value(kind.name, field.name, refused, message)

    def lift_rules(self, object_name: str, field_name: str) -> None:
        """No such rule is there any more. Raises ValueError for an unknown name."""
        kind, field = self._known_field(object_name, field_name)
        self.rules.lift(kind.name, field.name)

    def _known_field(self, object_name: str, field_name: str) -> tuple[SObject, Field]:
        table = self._known(object_name)
        if (field := table.field(field_name)) is None:
            raise ValueError(f"{table.kind.name} has no field {field_name}")
        return table.kind, field

    def _known(self, object_name: str) -> Table:
        if (table := self.tables.get(object_name.lower())) is None:
            known = ", ".join(item.kind.name for item in self.tables.values())
            raise ValueError(f"no object {object_name!r} in this Salesforce; there are {known}")
        return table

    def _first_user(self) -> str:
        named = {"FirstName": "Otto", "LastName": "Ops", "Email": "otto@entente.example", "Title": "Administrator"}
        table = self.tables["user"]
        user_id = self.add("User", named, BORN)
        row = table.live[user_id]
        table.put({**row, "CreatedById": user_id, "LastModifiedById": user_id})
        return user_id

    def _organization(self) -> str:
        facts = {
            "Name": "Entente Sandbox", "IsSandbox": True, "IsReadOnly": False, "OrganizationType": "Enterprise Edition",
            "InstanceName": "EU42S", "TimeZoneSidKey": "Europe/Paris", "DefaultLocaleSidKey": "en_GB",
            "LanguageLocaleKey": "en_US", "Country": "FR", "PrimaryContact": "Otto Ops", "FiscalYearStartMonth": 1,
        }  # fmt: skip
        return self.add("Organization", facts, BORN)

    def _describe_entity(self, kind: SObject) -> None:
        name = kind.name
        row = {"Id": name, "DurableId": name, "DeveloperName": name, "QualifiedApiName": name, "Label": kind.label,
               "KeyPrefix": kind.prefix}  # fmt: skip
        self.tooling["entitydefinition"].put(row)
        if kind.layoutable:
            assigned(self, name)


def _seeded(table: Table, fields: dict[str, Any]) -> Row:
    """The trusted values that are not null, by their field's own name."""
    values: Row = {}
    known = table.kind.fields
    for name, value in fields.items():
        field = known.get(name.lower())
        if field is None or field.type in ("id", "address"):
            raise ValueError(f"{table.kind.name} has no field {name!r} that can be seeded; add_field makes custom ones")
        stored = _as_stored(field, value)
        if stored is not None:
            values[field.name] = stored
    return values


def _as_stored(field: Field, value: Any) -> Any:
    """A trusted value in the form of the wire; text without outer blanks, an empty one as null."""
    if isinstance(value, str):
        if field.type == "datetime":
            return read_moment(value) or value
        return (full_id(value) or value) if field.type == "reference" else value.strip() or None
    if isinstance(value, datetime):
        return wire_moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and field.type in ("double", "currency", "percent"):
        return float(value)
    return value


def _person(table: Table, values: Row, profile_id: str | None) -> Row:
    """A seeded user needs no more than a name."""
    if table.kind.name != "User":
        return {}
    last = str(values.get("LastName") or "User")
    return {
        "IsActive": True, "UserType": "Standard", "LastName": last, "Alias": last.lower()[:8],
        "TimeZoneSidKey": "Europe/Paris", "LocaleSidKey": "en_GB", "LanguageLocaleKey": "en_US",
        "EmailEncodingKey": "UTF-8", "Username": values.get("Email") or f"{last.lower()}@entente.example",
        **({"ProfileId": profile_id} if profile_id else {}),
    }  # fmt: skip
