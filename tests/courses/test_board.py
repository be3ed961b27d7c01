"""The board: languages and modules, in figures, with people and signatures; and how many statements it takes."""

import csv
import datetime as dt
import io

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.pages.models import CoursePage, ModulePage, SegmentTranslation, TranslationAssignment
from courses.pages.selectors import source_page_of
from courses.pages.services.assigning import assign_units
from courses.pages.services.reviewing import take_over_review
from courses.pages.translating.board import board_of, boards
from courses.pages.translating.segments import page_segments
from lms.catalogues import Counts, counted
from tests.courses.translated import change, course, lesson

__all__ = ["course"]


def cell(viewer, course, unit: str = "m1", language: str = "id"):
    row = board_of(viewer, course).row(language)
    return next(cell for cell in row.cells if cell.unit == unit)


def typed(course, key: str, block: str, language: str = "id", **fields) -> SegmentTranslation:
    segment = next(
        each for each in page_segments(lesson(key, "en")) if each.path.startswith(block) and not each.is_neutral
    )
    return SegmentTranslation.objects.create(
        course=course,
        language=language,
        place=segment.place,
        words_digest=segment.words_digest,
        digest=segment.digest,
        source=segment.source,
        **{"text": "Teks"} | fields,
    )


def test_a_language_of_the_bundle_is_translated_and_nothing_is_left(cast, course):
    found = cell(cast.trainer, course)
    assert found.tally.is_done and found.tally.words_left == 0
    assert found.tally.words > 0
    assert found.assigned is None and not found.is_reviewed


def test_exactly_the_text_that_changed_is_out_of_date_with_its_words(cast, course):
    before = cell(cast.trainer, course).tally
    change(lesson("m1-l1", "en"), "kp-1", text="A much sharper point")
    after = cell(cast.trainer, course).tally
    assert (after.stale, after.current) == (1, before.current - 1)
    assert after.words_left == 4
    assert cell(cast.trainer, course, "course").tally.is_done, "and nothing elsewhere"


def test_what_is_typed_accepted_or_proposed_by_a_machine_is_told_apart(cast, course):
    typed(course, "m1-l1", "title", "ur")
    typed(course, "m1-l1", "body.kp-1", "ur", origin="machine")
    typed(course, "m1-l1", "body.box", "ur", origin="machine", accepted_at=timezone.now())
    tally = cell(cast.trainer, course, language="ur").tally
    assert (tally.draft, tally.machine, tally.by_machine, tally.current) == (2, 1, 2, 0)
    assert tally.total == tally.missing + 3
    states = [piece.state for piece in tally.bar]
    assert states == ["draft", "machine"] and sum(piece.length for piece in tally.bar) < 100
    assert len({piece.height for piece in tally.bar}) == 2, "not told apart by colour alone"


def test_a_language_begins_with_the_first_word_or_the_first_assignment(cast, course):
    board = board_of(cast.trainer, course)
    assert [row.language for row in board.rows] == ["id"] and "ur" in board.others
    assign_units(
        by=cast.trainer,
        course=course,
        units=["m1"],
        language="ur",
        translator=cast.trainer,
        due_on=timezone.localdate(),
    )
    board = board_of(cast.trainer, course)
    assert [row.language for row in board.rows] == ["id", "ur"] and "ur" not in board.others
    assert board.row("ur").tally.is_empty
    assert board.row("ur").tally.words_left == board.row("ur").tally.words > 0


def test_reviewed_is_what_was_signed_as_it_stands_now(cast, course):
    take_over_review(source=source_page_of(course), languages=["en", "id"])
    assert cell(cast.trainer, course).is_reviewed
    change(lesson("m1-l1", "id"), "kp-1", text="Kata lain")
    assert not cell(cast.trainer, course).is_reviewed
    assert cell(cast.trainer, course, "course").is_reviewed


