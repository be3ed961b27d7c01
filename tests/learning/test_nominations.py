"""Nominations: a coordinator proposes, the RSO decides within the seats, whoever has no seat waits in order."""

import uuid

import pytest

from accounts.models import AuditEvent, Member, Posting, User
from accounts.permissions import Refused
from accounts.roles import Role
from accounts.services import end_posting, post_person
from learning import services
from learning.models import Enrolment, Nomination
from learning.selectors import (
    candidates,
    nominations_of_group,
    nominations_seen_by,
    officers_to_nominate,
    room_of,
)
from learning.services import (
    accept_nominations,
    enrol,
    promote_waiting,
    propose_nominations,
    return_nominations,
    set_seats,
    withdraw_nomination,
)
from learning.services import nominations as room
from tests.factories import complete, finish_lessons
from tests.learning.classes import a_class, by_nomination, nominate, officers
from xapi.models import Statement


def accept(cast, course, klass, rows, *, wait=False, member=None, by=None):
    return accept_nominations(
        by=by or cast.rso,
        course=course,
        klass=klass,
        member=member or cast.home,
        nominations=[each.uuid for each in rows],
        wait=wait,
    )


def states(*rows: Nomination) -> list[str]:
    found = dict(Nomination.objects.values_list("uuid", "state"))
    return [found[each.uuid] for each in rows]


def everything() -> tuple:
    return (
        list(Nomination.objects.order_by("pk").values_list()),
        list(Enrolment.objects.order_by("pk").values_list()),
        AuditEvent.objects.exclude(action="officers.seen").count(),
    )


# --- proposing


def test_a_coordinator_nominates_several_officers_at_once(cast, course):
    klass = a_class(cast, course.course)
    rows = nominate(cast, course.course, klass, cast.officer, cast.colleague)
    assert [(each.person.user, each.member, each.agency.name, each.state) for each in rows] == [
        (cast.officer, cast.home, "Police", "proposed"),
        (cast.colleague, cast.home, "Border", "proposed"),
    ]
    assert not Enrolment.objects.exists()
    made = AuditEvent.objects.filter(action="nomination.made")
    assert made.count() == 2 and all(each.member == cast.home and each.actor.user == cast.coordinator for each in made)
    assert not any(cast.officer.full_name in str(each.details) + each.target for each in made)


@pytest.mark.parametrize("stranger", ["outsider", "foreign_coordinator", "nobody", "rso"])
def test_a_forged_uuid_of_somebody_else_refuses_all_and_changes_nothing(cast, course, stranger):
    klass = a_class(cast, course.course)
    before = everything()
    forged = [str(cast.officer.uuid), str(getattr(cast, stranger).uuid)]
    answer = cast.client(cast.coordinator).post(f"/en/classes/nominations/new/t1/{klass.uuid}/", {"people": forged})
    assert answer.status_code == 404
    assert getattr(cast, stranger).full_name not in answer.content.decode()
    with pytest.raises(services.NotYourOfficer):
        nominate(cast, course.course, klass, cast.officer, getattr(cast, stranger))
    assert everything() == before


def test_a_coordinator_of_one_agency_nominates_only_its_officers(cast, course):
    klass = a_class(cast, course.course)
    by = cast.agency_coordinator
    assert cast.officer not in officers_to_nominate(by) and cast.colleague in officers_to_nominate(by)
    before = everything()
    with pytest.raises(services.NotYourOfficer):
        propose_nominations(by=by, course=course.course, klass=klass, people=[cast.officer.uuid])
    assert everything() == before
    assert propose_nominations(by=by, course=course.course, klass=klass, people=[cast.colleague.uuid])


@pytest.mark.parametrize("person", ["officer", "verifier", "rso", "trainer", "admin", "service_desk"])
def test_nobody_but_a_coordinator_nominates(cast, course, person):
    klass = a_class(cast, course.course)
    with pytest.raises(Refused):
        propose_nominations(by=getattr(cast, person), course=course.course, klass=klass, people=[cast.officer.uuid])
    assert not officers_to_nominate(getattr(cast, person)).exists()
    assert not Nomination.objects.exists()


