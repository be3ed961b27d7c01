"""Inviting to the follow-up, and its letters."""

import datetime as dt

from django.utils import timezone
from django_tasks import task

from assessments.effect.asking import to_remind, untold
from assessments.effect.telling import tell
from assessments.services.effect import forget_letters, invite_for_follow_up, mix_answers
from lms.queue import periodic


@periodic(every=dt.timedelta(hours=1))
@task()
def ask_about_use_at_work() -> int:
    """Invite who is due, write, and remind once; returns how many letters were sent. May run twice.

    It looks at completions and not at the news of one, so it finds also whoever completed a course before there were
    invitations, or while no worker ran.
    """
    forget_letters()
    invite_for_follow_up()
    now = timezone.now()
    return tell(untold(now)) + tell(to_remind(now), again=True)


@periodic(every=dt.timedelta(hours=1))
@task()
def mix_what_officers_said() -> int:
    """Take the order from the answers of months that are over; returns of how many. May run twice."""
    return mix_answers()
