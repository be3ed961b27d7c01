"""Reads of the national annex for those who keep it, each of one's own member, and for those who review it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.hooks import OpenThing, tells_what_is_open
from accounts.models import Member, Posting, User
from accounts.permissions import Refused, Right, Viewer, scope_of
from accounts.selectors import posting_to_learn_under
from learning.models import AnnexText, Course, Enrolment
from learning.permissions import annex_languages, has_annex, keeps_an_annex, may_keep_annex, reviews_annex
from learning.selectors.annex import (
    Box,
    OwnAnnex,
    boxes_of,
    contacts_of,
    in_force,
    knows_box,
    lessons_done,
    newest_by_box,
    running_notices,
    statement_id,
)
from learning.selectors.classes import CourseName, course_names
from xapi.selectors import recorded

State = AnnexText.State


def members_of_keeper(viewer: Viewer) -> list[Member]:
    """The members whose annex the viewer keeps.

    Raises:
        Refused: the viewer coordinates no whole member.
    """
    if not keeps_an_annex(viewer):
        raise Refused(_("Only the coordinators of a whole member write its national annex."))
    members = Member.objects.filter(pk__in=scope_of(viewer, Right.KEEP_ANNEX).members)
    return [member for member in members if has_annex(member)]


def member_of_keeper(viewer: Viewer, code: str) -> Member:
    """One of them.

    Raises:
        Http404: there is no such member, or it is not the viewer's; both answer the same.
        Refused: the viewer coordinates no whole member.
    """
    member = next((each for each in members_of_keeper(viewer) if each.code == code), None)
    if member is None:
        raise Http404(_("There is no such member among yours."))
    return member


def texts_seen_by(viewer: Viewer) -> QuerySet[AnnexText]:
    """The annex texts that a viewer may see as one who keeps them: those of the own members, nothing else."""
    members = scope_of(viewer, Right.KEEP_ANNEX).members
    return AnnexText.objects.filter(member__in=members).select_related("member", "course", "written_by")


def one_text(viewer: Viewer, text: uuid.UUID) -> AnnexText:
    """One of them.

    Raises:
        Http404: there is no such text, or it is not of the viewer's member.
        Refused: the viewer coordinates no whole member.
    """
    members = members_of_keeper(viewer)
    found = texts_seen_by(viewer).filter(uuid=text, member__in=members).first()
    if found is None:
        raise Http404(_("There is no such text among those of your member."))
    return found


@dataclass(frozen=True)
class Cell:
    """One box in one language, as those who keep the annex see it.

    Attributes:
        texts: every text of it, oldest first.
        read: what officers read now, if anything.
    """

    box: Box
    language: str
    texts: Sequence[AnnexText]
    read: AnnexText | None

    @property
    def open(self) -> AnnexText | None:
        """What is being written, or waits for the review."""
        return next((text for text in self.texts if text.state in AnnexText.OPEN), None)

    @property
    def returned(self) -> AnnexText | None:
        """What was returned, while nothing newer was handed in, approved or withdrawn."""
        handed_in = [text for text in self.texts if text.state != State.DRAFT]
        last = max(handed_in, key=lambda text: text.pk, default=None)
        return last if last is not None and last.state == State.RETURNED else None

    @property
    def to_come(self) -> AnnexText | None:
        """What is approved and begins on a later day."""
        return next((text for text in self.texts if text.state == State.APPROVED and text.is_to_come()), None)

    @property
    def is_waiting(self) -> bool:
        return self.open is not None and self.open.state == State.SUBMITTED

    @property
    def is_draft(self) -> bool:
        return self.open is not None and self.open.state == State.DRAFT

    @property
    def is_behind(self) -> bool:
        """Whether the author asks for something else since the text that officers read was written."""
        return self.read is not None and self.read.basis != self.box.basis

    @property
    def has_old_numbers(self) -> bool:
        """Whether officers read a number that nobody called in the last twelve months."""
        return self.read is not None and any(each.is_old for each in contacts_of(self.read) if each.number)


@dataclass(frozen=True)
class CourseAnnex:
    """The annex of one member in one course: its boxes, each in every language of the member.

    Attributes:
        counts: box → (how many officers have read it again, how many were asked).
    """

    member: Member
    course: Course
    name: CourseName
    languages: Sequence[str]
    rows: Sequence[tuple[Box, Sequence[Cell]]]
    counts: Mapping[str, tuple[int, int]]

    @property
    def cells(self) -> list[Cell]:
        return [cell for _box, cells in self.rows for cell in cells]

    @property
    def by_language(self) -> list[tuple[str, int, int]]:
        """(language, how many boxes officers read in it, how many there are)."""
        return [
            (language, sum(cell.read is not None for cell in self.cells if cell.language == language), len(self.rows))
            for language in self.languages
        ]

    @property
    def empty_boxes(self) -> int:
        """Boxes of which officers read nothing in any language."""
        return sum(all(cell.read is None for cell in cells) for _box, cells in self.rows)

    @property
    def waiting(self) -> int:
        return sum(cell.is_waiting for cell in self.cells)

    @property
    def drafts(self) -> int:
        return sum(cell.is_draft for cell in self.cells)

    @property
    def returned(self) -> int:
        return sum(cell.returned is not None for cell in self.cells)

    @property
    def behind(self) -> int:
        return sum(cell.is_behind for cell in self.cells)

    @property
    def old_numbers(self) -> int:
        return sum(cell.has_old_numbers for cell in self.cells)


def _courses_for(member: Member) -> QuerySet[Course]:
    """The courses that officers of a member may take, or could once."""
    return Course.objects.filter(~Q(access=Course.Access.MEMBERS) | Q(open_to=member)).distinct()


def annex_of(viewer: Viewer, member: Member, language: str, *, slug: str = "") -> list[CourseAnnex]:
    """The annex of one of the viewer's members, course by course; courses without a country box are not there.

    Arguments:
        slug: of the only course that is wanted.

    Raises:
        Http404: the member is not one of the viewer's.
    """
    member_of_keeper(viewer, member.code)
    courses = {course.pk: course for course in _courses_for(member).filter(**({"slug": slug} if slug else {}))}
    boxes = boxes_of(courses.values())
    today = timezone.localdate()
    texts: dict[tuple[int, str, str], list[AnnexText]] = defaultdict(list)
    for text in texts_seen_by(viewer).filter(member=member, course__in=boxes):
        texts[text.course_id, text.box, text.language].append(text)
    names = course_names([courses[pk] for pk in boxes], language) if boxes else {}
    counts = _counts(member, boxes)
    languages = annex_languages(member.languages)
    found = []
    for pk, course in courses.items():
        if pk not in boxes:
            continue
        rows = []
        for box in boxes[pk]:
            cells = []
            for each in languages:
                own = texts.get((pk, box.key, each), [])
                cells.append(Cell(box, each, own, in_force(own, today).get((box.key, each))))
            rows.append((box, cells))
        own_counts = {box: number for (course_pk, box), number in counts.items() if course_pk == pk}
        found.append(CourseAnnex(member, course, names[pk], languages, rows, own_counts))
    return found


def course_annex(viewer: Viewer, code: str, slug: str, language: str) -> CourseAnnex:
    """The annex of one of the viewer's members in one course.

    Raises:
        Http404: the member is not one of the viewer's, or the course has no country box for it.
        Refused: the viewer coordinates no whole member.
    """
    member = member_of_keeper(viewer, code)
    found = annex_of(viewer, member, language, slug=slug)
    if not found:
        raise Http404(_("This course has no country boxes."))
    return found[0]


def one_cell(annex: CourseAnnex, lesson: str, block: str, language: str) -> Cell:
    """One box of a course in one language of the member.

    Raises:
        Http404: the course has no such box, or the member no such language.
    """
    for cell in annex.cells:
        if (cell.box.lesson, cell.box.block, cell.language) == (lesson, block, language):
            return cell
    raise Http404(_("There is no such country box."))


def box_of(course: Course, lesson: str, block: str) -> Box | None:
    """One box of a course, or None where no edition has it any more."""
    own = boxes_of([course]).get(course.pk, [])
    return next((box for box in own if (box.lesson, box.block) == (lesson, block)), None)


def read_on(annex: CourseAnnex, box: Box, day: dt.date) -> list[OwnAnnex]:
    """What officers of the member could read in a box on a day, in each language."""
    texts = [text for cell in annex.cells if cell.box.key == box.key for text in cell.texts]
    return [OwnAnnex.of(text) for text in in_force(sorted(texts, key=_order), day).values()]


def _order(text: AnnexText) -> tuple[dt.date, int]:
    return text.valid_from, text.pk


@tells_what_is_open
def annex_that_waits(viewer: Viewer, posting: Posting) -> list[OpenThing]:
    """Drafts, and texts that wait for the review, of the member of a coordinator's posting; none of an agency's."""
    if posting.agency_id is not None:
        return []
    rows = AnnexText.objects.filter(member=posting.member_id, state__in=AnnexText.OPEN)
    return [OpenThing(_("Texts of the national annex that are not approved yet"), rows.count(), reverse("annex:desk"))]


# --- how many have read again


def _counts(member: Member, boxes: Mapping[int, Sequence[Box]]) -> dict[tuple[int, str], tuple[int, int]]:
    """(course, box) → how many of the member's officers of today have read it again, and how many were asked."""
    notices = newest_by_box(running_notices().filter(text__member=member, text__course__in=boxes))
    if not notices:
        return {}
    enrolments = _enrolments_of(member, {course for course, _box in notices})
    done = lessons_done(enrolments, (notice.text.lesson for notice in notices.values()))
    editions = {(course, box.key): box.editions for course, own in boxes.items() for box in own}
    asked: dict[tuple[int, str], list[uuid.UUID]] = {}
    for (course, box), notice in notices.items():
        asked[course, box] = [
            statement_id(each, notice)
            for each in enrolments
            if each.course_id == course
            and each.edition_id in editions.get((course, box), ())
            and knows_box(each, notice, done.get((each.pk, notice.text.lesson)))
        ]
    read = recorded(each for ids in asked.values() for each in ids)
    return {key: (sum(each in read for each in ids), len(ids)) for key, ids in asked.items()}


