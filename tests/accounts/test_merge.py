"""Two accounts of one person: found, told apart, merged without rewriting the record, and taken apart again."""

import datetime as dt
import io

import pytest
from django.core.management import call_command
from django.db.models import Q
from django.utils import timezone

from accounts.models import Actor, Agency, AuditEvent, Merge, Posting, TwoPeople, User
from accounts.permissions import Refused
from accounts.roles import Role
from accounts.selectors.duplicates import likely_pairs, merged_into, name_keys, side_by_side
from accounts.services import actor_of, post_person
from accounts.services.merging import (
    CannotBeUndone,
    HasOtherRoles,
    NotYours,
    OfferIsOpen,
    OwnAccount,
    merge_people,
    say_two_people,
    undo_merge,
)
from accounts.services.moving import offer_transfer
from certificates.models import Award
from certificates.selectors import own_awards
from learning.models import Enrolment
from learning.projection import differences
from learning.selectors import own_enrolment, own_standings
from learning.services import enrol
from reports.selectors import certification_table
from tests.cast import PASSWORD, make_person
from tests.factories import complete, finish_lessons, make_course, take_test
from xapi.models import Statement

TODAY, DAY = timezone.localdate, dt.timedelta(days=1)
PAGES = "/en/people/moves/duplicates/"


def again(person: User) -> User:
    return User.objects.get(pk=person.pk)


@pytest.fixture
def twin(cast) -> User:
    """The officer's second account, made by another agency."""
    border = Agency.objects.get(name="Border")
    return make_person("officer-2", Role.OFFICER, cast.home, border, full_name="EXAMPLE, Officer")


def state() -> dict[str, list]:
    """Everything that a merge may touch."""
    return {
        "actors": list(Actor.objects.order_by("key").values_list("key", "user", "joined_at")),
        "people": list(User.objects.order_by("pk").values_list("pk", "is_active", "is_restricted", "password")),
        "postings": list(Posting.objects.order_by("pk").values_list("pk", "user", "starts_on", "ends_on")),
        "enrolments": list(Enrolment.objects.order_by("pk").values_list("pk", "actor", "ended_at")),
        "awards": list(Award.objects.order_by("pk").values_list("pk", "actor", "number", "holder_name")),
        "merges": list(Merge.objects.values_list("pk", "undone_at")),
    }


def record() -> list[tuple]:
    return list(Statement.objects.order_by("pk").values_list("uuid", "actor", "digest", "statement"))


# --- finding


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sari Wulandari", "sari  WULANDARI"),
        ("Sari Wulandari", "Wulandari, Sari"),
        ("Sari Wulandari", "SariWulandari"),
        ("José Núñez", "Jose Nunez"),
        ("Ｓａｒｉ", "Sari"),
        ("Straße", "STRASSE"),
        ("สมชาย ใจดี", "สมชายใจดี"),
        ("عائشہ نور", "عائشہ  نور"),
    ],
)
def test_a_name_is_the_same_whatever_its_case_marks_spaces_and_order(one, other):
    assert name_keys(one) & name_keys(other)


@pytest.mark.parametrize(("one", "other"), [("Sari Wulandari", "Sari Wulan"), ("A.", "A"), ("", ""), ("王芳", "王方")])
def test_other_names_and_mere_letters_are_not(one, other):
    assert not name_keys(one) & name_keys(other)


def test_pairs_are_found_across_agencies_by_name_latin_name_or_address(cast, twin):
    latin = make_person("latin", Role.OFFICER, cast.home, full_name="ออฟฟิเซอร์", latin_name="Officer Example")
    post = make_person("post", Role.OFFICER, cast.home, full_name="Other Name", email="Same@Example.org")
    mail = make_person("mail", Role.OFFICER, cast.home, full_name="Third Name", email="same@example.org")
    pairs = likely_pairs(cast.coordinator)
    officers = sorted(each.pk for each in (cast.officer, twin, latin))
    assert set(pairs) == {
        (officers[0], officers[1]),
        (officers[0], officers[2]),
        (officers[1], officers[2]),
        (post.pk, mail.pk),
    }
    found = side_by_side(cast.coordinator, [(post.pk, mail.pk)])[0]
    assert found.same_email and not found.same_name


def test_nobody_of_another_member_or_agency_is_compared(cast, twin):
    make_person("abroad", Role.OFFICER, cast.away, full_name=cast.officer.full_name)
    assert len(likely_pairs(cast.coordinator)) == 1
    assert likely_pairs(cast.agency_coordinator) == likely_pairs(cast.foreign_coordinator) == []
    assert likely_pairs(cast.rso) == likely_pairs(cast.officer) == []


