"""Reads between editions: what a new one offers to whom, what published ones were, and what stood on a page then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Right, Viewer, has_right
from accounts.selectors import names_for
from learning.hooks import barred_from_refreshing, renewable, why_not_move
from learning.manifest import PRETEST, Node, Outline, digest_of
from learning.models import (
    Activity,
    ActivityProgress,
    Course,
    Delta,
    EditionMove,
    EditionRevision,
    Enrolment,
    ManifestEntry,
    ReviewState,
)
from learning.permissions import may_look_back
from learning.selectors.centre import CourseText, _course_texts, _latest_revisions, pick_language
from learning.selectors.outlines import (
    latest_revision,
    outline_for,
    outline_of,
    outline_since,
    refresher_since,
    since_of,
)

#: Under which the text of a course itself stands in a manifest.
COURSE_KEY = "course"

# --- what a new edition offers


@dataclass(frozen=True)
class Offer:
    """A refresher or a renewal that the holder of a completed enrolment may take.

    Attributes:
        enrolment: the completed one; of a refresher, of an earlier edition.
        course: the newest edition, with the outline of what is asked.
    """

    enrolment: Enrolment
    course: CourseText

    @property
    def is_renewal(self) -> bool:
        """Whether the certificate is renewed without a change since: by the final test alone."""
        return self.course.outline.renews

    @property
    def lessons(self) -> list[Node]:
        return [node for node in self.course.outline.path if node.kind == Activity.Kind.LESSON]

    @property
    def questions(self) -> int:
        return sum(node.questions for node in self.course.outline.path)

    @property
    def minutes(self) -> int:
        return self.course.outline.minutes

    @property
    def number(self) -> int:
        """Of the edition that has come out."""
        return self.course.revision.edition.number

    @property
    def since(self) -> int:
        """Of the edition that was completed."""
        return self.enrolment.edition.number


def refresher_offers(user: Viewer, language: str) -> list[Offer]:
    """Every refresher and renewal that the viewer may take today: completed courses of which a newer edition asks
    something, and those whose certificate ends soon or has ended."""
    if not isinstance(user, User) or not has_right(user, Right.LEARN):
        return []
    rows = Enrolment.objects.filter(actor__user=user, ended_at=None, progress__completed_at__isnull=False)
    return _offers(list(rows.select_related("actor", "course", "edition")), language)


def refresher_offer(enrolment: Enrolment, language: str) -> Offer | None:
    """The refresher or renewal that one enrolment gives a right to, if it is complete; scoping is the caller's."""
    rows = Enrolment.objects.filter(pk=enrolment.pk, ended_at=None, progress__completed_at__isnull=False)
    return next(iter(_offers(list(rows.select_related("actor", "course", "edition")), language)), None)


def _offers(rows: Sequence[Enrolment], language: str) -> list[Offer]:
    if not rows:
        return []
    newest = {
        each.edition.course_id: each
        for each in _latest_revisions().filter(edition__course__in={row.course_id for row in rows})
    }
    may_renew = renewable({row.pk for row in rows})
    found = []
    for row in rows:
        revision = newest[row.course_id]
        outline = Outline(())
        if revision.edition.number > row.edition.number:
            outline = refresher_since(revision, row.edition.number)
        if not outline.path and row.pk in may_renew:
            outline = outline_since(revision, row.edition.number)
        if outline.path:
            found.append((row, revision, outline))
    barred = barred_from_refreshing({row.pk for row, _revision, _outline in found})
    found = [each for each in found if each[0].pk not in barred]
    texts = _course_texts([revision for _row, revision, _outline in found], language) if found else {}
    return [Offer(row, replace(texts[revision.pk], own_outline=outline)) for row, revision, outline in found]


@dataclass(frozen=True)
class Forward:
    """What moving an enrolment to the newest edition means for its officer.

    Attributes:
        course: the newest edition, with the outline that the enrolment would follow.
        kept: how much of what is done counts on.
        anew: what was done and has changed since, so is to be done again.
        added: what the edition has more than the one before.
        changed: uuids of every activity whose content changed, done or not.
        why_not: why it cannot be now, in words for the officer; empty when it can.
    """

    course: CourseText
    kept: int
    anew: tuple[Node, ...]
    added: tuple[Node, ...]
    changed: frozenset[str]
    why_not: str

    @property
    def number(self) -> int:
        return self.course.revision.edition.number


