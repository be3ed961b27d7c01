"""A trainer finds the faulty questions of a test and asks the translator about one: in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.looking import SHOTS, check_accessibility
from tests.browser.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]

#: A course that no other journey takes, publishes or counts.
SLUG = "refugee-protection"
STATISTICS = "/admin/questions/statistics/"
#: 140 people, who are forgotten since, answered eight questions of its final test in two languages. The first is far
#: harder in one of them, and the second is answered right more often by the weak.
PAPERS = f"""
import datetime as dt, math, random
from django.utils import timezone
from accounts.models import Actor
from assessments.models import Attempt, EditionItem, Response
from learning.models import Activity, Course, Enrolment
from learning.selectors import latest_revision, outline_of
from portal.population import right, wrong
rng = random.Random(5)
course = Course.objects.get(slug="{SLUG}")
edition = course.editions.latest("number")
revision = latest_revision(edition.pk)
activity = Activity.objects.get(uuid=outline_of(revision).quiz("final").uuid)
shelf = EditionItem.objects.filter(revision=revision, activity=activity, language="en").order_by("version__item__key")
asked = [each for each in shelf.select_related("version__item") if each.version.item.type in ("single", "multiple")][:8]
EditionItem.objects.bulk_create(
    EditionItem(revision=revision, activity=activity, version=each.version, language="id", content_id=each.content_id)
    for each in asked
)
then = timezone.now() - dt.timedelta(days=2)
responses = []
for number in range(140):
    language, skill = ("en", "id")[number % 2], rng.gauss(0, 1)
    enrolment = Enrolment.objects.create(actor=Actor.objects.create(), course=course, edition=edition, member=None)
    found = []
    for place in range(len(asked)):
        ease = -skill if place == 1 else skill + 0.8 - (3.5 if place == 0 and language == "id" else 0)
        found.append(rng.random() < 1 / (1 + math.exp(-1.5 * ease)))
    reached = sum(found)
    attempt = Attempt.objects.create(
        enrolment=enrolment, activity=activity, revision=revision, language=language, started_at=then,
        submitted_at=then + dt.timedelta(minutes=20), right=reached, total=len(asked), score=reached,
        points=len(asked), passed=reached > 5, pass_mark=80, digest="0" * 64,
    )
    for place, (item, is_right) in enumerate(zip(asked, found)):
        responses.append(Response(
            attempt=attempt, position=place + 1, version=item.version, option_order=item.version.structure["options"],
            answer=right(item.version) if is_right else wrong(item.version, rng), edits=1, language=language,
            answered_at=then + dt.timedelta(seconds=60 * place + rng.randint(20, 50)), content_id=item.content_id,
            is_right=is_right, score=int(is_right),
        ))
Response.objects.bulk_create(responses)
print("faulty", asked[0].version.item.key)
"""


@pytest.fixture(scope="module")
def trainer(chromium, site):
    person = Person(chromium, site, "phone", SHOTS)
    person.sign_in("trainer")
    yield person
    person.close()


def test_a_faulty_question_is_found_and_the_translator_is_led_to_its_words(trainer, site):
    key = site.manage("shell", "-v0", "-c", PAPERS).stdout.rsplit("faulty ", 1)[1].strip()
    page = trainer.page
    trainer.open(STATISTICS)
    trainer.look("statistics-courses")
    page.locator(f"a[href='{STATISTICS}{SLUG}/final-test/']").click()
    trainer.press("Work out now")
    expect(page.locator(".messages")).to_contain_text("Worked out anew.")
    expect(page.get_by_role("img", name="By language")).to_be_visible()
    expect(page.get_by_role("img", name="Results")).to_be_visible()
    trainer.look("statistics-test")
    for fold in page.locator("details.fold").all():
        fold.locator("summary").click()
    check_accessibility(page)
    page.emulate_media(color_scheme="dark")
    trainer.look("statistics-test-dark")

    row = page.locator("tbody tr", has=page.get_by_role("link", name=key, exact=True)).first
    expect(row).to_contain_text("Differs by language")
    expect(row).to_contain_text("Indonesian")
    row.get_by_role("link").click()
    expect(page.locator("main")).to_contain_text("harder in this language")
    expect(page.get_by_role("region", name="Who chose what")).to_be_visible()
    trainer.look("statistics-question-dark")
    page.emulate_media(color_scheme="light")
    check_accessibility(page)

    trainer.press("Ask the translator")
    expect(page.locator(".messages")).to_contain_text("Asked.")
    page.goto(f"{site.url}/admin/reported/?language=id")
    page.get_by_role("link", name=key, exact=True).click()
    expect(page.locator("main")).to_contain_text(f"Question {key}")
