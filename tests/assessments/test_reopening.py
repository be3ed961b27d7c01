"""Three attempts, a day's pause after the second; a coordinator opens a test again, or gives more time."""

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.http import Http404
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import AuditEvent
from accounts.permissions import Refused
from accounts.roles import Role
from accounts.services import post_person
from assessments import services
from assessments.exams import sittings
from assessments.models import Attempt, ExtraTime, Reopening
from assessments.tasks import tell_reopened, tell_reopened_again
from learning.models import Activity, Enrolment
from learning.services import enrol
from tests.assessments.sitting import fail, ready
from tests.cast import make_person
from tests.factories import complete, take_test

DAY = dt.timedelta(days=1)


@pytest.fixture
def enrolment(cast, course) -> Enrolment:
    return ready(cast.officer, course.course)


def start(enrolment: Enrolment, key: str = "final-test") -> Attempt:
    return services.start_attempt(by=enrolment.actor.user, enrolment=enrolment, key=key, language="en")


def reopen(
    by, enrolment: Enrolment, key: str = "final-test", reason: str = "The lessons were read again."
) -> Reopening:
    activity = Activity.objects.get(course=enrolment.course, key=key)
    return services.reopen_test(by=by, enrolment=enrolment, activity=activity.uuid, reason=reason)


def page_of_reopening(enrolment: Enrolment) -> str:
    activity = Activity.objects.get(course=enrolment.course, key="final-test")
    return reverse("exams:reopen", args=[enrolment.uuid, activity.uuid])


# --- attempts and pauses


def test_a_third_attempt_waits_a_day_by_the_clock_of_the_server_and_a_fourth_is_refused(enrolment):
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        take_test(enrolment.actor.user, enrolment, wrong=("F1",))
        take_test(enrolment.actor.user, enrolment, wrong=("F1",))
        with pytest.raises(services.PauseNotOver) as refusal:
            start(enrolment)
        assert refusal.value.from_at == now + DAY
        assert f"{now + DAY:%Y-%m-%d}, {now + DAY:%H:%M} UTC" in str(refusal.value)
        assert "ask your coordinator" in str(refusal.value)
        clock.shift(DAY)
        take_test(enrolment.actor.user, enrolment, wrong=("F1",))
        clock.shift(10 * DAY)
        with pytest.raises(services.NoAttemptsLeft, match=r"all 3 attempts.*Your coordinator can open it again"):
            start(enrolment)
    assert Attempt.objects.count() == 3


def test_the_day_and_hour_of_a_refusal_are_in_the_calendar_of_the_reader(enrolment):
    fail(enrolment, 2)
    with translation.override("th"), pytest.raises(services.PauseNotOver, match=r"พ\.ศ\."):
        start(enrolment)


def test_attempts_that_were_made_before_there_were_rules_count_as_they_are(enrolment, cast):
    fail(enrolment, 5)
    with pytest.raises(services.NoAttemptsLeft, match="5"):
        start(enrolment)
    reopen(cast.coordinator, enrolment)
    assert start(enrolment).submitted_at is None


def test_an_attempt_that_is_open_is_gone_on_with_whatever_the_rules_say(enrolment):
    fail(enrolment, 2)
    with time_machine.travel(timezone.now() + 2 * DAY):
        begun = start(enrolment)
        assert start(enrolment) == begun


def test_the_pre_test_is_still_taken_once_and_says_so(cast, course):
    enrolment = enrol(by=cast.officer, course=course.course)
    take_test(cast.officer, enrolment, "pre-test")
    with pytest.raises(services.AlreadyTaken, match="taken once"):
        start(enrolment, "pre-test")


def test_the_page_before_a_test_says_what_is_left_when_a_pause_ends_and_whom_to_ask(cast, enrolment):
    door = reverse("courses:activity", args=["t1", "final-test"])
    client = cast.client(cast.officer)
    assert "You have 3 attempts left." in client.get(door).content.decode()
    fail(enrolment, 2)
    page = client.get(door).content.decode()
    assert "A pause first" in page and "data-local" in page and "ask your coordinator" in page
    assert reverse("assessments:start", args=["t1", "final-test"]) not in page
    fail(enrolment)
    page = client.get(door).content.decode()
    assert "No attempt left" in page and "ask your coordinator" in page
    answer = client.post(reverse("assessments:start", args=["t1", "final-test"]))
    assert answer.url == door, "pressed in a page that was opened before"
    assert Attempt.objects.filter(submitted_at=None).count() == 0