def test_it_is_all_or_nothing(cast, course):
    klass = a_class(cast, course.course)
    nominate(cast, course.course, klass, cast.officer)
    before = everything()
    with pytest.raises(room.NotFree, match="Officer Example"):
        nominate(cast, course.course, klass, cast.colleague, cast.officer)
    assert everything() == before


def test_at_most_so_many_at_once_and_at_least_one(cast, course):
    klass = a_class(cast, course.course)
    with pytest.raises(room.NothingChosen):
        nominate(cast, course.course, klass)
    too_many = [uuid.uuid4() for _each in range(services.AT_ONCE + 1)]
    with pytest.raises(room.NothingChosen):
        propose_nominations(by=cast.coordinator, course=course.course, klass=klass, people=too_many)
    assert not Nomination.objects.exists()


def test_the_page_shows_who_learns_is_done_or_is_nominated_and_gives_no_box_to_tick(cast, course):
    by_nomination(course.course)
    learner, done, free = officers(cast.home, 3)
    course.course.access = "open"
    enrol(by=learner, course=course.course)
    complete(done, course.course)
    by_nomination(course.course)
    nominate(cast, course.course, None, cast.officer)
    found = candidates(cast.coordinator, course.course, None, [learner, done, free, cast.officer, cast.outsider])
    assert [(each.person, each.why_not) for each in found] == [
        (learner, "Enrolled"),
        (done, "Has completed the course"),
        (free, ""),
        (cast.officer, "Proposed"),
    ]
    page = cast.client(cast.coordinator).get("/en/classes/nominations/new/t1/").content.decode()
    for person in (learner, done, cast.officer):
        assert f'value="{person.uuid}" disabled' in page
    assert f'value="{free.uuid}">' in page and str(cast.outsider.uuid) not in page
    for person in (learner, done, cast.officer):
        with pytest.raises(room.NotFree):
            nominate(cast, course.course, None, person)


def test_who_learns_alone_in_an_open_course_can_be_nominated_for_a_class_and_keeps_what_was_learned(cast, course):
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment, ("m1-l1",))
    klass = a_class(cast, course.course, seats=1)
    [each] = candidates(cast.coordinator, course.course, klass, [cast.officer])
    assert each.note == "Learns alone so far" and not each.why_not
    accept(cast, course.course, klass, nominate(cast, course.course, klass, cast.officer))
    enrolment.refresh_from_db()
    assert enrolment.klass == klass and enrolment.activity_progress.count() == 1
    assert Enrolment.objects.count() == 1


def test_officers_are_found_by_name_user_name_and_code(cast, course):
    klass = a_class(cast, course.course)
    client = cast.client(cast.coordinator)
    address = f"/en/classes/nominations/new/t1/{klass.uuid}/"
    for search in ("officer ex", "OFFICER", cast.officer.learner_code):
        page = client.get(address, {"q": search}).content.decode()
        assert "Officer Example" in page and "Colleague Example" not in page
    assert "Nobody found" in client.get(address, {"q": "Outsider"}).content.decode()


def test_the_page_tells_the_member_what_a_nomination_discloses(cast, course):
    klass = a_class(cast, course.course)
    address = f"/en/classes/nominations/new/t1/{klass.uuid}/"
    client = cast.client(cast.coordinator)
    assert "shows the RSO the learner code" in client.get(address).content.decode()
    Member.objects.filter(pk=cast.home.pk).update(sharing="names")
    assert "shares names" in client.get(address).content.decode()


def test_for_an_open_course_without_a_class_nobody_is_nominated(cast, course):
    with pytest.raises(room.TakesNoNominations, match="enrol in this course themselves"):
        nominate(cast, course.course, None, cast.officer)
    assert cast.client(cast.coordinator).get("/en/classes/nominations/new/t1/").status_code == 404


