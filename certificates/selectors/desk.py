"""Reads for those who look after certificates: who certifies for all, and coordinators for their own officers."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Right, Scope, Viewer, scope_of
from accounts.selectors import names_for, public_name
from certificates.models import Award, AwardChange, AwardQuerySet
from certificates.numbers import normalise
from certificates.periods import RENEWAL_DAYS
from learning.models import Class, Enrolment
from learning.sharing import SHARED, enrolments_shared_with
from lms.suppression import Cell, suppress


def _in_scope(scope: Scope) -> Q:
    """The condition on awards; a trainer certificate belongs to a member and to none of its agencies."""
    if not scope:
        return Q(pk__in=[])
    of_enrolment = Q(enrolment__isnull=False) & scope.q(member="member_id", agency="enrolment__agency_id")
    return of_enrolment | Q(enrolment=None, member__in=scope.members)


def awards_looked_after_by(viewer: Viewer) -> AwardQuerySet:
    """The awards about which this viewer may do something: all of them, or those of the own officers."""
    rows = Award.objects.select_related("actor__user", "course", "enrolment", "member")
    if scope_of(viewer, Right.CERTIFY).everyone:
        return rows
    return rows.filter(_in_scope(scope_of(viewer, Right.REISSUE)))


def award_looked_after_by(viewer: Viewer, typed: str) -> Award:
    """The newest period of the certificate with this number.

    Raises:
        Http404: there is none, or it is another's officer's.
    """
    number = normalise(typed)
    found = awards_looked_after_by(viewer).filter(number=number).order_by("-pk").first() if number else None
    if found is None:
        raise Http404(_("There is no such certificate among yours."))
    return found


@dataclass(frozen=True)
class Change:
    """One line of the history of a number: that a period was issued, or what was done to it."""

    award: Award
    kind: str
    at: dt.datetime
    who: str
    reason: str

    @property
    def label(self) -> str:
        return str(AwardChange.Kind(self.kind).label) if self.kind else _("Issued")


def history_of_number(viewer: Viewer, award: Award) -> list[Change]:
    """Everything that happened under the number of an award that the viewer looks after, the newest first."""
    periods = {each.pk: each for each in awards_looked_after_by(viewer).filter(number=award.number)}
    rows = list(AwardChange.objects.filter(award__in=periods).select_related("changed_by__user"))
    names = names_for(viewer, [row.changed_by.user for row in rows if row.changed_by])
    found = [
        (row.award_id, row.pk, Change(periods[row.award_id], row.kind, row.changed_at, _who(row, names), row.reason))
        for row in rows
    ]
    # Of one that was issued again the line that says so is enough.
    first = {pk: each for pk, each in periods.items() if each.reissues_id is None}
    found += [(pk, 0, Change(each, "", each.issued_at, "", "")) for pk, each in first.items()]
    return [change for _award, _row, change in sorted(found, key=lambda each: each[:2], reverse=True)]


def _who(row: AwardChange, names: dict[int, str]) -> str:
    user = row.changed_by.user if row.changed_by else None
    return names.get(user.pk, "") if user else ""


def shown_holder(viewer: Viewer, award: Award) -> str:
    """By what the viewer knows the holder without giving a reason: a coordinator by name, the RSO as any stranger does;
    empty for one who is restricted."""
    user = award.actor.user
    if scope_of(viewer, Right.CERTIFY).everyone:
        hidden = award.snapshot.get("is_withheld") or (user is not None and user.is_restricted)
        return "" if hidden or not award.holder_name else public_name(user, award.holder_name)
    return names_for(viewer, [user])[user.pk] if user is not None else "–"


def is_shared(viewer: Viewer, award: Award) -> bool:
    """Whether the member of the holder shares the own officers with this viewer, by name or by code."""
    return _shared(viewer, award).exists()


def shared_holder(viewer: Viewer, award: Award) -> str:
    """By what the member of the holder lets this viewer know who it is; whoever asks writes that down.

    Raises:
        Http404: the member does not share the own officers.
    """
    row = _shared(viewer, award).first()
    if row is None:
        raise Http404(_("The member of this officer shares no names."))
    return str(row.shown_as)  # type: ignore[attr-defined]


def _shared(viewer: Viewer, award: Award) -> QuerySet[Enrolment]:
    user = award.actor.user
    if user is None or award.member is None or award.member.sharing not in SHARED:
        return Enrolment.objects.none()
    return enrolments_shared_with(viewer).filter(actor__user=user, course=award.course_id, member=award.member_id)


def trainer_award_on(viewer: Viewer, award: Award) -> Award | None:
    """The trainer certificate that stands on a learner certificate, if the viewer looks after it."""
    rows = (
        awards_looked_after_by(viewer)
        .standing()
        .filter(kind=Award.Kind.TRAINER, actor=award.actor_id, course=award.course_id, snapshot__stands_on=award.number)
    )
    return rows.order_by("-pk").first()


# --- the coordinator's own officers

STATES = ("ending", "ended", "suspended", "valid")


def own_certificates(viewer: Viewer, *, state: str = "", course: str = "") -> QuerySet[Award]:
    """The certificates of the viewer's own officers that stand, those that end first in front.

    Arguments:
        state: one of `STATES`; all of them where it is empty.
        course: slug of a course.
    """
    today = timezone.localdate()
    rows = (
        awards_looked_after_by(viewer)
        .filter(_in_scope(scope_of(viewer, Right.REISSUE)), actor__user__isnull=False)
        .filter(state__in=[Award.State.VALID, Award.State.SUSPENDED])
        .exclude(holder_name="")
    )
    conditions = {
        "ending": _ending(today),
        "ended": Q(state=Award.State.VALID, valid_until__lt=today),
        "suspended": Q(state=Award.State.SUSPENDED),
        "valid": Q(state=Award.State.VALID, valid_until__gte=today),
    }
    rows = rows.filter(conditions.get(state, Q()))
    return (rows.filter(course__slug=course) if course else rows).order_by("valid_until", "pk")


def _ending(today: dt.date) -> Q:
    return Q(
        kind=Award.Kind.COMPLETION,
        state=Award.State.VALID,
        valid_until__range=(today, today + dt.timedelta(days=RENEWAL_DAYS)),
    )


def how_many_end(viewer: Viewer) -> int:
    """How many certificates of the viewer's own officers end within the window in which they can be renewed."""
    return own_certificates(viewer, state="ending").count()


