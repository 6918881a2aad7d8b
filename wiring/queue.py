"""The queue: its Celery application, and `enqueue`, which wakes a task up after commit, or in a thread without Redis.

What is due stands in the database; a message only says when to look. So a message may be lost, or come twice.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from importlib import import_module
from typing import Any

from celery import Celery
from django.db import close_old_connections, connections, transaction
from kombu.exceptions import OperationalError
from structlog.contextvars import bound_contextvars

from config.environment import environment
from wiring import open_store

QUEUE = "entente"
Call = tuple[str, tuple[object, ...]]
_log = logging.getLogger("entente.queue")
_in_thread = threading.local()

_REDIS = {
    "visibility_timeout": 300,  # a killed worker's task comes back after this many seconds, not after an hour
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 30,
    "socket_connect_timeout": 5,
    "health_check_interval": 10,
}


@cache
def application() -> Celery:
    """The Celery application on the settings' Redis; without one it can be made, but not started."""
    app = Celery("entente", broker=environment().redis_url or "memory://")
    app.conf.update(
        task_default_queue=QUEUE,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        task_soft_time_limit=180,
        task_time_limit=240,
        worker_prefetch_multiplier=1,
        worker_soft_shutdown_timeout=30,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_transport_options=_REDIS,
        timezone="UTC",
    )
    return app


def run(task: str, *arguments: object) -> None:
    """Do a task of wiring/tasks.py in this process, now. Django starts first: the tasks use its tables.

    Each task has a database connection of its own, so that a server that went away costs one task at most.
    """
    open_once()
    try:
        with bound_contextvars(task=task):
            getattr(import_module("wiring.tasks"), task)(*arguments)
    finally:
        close_old_connections()


@cache
def open_once() -> None:
    """Bring the store up to date, once for a process and for those that it forks."""
    open_store(environment())
    connections.close_all()


def enqueue(task: str, *arguments: object) -> None:
    """Have a task done after the caller's transaction: by a worker, or in a thread of this process without Redis.

    A Redis that does not answer is logged, not raised: beat and the sweep find in the database what is due.
    """
    transaction.on_commit(lambda: _send(task, arguments))


def redis_answers() -> bool:
    """Whether messages can be sent now; true as well where no Redis is configured and none is needed."""
    if not environment().redis_url:
        return True
    with application().connection_for_write() as connection:
        broken: tuple[type[BaseException], ...] = (OperationalError, *connection.connection_errors)
        try:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=2)
            channel: Any = connection.default_channel
            channel.client.ping()
        except broken:
            return False
    return True


def _send(task: str, arguments: tuple[object, ...]) -> None:
    if not environment().redis_url:
        waiting: deque[Call] | None = getattr(_in_thread, "waiting", None)
        if waiting is not None:
            waiting.append((task, arguments))
            return
        _thread().submit(_run_in_thread, (task, arguments)).add_done_callback(_tell)
        return
    try:
        application().send_task(task, args=arguments, queue=QUEUE, retry=False)
    except OperationalError as error:
        _log.warning("Redis does not answer (%s): %s waits until the next sweep", error, task)


@cache
def _thread() -> ThreadPoolExecutor:
    """One thread, so that two passes of one process never overlap; it ends its work before the process ends."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="entente")


def _run_in_thread(call: Call) -> None:
    """A task, and what it enqueues in its turn: a process that ends takes no new work, but ends what it began."""
    _in_thread.waiting = deque([call])
    try:
        while _in_thread.waiting:
            task, arguments = _in_thread.waiting.popleft()
            run(task, *arguments)
    finally:
        del _in_thread.waiting
        connections.close_all()


def _tell(done: Future[None]) -> None:
    if error := done.exception():
        _log.error("a task in this process failed", exc_info=error)
