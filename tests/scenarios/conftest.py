"""A company for each scenario, on one sandbox for all of them, emptied in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.sandbox_client import SandboxClient
from tests.scenarios.company import Company

MakeCompany = Callable[..., Company]


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the configuration lies."""
    return tmp_path_factory.mktemp("office")


@pytest.fixture
def make_company(db: None, sandbox_process: SandboxClient, office: Path) -> Iterator[MakeCompany]:
    """Builds a company with a mapping of the story's choice; Zoe and her pair stand by in it."""
    yield lambda **about: Company(sandbox_process, office, **about)
    for system in ("hubspot", "salesforce"):
        sandbox_process.admin(system, "faults", clear=True)


@pytest.fixture
def company(make_company: MakeCompany) -> Company:
    """A company with the usual mapping."""
    return make_company()
