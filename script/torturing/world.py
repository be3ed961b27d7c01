"""A small course with every type of question, and for each round a new officer before an open final test."""

from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import django

AGENT = "Mozilla/5.0 (X11; Linux x86_64) suluh-torture"
#: Questions on a paper; so many that devices meet at the same one.
QUESTIONS = 4


@dataclass
class Paper:
    """An open attempt, with the cookies of sessions in which its officer is signed in, one for each device."""

    user: Any
    attempt: Any
    sessions: list[dict[str, str]]
    #: position → the row as it was drawn
    responses: dict[int, Any] = field(default_factory=dict)
    token: str = ""


def make() -> Any:
    """Tables and the course. Returns the course."""
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)

    from accounts.models import Member
    from courses.pages.services import publish_course
    from tests.factories import make_course, with_all_types

    Member.objects.get_or_create(code="XH", defaults={"name": "Home"})
    small = make_course("TORTURE", final_draw=QUESTIONS, publish=False)
    with_all_types(small.course)
    publish_course(by=None, page=small.page)
    return small.course


def begin(course: Any, name: str, devices: int) -> Paper:
    """A new officer, who has read everything, with an open paper."""
    from django.db import transaction

    from accounts.models import Member
    from accounts.roles import Role
    from accounts.services import create_person, post_person
    from assessments.forms import answer_token
    from assessments.services import start_attempt
    from learning.services import enrol
    from tests.factories import finish_lessons

    with transaction.atomic():
        user = create_person(by=None, username=name, full_name="Sari Wulandari", password=None)
        post_person(by=None, user=user, role=Role.OFFICER, member=Member.objects.get(code="XH"))
        enrolment = enrol(by=user, course=course)
        finish_lessons(enrolment)
        attempt = start_attempt(by=user, enrolment=enrolment, key="final-test", language="en")
        sessions = [_sign_in(user) for _device in range(devices)]
    paper = Paper(user, attempt, sessions, token=answer_token(user.pk, attempt.uuid))
    paper.responses = {each.position: each for each in attempt.responses.select_related("version__item")}
    return paper


def _sign_in(user: Any) -> dict[str, str]:
    from django.conf import settings
    from django.contrib.auth import login
    from django.http import HttpRequest

    request = HttpRequest()
    # A session belongs to the browser that signed in.
    request.META["HTTP_USER_AGENT"] = AGENT
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.save()
    return {settings.SESSION_COOKIE_NAME: request.session.session_key or "", settings.CSRF_COOKIE_NAME: "s" * 32}
