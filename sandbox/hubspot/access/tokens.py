"""The token endpoints: make, describe and revoke tokens; all outside every quota and open without a token.

v1 takes parameters in the query as well; the others take a form only.
https://developers.hubspot.com/docs/api-reference/legacy/authentication/oauth-tokens/v1/migration-guide
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from sandbox.hubspot.call import Answer, Call
from sandbox.hubspot.errors import PORTAL_ID, not_found

USER = "otto@velmora.example"
USER_ID = 9_586_504
DOMAIN = "velmora.example"


def form_of(call: Call) -> dict[str, str]:
    return dict([*call.query, *parse_qsl(call.raw.decode("utf-8", "replace"))])


def make_token(call: Call) -> Answer:
    return Answer(call.state.access.token(form_of(call), call.state.now()))


def introspect(call: Call) -> Answer:
    """What a token is worth: of one that is unknown or has ended, only that it is not active."""
    access, form = call.state.access, form_of(call)
    access.check_client(form)
    token = form.get("token", "")
    shape = access_token_shape(call, token) or refresh_token_shape(call, token)
    if shape is None:
        return Answer({"active": False})
    use = "access_token" if "app_id" in shape else "refresh_token"
    return Answer({"token_use": use, "active": True, "is_private_distribution": True} | shape)


def revoke(call: Call) -> Answer:
    """200 whatever the token is, as RFC 7009 has it."""
    form = form_of(call)
    call.state.access.check_client(form)
    call.state.access.revoke(form.get("token", ""))
    return Answer({})


def describe_access_token(call: Call) -> Answer:
    return found(access_token_shape(call, call.path["token"]))


def describe_refresh_token(call: Call) -> Answer:
    return found(refresh_token_shape(call, call.path["token"]))


def delete_refresh_token(call: Call) -> Answer:
    call.state.access.revoke(call.path["token"])
    return Answer(status=204)


def found(shape: dict[str, Any] | None) -> Answer:
    if shape is None:
        raise not_found()
    return Answer(shape)


def access_token_shape(call: Call, token: str) -> dict[str, Any] | None:
    access, now = call.state.access, call.state.now()
    given = access.issued.get(token)
    if given is None or given.ends <= now:
        return None
    app = access.apps[given.client_id]
    expires_in = -(-(given.ends - now) // 1000)
    return shape(call, token, "access", app.client_id) | {"app_id": app.app_id, "expires_in": expires_in}


def refresh_token_shape(call: Call, token: str) -> dict[str, Any] | None:
    client_id = call.state.access.refresh_tokens.get(token)
    return None if client_id is None else shape(call, token, "refresh", client_id)


def shape(call: Call, token: str, kind: str, client_id: str) -> dict[str, Any]:
    """What both kinds of tokens say of themselves."""
    return {
        "token": token,
        "user": USER,
        "hub_domain": DOMAIN,
        "scopes": call.state.access.scopes_of(client_id),
        "hub_id": PORTAL_ID,
        "client_id": client_id,
        "user_id": USER_ID,
        "token_type": kind,
    }
