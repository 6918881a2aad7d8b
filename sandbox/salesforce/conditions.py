"""Conditional requests for one record: read it only if it changed, write it only if it did not.

Dates compare with LastModifiedDate, to the second. ETags are for accounts alone, and a DELETE knows no conditions.
https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_rest_conditional_requests.htm
"""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime
from email.utils import format_datetime, mktime_tz, parsedate_tz

import orjson

from sandbox.salesforce.calls import Answer, Call
from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.table import Row, Table
from sandbox.salesforce.values import moment_of

QUOTED = re.compile(r'"[^"]+"')


def validators(table: Table, row: Row) -> dict[str, str]:
    """The headers by which a later request names this state of the record."""
    headers = {"Last-Modified": format_datetime(_changed_at(row), usegmt=True)}
    if table.kind.name == "Account":
        headers["ETag"] = tag(row)
    return headers


def tag(row: Row) -> str:
    """An account's ETag, a hash of what it holds."""
    digest = hashlib.sha1(orjson.dumps(row, option=orjson.OPT_SORT_KEYS), usedforsecurity=False).digest()
    return f'"{base64.b64encode(digest).decode()}"'


def unread(call: Call, table: Table, row: Row) -> Answer | None:
    """The answer to a read whose condition does not hold: 304 where nothing changed, 412 where something did."""
    _check_match(call, table, row)
    if table.kind.name == "Account" and (given := call.headers.get("if-none-match")):
        return Answer(304, None, validators(table, row)) if _matches(given, row) else None
    since, until = _time(call, "if-modified-since"), _time(call, "if-unmodified-since")
    if until is not None and _changed_at(row).timestamp() > until:
        raise _failed()
    if since is not None and _changed_at(row).timestamp() <= since:
        return Answer(304, None, validators(table, row))
    return None


def check_write(call: Call, table: Table, row: Row | None) -> None:
    """Raises `Trouble`: 412 for a write whose condition does not hold, 400 for a condition that means nothing."""
    until = _time(call, "if-unmodified-since", strict=True)
    if row is None:
        return
    _check_match(call, table, row)
    if table.kind.name == "Account" and (given := call.headers.get("if-none-match")) and _matches(given, row):
        raise _failed()
    if until is not None and _changed_at(row).timestamp() > until:
        raise _failed()


def _check_match(call: Call, table: Table, row: Row) -> None:
    given = call.headers.get("if-match")
    if table.kind.name == "Account" and given and not _matches(given, row):
        raise _failed()


def _matches(given: str, row: Row) -> bool:
    """A list of ETags, as they were or with the `-gzip` of a compressed answer; `*` is any."""
    return given.strip() == "*" or tag(row) in {each.replace("-gzip", "") for each in QUOTED.findall(given)}


def _time(call: Call, header: str, strict: bool = False) -> int | None:
    """The asked moment; what is no date is ignored when reading and refused when writing."""
    if not (text := call.headers.get(header)):
        return None
    found = parsedate_tz(text)
    if found is None and strict:
        raise Trouble("INVALID_HEADER_VALUE", f"{header}: {text} is not an HTTP date")
    return None if found is None else mktime_tz(found)


def _changed_at(row: Row) -> datetime:
    return moment_of(row.get("LastModifiedDate") or row["SystemModstamp"])


def _failed() -> Trouble:
    return Trouble("PRECONDITION_FAILED", "A condition of the request's headers does not hold", status=412)
