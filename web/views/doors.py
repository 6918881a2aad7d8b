"""Signing in and out, the first page of each role, the language, and whether the service is well."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.db import Error, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from web.access import Page, Role, pages_of
from web.frame import Request, message, page
from web.middleware import THEME_COOKIE
from web.people import as_language, as_theme, choose_language, choose_theme
from web.privacy import privacy
from wiring.queue import redis_answers


class SignIn(LoginView):
    """Name and password; wrong ones say the same whether the name exists or not."""

    redirect_authenticated_user = True

    def render_to_response(self, context: dict[str, Any], **_: Any) -> HttpResponse:
        form: AuthenticationForm = context["form"]
        return page(self.request, "sign_in", form=form, next=self.get_redirect_url())  # type: ignore[arg-type]


def home(request: Request) -> HttpResponse:
    """The first page of the viewer; ops first answer the question about privacy."""
    found = pages_of(request.viewer)
    if not request.user.is_authenticated:
        return redirect("sign_in")
    if not found:
        return message(request, "no_group")
    if Role.OPS in request.viewer.roles and not privacy().profile:
        return redirect(Page.PRIVACY.value)
    return redirect(found[0].value)


@require_POST
def language(request: Request) -> HttpResponse:
    """Choose a language: for this user, or in this browser before signing in; then back to the page."""
    wanted = as_language(request.POST.get("language"))
    if wanted is None:
        raise Http404
    choose_language(request.user, wanted)
    return _back(request, settings.LANGUAGE_COOKIE_NAME, wanted)


@require_POST
def theme(request: Request) -> HttpResponse:
    """Choose light, dark, or what the system says: for this user, and in this browser; then back to the page."""
    wanted = as_theme(request.POST.get("theme"))
    if wanted is None:
        raise Http404
    choose_theme(request.user, wanted, request.language)
    return _back(request, THEME_COOKIE, wanted)


def _back(request: Request, cookie: str, value: str) -> HttpResponse:
    """Back to the page of ours that the form was on, with the choice in a cookie."""
    there = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(there, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(there if is_ours else reverse("home"))
    response.set_cookie(
        cookie, value, max_age=365 * 24 * 60 * 60, samesite="Lax", httponly=True,
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )  # fmt: skip
    return response


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether this process has all it needs: its database, and Redis where one is configured; else what is missing."""
    missing = []
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM store_known WHERE 1 = 0")
    except Error:
        missing.append("the database does not answer\n")
    if not redis_answers():
        missing.append("Redis does not answer\n")
    return HttpResponse("".join(missing) or "ready\n", status=503 if missing else 200, content_type="text/plain")
