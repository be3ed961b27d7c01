"""A trainer corrects a lesson under running enrolments, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import SHOTS, check_accessibility
from tests.browser.main_job import SLUG
from tests.browser.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]

#: The second key point of the first lesson, and what the trainer makes of it.
OLD, NEW = "Exploitation need not have happened yet", "Nobody has to be exploited yet: the intention is enough."


def publish(page: Page) -> None:
    """Press “Publish” in the menu of the editor."""
    page.locator("footer [data-w-dropdown-target=toggle], footer .w-dropdown__toggle").first.click()
    page.locator("button[name=action-publish][value=action-publish]").click()
    page.wait_for_load_state()


def test_a_trainer_corrects_a_lesson_officers_see_it_at_once_and_translations_say_that_they_are_behind(chromium, site):
    # an officer is in the lesson, and another is in a test
    reader = Person(chromium, site, "phone", SHOTS)
    reader.sign_in("coordinator")
    reader.open(f"/en/courses/{SLUG}/")
    reader.press("Enrol")
    reader.open(f"/en/courses/{SLUG}/pre-test/")
    reader.press("Start the test")
    reader.answer()
    expect(reader.page.locator("[data-receipt]")).to_contain_text("Receipt")
    test = reader.page.url

    # the trainer finds the lesson, changes a key point and looks at it before publishing
    trainer = Person(chromium, site, "desktop", SHOTS)
    page = trainer.page
    trainer.sign_in("trainer")
    trainer.press("Authors", "link")
    page.wait_for_url("**/admin/")
    editor = site.editor_of(SLUG, "m1-l1")
    page.goto(editor)
    point = page.get_by_role("textbox", name=re.compile("^Key point")).nth(1)
    expect(point).to_have_value(re.compile(OLD))
    point.fill(NEW)
    page.locator("footer button", has_text="Save draft").first.click()
    page.wait_for_load_state()
    page.goto(editor.replace("/edit/", "/view_draft/"))
    expect(page.locator("main")).to_contain_text(NEW)
    check_accessibility(page)
    if SHOTS:
        page.screenshot(path=SHOTS / "trainer-preview.png", full_page=True)

    # a draft reaches nobody
    reader.open(f"/en/courses/{SLUG}/m1-l1/")
    expect(reader.page.locator(".key-points")).to_contain_text(OLD)

    page.goto(editor)
    publish(page)
    expect(page.locator(".messages")).to_contain_text(re.compile(r"edition 1, revision \d+"))
    expect(page.locator(".messages")).to_contain_text("Indonesian (1), Urdu (1)")

    # officers read it on their next page; in Urdu and Indonesian the part says that it is behind
    reader.page.reload()
    expect(reader.page.locator(".key-points")).to_contain_text(NEW)
    for language in ("ur", "id"):
        reader.open(f"/{language}/courses/{SLUG}/m1-l1/")
        expect(reader.page.locator(".key-points .behind")).to_have_count(1)
        reader.page.locator(".key-points .behind summary").click()
        expect(reader.page.locator(".key-points .behind [lang=en]")).to_have_text(NEW)
        reader.look(f"{language}-behind")

    # the running test is not disturbed
    reader.page.goto(test)
    expect(reader.page.locator(".paper-map .is-answered")).to_have_count(1)
    assert reader.page.locator("form[data-answer] :checked").count() >= 1

    # the trainer sees both languages at that segment
    page.goto(f"{site.url}/admin/translate/board/{SLUG}/")
    check_accessibility(page)
    expect(page.locator(".board .badge--warn", has_text="1 out of date")).to_have_count(2)
    if SHOTS:
        page.screenshot(path=SHOTS / "trainer-board.png", full_page=True)

    # and brings Urdu up to date at the translator's desk: new words for the one text that waits, accepted, handed in
    page.goto(site.editor_of(SLUG, "m1-l1", "ur"))
    page.wait_for_url("**/admin/translate/**")
    page.get_by_label("Show", exact=True).select_option("stale")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("[data-text]")).to_have_count(1)
    expect(page.locator("[data-text] ins", has_text="intention").first).to_be_visible()
    check_accessibility(page)
    if SHOTS:
        page.screenshot(path=SHOTS / "trainer-desk.png", full_page=True)
    box = page.locator("[data-text] textarea")
    expect(box).to_have_attribute("dir", "rtl")
    box.fill("ضروری نہیں کہ کسی کا استحصال ہو چکا ہو: نیت ہی کافی ہے۔")
    box.press("Control+Enter")
    for reason in page.get_by_label("Why it is right all the same").all():
        reason.fill("It is said this way.")
        page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text(re.compile(r"(\d+) of \1 texts accepted"))).to_be_visible()
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator(".messages")).to_contain_text("Handed in: 1 text.")
    reader.open(f"/ur/courses/{SLUG}/m1-l1/")
    expect(reader.page.locator(".key-points")).to_contain_text("نیت ہی کافی ہے")
    expect(reader.page.locator(".key-points .behind")).to_have_count(0)
    trainer.problems.clear()  # Wagtail's own scripts are not ours to answer for
    trainer.close()
    reader.close()


def test_the_authors_side_from_right_to_left(chromium, site):
    trainer = Person(chromium, site, "desktop", SHOTS)
    trainer.open("/language/ur/?next=/ur/accounts/login/")
    trainer.page.locator("input[name=login]").fill("trainer")
    trainer.page.locator("input[name=password]").fill("suluh-demo")
    trainer.page.locator("main button").first.click()
    trainer.second_step("trainer")
    trainer.page.wait_for_url("**/ur/me/")
    trainer.page.goto(f"{site.url}/admin/reported/")
    expect(trainer.page.locator("html")).to_have_attribute("dir", "rtl")
    trainer.page.goto(f"{site.url}/admin/translate/board/")
    expect(trainer.page.locator("html")).to_have_attribute("dir", "rtl")
    check_accessibility(trainer.page)
    if SHOTS:
        trainer.page.screenshot(path=SHOTS / "ur-trainer-board.png", full_page=True)
    trainer.problems.clear()
    trainer.close()
