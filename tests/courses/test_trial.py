"""Trying a course from its drafts: everything works as for an officer, and nothing is recorded."""

import datetime as dt
import re

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import Refused
from accounts.roles import Role
from courses.pages.models import LessonPage, ModulePage
from courses.pages.services import make_trial
from learning.models import Trial, TrialEntry
from learning.tasks import drop_old_trials
from tests.assessments.marking import essay_course
from tests.cast import make_person
from tests.factories import make_course

pytestmark = pytest.mark.django_db


def rows() -> dict[str, int]:
    """How many rows every table of the site has."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
    }


@pytest.fixture
def trial(cast, course) -> Trial:
    return make_trial(by=cast.trainer, page=course.page)


def at(trial: Trial, rest: str = "", language: str = "en") -> str:
    return f"/{language}/courses/try/{trial.uuid}/{rest}"


def fields_of(page: str) -> dict[str, list[str]]:
    """The options of the question on a page, by the name of their field."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="(?:radio|checkbox)" name="(q[^"]+)" value="([^"]+)"', page):
        found.setdefault(name, []).append(value)
    return found


def right_form(trial: Trial, key: str, page: str) -> dict[str, object]:
    """The right answer to the question that a page shows."""
    pool = {each["wordings"]["en"]["stem"]: each for each in Trial.objects.get(pk=trial.pk).papers[key]}
    asked = next(each for stem, each in pool.items() if stem in page)
    prefix = re.search(r'name="(q\d+)', page).group(1)
    answer = asked["answer_key"]
    if asked["type"] == "matching":
        return {f"{prefix}-{left}": right for left, right in answer.items()}
    if asked["type"] == "ordering":
        return {f"{prefix}-{each}": str(place) for place, each in enumerate(answer, start=1)}
    return {prefix: "Some words." if asked["type"] == "essay" else answer}


def test_a_draft_that_is_not_published_is_read_in_a_trial_and_by_no_officer(cast, course):
    lesson = LessonPage.objects.get(key="m1-l1")
    lesson.title = "Not yet for officers"
    lesson.save_revision()
    module = ModulePage.objects.get(key="m1")
    module.add_child(instance=LessonPage(title="New one", slug="new", key="new", locale=lesson.locale, live=False))
    before = {name: count for name, count in rows().items() if not name.startswith(("learning.Trial", "accounts."))}
    trial = make_trial(by=cast.trainer, page=course.page)
    after = {name: count for name, count in rows().items() if not name.startswith(("learning.Trial", "accounts."))}
    assert after == before, "an edition, an activity or something frozen was made"
    page = cast.client(cast.trainer).get(at(trial)).content.decode()
    assert "Not yet for officers" in page and "New one" in page
    assert "Not yet for officers" not in cast.client(cast.officer).get("/en/courses/t1/").content.decode()


def test_a_withdrawn_page_is_not_in_a_trial(cast, course):
    lesson = LessonPage.objects.get(key="m1-l1")
    lesson.save_revision().publish()
    LessonPage.objects.get(key="m1-l1").unpublish()
    trial = make_trial(by=cast.trainer, page=course.page)
    assert not TrialEntry.objects.filter(trial=trial, key="m1-l1").exists()


def test_going_through_a_whole_trial_leaves_no_row_anywhere(cast, course, trial):
    client = cast.client(cast.trainer)
    client.get(at(trial))
    before = rows()
    check = client.post(at(trial, "m1-l1/check-1/"), {"q-check-1": ["a", "b"]}, follow=True).content.decode()
    assert "Feedback of P1" in check and "Right" in check
    for key in ("m1-l1", "m1-l2"):
        client.post(at(trial, f"{key}/done/"))
    for key in ("pre-test", "final-test"):
        page = client.post(at(trial, f"-/{key}/start/"), follow=True)
        while "/hand-in/" not in page.request["PATH_INFO"]:
            form = right_form(trial, key, page.content.decode())
            page = client.post(page.request["PATH_INFO"], form, follow=True)
        page = client.post(page.request["PATH_INFO"], follow=True)
    assert "Passed" in page.content.decode() and "100" in page.content.decode()
    assert "You have been through all of it" in client.get(at(trial)).content.decode()
    assert rows() == before


