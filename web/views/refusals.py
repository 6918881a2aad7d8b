"""What a visitor reads who cannot go on: each says what happened and what to do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from web.access import Viewer
from web.frame import Request, message
from web.people import as_language


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """There is no such page, or none for this viewer: the two look the same."""
    return message(_at_the_door(request), "not_found", status=404)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the token that the page gave it."""
    return message(_at_the_door(request), "forged", status=403)


def locked_out(request: HttpRequest, credentials: dict[str, Any] | None = None, *rest: Any) -> HttpResponse:
    """Too many wrong passwords."""
    return message(_at_the_door(request), "locked", status=429)


def _at_the_door(request: HttpRequest) -> Request:
    """The request, also where it was refused before the middleware knew who sent it."""
    if not hasattr(request, "viewer"):
        browser = translation.get_language_from_request(request)
        request.viewer, request.language = Viewer("", frozenset()), as_language(browser) or "en"  # type: ignore[attr-defined]
        request.theme = ""  # type: ignore[attr-defined]
    return request  # type: ignore[return-value]
