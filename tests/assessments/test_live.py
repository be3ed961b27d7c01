"""What those who teach see of the tests of a class: how far and who is stuck, never scores; papers only when shared."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from assessments import seeing, services
from assessments.models import Attempt, Response, SittingShare
from learning.services import add_trainer, enrol
from tests.factories import finish_lessons, take_test
from tests.learning.classes import a_class


@pytest.fixture
def klass(cast, course):
    klass = a_class(cast, course.course)
    add_trainer(by=cast.rso, klass=klass, username="trainer", starts_on=timezone.localdate())
    return klass


@pytest.fixture
def enrolment(cast, course, klass):
    enrolment = enrol(by=cast.officer, course=course.course)
    enrolment.klass = klass
    enrolment.save()
    finish_lessons(enrolment)
    return enrolment


def live(cast, klass, user=None):
    return cast.client(user or cast.trainer).get(reverse("sittings:live", args=[klass.uuid]))


def test_a_class_without_officers_says_so(cast, klass):
    assert "Nobody is in this class yet." in live(cast, klass).content.decode()


def test_the_page_shows_how_far_and_neither_scores_nor_answers(cast, klass, enrolment):
    take_test(cast.officer, enrolment, wrong=("F1",))
    shown = live(cast, klass).content.decode()
    assert "Handed in" in shown and "Stem of" not in shown and "Not passed" not in shown and " % " not in shown
    take_test(cast.officer, enrolment, "pre-test", hand_in=False)
    shown = live(cast, klass).content.decode()
    assert "1 of 1 answered" in shown and "Officer Example" not in shown and cast.officer.learner_code in shown


def test_a_restricted_officer_is_never_shown_by_name(cast, klass, enrolment):
    cast.home.sharing = "names"
    cast.home.save()
    assert "Officer Example" in live(cast, klass).content.decode()
    cast.officer.is_restricted = True
    cast.officer.save()
    shown = live(cast, klass).content.decode()
    assert "Officer Example" not in shown and cast.officer.learner_code in shown


def test_who_saved_nothing_for_long_or_one_question_often_is_said_to_be_stuck_with_what_to_do(cast, klass, enrolment):
    attempt = services.start_attempt(by=cast.officer, enrolment=enrolment, key="final-test", language="en")
    [row] = seeing.live_class(cast.trainer, klass.uuid, "en").rows
    assert row.is_open and not row.hints
    Response.objects.filter(attempt=attempt, position=2).update(edits=6)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=15)):
        [row] = seeing.live_class(cast.trainer, klass.uuid, "en").rows
    assert [hint.what for hint in row.hints] == ["Nothing was saved for a while.", "Question 2 was changed 6 times."]
    assert all(hint.do for hint in row.hints)


def test_nobody_who_teaches_reads_off_who_has_extra_time(cast, klass, enrolment):
    attempt = services.start_attempt(by=cast.officer, enrolment=enrolment, key="final-test", language="en")
    plain = live(cast, klass).content.decode()
    for minutes in (75, 60):
        Attempt.objects.filter(pk=attempt.pk).update(deadline_at=timezone.now() + dt.timedelta(minutes=minutes))
        shown = live(cast, klass).content.decode()
        assert "minute" not in shown.replace("ten minutes", "") and len(shown) == len(plain)


def test_who_is_in_a_pause_is_named_without_a_score(cast, klass, enrolment):
    for _each in range(2):
        take_test(cast.officer, enrolment, wrong=("F1",))
    shown = live(cast, klass).content.decode()
    assert "The next attempt is possible after a pause." in shown and "Not passed" not in shown


def test_only_who_teaches_the_class_sees_it(cast, klass, enrolment, course):
    other = a_class(cast, course.course, title="Another")
    assert live(cast, other).status_code == 404
    for user in (cast.officer, cast.coordinator, cast.rso):
        assert live(cast, klass, user).status_code == 403


def test_a_look_is_written_down_once_while_the_page_refreshes(cast, klass, enrolment):
    looks = AuditEvent.objects.filter(action="officers.seen", target=f"learning.class:{klass.uuid}")
    client, url = cast.client(cast.trainer), reverse("sittings:live", args=[klass.uuid])
    assert 'http-equiv="refresh"' not in client.get(url).content.decode()
    assert 'http-equiv="refresh"' in client.get(url, {"refresh": "on"}).content.decode()
    assert looks.count() == 1 and looks.get().details["people"] == [str(cast.officer.uuid)]
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=11)):
        client.get(url, {"refresh": "on"})
    assert looks.count() == 2


def test_the_number_of_statements_does_not_grow_with_the_class(
    cast, klass, enrolment, course, django_assert_max_num_queries
):
    take_test(cast.officer, enrolment, wrong=("F1",))
    with django_assert_max_num_queries(25) as captured:
        seeing.live_class(cast.trainer, klass.uuid, "en")
    before = len(captured)
    second = enrol(by=cast.colleague, course=course.course)
    second.klass = klass
    second.save()
    take_test(cast.colleague, second, "pre-test")
    with django_assert_max_num_queries(before):
        assert len(seeing.live_class(cast.trainer, klass.uuid, "en").rows) == 2


# --- papers that officers share


def paper(cast, klass, attempt, user=None):
    return cast.client(user or cast.trainer).get(reverse("sittings:paper", args=[klass.uuid, attempt.uuid]))


def test_a_paper_is_read_only_while_its_officer_shares_it_and_each_look_is_listed(cast, klass, enrolment):
    attempt = take_test(cast.officer, enrolment, wrong=("F1",))
    officer, result = cast.client(cast.officer), reverse("assessments:result", args=[attempt.uuid])
    assert paper(cast, klass, attempt).status_code == 404
    officer.post(reverse("sittings:share", args=[attempt.uuid]))
    officer.post(reverse("sittings:share", args=[attempt.uuid]))
    assert SittingShare.objects.count() == 1
    assert "Nobody has looked yet." in officer.get(result).content.decode()
    shown = paper(cast, klass, attempt)
    assert shown.status_code == 200 and "Officer Example" not in shown.content.decode()
    # No more than the officer sees: which were right, and no key.
    assert "Not right" in shown.content.decode() and "Feedback of F1" not in shown.content.decode()
    assert AuditEvent.objects.get(action="sitting.seen").target == f"assessments.attempt:{attempt.uuid}"
    assert "Who looked" in officer.get(result).content.decode()
    officer.post(reverse("sittings:end_share", args=[attempt.uuid]))
    assert paper(cast, klass, attempt).status_code == 404
    assert AuditEvent.objects.filter(action="sitting.seen").count() == 1
    assert "Who looked" in officer.get(result).content.decode()


def test_a_shared_paper_is_for_those_who_teach_that_class_alone(cast, klass, enrolment, course):
    attempt = take_test(cast.officer, enrolment)
    services.share_sitting(by=cast.officer, attempt_uuid=attempt.uuid)
    other = a_class(cast, course.course, title="Another")
    assert paper(cast, other, attempt).status_code == 404
    for user in (cast.coordinator, cast.rso, cast.officer):
        assert paper(cast, klass, attempt, user).status_code == 403
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    klass.trainers.update(starts_on=yesterday, ends_on=yesterday)
    assert paper(cast, klass, attempt).status_code == 404
    assert not AuditEvent.objects.filter(action="sitting.seen").exists()


def test_whoever_is_in_no_class_has_nobody_to_share_with(cast, course):
    enrolment = enrol(by=cast.officer, course=course.course)
    attempt = take_test(cast.officer, enrolment, "pre-test")
    with pytest.raises(services.NotSharable):
        services.share_sitting(by=cast.officer, attempt_uuid=attempt.uuid)
    shown = cast.client(cast.officer).get(reverse("assessments:result", args=[attempt.uuid])).content.decode()
    assert "Let my trainer see this paper" not in shown and not SittingShare.objects.exists()
