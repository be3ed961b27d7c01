"""Pictures in other languages: their words are translated, which picture it is never is."""

import re

from courses.pages.translation import State
from tests.courses.media import make_picture
from tests.courses.test_media_in_lessons import picture_block
from tests.courses.translated import course, html, lesson, states, translation, type_words

__all__ = ["course"]


def test_the_words_of_a_picture_are_translated_and_the_picture_stays(cast, course, django_capture_on_commit_callbacks):
    page = lesson("m1-l1", "en")
    with django_capture_on_commit_callbacks(execute=True):
        page.body = [*page.body.get_prep_value(), picture_block(make_picture())]
        page.save_revision().publish()
    shown = html(course, "m1-l1", "id")
    assert re.search(r'alt="Boats in fog"[^>]* lang="en"', shown)
    assert states(course, "m1-l1")["body.pic-1"] == State.MISSING
    translation(page).source.update_from_db()
    for path, words in (("alt", "Perahu dalam kabut"), ("caption", "Sebelum giliran jaga")):
        type_words(page, f"body.pic-1.{path}", words, cast.trainer)
    with django_capture_on_commit_callbacks(execute=True):
        translation(page).save_target(user=cast.trainer, publish=True)
    translated = html(course, "m1-l1", "id")
    assert 'alt="Perahu dalam kabut"' in translated and "Sebelum giliran jaga" in translated
    addresses = re.findall(r"/files/[0-9a-f]{64}", html(course, "m1-l1", "en"))
    assert addresses and re.findall(r"/files/[0-9a-f]{64}", translated) == addresses