def test_a_failed_final_test_says_the_rule_and_hides_the_key(cast, course, trial):
    client = cast.client(cast.trainer)
    client.post(at(trial, "-/final-test/start/"))
    page = client.post(at(trial, "-/final-test/hand-in/"), follow=True).content.decode()
    assert "Not passed this time" in page and "Needed: 80" in page and "must be right was not" in page
    assert "Feedback of" not in page
    assert "Try again" in page


def test_an_essay_that_decides_is_neither_right_nor_wrong_in_a_trial(cast):
    trial = make_trial(by=cast.trainer, page=essay_course(code="T2").page)
    client = cast.client(cast.trainer)
    page = client.post(at(trial, "-/final-test/start/"), follow=True)
    while "/hand-in/" not in page.request["PATH_INFO"]:
        page = client.post(
            page.request["PATH_INFO"], right_form(trial, "final-test", page.content.decode()), follow=True
        )
    result = client.post(page.request["PATH_INFO"], follow=True).content.decode()
    assert "A person marks your test" in result and "Not marked yet" in result and "Some words." in result
    assert "Not right" not in result and "result__score" not in result


def test_who_may_not_know_the_answers_of_tests_is_not_told_them_in_a_trial(cast, course, trial):
    """Authors and translators take these tests themselves; a trial draws as many papers as one likes."""
    for number, role in enumerate((Role.AUTHOR, Role.TRANSLATOR)):
        client = cast.client(make_person(f"writer{number}", role))
        client.post(at(trial, "-/pre-test/start/"))
        page = client.post(at(trial, "-/pre-test/hand-in/"), follow=True).content.decode()
        assert "Thank you" in page and "Stem of B1" in page
        assert "Feedback of" not in page and "B1 option" not in page
        page = client.post(at(trial, "-/final-test/start/"), follow=True)
        while "/hand-in/" not in page.request["PATH_INFO"]:
            form = right_form(trial, "final-test", page.content.decode())
            page = client.post(page.request["PATH_INFO"], form, follow=True)
        page = client.post(page.request["PATH_INFO"], follow=True).content.decode()
        assert "Stem of F1" in page and "Feedback of" not in page and "F1 option" not in page
        # Nor whether anything was right: paper after paper, one option after the other, that is the key.
        for word in ("Passed", "badge--ok", "badge--danger", "Must be right", " right.", "100 %"):
            assert word not in page, word
        assert "100" not in client.get(at(trial, "-/final-test/")).content.decode()
        assert "You have been through all of it" not in page
    reviewer = cast.client(make_person("reviewer", Role.ASSESSMENT_REVIEWER))
    reviewer.post(at(trial, "-/pre-test/start/"))
    assert "Feedback of B1" in reviewer.post(at(trial, "-/pre-test/hand-in/"), follow=True).content.decode()


def test_the_outline_ticks_off_for_the_one_who_tries_only(cast, course, trial):
    author = make_person("author", Role.AUTHOR)
    mine, other = cast.client(cast.trainer), cast.client(author)
    mine.post(at(trial, "m1-l1/done/"))
    assert "is-done" in mine.get(at(trial, "m1-l2/")).content.decode()
    assert "is-done" not in other.get(at(trial, "m1-l2/")).content.decode()
    mine.post(at(trial, "-/anew/"))
    assert "is-done" not in mine.get(at(trial, "m1-l2/")).content.decode()


def test_a_trial_opens_for_those_who_write_or_review_and_for_nobody_else(cast, course, trial):
    reviewer = make_person("reviewer", Role.LEGAL_REVIEWER)
    for person in (cast.trainer, cast.admin, reviewer, make_person("author", Role.AUTHOR)):
        assert cast.client(person).get(at(trial)).status_code == 200
    for person in (cast.officer, cast.coordinator, cast.rso, cast.auditor, cast.nobody):
        assert cast.client(person).get(at(trial)).status_code == 404
        with pytest.raises(Refused):
            make_trial(by=person, page=course.page)
    assert Trial.objects.count() == 1


def test_only_our_own_pages_may_frame_a_trial_and_no_other_page_may_be_framed(cast, course, trial):
    client = cast.client(cast.trainer)
    framed = client.get(at(trial, "m1-l1/"))
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in framed["Content-Security-Policy"]
    assert "'unsafe-inline'" not in framed["Content-Security-Policy"]
    shelf = client.get("/en/courses/t1/")
    assert shelf["X-Frame-Options"] == "DENY" and "frame-ancestors 'none'" in shelf["Content-Security-Policy"]


