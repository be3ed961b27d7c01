"""Taking a test: start, one question a page, hand in."""

import re
import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import SignedInRequest, signed_in
from assessments import selectors, services
from assessments.forms import answer_token, is_answer_token
from assessments.languages import LanguageNotOpen, choices_of, languages_of_attempt
from assessments.models import Attempt
from assessments.types import TYPES, InvalidAnswer
from assessments.views.admission import TOO_MANY_TICKETS, count_wrong_ticket, may_try_ticket
from learning.forms import THANKS, ContentReportForm
from learning.models import ContentReport
from learning.selectors import own_enrolment, since_of
from learning.services import TooManyReports, report_content

KEPT, SHOWN_IN = "answers_kept", "shown_in"
#: What a stranger may leave in a session of ours: so many answers of so many characters.
MOST_ANSWERS_KEPT = 10
MOST_KEPT = 4_000


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
    except services.AlreadyTaken as refusal:
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
    """Go to the first question without an answer; a closed attempt shows its result."""
    own = selectors.own_attempt(request.user, attempt)
    _save_kept(request, attempt)
    if own.submitted_at:
        return redirect("assessments:result", attempt=attempt)
    unanswered = [position for position, answered in selectors.paper_map(own) if not answered]
    if not unanswered:
        return redirect("assessments:hand_in", attempt=attempt)
    return redirect("assessments:question", attempt=attempt, position=unanswered[0])


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, attempt: uuid.UUID, position: int) -> HttpResponseBase:
    """One question. A posted answer is saved at once; one that arrives after the session ended is kept for sign-in."""
    if request.user.is_authenticated:
        return _own_question(request, attempt, position)
    return _keep_for_sign_in(request, attempt, position)


question.access = "signed in"  # type: ignore[attr-defined]  # it keeps the answer of a session that ended


@signed_in
def _own_question(request: SignedInRequest, attempt: uuid.UUID, position: int) -> HttpResponseBase:
    shown = selectors.paper_question(request.user, attempt, position, get_language())
    if shown.response.attempt.submitted_at and request.method != "POST":
        return redirect("assessments:result", attempt=attempt)
    if request.method == "POST":
        if not is_answer_token(request.POST.get("token", ""), request.user.pk, attempt, position):
            return _question_page(
                request, shown, problem=_("This form was not made for you or is too old. Choose again."), status=403
            )
        return _save(request, shown, request.POST)
    if _save_kept(request, attempt):
        return redirect("assessments:question", attempt=attempt, position=position)
    # What was chosen before a change of language is saved above, in whichever language it was shown.
    return _closed(request, shown.response.attempt) or _question_page(request, shown)


def _keep_for_sign_in(request: HttpRequest, attempt: uuid.UUID, position: int) -> HttpResponseBase:
    form = f"{request.POST.urlencode()}&{urlencode({SHOWN_IN: get_language()})}"
    # Another site could post a token of its own here, and our answer would replace the session of whoever looks.
    from_here = request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")
    if (
        request.method == "POST"
        and from_here
        and len(form) < MOST_KEPT
        and is_answer_token(request.POST.get("token", ""), None, attempt, position)
    ):
        kept = {**request.session.get(KEPT, {}), f"{attempt} {position}": form}
        request.session[KEPT] = dict(list(kept.items())[-MOST_ANSWERS_KEPT:])
        if _wants_json(request):
            words = _("Your session has ended. This answer is kept: sign in again and it will be saved.")
            return JsonResponse({"error": words}, status=401)
        messages.warning(request, _("Your session had ended. Your answer is kept: sign in again and it will be saved."))
    return redirect_to_login(request.get_full_path())


def _save_kept(request: SignedInRequest, attempt: uuid.UUID) -> bool:
    """Save what was kept of this attempt when the session ended; whichever of its pages is opened first does it."""
    kept: dict[str, str] = request.session.get(KEPT, {})
    mine = {name: form for name, form in kept.items() if name.startswith(f"{attempt} ")}
    if not mine:
        return False
    request.session[KEPT] = {name: form for name, form in kept.items() if name not in mine}
    for name, form in mine.items():
        position = int(name.rsplit(" ", 1)[1])
        data = QueryDict(form)
        if not is_answer_token(data.get("token", ""), request.user.pk, attempt, position):
            continue
        # In the language in which it was answered, whichever page is opened now.
        shown = selectors.paper_question(request.user, attempt, position, data.get(SHOWN_IN) or get_language())
        place: dict[str, object] = {"position": position}
        try:
            receipt = _save_answer(request, shown, data)
        except (InvalidAnswer, services.AttemptClosed, services.AnswerConflict) as reason:
            place["reason"] = str(reason)
            messages.error(request, _("Question %(position)s was not saved: %(reason)s") % place)
            continue
        if receipt:
            place["code"] = receipt.code
            messages.success(request, _("Your answer to question %(position)s is saved. Receipt %(code)s.") % place)
    return True


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _save_answer(request: SignedInRequest, shown: selectors.PaperQuestion, data: QueryDict) -> services.Receipt | None:
    """Save what a form holds; None when it holds no answer. Refusals are those of `services.save_answer`."""
    response = shown.response
    kind = TYPES[response.version.item.type]
    answer = kind.read(response.version.structure, data, f"q{response.position}")
    if answer is None:
        return None
    seen = data.get("seen", "")
    return services.save_answer(
        by=request.user,
        attempt_uuid=response.attempt.uuid,
        position=response.position,
        answer=answer,
        seen=int(seen) if re.fullmatch(r"[0-9]{1,9}", seen) else 0,
        language=shown.item.language,
        content=shown.item.content_id,
    )


