"""Who translates what, by when: asking, moving, handing back, and an end by itself."""

import datetime as dt

import pytest
from django.core import mail
from django.http import Http404
from django.utils import timezone

from accounts.models import AuditEvent, Posting
from accounts.permissions import Refused
from accounts.roles import Role
from courses.pages.models import SegmentTranslation, TranslationAssignment
from courses.pages.services.assigning import (
    AlreadyAssigned,
    HasEnded,
    NoReason,
    NoTranslator,
    NotToBeTranslated,
    PastDueDate,
    assign_units,
    change_due_date,
    end_assignment,
    end_if_done,
    hand_back,
)
from courses.pages.translating.assigning import assignments_in, assignments_of, handed_back, to_be_told
from courses.pages.translating.sheets import sheet_of
from courses.pages.translating.telling import tell
from tests.cast import make_person
from tests.courses.translated import change, course, lesson

__all__ = ["course"]

Ended = TranslationAssignment.Ended


@pytest.fixture
def translator(cast):
    return make_person("ayesha", Role.TRANSLATOR, full_name="Ayesha Noor", email="ayesha@example.org", language="id")


@pytest.fixture
def other(cast):
    return make_person("budi", Role.TRANSLATOR, full_name="Budi Santoso")


def in_days(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def ask(cast, course, translator, *units: str, **more):
    """The trainer asks somebody."""
    given = {"by": cast.trainer, "language": "id", "due_on": in_days(7)} | more
    return assign_units(course=course, units=units or ("m1",), translator=translator, **given)


def test_several_units_are_given_at_once_and_the_audit_log_has_each(cast, course, translator):
    made = ask(cast, course, translator, "m1", "course", note="The terms of the ministry")
    assert [each.unit for each in made] == ["course", "m1"], "in the order of the course"
    assert [each.unit for each in assignments_of(translator)] == ["course", "m1"]
    entries = AuditEvent.objects.filter(action="translation.assigned")
    assert {entry.details["unit"] for entry in entries} == {"course", "m1"}
    assert entries[0].details["people"] == [str(translator.uuid)], "by key, not by name"


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"due_on": dt.date(2020, 1, 1)}, PastDueDate),
        ({"language": "en"}, NotToBeTranslated),
        ({"language": "xx"}, NotToBeTranslated),
    ],
)
def test_yesterday_the_source_language_and_a_language_that_the_site_does_not_have_are_refused(
    cast, course, translator, more, refusal
):
    with pytest.raises(refusal):
        ask(cast, course, translator, **more)
    assert not TranslationAssignment.objects.exists()
    assert not AuditEvent.objects.filter(action="translation.assigned").exists()


def test_a_unit_that_the_course_does_not_have_is_not_given(cast, course, translator):
    with pytest.raises(Http404):
        ask(cast, course, translator, "m1", "m9")
    assert not TranslationAssignment.objects.exists()


def test_only_who_publishes_gives_and_only_to_somebody_who_may_translate_today(cast, course, translator):
    with pytest.raises(Refused):
        ask(cast, course, translator, by=translator)
    with pytest.raises(NoTranslator):
        ask(cast, course, cast.officer)
    assert not TranslationAssignment.objects.exists()


def test_what_somebody_else_has_is_moved_only_when_one_says_so(cast, course, translator, other):
    ask(cast, course, translator)
    with pytest.raises(AlreadyAssigned) as refusal:
        ask(cast, course, other, "course", "m1")
    assert [each.translator for each in refusal.value.assignments] == [translator]
    assert assignments_of(other) == [], "not even the unit that was free"
    ask(cast, course, other, "course", "m1", is_moved=True)
    assert assignments_of(translator) == []
    assert {each.unit for each in assignments_of(other)} == {"course", "m1"}
    assert TranslationAssignment.objects.get(translator=translator).ended_as == Ended.MOVED


def test_asking_the_same_person_again_changes_the_day_and_begins_nothing_new(cast, course, translator):
    ask(cast, course, translator)
    ask(cast, course, translator, due_on=in_days(20))
    (only,) = TranslationAssignment.objects.all()
    assert only.due_on == in_days(20)


