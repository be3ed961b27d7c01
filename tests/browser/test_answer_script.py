"""The script that keeps answers: what it says of the time, leaves on a computer, and does not send twice.

The page is rendered here and needs no site: a queue, a clock, one question, and a server that the test plays.
"""

import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from playwright.sync_api import Page, Route, expect

from tests.browser.looking import CHROMIUM, SIZES, check_accessibility

ATTEMPT = "11111111-1111-4111-8111-111111111111"
PAPER = f"/en/tests/{ATTEMPT}/"
STEM, CHOICE = "Which of these is a sign?", "The employer keeps the passport"
OUT = '<form method="post" action="/en/accounts/logout/"><button>Sign out</button></form>'


def page_of(*, left: int | None = None, is_shared: bool = False, position: int = 1) -> str:
    """One question of two, as `assessments/question.html` puts it together."""
    queue = {
        "person": "0123456789abcdef",
        "is_shared": is_shared,
        "token": "token",
        "url": f"{PAPER}0/",
        "state_url": PAPER,
    }
    clock = {"grace_seconds": 30, "deadline_at": None} if left is not None else None
    parts = render_to_string("assessments/_clock.html", {"clock": clock, "left": left})
    queue_html = render_to_string("assessments/_queue.html", {"attempt": {"uuid": ATTEMPT}, "queue": queue})
    numbers = "".join(f'<li data-number="{each}"><a href="{PAPER}{each}/">{each}</a></li>' for each in (1, 2))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Question</title>'
        '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/static/lms/suluh.css"></head>'
        f"<body><header>{OUT}<p data-offline hidden></p></header>"
        f'<main class="wrap stack"><h1>Test</h1>{parts}<form class="stack" method="post" data-answer '
        f'data-position="{position}"><input type="hidden" name="token" value="token"><input type="hidden" name="seen" '
        'value="0"><input type="hidden" name="language" value="en">'
        f'<fieldset class="question"><legend>{STEM}</legend><label class="option"><input type="radio" '
        f'name="q{position}" value="a"><span>{CHOICE}</span></label><label class="option"><input type="radio" '
        f'name="q{position}" value="b"><span>Other</span></label></fieldset><p><label for="text">Why?</label> '
        f'<textarea id="text" name="q{position}-why"></textarea></p>'
        '<p class="receipt" role="status" data-receipt></p><p><button class="button">Save</button></p></form>'
        f'<nav aria-label="Questions"><ol class="paper-map">{numbers}</ol></nav>{queue_html}</main>'
        '<script type="module" src="/static/assessments/answer.js"></script>'
        '<script type="module" src="/static/lms/suluh.js"></script></body></html>'
    )


class Server:
    """What the test plays: it records each answer, or answers as it was told."""

    def __init__(self, **page) -> None:
        self.page = page
        self.is_down = False
        self.answers: dict[int, tuple[int, str]] = {}
        self.got: list[tuple[int, dict[str, list[str]]]] = []
        self.asked = 0

    def answer(self, route: Route) -> None:
        path, request = unquote(urlsplit(route.request.url).path), route.request
        if path.startswith("/static/"):
            found = finders.find(path.removeprefix("/static/"))
            route.fulfill(path=found) if found else route.fulfill(status=404)
        elif path == PAPER:
            self.asked += 1
            route.fulfill(json={"closed": False, "left": 200, "edits": {}})
        elif request.method == "POST" and path.startswith(PAPER):
            position = int(path.rstrip("/").rsplit("/", 1)[1])
            if self.is_down:
                route.abort()
                return
            form = parse_qs(request.post_data or "", keep_blank_values=True)
            self.got.append((position, form))
            status, body = self.answers.get(position, (200, ""))
            recorded = {"state": "recorded", "edits": 1, "receipt": "AAAAA-22222", "hash": "0" * 64}
            body = body or json.dumps(recorded | {"saved_at": "2026-11-26T10:00:00+00:00"})
            route.fulfill(status=status, body=body, content_type="application/json" if body[0] == "{" else "text/html")
        elif "/logout/" in path:
            route.fulfill(body="<title>out</title>", content_type="text/html")
        else:
            number = re.search(r"/(\d)/$", path)
            html = page_of(**self.page, position=int(number.group(1)) if number else 1)
            route.fulfill(body=html, content_type="text/html")


