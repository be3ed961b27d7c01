"""What becomes of a certificate: suspended, reinstated, revoked, issued again; by whom, why, and how it is undone."""

import datetime as dt
import json

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.names import BadText
from accounts.permissions import Refused
from accounts.services import erase_person
from certificates.credentials.status import is_set
from certificates.models import Award, AwardChange
from certificates.selectors import public_award
from certificates.selectors.verifying import withdrawn_places
from certificates.services import (
    NoHolder,
    NoReason,
    WrongState,
    grant_trainer_award,
    issue_award,
    read_own,
    reinstate_award,
    reissue_award,
    replace_award,
    revoke_award,
    suspend_award,
)
from certificates.services.publishing import signed_status_list
from certificates.tasks import issue_missing_awards
from certificates.verification import Tally, verify_awards
from learning.services import begin_refresher
from tests.factories import complete, take_test

State = Award.State
WHY = "looked into"


@pytest.fixture
def award(cast, course) -> Award:
    return Award.objects.get(enrolment=complete(cast.officer, course.course))


def state(award: Award) -> str:
    return Award.objects.get(pk=award.pk).state


def later(monkeypatch, **delta):
    """The clock, so much later; or earlier, where it was set back."""
    now = timezone.now() + dt.timedelta(**delta)
    monkeypatch.setattr(timezone, "now", lambda: now)


def test_a_suspension_is_ended_and_both_stand_in_the_history_with_who_and_why(cast, award):
    suspend_award(by=cast.rso, award=award, reason=WHY)
    assert state(award) == State.SUSPENDED and public_award(award.number).state == "suspended"
    reinstate_award(by=cast.rso, award=award, reason="cleared")
    assert state(award) == State.VALID
    rows = list(award.changes.values_list("kind", "reason", "changed_by"))
    assert rows == [("suspended", WHY, cast.rso.actor.pk), ("reinstated", "cleared", cast.rso.actor.pk)]
    events = AuditEvent.objects.filter(action__startswith="award.").exclude(action="award.issued").order_by("number")
    assert [(each.action, each.reason, each.member) for each in events] == [
        ("award.suspended", WHY, cast.home),
        ("award.reinstated", "cleared", cast.home),
    ]
    assert cast.officer.full_name not in str([each.details for each in events])


def test_a_revocation_tells_strangers_no_reason(cast, award):
    revoke_award(by=cast.rso, award=award, reason="leaked test")
    page = cast.client(None).get(f"/verify/{award.number}").content.decode()
    assert public_award(award.number).state == "revoked" and "leaked" not in page


def test_a_revocation_by_mistake_is_undone_within_a_day_and_not_after(cast, award, monkeypatch):
    revoke_award(by=cast.rso, award=award, reason=WHY)
    reinstate_award(by=cast.rso, award=award, reason="the wrong number")
    assert state(award) == State.VALID
    revoke_award(by=cast.rso, award=award, reason=WHY)
    later(monkeypatch, hours=25)
    with pytest.raises(WrongState):
        reinstate_award(by=cast.rso, award=award, reason="too late")
    assert state(award) == State.REVOKED and award.changes.count() == 3


def test_undoing_a_revocation_of_a_suspended_certificate_leaves_it_suspended(cast, award):
    suspend_award(by=cast.rso, award=award, reason=WHY)
    revoke_award(by=cast.rso, award=award, reason=WHY)
    assert reinstate_award(by=cast.rso, award=award, reason="not yet").state == State.SUSPENDED


def test_a_clock_set_back_keeps_no_mistake_from_being_undone(cast, award, monkeypatch):
    revoke_award(by=cast.rso, award=award, reason=WHY)
    later(monkeypatch, days=-300)
    assert reinstate_award(by=cast.rso, award=award, reason="mistake").state == State.VALID


def test_after_that_a_new_certificate_is_issued_with_a_number_of_its_own(cast, award, monkeypatch):
    revoke_award(by=cast.rso, award=award, reason=WHY)
    with pytest.raises(WrongState):
        replace_award(by=cast.rso, award=award, reason="reinstate it instead")
    later(monkeypatch, hours=25)
    new = replace_award(by=cast.rso, award=award, reason="it was the wrong one")
    assert new.number != award.number and new.seal and new.valid_until == award.valid_until
    assert (state(award), new.state, new.reissues) == (State.REVOKED, State.VALID, award)
    assert issue_award(enrolment=award.enrolment) == new and issue_missing_awards.func() == 0
    with pytest.raises(WrongState):
        replace_award(by=cast.rso, award=award, reason="again")
    assert Award.objects.count() == 2