# --- opening a test again


def test_a_test_that_is_opened_again_may_be_taken_as_often_as_at_first(cast, enrolment):
    fail(enrolment, 3)
    row = reopen(cast.coordinator, enrolment)
    assert (row.reason, row.reopened_by.user) == ("The lessons were read again.", cast.coordinator)
    event = AuditEvent.objects.get(action="test.reopened")
    assert event.reason == row.reason and event.member == cast.home
    assert event.details["people"] == [str(cast.officer.uuid)]
    take_test(cast.officer, enrolment, wrong=("F1",))
    take_test(cast.officer, enrolment, wrong=("F1",))
    with pytest.raises(services.PauseNotOver):
        start(enrolment)


def test_a_pause_can_be_ended_before_its_time(cast, enrolment):
    fail(enrolment, 2)
    reopen(cast.coordinator, enrolment)
    assert start(enrolment).submitted_at is None


def test_opening_it_twice_is_once(cast, enrolment):
    fail(enrolment, 3)
    assert reopen(cast.coordinator, enrolment) == reopen(cast.coordinator, enrolment, reason="Pressed again")
    assert Reopening.objects.count() == 1
    assert AuditEvent.objects.filter(action="test.reopened").count() == 1


def test_what_need_not_be_opened_is_not(cast, course, enrolment):
    with pytest.raises(services.NotUsedUp, match="attempt left"):
        reopen(cast.coordinator, enrolment)
    start(enrolment)
    with pytest.raises(services.NotUsedUp, match="under way"):
        reopen(cast.coordinator, enrolment)
    done = complete(cast.colleague, course.course)
    with pytest.raises(services.NotUsedUp, match="passed"):
        reopen(cast.coordinator, done)
    with pytest.raises(Http404):
        reopen(cast.coordinator, enrolment, "pre-test")
    with pytest.raises(Http404):
        reopen(cast.coordinator, enrolment, "m1-l1")
    assert not Reopening.objects.exists()


def test_only_those_who_manage_the_officer_open_a_test_a_deputy_too(cast, enrolment):
    fail(enrolment, 3)
    for other in (cast.foreign_coordinator, cast.agency_coordinator, cast.rso):
        with pytest.raises(Http404):
            reopen(other, enrolment)
    for other in (cast.trainer, cast.verifier, cast.officer, cast.admin):
        with pytest.raises(Refused):
            reopen(other, enrolment)
    assert not Reopening.objects.exists()
    deputy = make_person("deputy", Role.DEPUTY_COORDINATOR, cast.home)
    assert reopen(deputy, enrolment).reopened_by.user == deputy


def test_nobody_opens_a_test_for_oneself(cast, course):
    own = ready(cast.coordinator, course.course)
    fail(own, 3)
    with pytest.raises(Http404):
        reopen(cast.coordinator, own)
    assert sittings.tests_to_reopen(cast.coordinator, "en") == []
    assert not Reopening.objects.exists()


def test_the_rso_opens_a_test_for_whom_no_member_manages_and_for_nobody_else(cast, course, enrolment):
    staff = ready(cast.trainer, course.course)
    fail(staff, 3)
    fail(enrolment, 3)
    assert [row.person for row in sittings.tests_to_reopen(cast.rso, "en")] == [cast.trainer]
    assert sittings.tests_to_reopen(cast.coordinator, "en")[0].person == cast.officer
    for user, said in ((cast.trainer, True), (cast.officer, False)):
        door = cast.client(user).get(reverse("courses:activity", args=["t1", "final-test"])).content.decode()
        assert ("You have no coordinator: ask the RSO." in door) is said
    client = cast.client(cast.rso)
    assert reverse("exams:to_reopen") in client.get(reverse("exams:list")).content.decode()
    page = client.get(reverse("exams:to_reopen")).content.decode()
    assert "Trainer Example" in page and "Officer Example" not in page and "/officers/" not in page
    event = AuditEvent.objects.filter(action="officers.seen", target="exams.to_reopen").last()
    assert event.details["people"] == [str(cast.trainer.uuid)] and event.member is None
    assert client.post(page_of_reopening(staff), {"reason": "The link was bad."}).status_code == 302
    assert client.get(page_of_reopening(enrolment)).status_code == 404
    event = AuditEvent.objects.get(action="test.reopened")
    assert (event.details["people"], event.reason, event.member) == (
        [str(cast.trainer.uuid)],
        "The link was bad.",
        None,
    )
    assert Reopening.objects.get().reopened_by.user == cast.rso
    assert start(staff).submitted_at is None


