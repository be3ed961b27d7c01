"""The translation memory: what was accepted somewhere is offered for the same words and for words much like them."""

import time

import pytest
from django.utils import timezone

from courses.pages.models import SegmentTranslation
from courses.pages.translating import memory
from courses.pages.translating.segments import Segment
from tests.courses.translated import course

__all__ = ["course"]


@pytest.fixture(autouse=True)
def _anew():
    memory.forget()
    yield
    memory.forget()


def segment(source: str, **more) -> Segment:
    return Segment("m1-l1/x", "m1-l1/x", "", source, "d", "w", **more)


def asked(source: str, language: str = "id", **more) -> list[memory.Suggestion]:
    return memory.suggestions(segment(source, **more), source_language="en", language=language)


def accepted(course, source: str, text: str, place: str = "m1-l1/y", **more) -> SegmentTranslation:
    return SegmentTranslation.objects.create(
        course=course,
        language="id",
        place=place,
        words_digest=source,
        digest=source,
        source=source,
        text=text,
        **({"accepted_at": timezone.now()} | more),
    )


def test_live_words_of_pages_and_questions_are_offered_with_their_place(course):
    found = asked("A point (en)")[0]
    assert (found.text, found.percent, found.code, found.key) == ("A point (id)", 100, "S1", "m1-l1")
    assert asked("Stem F1 (en)")[0].text == "Stem F1 (id)" and asked("Stem F1 (en)")[0].key == "F1"


def test_words_much_like_it_are_offered_with_how_like_they_are(course):
    accepted(course, "Victims are never detained for their own good", "Korban tidak pernah ditahan")
    found = asked("Victims are never detained for their good")[0]
    assert found.text == "Korban tidak pernah ditahan" and 80 <= found.percent < 100
    assert asked("A matter of quite another kind, and long") == []


def test_a_draft_and_another_language_are_no_memory(course):
    accepted(course, "Something said nowhere else", "Konsep", accepted_at=None)
    assert asked("Something said nowhere else") == []
    assert asked("A point (en)", "ur") == []


def test_what_is_accepted_later_is_added_after_some_seconds(course, monkeypatch):
    assert asked("Something said nowhere else") == []
    accepted(course, "Something said nowhere else", "Sesuatu")
    monkeypatch.setattr(memory, "ADD_AFTER", -1)
    assert asked("Something said nowhere else")[0].text == "Sesuatu"


def test_a_text_without_tags_gets_none_and_a_rich_one_is_found_by_its_words(course):
    rich = asked("Some <b>rich</b> text (en)", is_rich=True)[0]
    assert (rich.text, rich.percent) == ("Some <b>rich</b> text (id)", 100)
    plain = asked("Some rich text (en)")[0]
    assert (plain.text, plain.percent) == ("Some rich text (id)", 99)
    assert asked("") == []


def test_the_same_words_are_offered_once(course):
    accepted(course, "A point (en)", "A point (id)")
    assert [each.text for each in asked("A point (en)")].count("A point (id)") == 1


def test_twenty_thousand_texts_are_searched_in_a_moment(course):
    """Generous: a tenth of it is what a quiet machine needs."""
    held = memory._memory("en", "id")
    for number in range(20_000):
        words = f"Officer {number} asks the {number % 97} person in the {number % 89} place what happened and listens"
        held.add(memory._Entry(words, f"Petugas {number}", "S1", "m1/x"))
    began = time.process_time()
    found = asked("Officer 77 asks the 5 person in the 6 place what had happened and listens")
    assert found and time.process_time() - began < 1
