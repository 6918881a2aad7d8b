"""The users who can own records, as today's and as the old owners API show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.hubspot.errors import PORTAL_ID
from sandbox.hubspot.stamps import stamp

OWNER_KEYS = frozenset(("email", "firstName", "lastName", "archived", "type", "teams"))
FIRST_OWNER_ID = 41_629_779
FIRST_USER_ID = 9_586_504
FIRST_TEAM_ID = 178_588


@dataclass(slots=True)
class Owner:
    """A user who can own records. `id` is what `hubspot_owner_id` holds; the user id is another number.

    The first of the `teams` (id and name) is the primary one.
    """

    id: int
    user_id: int
    email: str
    first_name: str
    last_name: str
    made: int
    is_archived: bool = False
    type: str = "PERSON"
    teams: list[tuple[str, str]] = field(default_factory=list)

    def shape(self) -> dict[str, Any]:
        shape: dict[str, Any] = {"id": str(self.id), "email": self.email, "type": self.type}
        shape |= {"firstName": self.first_name, "lastName": self.last_name}
        shape |= {} if self.is_archived else {"userId": self.user_id}
        shape |= {"userIdIncludingInactive": self.user_id, "createdAt": stamp(self.made), "updatedAt": stamp(self.made)}
        if self.teams:
            teams = [{"id": id_, "name": name, "primary": at == 0} for at, (id_, name) in enumerate(self.teams)]
            shape["teams"] = teams
        return shape | {"archived": self.is_archived}

    def legacy_shape(self) -> dict[str, Any]:
        """As `/owners/v2/owners` shows it: https://legacydocs.hubspot.com/docs/methods/owners/get_owners."""
        shape: dict[str, Any] = {"portalId": PORTAL_ID, "ownerId": self.id, "type": self.type}
        shape |= {"firstName": self.first_name, "lastName": self.last_name, "email": self.email}
        shape |= {"createdAt": self.made, "updatedAt": self.made, "signature": None}
        remote = {"portalId": PORTAL_ID, "ownerId": self.id, "remoteId": str(self.user_id), "remoteType": "HUBSPOT"}
        shape |= {"remoteList": [remote | {"active": not self.is_archived}], "hasContactsAccess": not self.is_archived}
        shape |= {"activeUserId": 0 if self.is_archived else self.user_id, "userIdIncludingInactive": self.user_id}
        return shape | {"isActive": not self.is_archived}


def make_owner(fields: Mapping[str, Any], owners: Mapping[str, Owner], made: int) -> Owner:
    """The next owner of a portal; ValueError for a field that owners do not have."""
    unknown = fields.keys() - OWNER_KEYS
    if unknown:
        raise ValueError(
            f"HubSpot owners have no field {', '.join(sorted(unknown))}: use {', '.join(sorted(OWNER_KEYS))}"
        )
    at = len(owners)
    return Owner(
        id=FIRST_OWNER_ID + 7 * at,
        user_id=FIRST_USER_ID + 3 * at,
        email=str(fields.get("email", "")),
        first_name=str(fields.get("firstName", "")),
        last_name=str(fields.get("lastName", "")),
        made=made,
        is_archived=bool(fields.get("archived", False)),
        type=str(fields.get("type", "PERSON")),
        teams=[(team_id(owners, str(name)), str(name)) for name in fields.get("teams", ())],
    )


def team_id(owners: Mapping[str, Owner], name: str) -> str:
    """The id of a team: the one that its name has already, or the next."""
    known = {team: id_ for owner in owners.values() for id_, team in owner.teams}
    return known.get(name, str(FIRST_TEAM_ID + len(known)))
