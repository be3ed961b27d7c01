"""What holds of a paper now: its rules, and how much of it its officer may see."""

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from assessments.exams.allowance import Allowance, Sat, allowance_of
from assessments.exams.sittings import closed_for_all
from assessments.models import Attempt, Reopening
from assessments.rules import TestRules, rules_of, usual_rules
from assessments.seeing.feedback import Level, State, may_see
from assessments.selectors import effective_of
from learning.manifest import Node
from learning.selectors import outline_for


def node_of(attempt: Attempt) -> Node | None:
    """The test in the outline of the attempt's own revision."""
    return outline_for(attempt.enrolment, attempt.revision).by_key.get(attempt.activity.key)


def purpose_of(attempt: Attempt) -> str:
    """What its test is for; empty where the revision has it no more."""
    node = node_of(attempt)
    return node.purpose if node else ""


def rules_for(attempt: Attempt) -> TestRules:
    """The rules of the test that an attempt is at, as its own revision froze them."""
    node = node_of(attempt)
    return rules_of(node) if node else usual_rules("")


def allowances_of(attempts: Sequence[Attempt], now: dt.datetime) -> dict[int, Allowance]:
    """What each attempt's officer may do at its test now, by the attempt's primary key, in two queries."""
    enrolments = {attempt.enrolment_id for attempt in attempts}
    sat: dict[tuple[int, int], list[Sat]] = {}
    reopened: dict[tuple[int, int], list[dt.datetime]] = {}
    for row in Attempt.objects.filter(enrolment__in=enrolments).values_list(
        "enrolment", "activity", "started_at", "submitted_at"
    ):
        sat.setdefault((row[0], row[1]), []).append(Sat(row[2], row[3]))
    for each in Reopening.objects.filter(enrolment__in=enrolments):
        reopened.setdefault((each.enrolment_id, each.activity_id), []).append(each.reopened_at)
    found = {}
    for attempt in attempts:
        place = (attempt.enrolment_id, attempt.activity_id)
        found[attempt.pk] = allowance_of(rules_for(attempt), sat.get(place, ()), reopened.get(place, ()), now)
    return found


def levels_of(attempts: Sequence[Attempt]) -> dict[int, Level]:
    """How much its own officer may see of each paper now, by primary key, in a fixed number of queries.

    Of an open paper under “after each question” this is the level of its answered questions. Attempts come with their
    enrolment (its actor and refresher), activity, revision and exam.
    """
    results, allowances = effective_of(attempts), allowances_of(attempts, timezone.now())
    users = {attempt.enrolment.actor.user_id for attempt in attempts}
    under_way = list(
        Attempt.objects.filter(enrolment__actor__user__in=users, submitted_at=None).values_list(
            "pk", "enrolment__actor__user", "enrolment__course"
        )
    )
    closed = closed_for_all(attempts)
    found = {}
    for attempt in attempts:
        own = (attempt.enrolment.actor.user_id, attempt.enrolment.course_id)
        result = results.get(attempt.pk)
        state = State(
            is_handed_in=attempt.submitted_at is not None,
            passed=result.passed if result else None,
            is_waiting=result is not None and result.is_waiting,
            is_used_up=allowances[attempt.pk].is_used_up,
            is_over_for_all=closed[attempt.pk],
            has_other_paper=any(pk != attempt.pk and (user, course) == own for pk, user, course in under_way),
        )
        found[attempt.pk] = may_see(rules_for(attempt).feedback, state)
    return found


def level_at_once(attempt: Attempt) -> Level:
    """How much the officer sees of an answered question of an open paper; NOTHING unless the test says “at once”."""
    return levels_of([attempt])[attempt.pk]
