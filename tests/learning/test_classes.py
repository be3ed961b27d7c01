"""Classes: who is in, who teaches, from when to when, and who may take a course."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, Member
from accounts.permissions import Refused
from accounts.roles import Role
from accounts.services import end_posting, post_person
from learning import services
from learning.models import Class, ClassTrainer, Course, Enrolment, Nomination, Seats
from learning.selectors import own_enrolment, people_in_class, shown, taught_classes
from learning.services import NotOpen, accept_nominations, add_trainer, enrol, set_seats
from tests.cast import make_person
from tests.factories import finish_lessons
from tests.learning.classes import a_class, by_nomination, nominate

TODAY = timezone.localdate
DAY = dt.timedelta(days=1)


def actions() -> list[str]:
    return [each.action for each in AuditEvent.objects.order_by("pk")]


def put_in(cast, course, klass, *people):
    """These officers of the home member, in the class."""
    rows = nominate(cast, course, klass, *people)
    accept_nominations(
        by=cast.rso, course=course, klass=klass, member=cast.home, nominations=[each.uuid for each in rows]
    )


def test_the_rso_makes_a_class_on_its_page_and_it_is_audited(cast, course):
    client = cast.client(cast.rso)
    answer = client.post(
        "/en/classes/new/",
        {
            "course": course.course.pk,
            "title": "Bangkok",
            "starts_on": "2026-12-01",
            "ends_on": "",
            "places": "12",
            "languages": ["id"],
            "note": "",
        },
    )
    klass = Class.objects.get()
    assert answer.status_code == 302 and answer.url == f"/en/classes/{klass.uuid}/"
    assert (klass.title, klass.places, klass.languages, klass.ends_on) == ("Bangkok", 12, ["id"], None)
    assert "class.made" in actions()
    assert "Bangkok" in client.get("/en/classes/").content.decode()
    assert "no class" not in client.get(answer.url).content.decode()


def test_a_class_that_ends_before_it_begins_is_not_made(cast, course):
    data = {"course": course.course.pk, "title": "X", "starts_on": "2026-12-02", "ends_on": "2026-12-01"}
    answer = cast.client(cast.rso).post("/en/classes/new/", data)
    assert answer.status_code == 422 and "The last day is before the first." in answer.content.decode()
    with pytest.raises(services.WrongDays):
        a_class(cast, course.course, ends_on=TODAY() - 30 * DAY)
    assert not Class.objects.exists()


def test_only_those_who_manage_classes_make_change_end_and_give_seats(cast, course):
    klass = a_class(cast, course.course)
    before = AuditEvent.objects.count()
    for person in (cast.officer, cast.coordinator, cast.trainer, cast.analyst, cast.admin):
        with pytest.raises(Refused):
            services.make_class(by=person, course=course.course, title="No", starts_on=TODAY())
        with pytest.raises(Refused):
            services.change_class(by=person, klass=klass, title="No")
        with pytest.raises(Refused):
            services.end_class(by=person, klass=klass)
        with pytest.raises(Refused):
            set_seats(by=person, course=course.course, klass=klass, numbers={cast.home: 9})
        with pytest.raises(Refused):
            services.set_access(by=person, course=course.course, access="closed", open_to=[])
        with pytest.raises(Refused):
            add_trainer(by=person, klass=klass, username="trainer", starts_on=TODAY())
    klass.refresh_from_db()
    assert klass.title == "Spring class" and not klass.is_over and not Seats.objects.exists()
    assert Class.objects.count() == 1 and AuditEvent.objects.count() == before


def test_a_change_is_audited_by_the_names_of_its_fields_and_no_change_is_not(cast, course):
    klass = a_class(cast, course.course)
    services.change_class(by=cast.rso, klass=klass, title="Summer class", places=5)
    services.change_class(by=cast.rso, klass=klass, title="Summer class")
    changes = AuditEvent.objects.filter(action="class.changed")
    assert [each.details["fields"] for each in changes] == [["title", "places"]]


def test_ending_a_class_gives_open_nominations_back_and_takes_no_evidence(cast, course):
    klass = a_class(cast, course.course, seats=1)
    put_in(cast, course.course, klass, cast.officer)
    nominate(cast, course.course, klass, cast.colleague)
    enrolment = Enrolment.objects.get()
    finish_lessons(enrolment, ("m1-l1",))
    assert services.end_class(by=cast.rso, klass=klass, reason="Too few came.") == 1
    klass.refresh_from_db()
    assert klass.is_over
    returned = Nomination.objects.get(person__user=cast.colleague)
    assert (returned.state, returned.reason) == ("returned", "Too few came.")
    enrolment.refresh_from_db()
    assert enrolment.ended_at is None and enrolment.activity_progress.count() == 1
    assert own_enrolment(cast.officer, "t1") == enrolment
    assert services.end_class(by=cast.rso, klass=klass) == 0, "a second press changes nothing"
    assert actions().count("class.ended") == 1


def test_a_class_that_was_to_begin_later_can_be_ended(cast, course):
    klass = a_class(cast, course.course, starts_on=TODAY() + 10 * DAY)
    services.end_class(by=cast.rso, klass=klass)
    klass.refresh_from_db()
    assert klass.is_over and klass.starts_on <= klass.ends_on


# --- trainers


def test_a_trainer_is_found_by_user_name_whatever_its_case_among_those_who_may_teach(cast, course):
    klass = a_class(cast, course.course)
    add_trainer(by=cast.rso, klass=klass, username=" Trainer ", starts_on=TODAY())
    assert ClassTrainer.objects.get().actor.user == cast.trainer


@pytest.mark.parametrize("username", ["officer", "coordinator", "nobody", "no-such-account"])
def test_for_anybody_else_the_answer_is_the_same_whether_there_is_such_an_account(cast, course, username):
    klass = a_class(cast, course.course)
    answer = cast.client(cast.rso).post(
        f"/en/classes/{klass.uuid}/trainers/", {"username": username, "starts_on": "2026-12-01"}
    )
    assert answer.status_code == 422 and "No trainer has this user name." in answer.content.decode()
    assert not ClassTrainer.objects.exists()


def test_nobody_teaches_the_same_class_twice_in_the_same_days(cast, course):
    klass = a_class(cast, course.course)
    add_trainer(by=cast.rso, klass=klass, username="trainer", starts_on=TODAY(), ends_on=TODAY() + DAY)
    with pytest.raises(services.TeachesAlready):
        add_trainer(by=cast.rso, klass=klass, username="trainer", starts_on=TODAY() + DAY)
    add_trainer(by=cast.rso, klass=klass, username="trainer", starts_on=TODAY() + 2 * DAY)
    assert ClassTrainer.objects.count() == 2


def test_a_trainer_sees_who_is_in_the_own_class_and_how_far_and_no_score(cast, course):
    Member.objects.filter(pk=cast.home.pk).update(sharing="names")
    klass = a_class(cast, course.course, seats=5)
    put_in(cast, course.course, klass, cast.officer)
    finish_lessons(Enrolment.objects.get(), ("m1-l1",))
    client = cast.client(cast.trainer)
    assert "You teach no class now" in client.get("/en/classes/taught/").content.decode()
    add_trainer(by=cast.rso, klass=klass, username="trainer", starts_on=TODAY())
    page = client.get("/en/classes/taught/").content.decode()
    assert "Officer Example" in page and "33 %" in page and "In progress" in page
    look = AuditEvent.objects.filter(action="officers.seen").first()
    assert (
        look.actor.user == cast.trainer and look.member == cast.home and look.target == f"learning.class:{klass.uuid}"
    )


@pytest.mark.parametrize(
    ("sharing", "restricted", "named"),
    [
        ("counts", False, False),
        ("codes", False, False),
        ("names", False, True),
        ("names", True, False),
    ],
)
def test_the_name_is_read_only_where_the_member_shares_names_and_the_identity_is_not_restricted(
    cast, course, sharing, restricted, named
):
    klass = a_class(cast, course.course, seats=5)
    put_in(cast, course.course, klass, cast.officer)
    Member.objects.filter(pk=cast.home.pk).update(sharing=sharing)
    cast.officer.is_restricted = restricted
    cast.officer.save()
    add_trainer(by=cast.rso, klass=klass, username="trainer", starts_on=TODAY())
    page = cast.client(cast.trainer).get("/en/classes/taught/").content.decode()
    assert (cast.officer.full_name in page) is named
    assert (cast.officer.learner_code in page) is not named
    [row] = people_in_class(cast.trainer, klass, names=True)
    assert row.label == (cast.officer.full_name if named else cast.officer.learner_code)


def test_the_name_of_an_officer_who_left_the_member_that_shares_names_is_not_read_any_more(cast, course):
    Member.objects.filter(pk=cast.home.pk).update(sharing="names")
    klass = a_class(cast, course.course, seats=5)
    put_in(cast, course.course, klass, cast.officer)
    end_posting(by=None, posting=cast.officer.postings.get())
    [row] = people_in_class(cast.rso, klass, names=True)
    assert row.label == cast.officer.learner_code


def test_a_name_goes_no_further_than_the_strictest_member_that_the_officer_serves(cast, course):
    Member.objects.filter(pk=cast.home.pk).update(sharing="names")
    klass = a_class(cast, course.course, seats=5)
    put_in(cast, course.course, klass, cast.officer)
    post_person(by=None, user=cast.officer, role=Role.OFFICER, member=cast.away)
    [row] = people_in_class(cast.rso, klass, names=True)
    assert row.label == cast.officer.learner_code


def test_a_trainer_whose_days_are_over_or_whose_posting_ended_sees_nobody(cast, course):
    klass = a_class(cast, course.course, seats=5)
    put_in(cast, course.course, klass, cast.officer)
    row = add_trainer(by=cast.rso, klass=klass, username="trainer", starts_on=TODAY())
    other = make_person("second", Role.TRAINER)
    assert taught_classes(other, "en") == [] and not people_in_class(other, klass, names=True)
    assert len(taught_classes(cast.trainer, "en")) == 1
    services.end_trainer(by=cast.rso, trainer=row)
    assert taught_classes(cast.trainer, "en") == [] and not people_in_class(cast.trainer, klass, names=True)


def test_the_right_to_teach_is_needed_whatever_the_class_says(cast, course):
    klass = a_class(cast, course.course, seats=5)
    put_in(cast, course.course, klass, cast.officer)
    add_trainer(by=cast.rso, klass=klass, username="trainer", starts_on=TODAY())
    end_posting(by=None, posting=cast.trainer.postings.get())
    person = type(cast.trainer).objects.get(pk=cast.trainer.pk)
    assert taught_classes(person, "en") == [] and not people_in_class(person, klass, names=True)


def test_a_class_of_another_course_or_a_trainer_of_another_class_is_not_there(cast, course):
    klass, other = a_class(cast, course.course), a_class(cast, course.course, title="Other")
    row = add_trainer(by=cast.rso, klass=other, username="trainer", starts_on=TODAY())
    client = cast.client(cast.rso)
    assert client.post(f"/en/classes/{klass.uuid}/trainers/{row.uuid}/end/").status_code == 404
    assert client.get(f"/en/classes/{uuid.uuid4()}/").status_code == 404
    row.refresh_from_db()
    assert row.ends_on is None


# --- the officer


def test_an_officer_sees_class_days_and_trainers_under_my_learning(cast, course):
    klass = a_class(cast, course.course, seats=5)
    add_trainer(by=cast.rso, klass=klass, username="trainer", starts_on=TODAY())
    client = cast.client(cast.officer)
    assert "Spring class" not in client.get("/en/me/").content.decode()
    put_in(cast, course.course, klass, cast.officer)
    page = client.get("/en/me/").content.decode()
    assert "Spring class" in page and "Trainer Example" in page and klass.starts_on.isoformat() in page
    assert "Spring class" not in cast.client(cast.colleague).get("/en/me/").content.decode()


def test_the_trainer_with_a_restricted_identity_is_a_code_to_officers(cast, course):
    klass = a_class(cast, course.course, seats=5)
    add_trainer(by=cast.rso, klass=klass, username="trainer", starts_on=TODAY())
    put_in(cast, course.course, klass, cast.officer)
    cast.trainer.is_restricted = True
    cast.trainer.save()
    page = cast.client(cast.officer).get("/en/me/").content.decode()
    assert cast.trainer.learner_code in page and "Trainer Example" not in page


def test_in_a_course_by_nomination_nobody_enrols_alone_and_the_page_says_who_can_help(cast, course):
    by_nomination(course.course)
    client = cast.client(cast.officer)
    assert "national coordinator can nominate you" in client.get("/en/courses/t1/").content.decode()
    assert client.post("/en/courses/t1/enrol/").status_code == 403
    with pytest.raises(NotOpen):
        enrol(by=cast.officer, course=course.course)
    assert not Enrolment.objects.exists()


def test_officers_of_an_observer_take_open_courses_only_though_the_list_names_them(cast, course):
    Course.objects.filter(pk=course.course.pk).update(access="members")
    course.course.refresh_from_db()
    course.course.open_to.add(cast.home)
    Member.objects.filter(pk=cast.home.pk).update(status="observer")
    with pytest.raises(NotOpen):
        enrol(by=cast.officer, course=course.course)
    Course.objects.filter(pk=course.course.pk).update(access="open")
    course.course.refresh_from_db()
    assert enrol(by=cast.officer, course=course.course)


def test_the_rso_says_who_may_take_a_course(cast, course):
    answer = cast.client(cast.rso).post("/en/classes/courses/t1/", {"access": "members", "open_to": [cast.away.pk]})
    assert answer.status_code == 302
    course.course.refresh_from_db()
    assert course.course.access == "members" and list(course.course.open_to.all()) == [cast.away]
    event = AuditEvent.objects.get(action="course.access")
    assert event.details == {"from": "open", "to": "members", "open_to": ["TH"]}
    assert "Thailand" in cast.client(cast.rso).get("/en/classes/courses/").content.decode()


def test_seats_are_set_on_a_page_and_a_wrong_number_sets_none(cast, course):
    klass = a_class(cast, course.course)
    client = cast.client(cast.rso)
    address = f"/en/classes/{klass.uuid}/seats/"
    assert client.post(address, {"seats-ID": "3", "seats-TH": "-1"}).status_code == 422
    assert not Seats.objects.exists()
    assert client.post(address, {"seats-ID": "3", "seats-TH": ""}).status_code == 302
    assert [(each.member, each.number) for each in Seats.objects.all()] == [(cast.home, 3)]
    assert client.post("/en/classes/courses/t1/seats/", {"seats-TH": "2"}).status_code == 302
    assert Seats.objects.get(klass=None).number == 2
    assert actions().count("seats.set") == 2


def test_being_in_a_class_costs_a_lesson_no_statement(cast, course, django_assert_num_queries):
    klass = a_class(cast, course.course, seats=5)
    put_in(cast, course.course, klass, cast.officer)
    shown(own_enrolment(cast.officer, "t1"), "m1-l1", "en")
    with django_assert_num_queries(2):
        shown(own_enrolment(cast.officer, "t1"), "m1-l1", "en")
