"""A request that brings several parts at once, such as a description in JSON and a file."""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message
from typing import Any

import orjson

from sandbox.salesforce.calls import Call
from sandbox.salesforce.errors import unreadable_json


def parts_of(call: Call, described: str, content: str) -> tuple[dict[str, Any], bytes]:
    """The JSON object of the one part and the bytes of the other; raises `Trouble` where they are not there."""
    head = f"Content-Type: {call.headers.get('content-type', '')}\r\n\r\n".encode()
    found = message_from_bytes(head + call.body)
    parts = {_name(part): part.get_payload(decode=True) for part in found.walk() if not part.is_multipart()}
    text, file = parts.get(described), parts.get(content)
    if not isinstance(text, bytes) or not isinstance(file, bytes):
        raise unreadable_json(f"a multipart request needs the parts {described} and {content}")
    try:
        body = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise unreadable_json(f"{error.msg} at [line:{error.lineno}, column:{error.colno}]") from None
    if not isinstance(body, dict):
        raise unreadable_json(f"{described}: an object is expected at [line:1, column:1]")
    return body, file


def _name(part: Message) -> str:
    name = part.get_param("name", header="content-disposition")
    return name if isinstance(name, str) else ""
