"""Writes of jobs: asked for, worked on line by line, finished, taken, thrown away."""

import datetime as dt
import logging
import secrets
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member, User
from accounts.permissions import Refused, Right, has_right, scope_of
from accounts.services import audit
from certificates.batches import files
from certificates.documents import certificate_pdf
from certificates.models import Award, Batch, BatchLine
from certificates.selectors.batches import Chosen, chosen, needs_reason, restricted_among, takable
from certificates.selectors.desk import awards_looked_after_by
from certificates.services.issuing import NotCertifiable, is_wished, issue_award
from certificates.services.life import may_reissue, reissue_award
from learning.models import Enrolment

logger = logging.getLogger("suluh.certificates")

#: The most officers of one job.
MOST = 10_000
#: After a crash no more than this is done twice.
AT_ONCE = 20
#: A worker that says nothing for so long is gone.
LEASE = dt.timedelta(minutes=5)
KEPT_FOR = dt.timedelta(days=1)
#: So many certificates one line of the audit log names.
_IN_ONE_LINE = 500
Outcome = BatchLine.Outcome


class NothingToDo(Exception):
    """No officer is in what was chosen."""


class TooMany(Exception):
    """More officers than one job takes."""


class NoReason(Exception):
    """This job needs a reason."""


class NotReady(Exception):
    """There is no file yet, or none any more."""


@transaction.atomic
def make_batch(*, by: User, what: str, form: str, wanted: Chosen, reason: str = "") -> Batch:
    """Ask for the certificates of a class, a course or an agency. The caller queues it; the sweep finds it too.

    Whose certificates they are is settled here, and looked at once more when each is set and when the file is taken.

    Arguments:
        what, form: see `Batch`.
        reason: why; needed where names leave their member, and where certificates are replaced.

    Raises:
        Refused: the person may take nobody's certificates.
        NoReason, NothingToDo, TooMany: see there.
    """
    if not (has_right(by, Right.REISSUE) or has_right(by, Right.CERTIFY)):
        raise Refused(_("Your role does not include this page."))
    reason = reason.strip()[:300]
    if needs_reason(by, what) and not reason:
        raise NoReason(_("Say why. The reason is written to the audit log."))
    keys = list(chosen(takable(by), wanted, what).values_list("pk", flat=True)[: MOST + 1])
    if not keys:
        raise NothingToDo(_("Nobody in what you chose has a certificate that this job could set."))
    if len(keys) > MOST:
        raise TooMany(_("More than %(most)d officers: choose a course or an agency.") % {"most": MOST})
    batch = Batch.objects.create(
        made_by=by,
        what=Batch.What(what),
        form=Batch.Form(form),
        klass=wanted.klass,
        course=wanted.course,
        agency=wanted.agency,
        reason=reason,
        held_back=restricted_among(by, wanted, what),
    )
    BatchLine.objects.bulk_create(
        [BatchLine(batch=batch, enrolment_id=pk, position=at) for at, pk in enumerate(keys, start=1)], batch_size=1000
    )
    audit(
        by=by,
        action="certificates.batch_made",
        target=f"certificates.batch:{batch.uuid}",
        reason=reason,
        details={"what": batch.what, "form": batch.form, "officers": len(keys)},
    )
    return batch


def go_on_with_batch(*, batch: int, worker: str) -> bool:
    """Take the next officers of a job; says whether nothing is left to do for this worker. May run twice.

    Setting pages takes long, so nothing is locked meanwhile: a worker says that it has the job, and another one leaves
    it alone as long as that is not long ago. Should two have it, each certificate is still issued once.
    """
    free = Q(worked_by="") | Q(worked_by=worker) | _silent()
    mine = Batch.objects.filter(free, pk=batch, finished_at=None).update(worked_by=worker, worked_at=timezone.now())
    if not mine:
        return True
    found = Batch.objects.select_related("made_by").get(pk=batch)
    lines = list(found.lines.filter(outcome=Outcome.WAITING).order_by("position")[:AT_ONCE])
    if not lines:
        return _finish(found)
    enrolments = _still(found, lines)
    for line in lines:
        line.outcome, line.awards = _work(found, enrolments.get(line.enrolment_id), line)
    BatchLine.objects.bulk_update(lines, ["outcome", "awards"])
    left = set(found.lines.filter(pk__in=[line.pk for line in lines]).values_list("pk", flat=True))
    erased = [award for line in lines if line.pk not in left for award in line.awards]
    if erased:
        files.forget_pages(found.uuid, erased)
    return False


