"""Finding the segments of one place, without cutting the whole course."""

import difflib
from collections.abc import Sequence

from django.http import Http404
from wagtail_localize.strings import StringValue

from assessments.models import ItemVersion, ItemWording
from courses.pages.models import CoursePage, LessonPage, ModulePage
from courses.pages.selectors import COURSE_KEY, source_page_of
from courses.pages.translating.segments import QUESTIONS, Segment, page_segments, question_segments
from courses.pages.translation import AnyPage
from learning.manifest import digest_of
from learning.models import Course
from lms.text import tidy


def segments_at(course: Course, place: str) -> list[Segment]:
    """What stands at a place in the source language today: none, one, or the paragraphs of a rich text.

    Raises:
        Http404: the course has no pages, or they are not live.
    """
    page = source_page_of(course)
    if page is None or not page.live:
        raise Http404
    page_key, _slash, path = place.partition("/")
    if page_key == QUESTIONS:
        found = _of_question(course, path.split("/", 1)[0].removesuffix("~"), str(page.locale.language_code))
    else:
        own = _page_of(page, page_key)
        found = page_segments(own) if own is not None else []
    return [segment for segment in found if segment.place == place]


def _page_of(source: CoursePage, key: str) -> AnyPage | None:
    if key == COURSE_KEY:
        return source
    for model in (LessonPage, ModulePage):
        found: AnyPage | None = (
            model.objects.descendant_of(source).live().filter(key=key).select_related("locale").first()
        )
        if found is not None:
            return found
    return None


def _of_question(course: Course, key: str, language: str) -> list[Segment]:
    version = (
        ItemVersion.objects.filter(
            item__bank__course=course, item__key=key, item__retired_at=None, item__drafted_at=None
        )
        .select_related("item")
        .order_by("-number")
        .first()
    )
    wording = ItemWording.objects.filter(version=version, language=language).first() if version else None
    return question_segments(version, wording.text) if version is not None and wording is not None else []


def has_digest(source: str, words_digest: str) -> bool:
    """Whether words that a form brought along are those of a digest, rich or plain."""
    return words_digest in (digest_of(tidy(source)), digest_of(tidy(StringValue.from_plaintext(source).data)))


def nearest_to(source: str, segments: Sequence[Segment]) -> Segment | None:
    """The segment whose words are most like these; None where there is none."""
    return max(
        segments,
        key=lambda each: difflib.SequenceMatcher(None, source, each.source, autojunk=False).quick_ratio(),
        default=None,
    )
