"""What every request passes: the content policy, and who is at the door in which language."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from web.people import LANGUAGES, as_language, as_theme, preferences_of, viewer_of

Handler = Callable[[HttpRequest], HttpResponse]

THEME_COOKIE = "entente_theme"

POLICY = (
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'"
)


def content_policy(handle: Handler) -> Handler:
    """Nothing is loaded from elsewhere, and no page keeps people's names in a cache that others share."""

    def handled(request: HttpRequest) -> HttpResponse:
        response = handle(request)
        response.headers["Content-Security-Policy"] = POLICY
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return handled


def viewer(handle: Handler) -> Handler:
    """Give the request its `viewer`, its `language` and its `theme`: as the user chose, the cookie or the browser."""

    def handled(request: HttpRequest) -> HttpResponse:
        cookie = as_language(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME))
        browser = as_language(translation.get_language_from_request(request))
        language, theme = preferences_of(request.user)
        request.language = language or cookie or browser or LANGUAGES[0]  # type: ignore[attr-defined]
        request.theme = theme or as_theme(request.COOKIES.get(THEME_COOKIE)) or ""  # type: ignore[attr-defined]
        request.viewer = viewer_of(request.user)  # type: ignore[attr-defined]
        with translation.override(request.language):  # type: ignore[attr-defined]
            return handle(request)

    return handled
