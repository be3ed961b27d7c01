"""The queue of appeals, and one with its question: for trainers, without names."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.permissions import Right, SignedInRequest, has_right, requires
from assessments.correcting import reads
from assessments.forms.corrections import DecideForm
from assessments.marking.queue import essays_for
from assessments.models import Appeal
from assessments.selectors import corrections_of, question_view
from assessments.services import appeals as services
from assessments.tasks import tell_of_appeal
from assessments.types.essay import points_in_words
from learning.selectors import course_names
from lms.queue import enqueue

PAGE = 50


@requires(*reads.HEARS)
@never_cache
def queue(request: SignedInRequest) -> HttpResponseBase:
    """Appeals that wait for an answer, the oldest first; or those that were answered."""
    answered = request.GET.get("show") == "answered"
    rows = reads.appeals_heard_by(request.user)
    rows = (
        rows.exclude(state=Appeal.State.OPEN).order_by("-decided_at")
        if answered
        else rows.filter(state=Appeal.State.OPEN)
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    asked_in = {course for each in page if (course := each.response.version.item.bank.course)}
    courses = course_names(asked_in, get_language())
    return render(
        request,
        "assessments/corrections/appeals.html",
        {
            "page": page,
            "rows": [(each, courses.get(_course(each) or 0), _stem(each)) for each in page],
            "answered": answered,
            "corrects": has_right(request.user, Right.PUBLISH_COURSES),
        },
    )


def _course(appeal: Appeal) -> int | None:
    return appeal.response.version.item.bank.course_id


def _stem(appeal: Appeal) -> str:
    content = appeal.response.content
    return str(content.body["stem"]) if content else ""


@requires(*reads.HEARS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: SignedInRequest, appeal: uuid.UUID) -> HttpResponseBase:
    """One appeal: the question as it was shown, what was answered, what counts, and the officer's words."""
    found = reads.one_appeal(request.user, appeal)
    form = DecideForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        is_upheld = form.cleaned_data["decision"] == Appeal.State.UPHELD
        try:
            services.decide_appeal(by=request.user, appeal=found, is_upheld=is_upheld, reply=form.cleaned_data["reply"])
        except services.DecidedBefore as refusal:
            messages.warning(request, str(refusal))
            return redirect("corrections:appeal", appeal=appeal)
        enqueue(tell_of_appeal, found.pk)
        messages.success(request, _("Your answer is saved. The officer reads it beside the question."))
        return redirect("corrections:appeal" if is_upheld else "corrections:appeals", **_where(found, is_upheld))
    return render(
        request,
        "assessments/corrections/appeal.html",
        _shown(request, found) | {"form": form if found.state == Appeal.State.OPEN else None},
        status=422 if form.errors else 200,
    )


def _where(appeal: Appeal, is_upheld: bool) -> dict[str, Any]:
    return {"appeal": appeal.uuid} if is_upheld else {}


def _shown(request: SignedInRequest, appeal: Appeal) -> dict[str, Any]:
    response = appeal.response
    version, content = response.version, response.content
    correction = corrections_of([version.pk]).get(version.pk)
    question = None
    if content is not None:
        question = question_view(
            prefix="q",
            type=version.item.type,
            structure=version.structure,
            wording=content.body,
            order=response.option_order,
            answer=response.answer,
            answer_key=version.answer_key,
            language=response.language,
        )
    asked = reads.as_asked(version, get_language())
    essay = essays_for(request.user).filter(response=response).first()
    score = essay.scores.last() if essay else None
    return {
        "essay": essay,
        "score": score,
        "criteria": points_in_words(score.given, version.structure, content.body if content else {}) if score else [],
        "appeal": appeal,
        "version": version,
        "question": question,
        "answer": asked.words_of(response.answer) if asked and response.answer is not None else "",
        "answer_language": asked.language if asked else "",
        "counts": asked.words_of_keys(correction.keys if correction else (version.answer_key,)) if asked else [],
        "correction": correction,
        "corrects": has_right(request.user, Right.PUBLISH_COURSES),
        "is_own": response.attempt.enrolment.actor.user_id == request.user.pk,
    }