def test_pseudonymous_and_closed_accounts_are_not_compared(cast, twin):
    for name in ("p1", "p2"):
        make_person(name, Role.OFFICER, cast.home, full_name="")
    User.objects.filter(pk=twin.pk).update(is_active=False)
    assert likely_pairs(cast.coordinator) == []


def test_a_page_shows_them_side_by_side_with_what_hangs_on_each(cast, twin, course):
    complete(cast.officer, course.course)
    page = cast.client(cast.coordinator).get(PAGES).content.decode()
    for shown in (cast.officer.username, twin.username, "Police", "Border", "Enrolments", "Certificates", "never"):
        assert shown in page
    seen = AuditEvent.objects.filter(action="officers.seen", target="moving.duplicates").get()
    assert set(seen.details["people"]) == {str(cast.officer.uuid), str(twin.uuid)}


def test_two_people_are_told_apart_once_and_not_proposed_again(cast, twin):
    client = cast.client(cast.coordinator)
    assert client.post(f"{PAGES}{twin.uuid}/{cast.officer.uuid}/apart/").status_code == 302
    client.post(f"{PAGES}{cast.officer.uuid}/{twin.uuid}/apart/")
    assert TwoPeople.objects.count() == 1 and likely_pairs(cast.coordinator) == []
    assert "No accounts look alike" in client.get(PAGES).content.decode()
    with pytest.raises(NotYours):
        say_two_people(by=cast.coordinator, first=cast.officer, second=cast.outsider)
    assert TwoPeople.objects.count() == 1


# --- merging


@pytest.fixture
def learned(cast, twin, course) -> User:
    """Both have passed T1; the officer has read half of T2, and the twin has only begun it."""
    second = make_course("T2")
    complete(cast.officer, course.course)
    complete(twin, course.course)
    finish_lessons(enrol(by=cast.officer, course=second.course), ("m1-l1",))
    enrol(by=twin, course=second.course)
    return twin


def test_a_merge_brings_record_courses_and_certificates_and_rewrites_nothing(cast, learned):
    before, rewritten = record(), state()["awards"]
    merge_people(by=cast.coordinator, kept=cast.officer, closed=learned)
    assert record() == before and state()["awards"] == rewritten
    kept = again(cast.officer)
    assert kept.actors.count() == 2 and kept.actor == actor_of(kept)
    assert not again(learned).actors.exists()
    assert len(own_awards(kept)) == 2
    assert {each.enrolment.course.code for each in own_standings(kept, "en")} == {"T1", "T2"}
    assert own_enrolment(kept, "t2").activity_progress.count() == 1
    assert not any(differences(each) for each in Enrolment.objects.all())


def test_of_two_open_enrolments_in_a_course_the_one_with_less_progress_ends(cast, learned):
    own, less = Enrolment.objects.filter(course__code="T2").order_by("pk")
    merge_people(by=cast.coordinator, kept=learned, closed=cast.officer)
    own.refresh_from_db(), less.refresh_from_db()
    assert own.ended_at is None and less.ended_at is not None
    assert Enrolment.objects.filter(course__code="T1", ended_at=None).count() == 1


def test_after_a_merge_home_certificates_and_the_rest_of_a_course_work(cast, learned):
    merge_people(by=cast.coordinator, kept=learned, closed=cast.officer)
    client = cast.client(again(learned))
    page = client.get("/en/me/").content.decode()
    for award in Award.objects.all():
        assert award.number in page
        assert client.get(f"/certificates/{award.uuid}.pdf").status_code == 200
    enrolment = own_enrolment(again(learned), "t2")
    assert enrolment.actor.joined_at is not None, "the further one came with the closed account"
    assert enrol(by=again(learned), course=enrolment.course) == enrolment
    assert client.get("/en/courses/t2/m1-l2/").status_code == 200
    finish_lessons(enrolment, ("m1-l2",))
    take_test(again(learned), enrolment)
    assert Award.objects.filter(enrolment=enrolment, holder_name=learned.full_name).exists()
    out = io.StringIO()
    call_command("rebuild_progress", "--check", stdout=out)
    assert len(own_awards(again(learned))) == 3


def test_the_coordinators_desk_names_the_account_that_stays(cast, learned):
    merge_people(by=cast.coordinator, kept=cast.officer, closed=learned)
    page = cast.client(cast.coordinator).get("/en/desk/officers/").content.decode()
    assert cast.officer.full_name in page and learned.full_name not in page


