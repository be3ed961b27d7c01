"""The translator's desk: what is typed is never lost, and reaches officers only accepted, whole and handed in."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from wagtail.models import WorkflowState
from wagtail_localize.models import StringTranslation

from accounts.models import AuditEvent
from accounts.roles import Role
from assessments.models import ItemWording
from assessments.services import save_item, save_wording
from assessments.services.bank import bank_of
from courses.pages.models import CoursePage, LessonPage, SegmentTranslation, TranslationBasis
from courses.pages.review_desk import units_in
from courses.pages.selectors import source_page_of
from courses.pages.services import translating as desk
from courses.pages.services.reviewing import wrote
from courses.pages.translating.checks import Finding
from courses.pages.translating.desk import Row
from courses.pages.translating.files.outgoing import entries_of
from courses.pages.translating.sheets import Line, Sheet, State, sheet_of
from courses.pages.translating.terms import TermBase
from courses.pages.translation import State as PartState
from tests.cast import make_person
from tests.courses.translated import asked_in, change, course, html, lesson, read, states
from tests.factories import words_for

__all__ = ["course"]

POINT = "m1-l1/body.kp-1.text"


@pytest.fixture
def translator(cast):
    return make_person("translator", Role.TRANSLATOR, full_name="Sari")


@pytest.fixture
def commits(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    """Checks have tests of their own; here they say what a test lets them say."""
    monkeypatch.setattr(desk, "findings", lambda *given, **more: [])


@pytest.fixture
def objecting(monkeypatch):
    """Let the checks say what a test wants of every text."""

    def say(*found: Finding) -> None:
        monkeypatch.setattr(desk, "findings", lambda segment, text, **more: list(found))

    return say


def sheet(course, language: str = "id", unit: str = "m1") -> Sheet:
    return sheet_of(course, unit, language)


def line(course, place: str, language: str = "id", source: str = "") -> Line:
    found = sheet(course, language, "course" if place.startswith("course/") else "m1").by_place[place]
    return next(each for each in found if source in each.segment.source)


def save(course, by, place: str, text: str, language: str = "id", seen: Line | None = None, **more) -> desk.Saved:
    seen = seen or line(course, place, language)
    given = {
        "edits": seen.own.edits if seen.own else 0,
        "words_digest": seen.segment.words_digest,
        "digest": seen.segment.digest,
        "source": seen.segment.source,
        "is_accepted": True,
    }
    return desk.save_segment(by=by, course=course, language=language, place=place, text=text, **(given | more))


def accept_all(course, by, language: str, unit: str = "m1") -> None:
    for each in sheet(course, language, unit).lines:
        if not each.segment.is_neutral and each.is_open:
            save(course, by, each.segment.place, f"[{each.segment.source}]", language, each)


def source_edit(commits, block: str = "kp-1", by=None, **values: str) -> None:
    with commits():
        change(lesson("m1-l1", "en"), block, by, **values)


# --- saving


def test_a_draft_is_kept_and_reaches_nobody(course, translator):
    saved = save(course, translator, POINT, " Butir  baru\r\n", is_accepted=False)
    assert (saved.row.text, saved.is_accepted, saved.row.edits) == ("Butir  baru", False, 1)
    assert line(course, POINT).state == State.DRAFT
    assert "Butir" not in html(course, "m1-l1", "id")


def test_an_empty_box_changes_nothing_and_says_so(course, translator):
    save(course, translator, POINT, "Butir", is_accepted=False)
    for accepted in (True, False):
        with pytest.raises(desk.EmptyText, match="still there"):
            save(course, translator, POINT, " \n ", is_accepted=accepted)
    assert line(course, POINT).text == "Butir"


def test_an_error_stops_the_acceptance_and_keeps_the_words_as_a_draft(course, translator, objecting):
    objecting(Finding("numbers", "The number 3 is missing.", is_error=True))
    saved = save(course, translator, POINT, "Butir", reasons={"numbers": "It does not matter"})
    assert not saved.is_accepted and [each.code for each in saved.stopping] == ["numbers"]
    assert saved.row.overruled == [], "nobody overrules an error"
    assert line(course, POINT).state == State.DRAFT and not AuditEvent.objects.filter(action="translation.accepted")


def test_a_warning_is_overruled_with_a_reason_which_is_kept_and_audited(course, translator, objecting):
    objecting(Finding("terms", "“victim” is “korban”."), Finding("length", "Twice as long."))
    half = save(course, translator, POINT, "Butir", reasons={"terms": "Quoted from the law", "length": " "})
    assert not half.is_accepted and [each.code for each in half.stopping] == ["length"]
    whole = save(course, translator, POINT, "Butir", reasons={"terms": "Quoted from the law", "length": "It is so"})
    assert whole.is_accepted
    assert whole.row.overruled == [
        {"code": "terms", "reason": "Quoted from the law"},
        {"code": "length", "reason": "It is so"},
    ]
    event = AuditEvent.objects.get(action="translation.accepted")
    assert event.reason == "Quoted from the law; It is so" and event.details["overruled"] == ["terms", "length"]


def test_a_title_that_does_not_fit_is_said_before_the_page_is_saved(course, translator):
    saved = save(course, translator, "m1-l1/title", "x" * 256)
    assert not saved.is_accepted and "255" in saved.stopping[0].message
    assert len(line(course, "m1-l1/title").text) == 256


def test_the_second_of_two_translators_overwrites_nothing_and_sees_both_texts(cast, course, translator):
    seen = line(course, POINT)
    save(course, translator, POINT, "Butir Sari", seen=seen)
    with pytest.raises(desk.TypedMeanwhile) as refused:
        save(course, cast.trainer, POINT, "Butir lain", seen=seen)
    assert refused.value.row.text == "Butir Sari" and line(course, POINT).text == "Butir Sari"
    again = save(course, cast.trainer, POINT, "Butir lain", edits=refused.value.row.edits)
    assert (again.row.text, again.row.edits) == ("Butir lain", 2)


def test_words_that_somebody_saved_a_moment_earlier_are_accepted_all_the_same(cast, course, translator, monkeypatch):
    seen = line(course, POINT)

    def meanwhile(segment, text):
        monkeypatch.undo()
        monkeypatch.setattr(desk, "findings", lambda *given, **more: [])
        save(course, cast.trainer, POINT, "Butir", is_accepted=False, seen=seen)
        return []

    monkeypatch.setattr(desk, "_too_long", meanwhile)
    saved = save(course, translator, POINT, "Butir", seen=seen)
    assert saved.is_accepted and line(course, POINT).state == State.ACCEPTED
    assert AuditEvent.objects.filter(action="translation.accepted").count() == 1


def test_an_endless_text_is_refused_and_stays_in_the_box(cast, course, translator):
    endless = "x" * (desk.MOST_CHARACTERS + 1)
    with pytest.raises(desk.TextTooLong):
        save(course, translator, POINT, endless)
    assert not SegmentTranslation.objects.exists()


def test_the_same_words_sent_twice_are_one_save(course, translator):
    seen = line(course, POINT)
    assert save(course, translator, POINT, "Butir", seen=seen).row.edits == 1
    assert save(course, translator, POINT, "Butir", seen=seen).row.edits == 1
    assert AuditEvent.objects.filter(action="translation.accepted").count() == 2
    assert save(course, translator, POINT, "Butir", is_accepted=False).is_accepted, "saving takes nothing back"


def test_words_typed_while_the_source_changed_are_kept_for_what_it_was(course, translator, commits):
    seen = line(course, POINT)
    source_edit(commits, text="A sharper point (en)")
    saved = save(course, translator, POINT, "Butir diperbaiki", seen=seen)
    assert saved.is_outdated and not saved.is_accepted
    assert (saved.row.source, saved.now.source) == ("A point (en)", "A sharper point (en)")
    now = line(course, POINT)
    assert now.state == State.STALE and now.text == ""
    assert (now.earlier.source, now.earlier.text) == ("A point (en)", "Butir diperbaiki")


def test_words_of_a_text_that_was_taken_out_meanwhile_are_kept_too(course, translator, commits):
    seen = line(course, POINT)
    with commits():
        page = lesson("m1-l1", "en")
        page.body = [(each.block_type, each.value) for each in page.body if each.id != "kp-1"]
        page.save_revision().publish()
    saved = save(course, translator, POINT, "Butir diperbaiki", seen=seen)
    assert saved.is_outdated and saved.now is None and SegmentTranslation.objects.get().text == "Butir diperbaiki"


def test_a_link_that_changed_while_somebody_typed_is_not_accepted_unseen(course, translator):
    saved = save(course, translator, POINT, "Butir", digest="0" * 64)
    assert saved.is_outdated and not saved.is_accepted and line(course, POINT).text == "Butir"


def test_what_never_was_a_text_of_the_course_is_not_found(course, translator):
    known = {"course": course, "language": "id", "text": "Butir", "edits": 0, "is_accepted": True}
    for place, source in ((POINT, ""), (POINT, "Something else"), ("no/where", "")):
        with pytest.raises(Http404):
            desk.save_segment(by=translator, place=place, words_digest="0" * 64, source=source, **known)
    seen = line(course, POINT)
    for language in ("en", "xx"):
        with pytest.raises(Http404):
            save(course, translator, POINT, "Butir", language=language, seen=seen)
    assert not SegmentTranslation.objects.exists()


def test_whoever_does_not_write_courses_saves_confirms_and_hands_in_nothing(cast, course, translator):
    save(course, translator, POINT, "Butir")
    at = {"course": course, "language": "id"}
    seen = line(course, POINT)
    for person in (cast.officer, cast.coordinator, cast.rso, cast.nobody):
        with pytest.raises(PermissionDenied):
            save(course, person, POINT, "Lain", seen=seen)
        with pytest.raises(PermissionDenied):
            desk.confirm_segment(
                by=person, place=POINT, words_digest=seen.segment.words_digest, digest=seen.segment.digest, **at
            )
        with pytest.raises(PermissionDenied):
            desk.take_back_acceptance(by=person, place=POINT, words_digest=seen.segment.words_digest, **at)
        with pytest.raises(PermissionDenied):
            desk.hand_in(by=person, unit="m1", **at)
    row = SegmentTranslation.objects.get()
    assert row.text == "Butir" and row.accepted_at and not row.handed_in_at


def test_an_acceptance_is_taken_back_until_it_is_handed_in(cast, course, translator, commits):
    saved = save(course, translator, POINT, "Butir")
    at = {"by": translator, "course": course, "language": "id", "place": POINT, "words_digest": saved.row.words_digest}
    desk.take_back_acceptance(**at)
    assert line(course, POINT).state == State.DRAFT and line(course, POINT).text == "Butir"
    with pytest.raises(Http404):
        desk.take_back_acceptance(**at)
    save(course, translator, POINT, "Butir")
    with commits():
        desk.hand_in(by=cast.trainer, course=course, unit="m1", language="id")
    with pytest.raises(desk.NotConfirmable, match="handed in"):
        desk.take_back_acceptance(**at)
    assert line(course, POINT).state == State.CURRENT


# --- handing in


def test_accepted_words_reach_officers_when_somebody_who_may_publish_hands_them_in(cast, course, translator, commits):
    source_edit(commits, text="A sharper point (en)")
    assert line(course, POINT).state == State.STALE
    save(course, translator, POINT, "Butir tajam")
    assert line(course, POINT).state == State.ACCEPTED and "Butir tajam" not in html(course, "m1-l1", "id")
    with commits():
        done = desk.hand_in(by=cast.trainer, course=course, unit="m1", language="id")
    assert (done.segments, done.questions, done.open, done.waiting) == (1, 0, 0, 0)
    assert "Butir tajam" in html(course, "m1-l1", "id") and 'class="behind"' not in html(course, "m1-l1", "id")
    assert set(states(course, "m1-l1").values()) == {PartState.CURRENT} and line(course, POINT).state == State.CURRENT
    assert StringTranslation.objects.get(data="Butir tajam").last_translated_by == translator
    with pytest.raises(desk.NothingToHandIn):
        desk.hand_in(by=cast.trainer, course=course, unit="m1", language="id")


def test_what_a_translator_hands_in_goes_into_the_review_and_not_on_the_shelf(course, translator, commits):
    save(course, translator, POINT, "Butir tajam")
    with commits():
        desk.hand_in(by=translator, course=course, unit="m1", language="id")
    assert "Butir tajam" in str(lesson("m1-l1", "id").body.get_prep_value())
    assert "Butir tajam" not in html(course, "m1-l1", "id")
    assert WorkflowState.objects.get().requested_by == translator


def test_whoever_typed_at_the_desk_does_not_sign_whoever_handed_it_in(cast, course, translator, commits):
    save(course, translator, "questions/F1/stem", "Pertanyaan")
    with commits():
        desk.hand_in(by=cast.trainer, course=course, unit="m1", language="id")
    unit = next(each for each in units_in(course, "id") if each.key == "m1")
    assert wrote(translator, unit, 3)


def test_only_the_changed_segment_is_stale_and_a_block_goes_out_whole(cast, course, translator, commits):
    source_edit(commits, "box", title="Another box (en)", text="In another box (en)")
    title, text = "m1-l1/body.box.title", "m1-l1/body.box.text"
    assert {each.segment.place for each in sheet(course).lines if each.is_open} == {title, text}
    save(course, translator, title, "Kotak lain")
    save(course, translator, POINT, "Butir lain")
    with commits():
        done = desk.hand_in(by=cast.trainer, course=course, unit="m1", language="id")
    assert (done.segments, done.open, done.waiting) == (1, 1, 1)
    served = html(course, "m1-l1", "id")
    assert "Butir lain" in served and "In the box (id)" in served and "Kotak lain" not in served
    assert states(course, "m1-l1")["body.box"] == PartState.BEHIND, "the old words stay, marked"
    assert (line(course, title).state, line(course, text).state) == (State.ACCEPTED, State.STALE)
    assert line(course, text).earlier.text == "In the box (id)"
    save(course, translator, text, "Dalam kotak lain")
    with commits():
        desk.hand_in(by=cast.trainer, course=course, unit="m1", language="id")
    assert states(course, "m1-l1")["body.box"] == PartState.CURRENT and not sheet(course).counts[State.STALE]


def test_a_change_that_is_no_words_is_confirmed_and_handed_in_and_not_by_publishing(cast, course, translator, commits):
    source_edit(commits, "box", kind="warning")
    place = "m1-l1/body.box~"
    seen = line(course, place)
    assert seen.state == State.STALE and states(course, "m1-l1")["body.box"] == PartState.BEHIND
    with commits():
        lesson("m1-l1", "id").save_revision(user=cast.trainer).publish()
    assert states(course, "m1-l1")["body.box"] == PartState.BEHIND
    desk.confirm_segment(
        by=translator,
        course=course,
        language="id",
        place=place,
        words_digest=seen.segment.words_digest,
        digest=seen.segment.digest,
    )
    with commits():
        lesson("m1-l1", "id").save_revision(user=cast.trainer).publish()
    assert states(course, "m1-l1")["body.box"] == PartState.BEHIND and line(course, place).state == State.ACCEPTED
    with commits():
        desk.hand_in(by=cast.trainer, course=course, unit="m1", language="id")
    assert states(course, "m1-l1")["body.box"] == PartState.CURRENT and line(course, place).state == State.CURRENT


def test_a_confirmation_of_something_else_than_was_looked_at_is_refused(course, translator, commits):
    source_edit(commits, "box", kind="warning")
    seen = line(course, "m1-l1/body.box~").segment
    source_edit(commits, "box", kind="harm")
    at = {"by": translator, "course": course, "language": "id", "words_digest": seen.words_digest}
    with pytest.raises(desk.SourceChanged):
        desk.confirm_segment(place=seen.place, digest=seen.digest, **at)
    assert not SegmentTranslation.objects.exists()


def rewrite(commits, markup: str) -> None:
    """Write the rich text of the lesson anew."""
    with commits():
        page = lesson("m1-l1", "en")
        raw = [{**each, "value": markup} if each["id"] == "para" else each for each in page.body.get_prep_value()]
        page.body = page.body.stream_block.to_python(raw)
        page.save_revision().publish()


def test_words_are_confirmed_when_only_the_kind_of_their_paragraph_changed(cast, course, translator, commits):
    rewrite(commits, "<h2>Some <b>rich</b> text (en)</h2>")
    place = "m1-l1/body.para"
    seen = line(course, place)
    assert (seen.state, seen.text, seen.earlier) == (State.STALE, "Some <b>rich</b> text (id)", None)
    desk.confirm_segment(
        by=translator,
        course=course,
        language="id",
        place=place,
        words_digest=seen.segment.words_digest,
        digest=seen.segment.digest,
    )
    with commits():
        desk.hand_in(by=cast.trainer, course=course, unit="m1", language="id")
    assert states(course, "m1-l1")["body.para"] == PartState.CURRENT
    assert "<h2>Some <b>rich</b> text (id)</h2>" in html(course, "m1-l1", "id")


def test_a_new_paragraph_is_missing_and_the_one_beside_it_stays(cast, course, translator, commits):
    rewrite(commits, "<p>Some <b>rich</b> text (en)</p><p>Quite another thing, never said before</p>")
    place = "m1-l1/body.para"
    old, new = line(course, place, source="rich"), line(course, place, source="another")
    assert (old.state, new.state, new.earlier) == (State.CURRENT, State.MISSING, None)
    save(course, translator, place, "Hal lain", seen=new)
    with commits():
        desk.hand_in(by=cast.trainer, course=course, unit="m1", language="id")
    assert "<p>Hal lain</p>" in html(course, "m1-l1", "id")


def test_a_paragraph_that_was_taken_out_only_needs_to_be_handed_in(cast, course, translator, commits):
    rewrite(commits, "<p>Some <b>rich</b> text (en)</p><p>Quite another thing</p>")
    save(course, translator, "m1-l1/body.para", "Hal lain", seen=line(course, "m1-l1/body.para", source="another"))
    with commits():
        desk.hand_in(by=cast.trainer, course=course, unit="m1", language="id")
    rewrite(commits, "<p>Some <b>rich</b> text (en)</p>")
    now = sheet(course)
    assert now.outdated_parts == {"m1-l1/body.para"} and now.has_something_to_hand_in
    with commits():
        desk.hand_in(by=cast.trainer, course=course, unit="m1", language="id")
    assert states(course, "m1-l1")["body.para"] == PartState.CURRENT and "Hal lain" not in html(course, "m1-l1", "id")


def test_a_question_is_written_when_all_its_texts_are_right(cast, course, translator, commits):
    source = ItemWording.objects.get(version__item__key="F1", language="en")
    text = {**source.text, "stem": "Another stem", "feedback": "Another reason"}
    save_wording(version=source.version, language="en", text=text)
    save(course, translator, "questions/F1/stem", "Pertanyaan lain")
    with pytest.raises(desk.NothingToHandIn):
        desk.hand_in(by=cast.trainer, course=course, unit="m1", language="id")
    assert ItemWording.objects.get(version=source.version, language="id").text["stem"] == "Stem F1 (id)"
    save(course, translator, "questions/F1/feedback", "Alasan lain")
    with commits():
        done = desk.hand_in(by=cast.trainer, course=course, unit="m1", language="id")
    assert (done.segments, done.questions) == (2, 1)
    own = ItemWording.objects.get(version=source.version, language="id")
    assert (own.text["stem"], own.text["options"]) == ("Pertanyaan lain", {"a": "a (id)", "b": "b (id)"})
    assert own.source_text == text and asked_in(course, "F1", "id")


def test_the_rubric_of_an_essay_is_translated_with_it(cast, course, translator, commits):
    structure = {"rubric": [{"id": "r1", "points": 4}, {"id": "r2", "points": 6}]}
    version = save_item(
        bank=bank_of(course), key="E1", type="essay", pool="test", structure=structure, answer_key={}, module="m1"
    )
    text = words_for("essay", structure, "E1")
    save_wording(version=version, language="en", text=text)
    own = line(course, "questions/E1/rubric.r2")
    assert own.segment.source == "E1 rubric r2" and Row(own, "").label.endswith("Rubric r2")
    assert "questions/E1/rubric.r2" in str([each.context for each in entries_of([sheet(course)], TermBase("id"))])
    for place in ("stem", "feedback", "rubric.r1", "rubric.r2"):
        save(course, translator, f"questions/E1/{place}", f"Teks {place}")
    with commits():
        assert desk.hand_in(by=cast.trainer, course=course, unit="m1", language="id").questions == 1
    theirs = ItemWording.objects.get(version=version, language="id").text
    assert theirs["rubric"] == {"r1": "Teks rubric.r1", "r2": "Teks rubric.r2"}


def test_a_language_that_is_new_to_the_course_begins_with_one_unit(cast, course, translator, commits):
    accept_all(course, translator, "ur")
    with commits():
        done = desk.hand_in(by=cast.trainer, course=course, unit="m1", language="ur")
    assert done.open == done.waiting == 0 and done.questions == 6
    assert set(states(course, "m1-l1", "ur").values()) == {PartState.CURRENT}
    assert set(states(course, "course", "ur").values()) == {PartState.MISSING}
    served = read(course, "m1-l1", "ur")
    assert "[A point (en)]" in html(course, "m1-l1", "ur") and "behind" not in served
    assert sheet(course, "ur").counts[State.CURRENT] == sheet(course, "ur").total
    assert asked_in(course, "F1", "ur")
    rows = SegmentTranslation.objects.filter(language="ur", place__endswith="~", handed_in_at__isnull=False)
    assert rows.exists(), "what is no words went along"
    source_edit(commits, "box", kind="warning")
    assert line(course, "m1-l1/body.box~", "ur").state == State.STALE


def test_a_language_begins_with_what_is_complete_and_says_how_much_is_left(cast, course, translator, commits):
    save(course, translator, POINT, "نکتہ", "ur")
    save(course, translator, "m1-l1/body.box.title", "ڈبہ", "ur")
    with commits():
        done = desk.hand_in(by=cast.trainer, course=course, unit="m1", language="ur")
    assert (done.segments, done.waiting) == (1, 1) and done.open > 10
    assert "نکتہ" in html(course, "m1-l1", "ur")
    page = LessonPage.objects.get(key="m1-l1", locale__language_code="ur")
    assert set(TranslationBasis.objects.get(page=page).parts) == {"body.kp-1"}
    assert CoursePage.objects.get(locale__language_code="ur").live
    assert not LessonPage.objects.filter(key="m1-l2", locale__language_code="ur").exists()


def test_the_text_of_the_catalogue_is_a_unit_like_the_others(cast, course, translator, commits):
    save(course, translator, "course/summary", "Ringkasan")
    with commits():
        desk.hand_in(by=cast.trainer, course=course, unit="course", language="id")
    assert read(course, "course", "id")["summary"] == "Ringkasan"
    assert source_page_of(course).summary.startswith("First line")


def test_nothing_is_handed_in_for_the_source_language_or_a_unit_that_is_not(cast, course):
    for unit, language in (("m1", "en"), ("m1", "xx"), ("m9", "id")):
        with pytest.raises(Http404):
            desk.hand_in(by=cast.trainer, course=course, unit=unit, language=language)
