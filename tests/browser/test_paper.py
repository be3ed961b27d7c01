"""A test on paper: drawn and opened, found by a code with a slip, entered twice and settled, handed in."""

import datetime as dt
import json
import re
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.browser.looking import SHOTS, Site
from tests.browser.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]

#: A course of its own with two officers: one sat on paper, one will not come. Its two trainers are signed in.
PEOPLE = """
import datetime as dt, json
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone
from accounts.models import Member, User
from accounts.roles import Role
from accounts.sessions import KEPT, browser_of
from assessments.models import TestPaper
from assessments.services.paper import print_papers
from courses.pages.services import publish_course
from learning.services import add_trainer, make_class
from tests.assessments.on_paper import final, put_in, typed
from tests.cast import make_person, sign_in
from tests.factories import ITEMS, make_course, with_all_types
course = make_course(code="LAGOON", final_draw=len(ITEMS) + 4, publish=False)
with_all_types(course.course)
publish_course(by=None, page=course.page)
rso = User.objects.get(username="rso")
klass = make_class(by=rso, course=course.course, title="Lagoon hall", starts_on=timezone.localdate())
member = Member.objects.get(code="MY")
sitter, absentee = [put_in(make_person(name, Role.OFFICER, member), klass) for name in ("sitter", "absentee")]
browser = HttpRequest()
browser.META["HTTP_USER_AGENT"] = "Journey"
sessions = []
for name in ("typist", "reader"):
    client = Client()
    person = make_person(name, Role.TRAINER)
    add_trainer(by=rso, klass=klass, username=name, starts_on=timezone.localdate())
    sign_in(client, person)
    session = client.session
    session[KEPT] = {**session[KEPT], "browser": browser_of(browser)}
    session.save()
    sessions.append(session.session_key)
test = final(klass).uuid
(paper,) = print_papers(by=person, klass=klass, activity=test, language="en", enrolments=[sitter.uuid]).papers
TestPaper.objects.update(printed_at=timezone.now() - dt.timedelta(hours=3))
print("hall", json.dumps({
    "address": f"/en/papers/{klass.uuid}/{test}/", "sessions": sessions, "code": paper.code, "sheet": typed(paper),
}))
"""
ZONE = "Asia/Jakarta"


@pytest.fixture(scope="module")
def hall(site: Site) -> dict:
    """Where the papers of the class are, the sessions of its trainers, and what stands on the one sheet."""
    return json.loads(site.manage("shell", "-v0", "-c", PEOPLE).stdout.rsplit("hall ", 1)[1])


def signed_in(chromium, site: Site, session: str, size: str, language: str, **context) -> Person:
    person = Person(chromium, site, size, SHOTS, user_agent="Journey", timezone_id=ZONE, **context)
    cookies = {"suluh_session": session, "suluh_language": language}
    person.context.add_cookies([{"name": name, "value": value, "url": site.url} for name, value in cookies.items()])
    return person


