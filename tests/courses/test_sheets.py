"""What translators see of a change: exactly the text that changed is stale, in every language, its translation kept."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.pages.exchange import apply_plan, plan_import, read_bundle
from courses.pages.translating.segments import page_segments, wording_from, wording_texts
from courses.pages.translating.sheets import State, sheet_of, sheets_in, source_of
from tests.courses.bundles import edit
from tests.courses.translated import accept_segment, change, course, folder, lesson, translation

__all__ = ["course", "folder"]

RICH = (
    "<h2>Signs</h2><p>Look at <b>hands</b>.</p><ul><li>Debts</li><li>Debts</li></ul>"
    '<p>Read <a href="https://a.example/">this page</a>.</p>'
)


def lines(course, state=None, *, language="id", unit="m1"):
    """Place → line, of those in a state; several texts of one place count by their words."""
    found = sheet_of(course, unit, language).lines
    return {(line.segment.place, line.segment.source): line for line in found if state in (None, line.state)}


def stale(course, **more):
    return sorted(lines(course, State.STALE, **more))


def write_rich(html: str) -> None:
    """An author writes the rich text of a lesson, and publishes."""
    page = lesson("m1-l1", "en")
    raw = [each | ({"value": html} if each["id"] == "para" else {}) for each in page.body.get_prep_value()]
    page.body = page.body.stream_block.to_python(raw)
    page.save_revision().publish()


@pytest.fixture
def rich(course):
    """The course with a longer text, every piece of which was translated by hand into Indonesian, and accepted."""
    write_rich(RICH)
    page = lesson("m1-l1", "en")
    for segment in page_segments(page):
        if segment.part == "m1-l1/body.para":
            accept_segment(page, segment, segment.source.upper())
    return course


def change_rich(course, old: str, new: str) -> list[str]:
    """An author changes one thing in it; the pieces that a translator has to look at then."""
    assert old in RICH
    write_rich(RICH.replace(old, new, 1))
    found = [line for line in sheet_of(course, "m1", "id").lines if line.segment.part == "m1-l1/body.para"]
    return [line.segment.source for line in found if line.is_open]


# --- at rest


def test_everything_that_came_with_a_bundle_is_current_and_a_new_language_lacks_all(course):
    assert {line.state for line in sheet_of(course, "m1", "id").lines} == {State.CURRENT}
    new = sheet_of(course, "m1", "km")
    assert {line.state for line in new.lines if not line.segment.is_neutral} == {State.MISSING}
    assert new.words_left == sum(line.segment.words for line in new.lines) > 0


def test_lessons_questions_and_feedback_stand_in_one_sheet_and_tests_are_marked(course):
    places = lines(course)
    assert ("m1-l1/body.kp-1.text", "A point (en)") in places
    assert ("questions/F1/feedback", "Because (en)") in places
    assert places["questions/F1/stem", "Stem F1 (en)"].segment.is_assessed
    assert not places["questions/P1/stem", "Stem P1 (en)"].segment.is_assessed
    assert places["m1-l2/body.scenario.text", "A case (en)"].segment.is_assessed


def test_the_queries_do_not_grow_with_the_units(course, django_assert_max_num_queries):
    source = source_of(course)
    sheets_in(source, "id")
    with django_assert_max_num_queries(14):
        sheets_in(source, "id")


# --- words that changed


def test_a_changed_text_is_stale_alone_and_its_translation_is_kept_beside_it(course):
    change(lesson("m1-l1", "en"), "box", text="In another box")
    assert stale(course) == [("m1-l1/body.box.text", "In another box")]
    line = lines(course)["m1-l1/body.box.text", "In another box"]
    assert (line.text, line.earlier.source, line.earlier.text) == ("", "In the box (en)", "In the box (id)")


def test_of_a_question_the_text_that_changed_is_stale_alone(course, folder):
    edit(folder / "en" / "questions.yaml", "Stem F1 (en)", "Another stem F1 (en)")
    apply_plan(plan_import(read_bundle(folder)))
    assert stale(course) == [("questions/F1/stem", "Another stem F1 (en)")]
    line = lines(course)["questions/F1/stem", "Another stem F1 (en)"]
    assert (line.earlier.source, line.earlier.text) == ("Stem F1 (en)", "Stem F1 (id)")


def test_another_key_is_something_to_look_at_in_a_question_whose_words_stand(course, folder):
    path = folder / "questions.yaml"
    text = path.read_text(encoding="utf-8")
    head, at, rest = text.partition("key: F1")
    path.write_text(head + at + re.sub(r"answer: \[?a\]?", "answer: [b]", rest, count=1), encoding="utf-8")
    apply_plan(plan_import(read_bundle(folder)))
    found = [line.segment for line in sheet_of(course, "m1", "id").lines if line.state == State.STALE]
    assert [segment.place for segment in found] == ["questions/F1~"]


# --- what is no words


def test_another_kind_of_callout_is_something_to_look_at_and_no_text_is_stale(course):
    change(lesson("m1-l1", "en"), "box", kind="warning")
    assert stale(course) == [("m1-l1/body.box~", "")]


@pytest.mark.parametrize(
    ("old", "new", "open_"),
    [
        ("Look at", "Look closely at", ["Look closely at <b>hands</b>."]),
        ("<h2>Signs</h2>", "<h3>Signs</h3>", ["Signs"]),
        ("https://a.example/", "https://b.example/", ['Read <a id="a1">this page</a>.']),
        ("<p>Look at <b>hands</b>.</p>", "<ul><li>Look at <b>hands</b>.</li></ul>", ["Look at <b>hands</b>."]),
        ("<p>Read", "<p>New here.</p><p>Read", ["New here."]),
        ("<li>Debts</li><li>Debts</li>", "<li>Debts</li>", []),
    ],
    ids=["words", "level of a heading", "target of a link", "paragraph made an entry", "new paragraph", "one less"],
)
def test_of_a_long_text_exactly_the_piece_that_changed_is_to_be_looked_at(rich, old, new, open_):
    assert change_rich(rich, old, new) == open_


def test_a_piece_whose_words_stand_keeps_its_translation_while_it_is_looked_at(rich):
    change_rich(rich, "https://a.example/", "https://b.example/")
    line = lines(rich)["m1-l1/body.para", 'Read <a id="a1">this page</a>.']
    assert (line.state, line.text) == (State.STALE, 'READ <A ID="A1">THIS PAGE</A>.')


def test_what_is_changed_and_changed_back_is_current_again(rich):
    assert change_rich(rich, "Look at", "Look closely at")
    write_rich(RICH)
    assert [each for each in lines(rich, State.STALE) if each[0] == "m1-l1/body.para"] == []


def test_the_same_text_twice_is_translated_once(rich):
    pieces = [line for line in sheet_of(rich, "m1", "id").lines if line.segment.source == "Debts"]
    assert len(pieces) == 1


# --- what is typed


@pytest.mark.parametrize(
    ("origin", "accepted", "state"),
    [("machine", False, State.MACHINE), ("typed", False, State.DRAFT), ("typed", True, State.ACCEPTED)],
)
def test_what_is_typed_is_a_draft_until_it_is_accepted_and_reaches_nobody_before_it_is_handed_in(
    course, origin, accepted, state
):
    change(lesson("m1-l1", "en"), "box", text="In another box")
    segment = next(each for each in page_segments(lesson("m1-l1", "en")) if each.place == "m1-l1/body.box.text")
    row = accept_segment(lesson("m1-l1", "en"), segment, "Di kotak lain")
    row.origin, row.handed_in_at = origin, None
    row.accepted_at = row.accepted_at if accepted else None
    row.save()
    line = lines(course)[segment.place, segment.source]
    assert (line.state, line.text, line.is_machine) == (state, "Di kotak lain", origin == "machine")
    assert translation(lesson("m1-l1", "en")).get_progress() == (5, 4), "the workshop has none of it"


# --- laws


WORDS = st.text(max_size=20)


@given(
    st.fixed_dictionaries(
        {
            "stem": WORDS,
            "options": st.dictionaries(st.sampled_from("abcdef"), WORDS, min_size=1),
            "feedback": WORDS,
        }
    )
)
def test_a_wording_is_put_together_as_it_was_taken_apart(text):
    assert wording_from(wording_texts(text)) == text
