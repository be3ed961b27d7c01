"""Members are sovereign: whatever somebody is posted to, nothing of another member or agency ever comes back."""

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import Agency, Member, Posting, User
from accounts.roles import MEMBERLESS_ROLES, Role
from accounts.services import actor_of
from assessments.models import Attempt
from assessments.selectors import own_attempt, paper_question
from assessments.services import start_attempt
from certificates.models import Award
from certificates.selectors import awards_seen_by, own_award, own_awards
from learning.models import Enrolment
from learning.selectors import enrolments_seen_by, own_enrolment, own_standings
from learning.services import enrol
from tests.cast import make_person, sign_in
from tests.factories import complete
from xapi.models import Statement
from xapi.selectors import own_statement

DESK = "/en/desk/officers/"
#: The only roles that see names; said here once more on purpose, as a second opinion on ROLE_RIGHTS.
SEE_NAMES = {Role.COORDINATOR, Role.DEPUTY_COORDINATOR}
MEMBERS, AGENCIES = 3, 2

# The objects of a test are made once; each example adds its postings and takes them away again.
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass(frozen=True)
class Draw:
    """One posting to be made: role, member and agency by place, first and last day counted from today."""

    role: Role
    member: int
    agency: int | None
    starts: int
    ends: int | None

    @property
    def runs_today(self) -> bool:
        return self.starts <= 0 and (self.ends is None or self.ends >= 0)


@st.composite
def draws(draw) -> Draw:
    starts = draw(st.integers(-3, 3))
    return Draw(
        # Half of all postings are of a role that sees names, or the examples would mostly see nothing.
        role=draw(st.sampled_from(sorted(SEE_NAMES)) | st.sampled_from(list(Role))),
        member=draw(st.integers(0, MEMBERS - 1)),
        agency=draw(st.none() | st.integers(0, AGENCIES - 1)),
        starts=starts,
        ends=draw(st.none() | st.integers(starts, 4)),
    )


some_postings = st.lists(draws(), max_size=4)


@dataclass
class Map:
    """Members with agencies, and one enrolled and certified officer in each agency and in none."""

    members: list[Member]
    agencies: list[list[Agency]]
    enrolments: list[Enrolment]

    @contextmanager
    def viewer(self, wanted: list[Draw], **changes) -> Iterator[User]:
        """A person with these postings, who is gone again afterwards."""
        today = timezone.localdate()
        with transaction.atomic():
            person = make_person(f"viewer-{uuid.uuid4()}", full_name="Viewer", **changes)
            for each in wanted:
                of_rso = each.role in MEMBERLESS_ROLES
                Posting.objects.create(
                    user=person,
                    role=each.role,
                    member=None if of_rso else self.members[each.member],
                    agency=None if of_rso or each.agency is None else self.agencies[each.member][each.agency],
                    starts_on=today + dt.timedelta(days=each.starts),
                    ends_on=None if each.ends is None else today + dt.timedelta(days=each.ends),
                )
            yield User.objects.get(pk=person.pk)
            transaction.set_rollback(True)

    def due(self, wanted: list[Draw]) -> set[int]:
        """The enrolments that these postings entitle to see, worked out row by row and not by a query."""
        found = set()
        for enrolment in self.enrolments:
            for each in wanted:
                at_member = enrolment.member == self.members[each.member]
                at_agency = each.agency is None or enrolment.agency == self.agencies[each.member][each.agency]
                if each.role in SEE_NAMES and each.runs_today and at_member and at_agency:
                    found.add(enrolment.pk)
        return found


@pytest.fixture
def region(course) -> Map:
    members = [Member.objects.create(code=f"M{place}", name=f"Member {place}") for place in range(MEMBERS)]
    agencies = [
        [Agency.objects.create(member=member, name=f"Agency {place}") for place in range(AGENCIES)]
        for member in members
    ]
    enrolments = []
    for number, (member, agency) in enumerate(
        (member, agency) for member, own in zip(members, agencies, strict=True) for agency in [None, *own]
    ):
        # No posting today: what counts is where the officer served when the course was taken.
        actor = actor_of(make_person(f"learner{number}", full_name=f"Zq{number}x Learner"))
        enrolment = Enrolment.objects.create(
            actor=actor, course=course.course, edition=course.revision.edition, member=member, agency=agency
        )
        Award.objects.create(
            actor=actor,
            enrolment=enrolment,
            course=course.course,
            member=member,
            holder_name=actor.user.full_name,
            edition=1,
            revision=1,
            language="en",
            content="0" * 64,
            is_specimen=True,
            snapshot={"course": "Course T1"},
            valid_until=timezone.localdate() + dt.timedelta(days=700),
        )
        enrolments.append(enrolment)
    return Map(members, agencies, enrolments)


@quick
@given(wanted=some_postings)
@example(wanted=[Draw(Role.COORDINATOR, 0, None, 0, None)])
@example(wanted=[Draw(Role.COORDINATOR, 0, 1, 0, None), Draw(Role.OFFICER, 1, None, 0, None)])
@example(wanted=[Draw(Role.ADMINISTRATOR, 0, None, 0, None), Draw(Role.COORDINATOR, 1, None, -3, -1)])
def test_one_sees_exactly_what_todays_postings_entitle_to(region, wanted):
    due = region.due(wanted)
    with region.viewer(wanted) as viewer:
        assert {each.pk for each in enrolments_seen_by(viewer)} == due
        assert {each.enrolment_id for each in awards_seen_by(viewer)} == due


@quick
@given(wanted=some_postings)
def test_an_account_out_of_use_sees_nothing_whatever_it_is_posted_to(region, wanted):
    with region.viewer(wanted, is_active=False) as viewer:
        assert not enrolments_seen_by(viewer).exists()
        assert not awards_seen_by(viewer).exists()


