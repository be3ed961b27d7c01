"""An exam from the form of its rules to an appeal that is decided, and a test that is opened again; in en and ur."""

import datetime as dt
import io
import re

import pypdf
import pytest

from tests.browser.looking import SHOTS, Site
from tests.browser.main_job import SLUG
from tests.browser.people import Person, expect
from tests.browser.test_trainer import publish

pytestmark = [pytest.mark.browser, pytest.mark.once]

#: Two officers of the second coordinator's who have read everything: one sits the exam, one has no attempt left.
PEOPLE = f"""
from django.utils import timezone
from accounts.models import Member, User
from accounts.roles import Role
from accounts.services import create_person, post_person
from assessments.models import Attempt
from learning.models import Course
from learning.selectors import latest_revision, outline_of
from learning.services import add_trainer, enrol, make_class
from portal.population import read
course, today = Course.objects.get(slug="{SLUG}"), timezone.localdate()
rso, member = User.objects.get(username="rso"), Member.objects.get(code="TH")
klass = make_class(by=rso, course=course, title="Exam class", starts_on=today)
add_trainer(by=rso, klass=klass, username="trainer", starts_on=today)
for name in ("examinee", "retaker"):
    person = create_person(by=None, username=name, full_name=name.title() + " Suksai", password="suluh-demo")
    post_person(by=None, user=person, role=Role.OFFICER, member=member, agency=None)
    enrolment = enrol(by=person, course=course)
    for node in outline_of(latest_revision(enrolment.edition_id)).path:
        if node.kind == "lesson":
            read(enrolment, node)
enrolment.__class__.objects.filter(actor__user__username="examinee").update(klass=klass)
final, now = course.activities.get(key="final-test"), timezone.now()
for each in range(3):
    Attempt.objects.create(
        enrolment=enrolment, activity=final, revision=latest_revision(enrolment.edition_id), language="en",
        started_at=now, submitted_at=now, right=0, total=20, pass_mark=80, passed=False, digest="0" * 64,
    )
"""


def set_ticket(trainer: Person, needed: bool) -> None:
    """Say in the rules of the final test whether it needs a ticket, and publish the course."""
    page = trainer.page
    page.goto(f"{trainer.site.url}/admin/tests/{SLUG}/final/")
    box = page.get_by_label(re.compile("It is an exam"))
    box.set_checked(needed)
    trainer.look("exam-rules")
    trainer.press("Save the rules")
    trainer.look("exam-rules-saved")
    page.locator("nav.crumbs a").first.click()
    page.wait_for_url("**/edit/")
    publish(page)
    expect(page.locator(".messages")).to_contain_text(re.compile(r"edition 1, revision \d+"))
    trainer.problems.clear()  # Wagtail's own scripts are not ours to answer for


def in_both(person: Person, path: str, name: str) -> None:
    """Look at a page in Urdu, then in English."""
    for language in ("ur", "en"):
        person.page.goto(person.site.url + path.replace("/en/", f"/{language}/", 1))
        expect(person.page.locator("html")).to_have_attribute("lang", language)
        person.look(f"{language}-{name}")


def local(site: Site, url: str) -> str:
    return url.removeprefix(site.url)


def test_an_exam_is_arranged_sat_and_appealed_and_a_test_is_opened_again(chromium, site):
    site.manage("shell", "-v0", "-c", PEOPLE)
    trainer = Person(chromium, site, "desktop", SHOTS)
    trainer.sign_in("trainer")
    set_ticket(trainer, True)
    try:
        officer, code = arranged(chromium, site, trainer)
        sat(officer, trainer, code)
        ended(officer)
        appealed(officer, trainer)
        officer.close()
    finally:
        set_ticket(trainer, False)
        trainer.close()
    reopened(chromium, site)


def arranged(chromium, site: Site, trainer: Person) -> tuple[Person, str]:
    """The trainer arranges an exam that is open, elsewhere at first; the officer is told so. Returns its ticket."""
    page, now = trainer.page, dt.datetime.now(dt.UTC)
    in_both(trainer, "/en/exams/", "exams")
    trainer.press(re.compile("^Arrange an exam.*Exam class"), "link")
    trainer.look("exam-arrange")
    page.get_by_label("Title").fill("Exam of the class")
    page.get_by_label("Opens").fill(f"{now - dt.timedelta(minutes=5):%Y-%m-%dT%H:%M}")
    page.get_by_label("Closes").fill(f"{now - dt.timedelta(hours=1):%Y-%m-%dT%H:%M}")
    page.get_by_label("Only from these networks").fill("203.0.113.0/24")
    trainer.press("Save")
    expect(page.get_by_text("It closes before it opens.").first).to_be_visible()
    trainer.look("exam-arrange-wrong")
    page.get_by_label("Closes").fill(f"{now + dt.timedelta(hours=2):%Y-%m-%dT%H:%M}")
    trainer.press("Save")
    expect(page.locator(".messages")).to_contain_text("The exam is arranged.")
    with page.expect_download() as sheet:
        page.get_by_role("button", name="Make the tickets").click()
    text = pypdf.PdfReader(io.BytesIO(sheet.value.path().read_bytes())).pages[0].extract_text()
    code = next(each for each in re.findall(r"(?<![-\w])[0-9A-Z]{4}-[0-9A-Z]{4}(?![-\w])", text))
    in_both(trainer, local(site, page.url), "exam-tickets")

    officer = Person(chromium, site, "phone", SHOTS)
    officer.sign_in("examinee")
    in_both(officer, f"/en/courses/{SLUG}/final-test/", "exam-door")
    expect(page.get_by_text("Not begun")).to_have_count(1)
    for typed, said in (("AAAA-BBBB", "This ticket is not right"), (code, "only at the place of the exam")):
        officer.page.get_by_label("Ticket").fill(typed)
        officer.press("Start the test")
        expect(officer.page.locator(".messages")).to_contain_text(said)
        officer.look("exam-refused")
    trainer.press("Change", "link")
    page.get_by_label("Only from these networks").fill("")
    trainer.look("exam-change")
    trainer.press("Save")
    expect(page.locator(".messages")).to_contain_text("The tickets stay good.")
    return officer, code


