"""What every page shares: the typed request, the rules and mapping, and the frame around the content."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from config.environment import environment
from reports.words import words as report_words
from rules.language import Language
from web.access import Page, Viewer, pages_of
from web.people import THEMES, Theme
from web.words import words
from wiring.configuration import Configuration, load_configuration
from wiring.ladder import at_real_levels


class Request(HttpRequest):
    """A request that passed the middleware."""

    viewer: Viewer
    language: Language
    theme: Theme


@cache
def written() -> Configuration:
    """Mapping and rules as the files have them, read once in a process."""
    return load_configuration(environment().config_dir)


def configuration() -> Configuration:
    """Mapping and rules, with the rules at the levels to which they have fallen."""
    return at_real_levels(written())


def page(
    request: Request, template: str, current: Page | None = None, status: int = 200, **content: Any
) -> HttpResponse:
    """One page in the viewer's language, inside the frame."""
    language = request.language
    word = report_words(language) | words(language)
    bar = [{"url": reverse(each.value), "title": word[each], "current": each is current}
           for each in pages_of(request.viewer)]  # fmt: skip
    frame = {
        "language": language,
        "other_language": "en" if language == "fr" else "fr",
        "word": word,
        "theme": request.theme,
        "themes": [(each, word[f"theme_{each or 'system'}"], each == request.theme) for each in THEMES],
        "bar": bar,
        "viewer": request.viewer,
        "here": request.get_full_path() if request.method == "GET" and status < 400 else reverse("home"),
    }
    return render(request, f"web/{template}.html", frame | content, status=status)


def message(request: Request, key: str, status: int = 200, current: Page | None = None, back: str = "") -> HttpResponse:
    """A page that says one thing: its title, and why; with the way `back`, where that is not the first page."""
    word = words(request.language)
    return page(request, "message", current, status, title=word[key], text=word[f"{key}_why"], back=back)