def test_officers_of_an_observer_are_not_nominated_except_for_a_class_of_an_open_course(cast, course):
    Member.objects.filter(pk=cast.home.pk).update(status="observer")
    klass = a_class(cast, course.course)
    assert nominate(cast, course.course, klass, cast.colleague)
    by_nomination(course.course)
    before = everything()
    with pytest.raises(room.TakesNoNominations, match="observer"):
        nominate(cast, course.course, klass, cast.officer)
    with pytest.raises(room.TakesNoNominations, match="observer"):
        nominate(cast, course.course, None, cast.officer)
    assert everything() == before


def test_nobody_is_nominated_for_a_closed_course_or_a_class_that_is_over(cast, course):
    klass = a_class(cast, course.course)
    services.end_class(by=cast.rso, klass=klass)
    with pytest.raises(room.TakesNoNominations, match="over"):
        nominate(cast, course.course, klass, cast.officer)
    course.course.access = "closed"
    course.course.save()
    with pytest.raises(room.TakesNoNominations, match="nobody new"):
        nominate(cast, course.course, a_class(cast, course.course), cast.officer)
    assert not Nomination.objects.exists()


def test_an_open_nomination_of_a_member_that_the_officer_left_stands_in_nobodys_way(cast, course):
    klass = a_class(cast, course.course)
    [old] = nominate(cast, course.course, klass, cast.officer)
    end_posting(by=None, posting=cast.officer.postings.get())
    post_person(by=None, user=cast.officer, role=Role.OFFICER, member=cast.away)
    propose_nominations(by=cast.foreign_coordinator, course=course.course, klass=klass, people=[cast.officer.uuid])
    assert states(old) == ["withdrawn"]
    assert Nomination.objects.get(state="proposed").member == cast.away


# --- deciding


def test_acceptance_enrols_in_the_class_with_the_member_and_agency_of_today(cast, course):
    klass = a_class(cast, course.course, seats=2)
    [row] = nominate(cast, course.course, klass, cast.officer)
    assert accept(cast, course.course, klass, [row]) == (1, 0)
    enrolment = Enrolment.objects.get()
    assert (enrolment.actor.user, enrolment.klass, enrolment.member, enrolment.agency.name) == (
        cast.officer,
        klass,
        cast.home,
        "Police",
    )
    row.refresh_from_db()
    assert row.state == "accepted" and row.enrolment == enrolment and row.decided_by.user == cast.rso
    assert Statement.objects.count() == 1
    done = [each.action for each in AuditEvent.objects.order_by("pk")]
    assert done[-2:] == ["enrolment.made", "nomination.accepted"]
    assert cast.client(cast.officer).get("/en/courses/t1/m1-l1/").status_code == 200


@pytest.mark.parametrize("person", ["officer", "coordinator", "trainer", "analyst", "admin"])
def test_nobody_but_the_rso_decides(cast, course, person):
    klass = a_class(cast, course.course, seats=2)
    rows = nominate(cast, course.course, klass, cast.officer)
    before = everything()
    by = getattr(cast, person)
    with pytest.raises(Refused):
        accept(cast, course.course, klass, rows, by=by)
    with pytest.raises(Refused):
        return_nominations(
            by=by, course=course.course, klass=klass, member=cast.home, nominations=[rows[0].uuid], reason="No"
        )
    with pytest.raises(Refused):
        promote_waiting(by=by, course=course.course, klass=klass)
    with pytest.raises(Refused):
        services.enrol_person(
            by=by, person=rows[0].person, course=course.course, klass=klass, posting=cast.officer.postings.get()
        )
    assert everything() == before


def test_beyond_the_seats_nobody_is_accepted_unless_the_others_may_wait(cast, course):
    klass = a_class(cast, course.course, seats=2)
    rows = nominate(cast, course.course, klass, *officers(cast.home, 4))
    before = everything()
    with pytest.raises(room.NoSeats, match="Seats left: 2"):
        accept(cast, course.course, klass, rows)
    assert everything() == before
    assert accept(cast, course.course, klass, rows, wait=True) == (2, 2)
    assert states(*rows) == ["accepted", "accepted", "waiting", "waiting"]
    assert room_of(course.course, klass).left(cast.home.pk) == 0


