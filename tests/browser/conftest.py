"""Browser tests: stories on `entente up`, in a Chromium. Without one they are skipped, and say why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.browser import tour as tours
from tests.browser.tour import DESKTOP, Tour, Visit

Visitor = Callable[..., Visit]


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is marked, and skipped where there is no browser."""
    why_not = tours.missing()
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if why_not:
                item.add_marker(pytest.mark.skip(reason=f"browser tests were not run: {why_not}"))


@pytest.fixture(scope="session")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tour]:
    """The installation under test: `entente up`, with the four people it lets in."""
    with tours.tour(tmp_path_factory.mktemp("tour")) as tour:
        yield tour


@pytest.fixture
def visit(tour: Tour) -> Iterator[Visitor]:
    """`visit("mona")` is Mona in a browser of her own; at the end no browser may have complained."""
    visits: list[Visit] = []
    with ExitStack() as stack:

        def come(who: str = "", width: int = DESKTOP) -> Visit:
            visits.append(stack.enter_context(tour.visit(who, width)))
            return visits[-1]

        yield come
        assert [trouble for each in visits for trouble in each.troubles] == []
