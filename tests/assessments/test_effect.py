"""The short forms about a course: what officers say and nobody can trace, and whom the follow-up asks."""

import datetime as dt
from smtplib import SMTPRecipientsRefused

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends import locmem
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from accounts.models import Actor, User
from assessments.effect.asking import own_offer, own_offers
from assessments.effect.hiding import month_of
from assessments.effect.telling import tell
from assessments.models import (
    EffectAnswer,
    EffectAsked,
    EffectKind,
)
from assessments.services.effect import NotAsked, NothingSaid, answer_follow_up, answer_reaction, decline_effect
from assessments.tasks import ask_about_use_at_work, mix_what_officers_said
from courses.pages.services.publishing import publish_course
from learning.models import CourseProgress, Enrolment
from tests.factories import complete, make_course

DAY = dt.timedelta(days=1)
REACTION, FOLLOW_UP = EffectKind.REACTION, EffectKind.FOLLOW_UP


@pytest.fixture
def asking(db):
    """A course whose edition asks 90 days after completion."""
    made = make_course(publish=False)
    made.page.follow_up_days = 90
    made.page.save()
    publish_course(by=None, page=made.page)
    return made.course


@pytest.fixture
def done(cast, asking) -> Enrolment:
    cast.officer.email = "officer@example.org"
    cast.officer.save()
    return complete(cast.officer, asking)


def run() -> int:
    return ask_about_use_at_work.func()


def later(days: int):
    return time_machine.travel(timezone.now() + days * DAY, tick=False)


def page(kind: str, enrolment: Enrolment) -> str:
    return reverse("effect:reaction" if kind == REACTION else "effect:follow_up", args=[enrolment.uuid])


def declining(kind: str, enrolment: Enrolment) -> str:
    return reverse("effect:decline", args=[kind, enrolment.uuid])


# --- the reaction


def test_who_completed_a_course_is_asked_how_it_was_on_the_home_page_and_on_that_of_the_course(cast, done):
    client = cast.client(cast.officer)
    for address in ("/en/me/", f"/en/courses/{done.course.slug}/"):
        assert page(REACTION, done) in client.get(address).content.decode()
    assert page(REACTION, done) not in cast.client(cast.colleague).get("/en/me/").content.decode()


def test_an_answer_is_kept_without_anything_that_leads_to_the_person_or_says_when_it_was(cast, done):
    then = timezone.now()
    with later(3):
        client = cast.client(cast.officer)
        answer = client.post(page(REACTION, done), {"useful": "5", "was_upset": "no", "text": "More cases at sea."})
    assert answer.status_code == 302
    row = EffectAnswer.objects.get()
    assert (row.useful, row.clear, row.was_upset, row.text) == (5, None, False, "More cases at sea.")
    assert (row.month_at.day, row.month_at.hour, row.month_at.minute) == (1, 0, 0)
    links = {field.related_model.__name__ for field in EffectAnswer._meta.get_fields() if field.is_relation}
    assert links == {"Course"}
    asked = EffectAsked.objects.get()
    assert asked.state == "done"
    assert all(at is None or at < then + DAY for at in (asked.invited_at, asked.told_at, asked.reminded_at))


