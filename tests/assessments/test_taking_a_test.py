"""A lost answer costs an officer a night shift: saving, replaying, two tabs, a session that ended."""

import re
import uuid

import pytest
from django.db import DatabaseError, transaction
from django.http import Http404
from django.urls import reverse

from assessments import services
from assessments.models import Attempt, EditionItem, Item, ItemVersion, Response
from assessments.tasks import record_what_is_due
from assessments.types import InvalidAnswer
from courses.pages.services import publish_course
from learning.services import enrol
from tests.factories import finish_lessons, make_course, take_test, wrong_answer
from xapi.models import Statement


@pytest.fixture
def attempt(cast, course) -> Attempt:
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment)
    return services.start_attempt(by=cast.officer, enrolment=enrolment, key="final-test", language="en")


def save(user, response, answer, *, seen=None):
    return services.save_answer(
        by=user,
        attempt_uuid=response.attempt.uuid,
        position=response.position,
        answer=answer,
        seen=response.edits if seen is None else seen,
        language="en",
        content=EditionItem.objects.filter(version=response.version).first().content_id,
    )


def url(response, name="question"):
    return reverse(f"assessments:{name}", args=[response.attempt.uuid, response.position])


def posted(client, response, choice=None) -> dict:
    """The form of a question as a browser would send it, with the right answer or a given one."""
    page = client.get(url(response))
    form = {"token": page.context["token"], "seen": page.context["seen"], "go": "on"}
    answer = response.version.answer_key if choice is None else choice
    prefix = f"q{response.position}"
    if isinstance(answer, dict):
        return form | {f"{prefix}-{left}": option for left, option in answer.items()}
    if response.version.item.type == "ordering":
        return form | {f"{prefix}-{option}": place for place, option in enumerate(answer, start=1)}
    return form | {prefix: answer}


def test_a_paper_is_drawn_once_and_starting_again_goes_on_with_it(cast, attempt):
    again = services.start_attempt(by=cast.officer, enrolment=attempt.enrolment, key="final-test", language="en")
    assert again == attempt
    assert attempt.responses.count() == 3


def test_what_must_be_right_is_on_every_paper(cast, course):
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment)
    for _each in range(8):
        # As often as nobody may take it: each time as if it were the first.
        with transaction.atomic():
            done = take_test(cast.officer, enrolment, wrong=("F1",))
            drawn = [response.version.item.key for response in done.responses.select_related("version__item")]
            transaction.set_rollback(True)
        assert "F1" in drawn


def test_the_final_test_stays_closed_while_lessons_are_left(cast, course):
    enrolment = enrol(by=cast.officer, course=course.course)
    with pytest.raises(services.NotReady):
        services.start_attempt(by=cast.officer, enrolment=enrolment, key="final-test", language="en")
    assert not Attempt.objects.exists()


def test_the_pre_test_is_taken_once(cast, course):
    enrolment = enrol(by=cast.officer, course=course.course)
    take_test(cast.officer, enrolment, "pre-test")
    with pytest.raises(services.AlreadyTaken):
        services.start_attempt(by=cast.officer, enrolment=enrolment, key="pre-test", language="en")


def test_a_saved_answer_comes_back_with_a_receipt_and_a_replay_with_the_same_one(cast, attempt):
    response = attempt.responses.select_related("version__item").first()
    first = save(cast.officer, response, response.version.answer_key)
    again = save(cast.officer, response, response.version.answer_key, seen=0)
    assert first.code == again.code and again.is_replay
    response.refresh_from_db()
    assert response.edits == 1


def test_an_older_window_does_not_overwrite_a_newer_answer(cast, attempt):
    response = attempt.responses.select_related("version__item").first()
    save(cast.officer, response, response.version.answer_key)
    with pytest.raises(services.AnswerConflict):
        save(cast.officer, response, wrong_answer(response.version), seen=0)
    response.refresh_from_db()
    assert response.answer == response.version.answer_key


def test_an_answer_with_an_option_of_another_question_is_refused(cast, attempt):
    for response in attempt.responses.select_related("version__item"):
        for hostile in (["zzz"], [], {"1": "zzz"}, "a", None, {"a": ["b"]}, [["a"]]):
            with pytest.raises((InvalidAnswer, TypeError)):
                save(cast.officer, response, hostile)
    assert not Response.objects.filter(answered_at__isnull=False).exists()


def test_an_answer_to_somebody_elses_attempt_is_not_found(cast, attempt):
    response = attempt.responses.select_related("version__item").first()
    for stranger in (cast.colleague, cast.outsider, cast.coordinator):
        with pytest.raises(Http404):
            save(stranger, response, response.version.answer_key)
    assert not Response.objects.filter(answered_at__isnull=False).exists()


