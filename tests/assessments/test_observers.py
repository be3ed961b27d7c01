"""A coordinator of another member learns nothing of an exam, of what follows it, or of who sat it."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from assessments import services
from assessments.models import Appeal, Attempt, ExtraTime, Reopening
from assessments.services import make_appeal
from certificates.models import Award
from learning.models import Activity
from learning.services import add_trainer, make_class
from tests.assessments.correcting import KEY, correct
from tests.assessments.sitting import fail, ready, set_rules
from tests.factories import finish_lessons, take_test

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def sitting(cast, course, monkeypatch):
    """Two officers of Home: the certificate of one is in question, the other appealed and has no attempt left."""
    klass = make_class(by=cast.rso, course=course.course, title="Spring class", starts_on=timezone.localdate())
    add_trainer(by=cast.rso, klass=klass, username="trainer", starts_on=timezone.localdate())
    certified, waiting = ready(cast.officer, course.course), ready(cast.colleague, course.course)
    for each in (certified, waiting):
        each.klass = klass
        each.save()
        finish_lessons(each)
    take_test(cast.officer, certified)
    failed = take_test(cast.colleague, waiting, wrong=("F1",))
    make_appeal(
        by=cast.colleague, response=failed.responses.filter(is_right=False).first(), text="I think it is right."
    )
    fail(waiting, 2)
    correct(cast, KEY, (["c"],))
    set_rules(monkeypatch, "final-test", needs_ticket=True)
    final, now = Activity.objects.get(course=course.course, key="final-test"), timezone.now()
    exam = services.arrange_exam(
        by=cast.rso, klass=klass, activity=final.uuid, title="Spring exam", opens_at=now - HOUR, closes_at=now + HOUR
    )
    services.make_tickets(by=cast.rso, exam=exam)
    services.give_extra_time(by=cast.coordinator, person=cast.colleague, percent=25)
    return exam, certified, waiting


#: Every page on which a coordinator reads of tests, certificates or people.
PAGES = (
    "portal:home",
    "portal:coordinator",
    "portal:register",
    "exams:to_reopen",
    "exams:in_question",
    "sittings:history",
    "people:list",
    "learning:nominations",
    "audit:own",
)


def test_a_coordinator_of_another_member_reads_nothing_of_it_on_any_page(cast, sitting):
    exam, _certified, _waiting = sitting
    secret = [
        "Officer Example",
        "Colleague Example",
        cast.officer.learner_code,
        cast.colleague.learner_code,
        "Spring exam",
        "Spring class",
        Award.objects.get().number,
        str(exam.uuid),
        *(str(each.uuid) for each in Attempt.objects.all()),
    ]
    own, other = cast.client(cast.coordinator), cast.client(cast.foreign_coordinator)
    read = ""
    for page in PAGES:
        answer = other.get(reverse(page))
        assert answer.status_code == 200, page
        assert not [each for each in secret if each in answer.content.decode()], page
        read += own.get(reverse(page)).content.decode()
    assert all(each in read for each in ("Officer Example", "Colleague Example", Award.objects.get().number))


def test_no_address_of_it_opens_to_a_coordinator_of_another_member_and_nothing_is_written(cast, sitting):
    exam, certified, waiting = sitting
    client, final = cast.client(cast.foreign_coordinator), exam.activity.uuid
    attempt, appeal = Attempt.objects.filter(enrolment=certified).get(), Appeal.objects.get()
    before = AuditEvent.objects.count()
    for person in (cast.officer, cast.colleague):
        for page in ("portal:officer", "exams:extra_time", "people:person"):
            assert client.get(reverse(page, args=[person.uuid])).status_code == 404, page
    for page, arguments, status in (
        ("exams:reopen", [waiting.uuid, final], 404),
        ("assessments:result", [attempt.uuid], 404),
        ("exams:exam", [exam.uuid], 403),
        ("exams:change", [exam.uuid], 403),
        ("sittings:live", [exam.klass.uuid], 403),
        ("sittings:paper", [exam.klass.uuid, attempt.uuid], 403),
        ("corrections:appeal", [appeal.uuid], 403),
        ("corrections:in_question", [], 403),
        ("exams:list", [], 403),
    ):
        assert client.get(reverse(page, args=arguments)).status_code == status, page
    for page, arguments in (
        ("exams:reopen", [waiting.uuid, final]),
        ("exams:extra_time", [cast.officer.uuid]),
        ("exams:extra_time_end", [cast.colleague.uuid]),
    ):
        assert client.post(reverse(page, args=arguments), {"reason": "Read again.", "percent": "50"}).status_code == 404
    for page in ("exams:tickets", "exams:cancel"):
        assert client.post(reverse(page, args=[exam.uuid]), {"reason": "No power."}).status_code == 403
    assert not Reopening.objects.exists() and ExtraTime.objects.get().ended_at is None
    assert AuditEvent.objects.count() == before
