"""One call of the API as the handlers see it, and one answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import orjson

from sandbox.reading import read_json
from sandbox.salesforce.errors import Trouble, unreadable_json
from sandbox.salesforce.saving import Options

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState


class Inside(Protocol):
    """Another call by the same user, through the same handlers, without a session check and without counting."""

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Call:
    """`version`: the number in the path; `parts`: what the route's pattern caught; `origin`: the server's address.

    `headers` are asked for in lower case. `inside` answers a call that stands within this one.
    """

    state: SalesforceState
    method: str
    version: str
    parts: tuple[str, ...]
    parameters: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    origin: str
    inside: Inside = field(repr=False)

    @property
    def base(self) -> str:
        return f"/services/data/v{self.version}"

    @property
    def options(self) -> Options:
        return Options.of(self.headers, self.base)

    def record(self) -> dict[str, Any]:
        """The body as a JSON object."""
        found = self._json()
        if not isinstance(found, dict):
            raise unreadable_json("Unexpected character at [line:1, column:1]: an object is expected")
        return found

    def list_in(self, name: str) -> list[Any]:
        """A list that the body must hold under this name."""
        found = self.record().get(name)
        if not isinstance(found, list):
            raise unreadable_json(f"{name}: a list is expected at [line:1, column:1]")
        return found

    def _json(self) -> Any:
        try:
            return read_json(self.body)
        except orjson.JSONDecodeError as error:
            raise unreadable_json(f"{error.msg} at [line:{error.lineno}, column:{error.colno}]") from None

    def required(self, name: str) -> str:
        """A parameter that must be there."""
        value = self.parameters.get(name)
        if not value:
            raise Trouble("MISSING_ARGUMENT", f"{name} is required")
        return value

    def flag(self, name: str) -> bool:
        return self.parameters.get(name, "false").lower() == "true"


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` None is an empty body; text goes out as it is, anything else as JSON."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


Handler = Callable[[Call], Answer]
