"""The RSO's look at shared officers: nothing before a reason, codes where names may not stand, every look logged."""

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Member, Posting
from accounts.permissions import Right
from accounts.roles import Role
from accounts.services import end_posting, post_person
from certificates.models import Award
from certificates.selectors import read_shared, shared_rows
from learning.services import enrol
from learning.sharing import enrolments_shared_with, members_shared_with
from tests.cast import make_person
from tests.factories import complete, make_course

REASON = "Letters to holders whose certificates expire"
CHOOSE = "/en/desk/shared/"
LIST = "/en/desk/shared/ID/t1/"
FILE = f"{LIST}file/"


def main_of(answer) -> str:
    return answer.content.decode().partition("<main")[2]


def looks() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action__in=["shared.seen", "shared.exported"]).order_by("number"))


def shares(member: Member, sharing: str) -> None:
    member.sharing = sharing
    member.save()


@pytest.fixture
def learned(cast, course):
    """The officer is certified, the colleague and the outsider are enrolled; the home member shares names."""
    complete(cast.officer, course.course)
    enrol(by=cast.colleague, course=course.course)
    enrol(by=cast.outsider, course=course.course)
    shares(cast.home, "names")
    return course


@pytest.fixture
def browser(cast):
    return cast.client(cast.rso)


def restrict(person) -> None:
    person.is_restricted = True
    person.save()


# --- choosing


def test_only_members_that_share_codes_or_names_can_be_chosen(cast, learned, browser):
    page = main_of(browser.get(CHOOSE))
    assert "Indonesia" in page and "Thailand" not in page
    assert browser.get(CHOOSE, {"member": "ID", "course": "t1"}).url == LIST
    for wrong in ({"member": "TH", "course": "t1"}, {"member": "ID", "course": "none"}, {"member": "ID"}):
        assert browser.get(CHOOSE, wrong).status_code == 400
    assert looks() == []


def test_where_nobody_shares_anything_the_page_says_so(cast, course, browser):
    assert "No member shares its officers" in main_of(browser.get(CHOOSE))


# --- a reason first


@pytest.mark.parametrize("data", [{}, {"reason": ""}, {"reason": "   "}, {"reason": "x" * 301}, {"page": "2"}])
def test_without_a_reason_nothing_is_shown_downloaded_or_counted(cast, learned, browser, data):
    answers = [browser.post(LIST, data), browser.post(FILE, data), browser.get(LIST), browser.get(LIST, data)]
    assert [answer.status_code for answer in answers] == [422, 422, 200, 200]
    for answer in answers:
        page = answer.content.decode()
        for secret in (cast.officer.full_name, cast.officer.learner_code, cast.colleague.learner_code, "Certified"):
            assert secret not in page
    assert looks() == []


def test_after_a_reason_the_names_are_shown_and_the_look_is_in_the_log(cast, learned, browser):
    page = main_of(browser.post(LIST, {"reason": REASON}))
    assert cast.officer.full_name in page and cast.colleague.full_name in page and REASON in page
    assert cast.outsider.full_name not in page
    assert Award.objects.get().valid_until.isoformat() in page and "not yet" in page
    for private in ("Police", "Border", "%", "score", cast.officer.username + "<"):
        assert private not in page
    (event,) = looks()
    assert (event.action, event.reason, event.member, event.actor.user) == (
        "shared.seen",
        REASON,
        cast.home,
        cast.rso,
    )
    assert sorted(event.details["people"]) == sorted([str(cast.officer.uuid), str(cast.colleague.uuid)])
    assert event.details["course"] == "T1" and event.address == "127.0.0.1"


def test_every_look_asks_again(cast, learned, browser):
    browser.post(LIST, {"reason": REASON})
    assert cast.officer.full_name not in browser.get(LIST).content.decode()
    assert len(looks()) == 1


def test_where_codes_are_shared_no_name_comes_and_no_reason_is_asked(cast, learned, browser):
    shares(cast.home, "codes")
    for answer in (browser.get(LIST), browser.post(LIST, {"reason": REASON}), browser.post(FILE)):
        said = answer.content.decode()
        assert cast.officer.learner_code in said and cast.colleague.learner_code in said
        assert cast.officer.full_name not in said and cast.colleague.full_name not in said
    assert [event.action for event in looks()] == ["shared.seen", "shared.seen", "shared.exported"]
    assert {event.reason for event in looks()} == {""}


def test_a_member_that_shares_counts_has_no_list_whatever_address_is_typed(cast, learned, browser):
    for address in ("/en/desk/shared/TH/t1/", "/en/desk/shared/TH/t1/file/"):
        for answer in (browser.get(address), browser.post(address, {"reason": REASON})):
            assert answer.status_code in (404, 405)
            assert cast.outsider.full_name not in answer.content.decode()
    assert looks() == []


def test_a_member_that_changes_its_mind_is_obeyed_at_once(cast, learned, browser):
    browser.post(LIST, {"reason": REASON})
    shares(cast.home, "counts")
    assert browser.post(LIST, {"reason": REASON}).status_code == 404
    assert browser.post(FILE, {"reason": REASON}).status_code == 404
    assert not enrolments_shared_with(cast.rso).exists()


# --- who is not named


def test_a_restricted_officer_stands_by_code_under_names_and_in_no_file(cast, learned, browser):
    restrict(cast.officer)
    page = main_of(browser.post(LIST, {"reason": REASON}))
    assert cast.officer.full_name not in page and cast.officer.learner_code in page
    file = browser.post(FILE, {"reason": REASON}).content.decode()
    for secret in (cast.officer.full_name, cast.officer.learner_code):
        assert secret not in file
    assert cast.colleague.full_name in file
    assert looks()[-1].details["people"] == [str(cast.colleague.uuid)]


