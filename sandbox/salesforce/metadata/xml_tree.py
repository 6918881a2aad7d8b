"""XML as a small tree that knows its lines. A document type is refused: there are no entities to expand.

Namespaces are left out of names, for the Metadata API has but one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

DEEPEST = 50


class BadXml(Exception):
    """What is wrong, and where."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, line, column


@dataclass(slots=True)
class Element:
    tag: str
    line: int = 0
    column: int = 0
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def all(self, tag: str) -> list[Element]:
        return [child for child in self.children if child.tag == tag]

    def first(self, *path: str) -> Element | None:
        """The element at the end of a path of names; names are told apart without regard to their case."""
        found: Element | None = self
        for tag in path:
            children = found.children if found else []
            found = next((child for child in children if child.tag.lower() == tag.lower()), None)
        return found

    def text_of(self, *path: str) -> str:
        found = self.first(*path)
        return found.text.strip() if found else ""


def parse_xml(content: bytes) -> Element:
    """Raises BadXml for what is not well-formed, has a document type, or is nested too deeply."""
    root = Element("")
    open_elements = [root]
    parser = expat.ParserCreate(namespace_separator=" ")

    def start(name: str, attributes: dict[str, str]) -> None:
        line, column = parser.CurrentLineNumber, parser.CurrentColumnNumber + 1
        if len(open_elements) > DEEPEST:
            raise BadXml("Elements are nested too deeply", line, column)
        named = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        element = Element(name.rpartition(" ")[2], line, column, named)
        open_elements[-1].children.append(element)
        open_elements.append(element)

    def end(_name: str) -> None:
        open_elements.pop()

    def text(data: str) -> None:
        open_elements[-1].text += data

    def refuse(*_more: Any) -> None:
        raise BadXml("DOCTYPE is disallowed", parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = refuse
    parser.buffer_text = True
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise BadXml(
            f"Error parsing file: {expat.errors.messages[error.code]}", error.lineno, error.offset + 1
        ) from None
    return root.children[0]


def write_xml(tag: str, value: Any, attributes: Mapping[str, str] | None = None) -> str:
    """A value as XML: a dict as its children, a list as elements of one name, None as nothing at all."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "".join(write_xml(tag, item) for item in value)
    shown = "".join(f" {name}={quoteattr(text)}" for name, text in (attributes or {}).items())
    return f"<{tag}{shown}>{_content(value)}</{tag}>"


def _content(value: Any) -> str:
    if isinstance(value, dict):
        return children_xml(value.items())
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(str(value))


def children_xml(items: Iterable[tuple[str, Any]]) -> str:
    return "".join(write_xml(name, value) for name, value in items)