def _still(batch: Batch, lines: Iterable[BatchLine]) -> dict[int, Enrolment]:
    """Of these lines the enrolments whose certificates may still be taken by who asked."""
    by = User.objects.get(pk=batch.made_by_id)  # as the person's postings are now
    rows = takable(by).filter(pk__in=[line.enrolment_id for line in lines])
    return {each.pk: each for each in rows.select_related("actor__user")}


def _why_not(batch: Batch, line: BatchLine) -> str:
    """Only who looks after the officer learns that the identity is restricted."""
    if not has_right(batch.made_by, Right.SEE_OFFICERS):
        return Outcome.GONE
    is_restricted = Enrolment.objects.filter(pk=line.enrolment_id, actor__user__is_restricted=True).exists()
    return Outcome.HELD_BACK if is_restricted else Outcome.GONE


def _work(batch: Batch, enrolment: Enrolment | None, line: BatchLine) -> tuple[str, list[int]]:
    """Issue and set the certificates of one officer. A failure is this officer's, and never the job's."""
    if enrolment is None:
        return _why_not(batch, line), []
    try:
        outcome = _issue(batch, enrolment)
        awards = list(
            _of_officer(batch.made_by, enrolment)
            .filter(state=Award.State.VALID)
            .exclude(holder_name="")
            .select_related("actor__user", "course")
            .order_by("kind", "pk")
        )
        if not awards:
            return (Outcome.NOT_VALID if _of_officer(batch.made_by, enrolment).exists() else outcome), []
        for award in awards:
            files.keep_page(batch.uuid, award.pk, certificate_pdf(award))
    except NotCertifiable:
        return Outcome.NOT_CERTIFIED, []
    except PermissionDenied:
        return Outcome.GONE, []
    except Exception:
        logger.exception("A certificate of enrolment %s could not be set.", enrolment.uuid)
        return Outcome.FAILED, []
    return outcome, [award.pk for award in awards]


def _of_officer(by: User, enrolment: Enrolment) -> QuerySet[Award]:
    """The certificates of one officer in a job: those of the enrolment, and that of who may teach its course.

    The latter as far as it is of the same member and `by` looks after it, and only with one of completion in force.
    """
    own = Q(enrolment=enrolment)
    if Award.objects.filter(own, kind=Award.Kind.COMPLETION, state=Award.State.VALID).exists():
        teaches = awards_looked_after_by(by).filter(
            kind=Award.Kind.TRAINER,
            actor__user=enrolment.actor.user,
            course=enrolment.course_id,
            member=enrolment.member_id,
        )
        own |= Q(pk__in=teaches.values("pk"))
    return Award.objects.filter(own)


def _issue(batch: Batch, enrolment: Enrolment) -> str:
    """Issue what is to be issued of one officer; the outcome if it can then be printed."""
    awards = _of_officer(batch.made_by, enrolment)
    there = awards.exists()
    if batch.what == Batch.What.ISSUE and not awards.filter(enrolment=enrolment).exists():
        issue_award(enrolment=enrolment)
        return Outcome.ISSUED
    if batch.what == Batch.What.REISSUE and _issue_again(batch, enrolment, awards):
        return Outcome.REISSUED
    return Outcome.PRINTED if there else Outcome.NOT_CERTIFIED


def _issue_again(batch: Batch, enrolment: Enrolment, awards: QuerySet[Award]) -> int:
    """Issue again what bears another name than the account has, unless its holder wished that; nobody the own one."""
    assert enrolment.actor.user is not None
    other = awards.filter(state=Award.State.VALID).exclude(holder_name__in=["", enrolment.actor.user.full_name])
    rows = other.select_related("actor__user", "enrolment")
    found = [each for each in rows if not is_wished(each) and may_reissue(batch.made_by, each)]
    for award in found:
        reissue_award(by=batch.made_by, award=award, reason=batch.reason)
    return len(found)


def _finish(batch: Batch) -> bool:
    """Make the one file of a job whose lines are all worked on; says whether that is done.

    It is not where somebody in it was erased meanwhile, or a page was lost.
    """
    try:
        return _made_and_kept(batch)
    except FileNotFoundError:
        _set_again_what_is_lost(batch)
        return False


