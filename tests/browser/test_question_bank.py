"""A trainer keeps the question bank, sets the rules of a test and corrects a faulty question: in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looking import SHOTS, check_accessibility
from tests.browser.people import Person
from tests.courses.media import picture_bytes

pytestmark = [pytest.mark.browser, pytest.mark.once]

#: A course that no other journey takes or publishes.
SLUG = "smuggling-and-borders"
#: Of the question that is written.
KEY = "J1"
BANK = f"/admin/questions/{SLUG}/"
#: Somebody takes its pre-test, all wrong; it takes long to click, and other journeys do it.
SIT = f"""
import datetime, random, time_machine
from accounts.models import User
from learning.models import Course
from learning.selectors import latest_revision, outline_of
from learning.services import enrol
from portal.population import sit
user = User.objects.get(username="reviewer2")
then = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=1)
with time_machine.travel(then, tick=False) as clock:
    enrolment = enrol(by=user, course=Course.objects.get(slug="{SLUG}"))
    node = outline_of(latest_revision(enrolment.edition_id)).quiz("pretest")
    sit(user, enrolment, node, 0, random.Random(1), clock)
"""


@pytest.fixture(scope="module")
def trainer(chromium, site):
    person = Person(chromium, site, "phone", SHOTS)
    person.sign_in("trainer")
    yield person
    person.close()


def test_a_question_is_written_with_a_picture_and_released_and_an_edit_of_a_used_one_is_a_new_version(trainer):
    page = trainer.page
    trainer.open(BANK)
    trainer.look("bank")
    trainer.press("Write a question", "link")
    page.get_by_label("Type").select_option("single")
    page.get_by_label("Pool").select_option("test")
    trainer.look("bank-start")
    trainer.press("Go on")
    page.get_by_label("Key", exact=True).fill(KEY)
    page.get_by_label("Question", exact=True).fill("What is on the picture?")
    for letter, words in (("a", "Two colours"), ("b", "A border")):
        page.locator(f"[name=options-{letter}-text]").fill(words)
    page.locator("[name=right][value=a]").check()
    page.get_by_label("Feedback").fill("One half is orange, the other teal.")
    page.get_by_label("Module").select_option("m1")

    # a file that is not what its name says is refused, and what was typed stays
    upload = page.locator("button[value=upload]")
    page.get_by_label("What is to be seen on the picture").fill("Two fields of colour")
    page.get_by_label("Choose a file").set_input_files(
        {"name": "fields.png", "mimeType": "image/png", "buffer": picture_bytes("JPEG")}
    )
    upload.click()
    expect(page.get_by_role("alert")).to_contain_text("JPG file by its content")
    trainer.look("bank-picture-refused")
    page.get_by_label("Choose a file").set_input_files(
        {"name": "fields.png", "mimeType": "image/png", "buffer": picture_bytes()}
    )
    upload.click()
    expect(page.get_by_role("img", name="Two fields of colour")).to_be_visible()
    expect(page.get_by_label("Question", exact=True)).to_have_value("What is on the picture?")
    page.get_by_role("button", name="As officers see it").last.click()
    expect(page.locator("#preview")).to_contain_text("Not saved yet.")
    trainer.look("bank-preview")
    trainer.press("Save")
    expect(page.locator(".messages")).to_contain_text("Saved as a draft.")
    trainer.press("Release")
    expect(page.locator(".messages")).to_contain_text("Released")
    trainer.look("bank-question")

    # one that officers may have been asked
    trainer.open(f"{BANK}?pool=test&type=single")
    page.locator("tbody th a").last.click()
    trainer.press("Edit", "link")
    expect(page.locator("main")).to_contain_text("What you save is a new version")
    trainer.look("bank-edit")
    stem = page.get_by_label("Question", exact=True)
    stem.fill(f"{stem.input_value()} Think again.")
    page.get_by_label("What changed").fill("Said more plainly")
    trainer.press("Save")
    expect(page.locator(".messages")).to_contain_text("Saved as version 2.")
    trainer.press("2 versions", "link")
    expect(page.locator("main ins")).to_contain_text("Think again.")
    trainer.look("bank-history")


def test_a_blueprint_that_cannot_be_met_says_which_row_lacks_how_many(trainer):
    page = trainer.page
    trainer.open(f"/admin/tests/{SLUG}/")
    trainer.look("tests")
    page.locator(f"a[href='/admin/tests/{SLUG}/final/']").click()
    trainer.press("Add a section")
    page.get_by_role("spinbutton", name="Questions").fill("99")
    trainer.press("Count again")
    expect(page.locator("#row-1 .badge--danger")).to_contain_text("match")
    trainer.press("Save the rules")
    expect(page.get_by_role("alert")).to_contain_text("Not saved")
    expect(page.get_by_role("alert")).to_contain_text(re.compile(r"Row 1 .* are missing\. It asks for 99"))
    trainer.look("rules-not-met")
    page.get_by_role("spinbutton", name="Questions").fill("12")
    trainer.press("Save the rules")
    expect(page.locator(".messages")).to_contain_text("The rules are saved.")
    page.locator(f"a[href='/admin/tests/{SLUG}/final/paper/']").click()
    expect(page.locator("main section.card")).to_have_count(12)
    trainer.look("rules-paper")
    trainer.open(f"/admin/tests/{SLUG}/delta/")
    trainer.look("rules-refresher")


def test_a_correction_says_whom_it_changes_before_it_is_made(trainer, site):
    site.manage("shell", "-v0", "-c", SIT)
    page = trainer.page
    trainer.open("/admin/corrections/?q=C6")
    page.locator("main .card a").first.click()
    trainer.look("corrections-new")
    trainer.press("See what it changes")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Count it for nobody").check()
    page.get_by_label("Why").fill("None of the answers is right.")
    trainer.press("See what it changes")
    expect(page.locator("main")).to_contain_text("Nothing is changed yet.")
    trainer.look("corrections-preview")
    trainer.press("Correct the question")
    expect(page.locator(".messages")).to_be_visible()
    check_accessibility(page)
    trainer.open("/admin/corrections/")
    expect(page.locator("tbody")).to_contain_text("None of the answers is right.")
    trainer.look("corrections")
