"""The product's database of a run, made by the services of real work. Runs inside the product.

Writes to the file that is named who is signed in and which pages there are.
"""

import json
import shutil
import sys
import uuid
from pathlib import Path
from typing import Any

import django
import yaml

from benchmark.client import USUAL

QUESTIONS = 10
COURSE = "preventing-trafficking"


def main(out: str, people: str, papers: str, attempts: str) -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from accounts.services import load_members

    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    # The authors' side is not measured, and compressing its files would take longer than the run.
    ignored = ["admin", "wagtail*", "django_*", "rest_framework"]
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=ignored)
    load_members()
    call_command("import_course", str(_bundle(Path(out).parent)), stdout=sys.stderr)
    call_command("make_population", people=int(people), stdout=sys.stderr)
    made = _people(int(papers))
    _history(int(attempts))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # the planner of a site that has been running for a while
            cursor.execute("ANALYZE")
    Path(out).write_text(json.dumps(made))


def _bundle(folder: Path) -> Path:
    """The shipped course with a pre-test of ten questions: two from each of its five modules, one from the test's."""
    from django.conf import settings

    bundle = folder / COURSE
    shutil.copytree(settings.CURRICULUM_DIR / COURSE, bundle)
    course = yaml.safe_load((bundle / "course.yaml").read_text(encoding="utf-8"))
    questions = yaml.safe_load((bundle / "questions.yaml").read_text(encoding="utf-8"))
    course["tests"]["pretest"]["draw"] = 2
    open_to_move = [each for each in questions if each["pool"] == "test" and each["key"] not in course["must_be_right"]]
    for moved in {each["module"]: each for each in open_to_move}.values():
        moved["pool"] = "pretest"
    for name, content in (("course", course), ("questions", questions)):
        (bundle / f"{name}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False))
    return bundle


def _people(papers: int) -> dict[str, Any]:
    from django.db import transaction
    from django.urls import reverse

    from accounts.models import Member
    from accounts.roles import Role
    from accounts.services import create_person, post_person
    from assessments.services import start_attempt
    from certificates.models import Award
    from learning.manifest import PRETEST
    from learning.models import Course
    from learning.selectors import latest_revision, outline_of
    from learning.services import enrol

    course = Course.objects.get(slug=COURSE)
    member = Member.objects.get(code="ID")

    def officer(name: str) -> tuple[Any, Any]:
        user = create_person(by=None, username=name, full_name="Sari Wulandari", password=None)
        post_person(by=None, user=user, role=Role.OFFICER, member=member)
        return user, enrol(by=user, course=course)

    with transaction.atomic():
        reader, enrolment = officer("bench-reader")
        outline = outline_of(latest_revision(enrolment.edition_id))
        lessons = [node for node in outline.path if node.kind == "lesson"]
        pretest = outline.quiz(PRETEST)
        assert pretest is not None, "the shipped course has a pre-test"
        for node in lessons[::2]:
            _read(enrolment, node)
        open_attempt = start_attempt(by=reader, enrolment=enrolment, key=pretest.key, language="en")
        assert open_attempt.total == QUESTIONS, f"a paper has {open_attempt.total} questions"

        handing_in = []
        for number in range(papers):
            user, enrolment = officer(f"bench-paper-{number}")
            attempt = start_attempt(by=user, enrolment=enrolment, key=pretest.key, language="en")
            _answer_all(user, attempt)
            path = reverse("assessments:hand_in", args=[attempt.uuid])
            handing_in.append({"cookies": _sign_in(user), "path": path})

        rso = create_person(by=None, username="bench-rso", full_name="Helen Marsh", password=None)
        post_person(by=None, user=rso, role=Role.RSO_CERTIFICATION)
    award = Award.objects.select_related("actor__user").order_by("pk").first()
    if award is None:
        raise SystemExit("Nobody in the population was certified: use more --people.")
    positions = range(1, open_attempt.total + 1)
    return {
        "reader": _sign_in(reader),
        "lessons": [reverse("courses:activity", args=[COURSE, node.key]) for node in lessons],
        "questions": [reverse("assessments:question", args=[open_attempt.uuid, each]) for each in positions],
        "papers": handing_in,
        "holder": _sign_in(award.actor.user),
        "certificate": reverse("certificates:pdf", args=[award.uuid]),
        "rso": _sign_in(rso),
        "dashboard": reverse("reports:certification"),
    }


def _history(count: int) -> None:
    """Handed-in papers of the population, each a copy of one that was answered: rows as a site has after years."""
    from django.utils import timezone

    from assessments.models import Attempt, Response
    from learning.models import Enrolment

    model = Attempt.objects.filter(submitted_at=None).exclude(responses__answer=None).order_by("pk").last()
    if not count or model is None:
        return
    responses = list(model.responses.all())
    enrolments = list(Enrolment.objects.exclude(pk=model.enrolment_id).values_list("pk", flat=True))
    for first in range(0, count, 1000):
        attempts = Attempt.objects.bulk_create(
            Attempt(
                enrolment_id=enrolments[number % len(enrolments)],
                activity_id=model.activity_id,
                revision_id=model.revision_id,
                language=model.language,
                submitted_at=timezone.now(),
                right=len(responses),
                total=model.total,
                score=model.total,
                points=model.total,
                digest="0" * 64,
            )
            for number in range(first, min(first + 1000, count))
        )
        Response.objects.bulk_create(
            Response(
                attempt=attempt,
                position=each.position,
                version_id=each.version_id,
                option_order=each.option_order,
                answer=each.answer,
                answered_at=each.answered_at,
                edits=1,
                language=each.language,
                content_id=each.content_id,
                is_right=True,
                score=1,
            )
            for attempt in attempts
            for each in responses
        )
        if first % 10_000 == 0:
            print(f"History: {first} of {count}", file=sys.stderr)


def _read(enrolment: Any, node: Any) -> None:
    from learning.selectors import shown
    from learning.services import finish_lesson

    now = shown(enrolment, node.key, "en")
    finish_lesson(
        enrolment=enrolment,
        revision=now.revision,
        activity_uuid=uuid.UUID(node.uuid),
        language=now.language,
        content=now.content,
    )


def _answer_all(user: Any, attempt: Any) -> None:
    from assessments.services import save_answer

    for response in attempt.responses.select_related("version"):
        save_answer(
            by=user,
            attempt_uuid=attempt.uuid,
            position=response.position,
            answer=response.version.answer_key,
            seen=response.edits,
            language="en",
            content=response.content_id,
        )


def _sign_in(user: Any) -> dict[str, str]:
    """The cookies of a new session, and of the protection against forged forms, which takes any secret of 32."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import login
    from django.http import HttpRequest

    from accounts.second_factor import needs_second_factor, remember_passed

    request = HttpRequest()
    # A session belongs to the browser that signed in.
    request.META["HTTP_USER_AGENT"] = USUAL["User-Agent"]
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    if needs_second_factor(user):
        remember_passed(request, user, type="totp")
    request.session.save()
    return {settings.SESSION_COOKIE_NAME: request.session.session_key or "", settings.CSRF_COOKIE_NAME: "s" * 32}


if __name__ == "__main__":
    main(*sys.argv[1:])
