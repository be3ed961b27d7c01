"""Marking essays: taken one by one, marked by a rubric, released together, and marked anew where that is needed."""

import uuid
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Right, require_right
from accounts.services import actor_of, audit
from assessments.correcting.papers import papers_of, result_of
from assessments.correcting.regrading import regraded
from assessments.grading import stored
from assessments.marking.agreement import problems_of
from assessments.marking.counted import counted_essays
from assessments.marking.queue import (
    ATTEMPT,
    OPEN,
    essays_for,
    is_held,
    marks_of,
    open_essays,
    verdict_of,
)
from assessments.models import Attempt, Essay, EssayScore, Mark, MarkRelease, RecordDue, Regrade
from assessments.selectors import effective_of
from assessments.types.essay import criteria_of
from learning.models import Activity

#: So many papers are released with one press; the next press takes the next ones.
MOST_RELEASED = 500
#: So many essays are looked at to find the next one that nobody else has.
MOST_LOOKED_AT = 200


class CannotMark(Exception):
    """This cannot be done with the essay, for the reason that the person reads. Nothing was changed."""


class NotYours(CannotMark):
    """The essay was given to somebody else meanwhile, or is released."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else marks this essay now, or it is released. Take the next one."))


class NotByTheRubric(CannotMark):
    """A criterion has no points, or more than it gives."""


class NothingToRelease(CannotMark):
    """No paper is marked whole."""

    def __init__(self) -> None:
        super().__init__(_("No paper is marked whole yet, so there is nothing to release."))


class NoReason(CannotMark):
    """Marking anew needs a reason."""


class NotReleased(CannotMark):
    """What was not released is still being marked, and its marks can be changed."""

    def __init__(self) -> None:
        super().__init__(_("This essay is not released, so its marks can still be changed."))


@transaction.atomic
def take_essay(*, by: User, activity: Activity, language: str, by_question: bool = False) -> Mark | None:
    """Give a marker the next essay of a test in a language: the one that was taken before, or the oldest that wants a
    mark of somebody who has not marked it. None when there is nothing to do.

    Arguments:
        by_question: all answers to one question come in a row, and then those to the next; else paper by paper.

    Raises:
        Refused: the right to teach is missing.
    """
    require_right(by, Right.TEACH)
    actor, now = actor_of(by), timezone.now()
    own = Mark.objects.select_for_update(of=("self",)).filter(
        marker__user=by, marked_at=None, essay__activity=activity, essay__language=language
    )
    essays = open_essays(essays_for(by).filter(activity=activity, language=language))
    for mark in own.select_related("essay"):
        if mark.round == mark.essay.round and essays.filter(pk=mark.essay_id).exists():
            mark.taken_at = now
            mark.save(update_fields=["taken_at"])
            return mark
        mark.delete()
    done = Mark.objects.filter(essay=OuterRef("pk"), round=OuterRef("round"), marker__user=by)
    order = ("response__version__item", "response__version", "pk") if by_question else ("pk",)
    wanted = essays.exclude(Exists(done)).select_related(*ATTEMPT).order_by(*order)
    for essay in wanted[:MOST_LOOKED_AT].iterator(chunk_size=20):
        locked = Essay.objects.select_for_update(of=("self",)).get(pk=essay.pk)
        rows = Mark.objects.filter(essay=locked, round=locked.round).select_related("marker")
        marks = list(rows.order_by("marked_at", "pk"))
        if any(each.marker.user_id == by.pk for each in marks) or locked.state != essay.state:
            continue
        finished = [each for each in marks if each.marked_at is not None]
        held = sum(is_held(each, now) for each in marks)
        if verdict_of(essay, finished).wanted > held:
            return Mark.objects.create(essay=locked, marker=actor, round=locked.round, taken_at=now)
    return None


@transaction.atomic
def give_back_essay(*, by: User, mark: Mark) -> None:
    """Put an essay back that was taken and not marked."""
    require_right(by, Right.TEACH)
    Mark.objects.filter(pk=mark.pk, marker__user=by, marked_at=None).delete()


@transaction.atomic
def save_mark(*, by: User, mark: Mark, given: Mapping[str, int], comment: str = "") -> Essay:
    """Save what a marker gives, and say where the essay stands now. Until it is released it may be saved again.

    Arguments:
        given: criterion → points.
        comment: what the officer reads with it, 300 characters.

    Raises:
        Refused: the right to teach is missing.
        NotYours: it is not this person's to mark any more.
        NotByTheRubric: a criterion has no points, or more than it gives.
    """
    require_right(by, Right.TEACH)
    essay = Essay.objects.select_for_update(of=("self",)).select_related(*ATTEMPT).get(pk=mark.essay_id)
    own = Mark.objects.select_for_update(of=("self",)).filter(pk=mark.pk, marker__user=by).first()
    if own is None or own.round != essay.round or essay.state == Essay.State.RELEASED:
        raise NotYours
    # Two others may have finished it while this one was away for longer than it is kept.
    if own.marked_at is None and not verdict_of(essay, marks_of(essay)).wanted:
        raise NotYours
    criteria = criteria_of(essay.response.version.structure)
    if wrong := problems_of(given, criteria):
        raise NotByTheRubric(
            _("Give points for every criterion, from 0 to what it gives at most (%(count)d is not right).")
            % {"count": len(wrong)}
        )
    own.given, own.comment = {each: given[each] for each in criteria}, comment.strip()[:300]
    own.marked_at = own.marked_at or timezone.now()
    own.save(update_fields=["given", "comment", "marked_at"])
    _settle(essay)
    return essay


def _settle(essay: Essay) -> None:
    now = verdict_of(essay, marks_of(essay))
    if now.given is not None:
        essay.state = Essay.State.AGREED
    else:
        essay.state = Essay.State.APART if now.is_apart else Essay.State.WAITING
    essay.save(update_fields=["state"])


@transaction.atomic
def release_marks(*, by: User, activity: Activity, language: str) -> MarkRelease:
    """Tell the officers of one test and language their marks, all at the same moment: each paper that is marked whole.

    Results follow from it as from a correction: a `Regrade` each. Statements, progress and certificates follow when the
    officer opens the result, or within a minute (`record_attempt`).

    Raises:
        Refused: the right to teach is missing.
        NothingToRelease: no paper is marked whole.
    """
    require_right(by, Right.TEACH)
    essays = _marked_whole(by, activity, language)
    if not essays:
        raise NothingToRelease
    attempts = sorted({each.response.attempt_id for each in essays})
    release = MarkRelease.objects.create(activity=activity, papers=len(attempts), released_by=actor_of(by))
    _score(release, essays)
    Essay.objects.filter(pk__in=[each.pk for each in essays]).update(state=Essay.State.RELEASED)
    _regrade(release, attempts)
    audit(
        by=by,
        action="essays.released",
        target=f"learning.activity:{activity.uuid}",
        details={"language": language, "papers": release.papers, "release": str(release.uuid)},
    )
    return release


def _marked_whole(by: User, activity: Activity, language: str) -> list[Essay]:
    """The essays of the papers that may be released, locked."""
    of_papers = counted_essays().filter(activity=activity)
    papers = (
        essays_for(by)
        .filter(activity=activity, language=language, state=Essay.State.AGREED)
        .exclude(response__attempt__in=open_essays(of_papers).values("response__attempt"))
        .order_by("response__attempt")
        .values_list("response__attempt", flat=True)
        .distinct()[:MOST_RELEASED]
    )
    locked = list(
        of_papers.select_for_update(of=("self",))
        .filter(response__attempt__in=list(papers))
        .select_related(*ATTEMPT)
        .order_by("pk")
    )
    # A marker may have changed a mark before the lock, so that a paper is not marked whole any more.
    left = {each.response.attempt_id for each in locked if each.state in OPEN}
    return [e for e in locked if e.state == Essay.State.AGREED and e.response.attempt_id not in left]


def _score(release: MarkRelease, essays: list[Essay]) -> None:
    """Write what each essay counts."""
    marks: dict[int, list[Mark]] = {}
    for mark in Mark.objects.filter(essay__in=essays, marked_at__isnull=False).order_by("marked_at", "pk"):
        marks.setdefault(mark.essay_id, []).append(mark)
    rows = []
    for essay in essays:
        own = [mark for mark in marks.get(essay.pk, ()) if mark.round == essay.round]
        now = verdict_of(essay, own)
        assert now.given is not None
        rows.append(
            EssayScore(
                essay=essay,
                release=release,
                score=stored(now.share(criteria_of(essay.response.version.structure))),
                given={each: str(stored(points)) for each, points in now.given.items()},
                comments=[mark.comment for mark in own if mark.comment],
            )
        )
    EssayScore.objects.bulk_create(rows)


def _regrade(release: MarkRelease, attempts: list[int]) -> None:
    """Write the result of each paper, and that it is due in the record."""
    found = list(Attempt.objects.select_for_update(of=("self",)).filter(pk__in=attempts).order_by("pk"))
    papers, rulings = papers_of(attempts)
    before = effective_of(found)
    rows = []
    for attempt in found:
        was = result_of(before[attempt.pk])
        now = regraded(papers[attempt.pk], rulings, attempt.pass_mark, was_passed=was.passed)
        rows.append(
            Regrade(
                attempt=attempt,
                release=release,
                right=now.right,
                total=now.total,
                score=now.score,
                points=now.points,
                passed=now.passed,
                is_below=now.is_below,
            )
        )
    Regrade.objects.bulk_create(rows)
    RecordDue.objects.bulk_create(
        [RecordDue(attempt=attempt, release=release) for attempt in found], ignore_conflicts=True
    )


@transaction.atomic
def mark_anew(*, by: User, essay_uuid: uuid.UUID, reason: str) -> Essay:
    """Open an essay for marking anew, by others or the same people, after an appeal or a slip. What was released holds
    until the next release; to undo it, mark as before.

    Raises:
        Refused: the right to teach is missing.
        Essay.DoesNotExist: not one that the person may mark.
        NoReason: no reason was given.
        NotReleased: its marks were not released, or it is being marked anew already.
    """
    require_right(by, Right.TEACH)
    if not reason.strip():
        raise NoReason(_("Say why: the RSO and auditors read it."))
    essay = essays_for(by).select_for_update(of=("self",)).get(uuid=essay_uuid)
    if essay.state != Essay.State.RELEASED:
        raise NotReleased
    essay.round += 1
    essay.state = Essay.State.WAITING
    essay.save(update_fields=["round", "state"])
    audit(by=by, action="essay.marked_anew", target=f"assessments.essay:{essay.uuid}", reason=reason.strip()[:300])
    return essay
