"""Reads for jobs: whose certificates somebody may take in numbers, and the own jobs."""

import uuid
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404

from accounts.models import Agency, User
from accounts.permissions import Right, Viewer, has_right, scope_of
from certificates.models import Award, Batch, BatchLine
from learning.models import Class, Course, Enrolment
from learning.permissions import visible_enrolments
from learning.selectors.classes import known_by_name


@dataclass(frozen=True)
class Chosen:
    """Whose certificates: of a class, a course, an agency or a list of learner codes, or what these have in common.

    Of all that the viewer may take where none is named.
    """

    klass: Class | None = None
    course: Course | None = None
    agency: Agency | None = None
    codes: frozenset[str] = frozenset()


def by_name(viewer: Viewer) -> Q:
    """The condition on enrolments whose certificates, which bear a name, the viewer may take.

    A coordinator those of the own officers; who certifies those of members that share names, as far as each may be
    known by name. A trainer none.
    """
    found = Q(pk__in=[])
    if has_right(viewer, Right.REISSUE):
        found |= visible_enrolments(viewer)
    if has_right(viewer, Right.CERTIFY):
        found |= known_by_name("actor")
    return found


def takable(viewer: Viewer) -> QuerySet[Enrolment]:
    """The enrolments whose certificates the viewer may take in a file: nobody's who is restricted or was erased."""
    return Enrolment.objects.filter(
        by_name(viewer), actor__user__isnull=False, actor__user__is_restricted=False
    ).order_by("member", "actor__user__full_name", "pk")


def chosen(rows: QuerySet[Enrolment], wanted: Chosen, what: str) -> QuerySet[Enrolment]:
    """Those of these enrolments that a job is about: certified ones, and where it issues, completed ones as well."""
    has_award = Exists(Award.objects.filter(enrolment=OuterRef("pk")))
    rows = rows.filter(has_award | Q(progress__completed_at__isnull=False) if what == Batch.What.ISSUE else has_award)
    if wanted.klass:
        rows = rows.filter(klass=wanted.klass)
    if wanted.course:
        rows = rows.filter(course=wanted.course)
    if wanted.agency:
        rows = rows.filter(agency=wanted.agency)
    if wanted.codes:
        rows = rows.filter(actor__user__learner_code__in=wanted.codes)
    return rows


def restricted_among(viewer: Viewer, wanted: Chosen, what: str) -> int:
    """How many of the viewer's own officers are left out of a job because they are restricted; 0 for the RSO.

    The RSO may know of nobody that he or she is restricted: who is left out there are all who are not known by name.
    """
    return chosen(restricted_own(viewer), wanted, what).count()


def restricted_own(viewer: Viewer) -> QuerySet[Enrolment]:
    """The enrolments of the viewer's own officers who are restricted; nobody's for the RSO."""
    return Enrolment.objects.filter(visible_enrolments(viewer), actor__user__is_restricted=True)


def needs_reason(viewer: Viewer, what: str) -> bool:
    """Whether a job asks for a reason: names that leave their member, and certificates that are replaced."""
    return what == Batch.What.REISSUE or not scope_of(viewer, Right.SEE_OFFICERS)


def classes_with_officers(viewer: Viewer) -> QuerySet[Class]:
    """The classes in which somebody sits whose certificate the viewer may take."""
    return Class.objects.filter(Exists(takable(viewer).order_by().filter(klass=OuterRef("pk")))).select_related(
        "course"
    )


def own_batches(user: User) -> QuerySet[Batch]:
    """The jobs of the last day that somebody asked for, newest first."""
    return Batch.objects.filter(made_by=user).select_related("klass", "course", "agency")


def own_batch(user: User, batch: uuid.UUID) -> Batch:
    """One own job.

    Raises:
        Http404: there is none; another person's answers the same.
    """
    found = own_batches(user).filter(uuid=batch).first()
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class Standing:
    """How far a job is, how many certificates were set, and what came of its officers."""

    all: int
    done: int
    printed: int
    #: (words, how many, the officers by learner code, if few), what went well first.
    outcomes: list[tuple[str, int, list[str]]]
    #: How many of the own officers are restricted; 0 for the RSO, which may know that of nobody.
    held_back: int

    @property
    def percent(self) -> int:
        return 100 * self.done // self.all if self.all else 100


#: So many officers are named with an outcome that needs somebody's attention.
_NAMED = 20


def standing_of(viewer: User, batch: Batch) -> Standing:
    """How far a job is. Officers who were left out are named by learner code, those who are restricted only counted."""
    Outcome = BatchLine.Outcome
    is_own = bool(scope_of(viewer, Right.SEE_OFFICERS))
    counts = dict(batch.lines.order_by().values_list("outcome").annotate(n=Count("pk")))
    held = batch.held_back + counts.pop(str(Outcome.HELD_BACK), 0)
    waiting = counts.pop("", 0)
    all_of = batch.lines.count()
    listed = []
    for outcome in Outcome:
        if not (n := counts.get(str(outcome.value), 0)) or outcome == Outcome.HELD_BACK:
            continue
        codes: list[str] = []
        if outcome not in BatchLine.PRINTABLE:
            rows = batch.lines.filter(outcome=outcome, enrolment__actor__user__isnull=False)
            if is_own:
                rows = rows.exclude(enrolment__actor__user__is_restricted=True)
            codes = list(rows.values_list("enrolment__actor__user__learner_code", flat=True)[:_NAMED])
        listed.append((str(outcome.label), n, codes))
    printed = sum(
        len(each) for each in batch.lines.filter(outcome__in=BatchLine.PRINTABLE).values_list("awards", flat=True)
    )
    return Standing(all_of, all_of - waiting, printed, listed, held if is_own else 0)