def test_the_rso_opens_no_test_for_oneself_and_none_for_whoever_a_member_manages_too(cast, course):
    own, staff = ready(cast.rso, course.course), ready(cast.trainer, course.course)
    fail(own, 3)
    fail(staff, 3)
    post_person(by=None, user=cast.trainer, role=Role.OFFICER, member=cast.home)
    assert sittings.tests_to_reopen(cast.rso, "en") == []
    for enrolment in (own, staff):
        with pytest.raises(Http404):
            reopen(cast.rso, enrolment)
    assert not Reopening.objects.exists()
    assert reopen(cast.coordinator, staff).enrolment == staff


def test_whoever_has_no_posting_left_stays_with_whom_the_last_one_was(cast, course):
    left, gone = ready(cast.officer, course.course), ready(cast.trainer, course.course)
    fail(left, 3)
    fail(gone, 3)
    yesterday = timezone.localdate() - DAY
    for user in (cast.officer, cast.trainer):
        user.postings.update(starts_on=yesterday - DAY, ends_on=yesterday)
    assert [row.person for row in sittings.tests_to_reopen(cast.rso, "en")] == [cast.trainer]
    assert [row.person for row in sittings.tests_to_reopen(cast.coordinator, "en")] == [cast.officer]


def test_the_list_holds_the_own_officers_who_cannot_go_on_without_scores_and_each_look_is_written_down(
    cast, course, enrolment
):
    fail(enrolment, 3)
    waiting = ready(cast.colleague, course.course)
    fail(waiting, 2)
    outside = ready(cast.outsider, course.course)
    fail(outside, 3)
    may = ready(make_person("eager", Role.OFFICER, cast.home), course.course)
    fail(may, 1)
    page = cast.client(cast.coordinator).get(reverse("exams:to_reopen"))
    names = [row.name for row in page.context["rows"]]
    assert names == ["Officer Example", "Colleague Example"]
    text = page.content.decode()
    assert "No attempt left" in text and "Pause until" in text
    assert "Outsider" not in text and "Eager" not in text and "of 3 right" not in text and "80 %" not in text
    event = AuditEvent.objects.filter(action="officers.seen").last()
    assert event.target == "exams.to_reopen" and set(event.details["people"]) == {
        str(cast.officer.uuid),
        str(cast.colleague.uuid),
    }
    assert [row.name for row in sittings.tests_to_reopen(cast.agency_coordinator, "en")] == ["Colleague Example"]
    assert sittings.tests_to_reopen(cast.trainer, "en") == []


def test_the_list_asks_a_fixed_number_of_queries(cast, course, enrolment, django_assert_max_num_queries):
    fail(enrolment, 3)
    for number in range(5):
        fail(ready(make_person(f"many{number}", Role.OFFICER, cast.home), course.course), 3)
    with django_assert_max_num_queries(16):
        assert len(sittings.tests_to_reopen(cast.coordinator, "en")) == 6


def test_whoever_moved_is_looked_after_by_the_new_service(cast, enrolment):
    fail(enrolment, 3)
    cast.officer.postings.update(member=cast.away, agency=None)
    assert sittings.tests_to_reopen(cast.coordinator, "en") == []
    assert [row.person for row in sittings.tests_to_reopen(cast.foreign_coordinator, "en")] == [cast.officer]


def test_a_coordinator_opens_a_test_on_the_page_of_the_officer_with_a_reason(cast, enrolment):
    fail(enrolment, 3)
    client = cast.client(cast.coordinator)
    address = page_of_reopening(enrolment)
    assert address in client.get(reverse("portal:officer", args=[cast.officer.uuid])).content.decode()
    assert reverse("exams:to_reopen") in client.get(reverse("portal:coordinator")).content.decode()
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "See case 123/2024"}).status_code == 422, "nothing about cases"
    assert not Reopening.objects.exists()
    answer = client.post(address, {"reason": "The link was bad."}, follow=True)
    assert "The test is open again for Officer Example" in answer.content.decode()
    assert Reopening.objects.get().reason == "The link was bad."
    assert client.get(address).status_code == 404, "there is nothing to open any more"


