"""Which path of the lists is answered by which handler."""

from __future__ import annotations

from sandbox.hubspot.call import DATED, Handler
from sandbox.hubspot.lists import handlers, memberships

LISTS = ("/crm/v3/lists", *(f"/crm/lists/{version}" for version in DATED))

TABLE: tuple[tuple[tuple[str, ...], str, str, Handler], ...] = (
    (LISTS, "POST", "", handlers.create),
    (LISTS, "GET", "", handlers.read_many),
    (LISTS, "POST", "/search", handlers.search),
    (LISTS, "GET", "/object-type-id/{object_type}/name/{name}", handlers.read_by_name),
    (LISTS, "GET", "/records/{object_type}/{record_id}/memberships", memberships.of_record),
    (LISTS, "POST", "/records/memberships/batch/read", memberships.of_records),
    (LISTS, "GET", "/{list_id}", handlers.read_one),
    (LISTS, "DELETE", "/{list_id}", handlers.delete),
    (LISTS, "PUT", "/{list_id}/restore", handlers.restore),
    (LISTS, "PUT", "/{list_id}/update-list-filters", handlers.set_filters),
    (LISTS, "PUT", "/{list_id}/update-list-name", handlers.rename),
    (LISTS, "GET", "/{list_id}/memberships", memberships.by_record),
    (LISTS, "GET", "/{list_id}/memberships/join-order", memberships.by_joining),
    (LISTS, "PUT", "/{list_id}/memberships/add", memberships.add),
    (LISTS, "PUT", "/{list_id}/memberships/remove", memberships.remove),
    (LISTS, "PUT", "/{list_id}/memberships/add-and-remove", memberships.add_and_remove),
    (LISTS, "PUT", "/{list_id}/memberships/add-from/{source_id}", memberships.add_from),
    (LISTS, "DELETE", "/{list_id}/memberships", memberships.remove_all),
)
