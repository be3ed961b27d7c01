"""Reads of courses, enrolments and progress, scoped to their viewer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.db.models import BigIntegerField, CharField, Count, OuterRef, Q, QuerySet, SlugField, Subquery
from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Right, Viewer, has_right
from accounts.selectors import learner_posting
from learning.hooks import completed_elsewhere
from learning.manifest import Node, Outline, Rules, circle_in
from learning.models import (
    Activity,
    ActivityProgress,
    Course,
    EditionRevision,
    Enrolment,
    ManifestEntry,
    ReviewState,
)
from learning.permissions import may_enrol, takes_closed_courses, visible_enrolments
from learning.selectors.outlines import _OUTLINES, outline_of, outline_since, since_of, sinces_of
from lms.kept import Kept
from lms.prepared import Given, Prepared

#: What a process keeps of editions, which never change (decision 0019): bodies by digest.
_BODIES: Kept[str, Any] = Kept(1024)


def pick_language(available: Iterable[str], wanted: str) -> str:
    """The language to show: the wanted one, else its base, else the site's own, else any."""
    offered = list(available)
    for candidate in (wanted, wanted.split("-")[0], settings.LANGUAGE_CODE):
        if candidate in offered:
            return candidate
    return sorted(offered)[0]


@dataclass(frozen=True)
class CourseText:
    """A published course in one language: what the catalogue and the outline show.

    `own_outline` is that of a refresher, where the course is shown to somebody who takes one.
    """

    course: Course
    revision: EditionRevision
    language: str
    languages: tuple[str, ...]
    text: dict[str, Any]
    is_reviewed: bool
    own_outline: Outline | None = None

    @property
    def outline(self) -> Outline:
        return self.own_outline or outline_of(self.revision)

    @property
    def rules(self) -> Rules:
        return Rules.from_json(self.revision.edition.rules)

    @property
    def title(self) -> str:
        return str(self.text["title"])

    def title_of(self, node: Node) -> str:
        return str(self.text["titles"].get(node.uuid, node.key))


def _course_texts(revisions: Sequence[EditionRevision], language: str) -> dict[int, CourseText]:
    """The course entries of several revisions, each in the best language; keyed by revision."""
    entries: dict[int, dict[str, ManifestEntry]] = {}
    drafts: dict[tuple[int, str], int] = {}
    rows = ManifestEntry.objects.filter(revision__in=revisions)
    for entry in rows.filter(activity__kind="course").select_related("content"):
        entries.setdefault(entry.revision_id, {})[entry.language] = entry
    for row in (
        rows.filter(review_state=ReviewState.DRAFT).order_by().values("revision", "language").annotate(n=Count("pk"))
    ):
        drafts[row["revision"], row["language"]] = row["n"]
    found = {}
    for revision in revisions:
        by_language = entries[revision.pk]
        chosen = pick_language(by_language, language)
        found[revision.pk] = CourseText(
            course=revision.edition.course,
            revision=revision,
            language=chosen,
            languages=tuple(sorted(by_language)),
            text=by_language[chosen].content.body,
            is_reviewed=not drafts.get((revision.pk, chosen)),
        )
    return found


def _latest_revisions() -> QuerySet[EditionRevision]:
    newest = EditionRevision.objects.filter(edition__course=OuterRef("edition__course")).order_by(
        "-edition__number", "-number"
    )
    return EditionRevision.objects.filter(pk=Subquery(newest.values("pk")[:1])).select_related("edition__course")


def catalogue(language: str) -> list[CourseText]:
    """Every published course in its newest edition, in catalogue order. Public."""
    revisions = list(_latest_revisions().order_by("edition__course__position", "edition__course__code"))
    texts = _course_texts(revisions, language)
    return [texts[revision.pk] for revision in revisions]


def published_course(slug: str, language: str) -> CourseText:
    """The newest edition of one course. Public.

    Raises:
        Http404: no published course has this address.
    """
    revision = _latest_revisions().filter(edition__course__slug=slug).first()
    if revision is None:
        raise Http404(_("There is no course at this address."))
    return _course_texts([revision], language)[revision.pk]


def prerequisites_of(text: CourseText, language: str) -> list[tuple[str, str]]:
    """(address, title) of the courses that a published course asks for; the title is empty of one not published."""
    wanted = text.rules.prerequisites
    if not wanted:
        return []
    titles = {each.course.pk: each.title for each in catalogue(language)}
    return [(each.slug, titles.get(each.pk, "")) for each in Course.objects.filter(uuid__in=wanted)]