# --- participation


@dataclass(frozen=True)
class EndedClass:
    """A class that is over, and how many of its officers did not complete the course; nobody's name, no small count."""

    klass: Class
    not_completed: Cell


def ended_classes(viewer: Viewer) -> list[EndedClass]:
    """The classes of the last year, for who certifies, in which officers may have taken part without completing."""
    if not scope_of(viewer, Right.CERTIFY).everyone:
        return []
    today = timezone.localdate()
    rows = Enrolment.objects.filter(
        klass__ends_on__lt=today,
        klass__ends_on__gte=today - dt.timedelta(days=365),
        actor__user__isnull=False,
        progress__isnull=False,
        progress__completed_at=None,
    ).exclude(awards__kind=Award.Kind.PARTICIPATION)
    counts = dict(rows.order_by().values_list("klass").annotate(n=Count("pk")))
    classes = Class.objects.filter(pk__in=counts).select_related("course").order_by("-ends_on", "-pk")
    return [EndedClass(each, suppress(counts[each.pk])) for each in classes[:50]]


def participants_of(viewer: Viewer, klass: Class) -> list[Enrolment]:
    """The enrolments of a class that is over, not completed and without a certificate of participation."""
    if not scope_of(viewer, Right.CERTIFY).everyone or not klass.is_over:
        return []
    rows = Enrolment.objects.filter(
        klass=klass, actor__user__isnull=False, progress__isnull=False, progress__completed_at=None
    ).exclude(awards__kind=Award.Kind.PARTICIPATION)
    return list(rows.select_related("actor__user", "course", "klass", "member").order_by("pk"))


# --- the holder


@dataclass(frozen=True)
class OwnCertificate:
    """One of the viewer's own certificates: its newest period, and those before."""

    award: Award
    earlier: Sequence[Award]

    @property
    def days_left(self) -> int:
        """Negative once it has ended."""
        return (self.award.valid_until - timezone.localdate()).days

    @property
    def is_ending(self) -> bool:
        """Whether it is time to say so: in its last weeks, and for some weeks after."""
        is_due = self.award.kind == Award.Kind.COMPLETION and self.award.state == Award.State.VALID
        return is_due and -RENEWAL_DAYS <= self.days_left <= RENEWAL_DAYS


def certificates_of(user: User) -> list[OwnCertificate]:
    """All certificates of a person by number, the newest in front."""
    rows = Award.objects.filter(actor__user=user).select_related("course").order_by("-pk")
    by_number: dict[str, list[Award]] = {}
    for award in rows:
        by_number.setdefault(award.number, []).append(award)
    return [OwnCertificate(newest, earlier) for newest, *earlier in by_number.values()]