def test_the_officer_reads_it_on_the_own_page_and_at_the_test_until_it_is_begun(cast, enrolment):
    fail(enrolment, 3)
    reopen(cast.coordinator, enrolment)
    client = cast.client(cast.officer)
    assert "A test is open again for you" in client.get(reverse("portal:home")).content.decode()
    door = client.get(reverse("courses:activity", args=["t1", "final-test"])).content.decode()
    assert "has opened this test for you again" in door and "You have 3 attempts left." in door
    start(enrolment)
    assert "A test is open again for you" not in client.get(reverse("portal:home")).content.decode()


def test_a_letter_goes_once_in_the_language_of_the_officer_and_only_to_an_address(cast, course, enrolment):
    cast.officer.email, cast.officer.language = "officer@example.org", "ur"
    cast.officer.save()
    fail(enrolment, 3)
    row = reopen(cast.coordinator, enrolment)
    tell_reopened.call(row.pk)
    tell_reopened.call(row.pk)
    tell_reopened_again.call()
    [letter] = mail.outbox
    assert letter.to == ["officer@example.org"] and "/ur/courses/t1/final-test/" in letter.body
    assert "link" not in letter.body and row.reason not in letter.body
    silent = ready(cast.colleague, course.course)
    fail(silent, 3)
    tell_reopened.call(reopen(cast.coordinator, silent).pk)
    assert len(mail.outbox) == 1
    assert not Reopening.objects.filter(told_at=None).exists()


def test_the_queue_may_lose_a_letter_and_the_sweep_sends_it(cast, enrolment):
    cast.officer.email = "officer@example.org"
    cast.officer.save()
    fail(enrolment, 3)
    reopen(cast.coordinator, enrolment)
    tell_reopened_again.call()
    assert len(mail.outbox) == 1


# --- extra time


def test_extra_time_is_given_changed_and_ended_and_the_log_does_not_say_how_much(cast):
    services.give_extra_time(by=cast.coordinator, person=cast.officer, percent=25)
    services.give_extra_time(by=cast.coordinator, person=cast.officer, percent=25)
    services.give_extra_time(by=cast.coordinator, person=cast.officer, percent=50)
    rows = [(each.percent, each.ended_at is None) for each in ExtraTime.objects.order_by("pk")]
    assert rows == [(25, False), (50, True)]
    services.end_extra_time(by=cast.coordinator, person=cast.officer)
    services.end_extra_time(by=cast.coordinator, person=cast.officer)
    assert not ExtraTime.objects.filter(ended_at=None).exists()
    events = AuditEvent.objects.filter(action__startswith="extra_time.").order_by("number")
    assert [event.action for event in events] == ["extra_time.given", "extra_time.given", "extra_time.ended"]
    assert {tuple(event.details) for event in events} == {("people",)} and {event.member for event in events} == {
        cast.home
    }


@pytest.mark.parametrize("percent", [0, 4, 201, -5])
def test_extra_time_is_5_to_200_percent(cast, percent):
    with pytest.raises(ValueError):
        services.give_extra_time(by=cast.coordinator, person=cast.officer, percent=percent)
    page = reverse("exams:extra_time", args=[cast.officer.uuid])
    assert cast.client(cast.coordinator).post(page, {"percent": percent}).status_code == 422
    assert not ExtraTime.objects.exists()


def test_only_those_who_manage_the_officer_give_extra_time_and_nobody_to_oneself(cast):
    for other in (cast.foreign_coordinator, cast.agency_coordinator):
        with pytest.raises(Http404):
            services.give_extra_time(by=other, person=cast.officer, percent=25)
    with pytest.raises(Http404):
        services.give_extra_time(by=cast.coordinator, person=cast.coordinator, percent=25)
    for other in (cast.trainer, cast.rso, cast.officer):
        with pytest.raises(Refused):
            services.give_extra_time(by=other, person=cast.officer, percent=25)
    assert not ExtraTime.objects.exists()


def test_a_coordinator_gives_extra_time_on_its_page(cast):
    client = cast.client(cast.coordinator)
    page = reverse("exams:extra_time", args=[cast.officer.uuid])
    assert "No extra time now." in client.get(page).content.decode()
    assert client.post(page, {"percent": "25"}).status_code == 302
    assert "25 %" in client.get(page).content.decode()
    assert page in client.get(reverse("portal:officer", args=[cast.officer.uuid])).content.decode()
    client.post(reverse("exams:extra_time_end", args=[cast.officer.uuid]))
    assert "No extra time now." in client.get(page).content.decode()
