"""Links with which officers open an account: what works, and what a forged or old one gets."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Agency, AuditEvent, Invitation, Registration, User
from accounts.roles import Role
from accounts.selectors import invitations_seen_by
from accounts.services import (
    CannotInvite,
    InvitationOver,
    NoSuchInvitation,
    NotYours,
    accept_invitation,
    find_invitation,
    make_invitation,
    withdraw_invitation,
)
from accounts.services.entry import delete_old_invitations
from tests.cast import Cast

PAGE, NEW = "/en/people/invitations/", "seven wooden bridges"


def soon(days: int = 7) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def police(cast: Cast) -> Agency:
    return Agency.objects.get(member=cast.home, name="Police")


def invite(cast: Cast, uses: int = 1, agency: bool = True, **how) -> tuple[Invitation, str]:
    return make_invitation(
        by=cast.coordinator,
        member=cast.home,
        agency=police(cast) if agency else None,
        uses=uses,
        last_day=how.get("last_day", soon()),
    )


def join(client: Client, token: str, name: str = "Ani Wulan", **more):
    return client.post(f"/en/join/{token}/", {"full_name": name, "password1": NEW, "password2": NEW, **more})


def state() -> tuple[int, ...]:
    used = sum(Invitation.objects.values_list("used", flat=True))
    return User.objects.count(), Registration.objects.count(), used


def test_a_token_is_long_and_only_a_digest_of_it_is_kept(cast):
    invitation, token = invite(cast)
    assert len(token) >= 32 and token not in invitation.digest
    assert not AuditEvent.objects.filter(details__icontains=token).exists()
    assert find_invitation(token=token) == invitation


def test_a_link_for_one_opens_the_account_and_shows_the_user_name_that_the_system_gave(cast, client):
    _invitation, token = invite(cast)
    answer = join(client, token)
    assert answer.status_code == 302 and answer.url == "/en/join/welcome/"
    user = User.objects.get(full_name="Ani Wulan")
    assert user.username.startswith("id-") and user.username in client.get(answer.url).content.decode()
    assert client.get("/en/me/").status_code == 200
    posting = user.postings.get()
    assert (posting.role, posting.agency) == (Role.OFFICER, police(cast))
    with pytest.raises(InvitationOver):
        find_invitation(token=token)


def test_a_link_for_many_puts_each_before_a_verifier(cast, client):
    _invitation, token = invite(cast, uses=2)
    answer = join(client, token)
    user = User.objects.get(full_name="Ani Wulan")
    assert not user.is_active and user.registration.state == "waiting" and not user.postings.exists()
    assert user.username in client.get(answer.url).content.decode()
    assert client.get("/en/me/").status_code == 302
    join(Client(), token, "Budi")
    assert join(Client(), token, "Cici").status_code == 410
    assert Registration.objects.count() == 2


def test_without_an_agency_they_choose_one_of_the_member(cast, client):
    navy = Agency.objects.create(member=cast.away, name="Navy")
    _invitation, token = invite(cast, agency=False)
    for wrong in ({}, {"agency": navy.uuid}, {"agency": "x"}):
        assert join(client, token, **wrong).status_code == 200
    assert state()[2] == 0
    assert join(client, token, agency=police(cast).uuid).status_code == 302
    assert User.objects.get(full_name="Ani Wulan").postings.get().agency == police(cast)


def test_a_forged_an_old_a_used_and_a_withdrawn_link_say_the_same_and_change_nothing(cast):
    old, used, gone = invite(cast), invite(cast), invite(cast)
    accept_invitation(token=used[1], full_name="Somebody", password=NEW)
    withdraw_invitation(by=cast.coordinator, invitation=gone[0])
    Invitation.objects.filter(pk=old[0].pk).update(last_day=soon(-1))
    before, said = state(), {"GET": set(), "POST": set()}
    for token, status in (("x" * 32, 404), (old[1], 410), (used[1], 410), (gone[1], 410)):
        for _twice in range(2):
            for answer in (Client().get(f"/en/join/{token}/"), join(Client(), token)):
                assert answer.status_code == status
                said[answer.wsgi_request.method].add(answer.content.decode().replace(token, ""))
    assert all(len(each) == 1 and "This link does not work" in each.pop() for each in said.values())
    assert state() == before
    refused = AuditEvent.objects.filter(action="invitation.refused")
    assert sorted(each.details["state"] for each in refused) == ["over", "unknown", "used", "withdrawn"]


@pytest.mark.parametrize("name", ["=cmd", "A\u202eB", "123", " "])
def test_a_name_that_is_none_is_refused_and_the_link_still_works(cast, client, name):
    _invitation, token = invite(cast)
    answer = join(client, token, name)
    assert answer.status_code == 200 and "full_name" in answer.context["form"].errors
    assert state()[2] == 0 and join(client, token).status_code == 302


def test_a_weak_password_is_refused_and_the_link_still_works(cast, client):
    _invitation, token = invite(cast)
    assert join(client, token, password1="password", password2="password").status_code == 200
    assert join(client, token, password1="Ani Wulan 1", password2="Ani Wulan 1").status_code == 200
    assert state()[2] == 0


@pytest.mark.parametrize("how", [{"uses": 0}, {"uses": 501}, {"last_day": soon(-1)}, {"last_day": soon(91)}])
def test_an_invitation_that_cannot_be_is_refused(cast, how):
    with pytest.raises(CannotInvite):
        invite(cast, **how)
    assert not Invitation.objects.exists()


def test_an_agency_of_another_member_is_refused(cast):
    navy = Agency.objects.create(member=cast.away, name="Navy")
    with pytest.raises(CannotInvite):
        make_invitation(by=cast.coordinator, member=cast.home, agency=navy, uses=1, last_day=soon())


@pytest.mark.parametrize(
    "who", ["foreign_coordinator", "agency_coordinator", "verifier", "officer", "rso", "service_desk", "admin"]
)
def test_nobody_else_makes_or_withdraws_a_link_into_a_member(cast, who):
    invitation, _token = invite(cast)
    with pytest.raises(NotYours):
        make_invitation(by=getattr(cast, who), member=cast.home, agency=police(cast), uses=1, last_day=soon())
    with pytest.raises(NotYours):
        withdraw_invitation(by=getattr(cast, who), invitation=invitation)
    assert Invitation.objects.get().withdrawn_at is None
    assert not invitations_seen_by(getattr(cast, who))


def test_the_page_shows_the_address_once_and_the_list_never(cast):
    client = cast.client(cast.coordinator)
    answer = client.post(PAGE, {"member": "ID", "agency": police(cast).uuid, "uses": 1, "last_day": soon()})
    address = answer.context["address"]
    assert address.startswith("https://testserver/en/join/") and address in answer.content.decode()
    assert address not in client.get(PAGE).content.decode()
    assert Client().get(address.removeprefix("https://testserver")).status_code == 200


def test_a_coordinator_of_one_agency_invites_into_that_one_only(cast):
    client = cast.client(cast.agency_coordinator)
    sent = {"member": "ID", "uses": 1, "last_day": soon()}
    for agency in ("", police(cast).uuid):
        answer = client.post(PAGE, sent | {"agency": agency})
        assert answer.status_code == 200 and answer.context["form"].errors["agency"]
    assert not Invitation.objects.exists()
    client.post(PAGE, sent | {"agency": Agency.objects.get(name="Border").uuid})
    assert Invitation.objects.get().agency.name == "Border"


def test_withdrawing_twice_is_written_down_once(cast):
    invitation, token = invite(cast)
    client = cast.client(cast.coordinator)
    for _twice in range(2):
        assert client.post(f"{PAGE}{invitation.uuid}/withdraw/").status_code == 302
    assert AuditEvent.objects.filter(action="invitation.withdrawn").count() == 1
    with pytest.raises(InvitationOver):
        find_invitation(token=token)


def test_links_are_deleted_a_month_after_their_last_day(cast):
    for invitation, days in ((invite(cast)[0], -31), (invite(cast)[0], -29)):
        Invitation.objects.filter(pk=invitation.pk).update(last_day=soon(days))
    assert delete_old_invitations() == 1


def test_an_unknown_token_is_no_invitation(db):
    with pytest.raises(NoSuchInvitation):
        find_invitation(token="")