def test_it_is_issued_again_under_the_name_of_today_or_as_the_holder_wants_it(cast, award):
    cast.officer.full_name = "Officer Renamed"
    cast.officer.save()
    again = reissue_award(by=cast.coordinator, award=award, reason="married")
    assert (again.number, again.holder_name, again.valid_until) == (
        award.number,
        "Officer Renamed",
        award.valid_until,
    )
    assert again.uuid != award.uuid and again.seal and again.issued_at.date() == award.issued_at.date()
    assert state(award) == State.SUPERSEDED
    assert Award.objects.get(pk=award.pk).holder_name == "Officer Example"
    third = reissue_award(by=cast.coordinator, award=again, reason="as wished", name="  Officer  Wished ")
    assert third.holder_name == "Officer Wished" and third.issued_at > again.issued_at > award.issued_at
    assert public_award(award.number).name == "O. W."
    assert issue_award(enrolment=award.enrolment) == third


@pytest.mark.parametrize("guess", ["Officer Example", "Somebody Else"])
def test_who_may_not_know_the_holder_by_name_tries_no_names_out(cast, award, guess):
    with pytest.raises(Refused, match="coordinator of the member"):
        reissue_award(by=cast.rso, award=award, reason=WHY, name=guess)
    assert not AwardChange.objects.exists()
    cast.officer.full_name = "Officer Renamed"
    cast.officer.save()
    assert reissue_award(by=cast.rso, award=award, reason="married").holder_name == "Officer Renamed"


def test_where_the_member_shares_names_the_rso_writes_another_name_but_not_of_a_restricted_holder(cast, award):
    cast.home.sharing = "names"
    cast.home.save()
    again = reissue_award(by=cast.rso, award=award, reason="as wished", name="Officer Wished")
    assert again.holder_name == "Officer Wished"
    cast.officer.is_restricted = True
    cast.officer.save()
    with pytest.raises(Refused):
        reissue_award(by=cast.rso, award=again, reason=WHY, name="Officer Wished")


def test_an_expired_certificate_is_issued_again_too_and_stays_expired(cast, award):
    past = timezone.now() - dt.timedelta(days=900)
    Award.objects.filter(pk=award.pk).update(issued_at=past, valid_until=past.date() + dt.timedelta(days=10))
    again = reissue_award(by=cast.coordinator, award=award, reason="married", name="Another Name")
    assert again.is_expired and again.issued_at.date() == past.date()


@pytest.mark.parametrize("name", ["=cmd()", "\u202egnikcart", "1234", "x" * 201])
def test_what_is_no_name_is_refused_and_nothing_changes(cast, award, name):
    with pytest.raises(BadText):
        reissue_award(by=cast.coordinator, award=award, reason=WHY, name=name)
    assert state(award) == State.VALID and not AwardChange.objects.exists()


def test_nothing_is_done_without_a_reason_or_twice(cast, award):
    with pytest.raises(NoReason):
        suspend_award(by=cast.rso, award=award, reason="  ")
    with pytest.raises(WrongState):
        reissue_award(by=cast.rso, award=award, reason="the same name")
    with pytest.raises(WrongState):
        reinstate_award(by=cast.rso, award=award, reason="in force")
    revoke_award(by=cast.rso, award=award, reason=WHY)
    for service in (revoke_award, suspend_award, reissue_award):
        with pytest.raises(WrongState):
            service(by=cast.rso, award=award, reason="again")
    assert AwardChange.objects.count() == 1


def test_of_an_earlier_period_nothing_is_revoked_but_the_newer_one(cast, award):
    again = reissue_award(by=cast.coordinator, award=award, reason=WHY, name="Another Name")
    for service in (revoke_award, suspend_award, reinstate_award, reissue_award):
        with pytest.raises(WrongState):
            service(by=cast.rso, award=award, reason="the old row")
    revoke_award(by=cast.rso, award=again, reason=WHY)
    assert public_award(award.number).state == "revoked"


def test_nobody_decides_about_the_own_certificate_nor_about_those_of_others_without_the_right(cast, course, award):
    own = Award.objects.get(enrolment=complete(cast.rso, course.course))
    for by, one in (
        (cast.rso, own),
        (cast.coordinator, award),
        (cast.foreign_coordinator, award),
        (cast.officer, award),
        (cast.admin, award),
    ):
        for service in (suspend_award, revoke_award, reinstate_award, replace_award):
            with pytest.raises(Refused):
                service(by=by, award=one, reason=WHY)
    for by in (cast.officer, cast.foreign_coordinator, cast.agency_coordinator, cast.trainer):
        with pytest.raises(Refused):
            reissue_award(by=by, award=award, reason=WHY, name="Another")
    assert not AwardChange.objects.exists()


