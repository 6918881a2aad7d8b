"""Good bodies of the main calls with an odd value somewhere inside: whatever it is and wherever, no answer is a 500.

The examples are the same in each run.
"""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.good_calls import EMAIL, HUBSPOT, SALESFORCE
from tests.sandbox_client import SandboxClient

TEXTS = st.text(max_size=8) | st.sampled_from(
    ["", " ", "²", "9" * 5_000, "-1", "1e400", "a@b", "\x00", "9999-12-31", EMAIL]
)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([2**63, -(2**63), 10**40])
PLAIN = st.none() | st.booleans() | NUMBERS | TEXTS
ODD = PLAIN | st.lists(PLAIN, max_size=2) | st.dictionaries(st.text(max_size=4), PLAIN, max_size=2)
BOUNDED = settings(max_examples=400, derandomize=True, database=None)


def places(body: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to each value inside a body."""
    inner = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    return [way for key, value in inner for way in ((*above, key), *places(value, (*above, key)))]


@st.composite
def calls(draw: st.DrawFn, good: list[tuple[str, str, Any]]) -> tuple[str, str, str]:
    """One of the good calls, with one to three of its values replaced or taken away."""
    method, path, body = draw(st.sampled_from(good))
    body = deepcopy(body)
    for _ in range(draw(st.integers(1, 3))):
        *above, last = draw(st.sampled_from(places(body) or [()])) or (None,)
        if last is None:
            break
        holder = body
        for key in above:
            holder = holder[key]
        if draw(st.integers(0, 9)) == 0:
            del holder[last]
        else:
            holder[last] = draw(ODD)
    return method, path, json.dumps(body)


@pytest.fixture(autouse=True)
def few_people(sandbox_process: SandboxClient) -> None:
    sandbox_process.admin("hubspot", "seed", people=4)


def ask(sandbox: SandboxClient, system: str, call: tuple[str, str, str]) -> tuple[int, Any]:
    method, path, body = call
    answer = sandbox.pool.request(method, sandbox.url(system) + path, headers={"Authorization": "Bearer x"}, body=body)
    assert answer.status < 500, (call, answer.data)
    return answer.status, answer.json() if answer.data else None


@given(call=calls(HUBSPOT))
@BOUNDED
def test_hubspot_takes_or_refuses_any_value(sandbox_process: SandboxClient, call: tuple[str, str, str]) -> None:
    status, body = ask(sandbox_process, "hubspot", call)

    assert status < 400 or body["status"] == "error"


@given(call=calls(SALESFORCE))
@BOUNDED
def test_salesforce_takes_or_refuses_any_value(sandbox_process: SandboxClient, call: tuple[str, str, str]) -> None:
    status, body = ask(sandbox_process, "salesforce", call)

    assert status < 400 or isinstance(body, dict) or body[0]["errorCode"]
    for row in body if call[1].endswith("composite/sobjects") and status == 200 else ():
        assert row["success"] or row["errors"][0]["statusCode"]


@pytest.mark.parametrize("system", ["hubspot", "salesforce"])
def test_the_calls_are_good_before_they_are_spoilt(sandbox: SandboxClient, system: str) -> None:
    sandbox.admin("hubspot", "seed", people=4)

    statuses = [ask(sandbox, system, (method, path, json.dumps(body)))[0]
                for method, path, body in {"hubspot": HUBSPOT, "salesforce": SALESFORCE}[system]]  # fmt: skip

    assert max(statuses) < 300, statuses
