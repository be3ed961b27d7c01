"""Members: entries that end and are never deleted, what each shares, who coordinates, and bringing one in."""

import datetime as dt
import re

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from accounts.languages import in_usual_case, is_well_formed
from accounts.models import Agency, AuditEvent, Member, Posting, User
from accounts.onboarding import steps_of
from accounts.permissions import Refused, Right, has_right
from accounts.roles import Role
from accounts.selectors import member_seen_by, members_listed, members_seen_by
from accounts.services import (
    HasItAlready,
    LooksAcross,
    MayNotGive,
    NameTaken,
    NotYourMember,
    OverThere,
    add_agency,
    add_member,
    appoint_coordinator,
    change_member,
    choose_policy,
    end_appointment,
    give_staff_role,
    post_person,
    set_agency_open,
)
from learning.selectors import why_not_open
from learning.services import NotOpen, enrol
from reports.selectors import certification_table
from tests.cast import make_person

YESTERDAY = timezone.localdate() - dt.timedelta(days=1)


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


# --- language tags


@pytest.mark.parametrize("tag", ["id", "zh-Hant-HK", "fa-AF", "prs", "mn-Cyrl", "sl-rozaj-biske-1994", "es-419"])
def test_a_tag_that_is_formed_as_it_should_be_is_taken(tag):
    assert is_well_formed(tag)


@pytest.mark.parametrize("tag", ["", "english!", "e", "en_GB", "en-", "-en", "zh-Hant-HKG-", "123", "en--US", "бн"])
def test_a_tag_that_is_not_is_refused(tag):
    assert not is_well_formed(tag)


def test_tags_are_kept_in_the_case_that_people_write_them_in():
    assert in_usual_case("ZH-hant-hk") == "zh-Hant-HK"
    assert in_usual_case("EN-us") == "en-US"


# --- the entry


def test_an_entry_is_changed_on_the_page_and_its_code_stays_whatever_the_form_says(cast):
    client = cast.client(cast.rso)
    form = {"code": "XX", "name": "Republic of Indonesia", "kind": "state", "status": "member", "languages": "ID, jv"}
    assert client.post("/en/members/ID/edit/", form).status_code == 302
    member = Member.objects.get(pk=cast.home.pk)
    assert (member.code, member.name, member.languages) == ("ID", "Republic of Indonesia", ["id", "jv"])
    event = AuditEvent.objects.filter(action="member.changed").get()
    assert event.member == member and event.details["name"] == ["Indonesia", "Republic of Indonesia"]


def test_the_button_says_that_the_entry_was_checked_today(cast):
    cast.client(cast.rso).post("/en/members/ID/checked/")
    assert Member.objects.get(pk=cast.home.pk).as_at == timezone.localdate()


def test_a_last_day_before_the_first_is_refused_in_words(cast):
    form = {
        "name": "Indonesia",
        "kind": "state",
        "status": "member",
        "valid_from": "2026-02-01",
        "valid_to": "2026-01-01",
    }
    answer = cast.client(cast.rso).post("/en/members/ID/edit/", form)
    assert answer.status_code == 422 and "The last day is before the first." in answer.content.decode()
    assert Member.objects.get(pk=cast.home.pk).valid_to is None


def test_nobody_but_who_keeps_members_adds_or_changes_one(cast):
    for person in (cast.coordinator, cast.officer, cast.analyst, cast.service_desk):
        with pytest.raises(NotYourMember):
            add_member(by=person, code="XB", name="Example Body")
        with pytest.raises(NotYourMember):
            change_member(by=person, member=cast.home, name="Forged")
    assert not Member.objects.filter(code="XB").exists()
    assert Member.objects.get(pk=cast.home.pk).name == "Indonesia"


def test_members_are_filtered_by_kind_status_and_whether_they_have_ended(cast):
    body = add_member(by=cast.rso, code="XB", name="Example Body", kind="organisation", status="observer")
    change_member(by=cast.rso, member=cast.away, valid_to=YESTERDAY)
    assert list(members_listed(cast.rso, kind="organisation")) == [body]
    assert list(members_listed(cast.rso, status="observer")) == [body]
    assert list(members_listed(cast.rso, state="ended")) == [cast.away]
    assert cast.away not in members_listed(cast.rso, state="current")


def test_whoever_holds_a_right_for_one_agency_sees_no_whole_member(cast):
    assert not members_seen_by(cast.agency_coordinator, Right.MANAGE_PEOPLE).exists()
    assert member_seen_by(cast.coordinator, Right.MANAGE_PEOPLE, "ID") == cast.home


# --- what follows from an entry


def test_a_member_that_has_ended_takes_no_new_people_and_no_new_enrolments(cast, course):
    change_member(by=cast.rso, member=cast.home, valid_to=YESTERDAY)
    with pytest.raises(OverThere):
        post_person(by=None, user=cast.nobody, role=Role.OFFICER, member=Member.objects.get(pk=cast.home.pk))
    with pytest.raises(NotOpen, match="its entry has ended"):
        enrol(by=again(cast.officer), course=course.course)
    assert not Posting.objects.filter(user=cast.nobody).exists()
    page = cast.client(cast.coordinator).get("/en/people/new/").content.decode()
    assert "Nobody new can be posted" in page


