"""A bad link, a closed lid, a second device: an officer sees where each answer is, and none is lost."""

import re

import pytest

from tests.browser.looking import SHOTS
from tests.browser.main_job import SLUG
from tests.browser.people import Person, expect

pytestmark = [pytest.mark.browser, pytest.mark.once]


def begin(chromium, site, name: str, size: str = "phone") -> Person:
    officer = Person(chromium, site, size, SHOTS)
    officer.sign_in(name)
    officer.open(f"/en/courses/{SLUG}/")
    if officer.page.get_by_role("button", name="Enrol").count():
        officer.press("Enrol")
    officer.open(f"/en/courses/{SLUG}/pre-test/")
    officer.press(re.compile("Start the test|Go on with the test"))
    return officer


def test_answers_wait_on_the_device_through_a_closed_page_and_are_sent_from_any_page_of_the_test(chromium, site):
    officer = begin(chromium, site, "reviewer2")
    page, context = officer.page, officer.context
    line = page.locator("[data-receipt]")
    paper = page.url.rsplit("/", 2)[0]
    page.goto(f"{paper}/1/")

    # the link is down: the answer is on this device, and the map of the paper says so
    context.route("**/tests/**", lambda route: route.abort() if route.request.method == "POST" else route.fallback())
    officer.answer()
    expect(line).to_contain_text("Saved on this device")
    expect(page.locator(".paper-map .is-here")).to_have_count(1)
    officer.problems.clear()
    officer.look("answer-on-this-device")

    # the lid closes, another page of the test is opened: what is chosen stands there, and waits
    page.reload()
    assert page.locator("form[data-answer] :checked").count() >= 1
    page.goto(f"{paper}/2/")
    expect(page.locator(".paper-map [data-number='1']")).to_have_class(re.compile("is-here"))
    expect(page.locator(".paper-map [data-number='1']")).to_contain_text("only on this device")

    # a switch of language keeps it; the link comes back and it is sent from here
    context.unroute("**/tests/**")
    page.goto(f"{paper}/2/".replace("/en/", "/id/", 1))
    expect(page.locator(".paper-map .is-here")).to_have_count(0)
    expect(page.locator(".paper-map .is-answered")).to_have_count(1)
    page.goto(f"{paper}/1/")
    expect(line).to_contain_text(re.compile("Receipt [A-Z2-7]{5}-[A-Z2-7]{5}"))
    kept = page.evaluate("Object.entries(localStorage).filter(([key]) => key.startsWith('suluh.answers.'))")
    assert len(kept) == 1 and '"waiting":[]' in kept[0][1], "what is recorded does not stay in the browser"

    # another window of the same browser shows what is chosen here
    other = context.new_page()
    other.goto(f"{paper}/1/")
    page.locator("form[data-answer] :is(input[type=radio], input[type=checkbox]):not(:checked)").first.check()
    chosen = page.locator("form[data-answer] :checked").evaluate_all("all => all.map(each => each.value)")
    expect(line).to_contain_text("Receipt")
    expect(other.locator("[data-receipt]")).to_contain_text("Receipt")
    assert other.locator("form[data-answer] :checked").evaluate_all("all => all.map(each => each.value)") == chosen
    other.close()

    # a second device answered without having seen that: both answers are shown, and the officer decides
    second = Person(chromium, site, "desktop", SHOTS)
    second.sign_in("reviewer2")
    second.page.goto(f"{paper}/1/")
    page.locator("form[data-answer] :is(input[type=radio], input[type=checkbox]):not(:checked)").first.check()
    expect(line).to_contain_text("Receipt")
    page.wait_for_function("document.querySelector('[name=seen]').value === '3'")
    # what is chosen there is said again: of two options the other one would be what is saved by now
    second.page.locator("form[data-answer] :checked").first.dispatch_event("change")
    expect(second.page.locator("[data-receipt]")).to_contain_text("another window")
    second.press("Open the question again", "link")
    expect(second.page.get_by_text("An answer of yours that does not count")).to_be_visible()
    second.look("answer-stray")
    second.press("Take this one instead")
    expect(second.page.get_by_text("Your answer to question 1 is saved.")).to_be_visible()
    second.close()

    # signing out leaves nothing of it behind
    page.goto(f"{paper}/1/")
    with page.expect_navigation():
        page.locator("form[action$='/logout/'] button").evaluate("button => button.click()")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('suluh.answers.'))") == []
    officer.problems = [each for each in officer.problems if "ERR_FAILED" not in each and "status of 409" not in each]
    officer.close()
