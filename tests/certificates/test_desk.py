"""The pages of those who look after certificates, and a holder's own list."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.permissions import Role
from certificates.models import Award
from certificates.services import revoke_award, suspend_award
from certificates.services.recognitions import Written, record_recognition
from learning.models import Class, Enrolment
from learning.services import begin_refresher, enrol
from tests.cast import make_person
from tests.factories import complete, finish_lessons, take_test


@pytest.fixture
def award(cast, course) -> Award:
    return Award.objects.get(enrolment=complete(cast.officer, course.course))


def ends_in(award: Award, days: int) -> None:
    day = timezone.localdate() + dt.timedelta(days=days)
    Award.objects.filter(pk=award.pk).update(valid_until=day, issued_at=timezone.now() - dt.timedelta(days=900))


def page(cast, user, address: str) -> str:
    answer = cast.client(user).get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


# --- who certifies


def test_a_certificate_is_found_by_its_number_however_it_is_typed(cast, award):
    client = cast.client(cast.rso)
    answer = client.get("/en/certificates/find/", {"number": award.number.lower().replace("-", " ")})
    assert answer.status_code == 302 and answer["Location"] == f"/en/certificates/{award.number}/"
    for typed in ("SLH-0000-0000-0000", "nonsense", ""):
        assert client.get("/en/certificates/find/", {"number": typed}).status_code == 422


def test_it_shows_what_a_stranger_sees_until_a_reason_is_given_where_the_member_shares(cast, award):
    address = f"/en/certificates/{award.number}/"
    seen = page(cast, cast.rso, address)
    assert "O. E." in seen and "Officer Example" not in seen and "does not share" in seen
    client = cast.client(cast.rso)
    assert client.post(f"{address}holder/", {"reason": "name has changed"}).status_code == 404
    cast.home.sharing = "names"
    cast.home.save()
    assert "Officer Example" not in page(cast, cast.rso, address)
    assert client.post(f"{address}holder/", {"reason": ""}).status_code == 422
    assert not AuditEvent.objects.filter(action="shared.seen").exists()
    assert "Officer Example" in client.post(f"{address}holder/", {"reason": "name has changed"}).content.decode()
    event = AuditEvent.objects.get(action="shared.seen")
    assert (event.member, event.reason) == (cast.home, "name has changed")
    assert event.details["people"] == [str(cast.officer.uuid)]


def test_of_a_restricted_holder_nothing_is_shown_and_of_a_shared_one_the_code(cast, award):
    cast.officer.is_restricted = True
    cast.officer.save()
    cast.home.sharing = "names"
    cast.home.save()
    address = f"/en/certificates/{award.number}/"
    seen = page(cast, cast.rso, address)
    assert "O. E." not in seen and cast.officer.learner_code not in seen and "is not shown" in seen
    shown = cast.client(cast.rso).post(f"{address}holder/", {"reason": "asked by the member"}).content.decode()
    assert cast.officer.learner_code in shown and "Officer Example" not in shown


def test_it_is_suspended_and_reinstated_with_a_reason_that_stands_in_the_history(cast, award):
    client = cast.client(cast.rso)
    address = f"/en/certificates/{award.number}/"
    assert client.post(f"{address}suspend/", {"reason": ""}).status_code == 422
    assert client.post(f"{address}suspend/", {"reason": "a doubt"}, follow=True).status_code == 200
    seen = page(cast, cast.rso, address)
    assert "a doubt" in seen and "reinstate/" in seen and "suspend/" not in seen
    twice = client.post(f"{address}suspend/", {"reason": "again"})
    assert twice.status_code == 422 and "suspended" in twice.content.decode()
    client.post(f"{address}reinstate/", {"reason": "cleared"})
    assert Award.objects.get().state == Award.State.VALID
    assert client.get(f"{address}burn/").status_code == 404


def test_what_was_suspended_before_it_was_revoked_is_said_to_be_suspended_again(cast, award):
    client, address = cast.client(cast.rso), f"/en/certificates/{award.number}/"
    client.post(f"{address}suspend/", {"reason": "a doubt"})
    client.post(f"{address}revoke/", {"reason": "leaked"})
    undone = client.post(f"{address}reinstate/", {"reason": "the wrong number"}, follow=True).content.decode()
    assert "The certificate is suspended, as before." in undone and "is reinstated" not in undone
    cleared = client.post(f"{address}reinstate/", {"reason": "cleared"}, follow=True).content.decode()
    assert "The certificate is reinstated." in cleared


def test_the_desk_counts_what_waits_for_a_decision(cast, award):
    def waiting() -> str:
        return page(cast, cast.rso, "/en/certificates/find/")

    assert "1 waits" not in waiting()
    written = Written(title="Border course", body="Academy", awarded_on=dt.date(2025, 1, 2))
    record_recognition(by=cast.coordinator, user=cast.officer, written=written, shown=None)
    assert "1 waits" in waiting()


def test_case_data_in_a_reason_is_asked_about(cast, award):
    answer = cast.client(cast.rso).post(f"/en/certificates/{award.number}/revoke/", {"reason": "case no. 12/2025"})
    assert answer.status_code == 422 and Award.objects.get().state == Award.State.VALID


def test_nobody_decides_about_the_own_one(cast, course):
    own = Award.objects.get(enrolment=complete(cast.rso, course.course))
    address = f"/en/certificates/{own.number}/"
    assert "Somebody else has to decide" in page(cast, cast.rso, address)
    client = cast.client(cast.rso)
    assert client.get(f"{address}revoke/").status_code == 403
    assert client.post(f"{address}revoke/", {"reason": "mine"}).status_code == 403
    assert Award.objects.get().state == Award.State.VALID


def test_a_trainer_certificate_is_given_and_stands_on_the_page_of_the_learner_certificate(cast, award):
    client = cast.client(cast.rso)
    today = timezone.localdate()
    data = {"practised_on": today + dt.timedelta(days=2), "reviewed_on": today, "reason": "taught well"}
    address = f"/en/certificates/{award.number}/"
    assert client.post(f"{address}trainer/", data).status_code == 422
    assert client.post(f"{address}trainer/", data | {"practised_on": today}).status_code == 302
    given = Award.objects.get(kind="trainer")
    assert given.number in page(cast, cast.rso, address)
    assert "Trainer certificate" in page(cast, cast.officer, "/en/certificates/")


def test_a_class_that_is_over_gives_certificates_of_participation_without_names(cast, course):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    klass = Class.objects.create(course=course.course, title="Here", starts_on=yesterday, ends_on=yesterday)
    for person, lessons in ((cast.officer, ("m1-l1", "m1-l2")), (cast.colleague, ("m1-l1",))):
        enrolment = enrol(by=person, course=course.course)
        enrolment.klass = klass
        enrolment.save()
        finish_lessons(enrolment, lessons)
    assert "Here" in page(cast, cast.rso, "/en/certificates/find/")
    address = f"/en/certificates/classes/{klass.uuid}/"
    seen = page(cast, cast.rso, address)
    assert "Officers who can get one" in seen and seen.count("&lt;5") == 2
    assert "Example" not in seen.partition("<main")[2]
    for _again in range(2):
        cast.client(cast.rso).post(address)
    assert Award.objects.get().actor.user == cast.officer
    assert "Nobody waits" in page(cast, cast.rso, address)


def test_a_class_of_eight_asks_the_database_as_often_as_one_of_two(cast, course):
    yesterday = timezone.localdate() - dt.timedelta(days=1)

    def questions(officers: int) -> int:
        klass = Class.objects.create(course=course.course, title="Here", starts_on=yesterday, ends_on=yesterday)
        for at in range(officers):
            person = make_person(f"taught{klass.pk}x{at}", Role.OFFICER, cast.home)
            enrolment = enrol(by=person, course=course.course)
            Enrolment.objects.filter(pk=enrolment.pk).update(klass=klass)
            finish_lessons(enrolment, ("m1-l1", "m1-l2"))
        with CaptureQueriesContext(connection) as asked:
            page(cast, cast.rso, f"/en/certificates/classes/{klass.uuid}/")
        return len(asked)

    questions(2)
    assert questions(8) == questions(2)


# --- who coordinates


def test_a_coordinator_lists_the_own_officers_certificates_those_that_end_first(cast, course, award):
    other = Award.objects.get(enrolment=complete(cast.colleague, course.course))
    complete(cast.outsider, course.course)
    ends_in(award, 40)
    seen = page(cast, cast.coordinator, "/en/certificates/officers/")
    assert award.number in seen and other.number not in seen
    both = page(cast, cast.coordinator, "/en/certificates/officers/?state=all")
    assert both.index(award.number) < both.index(other.number) and "Outsider" not in both
    assert award.number not in page(cast, cast.agency_coordinator, "/en/certificates/officers/?state=all")
    assert "None of these" in page(cast, cast.coordinator, "/en/certificates/officers/?state=suspended")
    assert AuditEvent.objects.filter(action="officers.seen", member=cast.home).exists()


def test_a_coordinator_has_it_issued_again_and_does_nothing_else(cast, award):
    address = f"/en/certificates/{award.number}/"
    client = cast.client(cast.coordinator)
    seen = page(cast, cast.coordinator, address)
    assert "Officer Example" in seen and "reissue/" in seen and "revoke/" not in seen
    assert client.get(f"{address}revoke/").status_code == 403
    wrong = client.post(f"{address}reissue/", {"name": "=cmd()", "reason": "married"})
    assert wrong.status_code == 422
    assert client.post(f"{address}reissue/", {"name": "Officer Married", "reason": "married"}).status_code == 302
    assert Award.objects.order_by("-pk").first().holder_name == "Officer Married"
    assert cast.client(cast.foreign_coordinator).get(address).status_code == 404


# --- who holds it


def test_a_holder_reads_the_state_the_days_left_and_what_stood_before(cast, award):
    ends_in(award, 40)
    own = page(cast, cast.officer, "/en/certificates/")
    assert "40 days left" in own and "Renew" in own and "earlier" not in own.partition("What the words mean")[0]
    take_test(cast.officer, begin_refresher(by=cast.officer, course=award.course))
    own = page(cast, cast.officer, "/en/certificates/")
    assert "1 earlier one under this number" in own and "Superseded" in own
    home = page(cast, cast.officer, "/en/me/")
    assert home.count("Open the certificate") == 1
    newest = Award.objects.order_by("-pk").first()
    suspend_award(by=cast.rso, award=newest, reason="secret doubt")
    assert "does not hold for now" in page(cast, cast.officer, "/en/certificates/")
    revoke_award(by=cast.rso, award=newest, reason="secret doubt")
    own = page(cast, cast.officer, "/en/certificates/")
    assert "does not hold any more" in own and "secret doubt" not in own


def test_without_a_certificate_the_page_says_how_one_comes(cast):
    assert "No certificate yet" in page(cast, cast.colleague, "/en/certificates/")


def test_the_home_page_says_what_is_true_of_a_certificate_that_does_not_hold(cast, award):
    def card() -> str:
        return page(cast, cast.officer, "/en/me/")

    assert "valid until" in card()
    for state, said in (("suspended", "It does not hold for now."), ("revoked", "It does not hold any more.")):
        Award.objects.filter(pk=award.pk).update(state=state)
        assert said in card() and "valid until" not in card()
    past = timezone.localdate() - dt.timedelta(days=3)
    Award.objects.filter(pk=award.pk).update(
        state="valid", issued_at=timezone.now() - dt.timedelta(days=900), valid_until=past
    )
    assert "It ended on" in card() and "valid until" not in card()


def test_who_may_not_know_the_holder_by_name_is_offered_the_name_of_the_account_only(cast, award):
    address = f"/en/certificates/{award.number}/reissue/"
    for_rso, for_coordinator = page(cast, cast.rso, address), page(cast, cast.coordinator, address)
    assert 'name="name"' not in for_rso and "under the name of the account" in for_rso
    assert 'name="name"' in for_coordinator
    for guess in ("Officer Example", "Somebody Else"):
        assert cast.client(cast.rso).post(address, {"name": guess, "reason": "a guess"}).status_code == 403
    again = cast.client(cast.rso).post(address, {"reason": "renamed"})
    assert "bears this name already" in again.content.decode() and Award.objects.count() == 1
