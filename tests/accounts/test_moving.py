"""Officers move to another agency or member, and a coordinator hands over: rights follow, history stays."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from accounts.models import Agency, AuditEvent, Posting, Transfer, User
from accounts.permissions import Refused, Right, has_right
from accounts.roles import Role
from accounts.selectors import people_seen_by
from accounts.selectors.moving import own_transfers
from accounts.services import post_person
from accounts.services.moving import (
    AlreadyOffered,
    AlreadyThere,
    NoSuccessor,
    NotOpenAnyMore,
    NotTheirOfficer,
    StillCoordinates,
    WrongDay,
    accept_transfer,
    decline_transfer,
    hand_over,
    move_people,
    move_person,
    offer_transfer,
    withdraw_transfer,
)
from accounts.services.people import MayNotGive, WrongPlace
from learning.models import Enrolment
from learning.selectors import enrolments_seen_by
from learning.services import enrol
from tests.cast import make_person

TODAY, DAY = timezone.localdate, dt.timedelta(days=1)
MOVES = "/en/people/moves/"


def again(person: User) -> User:
    return User.objects.get(pk=person.pk)


def agency(name: str) -> Agency:
    return Agency.objects.get(name=name)


def postings() -> list[tuple]:
    return list(Posting.objects.order_by("pk").values_list("pk", "user", "role", "agency", "starts_on", "ends_on"))


# --- within the member


def test_a_move_ends_one_posting_and_begins_the_next_in_one_step(cast):
    moved = move_person(by=cast.coordinator, user=cast.officer, to_agency=agency("Border"), on=TODAY() + 3 * DAY)
    before = Posting.objects.get(user=cast.officer, agency=agency("Police"))
    assert before.ends_on == TODAY() + 2 * DAY and moved.starts_on == TODAY() + 3 * DAY
    assert moved.agency.name == "Border" and moved.role == Role.OFFICER
    event = AuditEvent.objects.filter(action="person.moved").get()
    assert event.actor.user == cast.coordinator and event.member == cast.home
    assert cast.officer.full_name not in str(event.details)


def test_the_rank_band_goes_along_and_what_was_learned_stays_where_it_was(cast, course):
    Posting.objects.filter(user=cast.officer).update(rank_band="senior")
    enrol(by=again(cast.officer), course=course.course)
    moved = move_person(by=cast.coordinator, user=cast.officer, to_agency=agency("Border"))
    assert moved.rank_band == "senior"
    assert Enrolment.objects.get().agency.name == "Police"


def test_a_verifier_who_moves_verifies_nobody_of_the_old_agency_any_more(cast):
    post_person(by=None, user=cast.verifier, role=Role.OFFICER, member=cast.home, agency=agency("Police"))
    assert has_right(again(cast.verifier), Right.VERIFY_PEOPLE)
    move_person(by=cast.coordinator, user=cast.verifier, to_agency=agency("Border"))
    assert not has_right(again(cast.verifier), Right.VERIFY_PEOPLE)


def test_whoever_is_there_already_is_not_moved(cast):
    before = postings()
    with pytest.raises(AlreadyThere):
        move_person(by=cast.coordinator, user=cast.officer, to_agency=agency("Police"))
    assert postings() == before


def test_a_move_before_the_present_posting_began_is_refused(cast):
    before = postings()
    for day in (TODAY() - DAY, TODAY() + 400 * DAY):
        with pytest.raises(WrongDay):
            move_person(by=cast.coordinator, user=cast.officer, to_agency=agency("Border"), on=day)
    assert postings() == before


def test_a_coordinator_of_one_agency_moves_nobody_out_of_it_nor_in(cast):
    before = postings()
    with pytest.raises(MayNotGive):
        move_person(by=cast.agency_coordinator, user=cast.colleague, to_agency=agency("Police"))
    with pytest.raises(NotTheirOfficer):
        move_person(by=cast.agency_coordinator, user=cast.officer, to_agency=agency("Border"))
    assert postings() == before


def test_nobody_moves_another_members_officer_nor_into_another_members_agency(cast):
    foreign = Agency.objects.create(member=cast.away, name="Royal Police")
    before = postings()
    for user, where in ((cast.outsider, agency("Police")), (cast.officer, foreign), (cast.outsider, foreign)):
        with pytest.raises(Refused):
            move_person(by=cast.coordinator, user=user, to_agency=where)
    assert postings() == before


def test_a_closed_agency_takes_nobody(cast):
    Agency.objects.filter(name="Border").update(is_open=False)
    with pytest.raises(WrongPlace):
        move_person(by=cast.coordinator, user=cast.officer, to_agency=agency("Border"))
    assert Posting.objects.filter(user=cast.officer).count() == 1


def test_several_are_moved_together_or_none_is(cast):
    third = make_person("third", Role.OFFICER, cast.home, agency("Police"))
    moved = move_people(by=cast.coordinator, users=[cast.officer, cast.colleague, third], to_agency=agency("Border"))
    assert {each.user for each in moved} == {cast.officer, third}
    before = postings()
    with pytest.raises(NotTheirOfficer):
        move_people(by=cast.coordinator, users=[third, cast.outsider], to_agency=agency("Police"))
    assert postings() == before


def test_a_coordinator_moves_several_on_a_page_and_a_forged_choice_changes_nothing(cast):
    client = cast.client(cast.coordinator)
    page = client.get(f"{MOVES}agency/")
    assert cast.officer.full_name in page.content.decode() and cast.outsider.full_name not in page.content.decode()
    data = {"agency": agency("Border").uuid, "on": TODAY().isoformat()}
    before = postings()
    for people in ([], [cast.outsider.uuid], [cast.officer.uuid, cast.outsider.uuid], ["nonsense"]):
        answer = client.post(f"{MOVES}agency/", data | {"people": people})
        assert answer.status_code == 422 and postings() == before
        assert cast.outsider.full_name not in answer.content.decode()
    answer = client.post(f"{MOVES}agency/", data | {"people": [cast.officer.uuid, cast.colleague.uuid]}, follow=True)
    assert "1 officer moved to Border." in answer.content.decode() and "1 was there already." in answer.content.decode()
    assert again(cast.officer).postings.filter(agency__name="Border", ends_on=None).exists()


def test_looking_for_officers_to_move_leaves_a_line_in_the_log(cast):
    cast.client(cast.coordinator).get(f"{MOVES}agency/?q=colleague")
    event = AuditEvent.objects.filter(action="officers.seen").get()
    assert event.details["people"] == [str(cast.colleague.uuid)] and event.member == cast.home


# --- to another member


@pytest.fixture
def offered(cast) -> Transfer:
    return offer_transfer(
        by=cast.coordinator, user=cast.officer, to_member=cast.away, kind="police", note="Begins in spring."
    )


def test_the_other_member_reads_code_kind_and_note_and_no_name_before_it_accepts(cast, offered):
    client = cast.client(cast.foreign_coordinator)
    for address in (MOVES, f"{MOVES}offers/{offered.uuid}/"):
        page = client.get(address).content.decode()
        assert cast.officer.learner_code in page
        for secret in (cast.officer.full_name, str(cast.officer.uuid)):
            assert secret not in page
    assert "Begins in spring." in page and "Police" in page
    assert not people_seen_by(again(cast.foreign_coordinator), Right.MANAGE_PEOPLE).filter(pk=cast.officer.pk).exists()
    answer = client.post(
        f"{MOVES}offers/{offered.uuid}/accept/", {"agency": "", "on": TODAY().isoformat()}, follow=True
    )
    assert cast.officer.full_name in answer.content.decode()


def test_accepting_begins_there_and_ends_here_the_day_before(cast, offered):
    foreign = Agency.objects.create(member=cast.away, name="Royal Police", kind="police")
    on = TODAY() + 10 * DAY
    posting = accept_transfer(by=cast.foreign_coordinator, transfer=offered, agency=foreign, on=on)
    assert (posting.member, posting.agency, posting.starts_on) == (cast.away, foreign, on)
    assert Posting.objects.get(user=cast.officer, member=cast.home).ends_on == on - DAY
    offered.refresh_from_db()
    assert offered.state == "accepted" and offered.answered_by.user == cast.foreign_coordinator
    events = AuditEvent.objects.filter(action="transfer.accepted")
    assert {each.member for each in events} == {cast.home, cast.away}


def test_what_was_learned_before_stays_with_the_old_member_and_what_comes_is_the_new_ones(cast, course, offered):
    enrol(by=cast.officer, course=course.course)
    accept_transfer(by=cast.foreign_coordinator, transfer=offered, agency=None)
    assert not enrolments_seen_by(again(cast.foreign_coordinator)).exists()
    assert enrolments_seen_by(again(cast.coordinator)).count() == 1
    assert not people_seen_by(again(cast.coordinator), Right.MANAGE_PEOPLE).filter(pk=cast.officer.pk).exists()


def test_a_restricted_officer_stays_restricted_and_the_old_member_reads_the_code(cast, offered):
    User.objects.filter(pk=cast.officer.pk).update(is_restricted=True)
    accept_transfer(by=cast.foreign_coordinator, transfer=offered, agency=None)
    assert again(cast.officer).is_restricted
    here = cast.client(cast.coordinator).get(f"{MOVES}offers/{offered.uuid}/").content.decode()
    there = cast.client(cast.foreign_coordinator).get(f"{MOVES}offers/{offered.uuid}/").content.decode()
    assert cast.officer.full_name not in here and cast.officer.learner_code in here
    assert cast.officer.full_name in there


def test_an_offer_may_be_declined_or_withdrawn_and_then_is_over(cast, offered):
    before = postings()
    decline_transfer(by=cast.foreign_coordinator, transfer=offered)
    for act in (withdraw_transfer, decline_transfer, accept_transfer):
        more = {"agency": None} if act is accept_transfer else {}
        by = cast.coordinator if act is withdraw_transfer else cast.foreign_coordinator
        with pytest.raises(NotOpenAnyMore):
            act(by=by, transfer=offered, **more)
    second = offer_transfer(by=cast.coordinator, user=cast.officer, to_member=cast.away)
    withdraw_transfer(by=cast.coordinator, transfer=second)
    assert postings() == before and {each.state for each in Transfer.objects.all()} == {"declined", "withdrawn"}


def test_an_offer_runs_out_after_thirty_days_and_another_can_be_made(cast, offered):
    Transfer.objects.update(offered_at=timezone.now() - 30 * DAY)
    before = postings()
    with pytest.raises(NotOpenAnyMore):
        accept_transfer(by=cast.foreign_coordinator, transfer=offered, agency=None)
    page = cast.client(cast.foreign_coordinator).get(f"{MOVES}offers/{offered.uuid}/").content.decode()
    assert "Run out" in page and "Decline" not in page
    assert postings() == before and own_transfers(cast.officer) == []
    offer_transfer(by=cast.coordinator, user=cast.officer, to_member=cast.away)
    offered.refresh_from_db()
    assert offered.state == "expired"


def test_only_one_offer_of_a_person_is_open(cast, offered):
    with pytest.raises(AlreadyOffered):
        offer_transfer(by=cast.coordinator, user=cast.officer, to_member=cast.away)
    assert Transfer.objects.count() == 1


def test_an_offer_of_two_other_members_does_not_exist_for_a_third(cast, offered):
    third = make_person("third", Role.COORDINATOR, type(cast.home).objects.create(code="PK", name="Pakistan"))
    client = cast.client(third)
    before = postings()
    for known in (offered.uuid, uuid.uuid4()):
        assert client.get(f"{MOVES}offers/{known}/").status_code == 404
        for act in ("accept", "decline", "withdraw"):
            assert client.post(f"{MOVES}offers/{known}/{act}/", {"on": TODAY().isoformat()}).status_code == 404
    assert client.get(f"{MOVES}offer/{cast.officer.uuid}/").status_code == 404
    offered.refresh_from_db()
    assert offered.state == "offered" and postings() == before


def test_each_side_does_only_its_own_part(cast, offered):
    here, there = cast.client(cast.coordinator), cast.client(cast.foreign_coordinator)
    assert here.post(f"{MOVES}offers/{offered.uuid}/accept/", {"on": TODAY().isoformat()}).status_code == 404
    assert here.post(f"{MOVES}offers/{offered.uuid}/decline/").status_code == 404
    assert there.post(f"{MOVES}offers/{offered.uuid}/withdraw/").status_code == 404
    with pytest.raises(MayNotGive):
        accept_transfer(by=cast.coordinator, transfer=offered, agency=None)
    with pytest.raises(MayNotGive):
        withdraw_transfer(by=cast.foreign_coordinator, transfer=offered)
    offered.refresh_from_db()
    assert offered.state == "offered" and Posting.objects.get(user=cast.officer).ends_on is None


def test_a_coordinator_of_one_agency_answers_no_offer(cast):
    border = Agency.objects.create(member=cast.away, name="Border")
    one = make_person("one", Role.COORDINATOR, cast.away, border)
    offered = offer_transfer(by=cast.coordinator, user=cast.officer, to_member=cast.away)
    assert cast.client(one).get(f"{MOVES}offers/{offered.uuid}/").status_code == 404
    with pytest.raises(MayNotGive):
        accept_transfer(by=one, transfer=offered, agency=border)


def test_an_agency_of_another_member_or_a_forged_one_is_refused_and_nothing_changes(cast, offered):
    before = postings()
    client = cast.client(cast.foreign_coordinator)
    for where in (agency("Police").uuid, uuid.uuid4(), "x"):
        answer = client.post(f"{MOVES}offers/{offered.uuid}/accept/", {"agency": where, "on": TODAY().isoformat()})
        assert answer.status_code == 422 and cast.officer.full_name not in answer.content.decode()
    with pytest.raises(WrongPlace):
        accept_transfer(by=cast.foreign_coordinator, transfer=offered, agency=agency("Police"))
    assert postings() == before


def test_an_offer_of_somebody_who_has_left_cannot_be_accepted(cast, offered):
    Posting.objects.filter(user=cast.officer).update(starts_on=TODAY() - 9 * DAY, ends_on=TODAY() - DAY)
    with pytest.raises(NotOpenAnyMore):
        accept_transfer(by=cast.foreign_coordinator, transfer=offered, agency=None)
    assert not Posting.objects.filter(user=cast.officer, member=cast.away).exists()


def test_a_coordinator_is_not_offered_before_handing_over_and_nobody_to_the_own_member(cast):
    post_person(by=None, user=cast.agency_coordinator, role=Role.OFFICER, member=cast.home, agency=agency("Border"))
    with pytest.raises(StillCoordinates):
        offer_transfer(by=cast.coordinator, user=cast.agency_coordinator, to_member=cast.away)
    with pytest.raises(WrongPlace):
        offer_transfer(by=cast.coordinator, user=cast.officer, to_member=cast.home)
    with pytest.raises(NotTheirOfficer):
        offer_transfer(by=cast.coordinator, user=cast.outsider, to_member=cast.home)
    assert not Transfer.objects.exists()


def test_a_note_is_short_and_warns_of_case_data(cast):
    client = cast.client(cast.coordinator)
    assert "real cases" in client.get(f"{MOVES}offer/{cast.officer.uuid}/").content.decode()
    answer = client.post(f"{MOVES}offer/{cast.officer.uuid}/", {"to_member": "TH", "note": "x" * 301})
    assert answer.status_code == 422 and not Transfer.objects.exists()


def test_the_officer_reads_that_a_move_is_offered_and_made(cast, offered):
    client = cast.client(cast.officer)
    assert "Thailand" in client.get("/en/me/").content.decode()
    accept_transfer(by=cast.foreign_coordinator, transfer=offered, agency=None, on=TODAY() + DAY)
    page = client.get("/en/me/").content.decode()
    assert "Thailand" in page and (TODAY() + DAY).isoformat() in page
    assert "Thailand" not in cast.client(cast.colleague).get("/en/me/").content.decode()


# --- hand-over


def own_posting(cast) -> Posting:
    return Posting.objects.get(user=cast.coordinator)


def test_a_coordinator_hands_over_to_a_colleague_and_the_right_goes_along(cast, offered):
    following = hand_over(by=cast.coordinator, posting=own_posting(cast), to=cast.officer)
    assert following.role == Role.COORDINATOR and following.member == cast.home and following.agency is None
    assert not has_right(again(cast.coordinator), Right.MANAGE_PEOPLE)
    assert has_right(again(cast.officer), Right.MANAGE_PEOPLE)
    event = AuditEvent.objects.filter(action="coordination.handed_over").get()
    assert event.actor.user == cast.coordinator and event.member == cast.home
    page = cast.client(cast.officer).get(MOVES).content.decode()
    assert "Thailand" in page, "what was open is open for the next one"


def test_from_a_later_day_both_know_it_and_the_one_before_may_stay_as_deputy(cast):
    on = TODAY() + 5 * DAY
    hand_over(by=cast.coordinator, posting=own_posting(cast), to=cast.officer, on=on, stays_deputy=True)
    before = Posting.objects.get(user=cast.coordinator, role=Role.COORDINATOR)
    deputy = Posting.objects.get(user=cast.coordinator, role=Role.DEPUTY_COORDINATOR)
    assert before.ends_on == on - DAY and deputy.starts_on == on
    assert has_right(again(cast.coordinator), Right.MANAGE_PEOPLE)
    assert not has_right(again(cast.officer), Right.MANAGE_PEOPLE)


def test_a_deputy_who_takes_over_is_deputy_no_longer(cast):
    post_person(by=None, user=cast.officer, role=Role.DEPUTY_COORDINATOR, member=cast.home)
    hand_over(by=cast.coordinator, posting=own_posting(cast), to=cast.officer)
    running = Posting.objects.current().filter(user=cast.officer)
    assert {each.role for each in running} == {Role.OFFICER, Role.COORDINATOR}


def test_somebody_new_gets_an_account_that_opens_with_nothing_yet(cast):
    following = hand_over(by=cast.coordinator, posting=own_posting(cast), full_name="Dewi Lestari")
    assert following.user.full_name == "Dewi Lestari" and not following.user.has_usable_password()
    assert following.user.username.startswith("id-")


def test_the_rso_hands_over_for_a_coordinator_who_is_gone(cast):
    User.objects.filter(pk=cast.coordinator.pk).update(is_active=False)
    client = cast.client(cast.rso)
    assert cast.coordinator.full_name in client.get(f"{MOVES}hand-over/").content.decode()
    address = f"{MOVES}hand-over/{own_posting(cast).uuid}/"
    data = {"username": "Officer", "on": TODAY().isoformat()}
    before = postings()
    page = client.post(address, data)
    assert page.status_code == 200 and "Confirm" in page.content.decode() and postings() == before
    answer = client.post(address, data | {"confirmed": "1"})
    assert answer.status_code == 302 and has_right(again(cast.officer), Right.MANAGE_PEOPLE)


def test_the_page_lists_what_is_open_before_one_confirms(cast, offered):
    page = cast.client(cast.coordinator).get(f"{MOVES}hand-over/{own_posting(cast).uuid}/").content.decode()
    assert "Offers of officers to other members" in page and "Officers whom other members offer" not in page


def test_nobody_hands_over_anothers_work(cast):
    foreign = Posting.objects.get(user=cast.foreign_coordinator)
    before = postings()
    for person in (cast.coordinator, cast.agency_coordinator, cast.officer, cast.service_desk):
        assert cast.client(person).get(f"{MOVES}hand-over/{foreign.uuid}/").status_code == 404
        with pytest.raises(MayNotGive):
            hand_over(by=person, posting=foreign, to=cast.outsider)
    with pytest.raises(MayNotGive):
        hand_over(by=cast.officer, posting=Posting.objects.get(user=cast.officer), to=cast.colleague)
    assert postings() == before


@pytest.mark.parametrize("name", ["outsider", "foreign", "nobody", "rso", "no-such-name", "coordinator"])
def test_nobody_of_another_member_is_found_nor_is_it_said_that_there_is_one(cast, name):
    before = postings()
    answer = cast.client(cast.coordinator).post(
        f"{MOVES}hand-over/{own_posting(cast).uuid}/", {"username": name, "on": TODAY().isoformat(), "confirmed": "1"}
    )
    assert answer.status_code == 422 and "Nobody in use of your member has this user name." in answer.content.decode()
    assert postings() == before


def test_neither_a_past_day_nor_two_names_nor_none_is_taken(cast):
    address = f"{MOVES}hand-over/{own_posting(cast).uuid}/"
    client, before = cast.client(cast.coordinator), postings()
    for data in (
        {"username": "officer", "on": (TODAY() - DAY).isoformat()},
        {"username": "officer", "full_name": "Dewi", "on": TODAY().isoformat()},
        {"on": TODAY().isoformat()},
    ):
        assert client.post(address, data | {"confirmed": "1"}).status_code == 422
    with pytest.raises(WrongDay):
        hand_over(by=cast.coordinator, posting=own_posting(cast), to=cast.officer, on=TODAY() - DAY)
    with pytest.raises(NoSuccessor):
        hand_over(by=cast.coordinator, posting=own_posting(cast), to=cast.outsider)
    assert postings() == before and not User.objects.filter(full_name="Dewi").exists()
