"""Browsers that answer a paper over a bad link: what each sends, what comes back, and what is lost on the way."""

import datetime as dt
import http.client
import json
import random
import threading
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from torturing import Failure
from torturing.world import AGENT, Paper

Fields = list[tuple[str, str]]
#: So often a message is sent at the end, when nothing is broken on purpose any more.
PATIENCE = 80


@dataclass
class Message:
    """One answer as it is sent, and every acknowledgement that came back for it."""

    position: int
    fields: Fields
    seen: int
    language: str
    device: str = ""
    sequence: int = 0
    chosen_at: str = ""
    sent: int = 0
    acks: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_acknowledged(self) -> bool:
        return bool(self.acks)


class Link:
    """A connection that may break after a request is sent and before its answer is read."""

    def __init__(self, port: int, cookies: dict[str, str]) -> None:
        self.port, self.cookies = port, dict(cookies)

    def send(
        self, method: str, path: str, body: Fields | None = None, *, as_json: bool = True, reads: bool = True
    ) -> tuple[int, str, str] | None:
        """(status, location, text); None where nothing came back."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {
            "Host": f"localhost:{self.port}",
            "User-Agent": AGENT,
            "Accept": "application/json" if as_json else "text/html",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, urlencode(body) if body is not None else None, headers)
            if not reads:
                return None
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        if answer.status >= 500:
            raise Failure(f"{method} {path} answered {answer.status}: {text[:300]}")
        return answer.status, answer.headers.get("Location", ""), text


class Form(HTMLParser):
    """The fields of a question's form: name → kind, and its values where there are some to choose from."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, tuple[str, list[str]]] = {}
        self._inside = False
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = "data-answer" in given
        if not self._inside:
            return
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "select":
            self._select = name
            self.fields[name] = ("select", [])
        elif tag == "option" and given.get("value"):
            self.fields[self._select][1].append(given["value"])
        elif tag == "textarea" or (tag == "input" and kind not in ("hidden", "radio", "checkbox", "submit")):
            self.fields[name] = ("text", [])
        elif tag == "input" and kind in ("radio", "checkbox"):
            self.fields.setdefault(name, (kind, []))[1].append(given["value"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


def random_answer(form: Form, rng: random.Random) -> Fields:
    """Something that an officer might choose."""
    found: Fields = []
    selects = {name: values for name, (kind, values) in form.fields.items() if kind == "select"}
    is_order = len(selects) > 1 and all(
        values == [str(each) for each in range(1, len(selects) + 1)] for values in selects.values()
    )
    if is_order:
        places = rng.sample(range(1, len(selects) + 1), len(selects))
        return [(name, str(place)) for name, place in zip(selects, places, strict=True)]
    for name, (kind, values) in form.fields.items():
        if kind == "text":
            found.append((name, rng.choice(["3", "12", "12.5", "7", "40"])))
        elif kind == "checkbox":
            found += [(name, value) for value in rng.sample(values, rng.randint(1, len(values)))]
        else:
            found.append((name, rng.choice(values)))
    return found


class Browser:
    """One device or window of the officer. It numbers what it sends, unless it runs no script."""

    def __init__(self, paper: Paper, port: int, cookies: dict[str, str], forms: dict[int, Form], seed: str) -> None:
        self.paper, self.forms = paper, forms
        self.link = Link(port, cookies)
        self.rng = random.Random(seed)
        self.device = f"device-{self.rng.getrandbits(64):016x}"
        self.next = 1
        self.messages: list[Message] = []
        self.known: dict[int, int] = {}

    def path(self, position: int | str, language: str) -> str:
        return f"/{language}/tests/{self.paper.attempt.uuid}/{position}/"

    def choose(self, position: int, *, scripted: bool = True) -> Message:
        """Answer a question; what the form had seen may be old by now."""
        wrong_clock = dt.timedelta(hours=self.rng.choice([-1, 0, 1]))
        message = Message(
            position=position,
            fields=random_answer(self.forms[position], self.rng),
            seen=self.known.get(position, 0),
            language=self.rng.choice(["en", "en", "id"]),
            chosen_at=(dt.datetime.now(dt.UTC) + wrong_clock).isoformat(),
        )
        if scripted:
            message.device, message.sequence = self.device, self.next
            self.next += 1
        self.messages.append(message)
        return message

    def deliver(self, message: Message, *, reads: bool = True) -> None:
        """Send a message once."""
        message.sent += 1
        body = [*message.fields, ("token", self.paper.token), ("seen", str(message.seen)), ("language", "en")]
        if message.device:
            body += [("device", message.device), ("sequence", str(message.sequence))]
            body.append(("chosen_at", message.chosen_at))
        else:
            body.append(("go", "stay"))
        path = self.path(message.position, message.language)
        answer = self.link.send("POST", path, body, as_json=bool(message.device), reads=reads)
        if answer is None:
            return
        status, location, text = answer
        if message.device:
            found = json.loads(text)
        else:
            state = {302: "recorded", 409: "conflict"}.get(status, f"status {status}")
            found = {"state": "late" if location.endswith("/result/") else state}
        if found["state"] not in ("recorded", "conflict", "older", "late"):
            raise Failure(f"{path} answered {status} {found}")
        message.acks.append(found)
        if found["state"] == "recorded" and "edits" in found:
            self.known[message.position] = max(self.known.get(message.position, 0), found["edits"])

    def look(self) -> None:
        """Read how often each question was saved, as a page that is opened does."""
        answer = self.link.send("GET", f"/en/tests/{self.paper.attempt.uuid}/")
        if answer and answer[0] == 200:
            self.known = {int(position): edits for position, edits in json.loads(answer[2])["edits"].items()}

    def work(self, steps: int) -> None:
        """Answer, while the link does what it likes."""
        for _step in range(steps):
            waiting = [each for each in self.messages if not each.is_acknowledged]
            what = self.rng.random()
            if what < 0.45 or not self.messages:
                self.choose(self.rng.choice(list(self.paper.responses)), scripted=self.rng.random() < 0.85)
            elif what < 0.55:
                self.deliver(self.rng.choice(self.messages), reads=self.rng.random() < 0.6)  # again, or lost
            elif what < 0.62:
                self.look()
            elif waiting:
                # Mostly in order; a retry may be passed by what came after it.
                message = waiting[0] if self.rng.random() < 0.6 else self.rng.choice(waiting)
                self.deliver(message, reads=self.rng.random() < 0.8)

    def settle(self) -> None:
        """Send what waits until everything is acknowledged."""
        for message in self.messages:
            for _try in range(PATIENCE):
                if message.is_acknowledged:
                    break
                self.deliver(message)
                if not message.is_acknowledged:
                    time.sleep(0.05)
            else:
                raise Failure(f"no answer came to question {message.position} after {PATIENCE} tries")

    def hand_in(self) -> str:
        """Press the button until an answer comes; where it leads."""
        for _try in range(PATIENCE):
            body = [("csrfmiddlewaretoken", self.link.cookies["suluh_csrf"])]
            answer = self.link.send("POST", f"/en/tests/{self.paper.attempt.uuid}/hand-in/", body, as_json=False)
            if answer is not None:
                return answer[1]
            time.sleep(0.05)
        raise Failure(f"handing in got no answer after {PATIENCE} tries")


def together(*work: Any) -> None:
    """Do several things at the same time; the first failure is raised."""
    failures: list[BaseException] = []

    def run(one: Any) -> None:
        try:
            one()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=[one]) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def read_forms(link: Link, paper: Paper) -> dict[int, Form]:
    """The forms of all questions, from their pages."""
    forms = {}
    for position in paper.responses:
        page = None
        for _try in range(PATIENCE):
            page = link.send("GET", f"/en/tests/{paper.attempt.uuid}/{position}/", as_json=False)
            if page is not None:
                break
            time.sleep(0.05)
        if page is None or page[0] != 200:
            raise Failure(f"question {position} did not open: {page and page[0]}")
        forms[position] = Form()
        forms[position].feed(page[2])
    return forms
