"""Run with the environment of hubspot-sdk: what a developer writes after reading its README. Tells what it got as JSON.

`_strict_response_validation` makes the client raise where an answer is not as its models say. It cannot be used for
what writes and searches answer: their models have no place for the null of an empty property, which is documented.
"""

from __future__ import annotations

import json

import hubspot_sdk

strict = hubspot_sdk.HubSpot(access_token="pat-developer", _strict_response_validation=True)
contacts = hubspot_sdk.HubSpot(access_token="pat-developer").crm.objects.contacts

pages = strict.crm.objects.contacts.list(limit=100, properties=["email"])
listed = {each.id: each.properties.get("email") for each in pages}

made: dict[str, str] = {}
for start in (0, 60):
    inputs = [
        {"properties": {"email": f"person{at}@example.com", "lastname": f"Person {at}"}, "associations": []}
        for at in range(start, start + 60)
    ]
    answer = contacts.batch.create(inputs=inputs)
    made |= {each.id: each.properties["lastname"] for each in answer.results}

updated = list(made)[:40]
contacts.batch.update(inputs=[{"id": each, "properties": {"jobtitle": "Buyer"}} for each in updated])

is_buyer = {"propertyName": "jobtitle", "operator": "EQ", "value": "Buyer"}
page = contacts.search(filter_groups=[{"filters": [is_buyer]}], limit=100, after="0", properties=["jobtitle"], sorts=[])
found = [each.id for each in page.results]

refused: list[object] = []
try:
    contacts.create(properties={"email": "PERSON1@example.com"}, associations=[])
except hubspot_sdk.ConflictError as error:
    refused = [error.status_code, error.body["category"]]

archived = list(made)[-1]
contacts.delete(archived)

owners = [each.id for each in strict.crm.owners.list(limit=100).results]
properties = strict.crm.properties.list("contacts").results

told = {
    "listed": listed, "made": made, "updated": updated, "found": found, "refused": refused, "archived": archived,
    "owners": sorted(owners), "properties": len(properties),
}  # fmt: skip
print(json.dumps(told))
