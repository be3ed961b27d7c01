"""Reads of the national annex: which boxes courses have, which texts are in force, and what officers read of them.

What an officer reads is looked up by the posting of today, in the query, each time; nothing of a member is kept by a
process (decision 0027).
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import BigIntegerField, CharField, DateField, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member, User
from accounts.permissions import Viewer
from accounts.selectors import learner_posting
from learning.models import (
    ActivityProgress,
    AnnexNotice,
    AnnexText,
    Course,
    EditionRevision,
    Enrolment,
    FrozenContent,
    ManifestEntry,
)
from learning.permissions import annex_languages
from learning.selectors.centre import outline_of, pick_language
from learning.selectors.classes import CourseName, course_names
from lms.kept import Kept
from lms.prepared import Given, Prepared
from xapi.selectors import recorded

State = AnnexText.State
#: A number that nobody called for so long may be somebody else's (domain rules §5.5).
OLD_AFTER = dt.timedelta(days=365)


# --- the boxes of courses


@dataclass(frozen=True)
class BoxWords:
    """What an author wrote of a box in one language."""

    title: str
    guidance: str
    fallback: str
    lesson: str


@dataclass
class Box:
    """One country box of a course, in every language that the course has.

    Attributes:
        basis: the digest of what the author asks for now.
        editions: primary keys of the editions in which it stands now.
        is_current: whether it stands in the newest edition; otherwise only those who began earlier meet it.
    """

    lesson: str
    block: str
    kind: str
    basis: str
    words: dict[str, BoxWords] = field(default_factory=dict)
    editions: set[int] = field(default_factory=set)
    is_current: bool = False

    @property
    def key(self) -> str:
        return f"{self.lesson}/{self.block}"

    def language_for(self, wanted: str) -> str:
        """In which of its languages somebody reads it."""
        return pick_language(self.words, wanted)


#: Digest of a lesson's content → its country boxes; most lessons have none. Frozen, so never out of date.
_BOXES: Kept[str, tuple[Mapping[str, Any], ...]] = Kept(8192)


def _boxes_in(digests: Iterable[str]) -> dict[str, tuple[Mapping[str, Any], ...]]:
    """The country boxes of frozen lessons, each with the lesson's title; asks only for what this process never saw."""
    wanted = set(digests)
    found = {digest: kept for digest in wanted if (kept := _BOXES.get(digest)) is not None}
    unknown = wanted - found.keys()
    if unknown:
        rows = FrozenContent.objects.filter(digest__in=unknown).annotate(written=Cast("body", TextField()))
        bodies = dict(rows.filter(written__contains='"country"').values_list("digest", "body"))
        for digest in unknown:
            body = bodies.get(digest, {"parts": ()})
            boxes = tuple({**part, "lesson": body["title"]} for part in body["parts"] if part["type"] == "country")
            found[digest] = _BOXES.keep(digest, boxes)
    return found


def boxes_of(courses: Iterable[Course] | QuerySet[Course]) -> dict[int, list[Box]]:
    """The country boxes of published courses, by primary key: those of the newest edition in its order, then those that
    stand in earlier ones only. A course without any is not there. Holds nothing of any member."""
    newest = EditionRevision.objects.filter(edition=OuterRef("edition")).order_by("-number")
    revisions = {
        revision.pk: revision
        for revision in EditionRevision.objects.filter(
            edition__course__in=courses, pk=Subquery(newest.values("pk")[:1])
        ).select_related("edition")
    }
    rows = list(
        ManifestEntry.objects.filter(revision__in=revisions, activity__kind="lesson")
        .order_by("-revision__edition__number", "activity__key", "language")
        .values_list("revision", "activity__key", "language", "content_id")
    )
    boxes = _boxes_in(row[3] for row in rows)
    found: dict[int, dict[str, Box]] = {}
    newest_of: dict[int, int] = {}
    for revision in revisions.values():
        number = newest_of.get(revision.edition.course_id, 0)
        newest_of[revision.edition.course_id] = max(number, revision.edition.number)
    for revision_pk, lesson, language, digest in rows:
        edition = revisions[revision_pk].edition
        for part in boxes[digest]:
            block = str(part["key"]).rsplit("/", 1)[-1]
            box = found.setdefault(edition.course_id, {}).setdefault(
                str(part["key"]), Box(lesson, block, part["kind"], part.get("basis", ""))
            )
            box.editions.add(edition.pk)
            box.is_current = box.is_current or edition.number == newest_of[edition.course_id]
            # Words of the newest edition that has them; an earlier edition lends those of languages it lacks.
            box.words.setdefault(
                language, BoxWords(part["title"], part["guidance"], part["fallback"], str(part["lesson"]))
            )
    return {course: _in_order(own, revisions.values()) for course, own in found.items()}


