"""Officers and their coordinators are told that certificates end: once for each step, by letter and on the screen."""

import datetime as dt
from smtplib import SMTPException

import pytest
from django.core import mail
from django.utils import timezone

from certificates.models import Award, AwardReminder
from certificates.services import reissue_award, suspend_award
from certificates.services.reminding import note_reminders, untold
from certificates.tasks import remind_of_ending
from learning.services import begin_refresher
from tests.factories import complete, take_test


@pytest.fixture
def award(cast, course) -> Award:
    for person in (cast.officer, cast.coordinator, cast.agency_coordinator, cast.foreign_coordinator):
        person.email = f"{person.username}@example.org"
        person.save()
    return Award.objects.get(enrolment=complete(cast.officer, course.course))


def ends_in(award: Award, days: int) -> None:
    day = timezone.localdate() + dt.timedelta(days=days)
    Award.objects.filter(pk=award.pk).update(valid_until=day, issued_at=timezone.now() - dt.timedelta(days=900))


def letters_to(user) -> list:
    return [letter for letter in mail.outbox if letter.to == [user.email]]


def test_each_step_is_told_once_however_often_the_task_runs(cast, award):
    for days, step in ((91, None), (90, 90), (31, 90), (30, 30), (8, 30), (7, 7), (0, 7), (-1, 0), (-31, 0)):
        ends_in(award, days)
        for _again in range(2):
            remind_of_ending.func()
        newest = award.reminders.order_by("-pk").first()
        assert (newest and newest.days) == step, days
    assert len(letters_to(cast.officer)) == len(letters_to(cast.coordinator)) == 4
    assert len(mail.outbox) == 8 and AwardReminder.objects.count() == 8


def test_a_clock_set_back_reminds_nobody_again(cast, award, monkeypatch):
    ends_in(award, 7)
    remind_of_ending.func()
    for days in (3, -1):
        ends_in(award, days)
        remind_of_ending.func()
    told = len(mail.outbox)
    now = timezone.now() - dt.timedelta(days=4)
    monkeypatch.setattr(timezone, "now", lambda: now)
    remind_of_ending.func()
    assert len(mail.outbox) == told


def test_a_certificate_that_is_issued_again_reminds_nobody_again_and_a_renewed_one_does(cast, award):
    ends_in(award, 20)
    remind_of_ending.func()
    told = len(mail.outbox)
    again = reissue_award(by=cast.coordinator, award=award, reason="married", name="Officer Renamed")
    remind_of_ending.func()
    assert len(mail.outbox) == told and not again.reminders.exists()
    ends_in(again, 7)
    remind_of_ending.func()
    assert again.reminders.exists() and len(letters_to(cast.officer)) == 2


def test_letters_are_in_each_ones_language_and_the_coordinators_names_nothing(cast, award):
    cast.officer.language = "id"
    cast.officer.save()
    ends_in(award, 20)
    remind_of_ending.func()
    [own] = letters_to(cast.officer)
    assert "Course T1" in own.body and "/id/certificates/" in own.body
    assert Award.objects.get().valid_until.isoformat() in own.body
    [theirs] = letters_to(cast.coordinator)
    assert "1 certificate" in theirs.body and "/en/certificates/officers/" in theirs.body
    for letter in mail.outbox:
        for private in ("Officer", "Example", award.number, cast.officer.learner_code):
            assert private not in letter.body.replace("/officers/", "") + letter.subject
    assert "T1" not in theirs.body and letters_to(cast.foreign_coordinator) == letters_to(cast.agency_coordinator) == []


def test_a_coordinator_gets_one_letter_for_all(cast, course, award):
    other = Award.objects.get(enrolment=complete(cast.colleague, course.course))
    ends_in(award, 20)
    ends_in(other, 10)
    remind_of_ending.func()
    [theirs] = letters_to(cast.coordinator)
    assert "2 certificates" in theirs.body
    assert len(letters_to(cast.agency_coordinator)) == 1  # the colleague is of Border


def test_the_mail_box_of_a_restricted_officer_is_told_no_course(cast, award):
    cast.officer.is_restricted = True
    cast.officer.save()
    ends_in(award, 20)
    remind_of_ending.func()
    [own] = letters_to(cast.officer)
    assert "T1" not in own.body + own.subject


def test_without_an_address_it_is_read_on_the_own_page_and_on_the_desk(cast, award):
    for person in (cast.officer, cast.coordinator):
        person.email = ""
        person.save()
    ends_in(award, 20)
    assert remind_of_ending.func() == 0 and mail.outbox == []
    until = Award.objects.get().valid_until.isoformat()
    home = cast.client(cast.officer).get("/en/me/").content.decode()
    assert "Renew your certificate" in home and until in home
    assert "1 ends soon" in cast.client(cast.coordinator).get("/en/desk/officers/").content.decode()
    assert "ends soon" not in cast.client(cast.foreign_coordinator).get("/en/desk/officers/").content.decode()


def test_while_a_renewal_runs_the_page_still_says_when_it_ends(cast, award):
    ends_in(award, 5)
    begin_refresher(by=cast.officer, course=award.course)
    home = cast.client(cast.officer).get("/en/me/").content.decode()
    assert "Your certificate ends soon" in home and "Renew your certificate" not in home


def test_of_what_was_renewed_or_does_not_hold_nobody_is_reminded(cast, award):
    ends_in(award, 20)
    suspend_award(by=cast.rso, award=award, reason="doubt")
    assert note_reminders() == 0
    Award.objects.update(state=Award.State.VALID)
    assert note_reminders() == 2
    take_test(cast.officer, begin_refresher(by=cast.officer, course=award.course))
    assert untold() == [] and remind_of_ending.func() == 0


def test_who_is_out_of_use_or_erased_gets_no_letter(cast, award):
    ends_in(award, 20)
    cast.officer.is_active = False
    cast.officer.save()
    assert remind_of_ending.func() == 0
    cast.officer.is_active = True
    cast.officer.save()
    award.actor.user = None
    award.actor.save()
    assert remind_of_ending.func() == 0 and not AwardReminder.objects.exists()


def test_a_letter_that_fails_is_sent_by_the_next_run(cast, award, monkeypatch):
    ends_in(award, 20)

    def broken(*arguments):
        raise SMTPException("no")

    with monkeypatch.context() as patch:
        patch.setattr("certificates.services.reminding.send_mail", broken)
        assert remind_of_ending.func() == 0
    assert remind_of_ending.func() == 2 and remind_of_ending.func() == 0
