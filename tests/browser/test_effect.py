"""An officer says how a course was and what changed, a supervisor without an account confirms it, a trainer reads."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.once]

#: An officer of this journey alone, who completed one course lately and another some months ago, neither of which other
#: journeys count; and the answers of many before.
BEFORE = """
import datetime as dt
from django.utils import timezone
from accounts.models import Member
from accounts.roles import Role
from accounts.services import actor_of, create_person, post_person
from assessments.models import EffectAsked, EffectKind
from learning.models import Course, CourseProgress, Enrolment
from portal.demo_effect import fill_effect
fill_effect()
member = Member.objects.get(code="MV")
user = create_person(by=None, username="aminath", full_name="Aminath Rasheed", password="suluh-demo")
post_person(by=None, user=user, role=Role.OFFICER, member=member)
made = []
for slug, days in (("protecting-victims", 1), ("working-together", 91)):
    course = Course.objects.get(slug=slug)
    edition = course.editions.latest("number")
    enrolment = Enrolment.objects.create(actor=actor_of(user), course=course, edition=edition, member=member)
    then = timezone.now() - dt.timedelta(days=days)
    CourseProgress.objects.update_or_create(enrolment=enrolment, defaults={"completed_at": then})
    made.append(enrolment)
EffectAsked.objects.get_or_create(enrolment=made[1], kind=EffectKind.FOLLOW_UP)
"""


FORGET = """
from learning.models import CourseProgress
CourseProgress.objects.filter(enrolment__actor__user__username="aminath").update(completed_at=None)
"""


@pytest.fixture(autouse=True)
def _nothing_is_left(site):
    yield
    # Nothing in the record stands behind these, and a later journey compares the two.
    site.manage("shell", "-v0", "-c", FORGET)


def test_what_officers_and_a_supervisor_say_is_read_by_a_trainer(people, site):
    site.manage("shell", "-v0", "-c", BEFORE)
    officer = people("phone")
    officer.sign_in("aminath", path="/en/accounts/login/?next=/en/me/")
    page = officer.page
    page.locator("a[href*='/effect/reaction/']").click()
    officer.look("effect-reaction")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("Answer at least one question.")
    officer.look("effect-reaction-empty")
    page.get_by_role("group", name="It is useful for my work.").get_by_label("mostly").check()
    page.get_by_role("group", name="Was any content upsetting?").get_by_label("Yes").check()
    officer.press("Send")
    expect(page.locator(".messages")).to_contain_text("speak with someone you trust")
    expect(page.locator("a[href*='/effect/reaction/']")).to_have_count(0)

    page.locator("a[href*='/effect/use/']").click()
    page.get_by_label("I referred somebody to help.").check()
    officer.look("effect-use")
    officer.press("Send")
    officer.press("Make the link")
    officer.look("effect-link")
    address = page.locator("#supervisor-address").inner_text()

    supervisor = people("phone")
    supervisor.open(address.removeprefix(site.url))
    expect(supervisor.page.locator("body")).not_to_contain_text("Aminath")
    supervisor.page.get_by_label("Yes").check()
    supervisor.press("Send")
    supervisor.look("effect-supervisor")
    expect(supervisor.page.get_by_role("heading", level=1)).to_contain_text("Thank you.")
    supervisor.open(address.removeprefix(site.url))
    expect(supervisor.page.get_by_role("heading", level=1)).to_contain_text("This link does not work")

    reader = people("desktop")
    reader.sign_in("rso")
    reader.open("/en/effect/")
    reader.look("effect-figures")
    reader.page.locator("tbody tr").first.get_by_role("link").click()
    expect(reader.page.get_by_role("heading", name="In their words")).to_be_visible()
    expect(reader.page.locator("main")).to_contain_text("of supervisors who answered have seen a change.")
    reader.look("effect-course")
    reader.page.set_viewport_size({"width": 360, "height": 740})
    reader.page.emulate_media(color_scheme="dark")
    reader.look("effect-course-dark")
