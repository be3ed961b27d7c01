"""An essay from the officer's paper over the marker's desk to the result, by keyboard and by thumb; in en and ur."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looking import SHOTS, SIZES, Site
from tests.browser.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]

#: A course of its own with two officers: one has handed in, one has the essay before her.
PEOPLE = """
from accounts.models import Member
from accounts.roles import Role
from accounts.services import create_person, post_person
from tests.assessments.marking import essay_course, handed_in
from tests.assessments.sitting import ready
from tests.factories import take_test
course = essay_course(code="RIVER")
for name in ("essayist", "writer"):
    user = create_person(by=None, username=name, full_name=name.title() + " Rahman", password="suluh-demo")
    post_person(by=None, user=user, role=Role.OFFICER, member=Member.objects.get(code="MY"))
    if name == "essayist":
        handed_in(user, course)
    else:
        paper = take_test(user, ready(user, course.course), hand_in=False)
        essay = paper.responses.get(version__item__type="essay")
        print("paper", f"/en/tests/{paper.uuid}/", essay.position)
"""
TEXT = """First I look for the three elements: what was done, by which means, and for what purpose.

Then I call the focal point, and I promise nothing that I cannot keep.
<b>Nothing here is bold.</b>"""


@pytest.fixture(scope="module")
def paper(site: Site) -> tuple[str, str]:
    """Where the open paper is, and which of its questions is the essay."""
    address, position = site.manage("shell", "-v0", "-c", PEOPLE).stdout.rsplit("paper ", 1)[1].split()
    return address, position


def test_an_essay_is_written_marked_by_keyboard_released_and_read(chromium, site, paper):
    address, position = paper
    officer = Person(chromium, site, "phone", SHOTS)
    officer.sign_in("writer")
    officer.open(f"{address}{position}/")
    officer.page.locator("textarea.essay").fill(TEXT)
    officer.look("essay-written")
    officer.press(re.compile("Save and (go on|look over)"))
    officer.page.wait_for_url(lambda place: not place.endswith(f"{address}{position}/"))
    officer.page.goto(f"{site.url}{address}hand-in/")
    officer.press("Hand in")
    expect(officer.page.get_by_role("heading", name="A person marks your test")).to_be_visible()
    officer.look("essay-waits")

    marker = Person(chromium, site, "desktop", SHOTS)
    page = marker.page
    marker.sign_in("trainer")
    marker.press("Essays", "link")
    card = page.locator("main .card", has_text="RIVER")
    expect(card).to_contain_text("2 essays wait")
    expect(card).to_contain_text("Final test")
    marker.look("essays")
    card.get_by_role("button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/essay/**")
    marker.look("essay-to-mark")
    assert "Rahman" not in page.locator("main").inner_text()

    # by keyboard: an arrow chooses, and what looks like a real case is asked about where it stands
    first, second = page.locator("main fieldset").all()
    first.locator("input").first.focus()
    for _point in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(first.locator("input:checked")).to_have_value("4")
    expect(second.locator("input:checked")).to_have_value("1")
    page.keyboard.press("Tab")
    page.keyboard.type("As in case no. 2026/4711, telephone 0812 3456 7890.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    comment = page.get_by_label("Comment for the officer")
    expect(comment).to_have_attribute("aria-invalid", "true")
    expect(comment).to_be_focused()
    expect(first.locator("input:checked")).to_have_value("4")
    marker.look("essay-asked")
    comment.fill("Say whom to call.")
    marker.press("Save and go on")

    # the next one on a phone: its lines stand as they were written, and what looks like HTML is words
    page.set_viewport_size(SIZES["phone"])
    expect(page.get_by_text("The mark is saved.")).to_be_visible()
    expect(page.locator("[aria-labelledby=written]")).to_contain_text("<b>Nothing here is bold.</b>")
    first, second = page.locator("main fieldset").all()
    first.get_by_label("3", exact=True).check()
    second.get_by_label("6", exact=True).check()
    page.get_by_label("Comment for the officer").fill("Name all three elements.")
    marker.look("essay-on-a-phone")
    marker.press("Save and stop")
    expect(card).to_contain_text("2 to be released")

    # changed while it is not released, and looked at in Urdu
    marker.press("Marks I gave", "link")
    marker.look("essays-mine")
    page.get_by_role("link", name="Change").first.click()
    page.wait_for_url("**/essay/**")
    page.locator("main fieldset").first.get_by_label("4", exact=True).check()
    marker.context.add_cookies([{"name": "suluh_language", "value": "ur", "url": site.url}])
    for part in ("", "mine/"):
        page.goto(f"{site.url}/admin/marking/{part}")
        assert page.evaluate("document.documentElement.dir") == "rtl"
        marker.look(f"ur-essays-{part.strip('/')}")
    page.locator("main table a").first.click()
    marker.look("ur-essay")
    marker.context.add_cookies([{"name": "suluh_language", "value": "en", "url": site.url}])

    # released together
    page.goto(f"{site.url}/admin/marking/")
    card.get_by_role("link", name=re.compile("Release marks")).click()
    page.wait_for_url("**/release/")
    marker.look("essays-release")
    marker.press("Release marks")
    expect(page.get_by_text("The marks of 2 papers are released.")).to_be_visible()
    marker.close()

    officer.page.reload()
    expect(officer.page.get_by_role("heading", name="Passed")).to_be_visible()
    essay = officer.page.locator(f"#q{position}")
    expect(essay).to_contain_text("3 of 4")
    expect(essay).to_contain_text("Name all three elements.")
    expect(essay).to_contain_text("<b>Nothing here is bold.</b>")
    officer.look("essay-result")
    officer.close()
