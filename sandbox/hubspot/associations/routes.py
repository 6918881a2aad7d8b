"""Which path of the associations API is answered by which handler."""

from __future__ import annotations

from sandbox.hubspot.associations import labels, v3, v4, v4_batch
from sandbox.hubspot.call import Handler

ONE = "/{object}/{record_id}/associations"
PAIR = "/{object}/{to_object}"
V3_OBJECTS, V3 = ("/crm/v3/objects",), ("/crm/v3/associations",)


def associations(dated: tuple[str, ...]) -> tuple[tuple[tuple[str, ...], str, str, Handler], ...]:
    """The table of routes: prefixes, method, path, handler."""
    objects = ("/crm/v4/objects", *(f"/crm/objects/{version}" for version in dated))
    prefix = ("/crm/v4/associations", *(f"/crm/associations/{version}" for version in dated))
    return (
        (objects, "PUT", ONE + "/default/{to_object}/{to_id}", v4.associate_default),
        (objects, "PUT", ONE + "/{to_object}/{to_id}", v4.associate_labelled),
        (objects, "DELETE", ONE + "/{to_object}/{to_id}", v4.dissociate_all),
        (objects, "GET", ONE + "/{to_object}", v4.list_associations),
        (prefix, "POST", PAIR + "/batch/read", v4_batch.read_batch),
        (prefix, "POST", PAIR + "/batch/create", v4_batch.create_batch),
        (prefix, "POST", PAIR + "/batch/associate/default", v4_batch.create_default_batch),
        (prefix, "POST", PAIR + "/batch/archive", v4_batch.archive_batch),
        (prefix, "POST", PAIR + "/batch/labels/archive", v4_batch.archive_labels_batch),
        (prefix, "GET", PAIR + "/labels", labels.list_labels),
        (prefix, "POST", PAIR + "/labels", labels.create_label),
        (prefix, "PUT", PAIR + "/labels", labels.update_label),
        (prefix, "DELETE", PAIR + "/labels/{type_id}", labels.delete_label),
        (V3_OBJECTS, "GET", ONE + "/{to_object}", v3.list_associations),
        (V3_OBJECTS, "PUT", ONE + "/{to_object}/{to_id}/{type_name}", v3.associate_named),
        (V3_OBJECTS, "DELETE", ONE + "/{to_object}/{to_id}/{type_name}", v3.dissociate_named),
        (V3, "POST", PAIR + "/batch/read", v3.read_batch),
        (V3, "POST", PAIR + "/batch/create", v3.create_batch),
        (V3, "POST", PAIR + "/batch/archive", v3.archive_batch),
        (V3, "GET", PAIR + "/types", labels.list_type_names),
    )