def test_the_board_says_who_is_on_it_and_what_is_overdue(cast, course):
    day = timezone.localdate()
    assign_units(by=cast.trainer, course=course, units=["m1"], language="id", translator=cast.trainer, due_on=day)
    TranslationAssignment.objects.update(due_on=day - dt.timedelta(days=1))
    found = cell(cast.rso, course)
    assert found.assigned.who == "Trainer Example" and found.assigned.is_overdue
    page = cast.client(cast.rso).get(f"/admin/translate/board/{course.slug}/").content.decode()
    assert "Trainer Example" in page and "Overdue" in page
    assert "/assignments/" not in page and f"/{course.slug}/id/" not in page, "who may not assign gets no form"


def test_who_neither_writes_nor_reviews_nor_advises_sees_no_board(cast, course):
    for viewer in (cast.officer, cast.coordinator, cast.analyst, cast.nobody):
        with pytest.raises(Http404):
            board_of(viewer, course)
        with pytest.raises(Http404):
            boards(viewer)


def test_the_source_language_is_no_translation(cast, course):
    with pytest.raises(Http404):
        board_of(cast.trainer, course, "en")


# --- statements


def statements(work) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        work()
    return len(found)


def test_each_language_takes_as_many_statements_however_large_the_course_is(cast, course):
    take_over_review(source=source_page_of(course), languages=["en", "id"])
    viewer = type(cast.trainer).objects.get(pk=cast.trainer.pk)
    board_of(viewer, course)
    one = statements(lambda: board_of(viewer, course))
    typed(course, "m1-l1", "title", "ur")
    two = statements(lambda: board_of(viewer, course))
    assert two - one <= 8

    source = source_page_of(course)
    module = ModulePage.objects.child_of(source).first()
    for number in range(3):
        copied = module.copy(recursive=True, update_attrs={"slug": f"more-{number}"}, copy_revisions=False)
        assert copied.live
    assert len(board_of(viewer, course).units) == 5
    assert statements(lambda: board_of(viewer, course)) == two


# --- pages


def test_the_first_page_has_every_course_and_the_interface(cast, course):
    client = cast.client(cast.trainer)
    page = client.get("/admin/translate/board/").content.decode()
    assert course.code in page and f"/admin/translate/board/{course.slug}/?language=id" in page
    assert 'lang="ur"' in page and "Draft" in page
    answer = client.get("/admin/translate/board/", {"course": course.slug, "language": "id"})
    assert answer.url == f"/admin/translate/board/{course.slug}/?language=id"


def test_a_course_without_pages_has_no_board_and_spoils_none(cast, course):
    CoursePage.objects.filter(course=course).update(live=False)
    client = cast.client(cast.trainer)
    assert client.get(f"/admin/translate/board/{course.slug}/").status_code == 404
    assert "There is no published course yet." in client.get("/admin/translate/board/").content.decode()


def test_the_table_has_a_line_for_each_module_and_language_and_runs_no_formula(cast, course):
    ModulePage.objects.filter(key="m1", locale__language_code="en").update(title="=1+1")
    answer = cast.client(cast.trainer).get("/admin/translate/board.csv", {"course": course.slug, "language": "id"})
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {line["Language"] for line in lines} == {"id"}
    assert [line["Module"] for line in lines][:2] == ["course", "m1"]
    module = next(line for line in lines if line["Module"] == "m1")
    assert module["Title"] == "'=1+1" and module["Reviewed"] == "no"


# --- the figures of a catalogue


def test_words_of_a_catalogue_are_counted_with_those_that_are_unsure_and_without_those_that_are_gone():
    text = (
        'msgid ""\nmsgstr ""\n"Language: xx\\n"\n\n'
        'msgid "A"\nmsgstr "a"\n\n'
        'msgid ""\n"Long "\n"text"\nmsgstr ""\n"lang"\n\n'
        'msgid "B"\nmsgstr ""\n\n'
        '#, fuzzy, python-format\nmsgid "C"\nmsgstr "c"\n\n'
        'msgid "%(n)s D"\nmsgid_plural "%(n)s Ds"\nmsgstr[0] "d"\nmsgstr[1] ""\n\n'
        '#~ msgid "Old"\n#~ msgstr "alt"\n'
    )
    found = counted(text)
    assert found == Counts(total=5, translated=2, unsure=1)
    assert found.missing == 2
