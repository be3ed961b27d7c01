"""Officers who register themselves: only where the member allows it, and open only when somebody has verified them."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Actor, Agency, AuditEvent, Posting, Registration, User
from accounts.roles import Role
from accounts.selectors import registrations_seen_by
from accounts.services import (
    AlreadyDecided,
    NotOpen,
    NotYours,
    accept_registration,
    delete_refused_registrations,
    refuse_registration,
    register,
    set_registrations,
)
from tests.cast import Cast

LIST, QUEUE, LOGIN = "/en/join/register/", "/en/people/registrations/", "/en/accounts/login/"
NEW = "seven wooden bridges"


@pytest.fixture
def home(cast):
    return set_registrations(by=cast.coordinator, member=cast.home, are_taken=True)


def agency(name: str) -> Agency:
    return Agency.objects.get(name=name)


def send(client: Client, name: str = "Ani Wulan", where: str = "Police", member: str = "ID", **more):
    data = {"full_name": name, "agency": agency(where).uuid, "password1": NEW, "password2": NEW}
    return client.post(f"{LIST}{member}/", data | more)


def ask(home, name: str = "Ani Wulan", where: str = "Police") -> Registration:
    return register(member=home, agency=agency(where), full_name=name, password=NEW).registration


def sign_in(client: Client, username: str, password: str = NEW):
    return client.post(LOGIN, {"login": username, "password": password}, follow=True)


def test_only_members_that_allow_it_are_listed_and_answered(cast, client):
    assert "Nobody can register" in client.get(LIST).content.decode()
    assert client.get(f"{LIST}ID/").status_code == 404
    set_registrations(by=cast.coordinator, member=cast.home, are_taken=True)
    page = client.get(LIST).content.decode()
    assert "Indonesia" in page and "Thailand" not in page
    assert client.get(f"{LIST}ID/").status_code == 200 and client.get(f"{LIST}TH/").status_code == 404


def test_who_registers_gets_a_user_name_and_an_account_that_is_not_open(home, client):
    answer = send(client)
    assert answer.status_code == 302 and answer.url == "/en/join/welcome/"
    user = User.objects.get(full_name="Ani Wulan")
    assert not user.is_active and not user.postings.exists()
    assert user.username in client.get(answer.url).content.decode()
    assert client.get("/en/me/").status_code == 302


def test_meanwhile_only_the_right_password_is_told_that_it_is_not_open_yet(home, client):
    username = ask(home).user.username
    page = sign_in(Client(), username).content.decode()
    assert "not open yet" in page and "Indonesia" in page
    wrong = [sign_in(Client(), name, "wrong") for name in (username, "there-is-nobody")]
    assert all("not open yet" not in answer.content.decode() for answer in wrong)
    assert wrong[0].context["form"].errors == wrong[1].context["form"].errors
    assert client.get("/en/join/waiting/").url == f"{LOGIN}?next=/en/join/waiting/"


def test_a_member_that_takes_none_makes_no_account(cast, client):
    before = User.objects.count()
    with pytest.raises(NotOpen):
        register(member=cast.home, agency=agency("Police"), full_name="Ani", password=NEW)
    assert send(client).status_code == 404 and User.objects.count() == before


def test_an_agency_of_another_member_or_a_closed_one_is_refused(cast, home, client):
    Agency.objects.create(member=cast.away, name="Navy")
    Agency.objects.create(member=cast.home, name="Customs", is_open=False)
    before = User.objects.count()
    for name in ("Navy", "Customs"):
        assert "agency" in send(client, where=name).context["form"].errors
        with pytest.raises(NotOpen):
            ask(home, where=name)
    assert User.objects.count() == before


def test_registering_again_and_again_is_paused(home):
    statuses = [send(Client(), f"Person {'x' * n}").status_code for n in range(62)]
    assert statuses[:60] == [302] * 60 and statuses[60:] == [429, 429]
    assert Registration.objects.count() == 60


def test_a_verifier_lets_in_people_of_the_own_agency(cast: Cast, home):
    registration = ask(home)
    client = cast.client(cast.verifier)
    assert "Ani Wulan" in client.get(QUEUE).content.decode()
    client.post(f"{QUEUE}{registration.uuid}/accept/")
    registration.refresh_from_db()
    assert registration.state == "accepted" and registration.decided_by == cast.verifier
    posting = Posting.objects.get(user=registration.user)
    assert (posting.role, posting.agency) == (Role.OFFICER, agency("Police"))
    event = AuditEvent.objects.get(action="registration.accepted")
    assert event.actor == cast.verifier.actor and event.member == home
    assert "My learning" in sign_in(Client(), registration.user.username).content.decode()


def test_who_may_decide_is_who_may_verify_there(cast: Cast, home):
    registration = ask(home)
    for who in ("coordinator", "verifier"):
        assert list(registrations_seen_by(getattr(cast, who))) == [registration]
    for who in ("agency_coordinator", "foreign_coordinator", "officer", "rso", "service_desk", "admin", "auditor"):
        assert not registrations_seen_by(getattr(cast, who))
        with pytest.raises(NotYours):
            accept_registration(by=getattr(cast, who), registration=registration)
        with pytest.raises(NotYours):
            refuse_registration(by=getattr(cast, who), registration=registration, reason="no")
    registration.refresh_from_db()
    assert registration.state == "waiting" and not registration.user.is_active


def test_a_refused_person_reads_the_reason_and_is_deleted_after_30_days(cast, home):
    registration = ask(home)
    user = registration.user
    cast.client(cast.coordinator).post(f"{QUEUE}{registration.uuid}/refuse/", {"reason": "Ask your <b>chief</b>"})
    page = sign_in(Client(), user.username).content.decode()
    assert "was refused" in page and "Ask your &lt;b&gt;chief" in page
    assert delete_refused_registrations() == 0
    Registration.objects.update(decided_at=timezone.now() - dt.timedelta(days=31))
    key = user.actor.pk
    assert delete_refused_registrations() == 1
    assert not User.objects.filter(pk=user.pk).exists() and not Registration.objects.exists()
    assert Actor.objects.get(pk=key).user is None


def test_a_refusal_needs_a_reason(cast, home):
    registration = ask(home)
    for reason in ("", "x" * 201):
        cast.client(cast.coordinator).post(f"{QUEUE}{registration.uuid}/refuse/", {"reason": reason})
    registration.refresh_from_db()
    assert registration.state == "waiting"


def test_the_second_decision_changes_nothing(cast, home):
    registration = ask(home)
    refuse_registration(by=cast.verifier, registration=registration, reason="Not of ours")
    before = AuditEvent.objects.count()
    with pytest.raises(AlreadyDecided):
        accept_registration(by=cast.coordinator, registration=registration)
    assert AuditEvent.objects.count() == before and not Posting.objects.filter(user=registration.user).exists()


def test_the_verifier_is_told_of_somebody_of_the_same_name_within_reach_only(cast, home):
    User.objects.filter(pk=cast.outsider.pk).update(full_name="Ani Wulan")
    ask(home, "Officer EXAMPLE")
    ask(home, "Ani Wulan")
    page = cast.client(cast.verifier).get(QUEUE).content.decode()
    assert page.count("somebody of this name") == 1 and ">officer<" in page and "outsider" not in page


def test_looking_at_the_queue_is_written_down(cast, home):
    registration = ask(home)
    cast.client(cast.verifier).get(QUEUE)
    event = AuditEvent.objects.get(action="registrations.seen")
    assert event.details == {"registrations": [str(registration.uuid)]} and event.actor == cast.verifier.actor


def test_only_who_coordinates_the_whole_member_opens_it_for_registrations(cast):
    for who in ("agency_coordinator", "foreign_coordinator", "verifier", "officer", "admin"):
        with pytest.raises(NotYours):
            set_registrations(by=getattr(cast, who), member=cast.home, are_taken=True)
    cast.home.refresh_from_db()
    assert not cast.home.takes_registrations
    client = cast.client(cast.coordinator)
    for taken in ("yes", "yes", "no"):
        client.post(f"{QUEUE}open/ID/", {"taken": taken})
    assert [each.details["taken"] for each in AuditEvent.objects.filter(action="member.registrations")] == [False, True]


def test_the_welcome_page_is_for_whoever_just_joined(client, db):
    assert client.get("/en/join/welcome/").url == f"{LOGIN}?next=/en/join/welcome/"
