"""What a member writes stays with its own officers, whoever looks: random postings, states, days and languages.

What may come back is worked out here row by row, in plain Python and a second time, and compared with the selectors.
"""

import datetime as dt
import uuid
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import Member, Posting, User
from accounts.permissions import Refused
from accounts.roles import MEMBERLESS_ROLES, Role
from accounts.services import actor_of
from learning import selectors
from learning.models import AnnexText
from tests.cast import make_person
from tests.learning.annex import LESSON, add_box

MEMBERS, LANGUAGES = 3, ("en", "id", "ur")
STATES = ("draft", "submitted", "approved", "returned", "withdrawn")
#: Said here once more on purpose, as a second opinion on ROLE_RIGHTS.
KEEPERS = {Role.COORDINATOR, Role.DEPUTY_COORDINATOR}

quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass(frozen=True)
class Draw:
    """One posting: a role at a member, from a day to a day counted from today."""

    role: Role
    member: int
    starts: int
    ends: int | None

    @property
    def runs(self) -> bool:
        return self.starts <= 0 and (self.ends is None or self.ends >= 0)

    @property
    def is_of_rso(self) -> bool:
        return self.role in MEMBERLESS_ROLES


@st.composite
def draws(draw) -> Draw:
    starts = draw(st.integers(-2, 2))
    roles = st.sampled_from([Role.OFFICER, Role.COORDINATOR, Role.LEGAL_REVIEWER]) | st.sampled_from(list(Role))
    return Draw(draw(roles), draw(st.integers(0, MEMBERS - 1)), starts, draw(st.none() | st.integers(starts, 3)))


texts = st.lists(
    st.tuples(st.integers(0, MEMBERS - 1), st.sampled_from(LANGUAGES), st.sampled_from(STATES[1:]), st.integers(-2, 2)),
    max_size=8,
)
worlds = {
    "postings": st.lists(draws(), max_size=3),
    "written": texts,
    "standings": st.tuples(*[st.sampled_from(["member", "member", "observer"])] * MEMBERS),
    "language": st.sampled_from(LANGUAGES),
    "strict": st.booleans(),
}


@pytest.fixture
def region(course):
    add_box(course)
    tags = (["id"], ["ur", "en"], [])
    members = [
        Member.objects.create(code=f"M{chr(65 + place)}", name=f"Member {place}", languages=tags[place])
        for place in range(MEMBERS)
    ]
    return course.course, members, actor_of(make_person("writer"))


@contextmanager
def world(region, postings, written, standings):
    course, members, writer = region
    today, now = timezone.localdate(), timezone.now()
    with transaction.atomic():
        for member, status in zip(members, standings, strict=True):
            member.status = status
            member.save()
        person = make_person(f"viewer-{uuid.uuid4()}", full_name="Viewer")
        for each in postings:
            Posting.objects.create(
                user=person,
                role=each.role,
                member=None if each.is_of_rso else members[each.member],
                starts_on=today + dt.timedelta(days=each.starts),
                ends_on=None if each.ends is None else today + dt.timedelta(days=each.ends),
            )
        rows = []
        for number, (member, language, state, day) in enumerate(written):
            if state == "submitted" and any(
                (row.member, row.language, row.state) == (members[member], language, "submitted") for row in rows
            ):
                continue
            reviewed = state in ("approved", "returned")
            rows.append(
                AnnexText.objects.create(
                    member=members[member],
                    course=course,
                    lesson=LESSON,
                    block="law-1",
                    language=language,
                    text=f"Text {number}",
                    valid_from=today + dt.timedelta(days=day),
                    state=state,
                    comment="No" if state == "returned" else "",
                    written_by=writer,
                    submitted_by=writer,
                    submitted_at=now,
                    reviewed_by=writer if reviewed else None,
                    reviewed_at=now if reviewed else None,
                    withdrawn_at=now if state == "withdrawn" else None,
                )
            )
        yield User.objects.get(pk=person.pk), rows
        transaction.set_rollback(True)


def learns_under(postings) -> int | None:
    """The member of the posting that counts for learning: as officer first, then with a member, then the newest."""
    running = [(place, each) for place, each in enumerate(postings) if each.runs]
    if not running:
        return None
    best = min(running, key=lambda one: (one[1].role != Role.OFFICER, one[1].is_of_rso, -one[0]))[1]
    return None if best.is_of_rso else best.member


@quick
@given(**worlds)
@example([Draw(Role.OFFICER, 0, 0, None)], [(1, "en", "approved", 0)], ("member",) * 3, "en", True)
@example(
    [Draw(Role.OFFICER, 0, -2, -1), Draw(Role.OFFICER, 1, 0, None)],
    [(0, "en", "approved", 0), (1, "ur", "submitted", 0)],
    ("member",) * 3,
    "en",
    False,
)
def test_whoever_reads_a_box_reads_the_newest_text_of_the_own_member_or_nothing(
    region, settings, postings, written, standings, language, strict
):
    settings.REQUIRE_REVIEW = strict
    _course, members, _writer = region
    place = learns_under(postings)
    with world(region, postings, written, standings) as (viewer, rows):
        found = selectors.own_annex(viewer, region[0].pk, LESSON, language)
        due: dict[str, AnnexText] = {}
        if place is not None and standings[place] == "member":
            for row in sorted(rows, key=lambda each: (each.valid_from, each.pk)):
                readable = row.state == "approved" or (row.state == "submitted" and not strict)
                if row.member == members[place] and readable and row.valid_from <= timezone.localdate():
                    due[row.language] = row
        order = [language, *{0: ("id", "en"), 1: ("ur", "en"), 2: ("en",)}.get(place or 0, ()), *LANGUAGES]
        expected = next((due[each].text for each in order if each in due), None)
        assert (found["law-1"].text if found else None) == expected
        if place is not None and standings[place] == "member":
            in_force = selectors.annex_in_force(members[place], region[0], timezone.localdate())
            assert {row.pk for row in in_force} == {row.pk for row in due.values()}


@quick
@given(**worlds)
@example([Draw(Role.COORDINATOR, 0, 0, None)], [(0, "en", "approved", 0), (1, "en", "approved", 0)],
         ("member",) * 3, "en", True)  # fmt: skip
def test_a_desk_holds_texts_of_the_own_member_and_the_queue_is_for_lawyers(
    region, settings, postings, written, standings, language, strict
):
    settings.REQUIRE_REVIEW = strict
    _course, members, _writer = region
    keeps = {members[each.member] for each in postings if each.runs and each.role in KEEPERS}
    with world(region, postings, written, standings) as (viewer, rows):
        assert set(selectors.texts_seen_by(viewer)) == {row for row in rows if row.member in keeps}
        mine = {member for member in keeps if standings[members.index(member)] == "member"}
        if keeps:
            assert set(selectors.members_of_keeper(viewer)) == mine
        else:
            with pytest.raises(Refused):
                selectors.members_of_keeper(viewer)
        shown = {
            text.pk
            for member in mine
            for annex in selectors.annex_of(viewer, member, language)
            for cell in annex.cells
            for text in cell.texts
        }
        assert shown <= {row.pk for row in rows if row.member in mine}
        if any(each.runs and each.role == Role.LEGAL_REVIEWER for each in postings):
            waiting = {each.text.pk for each in selectors.waiting_texts(viewer, language)}
            assert waiting == {
                row.pk for row in rows if row.state == "submitted" and standings[members.index(row.member)] == "member"
            }
        else:
            with pytest.raises(Refused):
                selectors.waiting_texts(viewer, language)