def _made_and_kept(batch: Batch) -> bool:
    written: set[int] = set()
    pages = _pages(batch, written)
    first = next(pages, None)
    made = None
    if first is not None:
        write = files.write_pdf if batch.form == Batch.Form.PDF else files.write_zip
        made = write(batch.uuid, _chain(first, pages))
    with transaction.atomic():
        now = Batch.objects.select_for_update().filter(pk=batch.pk).first()
        if now is None:
            files.throw_away(batch.uuid)
            return True
        is_whole = not written - {pk for awards in batch.lines.values_list("awards", flat=True) for pk in awards}
        if now.finished_at or not is_whole:
            if made:
                made.throw_away()
            return bool(now.finished_at)
        name = made.put_in_place() if made else ""
        Batch.objects.filter(pk=batch.pk).update(finished_at=timezone.now(), file=name)
    return True


def _set_again_what_is_lost(batch: Batch) -> None:
    """Lines whose page is gone are worked on once more; those of who was erased are gone themselves."""
    lines = batch.lines.filter(outcome__in=BatchLine.PRINTABLE)
    lost = [line.pk for line in lines if not all(files.has_page(batch.uuid, award) for award in line.awards)]
    lines.filter(pk__in=lost).update(outcome=Outcome.WAITING)


def _chain(first: files.Page, rest: Iterator[files.Page]) -> Iterator[files.Page]:
    yield first
    yield from rest


def _pages(batch: Batch, written: set[int]) -> Iterator[files.Page]:
    """The certificates of a job in the order of its list, without those who may stand in no file any more.

    Arguments:
        written: filled on the way with the certificates that were given out.
    """
    at = 0
    while lines := list(
        batch.lines.filter(position__gt=at, outcome__in=BatchLine.PRINTABLE).order_by("position")[:_IN_ONE_LINE]
    ):
        at = lines[-1].position
        still = _still(batch, lines)
        gone = [line for line in lines if line.enrolment_id not in still]
        for line in gone:
            line.outcome = _why_not(batch, line)
        BatchLine.objects.bulk_update(gone, ["outcome"])
        awards = Award.objects.defer("seal", "token").in_bulk(
            [pk for line in lines if line.enrolment_id in still for pk in line.awards]
        )
        for line in lines:
            for pk in line.awards:
                # What stopped to hold since is found when the file is taken, and in what was begun again it is not.
                if award := awards.get(pk):
                    written.add(pk)
                    yield files.Page(award.pk, award.number, award.holder_name, award.issued_at)


def take_batch(*, by: User, batch: Batch) -> Path:
    """The file of an own job, once it is looked at again whether each officer in it may still stand there.

    Who asked must still hold the right. Is somebody in it who became restricted, left or was erased since, or was a
    certificate revoked, the file is made again without that one.

    Raises:
        Refused: it is somebody else's, or the right ended.
        NotReady: it is not made yet, or being made again.
    """
    if batch.made_by_id != by.pk or not (has_right(by, Right.REISSUE) or has_right(by, Right.CERTIFY)):
        raise Refused(_("Your role does not include this page."))
    batch = Batch.objects.get(pk=batch.pk)
    if not batch.file:
        raise NotReady(_("There is no file."))
    stale = _stale(batch)
    path = files.folder(batch.uuid) / batch.file
    if stale or not path.is_file():
        _begin_again(batch, stale if path.is_file() else None)
        raise NotReady(_("Something in the file has changed since. It is being made again."))
    _note(by, batch)
    return path


def _stale(batch: Batch) -> list[int]:
    """The lines of a finished job whose officer may stand in no file any more, or whose certificate does not hold."""
    printed = batch.lines.filter(outcome__in=BatchLine.PRINTABLE)
    still = takable(User.objects.get(pk=batch.made_by_id)).order_by()
    found = list(printed.exclude(enrolment__in=still).values_list("pk", flat=True))
    of_line = {award: line for line, awards in printed.values_list("pk", "awards") for award in awards}
    keys = list(of_line)
    for start in range(0, len(keys), _IN_ONE_LINE):
        part = keys[start : start + _IN_ONE_LINE]
        holding = set(Award.objects.filter(pk__in=part, state=Award.State.VALID).values_list("pk", flat=True))
        found += [of_line[pk] for pk in part if pk not in holding]
    return found


