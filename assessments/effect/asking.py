"""Whom the two short forms are offered: the viewer's own offers, who is due for the follow-up, and whose letter is.

Nobody is asked who withdrew, was erased, is out of use or serves nowhere any more. Nobody is asked the same form of the
same course twice, whatever the enrolment, the edition or the account that was merged.
"""

import datetime as dt
import uuid
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from accounts.models import Posting, User
from accounts.permissions import Viewer
from assessments.models import EffectAsked, EffectKind
from learning.manifest import Rules
from learning.models import Edition, Enrolment
from learning.selectors import course_names

#: For so long after completion the reaction is asked; later nobody remembers.
REACTION_DAYS = 60
#: For so long the follow-up is open after the invitation.
FOLLOW_UP_DAYS = 60
#: For so long after the invitation the link for a supervisor works: with 90 days before it, half a year.
SUPERVISOR_DAYS = 90
#: After so long without an answer one letter more is written.
REMIND_AFTER = 14
#: So many letters of a kind are written in one run; the rest an hour later.
MOST_LETTERS = 200
#: Whoever was due longer ago, before there were invitations or while the edition asked nothing, is left alone.
LATEST_DAYS = 365


@dataclass(frozen=True)
class Offer:
    """One form that is open to its officer."""

    enrolment: Enrolment
    kind: str
    title: str
    language: str

    @property
    def is_follow_up(self) -> bool:
        return self.kind == EffectKind.FOLLOW_UP


def own_offers(user: Viewer, language: str, *, course: int | None = None) -> list[Offer]:
    """The forms that are open to the viewer now, those about use at work first; two statements where there are none.

    Arguments:
        course: only those about this course (primary key).
    """
    if not isinstance(user, User):
        return []
    now = timezone.now()
    own = Enrolment.objects.filter(actor__user=user, ended_at=None).select_related("course")
    if course is not None:
        own = own.filter(course=course)
    found = [(each, EffectKind.FOLLOW_UP) for each in own.filter(_invited(now)).order_by("pk")]
    found += [(each, EffectKind.REACTION) for each in own.filter(_reacts(now)).order_by("pk")]
    if not found:
        return []
    # Merged accounts may bring along two enrolments in a course.
    found = list({(each.course_id, kind): (each, kind) for each, kind in reversed(found)}.values())[::-1]
    names = course_names([each.course for each, _kind in found], language)
    return [Offer(each, kind, names[each.course_id].title, names[each.course_id].language) for each, kind in found]


def own_offer(user: Viewer, enrolment: uuid.UUID, kind: str, language: str) -> Offer:
    """One form that is open to the viewer.

    Raises:
        Http404: it is not: another's, not due, answered, not wanted, or closed.
    """
    for offer in own_offers(user, language):
        if offer.enrolment.uuid == enrolment and offer.kind == kind:
            return offer
    raise Http404


def is_open(enrolment: Enrolment, kind: str) -> bool:
    """Whether a form is open to the officer of an enrolment now; scoping is the caller's."""
    now = timezone.now()
    condition = _invited(now) if kind == EffectKind.FOLLOW_UP else _reacts(now)
    return Enrolment.objects.filter(condition, pk=enrolment.pk, ended_at=None).exists()


def _asked(kind: str, prefix: str = "") -> QuerySet[EffectAsked]:
    """What the person of an enrolment was asked about its course, through whichever enrolment."""
    return EffectAsked.objects.filter(
        kind=kind,
        enrolment__course=OuterRef(f"{prefix}course"),
        enrolment__actor__user=OuterRef(f"{prefix}actor__user"),
    )


def _invited(now: dt.datetime) -> Q:
    since = now - dt.timedelta(days=FOLLOW_UP_DAYS)
    open_rows = EffectAsked.objects.filter(
        ~Exists(_asked_before()),
        enrolment=OuterRef("pk"),
        kind=EffectKind.FOLLOW_UP,
        state=EffectAsked.State.OPEN,
        invited_at__gt=since,
    )
    return Q(Exists(open_rows))


def _asked_before() -> QuerySet[EffectAsked]:
    """Of an invitation the others of the same person to the same course that hold instead: accounts may be merged."""
    rows = _asked(EffectKind.FOLLOW_UP, "enrolment__")
    return rows.filter(Q(pk__lt=OuterRef("pk")) | Q(state=EffectAsked.State.DONE)).exclude(pk=OuterRef("pk"))


def _reacts(now: dt.datetime) -> Q:
    """A reaction needs no invitation, so whoever answered or does not want to has a row."""
    since = now - dt.timedelta(days=REACTION_DAYS)
    return Q(~Exists(_asked(EffectKind.REACTION)), progress__completed_at__gt=since)


