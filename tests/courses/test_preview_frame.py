"""The preview frame and the editor's own preview."""

import re

import pytest
from django.urls import reverse
from wagtail.models import Page

from courses.pages.models import LessonPage
from courses.pages.rights import sync_groups
from learning.models import Trial

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(cast):
    sync_groups(cast.trainer)
    return cast.client(cast.trainer)


def frame(client, page, **choices):
    return client.get(reverse("preview_course", args=[page.pk]), choices)


def source(answer) -> str:
    return re.search(r'<iframe src="([^"]+)"', answer.content.decode()).group(1)


def test_a_lesson_a_module_and_a_course_are_framed_at_their_place(client, course):
    lesson, module = LessonPage.objects.get(key="m1-l1"), Page.objects.get(slug="m1")
    assert source(frame(client, lesson)).endswith("/m1-l1/")
    assert source(frame(client, module)).endswith("/#m1")
    assert re.search(r"/en/courses/try/[0-9a-f-]{36}/$", source(frame(client, course.page)))
    shown = client.get(source(frame(client, lesson)))
    assert shown.status_code == 200 and "Act, means, purpose." in shown.content.decode()
    assert 'id="m1"' in client.get(source(frame(client, course.page))).content.decode()


def test_every_choice_works_without_a_script(client, course):
    choices = {"screen": "desktop", "scheme": "dark", "size": "larger", "place": "final-test", "language": "en"}
    page = frame(client, course.page, **choices)
    assert "~dark-larger/final-test/" in source(page)
    assert "suluh-preview__stage--desktop" in page.content.decode()
    nonsense = frame(client, course.page, screen="cinema", scheme="pink", place="nowhere", language="xx")
    assert nonsense.status_code == 200 and "~" not in source(nonsense)


def test_looking_twice_builds_once_and_a_saved_draft_builds_again(client, course):
    frame(client, course.page)
    first = Trial.objects.get()
    frame(client, course.page)
    assert Trial.objects.get().built_at == first.built_at
    lesson = LessonPage.objects.get(key="m1-l2")
    lesson.title = "Second, better"
    lesson.save_revision()
    assert "Second, better" in frame(client, course.page).content.decode()
    again = Trial.objects.get()
    assert again.uuid == first.uuid and again.built_at > first.built_at
    assert frame(client, course.page, anew="1", screen="tablet").url.endswith("?screen=tablet")
    assert Trial.objects.get().built_at > again.built_at


def test_pages_of_the_workshop_offer_the_preview(client, course):
    lesson = LessonPage.objects.get(key="m1-l1")
    address = reverse("preview_course", args=[lesson.pk])
    assert address in client.get(reverse("wagtailadmin_pages:edit", args=[lesson.pk])).content.decode()
    assert address in client.get(reverse("wagtailadmin_explore", args=[lesson.get_parent().pk])).content.decode()
    assert frame(client, Page.objects.get(slug="courses")).status_code == 404


@pytest.mark.parametrize("slug", ["t1", "m1", "m1-l1"])
def test_the_editors_own_preview_shows_the_draft_of_every_kind_of_page(client, course, slug):
    page = Page.objects.get(slug=slug)
    shown = client.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert shown.status_code == 200 and page.title in shown.content.decode()
    assert "nothing here is recorded" in shown.content.decode()


def test_a_page_that_is_withdrawn_says_so(client, course):
    lesson = LessonPage.objects.get(key="m1-l2")
    lesson.save_revision().publish()
    LessonPage.objects.get(pk=lesson.pk).unpublish()
    assert (
        "is withdrawn: officers do not see it" in frame(client, LessonPage.objects.get(pk=lesson.pk)).content.decode()
    )
