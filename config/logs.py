"""Logs: one line of JSON per event with its time, level, run and task; in words on a terminal.

Every library logs through the standard library, and so do we: structlog only renders. A line never holds a person's
values above DEBUG; what a database says about a refused row does, and is left out.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog
from structlog.types import EventDict, WrappedLogger

_ROW = re.compile(r"(?:\n|\\+n)(?:LINE \d+|DETAIL|CONTEXT):(?:(?!\\+n).)*")
_OWN_HANDLERS = ("celery", "celery.task", "celery.redirected", "gunicorn.error", "gunicorn.access", "django.server")


def configure(level: int | str = "INFO", *, console: bool = False) -> None:
    """Every logger of this process writes to stderr in one format from now on."""
    last: Any = (
        [structlog.dev.ConsoleRenderer()]
        if console
        else [structlog.processors.format_exc_info, _without_rows, structlog.processors.JSONRenderer()]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            ],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper() if isinstance(level, str) else level)
    logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)  # who gives up after the last try says so
    for name in _OWN_HANDLERS:
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.propagate = True


def _without_rows(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Postgres repeats a refused row, and the statement with its values, in lines of their own."""
    for key in ("event", "exception"):
        if isinstance(event.get(key), str):
            event[key] = _ROW.sub("", event[key])
    return event