def _in_order(boxes: Mapping[str, Box], revisions: Iterable[EditionRevision]) -> list[Box]:
    """By the place of their lessons on the path; the order inside a lesson is that of its parts."""
    places: dict[str, int] = {}
    for revision in sorted(revisions, key=lambda each: -each.edition.number):
        if any(revision.edition_id in box.editions for box in boxes.values()):
            for place, node in enumerate(outline_of(revision).path):
                places.setdefault(node.key, place)
    return sorted(boxes.values(), key=lambda box: (not box.is_current, places.get(box.lesson, 0)))


# --- which text is in force


@dataclass(frozen=True)
class Contact:
    """One contact in an annex text: a service, its number, and when the coordinator last called it."""

    name: str
    number: str
    hours: str
    languages: str
    tested_on: dt.date | None

    @classmethod
    def from_json(cls, data: Mapping[str, str]) -> Contact:
        tested = data.get("tested_on", "")
        return cls(
            name=data.get("name", ""),
            number=data.get("number", ""),
            hours=data.get("hours", ""),
            languages=data.get("languages", ""),
            tested_on=dt.date.fromisoformat(tested) if tested else None,
        )

    @property
    def tel(self) -> str:
        """The number as an address: digits, and the plus at the beginning."""
        return re.sub(r"(?!^\+)[^0-9*#]", "", self.number.strip())

    @property
    def is_old(self) -> bool:
        """Whether nobody called it in the last twelve months."""
        return self.tested_on is None or timezone.localdate() - self.tested_on > OLD_AFTER


def contacts_of(text: AnnexText) -> list[Contact]:
    """The contacts of a text."""
    return [Contact.from_json(each) for each in text.contacts]


def _begins_to_show(text: AnnexText) -> dt.datetime | None:
    """From when on a text could be read, whatever its day; None for what never was."""
    if text.submitted_at is None:
        return None
    return text.reviewed_at if settings.REQUIRE_REVIEW else text.submitted_at


def was_shown(text: AnnexText, day: dt.date) -> bool:
    """Whether officers could read a text on a day, if no later one took its place.

    Approved texts, and on a site that does not require review also those that wait for it. On the day on which a text
    is returned or withdrawn it is no longer counted.
    """
    begins = _begins_to_show(text)
    if begins is None or text.valid_from > day or timezone.localdate(begins) > day:
        return False
    if text.state == State.RETURNED:
        return not settings.REQUIRE_REVIEW and day < timezone.localdate(text.reviewed_at)
    return text.withdrawn_at is None or day < timezone.localdate(text.withdrawn_at)


def in_force(texts: Iterable[AnnexText], day: dt.date) -> dict[tuple[str, str], AnnexText]:
    """(box, language) → the text in force on a day: of those that could be read the one that begins last, and of two
    that begin together the one written last.

    Arguments:
        texts: of one member and course, in the model's own order.
    """
    return {(text.box, text.language): text for text in texts if was_shown(text, day)}


def annex_in_force(member: Member, course: Course, day: dt.date) -> list[AnnexText]:
    """Which texts of a member's annex were in force in a course on a day, for what is kept of that day.

    Scoping is the caller's: the member is the one whose officer or paper it is about.
    """
    texts = AnnexText.objects.filter(member=member, course=course).exclude(state=State.DRAFT)
    found = in_force(texts, day)
    return sorted(found.values(), key=lambda text: (text.box, text.language))


# --- what an officer reads