def test_a_paper_is_found_entered_twice_settled_and_handed_in(chromium, site, hall):
    code, sheet = hall["code"], hall["sheet"]
    typist = signed_in(chromium, site, hall["sessions"][0], "phone", "en")
    page = typist.page
    typist.open("/en/papers/")
    page.get_by_role("link", name=re.compile("Final test ?: Lagoon hall")).click()
    typist.press("Draw papers for those who are ticked")
    expect(page.get_by_text("The papers are drawn.")).to_be_visible()
    expect(page.get_by_role("button", name="Draw papers")).to_have_count(0)
    typist.look("papers")
    for name in ("Open the sheets (PDF)", "Marking key (PDF)"):
        found = page.context.request.get(site.url + page.get_by_role("link", name=name).get_attribute("href"))
        assert found.headers["content-type"] == "application/pdf" and found.body().startswith(b"%PDF")

    # a code that fits nobody, and one with two letters changed round
    field = page.get_by_label("Code of the paper")
    field.fill("no such paper")
    field.press("Enter")
    expect(page.get_by_text("No paper fits")).to_be_visible()
    expect(field).to_be_focused()
    typist.look("paper-not-found")
    at = next(n for n in range(7) if code[n] != code[n + 1])
    field.fill((code[:at] + code[at + 1] + code[at] + code[at + 2 :]).lower())
    field.press("Enter")
    expect(page.get_by_text("Which paper is it?")).to_be_visible()
    page.get_by_role("link", name=f"{code[:4]}-{code[4:]}").click()

    # typed with the keyboard alone: Enter goes on and stores nothing
    page.wait_for_url("**/papers/*/")
    address = page.url.removeprefix(site.url)
    expect(page.get_by_label("Time zone")).to_have_value(ZONE)
    began = dt.datetime.now(ZoneInfo(ZONE)) - dt.timedelta(hours=2)
    page.get_by_label("Day").fill(f"{began:%Y-%m-%d}")
    page.get_by_label("Began").fill(f"{began:%H:%M}")
    page.get_by_label("Ended").fill(f"{began + dt.timedelta(hours=1):%H:%M}")
    page.get_by_label("Time zone").press("Tab")
    choice = next(name for name, signs in sheet.items() if re.fullmatch(r"q\d+", name) and signs in ("A", "B"))
    for name, signs in sheet.items():
        expect(page.locator(f"[name={name}]")).to_be_focused()
        page.keyboard.type("Z" if name == choice else signs)
        page.keyboard.press("Tab" if "\n" in signs or page.locator(f"textarea[name={name}]").count() else "Enter")
    expect(page.get_by_role("button", name="Store")).to_be_focused()
    page.keyboard.press("Enter")
    wrong = page.locator(f"[name={choice}]")
    expect(wrong).to_be_focused()
    expect(wrong).to_have_attribute("aria-invalid", "true")
    typist.look("paper-refused")
    wrong.fill("B" if sheet[choice] == "A" else "A")
    page.get_by_role("button", name="Store").press("Enter")
    expect(page.get_by_text("Now a second person reads the same paper.")).to_be_visible()
    expect(page.get_by_label("Code of the paper")).to_be_focused()
    typist.open(address)
    expect(page.get_by_text("A second person is next")).to_be_visible()

    # somebody else, in Urdu and in the dark, reads it as it is
    reader = signed_in(chromium, site, hall["sessions"][1], "desktop", "ur", color_scheme="dark")
    reader.open(address.replace("/en/", "/ur/"))
    assert reader.page.evaluate("document.documentElement.dir") == "rtl"
    for name, signs in sheet.items():
        if reader.page.locator(f"textarea[name={name}]").count():
            expect(reader.page.locator(f"[name={name}]")).to_have_value(signs)
        else:
            expect(reader.page.locator(f"[name={name}]")).to_have_value("")
            reader.page.locator(f"[name={name}]").fill(signs)
    reader.look("ur-paper")
    reader.page.locator("[data-sheet] .button--primary").press("Enter")
    reader.page.wait_for_url("**?stored")
    reader.look("ur-papers")
    reader.close()

    # where they differ both are shown, and the sheet decides
    typist.open(address)
    expect(page.get_by_role("heading", name="Where the two differ")).to_be_visible()
    expect(page.locator("[data-sheet] input:not([type=hidden])")).to_have_count(1)
    expect(page.locator(f"[name={choice}]")).to_be_focused()
    typist.look("paper-differs")
    page.keyboard.type(sheet[choice])
    page.get_by_role("button", name="Store").press("Enter")
    page.get_by_role("button", name="Hand in 1 checked paper").click()
    expect(page.get_by_text("1 of 2 handed in")).to_be_visible()
    typist.look("papers-handed-in")

    # who did not come loses nothing
    page.get_by_role("row", name="printed").get_by_role("link").click()
    page.get_by_text("It was not sat").press("Enter")
    page.get_by_role("button", name="Withdraw the paper").click()
    expect(page.get_by_text("The paper is withdrawn.")).to_be_visible()
    expect(page.get_by_text("1 of 1 handed in")).to_be_visible()
    typist.close()