def _save(request: SignedInRequest, shown: selectors.PaperQuestion, data: QueryDict) -> HttpResponseBase:
    response, attempt = shown.response, shown.response.attempt
    kind = TYPES[response.version.item.type]
    try:
        receipt = _save_answer(request, shown, data)
        if receipt is None:
            if _wants_json(request) or data.get("go") == "stay":
                return _refused(request, shown, _("Choose an answer first."), status=422)
            return _onward(request, shown, data)
    except InvalidAnswer as problem:
        draft = kind.draft(response.version.structure, data, f"q{response.position}")
        return _refused(request, shown, str(problem), status=422, answer=draft)
    except services.AttemptClosed as problem:
        if _wants_json(request):
            return JsonResponse({"error": str(problem)}, status=409)
        messages.error(request, str(problem))
        return redirect("assessments:result", attempt=attempt.uuid)
    except services.AnswerConflict as conflict:
        shown = selectors.PaperQuestion(conflict.response, shown.item)
        words = _(
            "You answered this question in another window at %(time)s UTC. Saved is: “%(saved)s”. "
            "What is chosen below is not saved yet: save it to replace the other answer, or choose again."
        ) % {
            "time": time_format(timezone.localtime(conflict.response.answered_at), "H:i"),
            "saved": shown.view().answer_text,
        }
        answer = kind.read(response.version.structure, data, f"q{response.position}")
        return _refused(request, shown, words, status=409, answer=answer)
    if _wants_json(request):
        return JsonResponse({"receipt": receipt.code, "saved_at": receipt.saved_at.isoformat(), "edits": receipt.edits})
    return _onward(request, shown, data)


def _onward(request: SignedInRequest, shown: selectors.PaperQuestion, data: QueryDict) -> HttpResponseBase:
    """Where the pressed button leads: back, on, or to handing in."""
    attempt, position = shown.response.attempt, shown.response.position
    wanted = position - 1 if data.get("go") == "back" else position + 1
    if data.get("go") == "stay":
        wanted = position
    if wanted > attempt.total:
        return redirect("assessments:hand_in", attempt=attempt.uuid)
    return redirect("assessments:question", attempt=attempt.uuid, position=max(1, wanted))


def _refused(
    request: SignedInRequest, shown: selectors.PaperQuestion, problem: str, *, status: int, answer: Any = None
) -> HttpResponseBase:
    if _wants_json(request):
        return JsonResponse({"error": problem, "edits": shown.response.edits}, status=status)
    return _question_page(request, shown, problem=problem, status=status, answer=answer)


def _paper(attempt: Attempt) -> list[tuple[int, bool, str]]:
    """(position, answered, address) of every question on a paper."""
    return [
        (position, answered, reverse("assessments:question", args=[attempt.uuid, position]))
        for position, answered in selectors.paper_map(attempt)
    ]


def _question_page(
    request: SignedInRequest,
    shown: selectors.PaperQuestion,
    *,
    problem: str = "",
    status: int = 200,
    answer: Any = None,
) -> HttpResponse:
    response, attempt = shown.response, shown.response.attempt
    return render(
        request,
        "assessments/question.html",
        {
            "attempt": attempt,
            "position": response.position,
            "question": shown.view(answer=answer),
            "language": shown.item.language,
            "receipt": services.receipt_of(response),
            "seen": response.edits,
            "token": answer_token(request.user.pk, attempt.uuid, response.position),
            "paper": _paper(attempt),
            "hand_in_url": reverse("assessments:hand_in", args=[attempt.uuid]),
            "course_url": reverse("courses:course", args=[attempt.enrolment.course.slug]),
            "report_url": reverse("assessments:report", args=[attempt.uuid, response.position]),
            "problem": problem,
            "is_final": attempt.pass_mark is not None,
            "is_refresher": since_of(attempt.enrolment) > 0,
        },
        status=status,
    )


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
    if _save_kept(request, attempt):
        return redirect("assessments:hand_in", attempt=attempt)
    if request.method == "POST":
        try:
            services.submit_attempt(by=request.user, attempt_uuid=attempt, language=get_language())
        except LanguageNotOpen as refusal:
            own = selectors.own_attempt(request.user, attempt)
            slug = own.enrolment.course.slug
            return _not_open(request, refusal, place=request.get_full_path(), course=slug, attempt=own)
        return redirect("assessments:result", attempt=attempt)
    own = selectors.own_attempt(request.user, attempt)
    if own.submitted_at:
        return redirect("assessments:result", attempt=attempt)
    if closed := _closed(request, own):
        return closed
    paper = _paper(own)
    return render(
        request,
        "assessments/hand_in.html",
        {
            "attempt": own,
            "paper": paper,
            "unanswered": [url for _position, answered, url in paper if not answered],
            "is_final": own.pass_mark is not None,
            "is_refresher": since_of(own.enrolment) > 0,
        },
    )
