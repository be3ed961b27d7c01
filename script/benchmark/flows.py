"""The timed flows: what is asked of the server, again and again."""

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import cycle
from typing import Any
from urllib.parse import urlencode

from benchmark import Problem
from benchmark.client import Client, Reply, Request


class Flow:
    """One kind of request.

    Attributes:
        per_round: requests in the block of a round.
        warm: requests before the first round, after which caches and connections are filled.
    """

    name = ""
    per_round = 40
    warm = 20

    def prepare(self, client: Client) -> None:
        """Learn from the site what later requests need."""

    def step(self, client: Client) -> Reply:
        """Send one request."""
        raise NotImplementedError


class Pages(Flow):
    """Addresses, each in its turn."""

    def __init__(self, name: str, paths: list[str], cookies: dict[str, str], per_round: int, content: str) -> None:
        self.name = name
        self.per_round = per_round
        self.content = content
        self.requests = cycle([Request(path, cookies) for path in paths])

    def step(self, client: Client) -> Reply:
        reply = client.send(next(self.requests))
        if reply.headers.get_content_type() != self.content:
            raise Problem(f"{self.name}: {reply.headers.get_content_type()} came instead of {self.content}")
        return reply


class Answer(Flow):
    """Another answer than before to one question after the other, as the page's script sends it."""

    name = "answer"

    def __init__(self, paths: list[str], cookies: dict[str, str]) -> None:
        self.paths, self.cookies = paths, cookies
        self.turns: Iterator[dict[str, Any]] = iter(())

    def prepare(self, client: Client) -> None:
        forms = []
        for path in self.paths:
            page = client.send(Request(path, self.cookies, headers={"Accept-Encoding": "identity"}))
            form = AnswerForm()
            form.feed(page.body.decode())
            if len(form.options) > 1:  # questions to choose from; the others cost the same
                forms.append({"path": path, "form": form, "choices": cycle(form.options)})
        if not forms:
            raise Problem("answer: no question to choose from is on the paper")
        self.turns = cycle(forms)

    def step(self, client: Client) -> Reply:
        turn = next(self.turns)
        form = turn["form"]
        reply = client.send(
            Request(
                turn["path"],
                self.cookies,
                "POST",
                urlencode([*form.hidden.items(), (form.field, next(turn["choices"]))]),
                {"Accept": "application/json"},
            )
        )
        if not json.loads(reply.body).get("receipt"):
            raise Problem("answer: no receipt came back")
        form.hidden["seen"] = str(json.loads(reply.body)["edits"])
        return reply


class AnswerForm(HTMLParser):
    """The hidden fields of a question's form, and its options where it has some to choose from."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.field = ""
        self.options: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._inside = "data-answer" in given
        if tag == "input" and self._inside:
            name, value = given.get("name") or "", given.get("value") or ""
            if given.get("type") == "hidden":
                self.hidden[name] = value
            elif given.get("type") in ("radio", "checkbox"):
                self.field = name
                # Not the saved one first: the same answer again would be a replay.
                self.options.insert(len(self.options) if "checked" in given else 0, value)


class Submit(Flow):
    """Every paper is handed in once, each by an officer of its own."""

    name = "submit"
    per_round = 10
    warm = 6

    def __init__(self, papers: list[dict[str, Any]]) -> None:
        self.papers = iter(papers)

    def step(self, client: Client) -> Reply:
        paper = next(self.papers)
        cookies = paper["cookies"]
        token = {"csrfmiddlewaretoken": cookies["suluh_csrf"]}
        reply = client.send(Request(paper["path"], cookies, "POST", urlencode(token), expected=(302,)))
        if not reply.headers["Location"].rstrip("/").endswith("result"):
            raise Problem(f"submit: led to {reply.headers['Location']}")
        return reply


def reference(cookies: dict[str, str]) -> Flow:
    """The bare view."""
    flow = Pages("reference", ["/"], cookies, 100, "text/plain")
    flow.warm = 100
    return flow


def timed(names: list[str], site: dict[str, Any]) -> list[Flow]:
    """The flows of these names against what `population` made."""
    found: dict[str, Flow] = {
        "lesson": Pages("lesson", site["lessons"], site["reader"], 45, "text/html"),
        "answer": Answer(site["questions"], site["reader"]),
        "submit": Submit(site["papers"]),
        "certificate": Pages("certificate", [site["certificate"]], site["holder"], 40, "application/pdf"),
        "dashboard": Pages("dashboard", [site["dashboard"]], site["rso"], 30, "text/html"),
    }
    return [found[name] for name in names if name in found]