def test_what_was_begun_goes_on_after_a_member_has_ended(cast, course):
    begun = enrol(by=cast.officer, course=course.course)
    change_member(by=cast.rso, member=cast.home, valid_to=YESTERDAY)
    assert enrol(by=again(cast.officer), course=course.course) == begun


@pytest.mark.parametrize("status", ["observer", "none"])
def test_officers_of_observers_take_open_courses_only_and_read_why(cast, course, status):
    change_member(by=cast.rso, member=cast.away, status=status)
    course.course.access = "members"
    course.course.save()
    course.course.open_to.add(cast.away, cast.home)
    outsider = again(cast.outsider)
    assert "observers take open courses only" in why_not_open(outsider, course.course)
    with pytest.raises(NotOpen):
        enrol(by=outsider, course=course.course)
    assert enrol(by=cast.officer, course=course.course).member == cast.home
    course.course.access = "open"
    course.course.save()
    assert enrol(by=outsider, course=course.course).member == cast.away


def test_a_body_in_no_relation_is_in_the_table_only_when_somebody_of_it_learns(cast, course):
    france = Member.objects.create(code="FR", name="France", status="none")
    assert france not in {row.member for row in certification_table(cast.rso, "en").rows}
    enrol(by=make_person("paul", Role.OFFICER, france), course=course.course)
    assert france in {row.member for row in certification_table(cast.rso, "en").rows}


# --- agencies


def test_a_coordinator_of_the_member_and_the_rso_add_agencies_and_nobody_else(cast):
    assert add_agency(by=cast.coordinator, member=cast.home, name="Coast guard", kind="coast_guard").member == cast.home
    assert add_agency(by=cast.rso, member=cast.home, name="Customs", kind="customs").is_open
    for person in (cast.agency_coordinator, cast.foreign_coordinator, cast.officer, cast.trainer):
        with pytest.raises(NotYourMember):
            add_agency(by=person, member=cast.home, name="Forged", kind="police")
    with pytest.raises(NameTaken):
        add_agency(by=cast.rso, member=cast.home, name="Police", kind="police")
    assert Agency.objects.filter(member=cast.home).count() == 4


def test_a_closed_agency_takes_nobody_new_keeps_whom_it_has_and_opens_again(cast):
    police = Agency.objects.get(name="Police")
    set_agency_open(by=cast.coordinator, agency=police, is_open=False)
    police.refresh_from_db()
    with pytest.raises(OverThere):
        post_person(by=None, user=cast.nobody, role=Role.OFFICER, member=cast.home, agency=police)
    assert Posting.objects.current().get(user=cast.officer).agency == police
    set_agency_open(by=cast.coordinator, agency=police, is_open=True)
    police.refresh_from_db()
    assert post_person(by=None, user=cast.nobody, role=Role.OFFICER, member=cast.home, agency=police)


# --- what a member shares


def test_only_the_coordinator_of_the_whole_member_chooses_what_it_shares(cast):
    deputy = make_person("deputy", Role.DEPUTY_COORDINATOR, cast.home)
    for person in (cast.rso, cast.admin, cast.agency_coordinator, cast.foreign_coordinator, deputy, cast.officer):
        with pytest.raises(NotYourMember):
            choose_policy(by=person, member=cast.home, sharing="names", takes_registrations=True)
    member = Member.objects.get(pk=cast.home.pk)
    assert (member.sharing, member.takes_registrations, member.policy_chosen_on) == ("counts", False, None)
    choose_policy(by=cast.coordinator, member=cast.home, sharing="codes", takes_registrations=True)
    member.refresh_from_db()
    assert (member.sharing, member.takes_registrations) == ("codes", True)
    event = AuditEvent.objects.filter(action="member.policy").get()
    assert event.details["before"]["sharing"] == "counts" and event.details["after"]["sharing"] == "codes"
    assert "Learner codes" in cast.client(cast.rso).get("/en/members/ID/").content.decode()


# --- appointing


def test_the_rso_makes_a_new_coordinator_who_then_looks_after_the_member(cast):
    answer = cast.client(cast.rso).post(
        "/en/members/TH/coordinators/", {"role": "coordinator", "full_name": "Malee Thongdee"}, follow=True
    )
    person = User.objects.get(full_name="Malee Thongdee")
    assert person.username in answer.content.decode() and not person.has_usable_password()
    assert has_right(person, Right.MANAGE_PEOPLE)


def test_nobody_of_the_rso_makes_oneself_or_a_colleague_coordinator_of_a_member(cast):
    for person in (cast.rso, cast.admin):
        with pytest.raises((MayNotGive, LooksAcross)):
            appoint_coordinator(by=cast.rso, member=cast.home, role=Role.COORDINATOR, user=person)
    with pytest.raises(LooksAcross):
        give_staff_role(by=cast.admin, role=Role.RSO_ANALYST, user=cast.coordinator)
    assert give_staff_role(by=cast.admin, role=Role.TRAINER, user=cast.coordinator)
    assert not Posting.objects.filter(user__in=(cast.rso, cast.admin), member=cast.home).exists()