def _enrolments_of(member: Member, courses: Iterable[int]) -> list[Enrolment]:
    """The open enrolments of people who learn under this member today, whoever's officers they were when they began."""
    here: dict[int | None, list[Posting]] = defaultdict(list)
    inside = Posting.objects.current().filter(member=member).values("user")
    for posting in Posting.objects.current().filter(user__in=inside, user__is_active=True):
        here[posting.user_id].append(posting)
    people = [
        person
        for person, postings in here.items()
        if (posting_to_learn_under(postings) or postings[0]).member_id == member.pk
    ]
    rows = Enrolment.objects.filter(course__in=list(courses), ended_at=None, actor__user__in=people)
    return list(rows.select_related("progress", "actor"))


# --- the reviewer's side


@dataclass(frozen=True)
class Waiting:
    """A text that waits for the review, with the box that it is for and what officers read until now.

    Attributes:
        box: None where no edition has it any more.
        is_own: whether the viewer wrote it, so that somebody else reviews it.
    """

    text: AnnexText
    course: CourseName
    box: Box | None
    before: AnnexText | None
    is_own: bool


def waiting_texts(viewer: Viewer, language: str) -> list[Waiting]:
    """What waits for the review, the oldest first, of every member that has an annex.

    Raises:
        Refused: the viewer is no legal reviewer.
    """
    if not reviews_annex(viewer):
        raise Refused(_("The national annex is reviewed by the legal reviewers of the RSO."))
    rows = AnnexText.objects.filter(state=State.SUBMITTED).select_related(
        "member", "course", "written_by", "submitted_by"
    )
    texts = [text for text in rows.order_by("submitted_at", "pk") if has_annex(text.member)]
    if not texts:
        return []
    boxes = boxes_of({text.course for text in texts})
    by_key = {(course, box.key): box for course, own in boxes.items() for box in own}
    names = course_names({text.course for text in texts}, language)
    before = _approved_before(texts)
    return [
        Waiting(
            text=text,
            course=names[text.course_id],
            box=by_key.get((text.course_id, text.box)),
            before=before.get((text.member_id, text.course_id, text.box, text.language)),
            is_own=wrote(viewer, text),
        )
        for text in texts
    ]