def test_a_stranger_sees_nothing(region):
    assert not enrolments_seen_by(AnonymousUser()).exists()
    assert not awards_seen_by(AnonymousUser()).exists()
    assert own_enrolment(AnonymousUser(), "t1") is None


@quick
@given(wanted=some_postings)
def test_the_page_of_a_coordinator_names_whom_the_postings_entitle_to_and_nobody_else(region, wanted):
    due = region.due(wanted)
    may = any(each.role in SEE_NAMES and each.runs_today for each in wanted)
    with region.viewer(wanted) as viewer:
        client = Client()
        sign_in(client, viewer)
        answer = client.get(DESK)
        assert answer.status_code == (200 if may else 403)
        page = answer.content.decode()
        for enrolment in region.enrolments:
            person = enrolment.actor.user
            assert (person.full_name in page) is (enrolment.pk in due), person.full_name
            if enrolment.pk not in due:
                for secret in (
                    person.uuid,
                    person.username,
                    enrolment.uuid,
                    enrolment.awards.get().uuid,
                    enrolment.awards.get().number,
                ):
                    assert str(secret) not in page


@quick
@given(wanted=some_postings)
def test_what_is_ones_own_is_only_ones_own_whatever_one_is_posted_to(region, wanted):
    with region.viewer(wanted) as viewer:
        assert own_standings(viewer, "en") == []
        assert own_awards(viewer) == []
        assert own_enrolment(viewer, "t1") is None
        for enrolment in region.enrolments:
            with pytest.raises(Http404):
                own_award(viewer, enrolment.awards.get().uuid)


def test_the_same_holds_for_papers_and_the_record(cast, course):
    """The officer's attempt and statements, asked for by everybody else of the cast."""
    complete(cast.officer, course.course)
    attempt, statement = Attempt.objects.get(), Statement.objects.first()
    assert own_attempt(cast.officer, attempt.uuid) == attempt
    assert own_statement(cast.officer, statement.uuid) == statement
    for person in (value for value in vars(cast).values() if isinstance(value, User) and value != cast.officer):
        with pytest.raises(Http404):
            own_attempt(person, attempt.uuid)
        with pytest.raises(Http404):
            paper_question(person, attempt.uuid, 1, "en")
        assert own_statement(person, statement.uuid) is None


def test_an_officer_who_moves_to_another_member_takes_no_history_along(cast, course):
    enrolment = enrol(by=cast.officer, course=course.course)
    Posting.objects.filter(user=cast.officer).delete()
    Posting.objects.create(user=cast.officer, role=Role.OFFICER, member=cast.away)
    assert list(enrolments_seen_by(cast.coordinator)) == [enrolment]
    assert not enrolments_seen_by(cast.foreign_coordinator).exists()


def test_the_page_of_one_member_holds_nothing_of_another_though_all_have_learned(cast, course):
    complete(cast.officer, course.course)
    complete(cast.outsider, course.course)
    pages = {
        member: cast.client(coordinator).get(DESK).content.decode()
        for member, coordinator in (("home", cast.coordinator), ("away", cast.foreign_coordinator))
    }
    assert cast.officer.full_name in pages["home"] and cast.outsider.full_name in pages["away"]
    for page, stranger in ((pages["home"], cast.outsider), (pages["away"], cast.officer)):
        award = Award.objects.get(actor__user=stranger)
        attempt = Attempt.objects.get(enrolment__actor__user=stranger)
        for secret in (stranger.full_name, stranger.uuid, award.uuid, award.number, award.enrolment.uuid, attempt.uuid):
            assert str(secret) not in page


def said(answer, typed: object) -> str:
    """A page without the address that was asked for and without the token of its forms."""
    return re.sub(r'value="[^"]*"', "", answer.content.decode()).replace(str(typed), "")


def test_a_guessed_address_answers_as_if_there_were_nothing(cast, course):
    """Not yours and not there are the same page, so that nobody learns who has taken what."""
    enrolment = complete(cast.outsider, course.course)
    finished = Attempt.objects.get(enrolment=enrolment)
    running = start_attempt(by=cast.outsider, enrolment=enrolment, key="pre-test", language="en")
    award = Award.objects.get()
    addresses = [("certificates:pdf", {"award": award.uuid}, "award")]
    for attempt in (finished, running):
        for name in ("overview", "hand_in", "result"):
            addresses.append((f"assessments:{name}", {"attempt": attempt.uuid}, "attempt"))
        addresses.append(("assessments:question", {"attempt": attempt.uuid, "position": 1}, "attempt"))
    for person in (cast.officer, cast.coordinator, cast.foreign_coordinator, cast.rso, cast.trainer, cast.admin):
        client = cast.client(person)
        for name, kwargs, key in addresses:
            nowhere = {**kwargs, key: uuid.uuid4()}
            real, none = client.get(reverse(name, kwargs=kwargs)), client.get(reverse(name, kwargs=nowhere))
            assert real.status_code == none.status_code == 404, (name, person)
            assert said(real, kwargs[key]) == said(none, nowhere[key]), (name, person)
            assert cast.outsider.full_name not in real.content.decode()


def test_the_uuid_of_a_certificate_opens_its_public_page_and_never_its_paper(cast, course):
    complete(cast.outsider, course.course)
    award = Award.objects.get()
    page = cast.client(cast.officer).get(reverse("certificates:verify_one", args=[award.uuid]))
    assert page.status_code == 200
    text = page.content.decode()
    for secret in (cast.outsider.full_name, cast.outsider.username, "Thailand", str(award.enrolment.uuid)):
        assert secret not in text
    assert cast.client(cast.officer).get(reverse("certificates:pdf", args=[award.uuid])).status_code == 404