def test_a_person_with_two_keys_counts_once(cast, course, django_assert_max_num_queries):
    people = [make_person(f"p{n}", Role.OFFICER, cast.home) for n in range(6)]
    for each in people:
        complete(each, course.course)
    cell = [str(each) for each in certification_table(cast.rso, "en").rows[0].cells[0]]
    assert cell == ["6", "6"]
    merge_people(by=cast.coordinator, kept=people[0], closed=people[1])
    Actor.objects.filter(user=people[2]).update(user=None)
    Actor.objects.filter(user=people[3]).update(user=None)
    assert [str(each) for each in certification_table(cast.rso, "en").rows[0].cells[0]] == ["5", "5"]


def test_postings_are_joined_without_doubles(cast, twin):
    police = Agency.objects.get(name="Police")
    post_person(by=None, user=twin, role=Role.OFFICER, member=cast.home, agency=police)
    merge_people(by=cast.coordinator, kept=cast.officer, closed=twin)
    running = Posting.objects.current().filter(user=cast.officer)
    assert sorted(each.agency.name for each in running) == ["Border", "Police"]
    assert not Posting.objects.current().filter(user=twin).exists()


def test_the_closed_account_cannot_sign_in_and_its_sessions_are_gone(cast, twin):
    client, other = cast.client(twin), cast.client(cast.officer)
    assert client.get("/en/me/").status_code == 200
    merge = merge_people(by=cast.coordinator, kept=cast.officer, closed=twin)
    assert client.get("/en/me/").status_code == 302 and other.get("/en/me/").status_code == 200
    assert not client.login(username=twin.username, password=PASSWORD)
    assert merged_into([twin.pk]) == {twin.pk: cast.officer}
    undo_merge(by=cast.coordinator, merge=merge)
    assert client.get("/en/me/").status_code == 302, "an old session does not come back to life"
    assert client.login(username=twin.username, password=PASSWORD)


def test_if_one_of_them_is_restricted_the_account_that_stays_is(cast, learned):
    User.objects.filter(pk=learned.pk).update(is_restricted=True)
    merge = merge_people(by=cast.coordinator, kept=cast.officer, closed=learned)
    assert again(cast.officer).is_restricted
    for award in Award.objects.all():
        assert cast.client(None).get(f"/verify/{award.number}").status_code == 404
    undo_merge(by=cast.coordinator, merge=merge)
    assert not again(cast.officer).is_restricted and again(learned).is_restricted


def test_a_merge_is_audited_under_both_people_without_names(cast, twin):
    merge_people(by=cast.coordinator, kept=cast.officer, closed=twin)
    events = list(AuditEvent.objects.filter(action="person.merged"))
    assert {each.target for each in events} == {f"accounts.user:{each.uuid}" for each in (cast.officer, twin)}
    assert all(each.actor.user == cast.coordinator and each.member == cast.home for each in events)
    assert twin.full_name not in str([each.details for each in events])


# --- refusals


def test_an_agencys_coordinator_merges_nobody_across_agencies(cast, twin):
    before = state()
    with pytest.raises(NotYours):
        merge_people(by=cast.agency_coordinator, kept=twin, closed=cast.officer)
    client = cast.client(cast.agency_coordinator)
    assert client.post(f"{PAGES}{twin.uuid}/{cast.officer.uuid}/").status_code == 404
    assert state() == before


def test_nobody_merges_another_members_officer_by_a_forged_address(cast, twin):
    before = state()
    for person in (cast.coordinator, cast.foreign_coordinator):
        for address in (f"{cast.officer.uuid}/{cast.outsider.uuid}", f"{cast.outsider.uuid}/{cast.officer.uuid}"):
            assert cast.client(person).get(f"{PAGES}{address}/").status_code == 404
            assert cast.client(person).post(f"{PAGES}{address}/").status_code == 404
    assert cast.client(cast.coordinator).get(f"{PAGES}{twin.uuid}/{twin.uuid}/").status_code == 404
    with pytest.raises(NotYours):
        merge_people(by=cast.coordinator, kept=twin, closed=twin)
    assert state() == before


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.TRAINER, Role.RSO_CERTIFICATION, "abroad"])
def test_an_account_with_a_role_elsewhere_or_above_is_not_merged(cast, twin, role):
    if role == "abroad":
        post_person(by=None, user=twin, role=Role.OFFICER, member=cast.away)
    else:
        post_person(by=None, user=twin, role=role, member=cast.home if role == Role.COORDINATOR else None)
    before = state()
    for kept, closed in ((cast.officer, twin), (twin, cast.officer)):
        with pytest.raises(HasOtherRoles):
            merge_people(by=cast.coordinator, kept=kept, closed=closed)
        answer = cast.client(cast.coordinator).post(f"{PAGES}{kept.uuid}/{closed.uuid}/")
        assert answer.status_code == 422 and "cannot be merged" in answer.content.decode()
        assert "Thailand" not in answer.content.decode()
    assert state() == before


