"""One keep-alive connection, with the headers that browsers send."""

import http.client
import time
from dataclasses import dataclass, field

from benchmark import Problem

USUAL = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) suluh-bench",
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Accept-Language": "en",
    "Accept-Encoding": "br",
}


@dataclass(frozen=True)
class Request:
    """What is sent, and the status that must come back."""

    path: str
    cookies: dict[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    expected: tuple[int, ...] = (200,)


@dataclass(frozen=True)
class Reply:
    """What came back, and after how many seconds."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes
    seconds: float


class Client:
    """A person's browser without a cache."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def reconnect(self) -> None:
        """Begin with a new connection: the server closes one that was idle while another had its turn."""
        self.connection.close()
        self.connection.connect()

    def send(self, request: Request) -> Reply:
        headers = {"Host": f"localhost:{self.port}", **USUAL, **request.headers}
        if request.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in request.cookies.items())
        if request.body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        self.connection.request(request.method, request.path, request.body, headers)
        response = self.connection.getresponse()
        body = response.read()
        reply = Reply(response.status, response.headers, body, time.perf_counter() - began)
        if reply.status not in request.expected:
            raise Problem(f"{request.method} {request.path} answered {reply.status} instead of {request.expected[0]}.")
        return reply