def prerequisite_circle(course: Course, wanted: Iterable[str]) -> list[str]:
    """Codes of courses that ask for each other in a circle once this one asks for `wanted`; empty without one.

    Arguments:
        wanted: uuids of courses. What the others ask for is read from their newest editions.
    """
    graph: dict[str, Iterable[str]] = {
        str(revision.edition.course.uuid): Rules.from_json(revision.edition.rules).prerequisites
        for revision in _latest_revisions()
    }
    circle = circle_in(graph | {str(course.uuid): tuple(wanted)}, str(course.uuid))
    codes = {str(uuid): code for uuid, code in Course.objects.values_list("uuid", "code")}
    return [codes.get(each, each) for each in circle]


def missing_prerequisites(user: Viewer, course: Course) -> list[Course]:
    """The courses that the newest edition of a course asks for and this person has not completed, in any edition.

    What another room says counts as completed, such as a recognised certificate of another body, is not missing.
    """
    revision = _latest_revisions().filter(edition__course=course).first()
    wanted = Rules.from_json(revision.edition.rules).prerequisites if revision else ()
    if not wanted:
        return []
    completed = Enrolment.objects.filter(progress__completed_at__isnull=False)
    done = (completed.filter(actor__user=user) if isinstance(user, User) else completed.none()).values("course")
    missing = list(Course.objects.filter(uuid__in=wanted).exclude(pk__in=done))
    elsewhere = completed_elsewhere(user, [each.pk for each in missing]) if isinstance(user, User) else set()
    return [each for each in missing if each.pk not in elsewhere]


def why_not_open(user: Viewer, course: Course) -> str:
    """Why this person may not enrol, in words for the person; empty when they may."""
    posting = learner_posting(user)
    if may_enrol(user, course, posting):
        missing = missing_prerequisites(user, course)
        if not missing:
            return ""
        titles = {text.course.pk: text.title for text in catalogue(get_language() or settings.LANGUAGE_CODE)}
        names = ", ".join(f"“{titles.get(each.pk, each.code)}”" for each in missing)
        return _("First complete: %(courses)s.") % {"courses": names}
    if course.access == Course.Access.CLOSED:
        return _("This course takes nobody new at present.")
    if posting is None or not has_right(user, Right.LEARN):
        return _("Your account has no posting to learn under. Your national coordinator, or the RSO, can give you one.")
    if posting.member is not None and posting.member.has_ended():
        return _("%(member)s takes no new enrolments: its entry has ended.") % {"member": posting.member}
    if course.access == Course.Access.NOMINATION:
        return _("Nobody enrols alone in this course. Your national coordinator can nominate you for it.")
    if posting.member is not None and not takes_closed_courses(posting):
        return _("Officers of observers take open courses only, and this one is for officers of certain members.")
    return _("This course takes officers of certain members only. Your national coordinator can tell you more.")


def own_enrolment(user: Viewer, slug: str) -> Enrolment | None:
    """The open enrolment of the viewer in a course."""
    if not isinstance(user, User):
        return None
    return _OWN_ENROLMENT.first(user=user.pk, slug=slug)


_OWN_ENROLMENT = Prepared(
    lambda: Enrolment.objects.filter(
        actor__user=Given("user", BigIntegerField()), course__slug=Given("slug", SlugField()), ended_at=None
    ).select_related("actor", "course", "edition", "progress", "refresher")[:1]
)


@dataclass(frozen=True)
class Standing:
    """How far one enrolment is, for pages: uuids of what is done, and the text of its edition.

    `since` is the edition that was completed before a refresher; 0 for the whole course.
    """

    enrolment: Enrolment
    course: CourseText
    done: frozenset[str]
    passed: frozenset[str]
    since: int = 0

    @property
    def done_count(self) -> int:
        return len(self.done & self.course.outline.required)

    @property
    def required_count(self) -> int:
        return len(self.course.outline.required)

    @property
    def is_renewal(self) -> bool:
        """Whether a certificate is renewed here, for which nothing new is to be learned."""
        return self.course.outline.renews

    @property
    def percent(self) -> int:
        return round(100 * self.done_count / self.required_count) if self.required_count else 0

    @property
    def is_complete(self) -> bool:
        progress = getattr(self.enrolment, "progress", None)
        return bool(progress and progress.completed_at)

    @property
    def next(self) -> Node | None:
        """The first thing on the path that is not done; what is not required is offered in its place too."""
        return next((node for node in self.course.outline.path if node.uuid not in self.done), None)


