"""A question of an open paper as a page, and what every page of an attempt says: the time, and where it is taken."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.permissions import SignedInRequest
from accounts.sessions import is_shared
from assessments import seeing, selectors, services
from assessments.answering.devices import browser_of, give_number, keep_number
from assessments.answering.notes import is_on_paper, tells_at_once
from assessments.forms import answer_token
from assessments.models import Attempt
from assessments.seeing.feedback import Level
from learning.selectors import since_of


def paper(attempt: Attempt) -> list[tuple[int, bool, str]]:
    """(position, answered, address) of every question on a paper."""
    return [
        (position, answered, reverse("assessments:question", args=[attempt.uuid, position]))
        for position, answered in selectors.paper_map(attempt)
    ]


def around(request: SignedInRequest, attempt: Attempt) -> dict[str, Any]:
    """What every page of an open attempt needs: for the queue of unsent answers, and for the clock."""
    return {
        "attempt": attempt,
        "queue": {
            # One queue for each person: a computer is shared more often than anybody says.
            "person": salted_hmac("suluh.queue", str(request.user.pk)).hexdigest()[:16],
            "is_shared": is_shared(request.session),
            "token": answer_token(request.user.pk, attempt.uuid),
            "url": reverse("assessments:question", args=[attempt.uuid, 0]),
            "state_url": reverse("assessments:overview", args=[attempt.uuid]),
        },
        "clock": services.clock_of(attempt),
        "left": seconds_left(attempt),
        "is_final": attempt.pass_mark is not None,
        "is_refresher": since_of(attempt.enrolment) > 0,
    }


def seconds_left(attempt: Attempt) -> int | None:
    """So many seconds of the time are left by our clock; None without a limit."""
    if attempt.deadline_at is None:
        return None
    return max(0, int((attempt.deadline_at - timezone.now()) / dt.timedelta(seconds=1)))


def question_page(
    request: SignedInRequest,
    shown: selectors.PaperQuestion,
    *,
    problem: str = "",
    status: int = 200,
    answer: Any = None,
) -> HttpResponse:
    """One question with what is saved, or with an answer that is not."""
    response, attempt = shown.response, shown.response.attempt
    at_once = tells_at_once(attempt)
    is_locked = at_once and response.answered_at is not None
    # While another paper of the course is open not even this shows a key.
    reveal = is_locked and response.answer is not None and seeing.level_at_once(attempt) == Level.REASONS
    context = {
        "position": response.position,
        "question": shown.view(reveal=True) if reveal else shown.view(answer=None if is_locked else answer),
        "at_once": at_once,
        "is_locked": is_locked,
        "following": response.position + 1 if response.position < attempt.total else 0,
        "language": shown.item.language,
        "receipt": services.receipt_of(response),
        "seen": response.edits,
        "strays": selectors.strays_of(shown),
        "paper": paper(attempt),
        "hand_in_url": reverse("assessments:hand_in", args=[attempt.uuid]),
        "course_url": reverse("courses:course", args=[attempt.enrolment.course.slug]),
        "report_url": reverse("assessments:report", args=[attempt.uuid, response.position]),
        "problem": problem,
    }
    more = around(request, attempt)
    context["token"] = more["queue"]["token"]
    return render(request, "assessments/question.html", context | more, status=status)


def elsewhere(request: SignedInRequest, attempt: Attempt) -> HttpResponseBase | None:
    """Where an attempt is that is not taken here: on paper, or on another device; None where it is taken here."""
    if is_on_paper(attempt):
        messages.info(request, str(services.TestOnPaper()))
        return redirect("courses:activity", course=attempt.enrolment.course.slug, key=attempt.activity.key)
    if attempt.exam_id is None:
        return None
    give_number(request)
    mine = browser_of(request, attempt.uuid)
    try:
        if services.hold_attempt(by=request.user, attempt_uuid=attempt.uuid, browser=mine):
            return None
    except services.OutsidePlace as refusal:
        return elsewhere_page(request, attempt, str(refusal))
    return elsewhere_page(request, attempt)


def elsewhere_page(request: SignedInRequest, attempt: Attempt, problem: str = "") -> HttpResponse:
    """The same page, whoever found out."""
    context = {
        "problem": problem,
        "take_over_url": reverse("assessments:take_over", args=[attempt.uuid]),
        "course_url": reverse("courses:course", args=[attempt.enrolment.course.slug]),
    }
    return render(request, "assessments/elsewhere.html", context, status=409)


def remembered(request: SignedInRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The answer to a request, with the number of a browser that is new to exams."""
    keep_number(request, response, lasts=not is_shared(request.session))
    return response


def over(request: SignedInRequest, attempt: Attempt) -> HttpResponseBase | None:
    """Where an attempt leads whose time is over: to its result. None where it is not over."""
    is_late = attempt.submitted_at is None and attempt.deadline_at is not None and attempt.deadline_at < timezone.now()
    if not is_late or not services.close_if_over(attempt_uuid=attempt.uuid):
        return None
    say_over(request)
    return redirect("assessments:result", attempt=attempt.uuid)


def say_over(request: SignedInRequest) -> None:
    """Say that the time closed the test."""
    messages.warning(request, _("The time was over, so the test was handed in with what was saved."))
