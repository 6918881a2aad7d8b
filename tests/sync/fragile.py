"""Breaks a pass at one of its steps: the calls by which the engine reaches its memory and the two systems."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from store import models
from store.answers import Answers
from store.consent import Consent
from wiring.service import Service


class Installation(Protocol):
    """What has a service."""

    service: Service


class Killed(BaseException):
    """The process is gone; nothing catches this."""


class Fuse:
    """Counts steps, one before and one after each call, and ends the process at the step it is set to: the nth one, or
    the first one of a name, such as `after write_many`."""

    def __init__(self, step: int | str | None = None) -> None:
        self.step = step
        self.passed = 0

    def burn(self, name: str) -> None:
        self.passed += 1
        if self.step in (self.passed, name):
            raise Killed(f"at step {self.passed}, {name}")


class Fragile:
    """Any collaborator of the engine, each of whose calls may be the last."""

    def __init__(self, inner: Any, fuse: Fuse) -> None:
        self._inner = inner
        self._fuse = fuse

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not callable(found):
            return found

        def call(*args: Any, **kwargs: Any) -> Any:
            self._fuse.burn(f"before {name}")
            result = found(*args, **kwargs)
            if isinstance(result, Iterator):
                return self._pages(name, result)
            self._fuse.burn(f"after {name}")
            return result

        return call

    def _pages(self, name: str, pages: Iterator[Any]) -> Iterator[Any]:
        for page in pages:
            self._fuse.burn(f"after {name}")
            yield page


def make_fragile(service: Service, fuse: Fuse) -> None:
    """From now on each call by which this service reaches its memory and the two systems may be the last."""
    engine = service.engine
    engine.records, engine.links, log = (Fragile(each, fuse) for each in (engine.records, engine.links, service.log))
    engine.log = service.log = log  # type: ignore[assignment]
    fragile: dict[Any, Any] = {side: Fragile(connector, fuse) for side, connector in service.connectors.items()}
    engine.connectors = service.connectors = fragile
    service.answers = Answers(service.mapping, fragile, engine.records, service.judge)  # type: ignore[arg-type]
    service.consent = Consent(service.mapping, fragile, engine.records, service.in_scope)  # type: ignore[arg-type]


def sync_until(house: Installation, step: int | str | None) -> int:
    """One pass, killed at a step; returns how many steps it took."""
    fuse, service = Fuse(step), house.service
    engine, whole = service.engine, (service.engine.records, service.engine.links, service.log, service.connectors)
    make_fragile(service, fuse)
    try:
        service.sync()
    except Killed:
        models.Run.objects.filter(id=models.Run.objects.latest("id").id).update(state="running", ended_at=None)
    finally:
        engine.records, engine.links, service.log, service.connectors = whole
        engine.log, engine.connectors = service.log, service.connectors
        service.answers = Answers(service.mapping, service.connectors, service.records, service.judge)
        service.consent = Consent(service.mapping, service.connectors, service.records, service.in_scope)
    return fuse.passed
