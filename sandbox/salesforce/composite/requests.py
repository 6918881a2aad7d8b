"""/composite and /composite/graph: subrequests in their order, which may refer to one another's answers.

https://developer.salesforce.com/docs/platform/api-rest/guide/requests-composite.html
"""

from __future__ import annotations

import re
from typing import Any

import orjson

from sandbox.salesforce.calls import Answer, Call
from sandbox.salesforce.composite.references import resolved
from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.transactions import Transaction
from sandbox.salesforce.writes import enter

MOST, MOST_COLLECTIONS = 25, 5
MOST_GRAPHS, MOST_NODES = 75, 500
MANY = re.compile(r"/(query|queryAll|composite/sobjects)\b")
INNER = re.compile(r"/services/data/v\d+\.\d/(sobjects|query|queryAll|composite/sobjects|limits|recent)\b")
SHOWN_HEADERS = ("Location", "ETag", "Last-Modified")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]*")
Item = dict[str, Any]


def composite(call: Call) -> Answer:
    """The outer answer is 200 whatever the inner ones are; with allOrNone one refusal takes all of them back."""
    items = _items(call.list_in("compositeRequest"))
    if len(items) > MOST:
        raise Trouble("LIMIT_EXCEEDED", f"Limit exceeded: {len(items)} subrequests, and the most is {MOST}")
    many = sum(bool(MANY.search(str(item["url"]))) for item in items)
    if many > MOST_COLLECTIONS:
        message = f"Limit exceeded: {many} query or collection subrequests, and the most is {MOST_COLLECTIONS}"
        raise Trouble("LIMIT_EXCEEDED", message)
    answers, _ = _run(call, items, all_or_none=call.record().get("allOrNone") is True)
    return Answer(200, {"compositeResponse": answers})


def graph(call: Call) -> Answer:
    """Graphs side by side; each of them stands or falls as a whole."""
    graphs = call.list_in("graphs")
    if not all(isinstance(each, dict) and isinstance(each.get("compositeRequest"), list) for each in graphs):
        raise Trouble("JSON_PARSER_ERROR", "graphs: each needs a graphId and a compositeRequest")
    if len(graphs) > MOST_GRAPHS or sum(len(each["compositeRequest"]) for each in graphs) > MOST_NODES:
        raise Trouble("LIMIT_EXCEEDED", f"Limit exceeded: at most {MOST_GRAPHS} graphs and {MOST_NODES} nodes in all")
    results = []
    for each in graphs:
        answers, is_successful = _run(call, _items(each["compositeRequest"]), all_or_none=True)
        inner = {"compositeResponse": answers}
        results.append({"graphId": each.get("graphId"), "graphResponse": inner, "isSuccessful": is_successful})
    return Answer(200, {"graphs": results})


def _items(items: list[Any]) -> list[Item]:
    """The subrequests, each with a method, a URL and a name of its own."""
    names = set()
    for item in items:
        if not isinstance(item, dict) or not all(isinstance(item.get(key), str) for key in ("method", "url")):
            raise Trouble("JSON_PARSER_ERROR", "compositeRequest: each subrequest needs a method and a url")
        name = str(item.get("referenceId") or "")
        if not NAME.fullmatch(name):
            message = (
                f"Provided referenceId ('{name}') must start with a letter or a number, and it can contain only "
                "letters, numbers and underscores ('_')."
            )
            raise Trouble("INVALID_INPUT", message)
        if name in names:
            raise Trouble("INVALID_INPUT", f"Duplicate referenceId '{name}': each subrequest needs one of its own.")
        names.add(name)
    return items


def _run(call: Call, items: list[Item], all_or_none: bool) -> tuple[list[Item], bool]:
    """Each subrequest's answer, and whether all of them stand."""
    given: dict[str, Any] = {}
    answers: list[Item] = []
    with call.state.transactions.open() as transaction:
        for item in items:
            answer = _one(call, item, given)
            if answer.status < 300:
                given[item["referenceId"]] = answer.body
            headers = {name: answer.headers[name] for name in SHOWN_HEADERS if name in answer.headers}
            answers.append({"body": answer.body, "httpHeaders": headers, "httpStatusCode": answer.status,
                            "referenceId": item["referenceId"]})  # fmt: skip
            if all_or_none and _failed(answers[-1]):
                return _halted(items, answers, transaction), False
    enter(call.state, transaction.changes)
    return answers, not any(_failed(answer) for answer in answers)


def _one(call: Call, item: Item, given: dict[str, Any]) -> Answer:
    try:
        url = str(resolved(item["url"], given))
        if not INNER.match(url):
            raise Trouble("NOT_FOUND", "The requested resource does not exist", status=404)
        sent = item.get("body")
        body = b"" if sent is None else orjson.dumps(resolved(sent, given))
    except Trouble as trouble:
        return Answer(trouble.status, trouble.as_call())
    headers = item.get("httpHeaders")
    asked = {str(name).lower(): str(value) for name, value in headers.items()} if isinstance(headers, dict) else {}
    return call.inside(item["method"], url, asked, body)


def _failed(answer: Item) -> bool:
    """A refusal; a collection has failed with any of its records, though its status is 200."""
    rows = answer["body"] if isinstance(answer["body"], list) else ()
    is_partial = any(isinstance(row, dict) and row.get("success") is False for row in rows)
    return answer["httpStatusCode"] >= 400 or is_partial


def _halted(items: list[Item], answers: list[Item], transaction: Transaction) -> list[Item]:
    """Everything is taken back; only the subrequest that failed keeps its answer, as Salesforce documents it."""
    transaction.take_back()
    message = "The transaction was rolled back since another operation in the same transaction failed."
    body = [{"errorCode": "PROCESSING_HALTED", "message": message}]
    halted = [
        {"body": body, "httpHeaders": {}, "httpStatusCode": 400, "referenceId": item["referenceId"]} for item in items
    ]
    halted[len(answers) - 1] = answers[-1]
    return halted
