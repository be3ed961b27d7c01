"""What tests on paper hold of people, and how long; declared by the room's `personal_data`."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.personal_data import holds, keeps
from assessments.models import PaperEntry, TestPaper

_KEY_ONLY = _("It is part of the record, and names a key only.")


def _entries_of(user: Any) -> list[PaperEntry]:
    """Entries that a person typed, without what stands in them, and those of the own papers that are not handed in."""
    rows = PaperEntry.objects.select_related("paper").order_by("pk")
    typed = list(rows.filter(entered_by__user=user))
    own = list(rows.filter(_not_handed_in(paper__attempt__enrolment__actor__user=user)))
    for row in typed:
        row.given = {}
    return typed + own


def _not_handed_in(**whose: Any) -> Q:
    return Q(paper__attempt__submitted_at=None, **whose)


def _old_entries(limit: dt.datetime) -> QuerySet[PaperEntry]:
    """Every entry of the papers that were never handed in and of which something was typed before the limit."""
    old = PaperEntry.objects.filter(_not_handed_in(entered_at__lt=limit))
    return PaperEntry.objects.filter(paper__in=old.values("paper"))


def _drop_entries(*, rows: QuerySet[PaperEntry]) -> int:
    """The paper is as it was printed."""
    papers = list(rows.order_by().values_list("paper", flat=True).distinct())
    gone = PaperEntry.objects.filter(paper__in=papers).delete()[0]
    TestPaper.objects.filter(pk__in=papers).update(state=TestPaper.State.PRINTED, sat_from=None, sat_until=None)
    return gone


def _erase_entries(user: Any) -> int:
    """What was typed of the papers of a person that were not handed in."""
    return _drop_entries(rows=PaperEntry.objects.filter(_not_handed_in(paper__attempt__enrolment__actor__user=user)))


def declare(*, kept_because: Any) -> None:
    """Declare the models of tests on paper.

    Arguments:
        kept_because: why erasing keeps attempts.
    """
    holds(
        TestPaper,
        person="attempt__enrolment__actor__user",
        title=_("Tests of yours on paper"),
        beside=("attempt__enrolment__course", "attempt__activity__key", "code"),
        labels={
            "attempt__enrolment__course": _("course"),
            "attempt__activity__key": _("test"),
            "code": _("code"),
            "state": _("state"),
            "printed_at": _("when"),
            "sat_from": _("from"),
            "sat_until": _("until"),
        },
        fields={
            "code": _("to know whose paper it is"),
            "sat_from": _("when you sat it"),
            "sat_until": _("when you sat it"),
        },
        keep=_("as the enrolment"),
        erasure="unlink",
        kept_because=kept_because,
    )
    keeps(
        name="paper-entries",
        model=PaperEntry,
        title=_("What was typed from papers that were not handed in"),
        does="delete",
        months=24,
        due=_old_entries,
        act=_drop_entries,
        since="entered_at",
    )
    holds(
        PaperEntry,
        person="entered_by__user",
        rows=_entries_of,
        title=_("Tests on paper"),
        beside=("paper__code", "number", "entered_at"),
        labels={
            "paper__code": _("code"),
            "number": _("entry"),
            "entered_at": _("when"),
            "given": _("what you chose"),
        },
        fields={
            "given": _("needed to grade, to explain and to hear an appeal"),
        },
        keep=_("as the enrolment"),
        erasure="unlink",
        erase=_erase_entries,
        kept_because=_KEY_ONLY,
    )
