"""The time of a test, by the server's clock only: what a device says about its own decides nothing."""

import datetime as dt
import math
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.permissions import Refused
from assessments.models import Attempt, ExtraTime
from assessments.rules import TestRules, rules_of
from learning.models import Enrolment
from learning.selectors import outline_for


class TestOnPaper(Refused):
    """The test is open on paper, so it is not begun or gone on with on screen."""

    def __init__(self) -> None:
        super().__init__(_("You have this test on paper: ask your trainer. It is not answered on screen."))


@dataclass(frozen=True)
class Clock:
    """The time of one attempt that has a limit.

    Attributes:
        deadline_at: when the time is over, extra time included.
        grace_seconds: for so long after it answers still count, for slow links.
    """

    deadline_at: dt.datetime
    grace_seconds: int

    @property
    def ends_at(self) -> dt.datetime:
        """The last moment at which anything counts."""
        return self.deadline_at + dt.timedelta(seconds=self.grace_seconds)

    def is_over(self, now: dt.datetime) -> bool:
        """Whether nothing counts any more."""
        return now > self.ends_at

    def is_in_grace(self, now: dt.datetime) -> bool:
        """Whether the time is over and what comes still counts."""
        return self.deadline_at < now <= self.ends_at

    def seconds_late(self, now: dt.datetime) -> int:
        """So many seconds after the time; 0 before."""
        return max(0, math.ceil((now - self.deadline_at).total_seconds()))


def percent_for(enrolment: Enrolment) -> int:
    """How much more time, in percent, the person of an enrolment has in every test."""
    person = enrolment.actor.user
    if person is None:
        return 0
    # By the person: whoever had two accounts learns under the key of either.
    rows = ExtraTime.objects.filter(actor__user=person, ended_at=None)
    return max(rows.values_list("percent", flat=True), default=0)


def deadline_for(enrolment: Enrolment, rules: TestRules, now: dt.datetime) -> dt.datetime | None:
    """When the time of an attempt that begins now is over, extra time included; None without a limit."""
    if not rules.minutes:
        return None
    return now + dt.timedelta(minutes=rules.minutes * (100 + percent_for(enrolment)) / 100)


def clock_of(attempt: Attempt) -> Clock | None:
    """The clock of an attempt; None without a limit.

    What was on the paper when it was drawn holds: its own revision's rules.
    """
    if attempt.deadline_at is None:
        return None
    node = outline_for(attempt.enrolment, attempt.revision).by_key.get(attempt.activity.key)
    rules = rules_of(node) if node else TestRules()
    return Clock(attempt.deadline_at, rules.grace_seconds)
