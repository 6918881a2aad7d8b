"""A house for each test, on a database of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.sync.house import House

MakeHouse = Callable[..., House]


@pytest.fixture
def make_house(db: None, tmp_path: Path) -> MakeHouse:
    """Builds a house with a mapping and systems of the test's choice."""

    def make(**about: Any) -> House:
        return House(tmp_path, **about)

    return make


@pytest.fixture
def house(make_house: MakeHouse) -> House:
    """A house with the usual mapping."""
    return make_house()
