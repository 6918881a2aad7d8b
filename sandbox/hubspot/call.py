"""One request as a handler sees it, and the answer it gives: plain values, nothing of the web framework."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from sandbox.hubspot.errors import bad_request, unreadable_body
from sandbox.hubspot.state import HubSpotState
from sandbox.hubspot.table import Table
from sandbox.reading import read_json, read_whole

DATED = ("2025-09", "2026-03", "2026-09")
"""The versions of the API that have a date in their paths."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a body; without a body (204) nothing is sent."""

    content: Any = None
    status: int = 200


@dataclass(frozen=True, slots=True)
class Call:
    """What was asked. `link` gives the absolute address of this call with another `after`."""

    state: HubSpotState
    path: Mapping[str, Any]
    query: list[tuple[str, str]]
    raw: bytes
    link: Callable[[str], str]

    @property
    def table(self) -> Table:
        """The table that the path names; refuses an object that HubSpot does not know."""
        return named_table(self.state, self.path["object"])

    def body(self) -> dict[str, Any]:
        """The JSON object that was sent."""
        try:
            body = read_json(self.raw)
        except orjson.JSONDecodeError as error:
            raise unreadable_body(str(error)) from error
        if not isinstance(body, dict):
            raise unreadable_body("an object was expected")
        return body

    def body_names(self, name: str) -> list[str] | None:
        """A list of names in the body; None if it is missing or empty."""
        names = self.body().get(name) or None
        if names is not None and (not isinstance(names, list) or not all(isinstance(each, str) for each in names)):
            raise unreadable_body(f"{name} must be a list of names")
        return names

    def asked(self, name: str) -> str | None:
        return next((value for key, value in self.query if key == name), None)

    def names(self, name: str) -> list[str] | None:
        """A list of names, given once with commas or several times; None if it was not given."""
        values = [value for key, value in self.query if key == name]
        return [each.strip() for value in values for each in value.split(",") if each.strip()] if values else None

    def flag(self, name: str) -> bool:
        """Whether it is true; the Python client writes `True`."""
        return (self.asked(name) or "").lower() == "true"

    def limit(self, default: int, most: int) -> int:
        text = self.asked("limit") or str(default)
        limit = read_whole(text)
        if limit is None or not 1 <= limit <= most:
            raise bad_request(f"limit must be a whole number from 1 to {most}, not {text}")
        return limit

    def after(self) -> int:
        """The id from which a page starts."""
        text = self.asked("after") or "0"
        after = read_whole(text)
        if after is None:
            raise bad_request(f"after must be the value that the page before gave as paging.next.after, not {text}")
        return after

    def paging(self, following: int | None) -> dict[str, Any]:
        """How an answer names the page that begins with this id: not at all for None."""
        if following is None:
            return {}
        return {"paging": {"next": {"after": str(following), "link": self.link(str(following))}}}


def named_table(state: HubSpotState, name: str) -> Table:
    """The table of an object; refuses one that HubSpot does not know."""
    try:
        return state.table(name)
    except ValueError as error:
        raise bad_request(str(error)) from error


Handler = Callable[[Call], Answer]