def test_handing_in_twice_gives_one_result_and_one_batch_of_statements(cast, attempt):
    for response in attempt.responses.select_related("version__item"):
        save(cast.officer, response, response.version.answer_key)
    first = services.submit_attempt(by=cast.officer, attempt_uuid=attempt.uuid, language="en")
    assert services.record_attempt(attempt_pk=first.pk)
    count = Statement.objects.count()
    second = services.submit_attempt(by=cast.officer, attempt_uuid=attempt.uuid, language="en")
    assert first == second and first.passed
    assert not services.record_attempt(attempt_pk=first.pk), "it is due once"
    assert Statement.objects.count() == count


def test_what_was_handed_in_is_recorded_though_nobody_opens_the_result(cast, attempt):
    services.submit_attempt(by=cast.officer, attempt_uuid=attempt.uuid, language="en")
    before = Statement.objects.count()
    assert record_what_is_due.call() == 1
    assert Statement.objects.count() == before + 1 and record_what_is_due.call() == 0


def test_an_answer_after_handing_in_changes_nothing(cast, attempt):
    response = attempt.responses.select_related("version__item").first()
    done = services.submit_attempt(by=cast.officer, attempt_uuid=attempt.uuid, language="en")
    with pytest.raises(services.AttemptClosed):
        save(cast.officer, response, response.version.answer_key)
    response.refresh_from_db()
    assert response.answer is None
    assert done.right == 0 and done.passed is False


def test_a_practice_item_never_gets_onto_a_paper_whoever_tries(cast, course, attempt):
    practice = ItemVersion.objects.get(item__key="P1")
    with pytest.raises(DatabaseError), transaction.atomic():
        Response.objects.create(attempt=attempt, position=99, version=practice, option_order=[])
    shelved = EditionItem.objects.first()
    with pytest.raises(DatabaseError), transaction.atomic():
        EditionItem.objects.create(
            revision=shelved.revision,
            activity=shelved.activity,
            version=practice,
            language="en",
            content=shelved.content,
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        Item.objects.filter(key="F1").update(pool="practice")


# --- in the browser's words


def test_one_goes_through_a_test_page_by_page(cast, attempt):
    client = cast.client(cast.officer)
    for response in attempt.responses.select_related("version__item"):
        page = client.post(url(response), posted(client, response), follow=True)
        assert page.status_code == 200
    assert page.request["PATH_INFO"].endswith("/hand-in/")
    page = client.post(reverse("assessments:hand_in", args=[attempt.uuid]), follow=True)
    assert "Passed" in page.content.decode()


def test_an_answer_sent_after_the_session_ended_is_kept_and_saved_at_sign_in(cast, attempt):
    client = cast.client(cast.officer)
    response = attempt.responses.select_related("version__item").first()
    form = posted(client, response)
    client.session.flush()
    client.cookies.pop("suluh_session", None)
    away = client.post(url(response), form)
    assert away.status_code == 302 and "login" in away.url
    client.force_login(cast.officer, backend="accounts.backends.PeopleBackend")
    page = client.get(url(response), follow=True)
    response.refresh_from_db()
    assert response.answer == response.version.answer_key
    assert services.receipt_of(response).code in page.content.decode()


def test_an_answer_kept_at_the_door_is_not_saved_for_another_person(cast, attempt):
    client = cast.client(cast.officer)
    response = attempt.responses.select_related("version__item").first()
    form = posted(client, response)
    client.cookies.pop("suluh_session", None)
    client.post(url(response), form)
    client.force_login(cast.colleague, backend="accounts.backends.PeopleBackend")
    assert client.get(url(response)).status_code == 404
    response.refresh_from_db()
    assert response.answer is None


def test_a_form_without_our_token_changes_nothing(cast, attempt):
    client = cast.client(cast.officer)
    response = attempt.responses.select_related("version__item").first()
    form = posted(client, response) | {"token": "forged"}
    assert client.post(url(response), form).status_code == 403
    response.refresh_from_db()
    assert response.answer is None


def test_two_windows_with_different_answers_say_so_and_keep_the_saved_one(cast, attempt):
    client = cast.client(cast.officer)
    response = next(r for r in attempt.responses.select_related("version__item") if r.version.item.type != "truefalse")
    old_window = posted(client, response, wrong_answer(response.version))
    client.post(url(response), posted(client, response))
    conflict = client.post(url(response), old_window)
    assert conflict.status_code == 409
    assert "another window" in conflict.content.decode()
    response.refresh_from_db()
    assert response.answer == response.version.answer_key


def test_no_page_of_an_open_test_gives_the_key_away(cast, attempt):
    client = cast.client(cast.officer)
    pages = [reverse("assessments:hand_in", args=[attempt.uuid])]
    pages += [url(response) for response in attempt.responses.all()]
    for page in pages:
        text = client.get(page).content.decode()
        assert (
            "Feedback of" not in text and "answer_key" not in text and "must" not in text.lower().replace("customs", "")
        )


def test_after_a_failed_test_the_key_stays_closed_and_the_lessons_to_read_are_named(cast, course):
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment)
    failed = take_test(cast.officer, enrolment, wrong=("F1",))
    text = cast.client(cast.officer).get(reverse("assessments:result", args=[failed.uuid])).content.decode()
    assert "Not passed this time" in text and "Module one" in text
    assert "Feedback of" not in text


