"""Appeals: an officer says of one question that its result is wrong, and a trainer answers."""

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Refused
from accounts.services import audit
from assessments.models import Appeal, Response


class NotAppealable(Refused):
    """There is no result of this question to say anything against."""


class AppealedBefore(Exception):
    """One appeal a question. `appeal` is the one that is there."""

    def __init__(self, appeal: Appeal) -> None:
        super().__init__(_("You appealed this question before."))
        self.appeal = appeal


@transaction.atomic
def make_appeal(*, by: User, response: Response, text: str) -> Appeal:
    """Say of one question of one's own handed-in paper that its result is wrong.

    Arguments:
        response: one question of an attempt.
        text: in the officer's own words, 300 characters; a form has asked for no data of a case.

    Raises:
        Http404: of another person's paper.
        NotAppealable: the paper is not handed in, nobody graded the question, it counted in full, or what was answered
            was deleted for its age.
        AppealedBefore: there is an appeal of this question.
    """
    found = (
        Response.objects.select_related("attempt__enrolment__member")
        .filter(pk=response.pk, attempt__enrolment__actor__user=by)
        .first()
    )
    if found is None:
        raise Http404
    if found.attempt.submitted_at is None or found.is_right is None:
        raise NotAppealable(_("This question has no result yet."))
    if found.is_right:
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
