"""Nobody is certified in a language whose assessed texts are stale: in which languages a test is open."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments import services
from assessments.languages import LanguageNotOpen, languages_of_tests
from assessments.models import Attempt, Item, Response
from assessments.services import save_wording
from certificates.models import Award
from courses.pages.selectors import source_page_of
from courses.pages.services import publish_course
from learning.manifest import DELTA, Node, Outline
from learning.models import Activity
from learning.selectors import newest_revision
from learning.services import enrol
from tests.courses.translated import change, course, lesson
from tests.factories import finish_lessons

__all__ = ["course"]


def sharpen(course, key: str) -> None:
    """Change the words of a question in the source language, and publish."""
    version = Item.objects.get(key=key).versions.last()
    text = version.wordings.get(language="en").text
    save_wording(version=version, language="en", text={**text, "stem": f"A sharper stem {key}"})
    publish_course(by=None, page=source_page_of(course))


@pytest.fixture
def enrolment(cast, course):
    enrolment = enrol(by=cast.officer, course=course)
    finish_lessons(enrolment)
    return enrolment


def start(client, language: str, key: str = "final-test"):
    return client.post(f"/{language}/tests/start/small-course/{key}/")


def answer_all(client, attempt, language: str) -> None:
    for response in attempt.responses.select_related("version__item"):
        address = f"/{language}/tests/{attempt.uuid}/{response.position}/"
        page, key = client.get(address), response.version.answer_key
        form = {"token": page.context["token"], "seen": page.context["seen"], "go": "stay"}
        name = f"q{response.position}"
        if isinstance(key, dict):
            form |= {f"{name}-{left}": option for left, option in key.items()}
        elif response.version.item.type == "ordering":
            form |= {f"{name}-{option}": place for place, option in enumerate(key, start=1)}
        else:
            form[name] = key
        assert client.post(address, form).status_code == 302


@pytest.mark.parametrize("key", ["pre-test", "final-test"])
def test_a_test_is_refused_in_a_language_in_which_one_of_its_questions_is_stale(cast, course, enrolment, key):
    sharpen(course, {"pre-test": "B1", "final-test": "F2"}[key])
    client = cast.client(cast.officer)
    refused = start(client, "id", key)
    assert refused.status_code == 409
    assert [choice.code for choice in refused.context["choices"]] == ["en"]
    assert refused.context["why"]
    assert not Attempt.objects.exists() and not Response.objects.exists()
    door = client.get(f"/id/courses/small-course/{key}/")
    assert door.context["why_closed"] and "/tests/start/" not in door.content.decode()
    on = client.get(door.context["choices"][0].url)
    assert on.url == f"/en/courses/small-course/{key}/", "the button leads to the same place"
    assert "/tests/start/" in client.get(on.url).content.decode()
    assert start(client, "en", key).status_code == 302
    assert Attempt.objects.get().language == "en"


def test_a_test_whose_every_text_is_current_is_open_in_every_language(cast, course, enrolment):
    client = cast.client(cast.officer)
    page = client.get("/id/courses/small-course/")
    assert [each.languages for each in page.context["open_in"]] == [("en", "id")]
    assert not page.context["open_in"][0].note
    assert client.get("/id/courses/small-course/final-test/").context["why_closed"] == ""
    start(client, "id")
    attempt = Attempt.objects.get()
    assert set(attempt.responses.values_list("language", flat=True)) == {"id"}
    answer_all(client, attempt, "id")
    client.post(f"/id/tests/{attempt.uuid}/hand-in/", follow=True)
    attempt.refresh_from_db()
    assert (attempt.language, attempt.passed) == ("id", True)


def test_the_course_page_says_for_each_test_in_which_languages_it_is_open(cast, course, enrolment):
    sharpen(course, "F1")
    client = cast.client(cast.officer)
    for language in ("en", "id"):
        page = client.get(f"/{language}/courses/small-course/")
        assert [each.languages for each in page.context["open_in"]] == [("en", "id"), ("en",)]
        notes = [bool(each.note) for each in page.context["open_in"]]
        assert notes == [False, language == "id"]
    words = client.get("/id/courses/small-course/").content.decode()
    assert page.context["open_in"][1].note in words


def test_a_language_of_which_nothing_is_translated_is_simply_not_open(cast, course, enrolment):
    client = cast.client(cast.officer)
    refused = start(client, "ur")
    assert refused.status_code == 409
    assert [choice.code for choice in refused.context["choices"]] == ["en", "id"]
    assert not Attempt.objects.exists()
    assert client.get("/ur/courses/small-course/").status_code == 200


def test_a_question_about_a_case_that_changed_closes_the_language(cast, course, enrolment):
    change(lesson("m1-l2", "en"), "scenario", text="Another case")
    publish_course(by=None, page=source_page_of(course))
    with pytest.raises(LanguageNotOpen):
        services.start_attempt(by=cast.officer, enrolment=enrolment, key="final-test", language="id")
    assert services.start_attempt(by=cast.officer, enrolment=enrolment, key="pre-test", language="id").language == "id"


def test_an_attempt_under_way_goes_on_in_its_language_whatever_is_corrected(cast, course, enrolment):
    client = cast.client(cast.officer)
    start(client, "id")
    attempt = Attempt.objects.get()
    sharpen(course, "F1")
    assert start(client, "id").status_code == 302, "going on is no new start"
    assert client.get("/id/courses/small-course/final-test/").context["why_closed"] == ""
    answer_all(client, attempt, "id")
    client.post(f"/id/tests/{attempt.uuid}/hand-in/", follow=True)
    attempt.refresh_from_db()
    assert (attempt.language, attempt.passed) == ("id", True)
    assert Award.objects.get(enrolment=enrolment).language == "id"


def test_in_the_middle_of_a_test_only_an_open_language_can_be_switched_to(cast, course, enrolment):
    sharpen(course, "F1")
    client = cast.client(cast.officer)
    start(client, "en")
    attempt = Attempt.objects.get()
    answer_all(client, attempt, "en")
    before = list(attempt.responses.values_list("position", "answer", "language", "edits"))
    for address in (f"/id/tests/{attempt.uuid}/2/", f"/id/tests/{attempt.uuid}/hand-in/"):
        page = client.get(address)
        assert page.status_code == 409
        back = client.get(page.context["choices"][0].url)
        assert back.url == address.replace("/id/", "/en/"), "the same place"
        assert client.get(back.url).status_code == 200
    refused = client.post(f"/id/tests/{attempt.uuid}/hand-in/", follow=True)
    attempt.refresh_from_db()
    assert refused.status_code == 409 and attempt.submitted_at is None
    assert list(attempt.responses.values_list("position", "answer", "language", "edits")) == before
    client.post(f"/en/tests/{attempt.uuid}/hand-in/", follow=True)
    attempt.refresh_from_db()
    assert (attempt.language, attempt.passed) == ("en", True)
    assert Award.objects.get(enrolment=enrolment).language == "en"


def test_an_answer_that_arrives_in_a_language_that_is_not_open_is_saved(cast, course, enrolment):
    sharpen(course, "F1")
    client = cast.client(cast.officer)
    start(client, "en")
    attempt = Attempt.objects.get()
    response = attempt.responses.select_related("version__item").get(version__item__key="F1")
    page = client.get(f"/en/tests/{attempt.uuid}/{response.position}/")
    form = {"token": page.context["token"], "seen": 0, "go": "stay", f"q{response.position}": ["a"]}
    client.post(f"/id/tests/{attempt.uuid}/{response.position}/", form)
    response.refresh_from_db()
    assert (response.answer, response.language) == (["a"], "en"), "in the words in which it can be asked"


def test_one_query_more_on_the_course_page_and_none_on_a_lesson(cast, course, enrolment):
    client = cast.client(cast.officer)
    for address, most in (("", 1), ("m1-l1/", 0)):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/en/courses/small-course/{address}").status_code == 200
        assert sum("assessments_editionitem" in each["sql"] for each in seen.captured_queries) == most


def test_a_refresher_closes_for_the_texts_of_its_own_modules_alone(course):
    """Its test draws from the modules that it goes through: what is stale in another one closes nothing."""
    sharpen(course, "F1")
    revision = newest_revision(course)
    test = Activity.objects.get(course=course, key="final-test")
    node = Node(uuid=str(test.uuid), key="final-test", kind=Activity.Kind.QUIZ, purpose=DELTA)

    def tree(module: str) -> Outline:
        return Outline((Node(uuid="0", key=module, kind=Activity.Kind.MODULE), node))

    assert languages_of_tests(revision, tree("m1"))[node.uuid].open == ("en",)
    assert languages_of_tests(revision, tree("m2")) == {}
