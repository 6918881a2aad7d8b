"""A way to a server that cuts connections on request: before the request arrives, or after it is done and before the
answer arrives."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit


class Cutter:
    """Forwards one address. The next `before` requests never arrive; the answers of the next `after` get lost."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname
        assert parts.port
        self.target = (parts.hostname, parts.port)
        self.before = 0
        self.after = 0
        self.swap = (b"\0", b"\0")
        """What to write instead of what (of the same length) in all that is sent."""
        self.requests = 0
        self.when: dict[int, Callable[[], object]] = {}
        """What to do when the nth request from the start arrives, before it is passed on."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        with contextlib.suppress(OSError):  # a blocked accept ends by the shutdown, on some systems by the close
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for each in self._open:
            hang_up(each)
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:  # closed
                return
            far = socket.create_connection(self.target)
            self._open += [near, far]
            for target, pair in ((self._forth, (near, far)), (self._back, (far, near))):
                self._threads.append(threading.Thread(target=target, args=pair, daemon=True))
                self._threads[-1].start()

    def _forth(self, near: socket.socket, far: socket.socket) -> None:
        for data in received(near):
            is_new = data.split(b" ", 1)[0] in {b"GET", b"POST", b"PATCH", b"PUT", b"DELETE"}
            self.requests += is_new
            if is_new:
                self.when.pop(self.requests, lambda: None)()
            if is_new and self.before:
                self.before -= 1
                break
            if not sent(far, data.replace(*self.swap)):
                break
        hang_up(near)
        hang_up(far)

    def _back(self, far: socket.socket, near: socket.socket) -> None:
        for data in received(far):
            if self.after:
                self.after -= 1
                break
            if not sent(near, data):
                break
        hang_up(near)
        hang_up(far)


def received(connection: socket.socket) -> Iterator[bytes]:
    """What comes in, until the connection ends in whatever way."""
    while True:
        try:
            data = connection.recv(1 << 20)
        except OSError:
            return
        if not data:
            return
        yield data


def sent(connection: socket.socket, data: bytes) -> bool:
    try:
        connection.sendall(data)
    except OSError:
        return False
    return True


def hang_up(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the other end was faster
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


@contextlib.contextmanager
def silence() -> Iterator[str]:
    """The address of a server that takes calls and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextlib.contextmanager
def cutting(url: str) -> Iterator[Cutter]:
    """A cutter in front of an address, for as long as the block runs."""
    cutter = Cutter(url)
    try:
        yield cutter
    finally:
        cutter.close()
