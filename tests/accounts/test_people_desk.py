"""The people desk: a coordinator's own officers, found in any script, changed with care, and nobody else's."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from accounts.models import Agency, AuditEvent, Posting, User
from accounts.roles import Role
from accounts.selectors import Sought, people_sought
from accounts.services import (
    MayNotGive,
    NotYours,
    ServesElsewhere,
    correct_person,
    end_posting,
    end_service,
    make_officer,
    move_posting,
    post_officer,
    post_person,
    put_out_of_use,
    put_to_use,
    set_restricted,
)
from learning.services import enrol
from lms.text import has_words
from tests.cast import make_person
from tests.factories import complete

DESK = "/en/people/"


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def found(viewer: User, words: str = "", **sought) -> set[str]:
    keys = people_sought(again(viewer), Sought(words, **sought))
    return set(User.objects.filter(pk__in=keys).values_list("username", flat=True))


@pytest.fixture
def police(cast) -> Agency:
    return Agency.objects.get(member=cast.home, name="Police")


@pytest.fixture
def border(cast) -> Agency:
    return Agency.objects.get(member=cast.home, name="Border")


# --- finding


@pytest.mark.parametrize(
    ("search", "text"),
    [
        ("nguyen", "Nguyễn Thị Lan"),
        ("lan NGUYEN", "Nguyễn Thị Lan"),
        ("ΣΟΦΊΑ", "σοφία"),
        ("ŞÜKRÜ", "şükrü"),
        ("дмитрий", "ДМИТРИЙ"),
        ("علي", "علی"),
        ("عائشہ", "عائشہ خان"),
        ("สุดา", "สุดา ศรีสุข"),
        ("ＡＢＣ", "abc"),
    ],
)
def test_a_search_finds_a_name_whatever_its_case_accents_and_keyboard(search, text):
    assert has_words(search, text)


def test_a_search_finds_nobody_by_another_word():
    assert not has_words("lan minh", "Nguyễn Thị Lan")
    assert not has_words("สุดี", "สุดา ศรีสุข")


def test_one_finds_the_own_people_by_name_user_name_code_and_latin_name_and_no_others(cast, police):
    make_person("khmer", Role.OFFICER, cast.home, police, full_name="សុខ សុភា", latin_name="Sok Sophea")
    make_person("stranger", Role.OFFICER, cast.away, full_name="Sok Sophea")
    assert found(cast.coordinator, "sophea") == found(cast.coordinator, "សុខ") == {"khmer"}
    assert found(cast.coordinator, cast.officer.learner_code.lower()) == {"officer"}
    assert found(cast.coordinator, "OFFICER exam") == {"officer"}
    assert found(cast.coordinator, "outsider") == set()


def test_the_list_is_filtered_by_agency_role_and_state(cast, police):
    put_out_of_use(by=cast.coordinator, users=[cast.officer])
    set_restricted(by=cast.coordinator, user=cast.colleague, is_restricted=True)
    assert found(cast.coordinator, agency=police) == {"officer", "verifier"}
    assert found(cast.coordinator, role="agency_verifier") == {"verifier"}
    assert found(cast.coordinator, state="out_of_use") == {"officer"}
    assert found(cast.coordinator, state="restricted") == {"colleague"}


def test_a_filter_with_an_agency_of_another_member_shows_nobody_of_it(cast):
    foreign = Agency.objects.create(member=cast.away, name="Royal Police")
    make_person("royal", Role.OFFICER, cast.away, foreign)
    page = cast.client(cast.coordinator).get(DESK, {"agency": str(foreign.uuid)}).content.decode()
    assert "Royal Example" not in page and "Royal Police" not in page


def test_a_coordinator_of_one_agency_has_its_people_only(cast):
    assert found(cast.agency_coordinator) == {"colleague", "agencycoordinator"}


def test_a_restricted_officer_who_left_is_neither_named_nor_found_by_name(cast):
    set_restricted(by=cast.coordinator, user=cast.officer, is_restricted=True)
    end_posting(by=None, posting=Posting.objects.get(user=cast.officer))
    assert found(cast.coordinator, cast.officer.full_name) == set()
    page = cast.client(cast.coordinator).get(f"{DESK}{cast.officer.uuid}/").content.decode()
    assert cast.officer.full_name not in page and cast.officer.learner_code in page
    assert cast.client(cast.coordinator).get(f"{DESK}{cast.officer.uuid}/correct/").status_code == 403


def test_each_look_at_names_is_a_line_in_the_log(cast):
    client = cast.client(cast.coordinator)
    client.get(DESK)
    event = AuditEvent.objects.filter(action="officers.seen").get()
    assert event.member == cast.home and str(cast.officer.uuid) in event.details["people"]
    assert cast.officer.full_name not in str(event.details)
    client.get(f"{DESK}{cast.officer.uuid}/")
    assert AuditEvent.objects.filter(action="officers.seen", target=f"accounts.user:{cast.officer.uuid}").exists()


def test_the_list_has_fifty_a_page_and_its_links_keep_what_is_sought(cast, police):
    for number in range(51):
        make_person(f"many{number:02}", Role.OFFICER, cast.home, police)
    page = cast.client(cast.coordinator).get(DESK, {"q": "many"}).content.decode()
    assert page.count('name="people"') == 50 and 'href="?q=many&amp;page=2"' in page


# --- making


def test_a_coordinator_makes_a_person_and_reads_the_user_name(cast, police):
    answer = cast.client(cast.coordinator).post(
        f"{DESK}new/", {"full_name": "  Rina   Hartono ", "place": str(police.uuid), "rank_band": "entry"}, follow=True
    )
    person = User.objects.get(full_name="Rina Hartono")
    assert f"Its user name is {person.username}" in answer.content.decode()
    assert person.username.startswith("id-") and not person.has_usable_password()
    posting = Posting.objects.get(user=person)
    assert (posting.agency, posting.role, posting.rank_band) == (police, "officer", "entry")


def test_a_person_without_a_name_goes_by_the_code(cast, police):
    cast.client(cast.coordinator).post(f"{DESK}new/", {"is_pseudonymous": "on", "place": str(police.uuid)})
    assert Posting.objects.latest("pk").user.is_pseudonymous


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"full_name": "Rina", "is_pseudonymous": "on"},
        {"full_name": "Rina", "username": "OFFICER"},
        {"full_name": " "},
    ],
)
def test_a_form_that_says_too_little_or_too_much_makes_nobody(cast, police, form):
    before = User.objects.count()
    answer = cast.client(cast.coordinator).post(f"{DESK}new/", form | {"place": str(police.uuid)})
    assert answer.status_code == 422
    assert User.objects.count() == before


def test_a_forged_place_makes_and_posts_nobody(cast):
    foreign = Agency.objects.create(member=cast.away, name="Royal Police")
    client, people, postings = cast.client(cast.coordinator), User.objects.count(), Posting.objects.count()
    for place in (str(foreign.uuid), "TH", str(uuid.uuid4()), "", "'"):
        assert client.post(f"{DESK}new/", {"full_name": "Rina", "place": place}).status_code == 422
        form = {"role": "officer", "place": place}
        assert client.post(f"{DESK}{cast.officer.uuid}/postings/", form).status_code == 422
    for member, agency in ((cast.away, None), (cast.away, foreign)):
        with pytest.raises(MayNotGive):
            make_officer(by=cast.coordinator, member=member, agency=agency, full_name="Rina")
    with pytest.raises(MayNotGive):
        make_officer(by=cast.agency_coordinator, member=cast.home, agency=None, full_name="Rina")
    assert (User.objects.count(), Posting.objects.count()) == (people, postings)


# --- postings


def test_a_move_ends_one_posting_and_begins_another_and_history_stays_where_it_happened(cast, course, police, border):
    enrolment = enrol(by=cast.officer, course=course.course)
    old = Posting.objects.get(user=cast.officer)
    new = move_posting(by=cast.coordinator, posting=old, agency=border)
    old.refresh_from_db()
    enrolment.refresh_from_db()
    assert old.ends_on == timezone.localdate() - dt.timedelta(days=1) and old.agency == police
    assert (new.agency, new.starts_on, enrolment.agency) == (border, timezone.localdate(), police)
    assert move_posting(by=cast.coordinator, posting=new, agency=police).agency == police, "and back again"


def test_a_coordinator_of_one_agency_moves_nobody_in_or_out(cast, police, border):
    own, other = Posting.objects.get(user=cast.colleague), Posting.objects.get(user=cast.officer)
    with pytest.raises(MayNotGive):
        move_posting(by=cast.agency_coordinator, posting=own, agency=police)
    with pytest.raises(NotYours):
        move_posting(by=cast.agency_coordinator, posting=other, agency=border)
    assert Posting.objects.filter(user__in=(cast.officer, cast.colleague), ends_on=None).count() == 2


def test_a_deputy_puts_no_coordinator_out_of_use_and_ends_no_such_posting(cast):
    deputy = make_person("deputy", Role.DEPUTY_COORDINATOR, cast.home)
    with pytest.raises(ServesElsewhere):
        put_out_of_use(by=deputy, users=[cast.coordinator])
    with pytest.raises(MayNotGive):
        end_service(by=deputy, posting=Posting.objects.get(user=cast.coordinator))
    assert again(cast.coordinator).is_active
    assert Posting.objects.current().filter(user=cast.coordinator).exists()


def test_the_last_coordinator_is_ended_by_the_rso_alone(cast):
    posting = Posting.objects.get(user=cast.coordinator)
    for person in (cast.coordinator, cast.agency_coordinator):
        with pytest.raises((MayNotGive, NotYours)):
            end_service(by=person, posting=posting)
    cast.client(cast.rso).post(f"/en/members/ID/coordinators/{posting.uuid}/end/")
    assert not Posting.objects.current().filter(pk=posting.pk).exists()


def test_a_posting_that_was_ended_is_added_again_on_the_same_page(cast, police):
    client, posting = cast.client(cast.coordinator), Posting.objects.get(user=cast.officer)
    page = client.post(f"{DESK}{cast.officer.uuid}/postings/{posting.uuid}/end/", follow=True).content.decode()
    assert "add the same posting again below" in page
    assert not Posting.objects.current().filter(user=cast.officer).exists()
    client.post(f"{DESK}{cast.officer.uuid}/postings/", {"role": "officer", "place": str(police.uuid)})
    assert Posting.objects.current().get(user=cast.officer).agency == police


def test_a_coordinator_makes_a_deputy_and_a_verifier_and_nothing_higher(cast, police):
    for role, agency in ((Role.DEPUTY_COORDINATOR, None), (Role.AGENCY_VERIFIER, police)):
        assert post_officer(by=cast.coordinator, user=cast.officer, role=role, member=cast.home, agency=agency)
    for role in (Role.COORDINATOR, Role.RSO_CERTIFICATION, Role.ADMINISTRATOR):
        with pytest.raises(MayNotGive):
            post_officer(by=cast.coordinator, user=cast.officer, role=role, member=cast.home, agency=None)
    with pytest.raises(MayNotGive):
        post_officer(by=cast.coordinator, user=cast.coordinator, role=Role.OFFICER, member=cast.home, agency=None)
    assert Posting.objects.filter(user=cast.officer).count() == 3


def test_nobody_of_another_member_is_drawn_over_by_a_guessed_address(cast, police):
    client = cast.client(cast.coordinator)
    form = {"role": "officer", "place": str(police.uuid)}
    assert client.post(f"{DESK}{cast.outsider.uuid}/postings/", form).status_code == 404
    with pytest.raises(NotYours):
        post_officer(by=cast.coordinator, user=cast.outsider, role=Role.OFFICER, member=cast.home, agency=police)
    assert Posting.objects.filter(user=cast.outsider).count() == 1


# --- the account


def test_an_account_out_of_use_ends_its_session_at_once_and_comes_back_as_it_was(cast):
    client = cast.client(cast.officer)
    assert client.get("/en/me/").status_code == 200
    put_out_of_use(by=cast.coordinator, users=[cast.officer])
    assert client.get("/en/me/").status_code == 302
    put_to_use(by=cast.coordinator, user=cast.officer)
    assert Posting.objects.current().filter(user=cast.officer).exists() and again(cast.officer).is_active


def test_several_are_put_out_of_use_only_after_a_page_that_names_them(cast):
    client = cast.client(cast.coordinator)
    form = {"people": [str(cast.officer.uuid), str(cast.colleague.uuid)]}
    page = client.post(f"{DESK}out-of-use/", form).content.decode()
    assert cast.officer.full_name in page and cast.colleague.full_name in page
    assert again(cast.officer).is_active
    client.post(f"{DESK}out-of-use/", form | {"confirmed": "yes"})
    assert not again(cast.officer).is_active and not again(cast.colleague).is_active
    assert AuditEvent.objects.filter(action="person.put_out_of_use").count() == 2


@pytest.mark.parametrize("with_whom", ["outsider", "coordinator", "rso"])
def test_one_who_is_not_ones_own_to_change_keeps_all_of_them_in_use(cast, with_whom):
    other = getattr(cast, with_whom)
    form = {"people": [str(cast.officer.uuid), str(other.uuid)], "confirmed": "yes"}
    page = cast.client(cast.coordinator).post(f"{DESK}out-of-use/", form, follow=True).content.decode()
    assert "not among yours" in page or "Nothing was changed" in page
    with pytest.raises((NotYours, ServesElsewhere)):
        put_out_of_use(by=cast.coordinator, users=[cast.officer, other])
    assert again(cast.officer).is_active and again(other).is_active


def test_somebody_who_also_serves_another_member_is_neither_members_alone_to_change(cast):
    post_person(by=None, user=cast.officer, role=Role.OFFICER, member=cast.away)
    for change in (
        lambda by: put_out_of_use(by=by, users=[cast.officer]),
        lambda by: correct_person(by=by, user=cast.officer, full_name="Forged", latin_name="", email=""),
    ):
        for by in (cast.coordinator, cast.foreign_coordinator):
            with pytest.raises(ServesElsewhere):
                change(again(by))
    person = again(cast.officer)
    assert person.is_active and person.full_name == "Officer Example"
    page = cast.client(cast.foreign_coordinator).get(f"{DESK}{cast.officer.uuid}/").content.decode()
    page = page.partition("<main")[2]
    assert "Police" not in page and "Indonesia" not in page, "where else the person serves is not theirs to know"


def test_a_restriction_needs_no_reason_keeps_none_and_is_lifted_by_whoever_has_the_whole_person(cast):
    post_person(by=None, user=cast.officer, role=Role.OFFICER, member=cast.away)
    set_restricted(by=cast.foreign_coordinator, user=cast.officer, is_restricted=True)
    event = AuditEvent.objects.filter(action="person.restricted").get()
    assert event.reason == "" and event.details == {}
    with pytest.raises(ServesElsewhere):
        set_restricted(by=cast.foreign_coordinator, user=cast.officer, is_restricted=False)
    assert again(cast.officer).is_restricted
    end_posting(by=None, posting=Posting.objects.get(user=cast.officer, member=cast.away))
    set_restricted(by=cast.coordinator, user=cast.officer, is_restricted=False)
    assert not again(cast.officer).is_restricted


def test_a_correction_tells_the_log_what_and_not_from_what_to_what(cast):
    form = {"full_name": "Sari W.", "latin_name": "", "email": "sari@example.org", "rank_band": "senior"}
    cast.client(cast.coordinator).post(f"{DESK}{cast.officer.uuid}/correct/", form)
    person = again(cast.officer)
    assert (person.full_name, person.email) == ("Sari W.", "sari@example.org")
    assert Posting.objects.get(user=person).rank_band == "senior"
    event = AuditEvent.objects.filter(action="person.corrected").get()
    assert set(event.details["changed"]) == {"full_name", "email", "rank_band"} and "Sari" not in str(event.details)


# --- the service desk


def test_the_service_desk_finds_one_account_exactly_and_reads_no_name(cast):
    client = cast.client(cast.service_desk)
    for typed in ("OFFICER", cast.officer.learner_code):
        page = client.post(f"{DESK}find/", {"typed": typed}).content.decode()
        assert "Indonesia" in page and cast.officer.full_name not in page
    for typed in ("offic", cast.officer.full_name, "%", ""):
        assert client.post(f"{DESK}find/", {"typed": typed}).status_code == 422
    assert client.get(DESK).status_code == 403


def test_a_coordinator_learns_nothing_about_an_account_of_another_member(cast):
    client = cast.client(cast.coordinator)
    known, unknown = (
        client.post(f"{DESK}find/", {"typed": typed}).content.decode().replace(typed, "")
        for typed in ("outsider", "nosuchuser")
    )
    assert "There is no account" in known and "Thailand" not in known
    assert known.count("<li>") == unknown.count("<li>")


def test_whoever_may_give_a_code_prints_a_slip_from_the_page_of_a_person(cast):
    client = cast.client(cast.coordinator)
    assert "Print a slip" in client.get(f"{DESK}{cast.officer.uuid}/").content.decode()
    assert "Print a slip" not in client.get(f"{DESK}{cast.agency_coordinator.uuid}/").content.decode()
    assert "Print a slip" in cast.client(cast.service_desk).post(f"{DESK}find/", {"typed": "officer"}).content.decode()


# --- courses of one's officers


def test_the_page_of_an_officer_shows_what_was_learned_here_and_nothing_of_elsewhere(cast, course):
    complete(cast.officer, course.course)
    page = cast.client(cast.coordinator).get(f"/en/desk/officers/{cast.officer.uuid}/").content.decode()
    assert "Course T1" in page and "SPECIMEN" in page
    end_posting(by=None, posting=Posting.objects.get(user=cast.officer))
    post_person(by=None, user=cast.officer, role=Role.OFFICER, member=cast.away)
    page = cast.client(cast.foreign_coordinator).get(f"/en/desk/officers/{cast.officer.uuid}/").content.decode()
    assert cast.officer.full_name in page and "Course T1" not in page
    assert "Course T1" in cast.client(cast.coordinator).get(f"/en/desk/officers/{cast.officer.uuid}/").content.decode()


def test_the_coordinators_desk_is_searched_and_filtered(cast, course):
    complete(cast.officer, course.course)
    enrol(by=cast.colleague, course=course.course)
    client = cast.client(cast.coordinator)

    def names(**wanted) -> set[str]:
        page = client.get("/en/desk/officers/", wanted).content.decode()
        return {each.username for each in (cast.officer, cast.colleague) if each.full_name in page}

    border = Agency.objects.get(name="Border")
    assert names(q="officer") == names(state="certified") == names(state="completed") == {"officer"}
    assert names(state="uncertified") == names(state="running") == names(agency=str(border.uuid)) == {"colleague"}
    assert names(course="t1") == {"officer", "colleague"} and names(state="expired") == set()


def test_a_restricted_officer_who_left_is_on_the_desk_by_code_and_not_found_by_name(cast, course):
    enrol(by=cast.officer, course=course.course)
    set_restricted(by=cast.coordinator, user=cast.officer, is_restricted=True)
    client = cast.client(cast.coordinator)
    assert cast.officer.full_name in client.get("/en/desk/officers/").content.decode(), "the own member reads the name"
    end_posting(by=None, posting=Posting.objects.get(user=cast.officer))
    page = client.get("/en/desk/officers/").content.decode()
    assert cast.officer.full_name not in page and cast.officer.learner_code in page
    assert cast.officer.learner_code not in client.get("/en/desk/officers/", {"q": "Example"}).content.decode()
