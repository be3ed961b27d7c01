"""Certificates of participation and for trainers: by whom, when, and what they say; and the annex in every snapshot."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.permissions import Refused
from certificates.documents import certificate_text
from certificates.models import Award
from certificates.selectors import awards_seen_by, register_awards
from certificates.selectors.register import RegisterFilter
from certificates.services import (
    CannotGrant,
    NoReason,
    grant_participation,
    grant_trainer_award,
    issue_award,
    revoke_award,
    suspend_award,
)
from certificates.tasks import issue_missing_awards
from learning.manifest import digest_of
from learning.models import Class
from learning.services import enrol
from tests.factories import complete, finish_lessons, take_test
from tests.learning.annex import add_box, fill

WHY = "session seen"


@pytest.fixture
def took_part(cast, course):
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment)
    take_test(cast.officer, enrolment, wrong=("F1", "F2", "F3", "F4"))
    return enrolment


@pytest.fixture
def learner(cast, course) -> Award:
    return Award.objects.get(enrolment=complete(cast.officer, course.course))


def trainer(cast, learner, **more) -> Award:
    today = timezone.localdate()
    days = {"practised_on": today, "reviewed_on": today} | more
    return grant_trainer_award(by=cast.rso, learner=learner, reason=WHY, **days)


def test_who_did_the_lessons_and_did_not_pass_took_part_and_the_paper_says_so(cast, took_part):
    award = grant_participation(by=cast.rso, enrolment=took_part)
    assert (award.kind == "participation" and award.seal is not None) or Award.objects.get(pk=award.pk).seal
    assert award.snapshot["lessons"] == {"done": 2, "all": 2} and "pass_mark" not in award.snapshot
    text = certificate_text(award)
    assert "has taken part" in text.statement and ("Lessons", "2 / 2") in text.facts
    assert grant_participation(by=cast.rso, enrolment=took_part) == award


def test_a_certificate_of_participation_stops_no_certificate_of_completion(cast, took_part, monkeypatch):
    award = grant_participation(by=cast.rso, enrolment=took_part)
    take_test(cast.officer, took_part)
    assert Award.objects.filter(enrolment=took_part, kind="completion").count() == 1
    Award.objects.filter(kind="completion").update(kind="trainer")  # as if it had not been issued at once
    assert issue_missing_awards.func() == 1 and issue_missing_awards.func() == 0
    assert issue_award(enrolment=took_part).number != award.number


def test_participation_is_refused_before_the_lessons_in_a_running_class_and_after_completion(cast, course):
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment, ("m1-l1",))
    with pytest.raises(CannotGrant, match="1 of 2"):
        grant_participation(by=cast.rso, enrolment=enrolment)
    finish_lessons(enrolment, ("m1-l2",))
    today = timezone.localdate()
    enrolment.klass = Class.objects.create(course=course.course, title="Here", starts_on=today, ends_on=today)
    enrolment.save()
    with pytest.raises(CannotGrant, match="still runs"):
        grant_participation(by=cast.rso, enrolment=enrolment)
    take_test(cast.officer, enrolment)
    enrolment.klass = None
    enrolment.save()
    with pytest.raises(CannotGrant, match="completed"):
        grant_participation(by=cast.rso, enrolment=enrolment)
    assert not Award.objects.filter(kind="participation").exists()


def test_drafts_certify_no_participation_where_review_is_required(cast, took_part, settings):
    settings.REQUIRE_REVIEW = True
    with pytest.raises(CannotGrant):
        grant_participation(by=cast.rso, enrolment=took_part)


def test_a_trainer_certificate_stands_on_a_learner_certificate_and_ends_with_it(cast, learner):
    award = trainer(cast, learner)
    assert (award.kind, award.enrolment, award.valid_until) == ("trainer", None, learner.valid_until)
    assert award.snapshot["stands_on"] == learner.number != award.number
    assert "qualified as a trainer" in certificate_text(award).statement
    assert trainer(cast, learner) == award
    assert set(awards_seen_by(cast.coordinator)) == {learner, award}
    assert set(awards_seen_by(cast.agency_coordinator)) == set()
    assert set(register_awards(cast.coordinator, RegisterFilter())) == {learner}


def test_after_the_learner_certificate_was_renewed_a_new_period_bears_the_same_number(cast, learner):
    first = trainer(cast, learner)
    later = learner.valid_until + dt.timedelta(days=300)
    Award.objects.filter(pk=learner.pk).update(valid_until=later)
    second = trainer(cast, Award.objects.get(pk=learner.pk))
    assert (second.number, second.valid_until) == (first.number, later)
    assert Award.objects.get(pk=first.pk).state == Award.State.SUPERSEDED


def test_a_trainer_certificate_is_refused_without_a_certificate_in_force_a_past_day_or_a_reason(cast, learner):
    today = timezone.localdate()
    with pytest.raises(CannotGrant):
        trainer(cast, learner, reviewed_on=today + dt.timedelta(days=1))
    with pytest.raises(NoReason):
        grant_trainer_award(by=cast.rso, learner=learner, practised_on=today, reviewed_on=today, reason=" ")
    suspend_award(by=cast.rso, award=learner, reason=WHY)
    with pytest.raises(CannotGrant):
        trainer(cast, learner)
    revoke_award(by=cast.rso, award=learner, reason=WHY)
    with pytest.raises(CannotGrant):
        trainer(cast, learner)
    assert Award.objects.count() == 1


def test_only_who_certifies_for_all_grants_and_never_to_oneself(cast, course, took_part):
    for by in (cast.coordinator, cast.trainer, cast.officer, cast.admin):
        with pytest.raises(Refused):
            grant_participation(by=by, enrolment=took_part)
    own = Award.objects.get(enrolment=complete(cast.rso, course.course))
    with pytest.raises(Refused):
        trainer(cast, own)
    assert Award.objects.count() == 1


def test_a_certificate_says_which_annex_its_holder_read(cast, course):
    add_box(course)
    text = fill(course, cast.coordinator, cast.home)
    award = Award.objects.get(enrolment=complete(cast.officer, course.course))
    assert award.snapshot["annex"] == {
        "on": award.issued_at.date().isoformat(),
        "texts": 1,
        "latest": text.valid_from.isoformat(),
        "digest": digest_of([str(text.uuid)]),
    }
    other = Award.objects.get(enrolment=complete(cast.outsider, course.course))
    assert "annex" not in other.snapshot
