"""Reminders that certificates end: a row for each person and reminder, then letters where there is an address.

Whoever has no address reads it on the own page and on the desk, which look at the certificates themselves.
"""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Iterable
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.letters import in_language_of
from accounts.models import Actor, Posting, User
from accounts.permissions import ROLE_RIGHTS, Right
from accounts.services import actor_of
from certificates.models import Award, AwardReminder
from learning.selectors import course_names

logger = logging.getLogger("suluh.certificates")

#: Which reminder (days before the end; 0: when it has ended; domain rules §4.2) → from and to how many days before.
#: Of what ended longer ago nobody is told any more.
STEPS = {90: (31, 90), 30: (8, 30), 7: (0, 7), 0: (-30, -1)}
#: So many certificates are looked at, and so many letters written, in one run; the rest in the next.
MOST = 500
#: A letter that could not be written is tried again for so long.
TRY_DAYS = 7
#: After so many in a row that found no mail server the rest waits for the next run: each costs `EMAIL_TIMEOUT`.
MOST_WITHOUT_SERVER = 5

_COORDINATES = [role for role, rights in ROLE_RIGHTS.items() if Right.REISSUE in rights]


def note_reminders() -> int:
    """Write down who is to be reminded of which certificate now; returns how many rows. May run twice.

    A step that was missed, because no worker ran, is left out: only the one that holds today counts. What was noted
    once stays, so that a clock that was set back reminds nobody again.
    """
    today = timezone.localdate()
    made = 0
    for step, (nearest, furthest) in STEPS.items():
        due = (
            Award.objects.filter(
                ~Exists(_of_the_same_period().filter(days=step)),
                kind=Award.Kind.COMPLETION,
                state=Award.State.VALID,
                valid_until__range=(today + dt.timedelta(days=nearest), today + dt.timedelta(days=furthest)),
                actor__user__is_active=True,
            )
            .exclude(holder_name="")
            .select_related("actor__user", "enrolment")
            .order_by("valid_until", "pk")[:MOST]
        )
        made += sum(_note(award, step) for award in due)
    return made


def _of_the_same_period() -> QuerySet[AwardReminder]:
    """Reminders of a certificate, also under another name: what is issued again ends on the same day."""
    return AwardReminder.objects.filter(award__number=OuterRef("number"), award__valid_until=OuterRef("valid_until"))


@transaction.atomic
def _note(award: Award, step: int) -> int:
    """A row for the holder, and one for everybody who coordinates where the course was taken."""
    holder = award.actor.user
    assert holder is not None
    people: dict[Actor, bool] = {actor_of(each): False for each in _coordinators(award) if each != holder}
    people[actor_of(holder)] = True
    rows = [
        AwardReminder(award=award, days=step, person=person, is_holder=is_holder)
        for person, is_holder in people.items()
    ]
    # Of two workers the second finds them there.
    AwardReminder.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _coordinators(award: Award) -> list[User]:
    if award.member_id is None:
        return []
    agency = award.enrolment.agency_id if award.enrolment else None
    place = Q(agency=None) | (Q(agency=agency) if agency else Q(pk__in=[]))
    postings = Posting.objects.filter(place, member=award.member_id, role__in=_COORDINATES).current()
    return list(User.objects.filter(is_active=True, pk__in=postings.values("user")))


def untold() -> list[AwardReminder]:
    """Reminders of which a letter can be written and was not; none of what was renewed or revoked since."""
    since = timezone.now() - dt.timedelta(days=TRY_DAYS)
    rows = AwardReminder.objects.filter(
        told_at=None,
        made_at__gt=since,
        award__state=Award.State.VALID,
        person__user__is_active=True,
    ).exclude(person__user__email="")
    return list(rows.select_related("person__user", "award__course").order_by("pk")[: 4 * MOST])


def send_reminders(rows: Iterable[AwardReminder]) -> int:
    """Write these letters: to a holder one for each certificate, to a coordinator one that only says how many.

    Outside any transaction: a slow mail server holds no lock, and a letter that was sent stays marked. A letter that
    fails is logged and tried again by the next run, unless the server does not know the address.

    Returns:
        How many letters were sent.
    """
    batches: dict[tuple[Any, int], list[AwardReminder]] = defaultdict(list)
    for row in rows:
        batches[row.person_id, row.pk if row.is_holder else 0].append(row)
    sent = silent = 0
    for batch in list(batches.values())[:MOST]:
        if silent == MOST_WITHOUT_SERVER:
            break
        # Marked first, so that two runs at once write one letter.
        at = timezone.now()
        marked = [row for row in batch if _mark(row.pk, None, at)]
        person = batch[0].person.user
        if not marked or person is None:
            continue
        try:
            _send(person, marked)
        except SMTPRecipientsRefused:
            logger.warning("The mail server refuses the address of whom the reminder %s is for.", marked[0].pk)
        except Exception as error:
            # Whatever it is, it is about one letter, and the others must go out. Its text may hold the address.
            logger.warning(
                "The letter of reminder %s failed (%s) and is tried again.", marked[0].pk, type(error).__name__
            )
            for row in marked:
                _mark(row.pk, at, None)
            is_silent = isinstance(error, OSError) and not isinstance(error, SMTPException)
            silent = silent + 1 if is_silent else 0
        else:
            sent += 1
            silent = 0
    return sent


def _mark(pk: int, was: dt.datetime | None, to: dt.datetime | None) -> int:
    return AwardReminder.objects.filter(pk=pk, told_at=was).update(told_at=to)


def _send(person: User, rows: list[AwardReminder]) -> None:
    with in_language_of(person):
        if rows[0].is_holder:
            award = rows[0].award
            # The mail box of somebody in a sensitive post says nothing of what was learned.
            title = "" if person.is_restricted else course_names([award.course], get_language())[award.course_id].title
            body = render_to_string(
                "certificates/letters/ending.txt",
                {
                    "title": title,
                    "until": award.valid_until,
                    "has_ended": award.is_expired,
                    "address": settings.PUBLIC_URL + reverse("awards:own"),
                },
            )
            subject = _("Your certificate has ended") if award.is_expired else _("Your certificate ends soon")
        else:
            body = render_to_string(
                "certificates/letters/ending_of_officers.txt",
                {"count": len(rows), "address": settings.PUBLIC_URL + reverse("awards:officers")},
            )
            subject = _("Certificates of your officers end")
        send_mail(subject, body, None, [person.email])