def test_the_same_place_is_there_in_every_language_and_the_look_goes_along(cast, course, trial):
    client = cast.client(cast.trainer)
    page = client.get(f"/en/courses/try/{trial.uuid}~dark-large/m1-l1/").content.decode()
    assert f"/en/courses/try/{trial.uuid}~dark-large/m1-l1/done/" in page
    assert "/en/courses/try/look/dark-large.css" in page and "lms/suluh.css" not in page
    urdu = client.get(f"/ur/courses/try/{trial.uuid}/m1-l1/").content.decode()
    assert 'dir="rtl"' in urdu and "Trying" in page
    assert client.get(f"/en/courses/try/{trial.uuid}~blue/m1-l1/").status_code == 404


def test_a_look_is_the_sheet_of_the_site_with_its_scheme_said_for_always(client):
    dark, light = (client.get(f"/en/courses/try/look/{each}.css").content.decode() for each in ("dark", "light"))
    assert "prefers-color-scheme" not in dark + light
    assert "@media screen {" in dark and "color-scheme: dark;" in dark
    assert "@media not all {" in light and "color-scheme: light;" in light
    assert client.get("/en/courses/try/look/pink.css").status_code == 404


def test_the_address_stays_when_the_course_is_built_again_and_what_was_tried_too(cast, course, trial):
    client = cast.client(cast.trainer)
    client.post(at(trial, "m1-l1/done/"))
    assert make_trial(by=cast.trainer, page=course.page).built_at == trial.built_at, "nothing changed"
    lesson = LessonPage.objects.get(key="m1-l1")
    lesson.title = "Another title"
    lesson.save_revision()
    again = make_trial(by=cast.trainer, page=course.page)
    assert again.uuid == trial.uuid and again.digest != trial.digest
    page = client.get(at(trial, "m1-l1/")).content.decode()
    assert "Another title" in page and "is-done" in page


def test_what_is_not_finished_is_left_out_and_named(cast, course):
    lesson = LessonPage.objects.get(key="m1-l1")
    body = [*lesson.body.raw_data, {"id": "gone", "type": "check", "value": {"item": ""}}]
    lesson.body = body
    lesson.save_revision()
    trial = make_trial(by=cast.trainer, page=course.page)
    assert any("m1-l1" in problem for problem in trial.problems)
    page = cast.client(cast.trainer).get(at(trial, "m1-l1/"))
    assert page.status_code == 200 and "Act, means, purpose." in page.content.decode()
    assert "Not finished" in cast.client(cast.trainer).get(at(trial)).content.decode()


def test_a_course_without_anything_can_be_tried(cast):
    small = make_course("T9", publish=False)
    for module in ModulePage.objects.descendant_of(small.page):
        module.delete()
    small.page.refresh_from_db()
    trial = make_trial(by=cast.trainer, page=small.page)
    assert cast.client(cast.trainer).get(at(trial)).status_code == 200


def test_a_trial_lives_for_a_day(cast, course, trial):
    Trial.objects.update(built_at=timezone.now() - dt.timedelta(hours=25))
    assert cast.client(cast.trainer).get(at(trial)).status_code == 404
    assert drop_old_trials.func() == 1
    assert not Trial.objects.exists() and not TrialEntry.objects.exists()


def test_a_paper_whose_questions_changed_since_is_gone_and_says_so(cast, course, trial):
    client = cast.client(cast.trainer)
    client.post(at(trial, "-/final-test/start/"))
    Trial.objects.update(papers={"final-test": [], "pre-test": []})
    page = client.get(at(trial, "-/final-test/1/"), follow=True).content.decode()
    assert "This paper is gone" in page


def test_an_answer_that_is_none_is_refused_as_on_the_shelf(cast, course, trial):
    client = cast.client(cast.trainer)
    assert client.post(at(trial, "m1-l1/check-1/"), {}).status_code == 422
    assert client.post(at(trial, "m1-l1/none/"), {}).status_code == 404
    assert client.get(reverse("courses:try_activity", args=[str(trial.uuid), "none"])).status_code == 404
