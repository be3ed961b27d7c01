"""Bytes and requests of a page with everything it needs, as a browser that keeps what it may keep."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin

import brotli

from benchmark.client import Client, Reply, Request

#: What a browser fetches without being asked: attributes by tag; of links only those with one of these relations.
SOURCES = {"script": "src", "img": "src", "source": "src", "iframe": "src", "video": "src", "audio": "src"}
RELATIONS = {"stylesheet", "icon", "preload", "modulepreload", "manifest"}
IN_STYLES = re.compile(r"""(?:url\(\s*|@import\s+)["']?([^"')\s]+)""")
IN_SCRIPTS = re.compile(r"""(?:^|[;\s])(?:import|from)\s*["']([^"']+)["']""")


@dataclass
class Visit:
    """What went over the wire for one page: answers with their headers."""

    bytes: int = 0
    requests: int = 0


class Needs(HTMLParser):
    """The addresses that a page makes a browser fetch, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "link" and RELATIONS & set((given.get("rel") or "").split()):
            self.found.append(given.get("href") or "")
        elif given.get(SOURCES.get(tag, "")):
            self.found.append(given[SOURCES[tag]] or "")


class Browser:
    """Takes brotli, keeps what it may keep, and asks again where it must."""

    def __init__(self, client: Client, cookies: dict[str, str]) -> None:
        self.client, self.cookies = client, cookies
        self.kept: dict[str, Reply] = {}

    def visit(self, path: str) -> Visit:
        """Open a page and fetch what it needs."""
        self.client.reconnect()
        visit, seen, waiting = Visit(), set(), [path]
        while waiting:
            address = waiting.pop(0)
            if address in seen or not address.startswith("/"):  # data: and other hosts, which the policy forbids
                continue
            seen.add(address)
            waiting += [urljoin(address, each) for each in _needs(self._get(address, visit))]
        return visit

    def _get(self, address: str, visit: Visit) -> Reply:
        kept = self.kept.get(address)
        if kept and _stays_fresh(kept):
            return kept
        conditions = {}
        if kept and kept.headers["ETag"]:
            conditions["If-None-Match"] = kept.headers["ETag"]
        if kept and kept.headers["Last-Modified"]:
            conditions["If-Modified-Since"] = kept.headers["Last-Modified"]
        reply = self.client.send(Request(address, self.cookies, headers=conditions, expected=(200, 304)))
        visit.requests += 1
        visit.bytes += _on_the_wire(reply)
        if reply.status == 304 and kept:
            return kept
        if "no-store" not in reply.headers.get("Cache-Control", ""):
            self.kept[address] = reply
        return reply


def _on_the_wire(reply: Reply) -> int:
    """The body as sent, the headers, the status line and the empty line."""
    head = sum(len(f"{name}: {value}\r\n".encode()) for name, value in reply.headers.items())
    return len(reply.body) + head + len("HTTP/1.1 200 OK\r\n\r\n")


def _stays_fresh(reply: Reply) -> bool:
    policy = reply.headers.get("Cache-Control", "")
    age = re.search(r"max-age=(\d+)", policy)
    return "no-cache" not in policy and age is not None and int(age[1]) > 0


def _needs(reply: Reply) -> list[str]:
    kind = reply.headers.get_content_type()
    if kind not in ("text/html", "text/css", "text/javascript", "application/javascript"):
        return []
    is_small = reply.headers["Content-Encoding"] == "br"
    text = (brotli.decompress(reply.body) if is_small else reply.body).decode()
    if kind == "text/html":
        return Needs(text).found
    return (IN_STYLES if kind == "text/css" else IN_SCRIPTS).findall(text)


def weigh(client: Client, cookies: dict[str, str], lessons: list[str], question: str) -> dict[str, int]:
    """The heaviest lesson of the course as a first visit; then after another one; then again; and a question of a
    test as a first visit."""
    first = {path: Browser(client, cookies).visit(path) for path in lessons}
    heaviest = max(lessons, key=lambda path: first[path].bytes)
    browser = Browser(client, cookies)
    browser.visit(next(path for path in lessons if path != heaviest))
    following, again = browser.visit(heaviest), browser.visit(heaviest)
    return {
        "first_bytes": first[heaviest].bytes,
        "first_requests": max(visit.requests for visit in first.values()),
        "next_bytes": following.bytes,
        "repeat_bytes": again.bytes,
        "test_bytes": Browser(client, cookies).visit(question).bytes,
    }
