"""Errors that point into a SOQL text, in Salesforce's shape: the row, a caret under the place, and what is wrong."""

from __future__ import annotations

from sandbox.salesforce.errors import Trouble

AROUND = 60


def trouble_at(text: str, at: int, code: str, message: str) -> Trouble:
    """
    >>> print(trouble_at("SELECT foo FROM Lead", 7, "INVALID_FIELD", "No such column").message)
    <BLANKLINE>
    SELECT foo FROM Lead
           ^
    ERROR at Row:1:Column:8
    No such column
    """
    row = text.count("\n", 0, at) + 1
    start = text.rfind("\n", 0, at) + 1
    column = at - start + 1
    line = text[start:].split("\n", 1)[0]
    first = max(0, at - start - AROUND)
    shown = line[first : at - start + AROUND]
    caret = " " * (at - start - first) + "^"
    return Trouble(code, f"\n{shown}\n{caret}\nERROR at Row:{row}:Column:{column}\n{message}")


def malformed(text: str, at: int, message: str) -> Trouble:
    return trouble_at(text, at, "MALFORMED_QUERY", message)
