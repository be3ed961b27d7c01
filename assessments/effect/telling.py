"""Letters of the follow-up: an invitation and one reminder, where the person has an address."""

from collections.abc import Iterable

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.letters import in_language_of
from accounts.models import User
from assessments.models import EffectAsked
from learning.selectors import course_names


def tell(pks: Iterable[int], *, again: bool = False) -> int:
    """Write to the officer of each of these invitations once; whoever has no address reads it on the own page.

    Arguments:
        again: it is the reminder.

    Returns:
        How many letters were sent.
    """
    mark = "reminded_at" if again else "told_at"
    sent = 0
    for pk in pks:
        with transaction.atomic():
            # A letter that fails takes the mark back. Who answered in the meantime gets none.
            rows = EffectAsked.objects.filter(pk=pk, state=EffectAsked.State.OPEN, **{mark: None})
            if not rows.update(**{mark: timezone.now()}):
                continue
            row = EffectAsked.objects.select_related("enrolment__actor__user", "enrolment__course").get(pk=pk)
            person = row.enrolment.actor.user
            if person is not None and person.is_active and person.email and row.enrolment.ended_at is None:
                _send(person, row)
                sent += 1
    return sent


def _send(person: User, row: EffectAsked) -> None:
    course = row.enrolment.course
    with in_language_of(person):
        address = settings.PUBLIC_URL + reverse("effect:follow_up", args=[row.enrolment.uuid])
        # The mail box of somebody in a sensitive post says nothing of what was learned.
        title = "" if person.is_restricted else course_names([course], get_language())[course.pk].title
        body = render_to_string("assessments/effect/invitation.txt", {"title": title, "address": address})
        send_mail(_("Three short questions about your work"), body, None, [person.email])