def test_a_member_without_seats_gets_none(cast, course):
    klass = a_class(cast, course.course)
    rows = nominate(cast, course.course, klass, cast.officer)
    with pytest.raises(room.NoSeats):
        accept(cast, course.course, klass, rows)
    assert not Enrolment.objects.exists()


def test_the_places_of_the_class_bind_though_members_have_seats_left(cast, course):
    klass = a_class(cast, course.course, seats=5, places=1)
    set_seats(by=cast.rso, course=course.course, klass=klass, numbers={cast.away: 5})
    accept(cast, course.course, klass, nominate(cast, course.course, klass, cast.officer))
    [row] = propose_nominations(
        by=cast.foreign_coordinator, course=course.course, klass=klass, people=[cast.outsider.uuid]
    )
    with pytest.raises(room.NoSeats):
        accept(cast, course.course, klass, [row], member=cast.away)
    assert accept(cast, course.course, klass, [row], member=cast.away, wait=True) == (0, 1)
    services.change_class(by=cast.rso, klass=klass, places=2)
    assert states(row) == ["accepted"]


def test_a_nomination_is_returned_with_a_reason_that_the_coordinator_reads(cast, course):
    klass = a_class(cast, course.course)
    [row] = nominate(cast, course.course, klass, cast.officer)
    which = {"course": course.course, "klass": klass, "member": cast.home, "nominations": [row.uuid]}
    with pytest.raises(room.NoReason):
        return_nominations(by=cast.rso, reason="  ", **which)
    assert states(row) == ["proposed"]
    assert return_nominations(by=cast.rso, reason="Two from one unit are enough.", **which) == 1
    assert (
        "Two from one unit are enough."
        in cast.client(cast.coordinator).get("/en/classes/nominations/").content.decode()
    )
    assert AuditEvent.objects.get(action="nomination.returned").reason == "Two from one unit are enough."
    assert nominate(cast, course.course, klass, cast.officer), "and may be nominated again"


def test_what_was_decided_or_belongs_to_another_group_is_not_decided_again(cast, course):
    klass, other = a_class(cast, course.course, seats=5), a_class(cast, course.course, title="Other", seats=5)
    [row, second] = nominate(cast, course.course, klass, cast.officer, cast.colleague)
    accept(cast, course.course, klass, [row])
    before = everything()
    for wrong in (
        lambda: accept(cast, course.course, klass, [row, second]),
        lambda: accept(cast, course.course, other, [second]),
        lambda: accept(cast, course.course, klass, [second], member=cast.away),
    ):
        with pytest.raises(room.DecidedAlready):
            wrong()
    assert everything() == before


def test_who_left_the_member_meanwhile_is_not_accepted_and_neither_are_the_others(cast, course):
    klass = a_class(cast, course.course, seats=5)
    rows = nominate(cast, course.course, klass, cast.officer, cast.colleague)
    end_posting(by=None, posting=cast.officer.postings.get())
    before = everything()
    answer = cast.client(cast.rso).post(
        f"/en/classes/queue/t1/{klass.uuid}/ID/",
        {"what": "accept", "nominations": [str(each.uuid) for each in rows]},
        follow=True,
    )
    page = answer.content.decode()
    assert "does not serve Indonesia any more" in page and cast.officer.full_name not in page
    assert everything() == before


# --- the waiting list


def waiting_list(cast, course, seats=1, number=4):
    klass = a_class(cast, course.course, seats=seats)
    rows = nominate(cast, course.course, klass, *officers(cast.home, number))
    accept(cast, course.course, klass, rows, wait=True)
    return klass, rows


