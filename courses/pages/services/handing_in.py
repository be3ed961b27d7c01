"""Handing in: what is accepted goes into the workshop, and from there through the review to the shelf."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Locale

from accounts.models import User
from accounts.services import actor_of, audit
from assessments.models import ItemVersion, ItemWording
from assessments.services import save_wording
from assessments.wordings import basis_of
from courses.pages.models import CoursePage, SegmentTranslation
from courses.pages.publication import follow_after_commit, following_later
from courses.pages.rights import require_translating
from courses.pages.services.assigning import end_if_done
from courses.pages.services.reviewing import submit_unit_after_commit
from courses.pages.translating.pages import is_ready, put_together, shelf_in, translation_for, write_words
from courses.pages.translating.segments import QUESTIONS, key_of, wording_from, wording_texts
from courses.pages.translating.sheets import Line, Sheet, Source, State, sheets_in, source_of
from courses.pages.translation import AnyPage
from learning.models import Course


class NothingToHandIn(Exception):
    """Nothing is accepted that is complete, so nothing would change."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "There is nothing to hand in: a block or a question goes out when all its texts are accepted. What you "
                "typed is kept."
            )
        )


class TextRefused(Exception):
    """A page could not be saved with these words."""


@dataclass(frozen=True)
class HandedIn:
    """What came of it: segments that went out with their blocks, questions among them, and what was left out.

    Attributes:
        open: segments that are still to be translated or looked at.
        waiting: accepted segments of blocks and questions that are not complete.
    """

    segments: int
    questions: int
    open: int
    waiting: int


@transaction.atomic
def hand_in(*, by: User, course: Course, unit: str, language: str) -> HandedIn:
    """Put what is accepted of a unit into the workshop: pages, and wordings of questions.

    A part (a field, a block, a question) goes when all its segments are accepted or right as they are; what is not
    complete stays as officers read it now. The course's edition follows if the person may publish; what lacks a
    signature goes into the review.

    Raises:
        accounts.permissions.Refused: the person may not write courses.
        NothingToHandIn: nothing is both accepted and complete.
        TextRefused: a page cannot be saved with these words.
        Http404: no such unit or language.
    """
    require_translating(by)
    if language not in dict(settings.LANGUAGES):
        raise Http404
    Course.objects.select_for_update(of=("self",)).get(pk=course.pk)
    # Nobody types over what is being handed in.
    list(SegmentTranslation.objects.select_for_update().filter(course=course, language=language).values_list("pk"))
    source = source_of(course)
    if language == source.language:
        raise Http404
    own = source.unit(unit)
    sheet = sheets_in(source, language, [unit])[0]
    ready = _complete(sheet)
    touched = {part for part, lines in ready.items() if any(line.state == State.ACCEPTED for line in lines)}
    touched |= sheet.outdated_parts
    if not touched:
        raise NothingToHandIn
    lines = [line for part in touched for line in ready[part]]
    questions = _write_questions(own.questions, language, ready, touched)
    _mark(by, sheet, lines)
    pages = [page for page in own.pages if any(part.startswith(f"{key_of(page)}/") for part in touched)]
    if pages:
        try:
            _write_pages(by, source, own.pages, pages, language, lines)
        except ValidationError as error:
            raise TextRefused(_("Not handed in. %(reasons)s") % {"reasons": " ".join(error.messages)}) from error
    afterwards = sheets_in(source_of(course), language, [unit])[0]
    end_if_done(by=by, sheet=afterwards)
    follow_after_commit(CoursePage.objects.get(pk=source.tree.page.pk), by=by)
    submit_unit_after_commit(by=by, course=course, key=unit, language=language)
    counted = [line for line in sheet.lines if not line.segment.is_neutral or line.state == State.STALE]
    result = HandedIn(
        segments=sum(line.state == State.ACCEPTED for line in lines),
        questions=questions,
        open=sum(line.is_open for line in counted),
        waiting=sum(line.state == State.ACCEPTED and line.segment.part not in touched for line in counted),
    )
    audit(
        by=by,
        action="translation.handed_in",
        target=f"learning.course:{course.uuid}",
        details={"unit": unit, "language": language, "count": result.segments, "left": result.open + result.waiting},
    )
    return result


def _complete(sheet: Sheet) -> dict[str, list[Line]]:
    """Part → its lines, of parts in which nothing is open."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in sheet.lines:
        found[line.segment.part].append(line)
    return {part: lines for part, lines in found.items() if not any(line.is_open for line in lines)}


def _mark(by: User, sheet: Sheet, lines: Sequence[Line]) -> None:
    """Note the rows as handed in. What is neutral in a part that goes out for the first time goes along."""
    now = timezone.now()
    rows = [line.own.pk for line in lines if line.own is not None and line.own.accepted_at is not None]
    SegmentTranslation.objects.filter(pk__in=rows, handed_in_at=None).update(handed_in_at=now)
    for line in lines:
        if line.segment.is_neutral and line.own is None and line.is_first:
            SegmentTranslation.objects.update_or_create(
                course=sheet.course,
                language=sheet.language,
                place=line.segment.place,
                words_digest=line.segment.words_digest,
                defaults={
                    "digest": line.segment.digest,
                    "accepted_at": now,
                    "handed_in_at": now,
                    "edited_at": now,
                    "actor": actor_of(by),
                },
            )


def _write_questions(
    questions: Sequence[tuple[ItemVersion, ItemWording]],
    language: str,
    ready: dict[str, list[Line]],
    touched: set[str],
) -> int:
    written = 0
    for version, source in questions:
        part = f"{QUESTIONS}/{version.item.key}"
        if part not in touched:
            continue
        typed = {line.segment.path.partition("/")[2]: line.text for line in ready[part] if not line.segment.is_neutral}
        texts = {path: typed.get(path, "") for path in wording_texts(source.text)}
        save_wording(
            version=version,
            language=language,
            text=wording_from(texts),
            translated_from=basis_of(version, source.text),
            source_text=source.text,
        )
        written += 1
    return written


def _write_pages(
    by: User,
    source: Source,
    in_order: Sequence[AnyPage],
    pages: Sequence[AnyPage],
    language: str,
    lines: Sequence[Line],
) -> None:
    locale, _made = Locale.objects.get_or_create(language_code=language)
    shelf_in(locale, by=by)
    with following_later():
        # A language new to the course: what stands above a page is there first, though nothing of it is translated.
        for page in dict.fromkeys([source.tree.page, in_order[0], *pages]):
            if page not in pages and is_ready(page, locale):
                continue
            translation = translation_for(page, locale)
            own = [line for line in lines if line.segment.page_key == key_of(page) and not line.segment.is_neutral]
            write_words(translation, [line for line in own if line.state == State.ACCEPTED])
            put_together(translation, by=by)