def test_what_is_said_of_the_newest_holds_for_those_that_it_replaced(cast, award, django_capture_on_commit_callbacks):
    """Whoever took a badge along before the name was changed cannot go on with it."""
    again = reissue_award(by=cast.coordinator, award=award, reason="married", name="Officer Renamed")

    def is_said(purpose: str) -> list[bool]:
        document = json.loads(signed_status_list(number=1, purpose=purpose))
        bits = document["credentialSubject"]["encodedList"]
        return [is_set(bits, each.status_index) for each in (award, again)]

    award.refresh_from_db()
    assert is_said("revocation") == is_said("suspension") == [False, False]
    assert withdrawn_places()["superseded"] == {1: [award.status_index]}
    for change, purpose, state in (
        (suspend_award, "suspension", "suspended"),
        (revoke_award, "revocation", "revoked"),
    ):
        with django_capture_on_commit_callbacks(execute=True):
            change(by=cast.rso, award=again, reason="a doubt")
        assert is_said(purpose) == [True, True]
        assert set(withdrawn_places()[state][1]) == {award.status_index, again.status_index}
    assert not list(verify_awards(tally=Tally()))


def test_a_revoked_trainer_certificate_is_not_reinstated_beside_the_one_after_it(cast, award):
    day = timezone.localdate()
    given = {"by": cast.rso, "learner": award, "practised_on": day, "reviewed_on": day, "reason": "taught well"}
    first = revoke_award(by=cast.rso, award=grant_trainer_award(**given), reason="the wrong person")
    second = grant_trainer_award(**given)
    assert second.number != first.number
    with pytest.raises(WrongState):
        reinstate_award(by=cast.rso, award=first, reason="both")
    assert Award.objects.standing().get(kind="trainer") == second


def test_for_an_erased_holder_it_can_be_revoked_and_not_issued_again(cast, award):
    award.actor.user = None
    award.actor.save()
    with pytest.raises(NoHolder):
        reissue_award(by=cast.coordinator, award=Award.objects.get(pk=award.pk), reason=WHY, name="Another")
    assert revoke_award(by=cast.rso, award=Award.objects.get(pk=award.pk), reason=WHY).state == State.REVOKED


def test_of_a_restricted_holder_the_new_one_is_as_hidden_as_the_old(cast, award):
    cast.officer.is_restricted = True
    cast.officer.save()
    again = reissue_award(by=cast.coordinator, award=award, reason=WHY, name="Another Name")
    assert public_award(again.number) is None
    assert read_own(again.token).name == ""


def test_while_it_is_suspended_no_new_period_is_issued_and_after_it_is(cast, award):
    Award.objects.filter(pk=award.pk).update(valid_until=timezone.localdate() + dt.timedelta(days=30))
    renewal = begin_refresher(by=cast.officer, course=award.course)
    suspend_award(by=cast.rso, award=award, reason=WHY)
    take_test(cast.officer, renewal)
    assert Award.objects.count() == 1 and issue_missing_awards.func() == 0
    reinstate_award(by=cast.rso, award=award, reason="cleared")
    assert issue_missing_awards.func() == 1
    assert (state(award), Award.objects.get(enrolment=renewal).state) == (State.SUPERSEDED, State.VALID)


def test_a_name_that_the_holder_wished_stays_over_a_renewal_and_that_of_the_account_is_read_anew(cast, course, award):
    wished = reissue_award(by=cast.coordinator, award=award, reason="as wished", name="Officer Wished")
    other = Award.objects.get(enrolment=complete(cast.colleague, course.course))
    Award.objects.filter(pk__in=[wished.pk, other.pk]).update(valid_until=timezone.localdate() + dt.timedelta(days=30))
    cast.colleague.full_name = "Colleague Renamed"
    cast.colleague.save()
    for person in (cast.officer, cast.colleague):
        take_test(person, begin_refresher(by=person, course=course.course))
    names = Award.objects.filter(state=State.VALID).order_by("pk").values_list("holder_name", flat=True)
    assert list(names) == ["Officer Wished", "Colleague Renamed"]


def test_the_certificate_of_an_erased_holder_verifies_and_leads_to_nobody(cast, award):
    person = cast.officer
    kept = {str(person.uuid), person.username, person.learner_code}
    erase_person(by=None, user=person)
    found = Award.objects.select_related("actor", "enrolment__actor").get(pk=award.pk)
    assert found.actor.user is None and found.enrolment.actor.user is None
    said = " ".join(str(value) for value in vars(found).values())
    assert not [each for each in kept if each in said]
    assert public_award(award.number).state == "valid" and public_award(award.number).name == "O. E."
    tally = Tally()
    assert list(verify_awards(tally=tally)) == [] and tally.seals == 1
