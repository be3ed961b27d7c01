"""Letters of the follow-up: an invitation and one reminder, where the person has an address."""

import datetime as dt
import logging
from collections.abc import Iterable
from smtplib import SMTPException, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.letters import in_language_of
from accounts.models import User
from assessments.models import EffectAsked
from learning.selectors import course_names

logger = logging.getLogger("suluh.effect")

#: After so many in a row that found no mail server the rest waits for the next run: each costs `EMAIL_TIMEOUT`.
MOST_WITHOUT_SERVER = 5


def tell(pks: Iterable[int], *, again: bool = False) -> int:
    """Write to the officer of each of these invitations once; whoever has no address reads it on the own page.

    Outside any transaction: a slow mail server holds no lock, and a letter that was sent stays marked. A letter that
    fails is logged and tried again by the next run, unless the server does not know the address.

    Arguments:
        again: it is the reminder.

    Returns:
        How many letters were sent.
    """
    mark = "reminded_at" if again else "told_at"
    sent = silent = 0
    for pk in pks:
        if silent == MOST_WITHOUT_SERVER:
            break
        # Marked first, so that two runs at once write one letter. Who answered in the meantime gets none.
        at = timezone.now()
        if not EffectAsked.objects.filter(pk=pk, state=EffectAsked.State.OPEN, **{mark: None}).update(**{mark: at}):
            continue
        row = EffectAsked.objects.select_related("enrolment__actor__user", "enrolment__course").get(pk=pk)
        person = row.enrolment.actor.user
        if person is None or not person.is_active or not person.email or row.enrolment.ended_at is not None:
            continue
        try:
            _send(person, row)
        except SMTPRecipientsRefused:
            logger.warning("The mail server refuses the address of the officer of invitation %s.", pk)
        except Exception as error:
            # Whatever it is, it is about one letter, and the others must go out. Its text may hold the address.
            logger.warning("The letter of invitation %s failed (%s) and is tried again.", pk, type(error).__name__)
            _unmark(pk, mark, at)
            is_silent = isinstance(error, OSError) and not isinstance(error, SMTPException)
            silent = silent + 1 if is_silent else 0
        else:
            sent += 1
            silent = 0
    return sent


def _unmark(pk: int, mark: str, at: dt.datetime) -> None:
    EffectAsked.objects.filter(pk=pk, **{mark: at}).update(**{mark: None})


def _send(person: User, row: EffectAsked) -> None:
    course = row.enrolment.course
    with in_language_of(person):
        address = settings.PUBLIC_URL + reverse("effect:follow_up", args=[row.enrolment.uuid])
        # The mail box of somebody in a sensitive post says nothing of what was learned.
        title = "" if person.is_restricted else course_names([course], get_language())[course.pk].title
        body = render_to_string("assessments/effect/invitation.txt", {"title": title, "address": address})
        send_mail(_("A short question about your work"), body, None, [person.email])
