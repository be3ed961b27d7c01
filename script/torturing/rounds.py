"""One round: an officer with two devices and a window without a script, blows, handing in, and the judgement."""

import datetime as dt
import random
import time
from typing import Any

from torturing.clients import Browser, Link, read_forms, together
from torturing.judging import judge
from torturing.server import Server
from torturing.world import begin


def play(course: Any, server: Server, seed: int) -> dict[str, int]:
    """Play the round of a number. Returns what happened, counted.

    Raises:
        Failure: the database is not what it must be.
    """
    from assessments.models import Attempt
    from assessments.services import record_attempt
    from assessments.tasks import close_what_is_over

    rng = random.Random(f"suluh {seed}")
    paper = begin(course, f"officer-{seed}-{time.time_ns()}", devices=2)
    forms = read_forms(Link(server.port, paper.sessions[0]), paper)
    browsers = [
        Browser(paper, server.port, paper.sessions[number % 2], forms, f"{seed} {number}")
        for number in range(rng.choice([1, 2, 2, 3]))
    ]
    kills = 0

    def blows(number: int, within: float) -> None:
        nonlocal kills
        for _blow in range(number):
            time.sleep(rng.uniform(0.02, within))
            kills += server.kill_one(rng)

    steps = [rng.randint(6, 14) for _each in browsers]
    works = [lambda each=each, count=count: each.work(count) for each, count in zip(browsers, steps, strict=True)]
    together(*works, lambda: blows(rng.randint(0, 2), 0.2))
    late = rng.random() < 0.35
    if rng.random() < 0.6 or not late:
        together(*(each.settle for each in browsers))
    if late:
        # The time was over a minute ago: the grace ends while answers and the hand-in are on their way.
        left = rng.uniform(-0.05, 0.35)
        Attempt.objects.filter(pk=paper.attempt.pk).update(
            deadline_at=dt.datetime.now(dt.UTC) - dt.timedelta(seconds=60 - left)
        )

    def last_second(browser: Browser) -> None:
        browser.work(rng.randint(0, 4))
        time.sleep(rng.uniform(0, 0.2))
        browser.hand_in()
        browser.work(rng.randint(0, 2))

    together(*(lambda each=each: last_second(each) for each in browsers), lambda: blows(rng.randint(0, 1), 0.15))
    if late:
        time.sleep(max(0.0, left))
        close_what_is_over.call()
    together(*(each.settle for each in browsers))

    def result() -> None:
        Link(server.port, paper.sessions[0]).send("GET", f"/en/tests/{paper.attempt.uuid}/result/", as_json=False)

    together(result, result)
    record_attempt(attempt_pk=paper.attempt.pk)
    found = judge(paper, [message for each in browsers for message in each.messages])
    return {**found, "kills": kills, "late_rounds": int(late)}
