"""Where clients sign in: OAuth's addresses, the identity URL, and SOAP's login, which this org refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.salesforce.access import oauth
from sandbox.salesforce.access.sessions import OAuthTrouble

if TYPE_CHECKING:
    from sandbox.world import World

JSON = "application/json;charset=UTF-8"
NEITHER = "SOAP API login() is disabled by default in this org. Please contact your Salesforce admin."
GONE = "SOAP API login() is not available in this version of the API."
LAST_WITH_LOGIN = 64.0
FAULT = (
    '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:sf="urn:fault.partner.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>'
    "<soapenv:Fault><faultcode>sf:INVALID_OPERATION</faultcode><faultstring>INVALID_OPERATION: {text}</faultstring>"
    '<detail><sf:LoginFault xsi:type="sf:LoginFault"><sf:exceptionCode>INVALID_OPERATION</sf:exceptionCode>'
    "<sf:exceptionMessage>{text}</sf:exceptionMessage></sf:LoginFault></detail></soapenv:Fault></soapenv:Body>"
    "</soapenv:Envelope>"
)


def routes(world: World) -> list[BaseRoute]:
    """The sign-in routes of `world.salesforce`; none of them counts as an API call."""

    async def token(request: Request) -> Response:
        body = await request.body()
        authorization = request.headers.get("authorization", "")
        return _json(*oauth.token(world.salesforce, authorization, body, origin(request)))

    async def authorize(request: Request) -> Response:
        try:
            world.salesforce.sessions.check_client(request.query_params.get("client_id", ""), "", needs_secret=False)
            return RedirectResponse(world.salesforce.codes.allow(request.query_params), 302)
        except OAuthTrouble as trouble:
            return _json(400, {"error": trouble.error, "error_description": str(trouble)})

    async def revoke(request: Request) -> Response:
        form = dict(request.query_params) | oauth.read_form(await request.body())
        return _json(*oauth.revoke(world.salesforce, form))

    async def introspect(request: Request) -> Response:
        form = oauth.read_form(await request.body())
        return _json(
            *oauth.introspect(world.salesforce, request.headers.get("authorization", ""), form, origin(request))
        )

    async def user_info(request: Request) -> Response:
        if not _is_signed_in(world, request):
            return Response("Bad_OAuth_Token", 403, media_type="text/html;charset=UTF-8")
        return _json(200, oauth.user_info(world.salesforce, origin(request)))

    async def identity(request: Request) -> Response:
        state = world.salesforce
        if not _is_signed_in(world, request):
            return Response("Bad_OAuth_Token", 403, media_type="text/html;charset=UTF-8")
        if request.path_params != {"organization": state.organization_id, "user": state.user_id}:
            return Response("Bad_Id", 404, media_type="text/html;charset=UTF-8")
        return _json(200, oauth.identity(state, origin(request)))

    async def soap(request: Request) -> Response:
        return refused_login(float(request.path_params["version"]))

    return [
        Route("/services/oauth2/token", token, methods=["POST"]),
        Route("/services/oauth2/authorize", authorize),
        Route("/services/oauth2/revoke", revoke, methods=["GET", "POST"]),
        Route("/services/oauth2/introspect", introspect, methods=["POST"]),
        Route("/services/oauth2/userinfo", user_info, methods=["GET", "POST"]),
        Route("/id/{organization}/{user}", identity),
        Route("/services/Soap/c/{version:float}", soap, methods=["POST"]),
    ]


def refused_login(version: float) -> Response:
    """What SOAP's login says in this version of the API."""
    text = NEITHER if version <= LAST_WITH_LOGIN else GONE
    return Response(FAULT.format(text=escape(text)), 500, media_type="text/xml;charset=UTF-8")


def origin(request: Request) -> str:
    return f"{request.url.scheme}://{request.headers.get('host', request.url.netloc)}"


def _is_signed_in(world: World, request: Request) -> bool:
    return oauth.session_of(world.salesforce, request.headers.get("authorization", "")) is not None


def _json(status: int, body: object) -> Response:
    return Response(b"" if body is None else orjson.dumps(body), status, media_type=JSON)