def sat(officer: Person, trainer: Person, code: str) -> None:
    """The officer comes in with the ticket, answers one question and hands in; the trainer sees how far, no score."""
    page, exam = officer.page, local(officer.site, trainer.page.url)
    page.get_by_label("Ticket").fill(code.lower().replace("-", " "))
    officer.press("Start the test")
    page.wait_for_url("**/tests/**/1/")
    officer.answer()
    expect(page.locator("[data-receipt]")).to_contain_text("Receipt")
    in_both(officer, local(officer.site, page.url), "exam-question")
    trainer.page.goto(trainer.site.url + exam)
    expect(trainer.page.get_by_text("Is in", exact=True)).to_have_count(1)
    page.goto(page.url.rsplit("/", 2)[0] + "/hand-in/")
    officer.look("exam-hand-in")
    officer.press("Hand in")
    expect(page.get_by_role("heading", name="Not passed this time")).to_be_visible()
    in_both(officer, local(officer.site, page.url), "exam-result")
    in_both(trainer, exam, "exam-over")
    expect(trainer.page.get_by_text("Handed in", exact=True)).to_have_count(1)
    expect(trainer.page.locator("main")).not_to_contain_text("%")


#: The exam as it will stand in three hours.
LATER = """
import datetime as dt
from django.db.models import F
from assessments.models import Exam
Exam.objects.update(opens_at=F("opens_at") - dt.timedelta(hours=9), closes_at=F("closes_at") - dt.timedelta(hours=9))
"""


def ended(officer: Person) -> None:
    """While others may still sit it, nothing of the paper is shown; then the exam is over for everybody."""
    expect(officer.page.get_by_text("What was right is shown when the exam is over for everybody.")).to_be_visible()
    expect(officer.page.get_by_role("link", name=re.compile("^Appeal this result"))).to_have_count(0)
    officer.site.manage("shell", "-v0", "-c", LATER)
    officer.page.reload()


def appealed(officer: Person, trainer: Person) -> None:
    """The officer appeals a question; the trainer, who reads no name, says that the officer is right."""
    page, result = officer.page, local(officer.site, officer.page.url)
    page.get_by_role("link", name=re.compile("^Appeal this result")).first.click()
    page.wait_for_url("**/appeal/**")
    in_both(officer, local(officer.site, page.url), "appeal-write")
    page.get_by_label("What is wrong?").fill("Two of the answers mean the same.")
    officer.press("Send the appeal")
    expect(page.locator("main")).to_contain_text("The answer will stand here.")
    for language in ("ur", "en"):
        trainer.page.goto(f"{trainer.site.url}/language/{language}/?next=/admin/corrections/appeals/")
        trainer.look(f"{language}-appeals")
    own = trainer.page.locator("li.card", has_text="Two of the answers mean the same.")
    own.get_by_role("link").first.click()
    trainer.page.wait_for_load_state()
    expect(trainer.page.locator("main")).not_to_contain_text("Examinee")
    trainer.look("appeal")
    trainer.page.get_by_label("The officer is right").check()
    trainer.page.get_by_label("Answer", exact=True).fill("Yes, they do. The question is corrected.")
    trainer.press("Send the answer")
    expect(trainer.page.get_by_role("link", name="Correct the question")).to_be_visible()
    trainer.look("appeal-upheld")
    in_both(officer, result, "appeal-answered")
    expect(page.locator("main")).to_contain_text("Yes, they do. The question is corrected.")


def reopened(chromium, site: Site) -> None:
    """A coordinator opens a test again with a reason; the officer reads it on the own page."""
    coordinator = Person(chromium, site, "phone", SHOTS)
    coordinator.sign_in("coordinator2")
    in_both(coordinator, "/en/exams/reopen/", "to-reopen")
    coordinator.press(re.compile("Open again.*Retaker"), "link")
    in_both(coordinator, local(site, coordinator.page.url), "reopen")
    coordinator.page.get_by_label("Reason").fill("The lessons were read again.")
    coordinator.press("Open again")
    expect(coordinator.page.locator(".messages")).to_contain_text("The test is open again for")
    coordinator.look("reopened")
    in_both(coordinator, "/en/exams/in-question/", "own-in-question")
    coordinator.close()
    officer = Person(chromium, site, "phone", SHOTS)
    officer.sign_in("retaker")
    in_both(officer, "/en/me/", "reopened-home")
    expect(officer.page.get_by_text("A test is open again for you")).to_be_visible()
    in_both(officer, f"/en/courses/{SLUG}/final-test/", "reopened-door")
    expect(officer.page.get_by_text("You have 3 attempts left.")).to_be_visible()
    officer.close()
