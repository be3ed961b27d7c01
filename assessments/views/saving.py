"""An answer that arrives: from a page's script, from a form without one, or after the session had ended."""

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.permissions import SignedInRequest
from assessments import selectors, services
from assessments.answering.devices import browser_of
from assessments.forms import is_answer_token, is_too_long, sent_with
from assessments.types import TYPES, InvalidAnswer
from assessments.views.showing import elsewhere, elsewhere_page, question_page, seconds_left

KEPT, SHOWN_IN = "answers_kept", "shown_in"
#: What a stranger may leave in a session of ours: so many answers of so many characters.
MOST_ANSWERS_KEPT = 10
MOST_KEPT = 4_000
TOO_LONG = gettext_lazy("This answer is too long to be saved. Make it shorter; what was saved before is kept.")


def keep_for_sign_in(request: HttpRequest, attempt: uuid.UUID, position: int) -> HttpResponseBase:
    """Keep an answer that came after the session had ended, in the session of the stranger who sent it."""
    if request.method == "POST":
        form = f"{request.POST.urlencode()}&{urlencode({SHOWN_IN: get_language()})}"
        # Another site could post a token of its own here, and our answer would replace the session of whoever looks.
        from_here = request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")
        is_ours = from_here and is_answer_token(request.POST.get("token", ""), None, attempt, position)
        if is_ours and len(form) < MOST_KEPT:
            kept = {**request.session.get(KEPT, {}), f"{attempt} {position}": form}
            request.session[KEPT] = dict(list(kept.items())[-MOST_ANSWERS_KEPT:])
            if not wants_json(request):
                messages.warning(
                    request, _("Your session had ended. Your answer is kept: sign in again and it will be saved.")
                )
        if wants_json(request):
            words = _("Your session has ended. This answer is kept: sign in again and it will be saved.")
            return JsonResponse({"error": words, "state": "away"}, status=401)
    return redirect_to_login(request.get_full_path())


