"""Ways round a right that somebody tried: each is refused, and nothing is changed."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.exchange import plan_people, read_table
from accounts.models import Agency, AuditEvent, OneTimeCode, Posting, Transfer, User
from accounts.permissions import may_change_account
from accounts.roles import Role
from accounts.selectors import people_for_codes
from accounts.services import (
    CodeNotRight,
    LooksAcross,
    MayNotGive,
    accept_registration,
    appoint_coordinator,
    ask_erasure,
    erase_due,
    give_codes,
    give_staff_role,
    make_invitation,
    post_officer,
    post_person,
    register,
    set_agency_open,
    set_registrations,
    use_code,
)
from accounts.services.merging import merge_people, undo_merge
from accounts.services.moving import NotOpenAnyMore, accept_transfer, hand_over, offer_transfer
from tests.cast import make_person

NEW = "seven wooden bridges"
TURNED = "Siti \u202eelpmaxE"
DAY = dt.timedelta(days=1)


def agency(name: str) -> Agency:
    return Agency.objects.get(name=name)


def postings() -> list[tuple]:
    return list(Posting.objects.order_by("pk").values_list("pk", "user", "role", "agency", "starts_on", "ends_on"))


def own_posting(person: User) -> Posting:
    return Posting.objects.get(user=person)


# --- a slip opens nothing over which its giver has no power


@pytest.mark.parametrize("becomes", ["staff", "coordinator", "another member's"])
def test_a_code_ends_when_its_giver_could_give_none_any_more(cast, becomes):
    code = give_codes(by=cast.coordinator, people=[cast.officer])[0].code
    if becomes == "staff":
        give_staff_role(by=cast.admin, role=Role.ADMINISTRATOR, user=cast.officer)
    elif becomes == "coordinator":
        appoint_coordinator(by=cast.rso, member=cast.home, role=Role.COORDINATOR, user=cast.officer)
    else:
        offer = offer_transfer(by=cast.coordinator, user=cast.officer, to_member=cast.away)
        accept_transfer(by=cast.foreign_coordinator, transfer=offer, agency=None, on=timezone.localdate() + DAY)
    with pytest.raises(CodeNotRight):
        use_code(username="officer", code=code, password=NEW)
    assert not User.objects.get(pk=cast.officer.pk).check_password(NEW)


def test_a_code_stays_good_through_a_posting_that_its_giver_gives(cast):
    code = give_codes(by=cast.coordinator, people=[cast.officer])[0].code
    post_officer(
        by=cast.coordinator, user=cast.officer, role=Role.AGENCY_VERIFIER, member=cast.home, agency=agency("Police")
    )
    assert use_code(username="officer", code=code, password=NEW) == cast.officer


def test_nobody_gives_a_code_to_whoever_has_the_power_over_everything(cast):
    root = make_person("root", Role.OFFICER, cast.home, agency("Police"), is_superuser=True)
    for giver in (cast.service_desk, cast.coordinator):
        assert not people_for_codes(giver).filter(pk=root.pk).exists()
        assert not may_change_account(giver, root)
    assert not OneTimeCode.objects.exists()


def test_another_spelling_of_a_user_name_is_no_further_attempt(cast):
    cache.clear()
    client, spelled = Client(), "\uff4ffficer"  # a wide letter: normalised, the same name
    for name in ("officer", spelled, "officer", spelled, "OFFICER"):
        sent = {"username": name, "code": "AAAA-AAAA-AAAA", "password1": NEW, "password2": NEW}
        assert client.post("/en/join/code/", sent).status_code == 200
    for name in ("officer", spelled):
        sent = {"username": name, "code": "AAAA-AAAA-AAAA", "password1": NEW, "password2": NEW}
        assert client.post("/en/join/code/", sent).status_code == 429
    cache.clear()


# --- nobody becomes coordinator by a side door


def test_the_rso_hands_no_member_over_to_itself(cast):
    post_person(by=None, user=cast.rso, role=Role.OFFICER, member=cast.home, agency=agency("Police"))
    rso, before = User.objects.get(pk=cast.rso.pk), postings()
    with pytest.raises(MayNotGive):
        hand_over(by=rso, posting=own_posting(cast.coordinator), to=rso)
    assert postings() == before


def test_whoever_looks_across_members_is_handed_none_and_made_no_deputy(cast):
    post_person(by=None, user=cast.analyst, role=Role.OFFICER, member=cast.home, agency=agency("Police"))
    before = postings()
    for by in (cast.rso, cast.coordinator):
        with pytest.raises(LooksAcross):
            hand_over(by=by, posting=own_posting(cast.coordinator), to=cast.analyst)
    with pytest.raises(LooksAcross):
        post_officer(
            by=cast.coordinator, user=cast.analyst, role=Role.DEPUTY_COORDINATOR, member=cast.home, agency=None
        )
    assert postings() == before


# --- an agency's coordinator ends nothing of another agency


def test_one_agency_offers_nobody_who_serves_another_agency_too(cast):
    post_person(by=None, user=cast.colleague, role=Role.OFFICER, member=cast.home, agency=agency("Police"))
    before = postings()
    with pytest.raises(MayNotGive):
        offer_transfer(by=cast.agency_coordinator, user=cast.colleague, to_member=cast.away)
    assert postings() == before and not Transfer.objects.exists()


@pytest.mark.parametrize("becomes", ["staff", "another member's"])
def test_nobody_is_erased_on_the_word_of_who_could_ask_no_more(cast, becomes):
    ask_erasure(by=cast.coordinator, user=cast.officer, reason="letter of 3 March")
    if becomes == "staff":
        give_staff_role(by=cast.admin, role=Role.AUDITOR, user=cast.officer)
    else:
        offer = offer_transfer(by=cast.coordinator, user=cast.officer, to_member=cast.away)
        accept_transfer(by=cast.foreign_coordinator, transfer=offer, agency=None)
    assert erase_due(on=timezone.localdate() + 60 * DAY) == 0
    assert User.objects.filter(pk=cast.officer.pk).exists()
    assert AuditEvent.objects.filter(action="erasure.withdrawn").exists()


def test_what_the_person_asked_for_stands_wherever_the_person_goes(cast):
    ask_erasure(by=cast.officer, user=cast.officer)
    offer = offer_transfer(by=cast.coordinator, user=cast.officer, to_member=cast.away)
    accept_transfer(by=cast.foreign_coordinator, transfer=offer, agency=None)
    assert erase_due(on=timezone.localdate() + 60 * DAY) == 1


def test_a_restricted_officer_who_comes_tomorrow_is_not_found_by_name(cast):
    User.objects.filter(pk=cast.officer.pk).update(is_restricted=True)
    offer = offer_transfer(by=cast.coordinator, user=cast.officer, to_member=cast.away)
    accept_transfer(by=cast.foreign_coordinator, transfer=offer, agency=None, on=timezone.localdate() + DAY)
    client, page = cast.client(cast.foreign_coordinator), "/en/people/moves/agency/"
    assert str(cast.officer.uuid) in client.get(page).content.decode()
    assert str(cast.officer.uuid) not in client.get(page, {"q": "Officer Ex"}).content.decode()
    assert str(cast.outsider.uuid) in client.get(page, {"q": "Outsider Ex"}).content.decode()


def test_an_offer_does_not_end_a_role_as_coordinator_that_came_after_it(cast):
    offer = offer_transfer(by=cast.agency_coordinator, user=cast.colleague, to_member=cast.away)
    appoint_coordinator(by=cast.rso, member=cast.home, role=Role.COORDINATOR, user=cast.colleague)
    before = postings()
    with pytest.raises(NotOpenAnyMore):
        accept_transfer(by=cast.foreign_coordinator, transfer=offer, agency=None)
    assert postings() == before


def test_a_merge_is_not_taken_back_into_a_member_that_the_person_has_left(cast):
    twin = make_person("officer-2", Role.OFFICER, cast.home, agency("Police"))
    merge = merge_people(by=cast.coordinator, kept=cast.officer, closed=twin)
    offer = offer_transfer(by=cast.coordinator, user=cast.officer, to_member=cast.away)
    accept_transfer(by=cast.foreign_coordinator, transfer=offer, agency=None)
    before = postings()
    with pytest.raises(MayNotGive):
        undo_merge(by=cast.foreign_coordinator, merge=merge)
    assert postings() == before and not User.objects.get(pk=twin.pk).is_active


def test_a_list_for_one_agency_tells_no_user_name_of_another(cast):
    User.objects.filter(pk=cast.officer.pk).update(email="officer@example.org")
    text = "Full name,Agency,E-mail\nAni Wulan,Border,officer@example.org\n"
    whole, part = (
        plan_people(by=by, member=cast.home, table=read_table(text))
        for by in (cast.coordinator, cast.agency_coordinator)
    )
    assert "officer" in whole.problems[0].what and not part.problems


# --- names that read as others


@pytest.mark.parametrize("name", [TURNED, "\u200b\u200b", "=HYPERLINK(1)"])
def test_no_form_takes_a_name_that_reads_as_another_one(cast, name):
    client, before = cast.client(cast.coordinator), User.objects.count()
    new = {"full_name": name, "place": str(agency("Police").uuid)}
    assert client.post("/en/people/new/", new).status_code == 422
    corrected = {"full_name": name, "latin_name": "", "email": ""}
    assert client.post(f"/en/people/{cast.officer.uuid}/correct/", corrected).status_code == 422
    assert cast.client(cast.officer).post("/en/accounts/data/correct/", corrected).status_code == 422
    handed = {"full_name": name, "on": timezone.localdate().isoformat(), "confirmed": "1"}
    page = f"/en/people/moves/hand-over/{own_posting(cast.coordinator).uuid}/"
    assert client.post(page, handed).status_code == 422
    assert (
        cast.client(cast.rso)
        .post("/en/members/ID/coordinators/", {"role": "coordinator", "full_name": name})
        .status_code
        == 422
    )
    assert User.objects.count() == before and not User.objects.filter(full_name=name).exists()


# --- every page that shows a name leaves a line


def looks(client: Client, page: str) -> list[AuditEvent]:
    before = AuditEvent.objects.filter(action="officers.seen").count()
    assert client.get(page).status_code == 200
    return list(AuditEvent.objects.filter(action="officers.seen").order_by("pk")[before:])


def test_pages_that_name_one_officer_say_so_in_the_log(cast):
    client = cast.client(cast.coordinator)
    offer = offer_transfer(by=cast.coordinator, user=cast.colleague, to_member=cast.away)
    pages = [
        (f"/en/desk/officers/{cast.officer.uuid}/", cast.officer),  # enrolled in nothing
        (f"/en/people/{cast.officer.uuid}/correct/", cast.officer),
        (f"/en/people/moves/offer/{cast.officer.uuid}/", cast.officer),
        (f"/en/people/moves/offers/{offer.uuid}/", cast.colleague),
    ]
    for page, person in pages:
        (line,) = looks(client, page)
        assert line.member == cast.home and str(person.uuid) in f"{line.target} {line.details}", page
    assert not looks(cast.client(cast.foreign_coordinator), f"/en/people/moves/offers/{offer.uuid}/")  # a code


# --- what was closed meanwhile is said, and is no fault


def test_an_agency_that_closed_meanwhile_takes_nobody_in(cast, client):
    set_registrations(by=cast.coordinator, member=cast.home, are_taken=True)
    asked = register(member=cast.home, agency=agency("Police"), full_name="Ani Wulan", password=NEW).registration
    set_agency_open(by=cast.coordinator, agency=agency("Police"), is_open=False)
    before = postings()
    page = f"/en/people/registrations/{asked.uuid}/accept/"
    answer = cast.client(cast.coordinator).post(page, follow=True)
    assert answer.status_code == 200 and "closed" in answer.content.decode()
    with pytest.raises(Exception, match="closed"):
        accept_registration(by=cast.coordinator, registration=asked)
    assert postings() == before and not User.objects.get(pk=asked.user_id).is_active


def test_a_member_that_ended_meanwhile_takes_nobody_in_by_a_link(cast, client):
    last = timezone.localdate() + DAY
    _made, token = make_invitation(
        by=cast.coordinator, member=cast.home, agency=agency("Police"), uses=1, last_day=last
    )
    cast.home.valid_to = timezone.localdate() - DAY
    cast.home.save()
    before = User.objects.count()
    sent = {"full_name": "Ani Wulan", "password1": NEW, "password2": NEW}
    assert client.post(f"/en/join/{token}/", sent).status_code == 200
    assert User.objects.count() == before
