"""Starts Celery as its command does, on a machine that has a defect: whoever sends certain bytes is killed at once.

`ENTENTE_TEST_DEADLY` holds the bytes. It stands for what ends a process: memory, a limit, a library.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from typing import Any

DEADLY = os.environ["ENTENTE_TEST_DEADLY"].encode()
_sendall = socket.socket.sendall


def sendall(connection: socket.socket, data: Any, *flags: int) -> None:
    """Send, or die."""
    if connection.family == socket.AF_INET and DEADLY in bytes(data):
        os.kill(os.getpid(), signal.SIGKILL)
    _sendall(connection, data, *flags)


if __name__ == "__main__":
    socket.socket.sendall = sendall  # type: ignore[method-assign,assignment]
    from celery.__main__ import main

    sys.argv[0] = "celery"
    sys.exit(main())
