"""Turns what pydantic refuses into one plain sentence with its mend: the near key, the allowed words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from pydantic_core import ErrorDetails

Loc = tuple[str | int, ...]
Schema = dict[str, Any]


def in_words(error: ErrorDetails, keys: Iterable[str] = ()) -> str:
    """One line for one pydantic error; `keys` are the keys that may stand where it happened."""
    context = error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            return f"unknown key; {_suggestion(str(error['loc'][-1]), sorted(keys))}"
        case "missing":
            return f'missing; add "{error["loc"][-1]}: ..."'
        case "literal_error" | "enum":
            return _not_one_of(error["input"], context["expected"])
        case "union_tag_invalid":
            return _not_one_of(context["tag"], context["expected_tags"])
        case "union_tag_not_found":
            return f'missing; add "{context["discriminator"].strip(chr(39))}: ..."'
        case "value_error" | "assertion_error":
            return str(context["error"])
        case "string_type":
            return f"{_shown(error['input'])} is no text; put it in quotes"
        case _:
            return f"{error['msg'][:1].lower()}{error['msg'][1:]} (found {_shown(error['input'])})"


def known_keys(schema: Schema, loc: Loc) -> set[str]:
    """The keys that a JSON schema allows beside the last part of `loc`."""
    found = list(_variants(schema, schema, None))
    for part in loc[:-1]:
        below = [child for node in found for child in _below(schema, node, part)]
        named = [child for node in found for child in _variants(schema, node, part)] if not below else []
        found = below or named or found
    return {key for node in found for key in node.get("properties", {})}


def _below(root: Schema, node: Schema, part: str | int) -> Iterator[Schema]:
    if isinstance(part, int):
        child = node.get("items")
    else:
        child = node.get("properties", {}).get(part, node.get("additionalProperties"))
    if isinstance(child, dict):
        yield from _variants(root, child, None)


def _variants(root: Schema, node: Schema, tag: str | int | None) -> Iterator[Schema]:
    """The schemas that a node may stand for: references followed, unions opened, the tagged one alone where known."""
    if "$ref" in node:
        yield from _variants(root, root["$defs"][node["$ref"].rsplit("/", 1)[-1]], tag)
        return
    tagged = node.get("discriminator", {}).get("mapping", {})
    if tag in tagged:
        yield from _variants(root, {"$ref": tagged[tag]}, None)
        return
    if tagged and tag is None:
        yield node
        return
    members = [member for union in ("anyOf", "oneOf", "allOf") for member in node.get(union, ())]
    for member in members:
        yield from _variants(root, member, tag)
    if not members and tag is None:
        yield node


def _not_one_of(value: object, expected: str) -> str:
    words = re.findall(r"'([^']*)'", expected)
    return f"{_shown(value)} is not known here; {_suggestion(str(value), words)}"


def _suggestion(word: str, known: list[str]) -> str:
    near = get_close_matches(word, known, n=1)
    if near:
        return f'did you mean "{near[0]}"?'
    return f"use one of: {', '.join(known)}" if known else "remove it"


def _shown(value: object) -> str:
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