def test_a_seat_that_becomes_free_goes_to_the_next_in_order_at_once(cast, course):
    klass, rows = waiting_list(cast, course)
    withdraw_nomination(by=cast.coordinator, nomination=rows[0])
    assert states(*rows) == ["withdrawn", "accepted", "waiting", "waiting"]
    event = AuditEvent.objects.get(action="nomination.promoted")
    assert event.actor is None and event.target == f"learning.nomination:{rows[1].uuid}"
    set_seats(by=cast.rso, course=course.course, klass=klass, numbers={cast.home: 2})
    assert states(*rows) == ["withdrawn", "accepted", "accepted", "waiting"]
    assert promote_waiting(by=None, course=course.course, klass=klass) == [], "running twice gives nothing more"


def test_who_left_the_member_is_passed_over(cast, course):
    klass, rows = waiting_list(cast, course)
    end_posting(by=None, posting=Posting.objects.get(user=rows[1].person.user))
    set_seats(by=cast.rso, course=course.course, klass=klass, numbers={cast.home: 2})
    assert states(*rows) == ["accepted", "waiting", "accepted", "waiting"]


def test_fewer_seats_put_nobody_out(cast, course):
    klass, rows = waiting_list(cast, course, seats=2)
    set_seats(by=cast.rso, course=course.course, klass=klass, numbers={cast.home: 1})
    assert states(*rows) == ["accepted", "accepted", "waiting", "waiting"]
    withdraw_nomination(by=cast.coordinator, nomination=rows[0])
    assert states(*rows) == ["withdrawn", "accepted", "waiting", "waiting"]


def test_withdrawing_ends_the_place_in_the_class_and_not_the_evidence(cast, course):
    klass = a_class(cast, course.course, seats=1)
    [row] = nominate(cast, course.course, klass, cast.officer)
    accept(cast, course.course, klass, [row])
    enrolment = Enrolment.objects.get()
    finish_lessons(enrolment, ("m1-l1",))
    withdraw_nomination(by=cast.coordinator, nomination=row)
    enrolment.refresh_from_db()
    assert enrolment.klass is None and enrolment.ended_at is None, "the course is open: learning goes on alone"
    assert enrolment.activity_progress.count() == 1 and Statement.objects.count() == 2


def test_in_a_course_by_nomination_withdrawing_ends_the_enrolment_and_a_new_nomination_takes_it_up_again(cast, course):
    by_nomination(course.course)
    set_seats(by=cast.rso, course=course.course, klass=None, numbers={cast.home: 1})
    [row] = nominate(cast, course.course, None, cast.officer)
    accept(cast, course.course, None, [row])
    enrolment = Enrolment.objects.get()
    finish_lessons(enrolment, ("m1-l1",))
    withdraw_nomination(by=cast.coordinator, nomination=row)
    enrolment.refresh_from_db()
    assert enrolment.ended_at is not None and enrolment.activity_progress.count() == 1
    accept(cast, course.course, None, nominate(cast, course.course, None, cast.officer))
    enrolment.refresh_from_db()
    assert enrolment.ended_at is None and Enrolment.objects.count() == 1


def test_a_completed_course_is_not_withdrawn_from(cast, course):
    klass = a_class(cast, course.course, seats=1)
    [row] = nominate(cast, course.course, klass, cast.officer)
    accept(cast, course.course, klass, [row])
    complete(cast.officer, course.course)
    before = everything()
    with pytest.raises(room.HasCompleted):
        withdraw_nomination(by=cast.coordinator, nomination=row)
    assert everything() == before


def test_a_nomination_of_another_member_or_agency_is_not_there_for_a_coordinator(cast, course):
    klass = a_class(cast, course.course)
    [row] = nominate(cast, course.course, klass, cast.officer)
    before = everything()
    for stranger in (cast.foreign_coordinator, cast.agency_coordinator):
        assert not nominations_seen_by(stranger).exists()
        assert cast.client(stranger).post(f"/en/classes/nominations/{row.uuid}/withdraw/").status_code == 404
        with pytest.raises(Refused):
            withdraw_nomination(by=stranger, nomination=row)
        page = cast.client(stranger).get("/en/classes/nominations/").content.decode()
        assert cast.officer.full_name not in page and str(row.uuid) not in page
    assert everything() == before


