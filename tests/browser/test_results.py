"""After a test: what was right and why, an appeal, all tests that one took; and a test by keyboard without a script."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looking import SHOTS, Site
from tests.browser.main_job import SLUG
from tests.browser.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]

TEXT = "The second article of our law calls this lawful."


@pytest.fixture(scope="module", autouse=True)
def _two_officers(site: Site) -> None:
    """Two people of this file alone, enrolled."""
    site.manage(
        "shell",
        "-v0",
        "-c",
        f"""
from accounts.models import Member
from accounts.roles import Role
from accounts.services import create_person, post_person
from learning.models import Course
from learning.services import enrol
for name in ("farah", "tuan"):
    user = create_person(by=None, username=name, full_name=name.title(), password="suluh-demo")
    post_person(by=None, user=user, role=Role.OFFICER, member=Member.objects.get(code="MY"))
    enrol(by=user, course=Course.objects.get(slug="{SLUG}"))
""",
    )


def test_an_officer_sees_what_was_right_appeals_a_question_and_finds_all_of_it_again_in_two_languages(chromium, site):
    officer = Person(chromium, site, "phone", SHOTS)
    page = officer.page
    officer.sign_in("farah")
    officer.open(f"/en/courses/{SLUG}/pre-test/")
    officer.press("Start the test")
    paper = page.url.rsplit("/", 2)[0]
    for number in range(1, 5):
        officer.answer(right=number != 2)
        expect(page.locator("[data-receipt]")).to_contain_text("Receipt")
        officer.press("Save and go on")
    left_open = officer.context.new_page()
    left_open.goto(f"{paper}/5/")
    page.goto(f"{paper}/hand-in/")
    officer.look("hand-in-with-a-gap")
    officer.press("Hand in")
    expect(page.locator(".result__score")).to_have_text("60 %")
    expect(page.locator("#q2")).to_contain_text("Your answer, not right")
    expect(page.locator("#q2")).to_contain_text("The right answer")
    expect(page.locator("#q2 .feedback")).to_contain_text("Source:")
    expect(page.locator("#q5")).to_contain_text("No answer")
    officer.look("result")

    # another window still shows a question: it says that the test is over, and the answer is kept with its reason
    left_open.locator("form[data-answer] :is(input[type=radio], input[type=checkbox])").first.check()
    expect(left_open.locator("[data-receipt]")).to_contain_text("handed in before")
    left_open.get_by_role("link", name="Open the question again").click()
    left_open.wait_for_url("**/result/")
    expect(left_open.get_by_text("Question 5: an answer did not count")).to_be_visible()
    left_open.close()

    # an appeal: what looks like a real case is asked about once, and what is typed stays
    page.locator("#q2").get_by_role("link", name="Appeal this result").click()
    page.wait_for_url("**/2/appeal/")
    officer.look("appeal")
    page.locator("main textarea").fill("See case no. 2026/4711, telephone 0812 3456 7890.")
    officer.press("Send the appeal")
    expect(page.locator("main textarea")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("main textarea")).to_have_value(re.compile("4711"))
    officer.look("appeal-asked")
    page.locator("main textarea").fill(TEXT)
    officer.press("Send the appeal")
    page.wait_for_url("**/result/")
    expect(page.get_by_text("Your appeal is sent.")).to_be_visible()
    expect(page.locator("#q2")).to_contain_text(TEXT)
    expect(page.locator("#q2").get_by_role("link", name="Appeal this result")).to_have_count(0)
    page.goto(f"{paper}/2/appeal/")
    assert page.url.endswith("/result/"), "once for each question"

    # all of it stands in the history
    officer.press("My tests", "link")
    officer.look("history")
    officer.press(re.compile("Pre-test"), "link")
    assert page.url == f"{paper}/result/"

    # and in Urdu: the same result, the words of the appeal as they were typed
    for place, name in (
        (f"{paper}/result/", "result"),
        (f"{paper}/5/appeal/", "appeal"),
        (f"{site.url}/en/tests/", "history"),
    ):
        page.goto(place.replace("/en/", "/ur/", 1))
        assert page.evaluate("document.documentElement.dir") == "rtl"
        officer.look(f"ur-{name}")
        if name == "result":
            expect(page.locator("#q2")).to_contain_text(TEXT)
            expect(page.locator(".result__score")).to_have_text("60 %")
    officer.close()


def test_a_test_is_taken_by_keyboard_alone_and_without_a_script(chromium, site):
    # Nobody runs axe here: it needs a script. What it says of these pages is said above.
    officer = Person(chromium, site, "desktop", SHOTS, java_script_enabled=False)
    page = officer.page
    page.goto(f"{site.url}/en/accounts/login/?next=/en/courses/{SLUG}/pre-test/")
    page.get_by_label("User name").focus()
    page.keyboard.type("tuan")
    page.get_by_label("Password").focus()
    page.keyboard.type("suluh-demo")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pre-test/")
    page.get_by_role("button", name="Start the test").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/1/")

    # nothing chosen: it says so
    page.get_by_role("button", name="Save", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Choose an answer first.")
    for number in range(1, 6):
        page.locator("form[data-answer] input:not([type=hidden])").first.focus()
        page.keyboard.press("Space")
        assert page.locator("form[data-answer] :checked").count() == 1
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name=re.compile("^Save and (go on|look over)$"))).to_be_focused()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/{number + 1}/" if number < 5 else "**/hand-in/")
    expect(page.get_by_text("Every question is answered and saved.")).to_be_visible()
    page.get_by_role("button", name="Hand in").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/result/")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^Open the lessons")).first).to_be_visible()
    officer.close()