@pytest.fixture
def opened(request) -> Iterator:
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine: the browser journeys are left out")
    chromium, contexts = request.getfixturevalue("chromium"), []

    def make(*, is_frozen: bool = False, **page) -> tuple[Server, Page]:
        context, server = chromium.new_context(viewport=SIZES["phone"]), Server(**page)
        contexts.append(context)
        context.route("**/*", server.answer)
        shown = context.new_page()
        if is_frozen:
            shown.clock.install()
        shown.goto(f"http://answers.test{PAPER}1/")
        return server, shown

    yield make
    for context in contexts:
        context.close()


def stored(page: Page, name: str) -> dict[str, str]:
    """What the browser keeps in one of its stores."""
    found: dict[str, str] = page.evaluate(f"Object.fromEntries(Object.entries({name}))")
    return found


def passes(page: Page, seconds: int) -> None:
    """Let time pass in the page, as the closing hours of a test do, in a moment."""
    page.clock.run_for(seconds * 1000)


# --- the clock


def test_the_last_minutes_are_said_aloud_once_each_and_the_running_numbers_are_not(opened):
    _server, page = opened(left=302, is_frozen=True)
    said, shown = page.locator("[data-clock-said]"), page.locator("[data-clock-shown]")
    expect(said).to_have_attribute("role", "status")
    expect(shown).to_have_attribute("aria-live", "off")
    # every change of what is said aloud, and how often it changed
    page.evaluate(
        "window.heard = []; new MutationObserver(() => heard.push(document.querySelector('[data-clock-said]')"
        ".textContent)).observe(document.querySelector('[data-clock-said]'), {childList: true})"
    )
    expect(said).to_be_empty()
    passes(page, 3)
    expect(said).to_have_text("5 minutes are left.")
    check_accessibility(page)
    passes(page, 200)
    expect(said).to_have_text("5 minutes are left.")
    passes(page, 40)
    expect(said).to_have_text("1 minute is left.")
    expect(page.locator("[data-clock]")).to_have_class(re.compile("is-short"))
    passes(page, 60)
    expect(said).to_contain_text("The time is over.")
    expect(shown).to_have_text("0:00")
    heard = page.evaluate("heard")
    assert heard == ["5 minutes are left.", "1 minute is left.", said.text_content()], "each is said once"


def test_a_page_that_is_opened_late_says_nothing_again(opened):
    _server, page = opened(left=200, is_frozen=True)
    passes(page, 60)
    expect(page.locator("[data-clock-said]")).to_be_empty()
    passes(page, 90)
    expect(page.locator("[data-clock-said]")).to_have_text("1 minute is left.")


@pytest.mark.parametrize("hours", [-1, 1])
def test_the_clock_of_the_device_may_be_an_hour_wrong_and_is_not_asked(opened, hours):
    server, page = opened(left=600)
    page.clock.set_system_time(f"2026-11-26T{10 + hours:02}:00:00Z")
    page.reload()
    assert re.fullmatch(r"9:5\d|10:00", page.locator("[data-clock-shown]").inner_text())
    page.get_by_label(CHOICE).check()
    expect(page.locator("[data-receipt]")).to_contain_text("Receipt AAAAA-22222")
    ours = page.evaluate(
        "new Date('2026-11-26T10:00:00Z').toLocaleTimeString('en', {timeStyle: 'short', hourCycle: 'h23'})"
    )
    assert page.locator("[data-receipt]").inner_text().endswith(ours), "the hour of the receipt is that of the server"
    assert server.got[0][1]["q1"] == ["a"]


# --- what stays on the computer