def test_what_is_overdue_comes_first(cast, course, translator):
    ask(cast, course, translator, "course", due_on=in_days(1))
    ask(cast, course, translator, "m1", due_on=in_days(5))
    TranslationAssignment.objects.filter(unit="m1").update(due_on=in_days(-2))
    assert [(each.unit, each.is_overdue) for each in assignments_of(translator)] == [("m1", True), ("course", False)]


def test_the_day_is_changed_and_an_assignment_is_ended_by_who_publishes(cast, course, translator):
    (given,) = ask(cast, course, translator)
    for service, more in ((change_due_date, {"due_on": in_days(9)}), (end_assignment, {})):
        with pytest.raises(Refused):
            service(by=translator, assignment=given, **more)
    with pytest.raises(PastDueDate):
        change_due_date(by=cast.trainer, assignment=given, due_on=in_days(-1))
    assert TranslationAssignment.objects.get().due_on == in_days(7)
    assert change_due_date(by=cast.trainer, assignment=given, due_on=in_days(9)).due_on == in_days(9)
    end_assignment(by=cast.trainer, assignment=given)
    assert TranslationAssignment.objects.get().ended_as == Ended.STOPPED
    for again in (
        lambda: end_assignment(by=cast.trainer, assignment=given),
        lambda: change_due_date(by=cast.trainer, assignment=given, due_on=in_days(9)),
    ):
        with pytest.raises(HasEnded):
            again()


def test_a_translator_hands_the_own_task_back_with_a_reason_that_trainers_read_until_somebody_has_it(
    cast, course, translator, other
):
    (given,) = ask(cast, course, translator)
    with pytest.raises(Refused):
        hand_back(by=other, assignment=given, reason="No")
    with pytest.raises(NoReason):
        hand_back(by=translator, assignment=given, reason=" ")
    assert assignments_of(translator)
    hand_back(by=translator, assignment=given, reason="I am on leave")
    assert assignments_of(translator) == []
    assert handed_back(other) == [], "for whoever assigns"
    (back,) = handed_back(cast.trainer)
    assert (back.who, back.assignment.ended_because) == ("Ayesha Noor", "I am on leave")
    assert AuditEvent.objects.get(action="translation.returned").reason == "I am on leave"
    ask(cast, course, other)
    assert handed_back(cast.trainer) == []


def test_whoever_loses_the_role_has_nothing_and_the_unit_is_free(cast, course, translator, other):
    ask(cast, course, translator)
    Posting.objects.filter(user=translator).update(ends_on=in_days(-1), starts_on=in_days(-9))
    translator = type(translator).objects.get(pk=translator.pk)
    assert assignments_of(translator) == []
    assert assignments_in(cast.trainer, course) == []
    ask(cast, course, other)  # without asking whether it may be moved
    assert [each.who for each in assignments_in(cast.trainer, course)] == ["Budi Santoso"]


def test_officers_and_coordinators_see_no_assignment(cast, course, translator):
    ask(cast, course, translator)
    for viewer in (cast.officer, cast.coordinator, cast.analyst):
        assert assignments_in(viewer, course) == []
        assert handed_back(viewer) == []


# --- an end by itself