def forward_offer(enrolment: Enrolment, language: str) -> Forward | None:
    """The move to the newest edition that an enrolment can make before it is complete, or None; scoping is the
    caller's."""
    progress = getattr(enrolment, "progress", None)
    if enrolment.ended_at is not None or (progress and progress.completed_at):
        return None
    newest = _latest_revisions().filter(edition__course=enrolment.course_id).first()
    if newest is None or newest.edition.number <= enrolment.edition.number:
        return None
    old, since = latest_revision(enrolment.edition_id), since_of(enrolment)
    before = outline_for(enrolment, old)
    after = outline_since(newest, since) if since else outline_of(newest)
    rows = ActivityProgress.objects.filter(enrolment=enrolment, completed_at__isnull=False)
    done = {str(row.activity.uuid): row for row in rows.select_related("activity")}
    # The pre-test is taken once, whatever it asks: it measures where somebody began.
    changed = {uuid for uuid in _changed(old, newest, done) if not _is_pretest(uuid, before, after)}
    return Forward(
        course=replace(_course_texts([newest], language)[newest.pk], own_outline=after),
        kept=sum(node.uuid in done and node.uuid not in changed for node in after.path),
        anew=tuple(node for node in after.path if node.uuid in done and node.uuid in changed),
        added=tuple(node for node in after.path if node.uuid not in before.by_uuid),
        changed=frozenset(changed),
        why_not=why_not_move(enrolment),
    )


def _is_pretest(uuid: str, *outlines: Outline) -> bool:
    return any(node is not None and node.purpose == PRETEST for each in outlines for node in [each.by_uuid.get(uuid)])


def _changed(old: EditionRevision, new: EditionRevision, done: Mapping[str, ActivityProgress]) -> set[str]:
    """The lessons and tests that are in both revisions with other content: of what is done, in the language in which it
    was done, where both have it; of the rest in any language. What was read word for word as it is now is the same."""
    contents: dict[int, dict[str, dict[str, str]]] = {old.pk: {}, new.pk: {}}
    for revision, uuid, language, content in ManifestEntry.objects.filter(
        revision__in=[old, new], activity__kind__in=[Activity.Kind.LESSON, Activity.Kind.QUIZ]
    ).values_list("revision", "activity__uuid", "language", "content"):
        contents[revision].setdefault(str(uuid), {})[language] = content
    found = set()
    for each, now in contents[new.pk].items():
        then = contents[old.pk].get(each)
        if then is None:
            continue
        row = done.get(each)
        if row is not None and row.content and row.content == now.get(row.language):
            continue
        both = then.keys() & now.keys()
        asked = {row.language} if row is not None and row.language in both else both
        if not asked or any(then[language] != now[language] for language in asked):
            found.add(each)
    return found


# --- what published editions were


@dataclass(frozen=True)
class Published:
    """One revision as the history lists it. `drafts` counts parts without review, by language."""

    revision: EditionRevision
    who: str
    languages: tuple[tuple[str, int], ...]

    @property
    def is_reviewed(self) -> bool:
        return not any(drafts for _language, drafts in self.languages)


@dataclass(frozen=True)
class EditionHistory:
    """One edition with its revisions, newest first, and what it asked of holders of the one before."""

    number: int
    delta: Delta | None
    revisions: tuple[Published, ...]


def history(viewer: Viewer, course: Course) -> list[EditionHistory]:
    """Every edition of a course, newest first, for those who may look back; for others none."""
    if not may_look_back(viewer):
        return []
    rows = list(
        EditionRevision.objects.filter(edition__course=course)
        .defer("outline")
        .select_related("edition__delta", "published_by__user")
        .order_by("-edition__number", "-number")
    )
    people = {row.published_by.user for row in rows if row.published_by and row.published_by.user}
    names = names_for(viewer, people)
    languages: dict[int, list[tuple[str, int]]] = {}
    counted = ManifestEntry.objects.filter(revision__in=[row.pk for row in rows]).order_by("language")
    is_draft = Count("pk", filter=Q(review_state=ReviewState.DRAFT))
    for revision, language, drafts in counted.values_list("revision", "language").annotate(n=is_draft):
        languages.setdefault(revision, []).append((language, drafts))
    found: list[EditionHistory] = []
    for row in rows:
        author = row.published_by.user if row.published_by else None
        each = Published(row, names[author.pk] if author else "", tuple(languages.get(row.pk, ())))
        if found and found[-1].number == row.edition.number:
            found[-1] = replace(found[-1], revisions=(*found[-1].revisions, each))
        else:
            found.append(EditionHistory(row.edition.number, getattr(row.edition, "delta", None), (each,)))
    return found


# --- as it was