def test_the_place_in_the_list_tells_nothing_of_a_name_that_is_not_shown(cast, learned):
    cast.officer.full_name, cast.officer.learner_code = "Aaa First", "L-ZZZZ-9999"
    restrict(cast.officer)
    rows = read_shared(shared_rows(cast.rso, cast.home, learned.course))
    assert [row.shown_as for row in rows] == [cast.colleague.full_name, "L-ZZZZ-9999"]


def test_an_officer_who_serves_a_stricter_member_today_is_not_named_by_the_former_one(cast, learned):
    posting = Posting.objects.get(user=cast.officer)
    end_posting(by=None, posting=posting)
    post_person(by=None, user=cast.officer, role=Role.OFFICER, member=cast.away)
    named = {row.shown_as for row in read_shared(shared_rows(cast.rso, cast.home, learned.course))}
    assert named == {cast.officer.learner_code, cast.colleague.full_name}
    shares(cast.away, "names")
    named = {row.shown_as for row in read_shared(shared_rows(cast.rso, cast.home, learned.course))}
    assert named == {cast.officer.full_name, cast.colleague.full_name}


def test_a_pseudonymous_officer_stands_by_code_as_everywhere(cast, learned):
    hidden = make_person("hidden", Role.OFFICER, cast.home, full_name="")
    enrol(by=hidden, course=learned.course)
    rows = read_shared(shared_rows(cast.rso, cast.home, learned.course))
    assert hidden.learner_code in {row.shown_as for row in rows}


def test_an_erased_officer_is_in_no_list(cast, learned):
    cast.colleague.delete()
    rows = read_shared(shared_rows(cast.rso, cast.home, learned.course))
    assert [row.shown_as for row in rows] == [cast.officer.full_name]


# --- certified or not


def test_a_certificate_counts_while_it_is_valid_and_a_newer_enrolment_takes_it_from_nobody(cast, learned):
    award = Award.objects.get()
    enrolment = award.enrolment
    enrolment.ended_at = timezone.now()
    enrolment.save()
    enrol(by=cast.officer, course=learned.course)

    def row():
        rows = read_shared(shared_rows(cast.rso, cast.home, learned.course))
        return next(each for each in rows if each.person == cast.officer.uuid)

    assert len(read_shared(shared_rows(cast.rso, cast.home, learned.course))) == 2, "each person once"
    assert row().is_certified and row().valid_until == award.valid_until
    Award.objects.update(
        issued_at=award.issued_at - dt.timedelta(days=900), valid_until=timezone.localdate() - dt.timedelta(days=1)
    )
    assert not row().is_certified and row().valid_until
    Award.objects.update(state="revoked")
    assert row().valid_until is None


def test_a_specimen_certifies_nobody_on_a_site_that_requires_review(cast, learned, settings):
    settings.REQUIRE_REVIEW = True
    assert not any(row.is_certified for row in read_shared(shared_rows(cast.rso, cast.home, learned.course)))


def test_another_course_is_another_list(cast, learned, browser):
    make_course("T2")
    page = main_of(browser.post("/en/desk/shared/ID/t2/", {"reason": REASON}))
    assert "Nobody is enrolled yet" in page
    assert looks()[-1].details["people"] == [], "that somebody looked is in the log all the same"


# --- the file


def test_the_file_has_names_state_and_day_and_nothing_a_spreadsheet_would_run(cast, learned, browser):
    cast.colleague.full_name = "=cmd|' /C calc'!A0"
    cast.colleague.save()
    answer = browser.post(FILE, {"reason": REASON})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    until = Award.objects.get().valid_until.isoformat()
    assert rows[0] == ["Member code", "Course code", "Name or learner code", "Certified", "Valid until"]
    assert sorted(rows[1:]) == sorted(
        [
            ["ID", "T1", "'=cmd|' /C calc'!A0", "no", ""],
            ["ID", "T1", cast.officer.full_name, "specimen", until],
        ]
    )
    assert "attachment" in answer["Content-Disposition"]
    (event,) = looks()
    assert (event.action, event.reason) == ("shared.exported", REASON)


def test_a_long_list_comes_in_pages_and_each_is_a_look(cast, learned, browser, monkeypatch):
    monkeypatch.setattr("portal.shared.PAGE", 1)
    first = browser.post(LIST, {"reason": REASON})
    second = browser.post(LIST, {"reason": REASON, "page": "2"})
    shown = [
        {person for person in (cast.officer, cast.colleague) if person.full_name in main_of(answer)}
        for answer in (first, second)
    ]
    assert [len(each) for each in shown] == [1, 1] and shown[0] != shown[1]
    assert [len(event.details["people"]) for event in looks()] == [1, 1]


# --- who may


def test_nobody_without_the_right_gets_a_row(cast, learned):
    for person in vars(cast).values():
        if person in (cast.home, cast.away, cast.rso):
            continue
        assert not enrolments_shared_with(person).exists(), person
        assert not members_shared_with(person).exists(), person


def test_the_menu_leads_the_rso_there_and_nobody_else(cast, learned):
    assert reverse("portal:shared") in cast.client(cast.rso).get("/en/me/").content.decode()
    assert reverse("portal:shared") not in cast.client(cast.coordinator).get("/en/me/").content.decode()
    assert reverse("audit:log") in cast.client(cast.auditor).get("/en/me/").content.decode()
    assert (
        Right.SEE_SHARED != Right.SEE_AUDIT
        and reverse("audit:log") not in cast.client(cast.rso).get("/en/me/").content.decode()
    )
