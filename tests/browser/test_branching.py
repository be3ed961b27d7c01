"""A branching scenario is played with the keyboard alone and without JavaScript, on a narrow phone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import SHOTS, check_accessibility
from tests.browser.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]

SLUG = "investigating-trafficking"
LESSON = f"/en/courses/{SLUG}/m1-l9/"
#: A lesson to play in a course that no other journey takes.
WRITE = f"""
from courses.pages.models import CoursePage
from courses.pages.services import publish_course
from tests.scenarios import add_lesson, night_bus
page = CoursePage.objects.get(course__slug="{SLUG}", locale__language_code="en")
lesson = add_lesson(page, night_bus(), key="m1-l9")
publish_course(by=None, page=page)
print("lesson", lesson.pk)
"""


@pytest.fixture(scope="module")
def lesson(site) -> int:
    """The page of the lesson to play."""
    return int(site.manage("shell", "-v0", "-c", WRITE).stdout.rsplit("lesson ", 1)[1])


def reach(page: Page, words: str) -> None:
    """Press the tab key until something with these words has the focus, from where one is; no further than a page."""
    for _press in range(30):
        page.keyboard.press("Tab")
        if words in page.evaluate("document.activeElement.textContent"):
            return
    raise AssertionError(f"{words!r} is not reached with the keyboard on {page.url}")


def choose(page: Page, words: str) -> None:
    """Choose with the keyboard; the focus is on the new step then."""
    reach(page, words)
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    expect(page.locator("#story-step")).to_be_focused()


def test_a_scenario_is_played_with_the_keyboard_and_without_javascript_from_two_sides(chromium, site, lesson):
    reader = Person(chromium, site, "phone", SHOTS)
    reader.sign_in("coordinator")
    reader.open(f"/en/courses/{SLUG}/")
    reader.press("Enrol")
    signed_in = reader.context.storage_state()

    bare = Person(chromium, site, "phone", java_script_enabled=False, storage_state=signed_in)
    page = bare.page
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(site.url + LESSON)
    choose(page, "Border officer")
    choose(page, "Ask the man to tell you about the work")
    expect(page.locator("#story-step")).to_contain_text("This does harm")
    choose(page, "Begin again: make time")
    expect(page.locator("#story-step")).to_contain_text("Decision 3")
    choose(page, "Take back")
    expect(page.locator("#story-step")).to_contain_text("Decision 2")
    choose(page, "Begin again: make time")
    choose(page, "Explain what happens next")
    expect(page.locator("#story")).not_to_contain_text("All four sleep in a safe place")
    choose(page, "See how it ended")
    expect(page.locator("#story-step")).to_contain_text("All four sleep in a safe place")
    expect(page.locator("#story")).to_contain_text("Played: Border officer (It ended well)")
    choose(page, "Labour inspector")
    choose(page, "Keep to the plan for next month")
    choose(page, "See how it ended")
    expect(page.locator("#story")).to_contain_text("Labour inspector (It ended with some harm)")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    # every kind of step is accessible, also from right to left and on a dark screen
    places = (
        "",
        "?scenario=story&role=border",
        "?scenario=story&role=border&path=1",
        "?scenario=story&role=border&path=9",
    )
    ends = ("?scenario=story&role=border&path=3.2", "?scenario=story&role=border&path=3.2&end=1")
    for query in (*places, *ends):
        reader.page.goto(f"{site.url}{LESSON}{query}")
        reader.look(f"branching-{len(query)}")
    reader.page.emulate_media(color_scheme="dark")
    for language in ("en", "ur"):
        reader.page.goto(f"{site.url}{LESSON.replace('/en/', f'/{language}/')}{places[2]}")
        reader.look(f"{language}-branching-dark")
    bare.close()
    reader.close()


def test_an_author_looks_at_the_graph_of_a_scenario(chromium, site, lesson):
    trainer = Person(chromium, site, "desktop", SHOTS)
    trainer.sign_in("trainer")
    page = trainer.page
    page.goto(f"{site.url}/admin/pages/{lesson}/edit/")
    page.locator(".w-slim-header .w-dropdown__toggle").last.click()
    page.get_by_role("link", name="Graph: The night bus").click()
    page.wait_for_url("**/story/")
    expect(page.get_by_role("img", name="The night bus")).to_be_visible()
    check_accessibility(page, ".scenario-graph")
    if SHOTS:
        page.screenshot(path=SHOTS / "trainer-graph.png", full_page=True)
    page.get_by_role("link", name="Play it").click()
    page.wait_for_url("**/view_draft/**")
    page.get_by_role("link", name="Labour inspector").click()
    expect(page.locator("#story-step")).to_contain_text("Decision 1")
    page.get_by_text("For its author: the graph").click()
    check_accessibility(page)
    trainer.problems.clear()  # Wagtail's own scripts are not ours to answer for
    trainer.close()