def test_when_a_month_is_over_its_answers_lose_their_order_and_their_keys_and_nothing_else(cast, done):
    said = [{"useful": 1 + each % 5, "text": f"Word {each}."} for each in range(40)]
    with time_machine.travel(dt.datetime(2026, 3, 31, 23, 59, tzinfo=dt.UTC), tick=False):
        for row in said:
            EffectAnswer.objects.create(kind=REACTION, course=done.course, month_at=month_of(timezone.now()), **row)
        came = list(EffectAnswer.objects.values_list("uuid", flat=True))
        assert mix_what_officers_said.func() == 0
    with time_machine.travel(dt.datetime(2026, 4, 1, 0, 30, tzinfo=dt.UTC), tick=False):
        assert mix_what_officers_said.func() == 0  # an answer of the last instant may still be on its way
    with time_machine.travel(dt.datetime(2026, 4, 1, 1, 0, tzinfo=dt.UTC), tick=False):
        assert mix_what_officers_said.func() == 40 and mix_what_officers_said.func() == 0
    rows = EffectAnswer.objects.filter(is_mixed=True, month_at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
    assert not set(came) & set(rows.values_list("uuid", flat=True))
    with connection.cursor() as cursor:  # as they lie in the table
        cursor.execute("SELECT text FROM assessments_effectanswer")
        lie = [text for (text,) in cursor.fetchall()]
    assert sorted(lie) == sorted(row["text"] for row in said) and lie != [row["text"] for row in said]
    assert {row.text: row.useful for row in rows} == {row["text"]: row["useful"] for row in said}


def test_it_is_asked_once_and_a_second_press_changes_nothing(cast, done):
    client = cast.client(cast.officer)
    client.post(page(REACTION, done), {"useful": "5"})
    assert page(REACTION, done) not in client.get("/en/me/").content.decode()
    assert client.post(page(REACTION, done), {"useful": "1"}).status_code == 302
    with pytest.raises(NotAsked):
        answer_reaction(by=cast.officer, enrolment=done, said={"useful": 1})
    assert [row.useful for row in EffectAnswer.objects.all()] == [5]


def test_who_does_not_want_to_be_asked_is_not_asked_again_for_ever(cast, done):
    client = cast.client(cast.officer)
    assert client.post(declining(REACTION, done)).status_code == 302
    assert client.post(declining(REACTION, done)).status_code == 302
    assert own_offers(cast.officer, "en") == []
    with pytest.raises(NotAsked):
        answer_reaction(by=cast.officer, enrolment=done, said={"useful": 1})
    assert not EffectAnswer.objects.exists()


def test_nothing_said_is_refused_and_a_case_is_asked_about_once_more(cast, done):
    client = cast.client(cast.officer)
    empty = client.post(page(REACTION, done), {})
    assert empty.status_code == 422 and "Answer at least one question." in empty.content.decode()
    case = client.post(page(REACTION, done), {"text": "See case 123/2024."})
    assert case.status_code == 422
    with pytest.raises(NothingSaid):
        answer_reaction(by=cast.officer, enrolment=done, said={})
    assert not EffectAnswer.objects.exists() and not EffectAsked.objects.exists()


def test_who_was_upset_reads_where_to_turn(cast, done):
    answer = cast.client(cast.officer).post(page(REACTION, done), {"was_upset": "yes"}, follow=True)
    assert "speak with someone you trust" in answer.content.decode()


def test_a_reaction_is_not_asked_two_months_later(cast, done):
    with later(61):
        assert own_offers(cast.officer, "en") == []
        assert cast.client(cast.officer).get(page(REACTION, done)).status_code == 302


@pytest.mark.parametrize("kind", [REACTION, FOLLOW_UP])
def test_the_form_of_another_is_not_there(cast, done, kind):
    with later(90):
        run()
        stranger = cast.client(cast.colleague)
        assert stranger.get(page(kind, done)).status_code == 404
        assert stranger.post(declining(kind, done)).status_code == 404
        with pytest.raises(Http404):
            own_offer(cast.colleague, done.uuid, kind, "en")
        with pytest.raises(NotAsked):
            decline_effect(by=cast.colleague, enrolment=done, kind=kind)
    assert not EffectAsked.objects.exclude(state="open").exists()


def test_a_course_that_is_not_completed_asks_nothing(cast, course):
    from_enrolling = Enrolment.objects.create(
        actor=cast.officer.actor, course=course.course, edition=course.revision.edition
    )
    assert own_offers(cast.officer, "en") == []
    assert cast.client(cast.officer).get(page(REACTION, from_enrolling)).status_code == 404


# --- the follow-up


def test_the_follow_up_is_opened_after_the_days_of_the_edition_and_told_once(cast, done):
    with later(89):
        assert run() == 0 and not EffectAsked.objects.exists()
    with later(90):
        assert run() == 1 and run() == 0
        assert [offer.kind for offer in own_offers(cast.officer, "en")] == [FOLLOW_UP]
        assert page(FOLLOW_UP, done) in cast.client(cast.officer).get("/en/me/").content.decode()
    letter = mail.outbox[0]
    assert letter.subject == "A short question about your work"
    assert letter.to == ["officer@example.org"] and page(FOLLOW_UP, done) in letter.body and "Course T1" in letter.body


def test_one_letter_reminds_two_weeks_later_and_no_further_one_comes(cast, done):
    start = timezone.now()
    for days, letters in ((90, 1), (103, 0), (104, 1), (104, 0), (130, 0), (149, 0)):
        with time_machine.travel(start + days * DAY, tick=False):
            assert run() == letters, days
    assert len(mail.outbox) == 2


def test_who_answered_is_not_reminded_and_who_was_late_by_two_months_finds_it_closed(cast, done):
    start = timezone.now()
    with time_machine.travel(start + 90 * DAY, tick=False):
        run()
        answer_follow_up(by=cast.officer, enrolment=done, said={"practices": ["signs"]})
    with time_machine.travel(start + 105 * DAY, tick=False):
        assert run() == 0
    other = complete(cast.colleague, done.course)
    then = timezone.now() + 90 * DAY
    with time_machine.travel(then, tick=False):
        run()
    with time_machine.travel(then + 61 * DAY, tick=False), pytest.raises(NotAsked):
        answer_follow_up(by=cast.colleague, enrolment=other, said={"practices": ["signs"]})
    assert EffectAnswer.objects.count() == 1


def test_one_press_ends_the_follow_up_and_its_letters(cast, done):
    start = timezone.now()
    with time_machine.travel(start + 90 * DAY, tick=False):
        run()
        assert cast.client(cast.officer).post(declining(FOLLOW_UP, done)).status_code == 302
    with time_machine.travel(start + 110 * DAY, tick=False):
        assert run() == 0 and own_offers(cast.officer, "en") == []


def test_the_letter_is_in_the_language_of_its_reader_and_of_a_restricted_person_it_names_no_course(cast, done):
    cast.officer.is_restricted, cast.officer.language = True, "id"
    cast.officer.save()
    with later(90):
        run()
    letter = mail.outbox[0]
    assert "/id/effect/use/" in letter.body and "Course T1" not in letter.body + letter.subject


def test_who_has_no_address_finds_it_on_the_home_page(cast, done):
    cast.officer.email = ""
    cast.officer.save()
    with later(90):
        assert run() == 0
        assert [offer.kind for offer in own_offers(cast.officer, "en")] == [FOLLOW_UP]
    assert mail.outbox == []


def anew(enrolment: Enrolment, actor: Actor | None = None) -> Enrolment:
    """The same course completed once more, as after a refresher or under an account that was merged."""
    other = Enrolment.objects.create(
        actor=actor or enrolment.actor, course=enrolment.course, edition=enrolment.edition, member=enrolment.member
    )
    CourseProgress.objects.create(enrolment=other, completed_at=timezone.now())
    return other


def test_who_takes_a_course_again_is_asked_neither_form_a_second_time(cast, done):
    start = timezone.now()
    answer_reaction(by=cast.officer, enrolment=done, said={"useful": 5})
    with time_machine.travel(start + 90 * DAY, tick=False):
        assert run() == 1
        Enrolment.objects.filter(pk=done.pk).update(ended_at=timezone.now())
        again = anew(done)
        assert own_offers(cast.officer, "en") == []
        with pytest.raises(NotAsked):
            answer_reaction(by=cast.officer, enrolment=again, said={"useful": 1})
    with time_machine.travel(start + 181 * DAY, tick=False):
        assert run() == 0 and own_offers(cast.officer, "en") == []
    assert EffectAsked.objects.count() == 2 and EffectAnswer.objects.count() == 1


def test_who_begins_a_refresher_before_being_asked_is_asked_after_it_instead(cast, done):
    start = timezone.now()
    with time_machine.travel(start + 80 * DAY, tick=False):
        Enrolment.objects.filter(pk=done.pk).update(ended_at=timezone.now())
        again = anew(done)
    with time_machine.travel(start + 95 * DAY, tick=False):
        assert run() == 0
    with time_machine.travel(start + 171 * DAY, tick=False):
        assert run() == 1
    assert EffectAsked.objects.get().enrolment == again


@pytest.mark.parametrize("merged", ["before the invitation", "after it"])
def test_two_accounts_that_were_merged_are_asked_once(cast, done, merged):
    other = complete(cast.colleague, done.course)
    start = timezone.now()
    theirs = Actor.objects.filter(user=cast.colleague)
    if merged == "before the invitation":
        theirs.update(user=cast.officer, joined_at=timezone.now())
    with time_machine.travel(start + 91 * DAY, tick=False):
        if merged == "after it":
            run()
            mail.outbox.clear()
            theirs.update(user=cast.officer, joined_at=timezone.now())
            EffectAsked.objects.update(told_at=None)
        assert run() == 1 and run() == 0
        (offer,) = own_offers(cast.officer, "en")
        decline_effect(by=cast.officer, enrolment=offer.enrolment, kind=FOLLOW_UP)
        assert own_offers(cast.officer, "en") == [] and run() == 0
    with time_machine.travel(start + 110 * DAY, tick=False):
        assert run() == 0
    assert {each.pk for each in (done, other)} >= set(EffectAsked.objects.values_list("enrolment", flat=True))


def test_whether_a_form_was_answered_or_not_wanted_is_not_kept_and_another_state_is_refused(cast, done):
    other = complete(cast.colleague, done.course)
    answer_reaction(by=cast.officer, enrolment=done, said={"useful": 5})
    decline_effect(by=cast.colleague, enrolment=other, kind=REACTION)
    assert {row.state for row in EffectAsked.objects.all()} == {"done"}
    with pytest.raises(IntegrityError), transaction.atomic():
        EffectAsked.objects.update(state="answered")


def test_when_letters_went_out_is_forgotten_when_the_form_is_closed(cast, done):
    start = timezone.now()
    for days in (90, 104, 149):
        with time_machine.travel(start + days * DAY, tick=False):
            run()
    assert EffectAsked.objects.get().reminded_at is not None
    with time_machine.travel(start + 151 * DAY, tick=False):
        assert run() == 0
    row = EffectAsked.objects.get()
    assert (row.told_at, row.reminded_at) == (None, None) and len(mail.outbox) == 2


class Broken(locmem.EmailBackend):
    """Fails for one address, and refuses another."""

    def send_messages(self, messages):
        for message in messages:
            if message.to == ["broken@example.org"]:
                raise ConnectionResetError
            if message.to == ["unknown@example.org"]:
                raise SMTPRecipientsRefused({"unknown@example.org": (550, b"no such user")})
        return super().send_messages(messages)


@pytest.mark.parametrize(("address", "marked"), [("broken@example.org", False), ("unknown@example.org", True)])
def test_one_address_that_fails_stops_nobody_and_only_what_may_work_later_is_tried_again(
    cast, done, settings, address, marked
):
    settings.EMAIL_BACKEND = f"{__name__}.Broken"
    cast.officer.email = address
    cast.officer.save()
    cast.colleague.email = "colleague@example.org"
    cast.colleague.save()
    other = complete(cast.colleague, done.course)
    start = timezone.now()
    with time_machine.travel(start + 90 * DAY, tick=False):
        assert run() == 1
        assert (EffectAsked.objects.get(enrolment=done).told_at is not None) == marked
    with time_machine.travel(start + 104 * DAY, tick=False):
        assert run() == 1  # the reminder of the other is reached
        assert EffectAsked.objects.get(enrolment=other).reminded_at is not None
    assert [letter.to for letter in mail.outbox] == [["colleague@example.org"]] * 2
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with time_machine.travel(start + 105 * DAY, tick=False):
        assert run() == (0 if marked else 1)


def test_where_there_is_no_mail_server_the_rest_waits_for_the_next_run_unmarked(cast, done, monkeypatch):
    tried = []

    def fails(*args):
        tried.append(args)
        raise TimeoutError

    monkeypatch.setattr("assessments.effect.telling.send_mail", fails)
    rows = []
    for each in range(7):
        user = User.objects.create(username=f"u{each}", email=f"u{each}@example.org")
        other = Enrolment.objects.create(
            actor=Actor.objects.create(user=user), course=done.course, edition=done.edition, member=done.member
        )
        rows.append(EffectAsked.objects.create(enrolment=other, kind=FOLLOW_UP).pk)
    assert tell(rows) == 0 and len(tried) == 5
    assert not EffectAsked.objects.exclude(told_at=None).exists()


def gone(officer, enrolment: Enrolment, how: str) -> None:
    if how == "withdrawn":
        Enrolment.objects.filter(pk=enrolment.pk).update(ended_at=timezone.now())
    elif how == "out of use":
        officer.is_active = False
        officer.save()
    elif how == "serves nowhere":
        officer.postings.update(ends_on=timezone.localdate() - 2 * DAY, starts_on=timezone.localdate() - 9 * DAY)
    else:
        Actor.objects.filter(user=officer).update(user=None)


@pytest.mark.parametrize("how", ["withdrawn", "out of use", "serves nowhere", "erased"])
def test_nobody_who_left_is_asked_or_reminded(cast, done, how):
    start = timezone.now()
    other = complete(cast.colleague, done.course)
    with time_machine.travel(start + 90 * DAY, tick=False):
        run()
        mail.outbox.clear()
    gone(cast.officer, done, how)
    gone(cast.colleague, other, how)
    EffectAsked.objects.filter(enrolment=other).delete()
    with time_machine.travel(start + 110 * DAY, tick=False):
        assert run() == 0
    assert not EffectAsked.objects.filter(enrolment=other).exists() and mail.outbox == []


def test_an_edition_that_asks_nothing_invites_nobody_and_one_of_long_ago_is_left_alone(cast, course, asking_too):
    complete(cast.officer, course.course)
    complete(cast.officer, asking_too)
    with later(90 + 366):
        run()
    assert not EffectAsked.objects.exists()


@pytest.fixture
def asking_too(db):
    made = make_course("T9", publish=False)
    made.page.follow_up_days = 90
    made.page.save()
    publish_course(by=None, page=made.page)
    return made.course


def test_who_completed_before_there_were_invitations_is_reached(cast, done):
    with later(200):
        assert run() == 1


def test_either_something_changed_or_nothing_and_why(cast, done):
    with later(90):
        run()
        client = cast.client(cast.officer)
        for data in ({}, {"practices": ["signs"], "why_none": "unsure"}, {"practices": ["flying"]}):
            assert client.post(page(FOLLOW_UP, done), data).status_code == 422
        for said in ({}, {"practices": ["signs"], "why_none": "unsure"}):
            with pytest.raises(NothingSaid):
                answer_follow_up(by=cast.officer, enrolment=done, said=said)
        assert not EffectAnswer.objects.exists()
        assert client.post(page(FOLLOW_UP, done), {"why_none": "unsure"}).status_code == 302
    row = EffectAnswer.objects.get()
    assert (row.kind, row.practices, row.why_none) == (FOLLOW_UP, [], "unsure")