# --- what the RSO reads of names


@pytest.mark.parametrize("sharing", ["counts", "codes", "names"])
@pytest.mark.parametrize("restricted", [False, True])
def test_the_rso_reads_the_name_only_where_it_is_shared_and_only_with_a_reason(cast, course, sharing, restricted):
    Member.objects.filter(pk=cast.home.pk).update(sharing=sharing)
    User.objects.filter(pk=cast.officer.pk).update(is_restricted=restricted)
    klass = a_class(cast, course.course)
    nominate(cast, course.course, klass, cast.officer)
    client = cast.client(cast.rso)
    address = f"/en/classes/queue/t1/{klass.uuid}/ID/"
    page = client.get(address).content.decode()
    assert cast.officer.full_name not in page and cast.officer.learner_code in page
    assert not AuditEvent.objects.filter(action="officers.seen").exists()
    assert client.post("/en/classes/queue/names/", {"reason": "  ", "next": address}).status_code == 302
    assert cast.officer.full_name not in client.get(address).content.decode()
    answer = client.post("/en/classes/queue/names/", {"reason": "To issue certificates", "next": address})
    assert answer.url == address
    page = client.get(address).content.decode()
    may = sharing == "names" and not restricted
    assert (cast.officer.full_name in page) is may
    [row] = nominations_of_group(cast.rso, course.course, klass, cast.home, names=True)
    assert row.label == (cast.officer.full_name if may else cast.officer.learner_code)
    looks = AuditEvent.objects.filter(action="officers.seen")
    assert [(each.reason, each.member) for each in looks] == (
        [("To issue certificates", cast.home)] if sharing == "names" else []
    )
    client.post("/en/classes/queue/names/", {"hide": "1", "next": address})
    assert cast.officer.full_name not in client.get(address).content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "evil"])
def test_the_way_back_after_giving_a_reason_leads_nowhere_else(cast, course, elsewhere):
    answer = cast.client(cast.rso).post("/en/classes/queue/names/", {"reason": "Certificates", "next": elsewhere})
    assert answer.url == "/en/classes/queue/"


def test_the_queue_is_decided_on_its_page(cast, course):
    klass = a_class(cast, course.course, seats=1)
    rows = nominate(cast, course.course, klass, cast.officer, cast.colleague)
    client = cast.client(cast.rso)
    assert "2 to decide" in client.get("/en/classes/queue/").content.decode()
    address = f"/en/classes/queue/t1/{klass.uuid}/ID/"
    chosen = [str(each.uuid) for each in rows]
    page = client.post(address, {"what": "accept", "nominations": chosen}, follow=True).content.decode()
    assert "Nobody was accepted" in page and states(*rows) == ["proposed"] * 2
    page = client.post(address, {"what": "wait", "nominations": chosen}, follow=True).content.decode()
    assert "Accepted and enrolled: 1. On the waiting list: 1." in page
    page = client.post(address, {"what": "return", "nominations": chosen[1:], "reason": ""}, follow=True)
    assert "Give the coordinator a reason" in page.content.decode() and states(rows[1]) == ["waiting"]
    client.post(address, {"what": "return", "nominations": chosen[1:], "reason": "Full"})
    assert states(*rows) == ["accepted", "returned"]
    assert "Nothing waits for you" in client.get("/en/classes/queue/").content.decode()
    assert client.post(address, {"what": "accept", "nominations": ["forged"]}).status_code == 404


def test_a_reason_that_looks_like_a_case_is_asked_about_and_the_ticks_stay(cast, course):
    klass = a_class(cast, course.course)
    [row] = nominate(cast, course.course, klass, cast.officer)
    data = {"what": "return", "nominations": [str(row.uuid)], "reason": "See case 123/2024"}
    answer = cast.client(cast.rso).post(f"/en/classes/queue/t1/{klass.uuid}/ID/", data)
    assert answer.status_code == 422 and f'value="{row.uuid}" checked' in answer.content.decode()
    assert states(row) == ["proposed"]