def test_it_ends_by_itself_when_nothing_is_left_open_and_not_before(cast, course, translator):
    change(lesson("m1-l1", "en"), "kp-1", text="A sharper point")
    (given,) = ask(cast, course, translator)
    assert end_if_done(by=translator, sheet=sheet_of(course, "m1", "id")) is None, "one text waits"
    line = next(line for line in sheet_of(course, "m1", "id").lines if line.is_open and not line.segment.is_neutral)
    row = SegmentTranslation.objects.create(
        course=course,
        language="id",
        place=line.segment.place,
        words_digest=line.segment.words_digest,
        digest=line.segment.digest,
        source=line.segment.source,
        text="Butir yang lebih tajam",
        accepted_at=timezone.now(),
    )
    neutral = [line for line in sheet_of(course, "m1", "id").lines if line.is_open]
    for each in neutral:
        SegmentTranslation.objects.create(
            course=course,
            language="id",
            place=each.segment.place,
            words_digest=each.segment.words_digest,
            digest=each.segment.digest,
            accepted_at=timezone.now(),
            handed_in_at=timezone.now(),
        )
    assert end_if_done(by=translator, sheet=sheet_of(course, "m1", "id")) is None, "accepted, and not handed in"
    row.handed_in_at = timezone.now()
    row.save()
    assert end_if_done(by=translator, sheet=sheet_of(course, "m1", "id")) == given
    assert TranslationAssignment.objects.get().ended_as == Ended.DONE
    assert AuditEvent.objects.filter(action="translation.done").count() == 1
    assert end_if_done(by=translator, sheet=sheet_of(course, "m1", "id")) is None, "it ended once"


# --- telling


def test_a_translator_with_an_address_is_told_once_in_the_own_language(cast, course, translator, other):
    made = ask(cast, course, translator, "m1", "course") + ask(cast, course, other, language="ur")
    pks = [each.pk for each in made]
    assert set(to_be_told(timezone.now() - dt.timedelta(days=1))) == set(pks)
    assert tell(pks) == 1, "one message, and none to who has no address"
    assert tell(pks) == 0
    assert to_be_told(timezone.now() - dt.timedelta(days=1)) == []
    (message,) = mail.outbox
    assert message.to == ["ayesha@example.org"]
    assert course.code in message.body and in_days(7).isoformat() in message.body
    assert "/admin/translate/board/" in message.body
    assert "Budi" not in message.body


# --- the pages


def address(course, language: str = "id") -> str:
    return f"/admin/translate/board/{course.slug}/{language}/"


def test_the_page_gives_units_and_asks_before_it_takes_them_from_somebody(cast, course, translator, other):
    client = cast.client(cast.trainer)
    sent = {"units": ["m1"], "translator": translator.pk, "due_on": in_days(7).isoformat()}
    answer = client.post(address(course), sent, follow=True)
    assert "Given to Ayesha Noor." in answer.content.decode()
    answer = client.post(address(course), sent | {"translator": other.pk})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Somebody else translates this already:" in page and 'type="checkbox" name="is_moved"' in page
    assert TranslationAssignment.objects.count() == 1
    answer = client.post(address(course), sent | {"translator": other.pk, "is_moved": "on"}, follow=True)
    assert "Given to Budi Santoso." in answer.content.decode()


def test_the_page_says_at_the_day_that_it_has_passed(cast, course, translator):
    sent = {"units": ["m1"], "translator": translator.pk, "due_on": "2020-01-01"}
    answer = cast.client(cast.trainer).post(address(course), sent)
    assert answer.status_code == 422 and "has passed" in answer.content.decode()
    assert not TranslationAssignment.objects.exists()


def test_somebody_elses_assignment_is_not_handed_back(cast, course, translator, other):
    (given,) = ask(cast, course, translator)
    place = f"/admin/translate/assignments/{given.pk}/hand-back/"
    assert cast.client(other).post(place, {"reason": "No"}).status_code == 404
    assert cast.client(cast.trainer).post(place, {"reason": "No"}).status_code == 404
    assert assignments_of(translator)
    answer = cast.client(translator).post(place, {"reason": "On leave"}, follow=True)
    assert "Handed back." in answer.content.decode()
    page = cast.client(cast.trainer).get(f"/admin/translate/board/{course.slug}/").content.decode()
    assert "On leave" in page


def test_the_desk_shows_what_was_given_with_a_way_to_hand_it_back(cast, course, translator):
    (given,) = ask(cast, course, translator, note="The terms of the ministry")
    page = cast.client(translator).get("/admin/translate/").content.decode()
    assert "The terms of the ministry" in page and f"/admin/translate/assignments/{given.pk}/hand-back/" in page
    board = cast.client(translator).get(f"/admin/translate/board/{course.slug}/").content.decode()
    assert f"/admin/translate/{course.slug}/m1/id/" in board
