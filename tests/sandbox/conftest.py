"""In all tests of the sandbox, whatever the official HubSpot client reads must fit its models exactly."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hubspot
import pytest

ROOMS = ("crm", "auth", "communication_preferences")


@pytest.fixture(scope="session", autouse=True)
def exact_models() -> Iterator[None]:
    """Each answer that the client makes a model of has no key that the model lacks; what is required is there anyway.

    The client itself raises where a required attribute is missing, and drops what it does not know without a word.
    """
    with pytest.MonkeyPatch.context() as patch:
        for module in api_clients():
            patch.setattr(module.ApiClient, "deserialize", checked(module.ApiClient.deserialize))
        yield


def api_clients() -> list[Any]:
    """Every part of the client has an ApiClient of its own."""
    top = Path(hubspot.__file__).parent
    files = [file for room in ROOMS for file in (top / room).rglob("api_client.py")]
    return [
        importlib.import_module(".".join(("hubspot", *file.relative_to(top).with_suffix("").parts))) for file in files
    ]


def checked(deserialize: Any) -> Any:
    def exact(client: Any, response: Any, response_type: Any) -> Any:
        model = deserialize(client, response, response_type)
        if unknown := sorted(set(unknown_keys(model, json.loads(response.data or "null"), ""))):
            raise AssertionError(f"{type(model).__name__} does not know {', '.join(unknown)}")
        return model

    return exact


def unknown_keys(model: Any, raw: Any, place: str) -> Iterator[str]:
    """The paths of the keys that no model has an attribute for."""
    if isinstance(model, list) and isinstance(raw, list):
        for one, one_raw in zip(model, raw, strict=True):
            yield from unknown_keys(one, one_raw, place)
    elif isinstance(model, dict) and isinstance(raw, dict):
        for key, one in model.items():
            yield from unknown_keys(one, raw[key], f"{place}.*")
    elif hasattr(model, "attribute_map"):
        names = {json_name: name for name, json_name in model.attribute_map.items()}
        for key, value in raw.items():
            if key not in names:
                yield f"{place}.{key}"
            else:
                yield from unknown_keys(getattr(model, names[key]), value, f"{place}.{key}")
