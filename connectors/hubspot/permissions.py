"""What HubSpot lets us do: which scopes are missing, and what is wrong with a field.

An app's scopes stand in the answer to its sign-in. Those of a service key or a private app are not told: each kind of
read that a sync makes is made once, and the refusal names the scope.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from connectors.base import Advice, FieldInfo, Inspection, Seen
from connectors.hubspot import schema
from connectors.hubspot.client import HubSpotClient, MissingScopes

OWNERS_READ = "crm.objects.owners.read"
_ACTIVITIES = {"calls", "emails", "meetings", "notes", "tasks"}
"""They have no scopes of their own: those of contacts let them be read and written."""


def needed(objects: Iterable[str], read_only: Collection[str] = ()) -> list[str]:
    """The scopes that an app's sync of these objects uses; `setup` needs `crm.schemas.….write` as well, once.

    The portal's details ask for `oauth`: https://developers.hubspot.com/docs/api-reference/latest/account
    """
    names = dict.fromkeys("contacts" if name in _ACTIVITIES else name for name in objects)
    own = [f"crm.{area}.{name}" for name in names for area in ("objects", "schemas")]
    writes = [f"crm.objects.{name}.write" for name in names if name not in read_only]
    return ["oauth", OWNERS_READ, *(f"{each}.read" for each in own), *writes]


def inspect(
    client: HubSpotClient, account: Callable[[], str], objects: Sequence[str], read_only: Collection[str] = ()
) -> Inspection:
    portal = account()
    missing: list[str] = []
    described: dict[str, Mapping[str, FieldInfo]] = {}

    def tried(read: Callable[[], object]) -> None:
        try:
            read()
        except MissingScopes as refusal:
            missing.append(" or ".join(refusal.scopes))

    for name in objects:
        tried(lambda name=name: described.update({name: schema.describe(client, name)}))  # type: ignore[misc]
        tried(lambda name=name: client.call(client.api.basic.get_page, name, limit=1))  # type: ignore[misc]
    tried(lambda: client.call(client.owners.get_page, limit=1))
    granted = client.grant().scopes
    if granted:
        missing += [scope for scope in needed(objects, read_only) if scope not in granted]
    unsure = "" if granted else "HubSpot does not tell which scopes this token has: reading was tried, writing was not"
    user = "an OAuth app" if client.is_app else "a service key or private app"
    return Inspection(portal, user, described, tuple(dict.fromkeys(missing)), unsure)


def advise(object_name: str, absent: Sequence[str], locked: Sequence[str]) -> Mapping[str, Advice]:
    missing = "hubspot {0} has no field {1}: correct the name, or make it (Settings > Properties)"
    read_only = (
        "hubspot {0}: {1} is read-only, HubSpot fills it by itself: let it travel to sales only "
        "(`rule: always_marketing`), or not (`rule: off`)"
    )
    found = {name: Advice(Seen.ABSENT, missing.format(object_name, name)) for name in absent}
    return found | {name: Advice(Seen.LOCKED, read_only.format(object_name, name)) for name in locked}
