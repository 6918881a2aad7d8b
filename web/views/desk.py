"""What all pages of ops share: who may open them, and what came of a form."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from web.access import Page, Sight, sight_of_page
from web.frame import Request
from web.privacy import privacy
from web.words import say

_SAID = ("done", "already", "closed", "changed", "many", "none", "waived", "reason")


def only_for(request: Request, wanted: Page) -> None:
    """For whom a page is hidden, it does not exist."""
    if sight_of_page(request.viewer, wanted, privacy()) is Sight.HIDDEN:
        raise Http404


def back(name: str, *place: object, said: str, n: int | None = None) -> HttpResponse:
    """After a form: to a page that says what came of it, and that can be loaded again without doing it again."""
    told = {"said": said} | ({} if n is None else {"n": str(n)})
    return HttpResponseRedirect(f"{reverse(name, args=place)}?{urlencode(told)}")


def note(request: Request) -> str:
    """What came of the form that led here, in words; empty where none did."""
    said, n = request.GET.get("said", ""), request.GET.get("n", "")
    if said not in _SAID:
        return ""
    return say(request.language, f"said_{said}", n=n if n.isdecimal() and len(n) < 9 else "")


def as_number(text: str | None) -> int:
    """The number that a form or an address gives; 0 where it gives none that a table could hold."""
    return int(text) if text and text.isdecimal() and text.isascii() and len(text) < 16 else 0