def standing(enrolment: Enrolment, language: str) -> Standing:
    """How far an enrolment is; scoping is the caller's, who has the enrolment."""
    return standings([enrolment], language)[0]


def standings(enrolments: Sequence[Enrolment], language: str) -> list[Standing]:
    """The same for several, in a fixed number of queries."""
    newest = EditionRevision.objects.filter(edition=OuterRef("edition")).order_by("-number")
    revisions = list(
        EditionRevision.objects.filter(
            edition__in={e.edition_id for e in enrolments}, pk=Subquery(newest.values("pk")[:1])
        ).select_related("edition__course")
    )
    texts = _course_texts(revisions, language)
    by_edition = {revision.edition_id: texts[revision.pk] for revision in revisions}
    done: dict[int, set[str]] = {}
    passed: dict[int, set[str]] = {}
    for row in (
        ActivityProgress.objects.filter(enrolment__in=enrolments, completed_at__isnull=False)
        .order_by()
        .values_list("enrolment", "activity__uuid", "passed")
    ):
        done.setdefault(row[0], set()).add(str(row[1]))
        if row[2]:
            passed.setdefault(row[0], set()).add(str(row[1]))
    sinces = sinces_of(enrolments)
    return [
        Standing(
            enrolment=enrolment,
            course=_own_course(by_edition[enrolment.edition_id], sinces.get(enrolment.pk, 0)),
            done=frozenset(done.get(enrolment.pk, ())),
            passed=frozenset(passed.get(enrolment.pk, ())),
            since=sinces.get(enrolment.pk, 0),
        )
        for enrolment in enrolments
    ]


def _own_course(text: CourseText, since: int) -> CourseText:
    return replace(text, own_outline=outline_since(text.revision, since)) if since else text


def own_standings(user: User, language: str) -> list[Standing]:
    """Everything the viewer is enrolled in, newest first."""
    rows = Enrolment.objects.filter(actor__user=user, ended_at=None).select_related(
        "actor", "course", "edition", "progress"
    )
    return standings(list(rows), language)


def enrolments_seen_by(viewer: Viewer) -> QuerySet[Enrolment]:
    """The enrolments whose names this viewer may see: those of the own member or agency, nothing else."""
    return Enrolment.objects.filter(visible_enrolments(viewer)).select_related(
        "actor__user", "course", "edition", "member", "agency", "progress", "refresher"
    )


@dataclass(frozen=True)
class Shown:
    """One activity as an officer reads it now: everything a lesson view needs.

    `text` and `body` are kept and shared by all requests of a process: look at them, never change them. `content` and
    `course_content` are the digests of what they hold, so they name it. `own_outline` is that of a refresher.
    """

    node: Node
    text: Mapping[str, Any]
    body: Any
    content: str
    course_content: str
    language: str
    languages: tuple[str, ...]
    course_language: str
    is_reviewed: bool
    revision: EditionRevision
    own_outline: Outline | None = None

    @property
    def outline(self) -> Outline:
        """What the officer goes through: of a refresher the delta's lessons and test."""
        return self.own_outline or outline_of(self.revision)


class _Entry(NamedTuple):
    """A manifest entry of the newest revision, without its body."""

    key: str
    kind: str
    language: str
    content: str
    review_state: str
    revision: int
    number: int
    digest: str


def _newest_entries(*more: str) -> QuerySet[ManifestEntry, tuple[Any, ...]]:
    """What the newest revision of an edition holds under a key and of the course itself, in every language."""
    newest = EditionRevision.objects.filter(edition=Given("edition", BigIntegerField())).order_by("-number")
    return (
        ManifestEntry.objects.filter(revision=Subquery(newest.values("pk")[:1]))
        .filter(Q(activity__key=Given("key", CharField())) | Q(activity__kind="course"))
        .values_list(
            "activity__key",
            "activity__kind",
            "language",
            "content_id",
            "review_state",
            "revision_id",
            "revision__number",
            "revision__digest",
            *more,
        )
    )


_NEWEST = Prepared(_newest_entries)
_NEWEST_WITH_BODIES = Prepared(lambda: _newest_entries("content__body", "revision__outline"))
#: Editions and keys that were read with their bodies before: most likely these are still kept.
_SEEN: Kept[tuple[int, str], bool] = Kept(4096)