@dataclass(frozen=True)
class OwnAnnex:
    """What the viewer's own member tells its officers in one box, in the best language for the viewer."""

    uuid: uuid.UUID
    member: str
    language: str
    text: str
    contacts: tuple[Contact, ...]
    valid_from: dt.date
    is_reviewed: bool

    @classmethod
    def of(cls, text: AnnexText) -> OwnAnnex:
        """The same of a row, for those who keep or review it."""
        return cls(
            uuid=text.uuid,
            member=text.member.name,
            language=text.language,
            text=text.text,
            contacts=tuple(contacts_of(text)),
            valid_from=text.valid_from,
            is_reviewed=text.state == State.APPROVED,
        )


def _has_annex(prefix: str, today: Any) -> Q:
    """The condition of `learning.permissions.has_annex`, in a query."""
    runs = Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gte": today})
    return runs & Q(**{f"{prefix}status": Member.Status.MEMBER})


def _of_a_lesson() -> QuerySet[AnnexText, tuple[Any, ...]]:
    today = Given("today", DateField())
    return (
        AnnexText.objects.filter(
            _has_annex("member__", today),
            member=Given("member", BigIntegerField()),
            course=Given("course", BigIntegerField()),
            lesson=Given("lesson", CharField()),
            valid_from__lte=today,
            state__in=[State.APPROVED, State.SUBMITTED],
        )
        .order_by("valid_from", "pk")
        .values_list(
            "block",
            "language",
            "uuid",
            "text",
            "contacts",
            "valid_from",
            "state",
            "member__name",
            "member__languages",
        )
    )


_OF_A_LESSON = Prepared(_of_a_lesson)


def own_annex(viewer: Viewer, course: int, lesson: str, language: str) -> dict[str, OwnAnnex]:
    """What the viewer's own member wrote into the country boxes of a lesson, by block. One statement; none for whoever
    learns under no member.

    The member is that of the posting under which the viewer learns today: who moves reads the new member's at once.

    Arguments:
        course: primary key.
        language: in which the viewer reads; else the member's first language that has a text.
    """
    posting = learner_posting(viewer)
    if posting is None or posting.member_id is None:
        return {}
    rows = _OF_A_LESSON.all(member=posting.member_id, course=course, lesson=lesson, today=timezone.localdate())
    found: dict[str, dict[str, OwnAnnex]] = {}
    tags: list[str] = []
    for block, own, key, text, contacts, valid_from, state, member, languages in rows:
        if state == State.SUBMITTED and settings.REQUIRE_REVIEW:
            continue
        tags = languages
        found.setdefault(block, {})[own] = OwnAnnex(
            uuid=key,
            member=member,
            language=own,
            text=text,
            contacts=tuple(Contact.from_json(each) for each in contacts),
            valid_from=valid_from,
            is_reviewed=state == State.APPROVED,
        )
    return {block: texts[best_language(texts, language, tags)] for block, texts in found.items()}


def best_language(available: Iterable[str], wanted: str, tags: Iterable[str]) -> str:
    """The language in which an officer reads a box: the wanted one, else the member's first that has one.

    Arguments:
        tags: `Member.languages`.
    """
    offered = set(available)
    for candidate in (wanted, wanted.split("-")[0], *annex_languages(tags)):
        if candidate in offered:
            return candidate
    return min(offered)


# --- what an officer is to read again


@dataclass(frozen=True)
class ToReadAgain:
    """A country box that the viewer's member asks the viewer to read again.

    Attributes:
        enrolment: under which the viewer read it before.
        is_read: whether the viewer has said so.
    """

    notice: AnnexNotice
    enrolment: Enrolment
    course: CourseName
    box: Box
    is_read: bool

    @property
    def lesson(self) -> str:
        return self.box.lesson


def statement_id(enrolment: Enrolment, notice: AnnexNotice) -> uuid.UUID:
    """The id of the statement that a box was read again: it follows from what it says."""
    return uuid.uuid5(enrolment.uuid, f"annex {notice.uuid}")


def running_notices() -> QuerySet[AnnexNotice]:
    """Notices about texts that are in force or will be followed by newer ones: approved, begun and not withdrawn."""
    today = timezone.localdate()
    return AnnexNotice.objects.filter(
        _has_annex("text__member__", today), text__state=State.APPROVED, text__valid_from__lte=today
    ).select_related("text__course", "text__member")


