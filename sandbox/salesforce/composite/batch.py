"""/composite/batch: up to 25 calls that know nothing of one another.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_batch.htm
"""

from __future__ import annotations

from typing import Any

import orjson

from sandbox.salesforce.calls import Answer, Call
from sandbox.salesforce.errors import Trouble

MOST = 25


def batch(call: Call) -> Answer:
    """A status and a result for each call; with haltOnError those behind a refused one are not made."""
    items = call.list_in("batchRequests")
    if len(items) > MOST:
        raise Trouble("LIMIT_EXCEEDED", f"Limit exceeded: {len(items)} subrequests, and the most is {MOST}")
    if not all(isinstance(item, dict) and isinstance(item.get("url"), str) for item in items):
        raise Trouble("JSON_PARSER_ERROR", "batchRequests: each subrequest needs a method and a url")
    halts = call.record().get("haltOnError") is True
    results: list[dict[str, Any]] = []
    has_errors = False
    for item in items:
        answer = _halted() if halts and has_errors else _one(call, item)
        results.append({"statusCode": answer.status, "result": answer.body})
        has_errors = has_errors or answer.status >= 400
    return Answer(200, {"hasErrors": has_errors, "results": results})


def _one(call: Call, item: dict[str, Any]) -> Answer:
    sent = item.get("richInput")
    body = b"" if sent is None else orjson.dumps(sent)
    path = item["url"].removeprefix("/").removeprefix("services/data/")
    if "/composite" in path.partition("?")[0] and "/composite/sobjects" not in path:
        return Answer(400, Trouble("INVALID_INPUT", "A batch cannot hold another composite call").as_call())
    return call.inside(str(item.get("method", "GET")), f"/services/data/{path}", {}, body)


def _halted() -> Answer:
    return Answer(412, Trouble("BATCH_PROCESSING_HALTED", "Batch processing halted per request").as_call())