def test_nobody_gives_or_ends_a_role_of_ones_own_so_an_administrator_always_stays(cast):
    with pytest.raises(MayNotGive):
        give_staff_role(by=cast.admin, role=Role.AUDITOR, user=cast.admin)
    own = Posting.objects.get(user=cast.admin)
    with pytest.raises(MayNotGive):
        end_appointment(by=cast.admin, posting=own)
    assert Posting.objects.current().filter(user=cast.admin).count() == 1


def test_a_staff_role_ends_at_once_and_is_given_again_to_the_same_user_name(cast):
    posting = Posting.objects.get(user=cast.trainer)
    client = cast.client(cast.admin)
    assert (
        "give it to the same user name again"
        in client.post(f"/en/people/staff/{posting.uuid}/end/", follow=True).content.decode()
    )
    assert not has_right(again(cast.trainer), Right.TEACH)
    client.post("/en/people/staff/", {"role": "trainer", "username": "TRAINER"})
    assert has_right(again(cast.trainer), Right.TEACH)


def test_what_somebody_holds_already_is_not_given_twice(cast):
    with pytest.raises(HasItAlready):
        appoint_coordinator(by=cast.rso, member=cast.home, role=Role.COORDINATOR, user=cast.coordinator)
    assert Posting.objects.filter(user=cast.coordinator).count() == 1


def test_an_administrator_gives_no_role_over_officers_and_the_rso_none_of_its_own(cast):
    with pytest.raises(MayNotGive):
        give_staff_role(by=cast.rso, role=Role.RSO_ANALYST, user=cast.nobody)
    with pytest.raises(MayNotGive):
        appoint_coordinator(by=cast.rso, member=cast.home, role=Role.OFFICER, user=cast.nobody)
    with pytest.raises(MayNotGive):
        appoint_coordinator(by=cast.coordinator, member=cast.home, role=Role.COORDINATOR, user=cast.nobody)
    assert not Posting.objects.filter(user=cast.nobody).exists()


def test_a_restricted_coordinator_is_named_to_the_rso_by_code(cast):
    cast.coordinator.is_restricted = True
    cast.coordinator.save()
    page = cast.client(cast.rso).get("/en/members/ID/coordinators/").content.decode()
    assert cast.coordinator.learner_code in page and cast.coordinator.full_name not in page


# --- bringing a member in


def done(cast, member: Member) -> dict[str, bool]:
    return {step.title: step.is_done for step in steps_of(cast.rso, Member.objects.get(pk=member.pk))}


def test_the_steps_of_bringing_a_member_in_are_done_one_by_one(cast, course):
    member = add_member(by=cast.rso, code="XB", name="Example Body")
    assert not any(done(cast, member).values())
    change_member(by=cast.rso, member=member, languages=["en"], as_at=timezone.localdate())
    add_agency(by=cast.rso, member=member, name="Police", kind="police")
    coordinator = appoint_coordinator(by=cast.rso, member=member, role=Role.COORDINATOR, full_name="C").user
    Authenticator.objects.create(user=coordinator, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert not done(cast, member)["The coordinator signs in with a second factor"], "codes alone are no factor"
    Authenticator.objects.create(user=coordinator, type=Authenticator.Type.TOTP, data={})
    choose_policy(by=coordinator, member=member, sharing="counts", takes_registrations=False)
    officer = make_person("new", Role.OFFICER, member)
    steps = done(cast, member)
    assert not steps.pop("The first officers are enrolled") and not steps.pop("The first certificates are issued")
    assert all(steps.values()), steps
    enrol(by=officer, course=course.course)
    assert done(cast, member)["The first officers are enrolled"]
    page = cast.client(cast.rso).get("/en/members/XB/").content.decode()
    text = re.sub(r"<[^>]*>", "", page)
    assert "Officers: &lt;5" in text and "Enrolled people: &lt;5" in text and "New Example" not in text


def test_an_administrator_sees_the_steps_and_no_counts(cast, course):
    enrol(by=cast.officer, course=course.course)
    said = " ".join(step.said for step in steps_of(cast.admin, cast.home))
    assert "5" not in said and not any("enrolled" in step.title for step in steps_of(cast.admin, cast.home))


def test_nobody_else_gets_any_steps(cast):
    for person in (cast.coordinator, cast.officer, cast.analyst):
        assert steps_of(person, cast.home) == []
        assert cast.client(person).get("/en/members/ID/").status_code == 403


def test_a_national_coordinator_finds_the_pages_of_the_member(cast):
    page = cast.client(cast.coordinator).get("/en/people/").content.decode()
    assert "/en/members/ID/agencies/" in page and "/en/members/ID/choices/" in page
    page = cast.client(cast.agency_coordinator).get("/en/people/").content.decode()
    assert "/en/members/ID/" not in page


def test_refusals_are_refusals_of_rights():
    assert issubclass(NotYourMember, Refused) and issubclass(LooksAcross, Refused)
