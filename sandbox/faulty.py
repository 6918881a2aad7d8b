"""A fault carried out on one request: wait, answer in the handler's place, cut the connection, break or slow the body.

A committed answer and `cut_after` are the ambiguous writes: the handler runs to its end, and the caller does not learn
of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox import faults
from sandbox.faults import Canned, Fault, Rule


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its way back.

    `heard` is told once what the caller gets: a status, or None where nothing ran and nothing is sent.
    """

    scope: Scope
    receive: Receive
    send: Send
    heard: Callable[[int | None], None]


async def carry_out(fault: Fault, app: ASGIApp, exchange: Exchange, canned: Callable[[Rule], Canned]) -> None:
    """Answer one request as its fault wants it; `canned` makes the answer of a rule that has one."""
    rule = fault.rule
    if fault.wait:
        await asyncio.sleep(fault.wait / 1000)
    if rule is not None and rule.fault == faults.CUT_BEFORE:
        exchange.heard(None)
        await cut(exchange, at_once=True)
    elif rule is not None and rule.has_answer:
        await (collect(app, exchange) if rule.is_committed else drain(exchange.receive))
        answer = canned(rule)
        exchange.heard(answer.status)
        await send_whole(answer, exchange.send)
    else:
        start, body = await collect(app, exchange)
        exchange.heard(start["status"])
        await send_badly(rule, start, body, exchange)


async def send_badly(rule: Rule | None, start: Message, body: bytes, exchange: Exchange) -> None:
    """A handler's answer, as far as the rule lets it through."""
    if rule is not None and rule.fault == faults.CUT_AFTER:
        await cut(exchange, at_once=True)
        return
    await exchange.send(start)
    if rule is not None and rule.fault == faults.TRUNCATED:
        await exchange.send(piece(body[: len(body) // 2], is_last=False))
        await cut(exchange, at_once=False)
        return
    if rule is not None and rule.fault == faults.SLOW:
        size = max(1, -(-len(body) // rule.chunks))
        for at in range(0, len(body), size):
            await asyncio.sleep(rule.milliseconds / 1000)
            await exchange.send(piece(body[at : at + size], is_last=False))
        body = b""
    await exchange.send(piece(body))


async def collect(app: ASGIApp, exchange: Exchange) -> tuple[Message, bytes]:
    """The whole answer of the application: its head, and its body."""
    head: list[Message] = []
    parts: list[bytes] = []

    async def kept(message: Message) -> None:
        if message["type"] == "http.response.start":
            head.append(message)
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))

    await app(exchange.scope, exchange.receive, kept)
    return head[0], b"".join(parts)


async def drain(receive: Receive) -> None:
    """Read the request to its end, so that the connection can serve the next one."""
    message = await receive()
    while message["type"] == "http.request" and message.get("more_body"):
        message = await receive()


async def send_whole(answer: Canned, send: Send) -> None:
    headers = {"content-length": str(len(answer.body))} | answer.headers
    raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    await send(piece(answer.body))


def piece(body: bytes, is_last: bool = True) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": not is_last}


async def cut(exchange: Exchange, at_once: bool) -> None:
    """Close the connection, after what was written has gone out unless `at_once`; returns when it is closed."""
    transport = exchange.scope["extensions"]["sandbox.transport"]["transport"]
    if at_once:
        transport.abort()
    else:
        transport.close()
    while (await exchange.receive())["type"] != "http.disconnect":
        pass
