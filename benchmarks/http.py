"""A client of one connection for measuring latency: blocking, without anything that costs time besides the socket."""

import socket
from collections.abc import Mapping
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit


class Connection:
    """One keep-alive connection to a server of the loopback; understands Content-Length and chunked answers."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        parts = urlsplit(url)
        self._socket = socket.create_connection((parts.hostname or "", parts.port or 80), timeout=30.0)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._host = parts.netloc
        self._headers = "".join(f"{name}: {value}\r\n" for name, value in headers.items())

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self._socket.close()

    def post(self, path: str, body: bytes) -> bytes:
        """Post and return the answer's body. Raises `RuntimeError` where it isn't a 2xx."""
        return self._exchange(f"POST {path} HTTP/1.1\r\nContent-Length: {len(body)}\r\n", body)

    def get(self, path: str) -> bytes:
        """Return the body at `path`. Raises `RuntimeError` where the answer isn't a 2xx."""
        return self._exchange(f"GET {path} HTTP/1.1\r\n", b"")

    def _exchange(self, start: str, body: bytes) -> bytes:
        self._socket.sendall(f"{start}Host: {self._host}\r\n{self._headers}\r\n".encode() + body)
        received = bytearray()
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._receive()
        head, answer = bytes(received[:end]).lower(), received[end + 4 :]
        chunked = b"transfer-encoding: chunked" in head
        length = 0 if chunked else int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        while not answer.endswith(b"0\r\n\r\n") if chunked else len(answer) < length:
            answer += self._receive()
        if not head.startswith(b"http/1.1 2"):
            status = head.splitlines()[0].decode()
            raise RuntimeError(f"{status}: {answer[:200].decode(errors='replace')}")
        return bytes(answer)

    def _receive(self) -> bytes:
        received = self._socket.recv(1 << 20)
        if not received:
            raise RuntimeError("the server closed the connection")
        return received
