"""A lesson's page is mostly kept by the process: what decides rights and progress is read each time all the same."""

import datetime as dt
import re

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from accounts.models import Posting
from accounts.services import create_person
from courses.pages.models import CoursePage, LessonPage
from courses.pages.services import publish_course
from courses.pages.services.reviewing import take_over_review
from courses.player import outline
from learning import selectors
from learning.models import Course, Enrolment
from learning.services import enrol
from lms import kept
from tests.factories import finish_lessons, make_course

LESSON, SECOND = "/en/courses/t1/m1-l1/", "/en/courses/t1/m1-l2/"
STORES = (kept._PAGES, outline._KEPT, selectors._BODIES, selectors._OUTLINES, selectors._SEEN)


@pytest.fixture(autouse=True)
def _cold():
    for store in STORES:
        store.clear()


@pytest.fixture
def enrolment(cast, course) -> Enrolment:
    return enrol(by=cast.officer, course=course.course)


@pytest.fixture
def warm(cast, course, enrolment) -> Client:
    """A browser of the officer, when the process has everything that it keeps: another officer was here before."""
    enrol(by=cast.colleague, course=course.course)
    client = cast.client(cast.officer)
    for each in (cast.client(cast.colleague), client):
        for address in (LESSON, SECOND):
            assert each.get(address).status_code == 200
    return client


def text_of(client: Client, address: str = LESSON) -> str:
    return client.get(address).content.decode()


def first_lesson(page: CoursePage) -> LessonPage:
    return LessonPage.objects.descendant_of(page).get(key="m1-l1")


# --- what is seen on the next request


def test_a_session_that_ended_is_seen_on_the_next_request(warm):
    Session.objects.all().delete()
    answer = warm.get(LESSON)
    assert answer.status_code == 302 and "/login/" in answer.url


def test_a_session_that_ran_out_is_seen_on_the_next_request(warm):
    Session.objects.update(expire_date=timezone.now())
    assert "/login/" in warm.get(LESSON).url


def test_a_new_password_ends_the_sessions_on_the_next_request(warm, cast):
    cast.officer.set_password("another-long-password")
    cast.officer.save()
    assert "/login/" in warm.get(LESSON).url


def test_an_account_that_was_closed_is_seen_on_the_next_request(warm, cast):
    cast.officer.is_active = False
    cast.officer.save()
    assert "/login/" in warm.get(LESSON).url


def test_a_posting_that_ended_is_seen_on_the_next_request(warm, cast):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Posting.objects.filter(user=cast.officer).update(starts_on=yesterday, ends_on=yesterday)
    answer = warm.get(LESSON)
    assert answer.status_code == 403 and "Your posting has ended" in answer.content.decode()
    Posting.objects.filter(user=cast.officer).update(ends_on=timezone.localdate())
    assert warm.get(LESSON).status_code == 200, "the last day still counts"


def test_an_enrolment_that_ended_is_seen_on_the_next_request(warm, enrolment):
    Enrolment.objects.filter(pk=enrolment.pk).update(ended_at=timezone.now())
    assert warm.get(LESSON).url == "/en/courses/t1/"


def test_a_correction_is_read_on_the_next_request_and_the_revision_before_it_by_nobody(warm, course):
    lesson = first_lesson(course.page)
    lesson.body[0].value["text"] = "Corrected: act, means and purpose."
    lesson.save()
    assert publish_course(by=None, page=course.page)[1]
    page = text_of(warm)
    assert "Corrected: act, means and purpose." in page and "Act, means, purpose." not in page


def test_a_corrected_title_is_read_in_the_outline_of_other_lessons_too(warm, course):
    lesson = first_lesson(course.page)
    lesson.title = "A better first lesson"
    lesson.save()
    publish_course(by=None, page=course.page)
    page = text_of(warm, SECOND)
    assert "A better first lesson" in page and ">First lesson" not in page


def test_a_review_is_seen_on_the_next_request(warm, course):
    assert "not yet reviewed" in text_of(warm, SECOND)
    take_over_review(source=course.page, languages=["en"])
    publish_course(by=None, page=course.page)
    assert "not yet reviewed" not in text_of(warm, SECOND)


def test_a_new_address_of_a_course_is_used_on_the_next_request(warm, course):
    Course.objects.filter(pk=course.course.pk).update(slug="t1-new")
    page = text_of(warm, "/en/courses/t1-new/m1-l1/")
    assert "/en/courses/t1-new/m1-l2/" in page and "/courses/t1/" not in page


