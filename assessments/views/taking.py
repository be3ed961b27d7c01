"""Taking a test: start, one question a page, hand in."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import SignedInRequest, signed_in
from assessments import selectors, services
from assessments.answering.devices import browser_of, give_number
from assessments.languages import LanguageNotOpen, choices_of, languages_of_attempt
from assessments.models import Attempt
from assessments.views.admission import TOO_MANY_TICKETS, count_wrong_ticket, may_try_ticket
from assessments.views.saving import keep_for_sign_in, save_kept, save_posted, wants_json
from assessments.views.showing import (
    around,
    elsewhere,
    elsewhere_page,
    over,
    paper,
    question_page,
    remembered,
    say_over,
    seconds_left,
)
from learning.forms import THANKS, ContentReportForm
from learning.models import ContentReport
from learning.selectors import own_enrolment
from learning.services import TooManyReports, report_content


@require_POST
@signed_in
def start(request: SignedInRequest, course: str, key: str) -> HttpResponseBase:
    """Open a test, or go on with the one that is open."""
    enrolment = own_enrolment(request.user, course)
    if enrolment is None:
        raise Http404(_("You are not enrolled in this course."))
    ticket = request.POST.get("ticket", "")
    if ticket and not may_try_ticket(request, enrolment):
        messages.error(request, TOO_MANY_TICKETS)
        return redirect("courses:activity", course=course, key=key)
    try:
        attempt = services.start_attempt(
            by=request.user, enrolment=enrolment, key=key, language=get_language(), ticket=ticket
        )
    except (services.AlreadyTaken, services.TestOnPaper) as refusal:
        messages.info(request, str(refusal))
        return redirect("courses:activity", course=course, key=key)
    except (services.NoAttemptsLeft, services.PauseNotOver):
        # The page before the test says it, with the hour in the reader's own time.
        return redirect("courses:activity", course=course, key=key)
    except services.NotAdmitted as refusal:
        if isinstance(refusal, services.TicketNotRight):
            count_wrong_ticket(request, enrolment)
        messages.error(request, str(refusal))
        return redirect("courses:activity", course=course, key=key)
    except services.NotReady as refusal:
        messages.warning(request, str(refusal))
        return redirect("courses:course", course=course)
    except LanguageNotOpen as refusal:
        return _not_open(request, refusal, place=reverse("courses:activity", args=[course, key]), course=course)
    return redirect("assessments:overview", attempt=attempt.uuid)


def _not_open(
    request: SignedInRequest, refusal: LanguageNotOpen, *, place: str, course: str, attempt: Attempt | None = None
) -> HttpResponse:
    """The page which says that a test is not open in the language of the page, and offers those in which it is.

    Arguments:
        place: where each of them leads.
        attempt: the one under way.
    """
    context = {
        "why": str(refusal),
        "choices": choices_of(refusal.languages, place),
        "open": refusal.languages.open,
        "course_url": reverse("courses:course", args=[course]),
        "attempt": attempt,
    }
    return render(request, "assessments/not_open.html", context, status=409)


def _closed(request: SignedInRequest, attempt: Attempt) -> HttpResponse | None:
    """The same for an attempt under way whose test is not open in the language of the page; None where it is."""
    wanted = get_language()
    if wanted == attempt.language:
        return None
    languages = languages_of_attempt(attempt)
    if languages.taken(wanted):
        return None
    refusal = LanguageNotOpen(languages, wanted)
    slug = attempt.enrolment.course.slug
    return _not_open(request, refusal, place=request.get_full_path(), course=slug, attempt=attempt)


@signed_in
def overview(request: SignedInRequest, attempt: uuid.UUID) -> HttpResponseBase:
    """Go to the first question without an answer; a closed attempt shows its result.

    A script gets the state of the attempt instead: whether it is closed, how many seconds are left by our clock, and
    how often each question was saved.
    """
    own = selectors.own_attempt(request.user, attempt)
    save_kept(request, attempt)
    if wants_json(request):
        if own.deadline_at and services.close_if_over(attempt_uuid=attempt):
            own.submitted_at = own.deadline_at
        edits = selectors.paper_edits(own)
        return JsonResponse({"closed": own.submitted_at is not None, "left": seconds_left(own), "edits": edits})
    if own.submitted_at:
        return redirect("assessments:result", attempt=attempt)
    if other := over(request, own) or elsewhere(request, own):
        return other
    unanswered = [position for position, answered in selectors.paper_map(own) if not answered]
    if not unanswered:
        return remembered(request, redirect("assessments:hand_in", attempt=attempt))
    return remembered(request, redirect("assessments:question", attempt=attempt, position=unanswered[0]))


@require_POST
@signed_in
def take_over(request: SignedInRequest, attempt: uuid.UUID) -> HttpResponseBase:
    """Go on with an exam here that another device holds."""
    give_number(request)
    mine = browser_of(request, attempt)
    try:
        services.hold_attempt(by=request.user, attempt_uuid=attempt, browser=mine, takes_over=True)
    except services.OutsidePlace as refusal:
        return elsewhere_page(request, selectors.own_attempt(request.user, attempt), str(refusal))
    return remembered(request, redirect("assessments:overview", attempt=attempt))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, attempt: uuid.UUID, position: int) -> HttpResponseBase:
    """One question. A posted answer is saved at once; one that arrives after the session ended is kept for sign-in."""
    if request.user.is_authenticated:
        return _own_question(request, attempt, position)
    return keep_for_sign_in(request, attempt, position)


question.access = "signed in"  # type: ignore[attr-defined]  # it keeps the answer of a session that ended


@signed_in
def _own_question(request: SignedInRequest, attempt: uuid.UUID, position: int) -> HttpResponseBase:
    if request.method == "POST":
        return save_posted(request, attempt, position)
    shown = selectors.paper_question(request.user, attempt, position, get_language())
    own = shown.response.attempt
    if own.submitted_at:
        return redirect("assessments:result", attempt=attempt)
    if other := over(request, own) or elsewhere(request, own):
        return other
    if save_kept(request, attempt):
        return redirect("assessments:question", attempt=attempt, position=position)
    # What was chosen before a change of language is saved above, in whichever language it was shown.
    return remembered(request, _closed(request, own) or question_page(request, shown))


@require_POST
@signed_in
def take_stray(request: SignedInRequest, attempt: uuid.UUID, position: int, stray: int) -> HttpResponseBase:
    """“Take this one instead”: an answer that did not count becomes the answer."""
    place: dict[str, object] = {"position": position}
    try:
        receipt = services.take_stray(
            by=request.user,
            attempt_uuid=attempt,
            position=position,
            stray=stray,
            browser=browser_of(request, attempt),
        )
    except services.NotCounted as reason:
        services.close_if_over(attempt_uuid=attempt)
        place["reason"] = str(reason)
        messages.error(request, _("Question %(position)s was not saved: %(reason)s") % place)
        return redirect("assessments:overview", attempt=attempt)
    place["code"] = receipt.code
    messages.success(request, _("Your answer to question %(position)s is saved. Receipt %(code)s.") % place)
    return redirect("assessments:question", attempt=attempt, position=position)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def report(request: SignedInRequest, attempt: uuid.UUID, position: int) -> HttpResponseBase:
    """“Report this” for a question of one's own paper, open or handed in."""
    shown = selectors.paper_question(request.user, attempt, position, get_language())
    own = selectors.own_attempt(request.user, attempt)
    back = (
        reverse("assessments:question", args=[attempt, position])
        if own.submitted_at is None
        else reverse("assessments:result", args=[attempt])
    )
    form = ContentReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            report_content(
                by=request.user,
                revision=own.revision,
                activity=own.activity,
                language=shown.item.language,
                content=shown.item.content_id,
                item=shown.response.version.item.uuid,
                **form.cleaned_data,
            )
        except TooManyReports as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, THANKS)
            return redirect(back)
    words = _("Question %(n)d of %(total)d") % {"n": position, "total": own.total}
    context = {"form": form, "kinds": ContentReport.Kind.choices, "title": words, "back": back}
    return render(request, "learning/report.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def hand_in(request: SignedInRequest, attempt: uuid.UUID) -> HttpResponseBase:
    """Look over the paper, then hand it in. Handing in twice shows the one result."""
    if save_kept(request, attempt):
        return redirect("assessments:hand_in", attempt=attempt)
    if request.method == "POST":
        mine = browser_of(request, attempt)
        try:
            done = services.submit_attempt(by=request.user, attempt_uuid=attempt, language=get_language(), browser=mine)
        except LanguageNotOpen as refusal:
            own = selectors.own_attempt(request.user, attempt)
            slug = own.enrolment.course.slug
            return _not_open(request, refusal, place=request.get_full_path(), course=slug, attempt=own)
        except services.HeldElsewhere as refusal:
            return elsewhere_page(request, selectors.own_attempt(request.user, attempt), str(refusal))
        if done.closed_by == Attempt.ClosedBy.TIME:
            say_over(request)
        return redirect("assessments:result", attempt=attempt)
    own = selectors.own_attempt(request.user, attempt)
    if own.submitted_at:
        return redirect("assessments:result", attempt=attempt)
    if other := over(request, own) or elsewhere(request, own) or _closed(request, own):
        return other
    questions = paper(own)
    context = {
        "paper": questions,
        "unanswered": [url for _position, answered, url in questions if not answered],
    }
    return remembered(request, render(request, "assessments/hand_in.html", context | around(request, own)))