@transaction.atomic
def erase_from_batches(*, user: User) -> int:
    """Part of an erasure: no job and no file of one holds this officer any more; returns in how many lines that was.

    A finished job is made again from the pages of the others when it is asked for.
    """
    lines = BatchLine.objects.filter(enrolment__actor__user=user)
    pages = list(Award.objects.filter(actor__user=user).values_list("pk", flat=True))
    jobs = Batch.objects.select_for_update().filter(pk__in=lines.values("batch")).order_by("pk")
    for batch in list(jobs):
        if batch.finished_at:
            Batch.objects.filter(pk=batch.pk).update(finished_at=None, file="", worked_by="", worked_at=None)
        transaction.on_commit(partial(files.forget_pages, batch.uuid, pages))
    return lines.delete()[0]


@transaction.atomic
def _begin_again(batch: Batch, stale: list[int] | None) -> None:
    """Work on these lines of a finished job once more, on all that were printed where its file is lost."""
    again = batch.lines.filter(outcome__in=BatchLine.PRINTABLE)
    if stale is None:
        again.update(outcome=Outcome.WAITING)
    else:
        for start in range(0, len(stale), _IN_ONE_LINE):
            again.filter(pk__in=stale[start : start + _IN_ONE_LINE]).update(outcome=Outcome.WAITING)
    kept = batch.uuid
    Batch.objects.filter(pk=batch.pk).update(finished_at=None, file="", worked_by="", worked_at=None)
    transaction.on_commit(lambda: files.forget_pages(kept, []))


@transaction.atomic
def _note(by: User, batch: Batch) -> None:
    """Write down whose certificates leave, before the first byte does."""
    found: dict[int | None, list[tuple[str, str]]] = {}
    pks = [pk for line in batch.lines.filter(outcome__in=BatchLine.PRINTABLE) for pk in line.awards]
    for start in range(0, len(pks), _IN_ONE_LINE):
        rows = Award.objects.filter(pk__in=pks[start : start + _IN_ONE_LINE])
        for member, award, person in rows.values_list("member", "uuid", "actor__user__uuid"):
            found.setdefault(member, []).append((str(award), str(person)))
    members = Member.objects.in_bulk([pk for pk in found if pk])
    is_own = bool(scope_of(by, Right.SEE_OFFICERS))
    for pk, own in found.items():
        for start in range(0, len(own), _IN_ONE_LINE):
            part = own[start : start + _IN_ONE_LINE]
            audit(
                by=by,
                action="certificates.batch_taken" if is_own else "shared.batch_taken",
                target=f"certificates.batch:{batch.uuid}",
                member=members.get(pk or 0),
                reason=batch.reason,
                details={
                    "awards": [award for award, _person in part],
                    "people": sorted({person for _award, person in part}),
                },
            )


@transaction.atomic
def drop_batch(*, by: User, batch: Batch) -> None:
    """Stop a job and throw its files away. What it issued stays issued.

    Raises:
        Refused: it is somebody else's.
    """
    if batch.made_by_id != by.pk:
        raise Refused(_("This is somebody else's job."))
    kept = batch.uuid
    audit(by=by, action="certificates.batch_dropped", target=f"certificates.batch:{kept}")
    batch.delete()
    transaction.on_commit(lambda: files.throw_away(kept))


def delete_old_batches() -> int:
    """Delete jobs of more than a day ago with their files, and files whose job is gone; returns how many jobs."""
    old = Batch.objects.filter(made_at__lt=timezone.now() - KEPT_FOR)
    count = old.count()
    old.delete()
    for each in list(files.left_behind(Batch.objects.values_list("uuid", flat=True))):
        files.throw_away(each)
    return count


def left_lying() -> list[int]:
    """Primary keys of jobs that the queue or a worker left lying."""
    return list(Batch.objects.filter(_silent(), finished_at=None).values_list("pk", flat=True))


def _silent() -> Q:
    """The condition on jobs whose worker said nothing for long, also by a clock that was set back since."""
    now = timezone.now()
    return Q(worked_at=None) | Q(worked_at__lt=now - LEASE) | Q(worked_at__gt=now + LEASE)


def new_worker() -> str:
    """A name for somebody who works on jobs."""
    return secrets.token_hex(16)
