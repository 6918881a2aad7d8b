"""The columns of list views: the names that the Metadata API has for them, and the fields they show.

Standard fields go by names of their own there (`LEAD.EMAIL`, `FULL_NAME`), custom ones by their API name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.schema.fields import Field, SObject
from sandbox.salesforce.table import Table

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

OTHER_NAMES = {
    "FULL_NAME": "Name", "PHONE1": "Phone", "PHONE2": "Fax", "PHONE3": "MobilePhone", "PHONE4": "HomePhone",
    "URL": "Website", "SALES": "AnnualRevenue", "EMPLOYEES": "NumberOfEmployees", "LAST_UPDATE": "LastModifiedDate",
    "LAST_UPDATE_DATE": "LastModifiedDate", "STAGE_NAME": "StageName", "CLOSE_DATE": "CloseDate",
}  # fmt: skip
USER_COLUMNS = {"ALIAS": "Alias", "FULL_NAME": "Name", "FIRST_NAME": "FirstName", "LAST_NAME": "LastName",
                "EMAIL": "Email"}  # fmt: skip
HIDDEN = ("Id", "CreatedDate", "LastModifiedDate", "SystemModstamp")
LABELS = {"text": ("Z-A", "A-Z"), "number": ("High to Low", "Low to High"), "time": ("New to Old", "Old to New")}
NUMBERS = ("int", "double", "currency", "percent")


def path_of(table: Table, column: str) -> str:
    """The field or path that a column shows. Raises `Trouble` for a name that means nothing."""
    if (own := table.field(column)) is not None:
        return own.name
    scope, _, last = column.rpartition(".")
    if scope.upper() == "CORE.USERS" and last.upper() in USER_COLUMNS:
        return f"Owner.{USER_COLUMNS[last.upper()]}"
    if scope.upper() == "ACCOUNT" and table.kind.name != "Account" and table.field("AccountId"):
        return "Account.Name" if last.upper() == "NAME" else f"Account.{last.replace('_', '').title()}"
    name = OTHER_NAMES.get(last.upper(), last.replace("_", ""))
    field = table.field(name)
    if field is None:
        raise Trouble("FIELD_INTEGRITY_EXCEPTION", f"Could not resolve list view column: {column}", ("Columns",))
    return field.name


def field_at(state: SalesforceState, table: Table, path: str) -> tuple[SObject, Field | None]:
    """The field at the end of a path of the record's own fields or its parents', and its object; None: no field."""
    *parents, name = path.split(".")
    for parent in parents:
        reference = next((each for each in table.kind.fields.values() if each.relationship == parent), None)
        targets = [state.tables.get(target.lower()) for target in reference.refers_to] if reference else []
        known = [target for target in targets if target is not None and target.field(name)]
        if not known:
            return table.kind, None
        table = known[0]
    return table.kind, table.field(name)


def shown_column(field: Field, path: str, is_sorted: bool, is_hidden: bool = False) -> dict[str, Any]:
    """A column as the describe of a list view has it."""
    kind = "number" if field.type in NUMBERS else "time" if field.type in ("date", "datetime") else "text"
    ascending, descending = LABELS[kind]
    return {
        "ascendingLabel": None if is_hidden else ascending,
        "descendingLabel": None if is_hidden else descending,
        "fieldNameOrPath": path,
        "hidden": is_hidden,
        "label": field.label,
        "searchable": False if is_hidden else field.is_text,
        "selectListItem": f"toLabel({path})" if field.type == "picklist" else path,
        "sortDirection": "ascending" if is_sorted else None,
        "sortIndex": 0 if is_sorted else None,
        "sortable": not is_hidden and not field.is_long_text and field.type != "multipicklist",
        "type": field.type,
    }