def newest_by_box(notices: Iterable[AnnexNotice]) -> dict[tuple[int, str], AnnexNotice]:
    """(course, box) → the newest notice: it stands for those before."""
    return {(each.text.course_id, each.text.box): each for each in sorted(notices, key=lambda one: one.made_at)}


def knows_box(enrolment: Enrolment, notice: AnnexNotice, read_at: dt.datetime | None) -> bool:
    """Whether somebody had read a box before a notice: completed the course, or was through with its lesson.

    Arguments:
        read_at: when the lesson was done in this enrolment.
    """
    progress = getattr(enrolment, "progress", None)
    moments = (progress.completed_at if progress else None, read_at)
    return any(moment is not None and moment < notice.made_at for moment in moments)


def lessons_done(enrolments: Iterable[Enrolment], lessons: Iterable[str]) -> dict[tuple[int, str], dt.datetime]:
    """(enrolment, lesson) → when it was done."""
    rows = ActivityProgress.objects.filter(
        enrolment__in=list(enrolments), activity__key__in=set(lessons), completed_at__isnull=False
    )
    return {
        (enrolment, key): at
        for enrolment, key, at in rows.order_by().values_list("enrolment", "activity__key", "completed_at")
        if at is not None
    }


def to_read_again(
    viewer: Viewer, language: str, *, course: Course | None = None, with_read: bool = False
) -> list[ToReadAgain]:
    """What the viewer's own member asks the viewer to read again, oldest first. One statement where there is nothing.

    For officers of the member today who completed the course, or read the lesson, before; in any edition that has the
    box.

    Arguments:
        course: the only one that is wanted.
        with_read: also what the viewer has read again.
    """
    posting = learner_posting(viewer)
    if not isinstance(viewer, User) or posting is None or posting.member_id is None:
        return []
    notices = running_notices().filter(text__member=posting.member_id)
    if course is not None:
        notices = notices.filter(text__course=course)
    newest = newest_by_box(notices)
    if not newest:
        return []
    enrolments = {
        each.course_id: each
        for each in Enrolment.objects.filter(
            actor__user=viewer, ended_at=None, course__in={course_pk for course_pk, _box in newest}
        ).select_related("actor", "course", "edition", "progress")
    }
    if not enrolments:
        return []
    done = lessons_done(enrolments.values(), (notice.text.lesson for notice in newest.values()))
    boxes = {
        (course_pk, box.key): box
        for course_pk, own in boxes_of(Course.objects.filter(pk__in=enrolments)).items()
        for box in own
    }
    found = []
    for (course_pk, key), notice in newest.items():
        enrolment, box = enrolments.get(course_pk), boxes.get((course_pk, key))
        if enrolment is None or box is None or enrolment.edition_id not in box.editions:
            continue
        if knows_box(enrolment, notice, done.get((enrolment.pk, notice.text.lesson))):
            found.append((notice, enrolment, box))
    read = recorded(statement_id(enrolment, notice) for notice, enrolment, _own in found)
    if not with_read:
        found = [each for each in found if statement_id(each[1], each[0]) not in read]
    names = course_names([enrolment.course for _notice, enrolment, _own in found], language) if found else {}
    return [
        ToReadAgain(notice, enrolment, names[enrolment.course_id], box, statement_id(enrolment, notice) in read)
        for notice, enrolment, box in sorted(found, key=lambda each: each[0].made_at)
    ]


def one_to_read_again(viewer: Viewer, notice: uuid.UUID, language: str) -> ToReadAgain:
    """One of them, also one that was read again.

    Raises:
        Http404: there is no such notice for the viewer.
    """
    asked = to_read_again(viewer, language, with_read=True)
    found = next((each for each in asked if each.notice.uuid == notice), None)
    if found is None:
        raise Http404(_("There is nothing here that you are asked to read again."))
    return found


def text_to_read(asked: ToReadAgain, language: str) -> AnnexText:
    """The text that an officer who is asked to read again reads now, in the best language."""
    own = asked.notice.text
    texts = AnnexText.objects.filter(
        member=own.member_id, course=own.course_id, lesson=own.lesson, block=own.block
    ).select_related("member")
    found = {each.language: each for each in in_force(texts, timezone.localdate()).values()}
    return found[best_language(found, language, own.member.languages)] if found else own
