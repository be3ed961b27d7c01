"""What officers read: the catalogue, a course, its lessons and knowledge checks."""

import re

import pytest
from django.urls import reverse

from learning.models import ActivityProgress, Enrolment
from learning.services import enrol
from tests.factories import complete, finish_lessons, make_course
from xapi.models import Statement

LESSON = "/en/courses/t1/m1-l1/"


@pytest.fixture
def enrolment(cast, course) -> Enrolment:
    return enrol(by=cast.officer, course=course.course)


def check_form(client) -> dict:
    page = client.get(LESSON).content.decode()
    return {"form_id": re.search(r'name="form_id" value="([^"]+)"', page).group(1)}


def test_the_catalogue_and_a_course_page_are_open_and_show_no_lesson(cast, course):
    client = cast.client(None)
    assert "Course T1" in client.get("/en/courses/").content.decode()
    page = client.get("/en/courses/t1/").content.decode()
    assert "Sign in to enrol" in page and "Act, means, purpose." not in page and LESSON not in page


def test_a_lesson_asks_a_stranger_to_sign_in_and_come_back(cast, course):
    answer = cast.client(None).get(LESSON)
    assert answer.status_code == 302 and answer.url.endswith(f"?next={LESSON}")


def test_who_is_not_enrolled_is_led_to_the_course(cast, course):
    answer = cast.client(cast.officer).get(LESSON, follow=True)
    assert answer.redirect_chain[-1][0] == "/en/courses/t1/"
    assert "its lessons open with enrolment" in answer.content.decode()


def test_a_course_that_is_not_open_says_so_and_enrols_nobody(cast, course):
    course.course.access = "closed"
    course.course.save()
    client = cast.client(cast.officer)
    assert "Not open to you" in client.get("/en/courses/t1/").content.decode()
    answer = client.post("/en/courses/t1/enrol/")
    assert answer.status_code == 403 and "national coordinator" in answer.content.decode()
    assert not Enrolment.objects.exists()


def test_a_closed_course_stays_open_to_those_who_are_in_it(cast, course, enrolment):
    course.course.access = "closed"
    course.course.save()
    assert cast.client(cast.officer).get(LESSON).status_code == 200


def test_a_lesson_shows_where_one_is_what_is_left_and_what_is_next(cast, enrolment):
    page = cast.client(cast.officer).get(LESSON).content.decode()
    assert (
        "Lesson 1 of 2" in page and "0 of 3 done" in page and "You are here" in page and "Act, means, purpose." in page
    )


def test_unreviewed_content_says_so_on_every_page(cast, course, enrolment):
    client = cast.client(cast.officer)
    for address in ("/en/courses/t1/", LESSON, "/en/courses/t1/final-test/"):
        assert "not yet reviewed" in client.get(address).content.decode()
    make_course("T2", review_state="reviewed")
    assert "not yet reviewed" not in client.get("/en/courses/t2/").content.decode()


def test_done_goes_on_to_the_next_lesson_and_a_double_press_counts_once(cast, enrolment):
    client = cast.client(cast.officer)
    for _press in range(2):
        answer = client.post(f"{LESSON}done/")
        assert answer.status_code == 302 and answer.url == "/en/courses/t1/m1-l2/"
    assert ActivityProgress.objects.filter(completed_at__isnull=False).count() == 1
    assert Statement.objects.filter(verb__endswith="completed").count() == 1


def test_a_skipped_lesson_counts_as_done(cast, enrolment):
    cast.client(cast.officer).post("/en/courses/t1/m1-l2/done/", {"skip": "1"})
    assert ActivityProgress.objects.get().completed_at
    assert Statement.objects.filter(verb__endswith="skipped").count() == 1


def test_a_knowledge_check_comes_back_with_feedback_and_source(cast, enrolment):
    client = cast.client(cast.officer)
    page = client.get(LESSON).content.decode()
    assert "Stem of P1" in page and "Feedback of P1" not in page
    answer = client.post(f"{LESSON}check-1/", check_form(client) | {"q-check-1": ["a", "b"]}, follow=True)
    text = answer.content.decode()
    assert "Feedback of P1" in text and "L1 3(a)" in text and "Your answer, right" in text
    assert ActivityProgress.objects.get(activity__key="m1-l1/check-1").passed


def test_a_replayed_check_counts_once(cast, enrolment):
    client = cast.client(cast.officer)
    form = check_form(client) | {"q-check-1": ["c"]}
    for _press in range(3):
        client.post(f"{LESSON}check-1/", form)
    assert Statement.objects.filter(verb__endswith="answered").count() == 1


@pytest.mark.parametrize("posted", [{}, {"q-check-1": ["zzz"]}, {"q-check-1": ["a"], "form_id": "no"}])
def test_an_unusable_answer_to_a_check_is_refused_with_words_and_recorded_nowhere(cast, enrolment, posted):
    client = cast.client(cast.officer)
    answer = client.post(f"{LESSON}check-1/", check_form(client) | posted)
    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    assert not Statement.objects.filter(verb__endswith="answered").exists()


def test_another_officers_answer_is_not_shown(cast, course, enrolment):
    client = cast.client(cast.officer)
    shown = client.post(f"{LESSON}check-1/", check_form(client) | {"q-check-1": ["c"]}).url
    enrol(by=cast.colleague, course=course.course)
    assert "Feedback of P1" not in cast.client(cast.colleague).get(shown).content.decode()


def test_a_lesson_that_is_not_in_the_edition_is_not_found(cast, enrolment):
    client = cast.client(cast.officer)
    for address in ("/en/courses/t1/m9-l9/", "/en/courses/none/", f"{LESSON}check-9/"):
        method = client.post if "check" in address else client.get
        assert method(address).status_code == 404


def test_a_lesson_costs_the_same_number_of_statements_however_many_are_done(
    cast, course, enrolment, django_assert_max_num_queries
):
    client = cast.client(cast.officer)
    with django_assert_max_num_queries(6):
        client.get("/en/courses/t1/m1-l2/")
    finish_lessons(enrolment)
    with django_assert_max_num_queries(6):
        client.get("/en/courses/t1/m1-l2/")


def test_the_final_test_says_what_is_left_before_it_opens(cast, enrolment):
    client = cast.client(cast.officer)
    assert "2 lessons are left" in client.get("/en/courses/t1/final-test/").content.decode()
    answer = client.post(reverse("assessments:start", args=["t1", "final-test"]), follow=True)
    assert "opens when the lessons are done" in answer.content.decode()


def test_my_learning_shows_the_certificate_and_what_others_see(cast, course):
    complete(cast.officer, course.course)
    client = cast.client(cast.officer)
    page = client.get("/en/me/").content.decode()
    assert "Open the certificate" in page and "O. E." in page
    page = client.post("/en/me/name/", {"public_name": "full"}, follow=True).content.decode()
    assert "Now they read: <bdi>Officer Example</bdi>" in page


def test_my_learning_of_a_newcomer_leads_to_the_courses(cast, course):
    assert "Nothing here yet" in cast.client(cast.outsider).get("/en/me/").content.decode()
