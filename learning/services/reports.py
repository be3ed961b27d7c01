"""Reporting what is wrong in the content, answering it, and reading the answer."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Right, require_right
from accounts.services import actor_of, audit
from learning.models import Activity, ContentReport, EditionRevision

#: So many in a day are a help; more are a machine.
MOST_IN_A_DAY = 30


class TooManyReports(Exception):
    """The person reported very much today. The message says when it goes on."""


class AnsweredAlready(Exception):
    """Somebody else answered the report in the meantime."""


@transaction.atomic
def report_content(
    *,
    by: User,
    revision: EditionRevision,
    activity: Activity,
    language: str,
    kind: str,
    content: str = "",
    block: str = "",
    item: uuid.UUID | None = None,
    note: str = "",
) -> ContentReport:
    """Report something at one place; the same again, while it is open, gives the report that is there.

    Arguments:
        revision, activity, language, content: what was shown, `content` as its digest. That the person may see it, the
            caller knows, who found it for them.
        kind: of `ContentReport.Kind`.
        block: id of the part of a lesson; empty for all of it.
        item: uuid of a question of a test.
        note: in the person's own words, 300 characters.

    Raises:
        TooManyReports: thirty a day are the most.
    """
    actor = actor_of(by)
    since = timezone.now() - dt.timedelta(days=1)
    place = {"activity": activity, "block": block, "item": item, "language": language, "kind": kind}
    there = ContentReport.objects.select_for_update().filter(actor=actor, answered_at=None, **place).first()
    if there is not None:
        if note and note != there.note:
            there.note = note
            there.save(update_fields=["note"])
        return there
    if ContentReport.objects.filter(actor__user=by, reported_at__gte=since).count() >= MOST_IN_A_DAY:
        raise TooManyReports(_("You have reported very much today. Thank you; please go on tomorrow."))
    new = {"revision": revision, "content": content, "note": note}
    # Two presses at the same moment: the constraint lets one of them through, and both get it.
    report, _made = ContentReport.objects.get_or_create(actor=actor, answered_at=None, **place, defaults=new)
    return report


@transaction.atomic
def answer_report(*, by: User, report: ContentReport, outcome: str, answer: str = "") -> ContentReport:
    """Say what came of a report; whoever reported it reads that on their own page.

    Raises:
        AnsweredAlready: by somebody else, in the meantime.
    """
    require_right(by, Right.WRITE_COURSES)
    report = ContentReport.objects.select_for_update(of=("self",)).select_related("revision").get(pk=report.pk)
    if report.answered_at is not None:
        raise AnsweredAlready(_("Somebody answered this report a moment ago."))
    report.outcome, report.answer = outcome, answer
    report.answered_by, report.answered_at = actor_of(by), timezone.now()
    report.save(update_fields=["outcome", "answer", "answered_by", "answered_at"])
    audit(
        by=by,
        action="report.answered",
        target=f"learning.contentreport:{report.uuid}",
        details={"outcome": outcome},
    )
    return report


def see_answers(*, by: User) -> int:
    """Note that the person read the answers to the own reports; returns how many were new."""
    unread = ContentReport.objects.filter(actor__user=by, answered_at__isnull=False, seen_at=None)
    return unread.update(seen_at=timezone.now())
