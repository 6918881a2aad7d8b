"""Text search: a SOSL text at `search`, or its parts at `parameterizedSearch`.

A record is found where each word of the term stands in one of its fields; `*` and `?` stand for letters. The order is
that of the ids, for there is no ranking here, and nothing lags.
https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_syntax.htm
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from sandbox.salesforce.calls import Answer, Call
from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.table import Row, Table

FIND = re.compile(
    r"""\s*FIND\s*\{(?P<term>(?:\\.|[^}])*)\}
    (?:\s+IN\s+(?P<scope>ALL|NAME|EMAIL|PHONE|SIDEBAR)\s+FIELDS)?
    (?:\s+RETURNING\s+(?P<returning>.*?))?
    (?:\s+LIMIT\s+(?P<limit>\d{1,4}))?\s*""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
OBJECT = re.compile(r"\s*(\w+)\s*(?:\(([^()]*(?:\([^()]*\)[^()]*)*)\))?\s*(?:,|$)")
FIELDS = re.compile(
    r"\s*(?P<fields>[\w.,\s]+?)(?P<rest>\s+(?:WHERE|ORDER|LIMIT|OFFSET)\b.*)?\s*", re.IGNORECASE | re.DOTALL
)
WORD = re.compile(r"\w+")
TYPES = {"EMAIL": ("email",), "PHONE": ("phone",)}
DEFAULT_OBJECTS = ("Account", "Contact", "Lead", "Opportunity")
MOST = 2_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """An object that is searched, the fields that are shown of it, and what else its query says."""

    object: str
    fields: str = "Id"
    rest: str = ""


def search(call: Call) -> Answer:
    """The records that a SOSL text finds; raises `Trouble` MALFORMED_SEARCH."""
    text = call.required("q")
    found = FIND.fullmatch(text)
    if found is None:
        message = "No search term found. The search term must be enclosed in braces."
        raise Trouble("MALFORMED_SEARCH", message if "{" not in text else f"unexpected token: {text}")
    returning = found["returning"]
    wanted = (
        _wanted(returning)
        if returning
        else [Wanted(name) for name in DEFAULT_OBJECTS if name.lower() in call.state.tables]
    )
    return _answer(call, found["term"], (found["scope"] or "ALL").upper(), wanted, int(found["limit"] or MOST))


def parameterized(call: Call) -> Answer:
    """The same by parameters: `q`, `sobject` (a list), `<object>.fields` or `fields`, `in`, `overallLimit`."""
    names = [name.strip() for name in call.required("sobject").split(",") if name.strip()]
    shown = call.parameters.get("fields", "Id")
    wanted = [Wanted(name, call.parameters.get(f"{name}.fields", shown)) for name in names]
    limit = call.parameters.get("overallLimit", "")
    scope = call.parameters.get("in", "ALL").upper()
    return _answer(call, call.required("q"), scope, wanted, int(limit) if limit.isdecimal() else MOST)


def _wanted(text: str) -> list[Wanted]:
    wanted = []
    at = 0
    while at < len(text):
        found = OBJECT.match(text, at)
        parts = FIELDS.fullmatch(found[2]) if found and found[2] else None
        if found is None or (found[2] is not None and parts is None):
            raise Trouble("MALFORMED_SEARCH", f"unexpected token: {text[at:]}")
        wanted.append(Wanted(found[1], parts["fields"], parts["rest"] or "") if parts else Wanted(found[1]))
        at = found.end()
    return wanted


def _answer(call: Call, term: str, scope: str, wanted: list[Wanted], limit: int) -> Answer:
    words = [_pattern(word) for word in re.findall(r"[\w*?]+", term.lower())]
    if len(term.strip()) < 2 or not words:
        raise Trouble("MALFORMED_SEARCH", "search term must be longer than one character: " + term)
    records: list[Row] = []
    for each in wanted:
        table = call.state.tables.get(each.object.lower())
        if table is None:
            raise Trouble("INVALID_TYPE", f"sObject type '{each.object}' is not supported.")
        ids = _matching(call, table, words, scope)[:MOST]
        records += _shown(call, table, each, ids) if ids else []
    return Answer(200, {"searchRecords": records[:limit]})


def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(re.escape(word).replace(r"\*", r"\w*").replace(r"\?", r"\w"))


def _matching(call: Call, table: Table, words: list[re.Pattern[str]], scope: str) -> list[str]:
    """The ids of live records that the API user may see and whose words fit."""
    fields = [
        field.name
        for field in table.kind.fields.values()
        if field.is_text
        and call.state.permissions.may_read(table.kind, field)
        and (scope not in TYPES or field.type in TYPES[scope])
        and (scope != "NAME" or field.name in ("Name", "FirstName", "LastName"))
    ]
    ids = []
    for row in table.live.values():
        found = {word for name in fields for word in WORD.findall(str(row.get(name) or "").lower())}
        if table.shows(row) and all(any(word.fullmatch(each) for each in found) for word in words):
            ids.append(row["Id"])
    return sorted(ids)


def _shown(call: Call, table: Table, wanted: Wanted, ids: list[str]) -> list[Row]:
    """The found records as a query shows them, with the conditions of their own."""
    listed = "Id IN (" + ",".join(f"'{each}'" for each in ids) + ")"
    rest = re.sub(r"^\s*WHERE\b(.*?)(?=\b(?:ORDER|LIMIT|OFFSET)\b|$)", rf" WHERE {listed} AND (\1)", wanted.rest,
                  flags=re.IGNORECASE | re.DOTALL)  # fmt: skip
    if rest == wanted.rest:
        rest = f" WHERE {listed}{wanted.rest}"
    soql = f"SELECT {wanted.fields} FROM {table.kind.name}{rest}"
    answer = call.inside("GET", f"{call.base}/query?q={quote(soql)}", {}, b"")
    if answer.status != 200:
        error = answer.body[0]
        raise Trouble(error["errorCode"], error["message"])
    found: list[Row] = answer.body["records"]
    return found
