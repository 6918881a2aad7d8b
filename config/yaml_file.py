"""Loads a YAML file so that every problem in it is named with its line and the way to mend it.

YAML 1.2, so that `NO` stays the text "NO". The node tree keeps the lines; the plain data goes to pydantic, and each
place that pydantic names is looked up in the node tree again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from config.yaml_words import in_words, known_keys

Loc = tuple[str | int, ...]
ModelType = TypeVar("ModelType", bound=BaseModel)

_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: the file, the line, the key, and what to do. `str()` is one line."""

    path: Path
    line: int | None
    where: str
    message: str

    def __str__(self) -> str:
        place = f"{self.path}, line {self.line}" if self.line else str(self.path)
        return ": ".join(part for part in (place, self.where, " ".join(self.message.split())) if part)


class ConfigError(Exception):
    """A configuration file must be mended before anything can start; `str()` has one line per problem."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line or 0))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A YAML file whose top level is a mapping: `data` is plain Python, `tree` knows the lines."""

    path: Path
    data: dict[str, Any]
    tree: MappingNode

    def validate(self, model: type[ModelType], context: Any = None, at: Loc = ()) -> ModelType:
        """The file, or the part of it `at` a place, as `model`. Raises ConfigError with one line for every problem."""
        part: Any = self.data
        for step in at:
            part = part[step]
        try:
            return model.model_validate(part, context=context)
        except ValidationError as refused:
            schema, errors = model.model_json_schema(), refused.errors()
            problems = [(at + error["loc"], in_words(error, known_keys(schema, error["loc"]))) for error in errors]
            raise self.refusal(problems) from None

    def refusal(self, problems: Iterable[tuple[Loc, str]]) -> ConfigError:
        """A ConfigError for problems found later, each at its place in this file; the same place is named once."""
        messages: dict[tuple[int, str], list[str]] = {}
        for loc, message in problems:
            found = messages.setdefault(self.place(loc), [])
            if message not in found:
                found.append(message)
        return ConfigError([Problem(self.path, *place, "; or ".join(found)) for place, found in messages.items()])

    def place(self, loc: Loc) -> tuple[int, str]:
        """The line, and the path in words, of a place such as `("rules", 3, "why")`.

        What is not in the file (the name of a variant, a key that is missing) is passed over; an item with an `id` is
        named by it.
        """
        node: Node = self.tree
        line, where = _line(node), ""
        for part in loc:
            found = _step(node, part)
            if found is not None:
                line, node = found
                where += _path_part(part, node, is_first=not where)
        return line, where


def load_yaml(path: Path) -> YamlFile:
    """Reads one YAML file. Raises ConfigError where it is missing, broken, or says a key twice."""
    text = _read(path)
    reader = YAML(typ="safe", pure=True)
    try:
        tree = reader.compose(text)
        if not isinstance(tree, MappingNode):
            raise ConfigError(
                [Problem(path, None, "", 'no keys found; the file must be made of lines like "key: value"')]
            )
        problems = [Problem(path, line, "", message) for line, message in _problems_of(tree, reader)]
        if problems:
            raise ConfigError(problems)
        data = YAML(typ="safe", pure=True).load(text)
    except YAMLError as broken:
        raise ConfigError([_syntax_problem(path, text, broken)]) from None
    except RecursionError:
        raise ConfigError([Problem(path, None, "", "nested too deeply; write it flatter")]) from None
    return YamlFile(path, data, tree)


def _read(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        message = "no such file; check the path, or create the file"
    except UnicodeDecodeError as broken:
        message = f"not UTF-8 (byte {broken.start}); save the file as UTF-8"
    except OSError as refused:
        message = f"cannot be read ({refused.strerror}); check the path and its permissions"
    else:
        directive = re.search("^%", text, re.MULTILINE)
        if directive is None:
            return text
        message = "a directive (%) is not read here; remove the line, the file is YAML 1.2"
        raise ConfigError([Problem(path, text.count("\n", 0, directive.start()) + 1, "", message)])
    raise ConfigError([Problem(path, None, "", message)])


def _syntax_problem(path: Path, text: str, broken: YAMLError) -> Problem:
    if isinstance(broken, ReaderError):
        line = text.count("\n", 0, broken.position) + 1
        return Problem(path, line, "", f"not YAML: {broken.reason} (#x{broken.character:04x}); remove that character")
    if not isinstance(broken, MarkedYAMLError):
        return Problem(path, None, "", f"not YAML: {broken}; check the whole file")
    mark = broken.problem_mark or broken.context_mark
    said = str(broken.problem or broken.context)
    return Problem(path, mark.line + 1 if mark else None, "", f"not YAML: {said}; {_mend(said)}")


def _mend(said: str) -> str:
    mends = {
        "\\t": "indent with spaces, not tabs",
        "another document": "remove the line with ---",
        "block": "check the indentation of this line and the one above",
        "mapping values": "put text that holds a colon in quotes",
        "alias": "define the anchor (&name) before it is used",
        "tag": "remove the tag (!name)",
        "key": "write it as key: value",
    }
    return next((mend for sign, mend in mends.items() if sign in said), "check quotes, brackets and indentation here")


def _problems_of(tree: Node, reader: YAML) -> Iterator[tuple[int, str]]:
    """What YAML allows and a configuration must not: keys that are no text or come twice, impossible dates, loops."""
    stack: list[tuple[Node, frozenset[int]]] = [(tree, frozenset())]
    while stack:
        node, above = stack.pop()
        if id(node) in above:
            yield _line(node), "an anchor that contains itself; write the value out"
            continue
        if isinstance(node, MappingNode):
            yield from _key_problems(node)
        if isinstance(node, ScalarNode) and node.tag == _TAG + "timestamp" and not _is_possible(node, reader):
            yield _line(node), f"{node.value} is no date; correct it, or put it in quotes if it is text"
        stack.extend((child, above | {id(node)}) for child in _children(node))


def _key_problems(node: MappingNode) -> Iterator[tuple[int, str]]:
    first_line: dict[str, int] = {}
    for key, _ in node.value:
        if key.tag == _TAG + "merge":
            yield _line(key), "<< is not read here; write the keys out"
        elif key.tag != _TAG + "str":
            shown = key.value if isinstance(key, ScalarNode) else "of this line"
            yield _line(key), f"the key {shown} is no text; write it in quotes, or as plain words"
        elif key.value in first_line:
            yield _line(key), f'the key "{key.value}" comes twice (first on line {first_line[key.value]}); keep one'
        else:
            first_line[key.value] = _line(key)


def _is_possible(node: ScalarNode, reader: YAML) -> bool:
    try:
        reader.constructor.construct_yaml_timestamp(node)
    except ValueError:
        return False
    return True


def _children(node: Node) -> list[Node]:
    if isinstance(node, MappingNode):
        return [value for _, value in node.value]
    return list(node.value) if isinstance(node, SequenceNode) else []


def _step(node: Node, part: str | int) -> tuple[int, Node] | None:
    """The line and the node of a key or an index under `node`, or None where it has none such."""
    if isinstance(node, MappingNode):
        return next(((_line(key), value) for key, value in node.value if key.value == part), None)
    if isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
        return _line(node.value[part]), node.value[part]
    return None


def _path_part(part: str | int, node: Node, *, is_first: bool) -> str:
    if isinstance(part, str):
        return part if is_first else f".{part}"
    named = _step(node, "id")
    return f"[{named[1].value if named and isinstance(named[1], ScalarNode) else part}]"


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1
