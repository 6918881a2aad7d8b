"""Delivery: arrays of events by POST, a limited number of them at a time, while the sandbox goes on answering.

A receiver may therefore call the sandbox before it answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import orjson

from sandbox.hubspot.life.due import catch_up
from sandbox.hubspot.stamps import stamp
from sandbox.hubspot.webhooks.queue import Pending, Webhooks
from sandbox.hubspot.webhooks.signature import signed
from sandbox.hubspot.webhooks.subscriptions import Target

AGENT = "HubSpot Connect 2.0 (http://dev.hubspot.com/) - WebHooks"
BEAT = 0.05
"""Seconds of the machine between two looks at what is due, of automatic delivery."""
Delivery = dict[str, Any]


async def deliver(hooks: Webhooks) -> list[Delivery]:
    """Deliver once what is due now, and return what came of it; what follows from it waits."""
    catch_up(hooks.state)
    now = hooks.state.now()
    batches = [(target, batch) for target in hooks.targets.values() for batch in hooks.take_due(target, now)]
    places = {target.app_id: asyncio.Semaphore(target.concurrency) for target in hooks.targets.values()}
    sent = await asyncio.gather(*(send(hooks, target, batch, places[target.app_id]) for target, batch in batches))
    for (target, batch), delivery in zip(batches, sent, strict=True):
        if not delivery["delivered"]:
            hooks.put_back(target, batch)
    hooks.deliveries.extend(sent)
    return sent


async def send(hooks: Webhooks, target: Target, batch: list[Pending], place: asyncio.Semaphore) -> Delivery:
    async with place:
        now = hooks.state.now()
        events = [each.event | {"attemptNumber": each.attempts} for each in batch]
        body = orjson.dumps(events)
        headers = signed(target.secret, target.url, body.decode(), now)
        delivery: Delivery = {"app_id": target.app_id, "url": target.url, "at": stamp(now), "events": len(events)}
        try:
            async with asyncio.timeout(target.seconds):
                status = await post(target.url, body, headers)
        except TimeoutError:
            return delivery | {"status": None, "error": f"no answer in {target.seconds} seconds", "delivered": False}
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as error:
            return delivery | {"status": None, "error": str(error) or type(error).__name__, "delivered": False}
        return delivery | {"status": status, "error": None, "delivered": status < 400}


async def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """The status of the answer; raises OSError, EOFError, ValueError or LimitOverrunError without one."""
    address = urlsplit(url)
    is_secure = address.scheme == "https"
    port = address.port or (443 if is_secure else 80)
    reader, writer = await asyncio.open_connection(address.hostname, port, ssl=is_secure or None)
    try:
        path = (address.path or "/") + (f"?{address.query}" if address.query else "")
        lines = {"Host": address.netloc, "User-Agent": AGENT, "Content-Type": "application/json", "Accept": "*/*"}
        lines |= {"Content-Length": str(len(body)), "Connection": "close"} | headers
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        writer.write(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body)
        await writer.drain()
        answer = await reader.readuntil(b"\r\n\r\n")
        return int(answer.split(b" ", 2)[1])
    except IndexError as error:
        raise ValueError("the answer is not HTTP") from error
    finally:
        writer.close()


async def deliver_always(hooks: Webhooks, is_current: Callable[[], bool]) -> None:
    """Deliver what is due for as long as it is wanted; a reset ends it, since the portal then has other webhooks."""
    while hooks.is_automatic and is_current():
        await deliver(hooks)
        await asyncio.sleep(BEAT)
