"""A certificate is renewed from 90 days before its end on: by what changed since, or by the final test alone."""

import datetime as dt

import pytest
from django.utils import timezone

from assessments.services import AlreadyTaken, start_attempt
from certificates.documents import certificate_text
from certificates.models import Award
from certificates.periods import months_later
from certificates.selectors import public_award
from certificates.services import revoke_award, suspend_award
from courses.pages.services import publish_course
from learning.deltas import Scope
from learning.models import Enrolment
from learning.selectors import refresher_offers, standing
from learning.services import NoRefresher, begin_refresher
from tests.factories import complete, finish_lessons, take_test


def offers(user):
    return refresher_offers(type(user).objects.get(pk=user.pk), "en")


def ends_in(award: Award, days: int) -> Award:
    """The same award, as it is so many days before its end."""
    day = timezone.localdate() + dt.timedelta(days=days)
    Award.objects.filter(pk=award.pk).update(valid_until=day, issued_at=timezone.now() - dt.timedelta(days=700))
    return Award.objects.get(pk=award.pk)


@pytest.fixture
def award(cast, course) -> Award:
    return Award.objects.get(enrolment=complete(cast.officer, course.course))


@pytest.mark.parametrize(("days", "is_offered"), [(91, False), (90, True), (0, True), (-400, True)])
def test_it_is_offered_from_ninety_days_before_the_end_on(cast, award, days, is_offered):
    ends_in(award, days)
    assert bool(offers(cast.officer)) == is_offered
    if not is_offered:
        with pytest.raises(NoRefresher):
            begin_refresher(by=cast.officer, course=award.course)
        assert Enrolment.objects.count() == 1


def test_without_a_change_the_final_test_alone_is_asked_and_gives_a_new_period(cast, award):
    award = ends_in(award, 60)
    [offer] = offers(cast.officer)
    assert offer.is_renewal and offer.lessons == [] and offer.questions == 3
    renewal = begin_refresher(by=cast.officer, course=award.course)
    assert begin_refresher(by=cast.officer, course=award.course) == renewal
    now = standing(renewal, "en")
    assert now.is_renewal and [node.key for node in now.course.outline.path] == ["final-test"]
    assert Award.objects.get(pk=award.pk).state == Award.State.VALID  # as long as the new one is not there
    take_test(cast.officer, renewal)
    new = Award.objects.get(enrolment=renewal)
    assert (new.number, new.snapshot["renews"]) == (award.number, 1) and new.uuid != award.uuid
    months = renewal.edition.rules["validity_months"]
    assert new.valid_until == months_later(award.valid_until, months)  # no day of the old one is lost
    assert Award.objects.get(pk=award.pk).state == Award.State.SUPERSEDED
    assert public_award(award.number).valid_until == new.valid_until
    assert "final test" in certificate_text(new).statement
    assert offers(cast.officer) == []
    old = award.enrolment
    old.refresh_from_db()
    assert old.ended_at is not None and old.progress.completed_at is not None


def test_who_renews_after_the_end_begins_anew_on_that_day(cast, award):
    ends_in(award, -30)
    take_test(cast.officer, begin_refresher(by=cast.officer, course=award.course))
    new = Award.objects.order_by("-pk").first()
    assert new.issued_at.date() == timezone.localdate() and new.valid_until > timezone.localdate()


def test_a_failed_renewal_takes_nothing_away(cast, award):
    award = ends_in(award, 20)
    take_test(cast.officer, begin_refresher(by=cast.officer, course=award.course), wrong=("F1", "F2", "F3", "F4"))
    assert Award.objects.get() == award and award.state == Award.State.VALID
    assert public_award(award.number).state == "valid"


def test_where_an_edition_came_out_since_its_refresher_is_asked_instead(cast, course, award):
    ends_in(award, 30)
    publish_course(by=None, page=course.page, as_new_edition=True, delta=Scope(frozenset(["m1-l1"]), 2, 10))
    [offer] = offers(cast.officer)
    assert not offer.is_renewal and [node.key for node in offer.lessons] == ["m1-l1"]
    renewal = begin_refresher(by=cast.officer, course=course.course)
    finish_lessons(renewal, ("m1-l1",))
    take_test(cast.officer, renewal, "delta-test")
    assert Award.objects.get(enrolment=renewal).snapshot["refreshes"] == 1


def test_an_edition_that_asks_nothing_is_renewed_by_its_final_test(cast, course, award):
    ends_in(award, 30)
    publish_course(by=None, page=course.page, as_new_edition=True)
    [offer] = offers(cast.officer)
    assert offer.is_renewal and offer.number == 2
    renewal = begin_refresher(by=cast.officer, course=course.course)
    take_test(cast.officer, renewal)
    assert Award.objects.get(enrolment=renewal).edition == 2


def test_a_revoked_certificate_is_never_renewed_and_a_suspended_one_not_now(cast, award):
    ends_in(award, 30)
    suspend_award(by=cast.rso, award=award, reason="doubt")
    assert offers(cast.officer) == []
    revoke_award(by=cast.rso, award=award, reason="fraud")
    with pytest.raises(NoRefresher):
        begin_refresher(by=cast.officer, course=award.course)
    assert Enrolment.objects.count() == 1


def test_the_period_after_one_from_a_wrong_clock_is_never_issued_before_it_nor_ends_before_it_begins(cast, award):
    renewal = begin_refresher(by=cast.officer, course=ends_in(award, 30).course)
    ahead = timezone.now() + dt.timedelta(days=400)
    Award.objects.filter(pk=award.pk).update(issued_at=ahead, valid_until=ahead.date())
    take_test(cast.officer, renewal)
    new = Award.objects.get(enrolment=renewal)
    assert new.issued_at > ahead and new.valid_until > new.issued_at.date()
    assert public_award(award.number).state == "valid"


def test_lessons_stay_to_be_read_and_the_pre_test_is_not_asked_again(cast, award):
    ends_in(award, 30)
    renewal = begin_refresher(by=cast.officer, course=award.course)
    browser = cast.client(cast.officer)
    assert browser.get("/en/courses/t1/m1-l1/").status_code == 200
    assert browser.get("/en/courses/t1/pre-test/").status_code == 404
    page = browser.get("/en/courses/t1/").content.decode()
    assert "Renewal" in page and "The whole course" in page and "Refresher for edition" not in page
    take_test(cast.officer, renewal)
    with pytest.raises(AlreadyTaken):
        start_attempt(by=cast.officer, enrolment=renewal, key="final-test", language="en")
