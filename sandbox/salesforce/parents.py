"""Parents named by an external id: `{"Account": {"Key__c": "7"}}` in JSON, a column `Account.Key__c` in CSV.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_upsert.htm
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.salesforce.errors import Trouble, no_such_column
from sandbox.salesforce.schema.fields import Field
from sandbox.salesforce.table import Table
from sandbox.salesforce.values import clean

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState


def reference_by_relationship(table: Table, name: str) -> Field | None:
    """The reference whose relationship has this name: `Account` for AccountId, `Region__r` for Region__c."""
    wanted = name.lower()
    return next((item for item in table.kind.fields.values() if (item.relationship or "").lower() == wanted), None)


def parent_id(state: SalesforceState, field: Field, key: dict[str, Any]) -> str:
    """The id of the one record that carries this external id; raises `Trouble`."""
    named = {name: value for name, value in key.items() if name != "attributes"}
    attributes = key.get("attributes")
    of_type = str(attributes.get("type", "")).lower() if isinstance(attributes, dict) else ""
    targets = [state.tables[name.lower()] for name in field.refers_to if name.lower() in state.tables]
    if len(named) != 1:
        raise Trouble("INVALID_FIELD", f"Exactly one external id is needed for {field.relationship}")
    ((name, value),) = named.items()
    for table in targets:
        by = table.field(name)
        if by is None or not by.is_indexed or of_type not in ("", table.kind.name.lower()):
            continue
        return _single(table, by, value)
    raise no_such_column(name, targets[0].kind.name if targets else field.name)


def _single(table: Table, by: Field, value: Any) -> str:
    found = table.ids_with(by, clean(by, value))
    if not found:
        message = f"Foreign key external ID: {value} not found for field {by.name} in entity {table.kind.name}"
        raise Trouble("INVALID_FIELD", message, ())
    if len(found) > 1:
        message = f"{by.name}: more than one record found for external id field: [{', '.join(found)}]"
        raise Trouble("DUPLICATE_EXTERNAL_ID", message, (by.name,))
    return found[0]
