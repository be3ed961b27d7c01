"""What officers see of tests that they handed in: the result, an appeal, who may read the paper, and all of them."""

import uuid
from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import SignedInRequest, signed_in
from assessments import seeing, selectors, services
from assessments.effect.reads import own_gain
from assessments.forms.appeals import AppealForm
from assessments.models import Attempt


@signed_in
@never_cache
def result(request: SignedInRequest, attempt: uuid.UUID) -> HttpResponseBase:
    """The result of one's own paper: what was right and why as far as the test lets it be seen (`feedback.may_see`)."""
    own = selectors.own_attempt(request.user, attempt)
    if own.submitted_at is None:
        return redirect("assessments:overview", attempt=attempt)
    if hasattr(own, "record_due"):
        services.record_attempt(attempt_pk=own.pk)
    return render(request, "assessments/result.html", _around(request, own))


def _around(request: SignedInRequest, own: Attempt) -> dict[str, object]:
    shown = seeing.result_of(own, get_language())
    return {
        "shown": shown,
        "attempt": own,
        "gain": own_gain(own, shown.outcome),
        "share": seeing.share_of(own),
        "looks": seeing.looks_at_paper(request.user, own),
        "may_share": own.enrolment.klass_id is not None and own.enrolment.ended_at is None,
        "slug": own.enrolment.course.slug,
    }


@signed_in
@never_cache
def history(request: SignedInRequest) -> HttpResponseBase:
    """“My tests”: every attempt over all courses."""
    return render(request, "assessments/history.html", {"taken": seeing.own_history(request.user, get_language())})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def appeal(request: SignedInRequest, attempt: uuid.UUID, position: int) -> HttpResponseBase:
    """Say of one question of one's own paper that its result is wrong; what came of it stands on the result."""
    shown = seeing.own_result(request.user, attempt, get_language())
    row = next((each for each in shown.rows if each.position == position), None)
    if row is None:
        raise Http404(_("There is no such question, or its result is not shown yet."))
    if row.appeal is not None or not row.may_be_appealed:
        return redirect("assessments:result", attempt=attempt)
    form = AppealForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.make_appeal(by=request.user, response=row.response, text=form.cleaned_data["text"])
        except (services.NotAppealable, services.AppealedBefore) as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("Your appeal is sent. The answer will stand on this page."))
        return redirect("assessments:result", attempt=attempt)
    context: Mapping[str, object] = {"form": form, "row": row, "attempt": shown.attempt, "name": shown.name}
    return render(request, "assessments/appeal.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in
def share(request: SignedInRequest, attempt: uuid.UUID) -> HttpResponseBase:
    """Let the trainers of one's class read one's own paper."""
    try:
        services.share_sitting(by=request.user, attempt_uuid=attempt)
    except services.NotSharable as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The trainers of your class can read this paper now."))
    return redirect("assessments:result", attempt=attempt)


@require_POST
@signed_in
def end_share(request: SignedInRequest, attempt: uuid.UUID) -> HttpResponse:
    """Take it back."""
    if services.end_sharing(by=request.user, attempt_uuid=attempt):
        messages.success(request, _("Nobody but you can read this paper now."))
    return redirect("assessments:result", attempt=attempt)
