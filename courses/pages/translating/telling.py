"""Telling a translator by e-mail what is to be translated, where the person has an address."""

from collections import defaultdict
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.letters import in_language_of
from accounts.models import User
from courses.pages.models import TranslationAssignment
from courses.pages.translating.assigning import Assigned, assignments_of


def tell(pks: Iterable[int]) -> int:
    """Send each translator one message about these assignments; none is sent twice.

    Whoever has no address reads it on the desk and the board, as everybody does.

    Returns:
        How many messages were sent.
    """
    sent = 0
    for person, rows in _untold(pks).items():
        with transaction.atomic():
            # A message that cannot be sent takes the note back with it, and is tried again.
            mine = TranslationAssignment.objects.filter(pk__in=rows, told_at=None)
            if not mine.update(told_at=timezone.now()):
                continue
            found = [each for each in assignments_of(person) if each.assignment.pk in rows]
            if person.email and found:
                _send(person, found)
                sent += 1
    return sent


def _untold(pks: Iterable[int]) -> dict[User, set[int]]:
    found: dict[User, set[int]] = defaultdict(set)
    rows = TranslationAssignment.objects.filter(pk__in=list(pks), told_at=None, ended_at=None)
    for row in rows.select_related("translator"):
        found[row.translator].add(row.pk)
    return found


def _send(person: User, found: list[Assigned]) -> None:
    with in_language_of(person):
        subject = ngettext("A text is to be translated", "%(n)d texts are to be translated", len(found))
        body = render_to_string(
            "courses/translating/assigned.txt",
            {"assigned": found, "address": settings.PUBLIC_URL + reverse("translate:board")},
        )
        send_mail(subject % {"n": len(found)}, body, None, [person.email])
