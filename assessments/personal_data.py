import datetime as dt

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.personal_data import holds, holds_none, keeps
from assessments.models import Attempt, Bank, EditionItem, Item, ItemVersion, ItemWording, Response

_NOBODYS = _("Counted to see how good the questions are; without the link nobody can say whose they are.")

holds_none(Bank, Item, ItemVersion, ItemWording, EditionItem)
holds(
    Attempt,
    person="enrolment__actor__user",
    title=_("Your tests"),
    beside=("enrolment__course", "activity__key", "started_at", "submitted_at", "total"),
    labels={
        "enrolment__course": _("course"),
        "activity__key": _("test"),
        "started_at": _("begun"),
        "submitted_at": _("handed in"),
        "right": _("right"),
        "total": _("asked"),
        "passed": _("passed"),
    },
    fields={
        "right": _("the result of a test: training data, never given to superiors"),
        "passed": _("decides about the certificate"),
    },
    keep=_("as the enrolment"),
    erasure="unlink",
    kept_because=_NOBODYS,
)
holds(
    Response,
    person="attempt__enrolment__actor__user",
    title=_("Your answers in tests"),
    # No text of a question and no key: an answer is the ids that were chosen, right or not as the result page says.
    beside=("attempt__enrolment__course", "attempt__activity__key", "position", "answered_at", "language"),
    labels={
        "attempt__enrolment__course": _("course"),
        "attempt__activity__key": _("test"),
        "position": _("question"),
        "answered_at": _("answered"),
        "language": _("language"),
        "answer": _("what you chose"),
        "is_right": _("right"),
    },
    fields={
        "answer": _("needed to grade, to explain and to hear an appeal"),
        "is_right": _("part of the result"),
    },
    keep=_("24 months, then only which questions were right"),
    erasure="unlink",
    kept_because=_NOBODYS,
)


def _old_answers(limit: dt.datetime) -> QuerySet[Response]:
    """Of tests handed in before the limit, and of those that were left open for as long."""
    old = Q(attempt__submitted_at__lt=limit) | Q(attempt__submitted_at=None, answered_at__lt=limit)
    return Response.objects.filter(old, answer__isnull=False)


def _drop_answers(*, rows: QuerySet[Response]) -> int:
    """The answer goes; that there was one, and whether it was right, stays. An open test is as if not answered."""
    handed_in = rows.filter(attempt__submitted_at__isnull=False).update(answer=None)
    return handed_in + rows.filter(attempt__submitted_at=None).update(
        answer=None, answered_at=None, edits=F("edits") + 1
    )


keeps(
    name="answers",
    model=Response,
    title=_("Answers in tests"),
    does="drop",
    months=24,
    due=_old_answers,
    act=_drop_answers,
    since="answered_at",
)