def own_for_supervisor(user: Viewer, enrolment: uuid.UUID) -> Enrolment:
    """The viewer's own enrolment, where the supervisor may be asked: the follow-up was opened, and nobody answered yet.

    Raises:
        Http404: there is none.
    """
    if isinstance(user, User):
        own = Enrolment.objects.filter(_supervised(timezone.now()), uuid=enrolment, actor__user=user, ended_at=None)
        found = own.select_related("course").first()
        if found is not None:
            return found
    raise Http404


def _supervised(now: dt.datetime) -> Q:
    opened = EffectAsked.objects.filter(
        enrolment=OuterRef("pk"), kind=EffectKind.FOLLOW_UP, invited_at__gt=now - dt.timedelta(days=SUPERVISOR_DAYS)
    )
    done = _asked(EffectKind.SUPERVISOR).filter(state=EffectAsked.State.DONE)
    return Q(Exists(opened), ~Exists(done))


def held_link(digest: str) -> EffectAsked:
    """What the link of a supervisor, known by the digest of its code, is about.

    Raises:
        Http404: it was used, was replaced, has ended, or never was.
    """
    now = timezone.now()
    rows = EffectAsked.objects.filter(
        kind=EffectKind.SUPERVISOR,
        state=EffectAsked.State.OPEN,
        code_digest=digest,
        enrolment__ended_at=None,
        enrolment__actor__user__is_active=True,
        invited_at__gt=now - dt.timedelta(days=SUPERVISOR_DAYS),
    )
    found = rows.select_related("enrolment__course", "enrolment__actor").first()
    if found is None:
        raise Http404
    return found


# --- the daily work: scoped to nobody


def _askable(prefix: str = "") -> Q:
    """Enrolments that run, of people who are there."""
    serves = Posting.objects.current().filter(user=OuterRef(f"{prefix}actor__user"))
    return Q(**{f"{prefix}ended_at": None, f"{prefix}actor__user__is_active": True}) & Q(Exists(serves))


def due_for_follow_up(now: dt.datetime, most: int) -> list[int]:
    """Enrolments (primary keys) whose officers are to be invited now, so many at most."""
    editions: dict[int, list[int]] = defaultdict(list)
    for pk, rules in Edition.objects.order_by().values_list("pk", "rules"):
        days = Rules.from_json(rules).follow_up_days
        if days:
            editions[days].append(pk)
    found: dict[tuple[int | None, int], int] = {}
    for days, of in sorted(editions.items()):
        due = now - dt.timedelta(days=days)
        rows = Enrolment.objects.filter(
            _askable(),
            ~Exists(_asked(EffectKind.FOLLOW_UP)),
            edition__in=of,
            progress__completed_at__lte=due,
            progress__completed_at__gt=due - dt.timedelta(days=LATEST_DAYS),
        )
        ordered = rows.order_by("progress__completed_at", "pk").values_list("actor__user", "course", "pk")
        for user, course, pk in ordered[:most]:
            # Of two enrolments that merged accounts brought along the first is asked about.
            found.setdefault((user, course), pk)
    return list(found.values())[:most]


def untold(now: dt.datetime) -> list[int]:
    """Invitations (primary keys) of which no letter was written yet, so many at most."""
    return list(_open_rows(now).filter(told_at=None).values_list("pk", flat=True)[:MOST_LETTERS])


def to_remind(now: dt.datetime) -> list[int]:
    """Invitations (primary keys) that wait for an answer for so long that one more letter is due, so many at most."""
    limit = now - dt.timedelta(days=REMIND_AFTER)
    rows = _open_rows(now).filter(told_at__lte=limit, reminded_at=None)
    return list(rows.values_list("pk", flat=True)[:MOST_LETTERS])


def _open_rows(now: dt.datetime) -> QuerySet[EffectAsked]:
    since = now - dt.timedelta(days=FOLLOW_UP_DAYS)
    rows = EffectAsked.objects.filter(
        _askable("enrolment__"),
        ~Exists(_asked_before()),
        kind=EffectKind.FOLLOW_UP,
        state=EffectAsked.State.OPEN,
        invited_at__gt=since,
    )
    return rows.order_by("pk")


def closed_with_letters(now: dt.datetime) -> QuerySet[EffectAsked]:
    """Invitations that are closed and still say when letters went out."""
    rows = EffectAsked.objects.filter(invited_at__lte=now - dt.timedelta(days=FOLLOW_UP_DAYS))
    return rows.filter(Q(told_at__isnull=False) | Q(reminded_at__isnull=False))


def ended_links(now: dt.datetime) -> QuerySet[EffectAsked]:
    """Links of supervisors that nobody used and that have ended."""
    return EffectAsked.objects.filter(
        code_digest__isnull=False, invited_at__lte=now - dt.timedelta(days=SUPERVISOR_DAYS)
    )
