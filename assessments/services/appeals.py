"""Appeals: an officer says of one question that its result is wrong, and a trainer answers."""

from collections.abc import Iterable

from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.http import Http404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.letters import in_language_of
from accounts.models import User
from accounts.permissions import Refused
from accounts.services import actor_of, audit
from assessments.correcting.reads import appeals_heard_by
from assessments.models import Appeal, EssayScore, Response


class NotAppealable(Refused):
    """There is no result of this question to say anything against."""


class AppealedBefore(Exception):
    """One appeal a question. `appeal` is the one that is there."""

    def __init__(self, appeal: Appeal) -> None:
        super().__init__(_("You appealed this question before."))
        self.appeal = appeal


class OwnAppeal(Refused):
    """Nobody decides about the own paper."""


class DecidedBefore(Exception):
    """Somebody answered the appeal in the meantime. `appeal` says what."""

    def __init__(self, appeal: Appeal) -> None:
        super().__init__(_("This appeal was answered in the meantime. Your answer was not saved."))
        self.appeal = appeal


@transaction.atomic
def make_appeal(*, by: User, response: Response, text: str) -> Appeal:
    """Say of one question of one's own handed-in paper that its result is wrong.

    Arguments:
        response: one question of an attempt.
        text: in the officer's own words, 300 characters; a form has asked for no data of a case.

    Raises:
        Http404: of another person's paper.
        NotAppealable: the paper is not handed in, nobody graded the question or released its mark, it counted in full,
            or what was answered was deleted for its age.
        AppealedBefore: there is an appeal of this question.
    """
    found = (
        Response.objects.select_related("attempt__enrolment__member")
        .filter(pk=response.pk, attempt__enrolment__actor__user=by)
        .first()
    )
    if found is None:
        raise Http404
    mark = EssayScore.objects.filter(essay__response=found).order_by("pk").last()
    is_right = found.is_right if mark is None else mark.score == 1
    if found.attempt.submitted_at is None or is_right is None:
        raise NotAppealable(_("This question has no result yet."))
    if is_right:
        raise NotAppealable(_("This question counted in full."))
    if found.answered_at is not None and found.answer is None:
        raise NotAppealable(_("What you answered was deleted for its age, so nobody can judge it any more."))
    try:
        with transaction.atomic():
            appeal = Appeal.objects.create(response=found, text=text)
    except IntegrityError:
        # A second press, or two windows: the constraint lets one through.
        raise AppealedBefore(Appeal.objects.get(response=found)) from None
    audit(
        by=by,
        action="appeal.made",
        target=f"assessments.appeal:{appeal.uuid}",
        member=found.attempt.enrolment.member,
    )
    return appeal


@transaction.atomic
def decide_appeal(*, by: User, appeal: Appeal, is_upheld: bool, reply: str) -> Appeal:
    """Answer an appeal. Upholding it changes no result: a correction of the question does, for everybody, and of an
    essay marking anew.

    The officer reads the answer beside the question; the caller puts a letter on the queue (`tell_of_appeals`).

    Arguments:
        reply: what the officer reads, 300 characters.

    Raises:
        Http404: none that this person hears.
        OwnAppeal: it is about the own paper.
        DecidedBefore: it was answered in the meantime. Nothing is changed.
    """
    found = appeals_heard_by(by).filter(pk=appeal.pk).select_for_update(of=("self",)).first()
    if found is None:
        raise Http404
    enrolment = found.response.attempt.enrolment
    if enrolment.actor.user_id == by.pk:
        raise OwnAppeal(_("This appeal is your own. Another trainer answers it."))
    if found.state != Appeal.State.OPEN:
        raise DecidedBefore(found)
    found.state = Appeal.State.UPHELD if is_upheld else Appeal.State.REFUSED
    found.reply = reply
    found.decided_by = actor_of(by)
    found.decided_at = timezone.now()
    found.save(update_fields=["state", "reply", "decided_by", "decided_at"])
    audit(
        by=by,
        action="appeal.decided",
        target=f"assessments.appeal:{found.uuid}",
        member=enrolment.member,
        details={"state": str(found.state), "question": found.response.version.item.key},
    )
    return found


def tell_of_appeals(*, appeals: Iterable[int]) -> int:
    """Write to the officers of these answered appeals who have an address; returns how many letters went out.

    None is sent twice. The letter says that there is an answer and where; what it says stays on the site.
    """
    sent = 0
    rows = Appeal.objects.filter(pk__in=list(appeals), told_at=None, decided_at__isnull=False)
    for row in rows.select_related("response__attempt__enrolment__actor__user"):
        with transaction.atomic():
            # A letter that cannot be sent takes the note back with it, and is tried again.
            if not Appeal.objects.filter(pk=row.pk, told_at=None).update(told_at=timezone.now()):
                continue
            person = row.response.attempt.enrolment.actor.user
            if person is not None and person.email:
                _send(person, row)
                sent += 1
    return sent


def _send(person: User, appeal: Appeal) -> None:
    with in_language_of(person):
        place = reverse("assessments:result", args=[appeal.response.attempt.uuid])
        body = render_to_string("assessments/corrections/told.txt", {"address": settings.PUBLIC_URL + place})
        send_mail(_("Your appeal is answered"), body, None, [person.email])
