"""Correcting a faulty question for every paper it stands on: first what it would change, then the change itself."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Right, require_right
from accounts.services import actor_of, audit
from assessments.correcting.papers import papers_of, result_of
from assessments.correcting.reads import percent_of
from assessments.correcting.regrading import Result, Ruling, regraded
from assessments.models import Appeal, Attempt, Correction, CorrectionRun, Item, ItemVersion, Regrade, Response
from assessments.selectors import corrections_of, effective_of, ruling_of
from assessments.types import TYPES
from learning import statements
from learning.services import context_of
from xapi.models import Source
from xapi.services import Entry, record_batch

#: So many papers in one transaction; a correction of no more is done at once.
BATCH = 200
#: So many papers a preview names whose passing changes, and so many others.
MOST_DECISIVE, MOST_OTHERS = 200, 50

_ANY = object()


class CannotCorrect(Exception):
    """This correction is refused, with the reason that the person reads. Nothing was changed."""


class NobodyAnswered(CannotCorrect):
    """The version stands on no paper."""


class NothingChanges(CannotCorrect):
    """What would count is what counts now."""


class BadKey(CannotCorrect):
    """An answer that is to count is none of this question's."""


class NoReason(CannotCorrect):
    """A correction without a reason."""


class CorrectedMeanwhile(CannotCorrect):
    """Somebody else corrected the question after this was drawn up."""


class NotWorkedOut(CannotCorrect):
    """A preview that has not looked at every paper is not applied."""


@transaction.atomic
def draw_up_correction(
    *, by: User, version: ItemVersion, kind: str, keys: Sequence[Any], reason: str, appeal: Appeal | None = None
) -> CorrectionRun:
    """Work out whom a correction would change; nothing is changed.

    What is too much for one request is left to `go_on_with_run`: the caller puts it on the queue.

    Arguments:
        kind: of `Correction.Kind`.
        keys: answer keys: those accepted beside what counts now, or those that count instead of it; none to drop.
        reason: why, 300 characters.
        appeal: what it follows from.

    Raises:
        Refused: the right to publish courses is missing.
        NobodyAnswered, NothingChanges, BadKey, NoReason: see there.
    """
    require_right(by, Right.PUBLISH_COURSES)
    newest = corrections_of([version.pk]).get(version.pk)
    run = CorrectionRun.objects.create(
        version=version,
        kind=Correction.Kind(kind),
        keys=_what_counts(version, newest, Correction.Kind(kind), keys),
        reason=_said(reason),
        appeal=appeal,
        newest_seen=newest,
        drawn_up_by=actor_of(by),
        papers=_papers_of(version.pk).count(),
    )
    _next_batch(run)
    return run


@transaction.atomic
def apply_run(*, by: User, run: CorrectionRun) -> Correction:
    """Make the correction of a preview.

    Raises:
        Refused: the right to publish courses is missing.
        NotWorkedOut: it has not looked at every paper yet.
        CorrectedMeanwhile: the question was corrected after the preview was drawn up.
    """
    require_right(by, Right.PUBLISH_COURSES)
    locked = CorrectionRun.objects.select_for_update(of=("self",)).filter(pk=run.pk, correction=None).first()
    if locked is None:
        raise CorrectedMeanwhile(_("This correction was made or dropped before."))
    if locked.finished_at is None:
        raise NotWorkedOut(_("Wait until every paper has been looked at."))
    version, kind, keys = locked.version, locked.kind, locked.keys
    locked.delete()
    return _correct(by, version, kind, keys, locked.reason, seen=locked.newest_seen_id, are_final=True)


@transaction.atomic
def correct_item(
    *, by: User, version: ItemVersion, kind: str, keys: Sequence[Any], reason: str, seen: Any = _ANY
) -> Correction:
    """Correct one version of an item for every paper it stands on. To undo it, correct it back.

    Handed-in papers are graded anew: what changes is added as a `Regrade`, and the attempt stays as it was. Whoever
    passes now has that in the record, so completion and certificate follow; a pass is never taken away. Papers that are
    open are graded with it when they are handed in. What is too much for one request is left to `go_on_with_run`, which
    the caller puts on the queue; the sweep does it otherwise.

    Arguments:
        kind, keys, reason: see `draw_up_correction`.
        seen: the newest correction (primary key, or None) that the person knew of.

    Raises:
        Refused: the right to publish courses is missing.
        NobodyAnswered, NothingChanges, BadKey, NoReason, CorrectedMeanwhile: see there.
    """
    require_right(by, Right.PUBLISH_COURSES)
    return _correct(by, version, kind, keys, reason, seen=seen)


