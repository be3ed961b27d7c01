"""Retention: what is kept too long is dropped, after it was reported once."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from accounts.models import RetentionReport, RetentionRun, User
from accounts.permissions import Right, require_right
from accounts.personal_data import Rule, delete_rows, rules
from accounts.selectors.own_data import is_in_force
from accounts.services.audit import actor_of, audit

#: How long administrators have to look at a report before its rule applies by itself.
DAYS_TO_LOOK = 30
BATCH = 500


@dataclass(frozen=True)
class Outcome:
    """What a rule did, or would do, on one day.

    `state`: ``"nothing"`` is due, ``"reported"`` for the first time, ``"waiting"`` for an administrator or its day,
    ``"applied"``, or ``"planned"`` when only asked what it would do.
    """

    rule: Rule
    state: str
    rows: int
    oldest_at: dt.datetime | None = None
    applies_on: dt.date | None = None


def apply_retention(*, plan: bool = False, now: dt.datetime | None = None) -> list[Outcome]:
    """Apply every rule: the first time that one finds rows it only reports them. May run twice.

    Arguments:
        plan: change nothing, and say what would be due.
    """
    now = now or timezone.now()
    return [_plan(rule, now) if plan else _apply(rule, now) for rule in rules()]


def _due(rule: Rule, now: dt.datetime) -> Any:
    return rule.due(rule.limit(now)).order_by()


def _plan(rule: Rule, now: dt.datetime) -> Outcome:
    due = _due(rule, now)
    found = due.count()
    report = RetentionReport.objects.filter(rule=rule.name).first()
    oldest = due.aggregate(oldest=Min(rule.since))["oldest"] if found else None
    return Outcome(rule, "planned" if found else "nothing", found, oldest, report.applies_on if report else None)


def _apply(rule: Rule, now: dt.datetime) -> Outcome:
    report = RetentionReport.objects.filter(rule=rule.name).first()
    if report is None:
        return _report(rule, now)
    if rule.does == "report":
        return _report_again(rule, report, now)
    if not is_in_force(report):
        return Outcome(rule, "waiting", report.rows, report.oldest_at, report.applies_on)
    touched = _act(rule, now)
    if touched:
        with transaction.atomic():
            RetentionRun.objects.create(rule=rule.name, rows=touched)
            audit(by=None, action="retention.applied", target=f"retention:{rule.name}", details={"rows": touched})
    return Outcome(rule, "applied" if touched else "nothing", touched, applies_on=report.applies_on)


@transaction.atomic
def _report(rule: Rule, now: dt.datetime) -> Outcome:
    due = _due(rule, now)
    found = due.count()
    if not found:
        return Outcome(rule, "nothing", 0)
    report, is_new = RetentionReport.objects.get_or_create(
        rule=rule.name,
        defaults={
            "rows": found,
            "oldest_at": due.aggregate(oldest=Min(rule.since))["oldest"],
            "applies_on": timezone.localdate() + dt.timedelta(days=DAYS_TO_LOOK),
        },
    )
    if is_new:
        audit(by=None, action="retention.reported", target=f"retention:{rule.name}", details={"rows": found})
    return Outcome(rule, "reported", report.rows, report.oldest_at, report.applies_on)


def _report_again(rule: Rule, report: RetentionReport, now: dt.datetime) -> Outcome:
    """A rule that only reports keeps its figures up to date."""
    report.rows = _due(rule, now).count()
    report.oldest_at = _due(rule, now).aggregate(oldest=Min(rule.since))["oldest"]
    report.save(update_fields=["rows", "oldest_at"])
    return Outcome(rule, "reported" if report.rows else "nothing", report.rows, report.oldest_at)


def _act(rule: Rule, now: dt.datetime) -> int:
    """Act in batches, each its own transaction, so that neither memory nor locks grow with what is due."""
    act = rule.act or delete_rows
    due = _due(rule, now)
    touched, last = 0, None
    while True:
        rest = due if last is None else due.filter(pk__gt=last)
        keys = list(rest.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not keys:
            return touched
        with transaction.atomic():
            touched += act(rows=rule.model._base_manager.filter(pk__in=keys))
        last = keys[-1]


@transaction.atomic
def approve_retention(*, by: User, report: RetentionReport) -> RetentionReport:
    """Let a rule apply from the next daily run on, without waiting for the day that the report names.

    Raises:
        Refused: `by` does not look after the site.
    """
    require_right(by, Right.MANAGE_SITE)
    report = RetentionReport.objects.select_for_update().get(pk=report.pk)
    if report.approved_at is None:
        report.approved_at = timezone.now()
        report.approved_by = actor_of(by)
        report.save(update_fields=["approved_at", "approved_by"])
        audit(by=by, action="retention.approved", target=f"retention:{report.rule}", details={"rows": report.rows})
    return report