def test_a_shared_computer_keeps_an_answer_with_the_tab_only_and_nothing_of_the_question(opened):
    server, page = opened(is_shared=True)
    server.is_down = True
    page.get_by_label(CHOICE).check()
    expect(page.locator("[data-receipt]")).to_contain_text("Saved on this device")
    assert stored(page, "localStorage") == {}
    kept = stored(page, "sessionStorage")
    assert list(kept) == [f"suluh.answers.0123456789abcdef.{ATTEMPT}"]
    text = kept.popitem()[1]
    assert STEM not in text and CHOICE not in text, "ids only"
    assert json.loads(text)["waiting"][0]["fields"] == [["q1", "a"], ["q1-why", ""]]

    # another tab of the same computer finds nothing of it; the same tab does, after a reload
    other = page.context.new_page()
    other.goto(page.url)
    assert stored(other, "sessionStorage") == {} and other.locator(":checked").count() == 0
    other.close()
    page.on("dialog", lambda dialog: dialog.accept())  # that something is not sent yet
    page.reload()
    assert page.get_by_label(CHOICE).is_checked()

    # once it is recorded, no answer stays; after signing out, nothing of the test
    server.is_down = False
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-receipt]")).to_contain_text("Receipt")
    assert json.loads(stored(page, "sessionStorage").popitem()[1])["waiting"] == []
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/logout/")
    assert stored(page, "sessionStorage") == {} and stored(page, "localStorage") == {}


def test_signing_out_with_an_answer_that_is_not_sent_asks_before_it_is_lost(opened):
    server, page = opened(is_shared=True)
    server.is_down = True
    page.get_by_label(CHOICE).check()
    expect(page.locator("[data-receipt]")).to_contain_text("Saved on this device")
    asked: list[str] = []

    def stay(dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_function("!document.querySelector('form[action$=\"/logout/\"] button').disabled")
    expect(page).to_have_url(re.compile("/1/$"))
    assert asked and "not sent yet" in asked[0]
    assert len(stored(page, "sessionStorage")) == 1, "it is still there"


def test_whether_the_time_is_folded_away_is_remembered_and_is_all_that_the_clock_keeps(opened):
    _server, page = opened(left=600, is_shared=True)
    page.locator("[data-clock] summary").click()
    page.wait_for_function("sessionStorage.getItem('suluh.clock') === 'hidden'")
    page.goto(f"http://answers.test{PAPER}2/")
    expect(page.locator("[data-clock-shown]")).to_be_hidden()
    assert stored(page, "sessionStorage") == {"suluh.clock": "hidden"} and stored(page, "localStorage") == {}


# --- what can never be saved


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (404, '{"state": "invalid", "error": "There is no such question on this paper."}', "no such question"),
        (413, "<h1>413 Request Entity Too Large</h1>", "too long to be saved"),
    ],
)
def test_what_is_refused_for_good_is_said_once_and_nothing_waits_behind_it(opened, status, body, said):
    server, page = opened()
    server.answers[1] = (status, body)
    page.get_by_label(CHOICE).check()
    expect(page.locator("[data-receipt]")).to_contain_text(said)
    page.goto(f"http://answers.test{PAPER}2/")
    page.get_by_label(CHOICE).check()
    expect(page.locator("[data-receipt]")).to_contain_text("Receipt")
    assert [position for position, _form in server.got] == [1, 2], "it was sent once"
    page.goto(f"http://answers.test{PAPER}1/")
    expect(page.locator("[data-receipt]")).to_contain_text(said)
    assert page.get_by_label(CHOICE).is_checked(), "what was chosen is still there to be mended"


def test_far_too_long_a_text_is_refused_before_it_is_sent_and_stays_to_be_made_shorter(opened):
    server, page = opened()
    page.evaluate("document.querySelector('#text').value = 'کیوں '.repeat(25000)")
    page.locator("#text").dispatch_event("change")
    expect(page.locator("[data-receipt]")).to_contain_text("too long to be saved")
    assert server.got == []
    page.reload()
    assert page.locator("#text").evaluate("each => each.value.length") == 125_000
    expect(page.locator("[data-receipt]")).to_contain_text("too long to be saved")
    page.locator("#text").fill("short")
    page.locator("#text").dispatch_event("change")
    expect(page.locator("[data-receipt]")).to_contain_text("Receipt")
    assert [form["q1-why"] for _position, form in server.got] == [["short"]]