def test_progress_is_seen_on_the_next_request(warm, enrolment):
    before = text_of(warm, SECOND)
    assert "0 of 3 done" in before and "Opens when the lessons are done" in before and "is-done" not in before
    finish_lessons(enrolment, ("m1-l1",))
    page = text_of(warm, SECOND)
    assert "1 of 3 done" in page and page.count("is-done") == 1 and "badge--ok" not in page
    finish_lessons(enrolment, ("m1-l2",))
    page = text_of(warm, SECOND)
    assert "2 of 3 done" in page and page.count("is-done") == 2 and "badge--ok" in page
    assert "Opens when" not in page and 'href="/en/courses/t1/final-test/"' in page


# --- whose is what


def without_tokens(page: str) -> str:
    return re.sub(r'(name="(?:csrfmiddlewaretoken|form_id)" value=")[^"]+', r"\1", page)


def options_sorted(page: str) -> str:
    """Options stand in an order of one's own."""
    return re.sub(
        r"(?s)(<fieldset.*?)(<label.*</label>\s)(</fieldset>)",
        lambda found: found[1] + "".join(sorted(found[2].splitlines())) + found[3],
        page,
    )


def test_two_people_read_the_same_page_but_for_what_is_theirs(warm, cast, enrolment):
    finish_lessons(enrolment, ("m1-l1",))
    officer, colleague = text_of(warm), text_of(cast.client(cast.colleague))
    assert "Officer Example" in officer and "Colleague Example" not in officer
    assert "Colleague Example" in colleague and "Officer Example" not in colleague
    assert "1 of 3 done" in officer and "0 of 3 done" in colleague
    newcomer = cast.client(cast.outsider)
    enrol(by=cast.outsider, course=enrolment.course)
    assert options_sorted(without_tokens(colleague)).replace("Colleague", "Outsider") == options_sorted(
        without_tokens(text_of(newcomer))
    )


def test_a_kept_page_is_the_page_that_a_cold_process_makes(warm, cast, enrolment):
    for keys in ((), ("m1-l1",), ("m1-l2",)):
        finish_lessons(enrolment, keys)
        for address in (LESSON, SECOND, "/en/courses/t1/final-test/"):
            page = without_tokens(text_of(warm, address))
            for store in STORES:
                store.clear()
            assert page == without_tokens(text_of(warm, address))


def test_nothing_personal_stands_in_what_is_kept(warm, cast, enrolment):
    finish_lessons(enrolment, ("m1-l1",))
    for address in (LESSON, SECOND):
        text_of(warm, address)
    assert warm.post(f"{LESSON}check-1/", {}).status_code == 422
    session = warm.cookies[settings.SESSION_COOKIE_NAME].value
    token = warm.cookies[settings.CSRF_COOKIE_NAME].value
    secrets = {str(enrolment.uuid), str(enrolment.actor_id), session, token}
    secrets |= {each for user in (cast.officer, cast.colleague) for each in (user.full_name, str(user.uuid))}
    pages = list(kept._PAGES.values())
    assert len(pages) == 2
    frames = [each.frame for each in outline._KEPT.values()]
    for page in (*pages, *frames):
        words = "".join(page.texts) + repr([getattr(place, "around", "") for place in page.places])
        assert not [each for each in secrets if each in words]
        assert "0 of 3" not in words and "1 of 3" not in words
    for each in outline._KEPT.values():
        assert not [secret for secret in secrets if secret in "".join(each.stops.values())]


def test_what_is_kept_holds_no_answer_key_and_no_feedback_of_a_check(warm):
    for page in kept._PAGES.values():
        words = "".join(page.texts) + repr([getattr(place, "around", "") for place in page.places])
        assert "Feedback of P1" not in words and "answer_key" not in words


def test_a_message_is_shown_to_the_one_it_is_for_and_once(warm, cast, enrolment):
    warm.post("/en/courses/t1/enrol/")
    assert "You are enrolled in" in text_of(warm)
    assert "You are enrolled in" not in text_of(warm)
    assert "You are enrolled in" not in text_of(cast.client(cast.colleague))


def test_a_coordinator_who_learns_has_the_desk_in_the_menu_and_an_officer_has_not(warm, cast, course):
    enrol(by=cast.coordinator, course=course.course)
    assert "My officers" in text_of(cast.client(cast.coordinator))
    assert "My officers" not in text_of(warm)