@dataclass(frozen=True)
class Past:
    """A lesson, the text of a course, or the door of a test exactly as one revision had it.

    Attributes:
        node: None for the text of the course itself.
        text: the course's own text at that time, with the titles of everything.
        body, source: as frozen; `digest` is the name under which they are kept.
        languages: in which this activity stood in the revision.
        lesson_languages: key of every lesson of the revision → the language nearest to this one in which it stood.
    """

    revision: EditionRevision
    key: str
    node: Node | None
    language: str
    languages: tuple[str, ...]
    text: Mapping[str, Any]
    text_language: str
    body: Any
    source: Any
    digest: str
    is_reviewed: bool
    lesson_languages: Mapping[str, str]

    @property
    def is_intact(self) -> bool:
        """Whether the content still gives the digest under which it was frozen; worked out anew."""
        return digest_of({"body": self.body, "source": self.source}) == self.digest

    @property
    def outline(self) -> Outline:
        return outline_of(self.revision)

    @property
    def course(self) -> Course:
        return self.revision.edition.course


def revisions_seen_by(viewer: Viewer) -> QuerySet[EditionRevision]:
    """The revisions that a person may look back into: those of editions in which the person is or was enrolled; for
    those who answer for the content every one."""
    rows = EditionRevision.objects.select_related("edition__course")
    if may_look_back(viewer):
        return rows
    if not isinstance(viewer, User):
        return rows.none()
    own = Enrolment.objects.filter(actor__user=viewer)
    left = EditionMove.objects.filter(enrolment__in=own).values("from_edition")
    return rows.filter(Q(edition__in=own.values("edition")) | Q(edition__in=left))


def past(viewer: Viewer, slug: str, edition: int, revision: int, language: str, key: str) -> Past:
    """What stood under a key in one language in one revision. Reads frozen content only, so it is there whatever
    happened to the page, its block types, its questions or the language since.

    Raises:
        Http404: there is no such thing, or the viewer may not look into this edition. What a test could ask is for
            those who answer for it.
    """
    found = (
        revisions_seen_by(viewer).filter(edition__course__slug=slug, edition__number=edition, number=revision).first()
    )
    entries = {} if found is None else _entries_of(found, key)
    if found is None or language not in entries:
        raise Http404(_("There is no such page in this edition, or you were never enrolled in it."))
    entry = entries[language]
    node = outline_of(found).by_key.get(key)
    if entry.activity.kind == Activity.Kind.QUIZ and not may_look_back(viewer):
        raise Http404(_("There is no such page in this edition, or you were never enrolled in it."))
    texts = entries if entry.activity.kind == Activity.Kind.COURSE else _entries_of(found, COURSE_KEY)
    text_language = pick_language(texts, language)
    return Past(
        revision=found,
        key=key,
        node=node,
        language=language,
        languages=tuple(sorted(entries)),
        text=texts[text_language].content.body,
        text_language=text_language,
        body=entry.content.body,
        source=entry.content.source,
        digest=entry.content_id,
        is_reviewed=entry.review_state == ReviewState.REVIEWED,
        lesson_languages=_lesson_languages(found, language),
    )


def _lesson_languages(revision: EditionRevision, language: str) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    rows = ManifestEntry.objects.filter(revision=revision, activity__kind=Activity.Kind.LESSON)
    for key, each in rows.values_list("activity__key", "language"):
        found.setdefault(key, []).append(each)
    return {key: pick_language(languages, language) for key, languages in found.items()}


def _entries_of(revision: EditionRevision, key: str) -> dict[str, ManifestEntry]:
    rows = ManifestEntry.objects.filter(revision=revision, activity__key=key).select_related("activity", "content")
    return {row.language: row for row in rows}


def where_shown(viewer: Viewer, digest: str) -> tuple[str, str, str, str] | None:
    """Where a digest was shown: (slug, “1.2”, language, key), in the newest revision that the viewer may look into; of
    the digest of a whole revision the text of its course. None where there is nothing for this viewer."""
    rows = revisions_seen_by(viewer)
    entry = (
        ManifestEntry.objects.filter(content=digest, revision__in=rows)
        .exclude(**({} if may_look_back(viewer) else {"activity__kind": Activity.Kind.QUIZ}))
        .select_related("revision__edition__course", "activity")
        .order_by("-revision__published_at", "-revision", "language")
        .first()
    )
    if entry is None:
        whole = rows.filter(digest=digest).order_by("-pk").values("pk")[:1]
        entry = (
            ManifestEntry.objects.filter(
                revision__in=list(whole.values_list("pk", flat=True)), activity__key=COURSE_KEY
            )
            .select_related("revision__edition__course", "activity")
            .order_by("language")
            .first()
        )
    if entry is None:
        return None
    revision = entry.revision
    number = f"{revision.edition.number}.{revision.number}"
    return revision.edition.course.slug, number, entry.language, entry.activity.key
