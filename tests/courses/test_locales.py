"""A language that is deleted with records in it: a message that people understand, and nothing lost."""

import pytest
from django.db.models import ProtectedError
from django.utils import translation
from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation

from accounts.models import AuditEvent
from courses.pages.models import CoursePage
from courses.pages.services.locales import LocaleInUse, uses_of
from learning.services import enrol
from tests.courses.translated import course
from tests.factories import finish_lessons, take_test

__all__ = ["course"]


def counts() -> tuple[int, int, int]:
    return Locale.all_objects.count(), Page.objects.count(), StringTranslation.objects.count()


def test_a_language_with_pages_and_attempts_is_not_deleted_and_the_page_says_what_is_in_it(cast, course):
    take_test(cast.officer, enrol(by=cast.officer, course=course), "pre-test")
    before, client = counts(), cast.client(cast.admin)
    english = Locale.objects.get(language_code="en")
    answer = client.post(f"/admin/locales/delete/{english.pk}/")
    assert answer.status_code == 409 and "cannot be deleted, and nothing was changed" in answer.content.decode()
    assert {"Pages", "Tests that officers took"} <= {use.label for use in answer.context["uses"]}
    assert client.post(f"/admin/locales/edit/{english.pk}/", {"language_code": "ur"}).status_code == 409
    english.refresh_from_db()
    assert english.language_code == "en" and counts() == before


def test_no_other_way_deletes_it_either(cast, course):
    before = counts()
    with pytest.raises((LocaleInUse, ProtectedError)):
        Locale.objects.get(language_code="id").delete()
    with pytest.raises((LocaleInUse, ProtectedError)):
        Locale.objects.filter(language_code="id").delete()
    assert counts() == before


def test_a_language_whose_pages_are_gone_stays_while_records_name_it(cast, course):
    enrolment = enrol(by=cast.officer, course=course)
    cast.client(cast.officer).post("/id/courses/small-course/m1-l1/done/")
    assert enrolment.activity_progress.get(activity__key="m1-l1").language == "id"
    CoursePage.objects.get(course=course, locale__language_code="id").delete()
    indonesian = Locale.objects.get(language_code="id")
    Page.objects.filter(locale=indonesian, depth__gt=1).delete()
    with translation.override("en"):
        assert "Lessons that officers read" in {str(use.label) for use in uses_of(indonesian)}
    assert cast.client(cast.admin).post(f"/admin/locales/delete/{indonesian.pk}/").status_code == 409
    assert Locale.objects.filter(pk=indonesian.pk).exists()


def test_a_language_in_which_nothing_is_kept_can_be_added_and_deleted(cast, course):
    client = cast.client(cast.admin)
    assert client.get("/admin/locales/").status_code == 200
    assert client.post("/admin/locales/new/", {"language_code": "ur"}).status_code == 302
    urdu = Locale.objects.get(language_code="ur")
    assert client.post(f"/admin/locales/delete/{urdu.pk}/").status_code == 302
    assert not Locale.all_objects.filter(language_code="ur").exists()
    assert AuditEvent.objects.filter(action="language.deleted").get().details == {"language": "ur"}


def test_only_languages_of_the_site_can_be_added(cast, course):
    client = cast.client(cast.admin)
    page = client.post("/admin/locales/new/", {"language_code": "fr"})
    assert page.status_code == 200 and page.context["form"].errors
    assert not Locale.all_objects.filter(language_code="fr").exists()


def test_authors_and_trainers_neither_add_nor_delete_languages(cast, course):
    before = counts()
    for person in (cast.trainer, cast.officer):
        client = cast.client(person)
        assert client.post("/admin/locales/new/", {"language_code": "ur"}).status_code in (302, 403)
        english = Locale.objects.get(language_code="en")
        assert client.post(f"/admin/locales/delete/{english.pk}/").status_code == 403
    assert counts() == before


def test_progress_is_kept_where_a_language_is_in_use(cast, course):
    enrolment = enrol(by=cast.officer, course=course)
    finish_lessons(enrolment)
    with pytest.raises((LocaleInUse, ProtectedError)):
        Locale.objects.get(language_code="en").delete()
    assert enrolment.activity_progress.filter(completed_at__isnull=False).exists()
