"""A trainer submits a module, two reviewers sign its five checks, and officers read it: in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looking import SHOTS
from tests.browser.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]

#: A course that no other journey takes.
SLUG = "protecting-victims"
NEW = "Signed by five: anyone can be a victim."
UNIT = f"/admin/review/{SLUG}/m1/en/"


def test_a_module_is_submitted_signed_by_five_roles_and_read_by_officers(chromium, site):
    trainer = Person(chromium, site, "desktop", SHOTS)
    page = trainer.page
    trainer.sign_in("trainer")
    editor = site.editor_of(SLUG, "m1-l1")
    page.goto(editor)
    page.get_by_role("textbox", name=re.compile("^Key point")).nth(1).fill(NEW)
    page.locator("footer [data-w-dropdown-target=toggle], footer .w-dropdown__toggle").first.click()
    page.locator("button[name=action-submit-module]").click()
    page.wait_for_load_state()
    expect(page.locator(".messages")).to_contain_text("submitted to the review")

    reviewer = Person(chromium, site, "phone", SHOTS)
    reviewer.sign_in("reviewer")
    reviewer.open("/admin/review/")
    reviewer.look("review-queue")
    reviewer.page.get_by_role("link", name="Identification and first response").first.click()
    reviewer.page.wait_for_url(f"**{UNIT}")
    expect(reviewer.page.locator("main")).to_contain_text(NEW)
    reviewer.look("review-unit")

    # the first answer is a comment on the block; the author meets it in the editor, and submits again
    place = reviewer.page.locator(".review-place", has_text=NEW)
    place.get_by_text("Comment on this").click()
    place.get_by_role("textbox").fill("Say who decides.")
    reviewer.page.get_by_role("button", name="Return with comments").click()
    reviewer.page.wait_for_url("**/admin/review/")
    page.goto(editor)
    expect(page.get_by_text("Say who decides.").first).to_be_attached()
    page.goto(site.url + UNIT)
    page.get_by_role("button", name="Submit again").click()
    page.wait_for_load_state()

    reviewer.open(UNIT)
    for check in ("1 Law", "2 Security", "3 Protection", "4 Language and pictures"):
        reviewer.page.get_by_role("button", name=f"Sign {check}").click()
        reviewer.page.wait_for_load_state()
    other = Person(chromium, site, "desktop", SHOTS)
    other.sign_in("reviewer2")
    other.open(UNIT)
    other.look("review-last")
    other.page.get_by_role("button", name="Sign 5 Trauma").click()
    expect(other.page.locator(".messages")).to_contain_text(re.compile(r"officers now read edition 1, revision \d+"))

    reader = Person(chromium, site, "phone", SHOTS)
    reader.sign_in("rso")
    reader.open(f"/en/courses/{SLUG}/")
    reader.press("Enrol")
    reader.open(f"/en/courses/{SLUG}/m1-l1/")
    expect(reader.page.locator(".key-points")).to_contain_text(NEW)