def save_kept(request: SignedInRequest, attempt: uuid.UUID) -> bool:
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
        place: dict[str, object] = {"position": position}
        try:
            receipt = _save_form(request, attempt, position, data)
        except (InvalidAnswer, services.NotCounted) as reason:
            place["reason"] = str(reason)
            messages.error(request, _("Question %(position)s was not saved: %(reason)s") % place)
            continue
        if receipt:
            place["code"] = receipt.code
            messages.success(request, _("Your answer to question %(position)s is saved. Receipt %(code)s.") % place)
    return True


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks."""
    return "application/json" in request.headers.get("Accept", "")


def _save_form(request: SignedInRequest, attempt: uuid.UUID, position: int, data: QueryDict) -> services.Receipt | None:
    """Save what a form holds; None when it holds no answer. Refusals are those of `services.save_answer`."""
    if is_too_long(data):
        raise InvalidAnswer(str(TOO_LONG))
    # In the language in which it was answered, whichever page it comes from.
    language = data.get(SHOWN_IN) or get_language() or ""
    sent = sent_with(data, language=language, browser=browser_of(request, attempt))
    return services.save_form(by=request.user, attempt_uuid=attempt, position=position, data=data, sent=sent)


def save_posted(request: SignedInRequest, attempt: uuid.UUID, position: int) -> HttpResponseBase:
    """Save a posted answer at once and say what became of it."""
    try:
        return _saved(request, attempt, position)
    except Http404:
        words = _("There is no such question on this paper.")
        if not wants_json(request):
            raise Http404(words) from None
        # In words that a script can show: else it would try again for ever, and what comes behind would wait.
        return JsonResponse({"error": words, "state": "invalid"}, status=404)


def _saved(request: SignedInRequest, attempt: uuid.UUID, position: int) -> HttpResponseBase:
    try:
        data = request.POST
    except RequestDataTooBig:
        # So long that not even its token was read.
        return _refused(request, attempt, position, str(TOO_LONG), state="invalid", status=422)
    if not is_answer_token(data.get("token", ""), request.user.pk, attempt, position):
        words = _("This form was not made for you or is too old. Choose again.")
        return _refused(request, attempt, position, words, state="token", status=403)
    try:
        receipt = _save_form(request, attempt, position, data)
    except InvalidAnswer as problem:
        return _refused(request, attempt, position, str(problem), state="invalid", status=422, data=data)
    except services.NotCounted as refusal:
        return _not_counted(request, refusal, data)
    if wants_json(request):
        if receipt is None:
            return _refused(request, attempt, position, _("Choose an answer first."), state="invalid", status=422)
        return JsonResponse(
            {
                "receipt": receipt.code,
                "hash": receipt.hash,
                "saved_at": receipt.saved_at.isoformat(),
                "edits": receipt.edits,
                "state": "recorded",
                **_left(receipt),
            }
        )
    if receipt is None and data.get("go") == "stay":
        return _refused(request, attempt, position, _("Choose an answer first."), state="invalid", status=422)
    return _onward(request, attempt, position, data)


def _left(receipt: services.Receipt) -> dict[str, int]:
    if receipt.ends_at is None:
        return {}
    return {"left": max(0, int((receipt.ends_at - timezone.now()).total_seconds()))}


def _not_counted(request: SignedInRequest, refusal: services.NotCounted, data: QueryDict) -> HttpResponseBase:
    response, attempt = refusal.response, refusal.response.attempt
    if isinstance(refusal, services.AttemptClosed):
        services.close_if_over(attempt_uuid=attempt.uuid)
    if wants_json(request):
        left = seconds_left(attempt)
        said = {"error": str(refusal), "state": refusal.verdict.value, "edits": response.edits}
        return JsonResponse(said | ({} if left is None else {"left": left}), status=409)
    if isinstance(refusal, services.AttemptClosed):
        messages.error(request, str(refusal))
        return redirect("assessments:result", attempt=attempt.uuid)
    if isinstance(refusal, services.AnswerFinal):
        messages.warning(request, str(refusal))
        return redirect("assessments:question", attempt=attempt.uuid, position=response.position)
    shown = selectors.paper_question(request.user, attempt.uuid, response.position, get_language())
    if isinstance(refusal, services.DeviceReplaced):
        return elsewhere_page(request, shown.response.attempt, str(refusal))
    words = _(
        "You answered this question in another window at %(time)s UTC. Saved is: “%(saved)s”. "
        "What is chosen below is not saved yet: save it to replace the other answer, or choose again."
    ) % {
        "time": time_format(timezone.localtime(response.answered_at), "H:i"),
        "saved": shown.view().answer_text,
    }
    answer = TYPES[shown.response.version.item.type].read(
        shown.response.version.structure, data, f"q{response.position}"
    )
    return question_page(request, shown, problem=words, status=409, answer=answer)


def _onward(request: SignedInRequest, attempt: uuid.UUID, position: int, data: QueryDict) -> HttpResponseBase:
    """Where the pressed button leads: back, on, or to handing in."""
    if data.get("go") == "stay":
        return redirect("assessments:question", attempt=attempt, position=position)
    wanted = position - 1 if data.get("go") == "back" else position + 1
    if wanted > selectors.own_attempt(request.user, attempt).total:
        return redirect("assessments:hand_in", attempt=attempt)
    return redirect("assessments:question", attempt=attempt, position=max(1, wanted))


def _refused(
    request: SignedInRequest,
    attempt: uuid.UUID,
    position: int,
    problem: str,
    *,
    state: str,
    status: int,
    data: QueryDict | None = None,
) -> HttpResponseBase:
    shown = selectors.paper_question(request.user, attempt, position, get_language())
    if wants_json(request):
        return JsonResponse({"error": problem, "state": state, "edits": shown.response.edits}, status=status)
    # A refused form shows the question again, so it is asked what a look at the question asks.
    if other := elsewhere(request, shown.response.attempt):
        return other
    draft = None
    if data is not None and not is_too_long(data):
        version = shown.response.version
        draft = TYPES[version.item.type].draft(version.structure, data, f"q{position}")
    return question_page(request, shown, problem=problem, status=status, answer=draft)
