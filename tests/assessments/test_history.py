"""“My tests”: every attempt of one person, and nobody else's."""

from django.urls import reverse

from assessments import seeing
from learning.services import enrol
from tests.factories import complete, finish_lessons, make_course, take_test


def test_a_history_without_tests_says_so_and_leads_on(cast):
    shown = cast.client(cast.officer).get(reverse("sittings:history")).content.decode()
    assert "No test yet" in shown and reverse("courses:catalogue") in shown


def test_all_attempts_of_all_courses_stand_in_the_history_those_under_way_first(cast, course):
    complete(cast.officer, course.course)
    second = enrol(by=cast.officer, course=make_course("T2").course)
    finish_lessons(second)
    failed = take_test(cast.officer, second, wrong=("F1",))
    running = take_test(cast.officer, second, "pre-test", hand_in=False)
    shown = cast.client(cast.officer).get(reverse("sittings:history")).content.decode()
    assert shown.count("<tr>") == 4  # with the heading
    assert shown.index("Under way") < shown.index("Not passed")
    assert reverse("assessments:overview", args=[running.uuid]) in shown
    assert reverse("assessments:result", args=[failed.uuid]) in shown
    assert seeing.own_history(cast.colleague, "en") == []


def test_the_history_asks_the_same_number_of_statements_however_long_it_is(cast, course, django_assert_max_num_queries):
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment)
    take_test(cast.officer, enrolment, "pre-test")
    with django_assert_max_num_queries(20) as captured:
        seeing.own_history(cast.officer, "en")
    before = len(captured)
    take_test(cast.officer, enrolment, wrong=("F1",))
    complete(cast.officer, make_course("T2").course)
    with django_assert_max_num_queries(before):
        assert len(seeing.own_history(cast.officer, "en")) == 3
