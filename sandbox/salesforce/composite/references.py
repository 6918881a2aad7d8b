"""References between the subrequests of a composite call: `@{lead.id}`, `@{found.records[0].Id}`.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/using_composite_resources.htm
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandbox.salesforce.errors import Trouble

REFERENCE = re.compile(r"@\{([^}]+)\}")
STEP = re.compile(r"\[(\d+)\]|\.?([^.\[\]]+)")


def resolved(value: Any, answers: Mapping[str, Any]) -> Any:
    """The value with each reference in its texts replaced; raises `Trouble` for one that leads nowhere.

    >>> resolved({"AccountId": "@{acme.id}"}, {"acme": {"id": "001"}})
    {'AccountId': '001'}
    """
    match value:
        case str():
            if (whole := REFERENCE.fullmatch(value)) is not None:
                return _found(whole[1], answers)
            return REFERENCE.sub(lambda found: str(_found(found[1], answers)), value)
        case dict():
            return {name: resolved(item, answers) for name, item in value.items()}
        case list():
            return [resolved(item, answers) for item in value]
    return value


def _found(text: str, answers: Mapping[str, Any]) -> Any:
    """What a reference leads to: names are those of the answer, their case included, and null is no value."""
    steps = [found[2] if found[1] is None else int(found[1]) for found in STEP.finditer(text)]
    value: Any = answers
    for step in steps:
        if isinstance(step, int) and isinstance(value, list) and step < len(value):
            value = value[step]
        elif isinstance(step, str) and isinstance(value, Mapping):
            value = value.get(step)
        else:
            value = None
    if value is None:
        name = str(steps[0]) if steps else text
        raise Trouble("PROCESSING_HALTED", f"Invalid reference specified. No value for {text} found in {name}.")
    return value