def shown(enrolment: Enrolment, key: str, language: str) -> Shown:
    """An activity of the enrolment's edition, in the best language, with the course's own text beside it.

    What stands there now is read each time, in one statement; bodies only where this process does not have them.

    Raises:
        Http404: the edition has no such activity.
    """
    asked = (enrolment.edition_id, key)
    found = _shown(enrolment, key, language, _entries(*asked)) if _SEEN.get(asked) else None
    found = found or _shown(enrolment, key, language, _entries_with_bodies(*asked))
    if found is None:
        raise Http404(_("There is no such lesson in your edition of this course."))
    _SEEN.keep(asked, True)
    return found


def _entries(edition: int, key: str) -> list[_Entry]:
    return [_Entry(*row) for row in _NEWEST.all(edition=edition, key=key)]


def _entries_with_bodies(edition: int, key: str) -> list[_Entry]:
    """The same, and keep what they hold."""
    entries = []
    for *row, body, outline in _NEWEST_WITH_BODIES.all(edition=edition, key=key):
        entry = _Entry(*row)
        entries.append(entry)
        _BODIES.keep(entry.content, body)
        _OUTLINES.get_or_make((entry.revision, entry.digest), partial(Outline.from_json, outline))
    return entries


def _shown(enrolment: Enrolment, key: str, language: str, entries: list[_Entry]) -> Shown | None:
    """What some entries show; None when they hold no such activity, or something that is not kept."""
    of_activity = {entry.language: entry for entry in entries if entry.key == key}
    of_course = {entry.language: entry for entry in entries if entry.kind == Activity.Kind.COURSE}
    if not of_activity or not of_course:
        return None
    entry = of_activity[pick_language(of_activity, language)]
    course_entry = of_course[pick_language(of_course, language)]
    body, text = _BODIES.get(entry.content), _BODIES.get(course_entry.content)
    outline = _OUTLINES.get((entry.revision, entry.digest))
    if body is None or text is None or outline is None:
        return None
    revision, since = _revision(entry, enrolment), since_of(enrolment)
    own = outline_since(revision, since) if since else None
    node = _node(outline, own, key)
    if node is None:
        return None
    return Shown(
        node=node,
        text=text,
        body=body,
        content=entry.content,
        course_content=course_entry.content,
        language=entry.language,
        languages=tuple(sorted(of_activity)),
        course_language=course_entry.language,
        is_reviewed=entry.review_state == ReviewState.REVIEWED,
        revision=revision,
        own_outline=own,
    )


def _node(full: Outline, own: Outline | None, key: str) -> Node | None:
    """What stands under a key for an officer. In a refresher every lesson can be read; of the tests only its own."""
    node = (own or full).by_key.get(key)
    if node is None and own is not None:
        node = full.by_key.get(key)
        return node if node is not None and node.kind == Activity.Kind.LESSON else None
    return node


def _revision(entry: _Entry, enrolment: Enrolment) -> EditionRevision:
    """The revision of an entry without its outline, which `outline_of` keeps."""
    names = ["id", "edition_id", "number", "digest"]  # in the model's order, as `from_db` wants them
    values = [entry.revision, enrolment.edition_id, entry.number, entry.digest]
    revision = EditionRevision.from_db(DEFAULT_DB_ALIAS, names, values)
    revision.edition = enrolment.edition
    return revision


class Mark(NamedTuple):
    """How far an enrolment is with one activity, as pages show it."""

    is_done: bool
    is_passed: bool


_MARKS = Prepared(
    lambda: ActivityProgress.objects.filter(enrolment=Given("enrolment", BigIntegerField())).values_list(
        "activity__uuid", "completed_at", "passed"
    )
)


def marks_of(enrolment: Enrolment) -> dict[str, Mark]:
    """How far an enrolment is, by the activity's uuid; what was never begun is not there. Scoping is the caller's."""
    rows = _MARKS.all(enrolment=enrolment.pk)
    return {str(uuid): Mark(completed_at is not None, bool(passed)) for uuid, completed_at, passed in rows}


def how_many_began(course: Course, keys: Iterable[str]) -> int:
    """How many enrolments of a course have anything to show in some of its activities; a number, nobody's name."""
    rows = ActivityProgress.objects.filter(activity__course=course, activity__key__in=list(keys))
    return rows.order_by().values("enrolment").distinct().count()