def test_after_a_passed_test_one_sees_what_was_right_and_why(cast, course):
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment)
    passed = take_test(cast.officer, enrolment)
    text = cast.client(cast.officer).get(reverse("assessments:result", args=[passed.uuid])).content.decode()
    assert "Feedback of F1" in text and "L1 3(a)" in text


def test_a_published_correction_does_not_disturb_a_running_test(cast, course, attempt):
    course.page.summary = "Another summary."
    course.page.save()
    revision, is_new = publish_course(by=None, page=course.page)
    assert is_new and revision.number == 2
    client = cast.client(cast.officer)
    for response in attempt.responses.select_related("version__item"):
        assert client.post(url(response), posted(client, response)).status_code == 302
    done = services.submit_attempt(by=cast.officer, attempt_uuid=attempt.uuid, language="en")
    assert done.passed and done.revision.number == 1


def test_a_bank_that_cannot_fill_the_paper_says_so(cast):
    course = make_course("T9", final_draw=9)
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment)
    page = cast.client(cast.officer).post(reverse("assessments:start", args=["t9", "final-test"]))
    assert page.status_code == 403
    assert "cannot be started" in page.content.decode()
    assert not Attempt.objects.exists()


def test_an_unknown_attempt_is_not_found(cast, course):
    client = cast.client(cast.officer)
    for name in ("overview", "hand_in", "result"):
        assert client.get(reverse(f"assessments:{name}", args=[uuid.uuid4()])).status_code == 404


@pytest.mark.parametrize("type", ["matching", "ordering"])
def test_a_half_finished_answer_is_refused_with_words_and_what_was_chosen_stays_on_the_page(cast, type):
    enrolment = enrol(by=cast.officer, course=make_course("T4", final_draw=4).course)
    finish_lessons(enrolment)
    attempt = services.start_attempt(by=cast.officer, enrolment=enrolment, key="final-test", language="en")
    client = cast.client(cast.officer)
    response = next(r for r in attempt.responses.select_related("version__item") if r.version.item.type == type)
    first, value = ("1", "b") if type == "matching" else ("a", "2")
    form = {key: value for key, value in posted(client, response).items() if not key.startswith("q")}
    page = client.post(url(response), form | {f"q{response.position}-{first}": value})
    assert page.status_code == 422 and 'role="alert"' in page.content.decode()
    assert f'<option value="{value}" selected>' in page.content.decode()
    response.refresh_from_db()
    assert response.answer is None


def test_answers_kept_at_the_door_are_saved_whichever_page_of_the_test_is_opened_next(cast, attempt):
    client = cast.client(cast.officer)
    responses = list(attempt.responses.select_related("version__item"))
    forms = [(url(response), posted(client, response)) for response in responses]
    client.cookies.pop("suluh_session", None)
    for address, form in forms:
        assert client.post(address, form, headers={"accept": "application/json"}).status_code == 401
    client.force_login(cast.officer, backend="accounts.backends.PeopleBackend")
    page = client.get(reverse("assessments:hand_in", args=[attempt.uuid]), follow=True).content.decode()
    assert "Every question is answered and saved" in page and len(re.findall("Receipt [A-Z2-7]{5}-", page)) == len(
        responses
    )


def test_a_form_sent_by_another_site_touches_no_session(cast, attempt):
    client = cast.client(cast.officer)
    response = attempt.responses.select_related("version__item").first()
    form = posted(client, response)
    answer = cast.client(None).post(url(response), form, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 302 and "suluh_session" not in answer.cookies


@pytest.mark.parametrize("seen", ["²", "9" * 5000, "-1", "", "x"])
def test_a_hostile_form_is_no_fault_of_the_server(cast, attempt, seen):
    client = cast.client(cast.officer)
    response = attempt.responses.select_related("version__item").first()
    assert client.post(url(response), posted(client, response) | {"seen": seen}).status_code in (302, 409)


def test_what_was_handed_in_is_not_changed_even_by_sql(cast, attempt):
    done = services.submit_attempt(by=cast.officer, attempt_uuid=attempt.uuid, language="en")
    for rows, change in (
        (Attempt.objects.filter(pk=done.pk), {"passed": True}),
        (Response.objects.filter(attempt=done), {"answer": ["a"]}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)


def test_whose_posting_has_ended_starts_no_test_and_loses_nothing(cast, course):
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment)
    cast.officer.postings.update(starts_on="2020-01-01", ends_on="2020-02-01")
    client = cast.client(cast.officer)
    assert client.post(reverse("assessments:start", args=["t1", "final-test"])).status_code == 403
    assert client.get("/en/courses/t1/m1-l1/").status_code == 403
    assert client.get("/en/me/").status_code == 200
    assert not Attempt.objects.exists()