def _correct(
    by: User,
    version: ItemVersion,
    kind: str,
    keys: Sequence[Any],
    reason: str,
    *,
    seen: Any,
    are_final: bool = False,
) -> Correction:
    # Of two corrections of one version at the same moment the second waits here, and then sees the first.
    version = ItemVersion.objects.select_for_update(of=("self",)).select_related("item").get(pk=version.pk)
    newest = corrections_of([version.pk]).get(version.pk)
    if seen is not _ANY and seen != (newest.pk if newest else None):
        raise CorrectedMeanwhile(_("Somebody corrected this question in the meantime. Look at it and begin again."))
    wanted = Correction.Kind(kind)
    counts = list(keys) if are_final else _what_counts(version, newest, wanted, keys)
    actor = actor_of(by)
    correction = Correction.objects.create(
        version=version, kind=wanted, keys=counts, reason=_said(reason), decided_by=actor
    )
    opened = _open_from(version.pk)
    run = CorrectionRun.objects.create(
        version=version,
        kind=wanted,
        keys=counts,
        reason=correction.reason,
        newest_seen=newest,
        correction=correction,
        drawn_up_by=actor,
        papers=_papers_of(version.pk).count(),
        figures={} if opened is None else {"open_from": opened},
    )
    _next_batch(run)
    audit(
        by=by,
        action="question.corrected",
        target=f"assessments.item:{version.item.uuid}",
        reason=correction.reason,
        details={
            "key": version.item.key,
            "version": version.number,
            "kind": str(wanted),
            "correction": str(correction.uuid),
            "papers": run.papers,
        },
    )
    return correction


@transaction.atomic
def drop_run(*, by: User, run: CorrectionRun) -> None:
    """Throw a preview away."""
    require_right(by, Right.PUBLISH_COURSES)
    CorrectionRun.objects.filter(pk=run.pk, correction=None).delete()


# --- what is asked for


