"""Reads of certificates of other bodies: the own ones, those of own officers, and those on which is to be decided."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.http import Http404
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import Posting, User
from accounts.permissions import Right, Viewer, has_right, scope_of
from certificates.credentials.evidence import Signature, Time
from certificates.models import Evidence, Recognition
from learning.selectors import catalogue
from learning.selectors.classes import known_by_name, label_outside
from lms.calendars import day_text

State = Recognition.State


def _with_course() -> QuerySet[Recognition]:
    has_file = Exists(Evidence.objects.filter(recognition=OuterRef("pk")))
    return Recognition.objects.select_related("stands_for", "member", "agency", "actor__user").annotate(
        has_file=has_file
    )


def with_course_titles(rows: Iterable[Recognition], language: str) -> list[Recognition]:
    """The rows, each with the `course_title` as which it is recognised: in `language`, or its code."""
    found = list(rows)
    is_any = any(each.stands_for for each in found)
    titles = {text.course.pk: text.title for text in catalogue(language)} if is_any else {}
    for each in found:
        course = each.stands_for
        each.course_title = titles.get(course.pk, course.code) if course else ""
    return found


def own_recognitions(user: User) -> QuerySet[Recognition]:
    """What the viewer wrote down or had written down, newest first."""
    return _with_course().filter(actor__user=user)


def own_recognised(user: User) -> QuerySet[Recognition]:
    """The viewer's own that are recognised, for the transcript."""
    return own_recognitions(user).filter(state=State.RECOGNISED)


def _of_own_officers(viewer: Viewer) -> Q:
    scope = scope_of(viewer, Right.SEE_OFFICERS)
    return scope.q(member="member_id", agency="agency_id") if scope else Q(pk__in=[])


def officers_of(viewer: Viewer) -> QuerySet[User]:
    """The own officers of a coordinator, who is none of them."""
    scope = scope_of(viewer, Right.MANAGE_PEOPLE)
    if not scope or not isinstance(viewer, User):
        return User.objects.none()
    serving = Posting.objects.current().filter(scope.q(member="member_id", agency="agency_id"), member__isnull=False)
    return User.objects.filter(Exists(serving.filter(user=OuterRef("pk")))).exclude(pk=viewer.pk)


def may_propose(viewer: User, found: Recognition) -> bool:
    """Whether the viewer may now put this one forward, or say no to it before the RSO reads of it."""
    scope = scope_of(viewer, Right.MANAGE_PEOPLE)
    is_own_officer = scope.covers(member=found.member_id, agency=found.agency_id) and found.actor.user_id != viewer.pk
    return is_own_officer and found.state == State.SUBMITTED


def recognitions_of_officers(viewer: Viewer) -> QuerySet[Recognition]:
    """Those of the viewer's own officers, first what waits for the coordinator; nothing for others."""
    turn = Case(When(state=State.SUBMITTED, then=0), When(state=State.PROPOSED, then=1), default=2)
    rows = _with_course().filter(_of_own_officers(viewer), actor__user__isnull=False)
    return rows.order_by(turn, "-changed_at", "-pk")


def recognitions_to_decide(viewer: Viewer) -> QuerySet[Recognition]:
    """For who certifies: those put forward or decided, each with a `label` and `is_named`; nothing for others.

    The label is a learner code: nobody needs a name to decide. The file, on which a name stands, is opened only where
    the person may be known by name (`known_by_name`); for the others the coordinator's word stands for it. Nobody
    decides about the own ones.
    """
    if not isinstance(viewer, User) or not has_right(viewer, Right.CERTIFY):
        return Recognition.objects.none()
    named = Case(When(known_by_name("actor"), then=Value(True)), default=Value(False), output_field=BooleanField())
    return (
        _with_course()
        .filter(actor__user__isnull=False)
        .exclude(actor__user=viewer)
        .exclude(state=State.SUBMITTED)
        .annotate(label=label_outside("actor", names=False), is_named=named, is_near=Value(False))
        .order_by(Case(When(state=State.PROPOSED, then=0), default=1), "-changed_at", "-pk")
    )


def recognitions_that_wait(viewer: Viewer) -> QuerySet[Recognition]:
    """Those of `recognitions_to_decide` on which nobody has decided."""
    return recognitions_to_decide(viewer).filter(state=State.PROPOSED)


def one_recognition(viewer: Viewer, found: uuid.UUID) -> Recognition:
    """One of another body, for its holder, the coordinator or who certifies, with the `label` that the viewer may read.

    `is_near` says that the viewer is the holder or the coordinator.

    Raises:
        Http404: there is none that this viewer sees.
    """
    own = _with_course().filter(uuid=found)
    if isinstance(viewer, User):
        mine = own.filter(Q(actor__user=viewer) | (_of_own_officers(viewer) & Q(actor__user__isnull=False)))
        near = mine.annotate(label=F("actor__user__full_name"), is_named=Value(True), is_near=Value(True)).first()
        row = near or recognitions_to_decide(viewer).filter(uuid=found).first()
        if row is not None:
            return row
    raise Http404(_("There is no such certificate."))


def evidence_of(viewer: Viewer, found: uuid.UUID) -> Evidence:
    """The file of one of them, for its holder, the coordinator, and who certifies where the officer is known by name.

    Raises:
        Http404: there is none that this viewer may open.
    """
    row = one_recognition(viewer, found)
    evidence = Evidence.objects.select_related("recognition__member").filter(recognition=row).first()
    if evidence is None or not row.is_named:  # type: ignore[attr-defined]
        raise Http404(_("There is no file."))
    return evidence


def badge_of(row: Recognition) -> dict[str, str]:
    """What a digital badge that was sent as evidence says, and in words what of it was checked; empty without one.

    Arguments:
        row: one that the viewer sees. It names issuer, achievement and days, never the holder, so who decides by
            learner code may read it too.
    """
    said = Evidence.objects.filter(recognition=row).values_list("checked", flat=True).first()
    if not said:
        return {}
    language = get_language() or ""
    days = {name: day_text(dt.date.fromisoformat(said[name]), language) if said[name] else "" for name in _DAYS}
    is_listed = bool(said["has_status"])
    return (
        {name: said[name] for name in ("issuer", "issuer_name", "achievement")}
        | days
        | {
            "signature": str(_SIGNATURES[said["signature"]]),
            "time": str(_TIMES[said["time"]]),
            "status": _("Whether it was revoked since is not checked: only the issuer’s own site says so.")
            if is_listed
            else _("It names no list in which a revocation would stand."),
        }
    )


_DAYS = ("since", "until")
_SIGNATURES = {
    Signature.OURS: gettext_lazy("This office signed it, and it was not changed."),
    Signature.SELF: gettext_lazy(
        "It was not changed since it was signed. Nobody vouches for whose key that is; compare it with the issuer’s."
    ),
    Signature.NOT_ASKED: gettext_lazy(
        "The signature is not checked: the key stands on the issuer’s own site, and this page asks no other site."
    ),
    Signature.NOT_READ: gettext_lazy("The signature is not checked: it is of a kind that is not read here."),
}
_TIMES = {
    Time.NOW: gettext_lazy("On the day on which it was sent it was within its dates."),
    Time.ENDED: gettext_lazy("On the day on which it was sent it had ended."),
    Time.EARLY: gettext_lazy("On the day on which it was sent it was not valid yet."),
    Time.NOT_READ: gettext_lazy("Its dates cannot be read."),
    Time.ENDLESS: gettext_lazy("It names no day on which it ends."),
}
