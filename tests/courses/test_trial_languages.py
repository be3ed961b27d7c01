"""A trial in every language of the course: the drafts of authors and the words of translators that nobody published."""

import pytest
from django.urls import reverse

from courses.pages.rights import sync_groups
from courses.pages.selectors import source_page_of
from courses.pages.services import make_trial
from learning.models import TrialEntry
from learning.selectors import how_far_translated
from tests.courses.translated import course, html, lesson, type_words

__all__ = ["course"]

pytestmark = pytest.mark.django_db


def shown(trial, language: str, key: str = "m1-l1") -> str:
    body = TrialEntry.objects.get(trial=trial, key=key, language=language).body
    return "".join(part["html"] for part in body["parts"] if part["type"] == "html")


def test_words_that_a_translator_typed_are_in_a_trial_and_not_on_the_shelf(cast, course):
    source = lesson("m1-l1", "en")
    type_words(source, "body.kp-1.text", "Belum terbit", cast.trainer)
    trial = make_trial(by=cast.trainer, page=source_page_of(course))
    assert "Belum terbit" in shown(trial, "id") and "Belum terbit" not in html(course, "m1-l1", "id")
    assert 'class="behind"' not in shown(trial, "id")


def test_a_draft_of_the_source_shows_what_would_be_out_of_date(cast, course):
    page = lesson("m1-l1", "en")
    next(block for block in page.body if block.id == "kp-1").value["text"] = "A sharper point"
    page.save_revision(user=cast.trainer)
    trial = make_trial(by=cast.trainer, page=source_page_of(course))
    assert "A sharper point" in shown(trial, "en") and "A sharper point" not in html(course, "m1-l1", "en")
    assert 'class="behind"' in shown(trial, "id") and "A sharper point" in shown(trial, "id")
    assert how_far_translated(trial, "m1-l1") == {"en": "whole", "id": "parts"}


def test_the_frame_offers_every_language_and_says_what_is_not_whole(cast, course):
    sync_groups(cast.trainer)
    page = lesson("m1-l1", "en")
    next(block for block in page.body if block.id == "kp-1").value["text"] = "A sharper point"
    page.save_revision(user=cast.trainer)
    answer = cast.client(cast.trainer).get(reverse("preview_course", args=[page.pk]), {"language": "id"})
    text = answer.content.decode()
    assert "Indonesian – partly out of date or not translated" in text and "English – " not in text
    assert 'src="/id/courses/try/' in text
    own = cast.client(cast.trainer).get(reverse("preview_course", args=[lesson("m1-l1", "id").pk])).content.decode()
    assert 'src="/id/courses/try/' in own, "a translated page opens in its own language"
