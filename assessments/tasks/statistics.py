"""Item analysis in the background."""

import datetime as dt

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django_tasks import task

from assessments.models import Attempt, TestAnalysis
from assessments.services.analysing import work_out
from learning.models import Activity
from lms.queue import periodic

#: How old figures may be while papers come in.
OLD = dt.timedelta(days=1)


@task()
def work_out_analysis(activity: int) -> None:
    """Work the analysis of one test out. May run twice."""
    work_out(activity=activity)


@periodic(every=dt.timedelta(hours=1))
@task()
def work_out_analyses() -> int:
    """Work out what was asked for, what is new, and what is a day old; returns how many changed. May run twice."""
    fresh = TestAnalysis.objects.filter(activity=OuterRef("pk"), asked_at=None, worked_out_at__gte=timezone.now() - OLD)
    sat = Attempt.objects.filter(activity=OuterRef("pk"), submitted_at__isnull=False)
    due = Activity.objects.filter(Exists(sat), ~Exists(fresh), kind=Activity.Kind.QUIZ).order_by("pk")
    return sum(work_out(activity=pk) for pk in list(due.values_list("pk", flat=True)))
