"""In Urdu and Indonesian, in a real browser: switching without losing anything, and every desk from right to left."""

import re

import pytest
import yaml
from playwright.sync_api import expect

from tests.browser.looking import SHOTS
from tests.browser.main_job import SLUG
from tests.browser.people import COURSE, Person

pytestmark = [pytest.mark.browser, pytest.mark.once]


def texts(language: str, name: str) -> dict:
    """A file of the shipped course in one language."""
    return yaml.safe_load((COURSE / language / f"{name}.yaml").read_text(encoding="utf-8"))


def question_on(page, language: str) -> str:
    """The key of the question that is on the screen in a language."""
    stem = page.locator("legend").inner_text().strip()
    return next(key for key, text in texts(language, "questions").items() if text["stem"] == stem)


def switch(person: Person, language: str, name: str) -> None:
    """Choose a language from the menu in the head of the page, as a person does."""
    person.page.locator(".languages-box summary").click()
    person.page.locator(".languages").get_by_role("link", name=name, exact=True).click()
    person.page.wait_for_url(f"**/{language}/**")


@pytest.fixture(scope="module")
def learner(chromium, site):
    person = Person(chromium, site, "phone", SHOTS)
    person.sign_in("translator")
    person.open(f"/en/courses/{SLUG}/")
    person.press("Enrol")
    yield person
    person.close()


def test_an_officer_changes_language_in_the_middle_of_a_test_and_keeps_every_answer(learner):
    page = learner.page
    learner.open(f"/en/courses/{SLUG}/pre-test/")
    learner.press("Start the test")
    first = question_on(page, "en")
    learner.answer()
    expect(page.locator("[data-receipt]")).to_contain_text("Receipt")
    receipt = re.search(r"[A-Z2-7]{5}-[A-Z2-7]{5}", page.locator("[data-receipt]").inner_text()).group()
    chosen = page.locator("form[data-answer] :checked").evaluate_all("all => all.map(each => each.value)")

    switch(learner, "ur", "اردو")
    learner.look("ur-question")
    assert page.evaluate("document.documentElement.dir") == "rtl"
    assert question_on(page, "ur") == first, "the same question in the other language"
    still = page.locator("form[data-answer] :checked").evaluate_all("all => all.map(each => each.value)")
    assert still == chosen
    expect(page.locator("[data-receipt]")).to_contain_text(receipt)
    page.locator("button[name=go][value=on]").click()
    page.wait_for_url("**/2/")
    second = question_on(page, "ur")

    # an answer that is chosen and still on its way is not lost by the switch
    page.locator("form[data-answer] :is(input[type=radio], input[type=checkbox])").first.check()
    switch(learner, "id", "Bahasa Indonesia")
    assert question_on(page, "id") == second
    assert page.locator("form[data-answer] :checked").count() == 1
    expect(page.locator(".paper-map .is-answered")).to_have_count(2)
    learner.look("id-question")
    page.goto(page.url.rsplit("/", 2)[0] + "/hand-in/")
    learner.look("id-hand-in")
    learner.press("Kumpulkan")
    page.wait_for_url("**/result/")
    learner.look("id-result")


def test_a_question_of_the_other_direction_than_its_page_is_read_from_its_own_side(learner):
    page = learner.page
    learner.open("/en/courses/investigating-trafficking/")
    learner.press("Enrol")
    learner.open("/ur/courses/investigating-trafficking/m1-l1/")
    option = page.locator("section.check .option").first
    assert page.evaluate("document.documentElement.dir") == "rtl"
    assert option.locator(".option__text").get_attribute("dir") == "ltr", "it is not translated"
    assert option.locator("input").bounding_box()["x"] < option.locator(".option__text").bounding_box()["x"]
    stem = page.locator("section.check legend")
    words = stem.evaluate(
        "each => { const all = new Range(); all.selectNodeContents(each); return all.getClientRects()[0].x }"
    )
    assert words == pytest.approx(stem.bounding_box()["x"], abs=1)


def test_an_officer_changes_language_in_the_middle_of_a_lesson_and_keeps_place_and_progress(learner):
    page = learner.page
    learner.open(f"/en/courses/{SLUG}/m1-l1/")
    check = page.locator("section.check form")
    learner.answer(check)
    chosen = check.locator(":checked").evaluate_all("all => all.map(each => each.value)")
    switch(learner, "id", "Bahasa Indonesia")
    still = page.locator("section.check :checked").evaluate_all("all => all.map(each => each.value)")
    assert still == chosen, "what is chosen and not sent yet comes along"
    switch(learner, "en", "English")
    assert check.locator(":checked").count() == len(chosen)
    learner.press("Check my answer")
    expect(page.locator(".feedback")).to_be_visible()

    switch(learner, "ur", "اردو")
    assert "/m1-l1/" in page.url
    learner.look("ur-lesson")
    expect(page.locator(".page-title")).to_have_text(texts("ur", "m1-l1")["title"])
    expect(page.locator(".key-points li")).to_have_count(4)
    expect(page.locator(".feedback")).to_contain_text(texts("ur", "questions")["Q1.1.1"]["feedback"])
    page.locator("main form button.button--large").click()
    page.wait_for_url("**/m1-l2/")

    switch(learner, "id", "Bahasa Indonesia")
    assert "/m1-l2/" in page.url
    expect(page.locator(".page-title")).to_have_text(texts("id", "m1-l2")["title"])
    progress = page.locator(".split__side progress")
    assert progress.evaluate("each => each.value") == 1
    assert page.locator(".outline .is-done").count() == 2, "the pre-test and the first lesson"
    learner.look("id-lesson")


def test_the_first_page_is_in_the_language_of_the_browser(chromium, site):
    person = Person(chromium, site, "phone", SHOTS, locale="ur-PK")
    person.open("/")
    person.look("ur-front")
    assert person.page.url.endswith("/ur/")
    assert person.page.evaluate("document.documentElement.dir") == "rtl"
    for path in ("courses/", f"courses/{SLUG}/", "accounts/login/"):
        person.open(f"/ur/{path}")
        person.look("ur-" + path.strip("/").replace("/", "-"))
    person.open("/ur/nowhere/")
    person.close()