def _approved_before(texts: Sequence[AnnexText]) -> dict[tuple[int, int, str, str], AnnexText]:
    """The approved texts that these would follow."""
    rows = AnnexText.objects.filter(
        state=State.APPROVED,
        member__in={text.member_id for text in texts},
        course__in={text.course_id for text in texts},
        lesson__in={text.lesson for text in texts},
    ).select_related("member")
    return {(row.member_id, row.course_id, row.box, row.language): row for row in rows}


def one_waiting(viewer: Viewer, text: uuid.UUID, language: str) -> Waiting:
    """One of them.

    Raises:
        Http404: it does not wait for a review.
        Refused: the viewer is no legal reviewer.
    """
    found = next((each for each in waiting_texts(viewer, language) if each.text.uuid == text), None)
    if found is None:
        raise Http404(_("This text does not wait for a review."))
    return found


def wrote(viewer: Viewer, text: AnnexText) -> bool:
    """Whether a text is the viewer's own: written or handed in under any of the person's keys, or of a member whose
    annex the viewer keeps.

    A row names only who saved it last: a comma of a colleague makes no coordinator a stranger to the own text.
    """
    keys = [each for each in (text.written_by, text.submitted_by) if each is not None]
    return isinstance(viewer, User) and (
        any(each.user_id == viewer.pk for each in keys) or may_keep_annex(viewer, text.member)
    )
