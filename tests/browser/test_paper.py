"""A test on paper: drawn and opened, found by a code with a slip, entered twice and settled, handed in."""


import pytest

from tests.browser.looking import Site

pytestmark = [pytest.mark.browser, pytest.mark.once]

#: A course of its own, a class with two officers, and two trainers who are signed in.
PEOPLE = """
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone
from accounts.models import Member, User
from accounts.roles import Role
from accounts.sessions import KEPT, browser_of
from courses.pages.services import publish_course
from learning.services import add_trainer, make_class
from tests.assessments.on_paper import final, put_in
from tests.cast import make_person, sign_in
from tests.factories import ITEMS, make_course, with_all_types
course = make_course(code="LAGOON", final_draw=len(ITEMS) + 4, publish=False)
with_all_types(course.course)
publish_course(by=None, page=course.page)
rso = User.objects.get(username="rso")
klass = make_class(by=rso, course=course.course, title="Lagoon hall", starts_on=timezone.localdate())
member = Member.objects.get(code="MY")
for name in ("sitter", "absentee"):
    put_in(make_person(name, Role.OFFICER, member), klass)
browser = HttpRequest()
browser.META["HTTP_USER_AGENT"] = "Journey"
sessions = []
for name in ("typist", "reader"):
    client = Client()
    person = make_person(name, Role.TRAINER)
    add_trainer(by=rso, klass=klass, username=name, starts_on=timezone.localdate())
    sign_in(client, person)
    session = client.session
    session[KEPT] = {**session[KEPT], "browser": browser_of(browser)}
    session.save()
    sessions.append(session.session_key)
print("hall", f"/en/papers/{klass.uuid}/{final(klass).uuid}/", *sessions)
"""


@pytest.fixture(scope="module")
def hall(site: Site) -> list[str]:
    """Where the papers of the class are, and the sessions of its two trainers."""
    return site.manage("shell", "-v0", "-c", PEOPLE).stdout.rsplit("hall ", 1)[1].split()
