"""One of the RSO proposes who signs and whose logo stands on certificates, another approves: the next one bears it."""

import io
import json

import pypdf
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser.people import Person, unused_code

pytestmark = [pytest.mark.browser, pytest.mark.once]

PAGE = "/certificates/page/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

#: The other officer of certification.
SECOND = f"""
from accounts.roles import Role
from accounts.services import create_person, post_person
from allauth.mfa.totp.internal.auth import TOTP
second = create_person(by=None, username="rso-two", full_name="Laila Karimi", password="suluh-demo")
post_person(by=None, user=second, role=Role.RSO_CERTIFICATION)
TOTP.activate(second, "{SECRET}")
"""

#: A certificate of an officer of this journey alone, of a course that no other journey counts.
ISSUED = """
import json
from django.utils import timezone
from accounts.models import Member, User
from accounts.roles import Role
from accounts.services import actor_of, create_person, post_person
from certificates.services import issue_award
from learning.models import Course, CourseProgress, Enrolment
member = Member.objects.get(code="MV")
user = User.objects.filter(username="hawwa").first()
if user is None:
    user = create_person(by=None, username="hawwa", full_name="Hawwa Didi", password="suluh-demo")
    post_person(by=None, user=user, role=Role.OFFICER, member=member)
course = Course.objects.get(slug="COURSE")
enrolment = Enrolment.objects.create(
    actor=actor_of(user), course=course, edition=course.editions.latest("number"), member=member
)
CourseProgress.objects.update_or_create(enrolment=enrolment, defaults={"completed_at": timezone.now()})
print("issued " + json.dumps(str(issue_award(enrolment=enrolment).uuid)))
# Nothing in the record stands behind it, and another journey compares the two.
CourseProgress.objects.filter(enrolment=enrolment).update(completed_at=None)
"""

#: No later journey finds a signature that it does not expect.
AFTER = """
from django.utils import timezone
from certificates.models import PagePart
for part in PagePart.objects.filter(removed_at=None):
    part.removed_at, part.removed_by = timezone.now(), part.proposed_by
    part.save()
"""


@pytest.fixture(autouse=True)
def _as_before(site):
    yield
    site.manage("shell", "-v0", "-c", AFTER)


def issued(site, course: str) -> str:
    done = site.manage("shell", "-v0", "-c", ISSUED.replace("COURSE", course))
    return str(json.loads(done.stdout.rsplit("issued ", 1)[1]))


def printed(officer: Person, award: str) -> tuple[str, int]:
    """The words on a certificate as its holder opens it, and how many pictures stand on it."""
    answer = officer.context.request.get(f"{officer.site.url}/certificates/{award}.pdf")
    assert answer.ok, answer.status
    (page,) = pypdf.PdfReader(io.BytesIO(answer.body())).pages
    return " ".join(page.extract_text().split()), len(page.images)


def picture(colour: str) -> dict:
    drawn, out = Image.new("RGBA", (600, 200), (0, 0, 0, 0)), io.BytesIO()
    ImageDraw.Draw(drawn).line([(20, 150), (120, 40), (200, 160), (300, 60), (580, 80)], fill=colour, width=8)
    drawn.save(out, "PNG")
    return {"name": "picture.png", "mimeType": "image/png", "buffer": out.getvalue()}


def card(page: Page, name: str):
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=name))


def test_what_one_proposes_and_another_approves_stands_on_the_next_certificate_only(people, site):
    site.manage("shell", "-v0", "-c", SECOND)
    before = issued(site, "protecting-victims")

    rso = people("desktop")
    page = rso.page
    rso.sign_in("rso")
    rso.open("/en" + PAGE)
    rso.press("Propose a signatory", "link")
    page.get_by_label("Name", exact=True).fill("Maria Santos")
    page.get_by_label("Title").fill("Co-manager of the Regional Support Office")
    page.get_by_label("In other languages").fill("ur | ماریہ سانتوس")
    page.get_by_label("Picture of the signature").set_input_files(picture("navy"))
    rso.press("Propose")
    expect(page.get_by_text("Not understood").first).to_be_visible()
    rso.look("signatory-refused")
    page.get_by_label("In other languages").fill("ur | ماریہ سانتوس | شریک مینیجر")
    page.get_by_label("Picture of the signature").set_input_files(picture("navy"))
    rso.press("Propose")
    rso.press("Propose a partner’s logo", "link")
    rso.look("logo-form")
    page.get_by_label("Name of the partner").fill("Academy of Examples")
    page.get_by_label("Logo").set_input_files(picture("darkgreen"))
    page.get_by_label("Why it stands on certificates").fill("It vouches for the exams")
    page.get_by_label("Agreement").fill("Letter of 2026-03-01")
    rso.press("Propose")
    expect(card(page, "Maria Santos")).to_contain_text("شریک مینیجر")
    # Nobody approves what they proposed themselves.
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    rso.look("waiting")

    second = people("phone", color_scheme="dark")
    second.open("/en/accounts/login/?next=/ur" + PAGE)
    second.page.get_by_label("User name").fill("rso-two")
    second.page.get_by_label("Password").fill("suluh-demo")
    second.press("Sign in")
    second.page.locator("input[name=code]").fill(unused_code("rso-two", SECRET))
    second.page.locator("main form button").first.click()
    second.page.wait_for_url(f"**/ur{PAGE}")
    second.look("to-approve-ur")
    second.open("/en" + PAGE)
    for name in ("Maria Santos", "Academy of Examples"):
        card(second.page, name).get_by_role("button", name="Approve").click()
        expect(second.page.get_by_role("status").or_(second.page.locator(".message")).first).to_contain_text(
            "Approved."
        )
        expect(card(second.page, name)).to_contain_text("Laila Karimi")
    second.look("approved")

    after = issued(site, "working-together")
    officer = people("phone")
    officer.sign_in("hawwa")
    words, pictures = printed(officer, after)
    assert "Maria Santos" in words and "Co-manager of the Regional Support Office" in words
    earlier, fewer = printed(officer, before)
    assert "Maria Santos" not in earlier and pictures == fewer + 2
