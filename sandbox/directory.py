"""Many routes found quickly: they are looked up by how their path begins, and only the few left are tried in turn.

Within one beginning their order holds; a route whose path has no fixed beginning would stand under the empty one.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

DEPTH = 3


class Directory(BaseRoute):
    """Routes by the first fixed parts of their paths, three at most.

    The path of the one that fits goes to the scope as `sandbox.route`, for the request log.
    """

    def __init__(self, routes: Iterable[Route]) -> None:
        self.by_head: dict[str, list[Route]] = {}
        for route in routes:
            self.by_head.setdefault(head_of(route.path), []).append(route)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """The first full match; else the first by path alone, whose handler says which methods there are."""
        partial: tuple[Match, Scope] = (Match.NONE, {})
        for head in heads_of(scope["path"]):
            for route in self.by_head.get(head, ()):
                match, found = route.matches(scope)
                if match is not Match.NONE:
                    found["sandbox.route"] = route.path
                    found["sandbox.handler"] = route
                if match is Match.FULL:
                    return match, found
                if match is Match.PARTIAL and partial[0] is Match.NONE:
                    partial = match, found
        return partial

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope["sandbox.handler"].handle(scope, receive, send)


def head_of(path: str) -> str:
    """The fixed parts with which a path begins.

    >>> head_of("/crm/v3/objects/{object}/search"), head_of("/crm/{version}/x")
    ('/crm/v3/objects', '/crm')
    """
    parts = path.split("/")
    fixed = next((place for place, part in enumerate(parts) if "{" in part), len(parts))
    return "/".join(parts[: min(fixed, DEPTH + 1)])


@lru_cache(maxsize=1_024)
def heads_of(path: str) -> tuple[str, ...]:
    """The beginnings under which the routes of an address may stand, the longest first.

    >>> heads_of("/crm/v3/objects/contacts/51")
    ('/crm/v3/objects', '/crm/v3', '/crm', '')
    """
    parts = path.split("/")[: DEPTH + 1]
    return tuple("/".join(parts[:count]) for count in range(len(parts), 0, -1))
