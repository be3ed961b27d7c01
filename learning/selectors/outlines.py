"""Which tree of activities an enrolment follows: that of its edition, or of a refresher only the delta's."""

from collections.abc import Iterable

from learning.deltas import Scope, delta_outline, minutes_of, renewal_outline, union
from learning.manifest import Outline
from learning.models import Course, Delta, EditionRevision, Enrolment, Refresher
from lms.kept import Kept

#: What a process keeps of editions, which never change (decision 0019): trees by revision, and of refreshers by scope.
_OUTLINES: Kept[tuple[int, str], Outline] = Kept(256)
_DELTA_OUTLINES: Kept[tuple[int, str, Scope], Outline] = Kept(256)


def newest_revision(course: Course) -> EditionRevision | None:
    """The newest revision of a course's newest edition, which is what its pages are held against; None before the
    first publication."""
    revisions = EditionRevision.objects.filter(edition__course=course).select_related("edition")
    return revisions.order_by("edition__number", "number").last()


def latest_revision(edition_id: int) -> EditionRevision:
    """The revision of an edition that officers read now."""
    revision = EditionRevision.objects.filter(edition=edition_id).select_related("edition__course").last()
    assert revision is not None, "an edition is made together with its first revision"
    return revision


def outline_of(revision: EditionRevision) -> Outline:
    """The tree of a revision, parsed once for each process: revisions never change."""
    return _OUTLINES.get_or_make((revision.pk, revision.digest), lambda: Outline.from_json(revision.outline))


def since_of(enrolment: Enrolment) -> int:
    """Of a refresher the number of the edition that was completed before; 0 for an enrolment in the whole course."""
    refresher: Refresher | None = getattr(enrolment, "refresher", None)
    return refresher.since if refresher else 0


def sinces_of(enrolments: Iterable[Enrolment]) -> dict[int, int]:
    """The same for several by primary key, in one query; whole courses are not in it."""
    return dict(Refresher.objects.filter(enrolment__in=list(enrolments)).values_list("enrolment", "since"))


def deltas_between(course: int, since: int, until: int) -> list[Scope]:
    """The deltas of the editions after `since` and up to `until` of a course, oldest first."""
    rows = Delta.objects.filter(edition__course=course, edition__number__gt=since, edition__number__lte=until).order_by(
        "edition__number"
    )
    return [scope_of_delta(row) for row in rows]


def scope_of_delta(delta: Delta) -> Scope:
    """A stored delta as a value."""
    return Scope(frozenset(delta.lessons), delta.questions, delta.minutes)


def outline_since(revision: EditionRevision, since: int) -> Outline:
    """What somebody who completed edition `since` is asked in the edition of a revision: what the editions in between
    changed, or, where they ask nothing, what renews a certificate."""
    delta = refresher_since(revision, since)
    return delta if delta.path else renewal_outline(outline_of(revision))


def refresher_since(revision: EditionRevision, since: int) -> Outline:
    """The tree of a refresher for the edition of a revision, of somebody who completed edition `since`; empty where
    nothing is asked."""
    full = outline_of(revision)
    deltas = deltas_between(revision.edition.course_id, since, revision.edition.number)
    scope = union(deltas, minutes_of(full))
    return _DELTA_OUTLINES.get_or_make((revision.pk, revision.digest, scope), lambda: delta_outline(full, scope))


def outline_for(enrolment: Enrolment, revision: EditionRevision) -> Outline:
    """The tree that an enrolment follows in a revision of its edition."""
    since = since_of(enrolment)
    return outline_since(revision, since) if since else outline_of(revision)


def refreshed_lessons(course: Course) -> frozenset[str]:
    """Keys of every lesson that a refresher of any edition of a course asks for."""
    rows = Delta.objects.filter(edition__course=course).values_list("lessons", flat=True)
    return frozenset(key for lessons in rows for key in lessons)
