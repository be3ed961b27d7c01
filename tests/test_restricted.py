"""Officers in sensitive posts: a code instead of the name, no list and no file, and a public page that knows nothing.

And accounts that name nobody at all, all the way to the certificate.
"""

import datetime as dt
import uuid

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from accounts.models import AuditEvent, Posting
from accounts.roles import Role
from accounts.selectors import initials, name_for, public_name
from accounts.selectors.duplicates import likely_pairs
from accounts.services import create_person, end_posting, post_person
from certificates.documents import certificate_text
from certificates.models import Award
from certificates.numbers import new_number
from certificates.selectors import public_award
from certificates.services import withhold_awards
from learning.services import enrol
from tests.cast import make_person
from tests.factories import complete, finish_lessons, take_test

DESK = "/en/desk/officers/"


def restrict(person) -> None:
    person.is_restricted = True
    person.save()


@pytest.fixture
def award(cast, course) -> Award:
    return Award.objects.get(enrolment=complete(cast.officer, course.course))


# --- the public page


def answer_of(client, typed: str) -> tuple[int, bytes, dict, list[str]]:
    """Everything that a stranger can compare: status, bytes, headers, and what was asked of the database."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(f"/verify/{typed}")
    body = answer.content.replace(typed.encode(), b"#")
    headers = {name: value for name, value in answer.items() if name not in ("Expires", "Last-Modified")}
    return answer.status_code, body, headers, [query["sql"].replace(typed, "#") for query in queries]


@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_public_page_of_a_restricted_holder_is_that_of_an_unknown_certificate(cast, award, language):
    client = cast.client(None)
    client.cookies["suluh_language"] = language
    assert client.get(f"/verify/{award.number}").status_code == 200
    restrict(cast.officer)
    unknown = answer_of(client, new_number())
    # Also of somebody who became restricted after the paper was handed around.
    assert answer_of(client, award.number) == unknown
    assert unknown[0] == 404
    by_uuid, other = answer_of(client, str(award.uuid)), answer_of(client, str(uuid.uuid4()))
    assert by_uuid[:3] == other[:3] and len(by_uuid[3]) == len(other[3])


def test_a_restricted_holder_who_was_erased_answers_alike(cast, award):
    client = cast.client(None)
    restrict(cast.officer)
    withhold_awards(user=cast.officer)
    cast.officer.delete()
    assert answer_of(client, award.number)[:3] == answer_of(client, new_number())[:3]


def test_of_an_erased_pseudonymous_holder_the_code_on_the_paper_is_shown(cast, course):
    hidden = make_person("hidden", Role.OFFICER, cast.home, full_name="")
    award = Award.objects.get(enrolment=complete(hidden, course.course))
    hidden.delete()
    assert public_award(award.number).name == award.holder_name
    assert award.holder_name.startswith("L-")


def test_who_is_no_longer_restricted_can_be_checked_again(cast, award):
    restrict(cast.officer)
    assert public_award(award.number) is None
    cast.officer.is_restricted = False
    cast.officer.save()
    assert public_award(award.number) is not None


def test_the_square_code_holds_an_address_with_the_number_and_no_name(cast, award):
    text = certificate_text(award)
    assert text.verify_url == f"https://testserver/verify/{award.number}"
    for part in [*cast.officer.full_name.split(), cast.officer.username, cast.officer.learner_code]:
        assert part.lower() not in text.verify_url.lower()


# --- the desks


def test_the_own_coordinator_reads_the_name_and_that_it_is_restricted(cast, course):
    enrol(by=cast.officer, course=course.course)
    restrict(cast.officer)
    page = cast.client(cast.coordinator).get(DESK).content.decode()
    assert cast.officer.full_name in page and "restricted" in page


def test_the_coordinator_whom_a_restricted_officer_left_reads_the_code(cast, course):
    enrol(by=cast.officer, course=course.course)
    enrol(by=cast.colleague, course=course.course)
    restrict(cast.officer)
    end_posting(by=None, posting=Posting.objects.get(user=cast.officer))
    post_person(by=None, user=cast.officer, role=Role.OFFICER, member=cast.away)
    page = cast.client(cast.coordinator).get(DESK).content.decode()
    assert cast.officer.full_name not in page and cast.officer.learner_code in page
    assert cast.colleague.full_name in page
    event = AuditEvent.objects.filter(action="officers.seen").first()
    assert sorted(event.details["people"]) == sorted([str(cast.officer.uuid), str(cast.colleague.uuid)])


def test_the_place_on_the_desk_tells_nothing_of_the_name(cast, course):
    for person, name in ((cast.officer, "Aaa Example"), (cast.colleague, "Bbb Example")):
        person.full_name = name
        person.save()
        enrol(by=person, course=course.course)
    cast.officer.learner_code = "L-ZZZZ-9999"
    restrict(cast.officer)
    end_posting(by=None, posting=Posting.objects.get(user=cast.officer))
    page = cast.client(cast.coordinator).get(DESK).content.decode()
    assert page.index("Bbb Example") < page.index("L-ZZZZ-9999")


def test_nobody_else_knows_the_name(cast):
    restrict(cast.officer)
    postings = list(Posting.objects.filter(user=cast.officer))
    for viewer in (cast.foreign_coordinator, cast.rso, cast.analyst, cast.service_desk, cast.auditor, cast.admin):
        assert name_for(viewer, cast.officer, postings) == cast.officer.learner_code
    assert name_for(cast.coordinator, cast.officer, postings) == cast.officer.full_name
    assert name_for(cast.agency_coordinator, cast.officer, postings) == cast.officer.learner_code, "another agency"


def test_the_officer_reads_what_it_means(cast, award):
    page = cast.client(cast.officer).get("/en/me/").content.decode()
    assert "Your identity is restricted" not in page and reverse("certificates:verify_one", args=[award.number]) in page
    restrict(cast.officer)
    page = cast.client(cast.officer).get("/en/me/").content.decode()
    assert "Your identity is restricted" in page and cast.officer.learner_code in page
    assert reverse("certificates:verify_one", args=[award.number]) not in page, "that page would answer “unknown”"
    assert reverse("portal:public_name") not in page, "there is nothing to choose"
    assert cast.client(cast.officer).get(reverse("certificates:pdf", args=[award.uuid])).status_code == 200


def test_who_has_left_is_not_told_by_the_people_desk_nor_among_accounts_that_look_alike(cast):
    twin = make_person("twin", Role.OFFICER, cast.home, full_name=cast.officer.full_name, latin_name="Latin Twin")
    assert len(likely_pairs(cast.coordinator)) == 1
    restrict(twin)
    page = cast.client(cast.coordinator).get("/en/people/moves/duplicates/").content.decode()
    assert "Latin Twin" in page and len(likely_pairs(cast.coordinator)) == 1, "an own officer of today"
    end_posting(by=None, posting=Posting.objects.get(user=twin))
    assert likely_pairs(cast.coordinator) == []
    client = cast.client(cast.coordinator)
    shown = client.get(reverse("moving:merge", args=[cast.officer.uuid, twin.uuid])).content.decode()
    for page in (shown, client.get("/en/people/").content.decode()):
        assert "Latin Twin" not in page and twin.learner_code in page


def test_the_rso_reads_no_user_name_of_a_restricted_coordinator(cast):
    address = reverse("members:coordinators", args=[cast.home.code])
    client = cast.client(cast.rso)
    assert ">coordinator<" in client.get(address).content.decode()
    restrict(cast.coordinator)
    page = client.get(address).content.decode()
    assert ">coordinator<" not in page and cast.coordinator.full_name not in page
    assert cast.coordinator.learner_code in page
    posting = Posting.objects.get(user=cast.coordinator)
    page = client.post(reverse("members:end_coordinator", args=[cast.home.code, posting.uuid]), follow=True)
    assert cast.coordinator.learner_code in page.content.decode()
    assert "coordinator no longer" not in page.content.decode()


# --- pages of others


def test_the_authors_side_shows_a_restricted_authors_code_and_closes_reports_that_show_user_names(cast, course):
    author = make_person("undercover", Role.TRAINER, full_name="Real Name Here")
    course.page.save_revision(user=author, log_action=True).publish(user=author, skip_permission_checks=True)
    assert PageLogEntry.objects.filter(user=author).exists()
    client = cast.client(cast.admin)
    history = reverse("wagtailadmin_pages:history", args=[course.page.pk])
    editor = reverse("wagtailadmin_pages:edit", args=[course.page.pk])
    assert "Real Name Here" in client.get(history).content.decode()
    restrict(author)
    for address in (history, editor, reverse("wagtailadmin_home"), reverse("wagtailadmin_reports:locked_pages")):
        page = client.get(address).content.decode()
        assert "Real Name Here" not in page and "undercover" not in page, address
    assert author.learner_code in client.get(history).content.decode()
    assert client.get(reverse("wagtailadmin_reports:aging_pages")).status_code == 403
    assert "aging-pages" not in client.get(reverse("wagtailadmin_home")).content.decode()


def test_wherever_a_person_is_printed_without_thought_a_restricted_one_is_the_code(cast):
    restrict(cast.officer)
    posting = Posting.objects.get(user=cast.officer)
    for said in (str(cast.officer), cast.officer.get_full_name(), cast.officer.get_short_name(), str(posting)):
        assert cast.officer.learner_code in said
        assert cast.officer.full_name not in said and cast.officer.username not in said.split()


def test_logs_name_nobody(cast, course, caplog):
    caplog.set_level("DEBUG")
    restrict(cast.officer)
    complete(cast.officer, course.course)
    cast.client(cast.coordinator).get(DESK)
    cast.client(None).get(f"/verify/{Award.objects.get().number}")
    # What the database is asked is logged for developers only, when they turn it on.
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert not [line for line in ours if cast.officer.full_name in line]


# --- accounts that name nobody


def test_a_pseudonymous_officer_learns_passes_is_certified_and_checked_without_a_name_anywhere(cast, course):
    hidden = create_person(by=cast.coordinator, username="id-7k3m", full_name="", password=None, member=cast.home)
    code = hidden.learner_code
    assert hidden.full_name == code and hidden.is_pseudonymous
    post_person(by=cast.coordinator, user=hidden, role=Role.OFFICER, member=cast.home)

    client = cast.client(hidden)
    assert client.post("/en/courses/t1/enrol/").status_code == 302
    enrolment = hidden.actor.enrolments.get()
    finish_lessons(enrolment)
    take_test(hidden, enrolment)
    award = Award.objects.get(enrolment=enrolment)
    assert award.holder_name == code and certificate_text(award).name == code
    assert client.get(reverse("certificates:pdf", args=[award.uuid]))["Content-Type"] == "application/pdf"

    public = cast.client(None).get(f"/verify/{award.number}")
    page = public.content.decode()
    assert public.status_code == 200 and f"<bdi>{code}</bdi>" in page
    assert f"<bdi>{initials(code)}</bdi>" not in page, "initials of a code say nothing"

    home = client.get("/en/me/").content.decode()
    assert code in home and "Your account bears no name" in home
    assert reverse("portal:public_name") not in home
    assert code in cast.client(cast.coordinator).get(DESK).content.decode()


@pytest.mark.parametrize("choice", ["initials", "full"])
def test_a_code_is_shown_whole_whatever_was_chosen(cast, choice):
    hidden = make_person("hidden", Role.OFFICER, cast.home, full_name="", public_name=choice)
    assert public_name(hidden) == hidden.learner_code


def test_an_account_that_became_pseudonymous_shows_the_code_and_no_initials_of_the_name_on_the_paper(cast, award):
    cast.officer.full_name = cast.officer.learner_code
    cast.officer.public_name = "full"
    cast.officer.save()
    assert award.holder_name == "Officer Example"
    assert public_award(award.number).name == cast.officer.learner_code


def test_an_account_that_got_a_name_later_shows_of_an_old_paper_what_is_on_it(cast, course):
    hidden = make_person("hidden", Role.OFFICER, cast.home, full_name="")
    award = Award.objects.get(enrolment=complete(hidden, course.course))
    hidden.full_name = "Known Now"
    hidden.save()
    assert public_award(award.number).name == hidden.learner_code


def test_a_pseudonymous_and_restricted_holder_is_unknown_too(cast, course):
    hidden = make_person("hidden", Role.OFFICER, cast.home, full_name="", is_restricted=True)
    award = Award.objects.get(enrolment=complete(hidden, course.course))
    with time_machine.travel(timezone.now() + dt.timedelta(days=1)):
        assert cast.client(None).get(f"/verify/{award.number}").status_code == 404
