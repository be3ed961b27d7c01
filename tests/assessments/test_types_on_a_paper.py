"""Every type on a paper: asked, saved by its form, graded, and explained; nothing of a key before that."""

import json
from fractions import Fraction

import pytest
from django.urls import reverse

from assessments.models import Attempt, EditionItem
from assessments.selectors import current_practice_item
from assessments.services import save_wording, start_attempt
from assessments.types import TYPES
from assessments.wordings import basis_of
from courses.pages.services import publish_course
from learning.models import FrozenFileUse
from learning.services import enrol
from tests.assessments.test_grading import posted
from tests.factories import (
    ITEMS,
    finish_lessons,
    make_course,
    make_item,
    right_answer,
    take_test,
    with_all_types,
    words_for,
    wrong_answer,
)
from xapi.models import Statement

#: What stands in keys and nowhere in a wording.
SECRETS = ("Jetty", "Pier", "Dermaga", "consent", "persetujuan", "tolerance", "accepted", "answer_key")


@pytest.fixture
def attempt(cast) -> Attempt:
    """A final test with a question of every type, just begun."""
    course = make_course(final_draw=len(ITEMS) + 4, publish=False)
    with_all_types(course.course)
    publish_course(by=None, page=course.page)
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment)
    return start_attempt(by=cast.officer, enrolment=enrolment, key="final-test", language="en")


def typed_questions(attempt: Attempt):
    return [each for each in attempt.responses.select_related("version__item") if each.version.item.key[:2] == "T-"]


def url(response) -> str:
    return reverse("assessments:question", args=[response.attempt.uuid, response.position])


def form_of(client, response, answer) -> dict:
    page = client.get(url(response))
    assert page.status_code == 200
    fields = posted(response.version.item.type, response.version.structure, answer, f"q{response.position}")
    return {"token": page.context["token"], "seen": page.context["seen"], "go": "stay"} | fields


def test_every_type_is_saved_by_its_form_and_shown_again_without_its_key(cast, attempt):
    client = cast.client(cast.officer)
    asked = set()
    for response in typed_questions(attempt):
        answer = wrong_answer(response.version)
        saved = client.post(url(response), form_of(client, response, answer))
        assert saved.status_code == 302, response.version.item
        response.refresh_from_db()
        assert response.answer == answer
        page = client.get(url(response)).content.decode()
        assert f"Stem of {response.version.item.key}" in page
        assert not [each for each in SECRETS if each in page]
        assert "option__mark" not in page and f"Feedback of {response.version.item.key}" not in page
        asked.add(response.version.item.type)
    assert asked == set(ITEMS)


def test_what_cannot_be_read_is_refused_with_words_and_shown_again(cast, attempt):
    client = cast.client(cast.officer)
    for response in typed_questions(attempt):
        refused = {"shorttext": "x" * 200, "number": "many", "essay": "y" * 2001}.get(response.version.item.type)
        if refused is None:
            continue
        form = form_of(client, response, wrong_answer(response.version)) | {f"q{response.position}": refused}
        answer = client.post(url(response), form)
        assert answer.status_code == 422
        assert refused in answer.content.decode(), "nothing that was typed is lost"
        assert not [each for each in SECRETS if each in answer.content.decode()]
        response.refresh_from_db()
        assert response.answer is None


def test_a_paper_of_all_types_is_graded_and_explained(cast, attempt):
    enrolment = attempt.enrolment
    done = take_test(cast.officer, enrolment)
    essay = next(each for each in typed_questions(done) if each.version.item.type == "essay")
    assert done.passed and (done.right, done.total) == (len(ITEMS) + 3, len(ITEMS) + 3), "an essay does not count here"
    assert essay.is_right is None and essay.score is None and essay.answer == "Some words."
    page = cast.client(cast.officer).get(reverse("assessments:result", args=[done.uuid])).content.decode()
    for response in typed_questions(done):
        is_marked = response != essay
        assert (f"Feedback of {response.version.item.key}" in page) == is_marked, "what waits for its mark is not told"


def test_a_part_that_is_right_counts_for_its_share(cast, attempt):
    for response in typed_questions(attempt):
        if response.version.item.type in ("gaps", "set"):
            right, wrong = right_answer(response.version), wrong_answer(response.version)
            first, *others = right
            answer = {first: right[first]} | {each: wrong[each] for each in others}
            kind = TYPES[response.version.item.type]
            assert kind.score(response.version.structure, response.version.answer_key, answer) == Fraction(1, 2)


def test_the_files_of_pictures_stay_as_long_as_a_question_may_show_them(db):
    course = make_course(publish=False)
    version = make_item(course.course, "H1", "test", type="hotspot")
    digest = version.structure["picture"]["address"].rpartition("/")[2].partition(".")[0]
    assert FrozenFileUse.objects.filter(file=digest).exists(), "kept while it is only in the bank"
    publish_course(by=None, page=course.page)
    shelf = EditionItem.objects.get(version=version)
    assert shelf.content.body["pictures"] == [version.structure["picture"]["address"]]
    assert FrozenFileUse.objects.filter(file=digest, content=shelf.content).exists()


def test_a_practice_question_whose_key_does_not_speak_a_language_is_asked_in_the_first(db):
    course = make_course(publish=False)
    for name, language in (("number", "th"), ("shorttext", "th"), ("gaps", "id")):
        version = make_item(course.course, f"P-{name}", "practice", type=name)
        source = version.wordings.get(language="en").text
        save_wording(
            version=version,
            language=language,
            text=words_for(name, version.structure, f"P-{name}", language),
            translated_from=basis_of(version, source),
            source_text=source,
        )
        found = current_practice_item(str(version.item.uuid), language, course.course, source_language="en")
        assert found is not None
        assert found[1].language == ("en" if name == "shorttext" else language)


def test_no_statement_of_an_essay_says_that_it_was_right_or_not(cast):
    course = make_course(publish=False)
    version = make_item(course.course, "P9", "practice", type="essay")
    lesson = course.page.get_descendants().last().specific
    lesson.body = [*lesson.body.raw_data, {"id": "check-9", "type": "check", "value": {"item": str(version.item.uuid)}}]
    lesson.save_revision().publish()
    publish_course(by=None, page=course.page)
    enrol(by=cast.officer, course=course.course)
    client = cast.client(cast.officer)
    address = reverse("courses:activity", args=[course.course.slug, lesson.key])
    page = client.get(address)
    form_id = page.content.decode().split('name="form_id" value="')[1].split('"')[0]
    check = reverse("courses:check", args=[course.course.slug, lesson.key, "check-9"])
    shown = client.post(check, {"form_id": form_id, "q-check-9": "I would listen."}, follow=True).content.decode()
    assert "I would listen." in shown and "Feedback of P9" in shown and "A person marks this answer." in shown
    result = Statement.objects.latest("pk").statement["result"]
    assert set(result) == {"response"} and json.loads(result["response"]) == "I would listen."
