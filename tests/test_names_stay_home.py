"""Names stay with the member they belong to, whoever asks: random people, postings, policies and restricted flags.

What may come back is worked out here row by row, in plain Python and a second time, and compared with the selectors.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import Agency, Member, Posting, User
from accounts.permissions import Right
from accounts.roles import MEMBERLESS_ROLES, Role
from accounts.selectors import name_for, people_seen_by
from accounts.services import actor_of
from certificates.models import Award
from certificates.selectors import awards_seen_by, read_shared, shared_rows
from learning.models import Enrolment
from learning.selectors import enrolments_seen_by
from learning.sharing import enrolments_shared_with, members_shared_with
from tests.cast import make_person

MEMBERS, AGENCIES, PEOPLE = 3, 2, 4
#: Said here once more on purpose, as a second opinion on ROLE_RIGHTS.
SEE_NAMES = {Role.COORDINATOR, Role.DEPUTY_COORDINATOR}
SEE_SHARED = {Role.RSO_CERTIFICATION}

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass(frozen=True)
class Draw:
    """One posting to be made; places and days are numbers, counted from today."""

    role: Role
    member: int
    agency: int | None
    starts: int
    ends: int | None

    @property
    def runs(self) -> bool:
        return self.starts <= 0 and (self.ends is None or self.ends >= 0)

    @property
    def is_over(self) -> bool:
        return self.ends is not None and self.ends < 0

    @property
    def is_of_rso(self) -> bool:
        return self.role in MEMBERLESS_ROLES

    def covers(self, member: int, agency: int | None) -> bool:
        """Whether a role held here, of one member or agency, reaches a row there."""
        return self.member == member and self.agency in (None, agency)


@dataclass(frozen=True)
class Somebody:
    """An officer to be made: postings, what is restricted, and where the course was taken."""

    postings: tuple[Draw, ...]
    restricted: bool
    pseudonymous: bool
    enrolled: tuple[int, int | None]


@st.composite
def draws(draw, roles=None) -> Draw:
    starts = draw(st.integers(-3, 3))
    common = st.sampled_from(sorted(SEE_NAMES | SEE_SHARED)) | st.sampled_from(list(Role))
    return Draw(
        role=draw(common if roles is None else roles),
        member=draw(st.integers(0, MEMBERS - 1)),
        agency=draw(st.none() | st.integers(0, AGENCIES - 1)),
        starts=starts,
        ends=draw(st.none() | st.integers(starts, 4)),
    )


places = st.tuples(st.integers(0, MEMBERS - 1), st.none() | st.integers(0, AGENCIES - 1))
somebody = st.builds(
    Somebody,
    postings=st.lists(draws(st.just(Role.OFFICER)), max_size=2).map(tuple),
    restricted=st.booleans(),
    pseudonymous=st.booleans(),
    enrolled=places,
)
worlds = {
    "viewing": st.lists(draws(), max_size=3),
    "people": st.lists(somebody, min_size=1, max_size=PEOPLE),
    "policies": st.tuples(*[st.sampled_from(["counts", "codes", "names"])] * MEMBERS),
}


@dataclass
class World:
    """The rows of one example."""

    viewer: User
    people: list[User]
    enrolments: list[Enrolment]
    members: list[Member]


@dataclass
class Region:
    """What all examples share: the course, members and agencies."""

    course: object
    edition: object
    members: list[Member]
    agencies: list[list[Agency]]

    @contextmanager
    def world(self, viewing: list[Draw], people: list[Somebody], policies: tuple[str, ...]) -> Iterator[World]:
        with transaction.atomic():
            members = []
            for member, policy in zip(self.members, policies, strict=True):
                member.sharing = policy
                member.save()
                members.append(member)
            viewer = self._person("viewer", viewing)
            made, enrolments = [], []
            for number, each in enumerate(people):
                person = self._person(
                    f"officer{number}",
                    each.postings,
                    is_restricted=each.restricted,
                    full_name="" if each.pseudonymous else f"Zq{number}x Name",
                )
                enrolment = self._enrol(person, *each.enrolled)
                made.append(person)
                enrolments.append(enrolment)
            yield World(User.objects.get(pk=viewer.pk), made, enrolments, members)
            transaction.set_rollback(True)

    def _person(self, name: str, postings, **fields) -> User:
        today = timezone.localdate()
        person = make_person(f"{name}-{uuid.uuid4()}", **{"full_name": "Viewer", **fields})
        for each in postings:
            Posting.objects.create(
                user=person,
                role=each.role,
                member=None if each.is_of_rso else self.members[each.member],
                agency=None if each.is_of_rso or each.agency is None else self.agencies[each.member][each.agency],
                starts_on=today + dt.timedelta(days=each.starts),
                ends_on=None if each.ends is None else today + dt.timedelta(days=each.ends),
            )
        return person

    def _enrol(self, person: User, member: int, agency: int | None) -> Enrolment:
        enrolment = Enrolment.objects.create(
            actor=actor_of(person),
            course=self.course,
            edition=self.edition,
            member=self.members[member],
            agency=None if agency is None else self.agencies[member][agency],
        )
        Award.objects.create(
            actor=enrolment.actor,
            enrolment=enrolment,
            course=self.course,
            member=enrolment.member,
            holder_name=person.full_name,
            edition=1,
            revision=1,
            language="en",
            content="0" * 64,
            is_specimen=False,
            snapshot={"course": "Course T1"},
            valid_until=timezone.localdate() + dt.timedelta(days=700),
        )
        return enrolment


@pytest.fixture
def region(course) -> Region:
    members = [Member.objects.create(code=f"M{chr(65 + place)}", name=f"Member {place}") for place in range(MEMBERS)]
    agencies = [
        [Agency.objects.create(member=member, name=f"Agency {place}") for place in range(AGENCIES)]
        for member in members
    ]
    return Region(course.course, course.revision.edition, members, agencies)


def names_seen(viewing: list[Draw]) -> list[Draw]:
    return [each for each in viewing if each.runs and each.role in SEE_NAMES]


COORDINATOR = Draw(Role.COORDINATOR, 0, None, 0, None)
RSO = Draw(Role.RSO_CERTIFICATION, 0, None, 0, None)


def officer_of(member: int, agency: int | None = None, starts: int = -3, ends: int | None = None) -> Draw:
    return Draw(Role.OFFICER, member, agency, starts, ends)


@quick
@given(**worlds)
@example(
    viewing=[COORDINATOR],
    people=[Somebody((officer_of(1),), True, False, (0, None)), Somebody((officer_of(0),), True, False, (0, None))],
    policies=("names",) * 3,
)
def test_a_list_holds_rows_of_the_own_member_only_and_a_restricted_name_only_while_one_is_served(
    region, viewing, people, policies
):
    seeing = names_seen(viewing)
    with region.world(viewing, people, policies) as world:
        due = {
            enrolment.pk
            for enrolment, each in zip(world.enrolments, people, strict=True)
            if any(scope.covers(*each.enrolled) for scope in seeing)
        }
        assert {row.pk for row in enrolments_seen_by(world.viewer)} == due
        assert {row.enrolment_id for row in awards_seen_by(world.viewer)} == due
        for person, each in zip(world.people, people, strict=True):
            postings = list(Posting.objects.current().filter(user=person))
            serves = any(scope.covers(own.member, own.agency) for own in each.postings if own.runs for scope in seeing)
            named = not each.restricted or serves
            expected = person.full_name if named else person.learner_code
            assert name_for(world.viewer, person, postings) == expected


@quick
@given(**worlds)
@example(
    viewing=[Draw(Role.COORDINATOR, 0, 1, 0, None)],
    people=[
        Somebody((officer_of(0, 0),), False, False, (0, 0)),
        Somebody((officer_of(0, 1, -3, -1),), False, False, (0, 1)),
    ],
    policies=("counts",) * 3,
)
def test_the_people_of_a_right_are_those_who_serve_within_its_scope_or_served_there_last(
    region, viewing, people, policies
):
    seeing = names_seen(viewing)
    with region.world(viewing, people, policies) as world:
        found = set(people_seen_by(world.viewer, Right.SEE_OFFICERS))
        # The viewer's own account: whether it is among them is for the same rule to say.
        for person, postings in [
            *zip(world.people, [each.postings for each in people], strict=True),
            (world.viewer, tuple(viewing)),
        ]:
            open_ = [own for own in postings if not own.is_over]
            ended = sorted((own for own in postings if own.is_over), key=lambda own: own.ends)
            latest = [own for own in ended if own.ends == ended[-1].ends][-1:] if ended else []
            counted = open_ or latest
            due = any(not own.is_of_rso and scope.covers(own.member, own.agency) for own in counted for scope in seeing)
            assert (person in found) is due, (person, postings)


@quick
@given(**worlds)
@example(
    viewing=[RSO],
    people=[
        Somebody((officer_of(0),), False, False, (0, None)),
        Somebody((officer_of(0),), True, False, (0, None)),
        Somebody((officer_of(1),), False, False, (0, None)),
        Somebody((), False, False, (1, None)),
    ],
    policies=("names", "codes", "counts"),
)
@example(viewing=[COORDINATOR], people=[Somebody((), False, False, (0, None))], policies=("names",) * 3)
def test_the_rso_gets_what_a_member_shares_and_no_name_that_anybody_concerned_keeps(region, viewing, people, policies):
    may = any(each.runs and each.role in SEE_SHARED for each in viewing)
    with region.world(viewing, people, policies) as world:
        shared = [member for member in world.members if may and member.sharing != "counts"]
        assert set(members_shared_with(world.viewer)) & set(region.members) == set(shared)
        due = {}
        for person, enrolment, each in zip(world.people, world.enrolments, people, strict=True):
            if enrolment.member in shared:
                concerned = {policies[own.member] for own in each.postings if own.runs} | {enrolment.member.sharing}
                named = concerned == {"names"} and not each.restricted
                due[enrolment.pk] = person.full_name if named else person.learner_code
        assert {row.pk: row.shown_as for row in enrolments_shared_with(world.viewer)} == due
        for member in world.members:
            here = [due[row.pk] for row in world.enrolments if row.pk in due and row.member == member]
            rows = read_shared(shared_rows(world.viewer, member, region.course))
            assert sorted(row.shown_as for row in rows) == sorted(here)
            file = {row.person for row in read_shared(shared_rows(world.viewer, member, region.course, as_file=True))}
            assert not file & {person.uuid for person in world.people if person.is_restricted}
            assert file == {row.person for row in rows} - {p.uuid for p in world.people if p.is_restricted}
