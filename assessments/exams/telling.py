"""Telling an officer by letter that a test is open again, where the person has an address."""

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
from assessments.models import Reopening
from learning.selectors import course_names


def tell(pks: Iterable[int]) -> int:
    """Write to the officer of each of these reopenings once; whoever has no address reads it on the own page.

    Returns:
        How many letters were sent.
    """
    sent = 0
    for pk in pks:
        with transaction.atomic():
            # The rows are kept as they were; only this mark may be set. A letter that fails takes it back.
            rows = Reopening._base_manager.filter(pk=pk, told_at=None)
            if not rows.update(told_at=timezone.now()):
                continue
            row = Reopening.objects.select_related("enrolment__actor__user", "enrolment__course", "activity").get(pk=pk)
            person = row.enrolment.actor.user
            if person is not None and person.is_active and person.email:
                _send(person, row)
                sent += 1
    return sent


def _send(person: User, row: Reopening) -> None:
    course = row.enrolment.course
    with in_language_of(person):
        address = settings.PUBLIC_URL + reverse("courses:activity", args=[course.slug, row.activity.key])
        title = course_names([course], get_language())[course.pk].title
        body = render_to_string("assessments/exams/reopened.txt", {"title": title, "address": address})
        send_mail(_("A test is open again for you"), body, None, [person.email])