def test_the_forms_of_a_kept_page_pass_the_check_against_forged_ones(warm, cast):
    client = Client(enforce_csrf_checks=True)
    client.cookies = warm.cookies
    page = text_of(client)
    tokens = set(re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page))
    assert len(tokens) == 1 and page.count("csrfmiddlewaretoken") == 3  # way out, check, done
    assert tokens != set(re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', text_of(client))), "masked anew"
    assert client.post(f"{LESSON}done/", {}).status_code == 403
    assert client.post(f"{LESSON}done/", {"csrfmiddlewaretoken": tokens.pop()}, secure=False).status_code == 302


def test_each_language_of_the_interface_has_its_own_page(warm):
    assert '<html lang="en" dir="ltr">' in text_of(warm)
    page = text_of(warm, LESSON.replace("/en/", "/ur/"))
    assert '<html lang="ur" dir="rtl">' in page and "/ur/courses/t1/m1-l2/" in page and "/en/courses/" not in page
    assert '<html lang="en" dir="ltr">' in text_of(warm)


def test_the_language_menu_leads_back_to_the_very_address(warm):
    page = text_of(warm, f"{LESSON}?check=check-1&answer=x")
    assert '/language/ur/?next=/en/courses/t1/m1-l1/%3Fcheck%3Dcheck-1%26answer%3Dx"' in page


# --- how much it asks of the database


def longer_course(lessons: int):
    made = make_course("T9", publish=False)
    module = first_lesson(made.page).get_parent()
    for number in range(3, lessons + 1):
        key = f"m1-l{number}"
        body = [{"id": f"kp-{number}", "type": "key_point", "value": {"text": f"Point {number}.", "source": "L1"}}]
        page = LessonPage(title=f"Lesson {number}", slug=key, key=key, locale=made.page.locale, body=body)
        module.add_child(instance=page)
    publish_course(by=None, page=made.page)
    return made.course


@pytest.mark.parametrize("lessons", [5, 60])
def test_a_lesson_needs_at_most_six_statements_however_long_the_course_is(cast, lessons, django_assert_max_num_queries):
    course = longer_course(lessons)
    enrolment = enrol(by=cast.officer, course=course)
    for store in STORES:
        store.clear()
    client = cast.client(cast.officer)
    with django_assert_max_num_queries(6):
        page = text_of(client, "/en/courses/t9/m1-l2/")
    assert f"Lesson 2 of {lessons}" in page
    with django_assert_max_num_queries(5):
        text_of(client, "/en/courses/t9/m1-l2/")
    finish_lessons(enrolment, tuple(f"m1-l{number}" for number in range(1, lessons + 1)))
    with django_assert_max_num_queries(5):
        assert f"{lessons} of {lessons + 1} done" in text_of(client, "/en/courses/t9/m1-l2/")
    with django_assert_max_num_queries(6):
        assert "Point 4." in text_of(client, "/en/courses/t9/m1-l4/")


def test_after_a_correction_a_lesson_still_needs_at_most_six_statements(warm, course, django_assert_max_num_queries):
    lesson = first_lesson(course.page)
    lesson.title = "A better first lesson"
    lesson.save()
    publish_course(by=None, page=course.page)
    with django_assert_max_num_queries(6):
        assert "A better first lesson" in text_of(warm)


def test_nothing_of_a_lesson_is_asked_twice(warm):
    with CaptureQueriesContext(connection) as seen:
        text_of(warm)
    asked = [each["sql"] for each in seen.captured_queries]
    assert len(asked) == len(set(asked)) == 5


def test_a_body_that_is_kept_is_not_changed_by_showing_it(cast, course, enrolment):
    with translation.override("en"):
        now = selectors.shown(enrolment, "m1-l1", "en")
        before = repr((now.body, now.text))
        client = cast.client(cast.officer)
        for address in (LESSON, SECOND, "/en/courses/t1/", "/en/courses/t1/final-test/"):
            client.get(address)
        client.post(f"{LESSON}check-1/", {"q-check-1": ["zzz"]})
        again = selectors.shown(enrolment, "m1-l1", "en")
    assert again.body is now.body and repr((again.body, again.text)) == before


def test_somebody_who_was_never_posted_has_no_rights_and_is_no_error(cast, course):
    stranger = create_person(by=None, username="late", full_name="Late Comer", password=None)
    assert cast.client(stranger).get(LESSON).url == "/en/courses/t1/"