def _said(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise NoReason(_("Say why: officers and the RSO read it."))
    return reason[:300]


def what_counts(version: ItemVersion, newest: Correction | None) -> tuple[Any, ...]:
    """The keys that count as right now, each by itself; empty where the question is dropped."""
    return ruling_of(newest).keys if newest else (version.answer_key,)


def _what_counts(
    version: ItemVersion, newest: Correction | None, kind: Correction.Kind, keys: Sequence[Any]
) -> list[Any]:
    """The keys that count after a correction."""
    if version.item.pool == Item.Pool.PRACTICE:
        raise NobodyAnswered(_("A practice question decides about nothing. Change it in the question bank."))
    if not Response.objects.filter(version=version).exists():
        raise NobodyAnswered(_("This version stands on no paper. Change the question in the question bank."))
    is_dropped = newest is not None and newest.kind == Correction.Kind.DROP
    if kind == Correction.Kind.DROP:
        if is_dropped:
            raise NothingChanges(_("This question counts for nobody already."))
        return []
    now = [version.answer_key] if is_dropped else list(what_counts(version, newest))
    wanted: list[Any] = list(now) if kind == Correction.Kind.ACCEPT else []
    for key in keys:
        if key not in wanted:
            wanted.append(key)
    if not wanted:
        raise BadKey(_("Choose at least one answer."))
    item_type = TYPES[version.item.type]
    if item_type.is_marked_by_hand and not (is_dropped and wanted == [version.answer_key]):
        raise BadKey(_("A person marks this question, so it has no key. It can be counted for nobody."))
    for key in wanted:
        if problems := item_type.problems(version.structure, key):
            raise BadKey(_("This cannot be a right answer: %(problem)s") % {"problem": problems[0]})
    if not is_dropped and len(wanted) == len(now) and all(key in now for key in wanted):
        raise NothingChanges(_("These answers count as right already."))
    return wanted


def _papers_of(version: int) -> Any:
    return Response.objects.filter(version=version, attempt__submitted_at__isnull=False)


def _open_from(version: int) -> int | None:
    """From which response on papers were open. One of those may be handed in at this very moment by somebody who does
    not see the correction yet, so it is looked at once more later."""
    rows = Response.objects.filter(version=version, attempt__submitted_at=None).order_by("pk")
    return rows.values_list("pk", flat=True).first()


# --- the work itself


@transaction.atomic
def go_on_with_run(*, run: int) -> bool:
    """Take the next papers of a preview or a correction; says whether all are done. May run twice, at the same time."""
    found = (
        CorrectionRun.objects.select_for_update(of=("self",))
        .select_related("version__item", "correction")
        .filter(pk=run, finished_at=None)
        .first()
    )
    return found is None or _next_batch(found)


def _next_batch(run: CorrectionRun) -> bool:
    """The next papers of a run that nobody else works on."""
    rows = list(
        _papers_of(run.version_id).filter(pk__gt=run.seen_to).order_by("pk").values_list("pk", "attempt")[:BATCH]
    )
    figures = Figures(run.figures)
    for each in _work(run, [attempt for _pk, attempt in rows]):
        figures.add(*each)
    run.figures = figures.as_json()
    run.seen_to = rows[-1][0] if rows else run.seen_to
    run.done += len(rows)
    run.worked_at = timezone.now()
    if len(rows) < BATCH:
        run.finished_at = run.worked_at
        run.papers = run.done
    run.save(update_fields=["figures", "seen_to", "done", "papers", "worked_at", "finished_at"])
    return run.finished_at is not None


@transaction.atomic
def look_again(*, run: int) -> int:
    """Look once more at the papers that were open when a correction was made; returns how many it still changed."""
    found = (
        CorrectionRun.objects.select_for_update(of=("self",))
        .select_related("version__item", "correction")
        .filter(pk=run, finished_at__isnull=False, correction__isnull=False, figures__has_key="open_from")
        .first()
    )
    if found is None:
        return 0
    at, changed = int(found.figures.pop("open_from")) - 1, 0
    while rows := list(
        _papers_of(found.version_id).filter(pk__gt=at).order_by("pk").values_list("pk", "attempt")[:BATCH]
    ):
        at = rows[-1][0]
        changed += sum(before != after for _attempt, before, after in _work(found, [each for _pk, each in rows]))
    found.save(update_fields=["figures"])
    return changed


def _work(run: CorrectionRun, attempts: Sequence[int]) -> list[tuple[Attempt, Result, Result]]:
    """Grade these papers anew, each with its result before and after; a correction writes what it changes."""
    if not attempts:
        return []
    rows = Attempt.objects.filter(pk__in=attempts).select_related(
        "enrolment__actor", "enrolment__refresher", "activity", "revision__edition"
    )
    if run.correction_id:
        rows = rows.select_for_update(of=("self",))
    found = list(rows.order_by("pk"))
    what_if = None
    if run.correction_id is None:
        what_if = {run.version_id: Ruling(tuple(run.keys), is_dropped=run.kind == Correction.Kind.DROP)}
    papers, rulings = papers_of(attempts, what_if)
    before = effective_of(found)
    results = []
    for attempt in found:
        was = result_of(before[attempt.pk])
        now = regraded(papers[attempt.pk], rulings, attempt.pass_mark, was_passed=was.passed)
        results.append((attempt, was, now))
    if run.correction is not None:
        _write(run.correction, [each for each in results if each[1] != each[2]])
    return results


def _write(correction: Correction, changed: Sequence[tuple[Attempt, Result, Result]]) -> None:
    """Add what a correction changed, and record who passes by it."""
    there = set(
        Regrade.objects.filter(
            correction=correction, attempt__in=[attempt.pk for attempt, _before, _after in changed]
        ).values_list("attempt", flat=True)
    )
    fresh = [each for each in changed if each[0].pk not in there]
    Regrade.objects.bulk_create(
        [
            Regrade(
                attempt=attempt,
                correction=correction,
                right=after.right,
                total=after.total,
                score=after.score,
                points=after.points,
                passed=after.passed,
                is_below=after.is_below,
            )
            for attempt, _before, after in fresh
        ]
    )
    for attempt, before, after in fresh:
        # Of a person who was erased nothing follows any more.
        if after.passed and not before.passed and attempt.enrolment.actor.user_id is not None:
            record_batch(actor=attempt.enrolment.actor, entries=[_passed(attempt, after)])


def _passed(attempt: Attempt, result: Result) -> Entry:
    """That a test is passed after a correction. At most once an attempt, so the id follows from it."""
    assert attempt.submitted_at is not None
    return Entry(
        statement=statements.build(
            verb=statements.PASSED,
            activity=attempt.activity.iri,
            context=context_of(attempt.enrolment, attempt.revision, attempt.language, attempt.digest),
            result={
                "completion": True,
                "success": True,
                "score": {
                    "scaled": float(result.score / result.points),
                    "raw": float(result.score),
                    "min": 0,
                    "max": result.points,
                },
                "duration": statements.duration(attempt.started_at, attempt.submitted_at),
            },
            statement_id=uuid.uuid5(attempt.uuid, "passed after a correction"),
        ),
        source=Source.SERVER,
        occurred_at=timezone.now(),
    )


class Figures:
    """What a run found: counts, and a bounded list of papers whose result changes; those first that decide.

    `same` are those on which other points count and the percentage stays: they are counted and not listed.
    """

    COUNTS = ("changed", "same", "higher", "lower", "passes", "below")

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.more = dict(data)
        self.counts = {name: int(data.get(name, 0)) for name in self.COUNTS}
        self.decisive: list[list[Any]] = list(data.get("decisive", ()))
        self.others: list[list[Any]] = list(data.get("others", ()))

    def add(self, attempt: Attempt, before: Result, after: Result) -> None:
        """Count one paper."""
        if before == after:
            return
        passes, falls = bool(after.passed and not before.passed), after.is_below and not before.is_below
        change = percent_of(after.score, after.points) - percent_of(before.score, before.points)
        if not change and (before.passed, before.is_below) == (after.passed, after.is_below):
            self.counts["same"] += 1
            return
        self.counts["changed"] += 1
        self.counts["higher"] += change > 0
        self.counts["lower"] += change < 0
        self.counts["passes"] += passes
        self.counts["below"] += falls
        row = [
            attempt.pk,
            str(before.score),
            before.points,
            str(after.score),
            after.points,
            before.passed,
            after.passed,
            after.is_below,
        ]
        if passes or falls:
            if len(self.decisive) < MOST_DECISIVE:
                self.decisive.append(row)
        elif len(self.others) < MOST_OTHERS:
            self.others.append(row)

    def as_json(self) -> dict[str, Any]:
        """The stored form."""
        return {**self.more, **self.counts, "decisive": self.decisive, "others": self.others}
