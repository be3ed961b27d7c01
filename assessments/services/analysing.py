"""Working an item analysis out, and what it leads to."""

import datetime as dt

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Right, has_right, require_right
from accounts.services import audit
from assessments.models import Attempt, EditionItem, ItemVersion, TestAnalysis
from assessments.statistics.reads import LOOKS, analysed, basis_of, counted_until, languages_until
from learning.models import Activity, ContentReport
from learning.services import report_content

#: So many papers are gone through while a page waits; more are a worker's.
AT_ONCE = 1000


def work_out(*, activity: int) -> bool:
    """Work the analysis of a test (primary key) out, unless nothing changed since; says whether it was. New papers are
    counted from five people on, in all and in a language, so that no two analyses differ by what one person answered.

    May run twice, at the same time: the last one stays, and both found the same.
    """
    test = Activity.objects.select_related("course").filter(pk=activity).first()
    if test is None:
        return False
    there = TestAnalysis.objects.filter(pk=activity).first()
    stored = there.basis if there is not None and there.figures else {}
    until = counted_until(test, _moment(stored["until"]) if stored.get("until") else None)
    basis = basis_of(test, until)
    if there is not None and basis == {name: value for name, value in there.basis.items() if name != "languages"}:
        TestAnalysis.objects.filter(pk=activity).update(asked_at=None, worked_out_at=timezone.now())
        return False
    earlier = {language: _moment(each) for language, each in stored.get("languages", {}).items()}
    languages = languages_until(test, until, earlier if "languages" in stored else None)
    basis["languages"] = {language: moment.isoformat() for language, moment in languages.items()}
    figures = analysed(test, until, languages).as_json()
    now = {"figures": figures, "basis": basis, "worked_out_at": timezone.now(), "asked_at": None}
    TestAnalysis.objects.update_or_create(activity=test, defaults=now)
    return True


def _moment(stored: str) -> dt.datetime:
    return dt.datetime.fromisoformat(stored)


@transaction.atomic
def ask_analysis(*, by: User, activity: Activity) -> bool:
    """Have a test analysed anew; says whether it is done. A large one is left to a worker, whom the caller calls.

    Raises:
        accounts.permissions.Refused: the person neither writes courses nor teaches.
    """
    if not any(has_right(by, right) for right in LOOKS):
        require_right(by, Right.WRITE_COURSES)
    if Attempt.objects.filter(activity=activity, submitted_at__isnull=False).count() <= AT_ONCE:
        work_out(activity=activity.pk)
        return True
    if not TestAnalysis.objects.filter(activity=activity).update(asked_at=timezone.now()):
        # Of nothing yet; the sweep finds it if the worker does not.
        empty = {"figures": {}, "asked_at": timezone.now()}
        TestAnalysis.objects.get_or_create(activity=activity, defaults=empty)
    return False


@transaction.atomic
def ask_translator(*, by: User, activity: Activity, version: ItemVersion, language: str, note: str) -> ContentReport:
    """Put a question among what was reported about translations, where those who translate answer it. Asked again
    while it is open, the first one stands.

    Arguments:
        note: why, 300 characters.

    Raises:
        accounts.permissions.Refused: the person does not write courses.
        Http404: the test never asked this version in this language.
        learning.services.TooManyReports: thirty a day are the most.
    """
    require_right(by, Right.WRITE_COURSES)
    shelf = EditionItem.objects.filter(activity=activity, version=version, language=language)
    found = shelf.select_related("revision").order_by("pk").last()
    if found is None:
        raise Http404
    report = report_content(
        by=by,
        revision=found.revision,
        activity=activity,
        language=language,
        kind=ContentReport.Kind.TRANSLATION,
        content=found.content_id,
        item=version.item.uuid,
        note=note[:300],
    )
    audit(
        by=by,
        action="question.translation_asked",
        target=f"assessments.item:{version.item.uuid}",
        details={"version": version.number, "language": language, "report": str(report.uuid)},
    )
    return report