def test_nobody_merges_the_own_account_nor_somebody_who_is_offered(cast, twin):
    post_person(by=None, user=cast.coordinator, role=Role.OFFICER, member=cast.home)
    offer_transfer(by=cast.coordinator, user=twin, to_member=cast.away)
    before = state()
    with pytest.raises(OwnAccount):
        merge_people(by=cast.coordinator, kept=again(cast.coordinator), closed=twin)
    with pytest.raises(OfferIsOpen):
        merge_people(by=cast.coordinator, kept=cast.officer, closed=twin)
    assert state() == before


def test_the_preview_says_what_happens_and_changes_nothing(cast, learned):
    before = state()
    client = cast.client(cast.coordinator)
    page = client.get(f"{PAGES}{cast.officer.uuid}/{learned.uuid}/").content.decode()
    assert "Course T2: open in both accounts" in page and "(0 %) ends" in page
    assert f"{PAGES}{learned.uuid}/{cast.officer.uuid}/" in page, "the other way round"
    assert state() == before
    assert client.post(f"{PAGES}{cast.officer.uuid}/{learned.uuid}/").status_code == 302
    assert Merge.objects.get().kept == cast.officer and learned.username in client.get(PAGES).content.decode()


# --- taking back


def test_a_merge_is_taken_back_from_the_same_page_and_all_is_as_before(cast, learned):
    Posting.objects.filter(user=learned).update(ends_on=TODAY() + 90 * DAY)
    before, kept_record = state(), record()
    merge = merge_people(by=cast.coordinator, kept=cast.officer, closed=learned)
    client = cast.client(cast.coordinator)
    assert client.post(f"/en/people/moves/merges/{merge.uuid}/undo/").status_code == 302
    after = state()
    assert after.pop("merges") and {**before, "merges": None} == {**after, "merges": None}
    assert record() == kept_record
    assert AuditEvent.objects.filter(action="person.merge_undone").count() == 2
    with pytest.raises(CannotBeUndone):
        undo_merge(by=cast.coordinator, merge=merge)


def test_what_was_begun_since_stays_with_the_account_that_stayed(cast, learned):
    third = make_course("T3")
    merge = merge_people(by=cast.coordinator, kept=cast.officer, closed=learned)
    enrol(by=again(cast.officer), course=third.course)
    undo_merge(by=cast.coordinator, merge=merge)
    assert own_enrolment(again(cast.officer), "t3") and not own_enrolment(again(learned), "t3")
    assert own_enrolment(again(learned), "t2") and own_enrolment(again(cast.officer), "t2")


def test_after_thirty_days_or_for_a_stranger_it_is_not_taken_back(cast, twin):
    merge = merge_people(by=cast.coordinator, kept=cast.officer, closed=twin)
    before = state()
    for person in (cast.foreign_coordinator, cast.agency_coordinator):
        status = cast.client(person).post(f"/en/people/moves/merges/{merge.uuid}/undo/").status_code
        assert status in (403, 404), person
    with pytest.raises(NotYours):
        undo_merge(by=cast.foreign_coordinator, merge=merge)
    with pytest.raises(Refused):
        undo_merge(by=cast.officer, merge=merge)
    Merge.objects.update(merged_at=timezone.now() - 31 * DAY)
    with pytest.raises(CannotBeUndone):
        undo_merge(by=cast.coordinator, merge=merge)
    assert state() == before


def test_of_two_merges_the_later_is_taken_back_first(cast, twin):
    third = make_person("third", Role.OFFICER, cast.home, full_name="Officer Example")
    first = merge_people(by=cast.coordinator, kept=twin, closed=third)
    second = merge_people(by=cast.coordinator, kept=cast.officer, closed=twin)
    assert again(cast.officer).actors.count() == 3
    with pytest.raises((CannotBeUndone, NotYours)):
        undo_merge(by=cast.coordinator, merge=first)
    undo_merge(by=cast.coordinator, merge=second)
    undo_merge(by=cast.coordinator, merge=first)
    assert not Actor.objects.filter(~Q(joined_at=None)).exists()
    assert {again(each).actors.count() for each in (cast.officer, twin, third)} == {1}
