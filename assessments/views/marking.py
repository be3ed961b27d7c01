"""Marking essays: the queue by test and language, one essay without a name, and the release of marks."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Right, SignedInRequest, requires
from assessments.forms.marking import AnewForm, MarkForm
from assessments.marking import queue as reads
from assessments.models import Essay, Mark
from assessments.selectors import question_view
from assessments.services import marking as services
from assessments.tasks import record_what_is_due
from learning.models import Activity
from learning.selectors import course_names
from lms.queue import enqueue

PAGE = 50
#: The order of a queue in which all answers to one question come in a row.
BY_QUESTION = "question"


@requires(Right.TEACH)
@never_cache
def index(request: SignedInRequest) -> HttpResponseBase:
    """What waits, by test and language, with an estimate of the work."""
    found = reads.queues(request.user)
    activities = Activity.objects.select_related("course").in_bulk({each.activity for each in found})
    courses = course_names({each.course for each in activities.values()}, get_language())
    rows = [
        {
            "queue": each,
            "activity": activities[each.activity],
            "course": courses.get(activities[each.activity].course_id),
        }
        for each in found
    ]
    return render(request, "assessments/marking/index.html", {"rows": rows})


@requires(Right.TEACH)
@require_POST
def take(request: SignedInRequest, activity: uuid.UUID, language: str) -> HttpResponseBase:
    """The next essay of a queue, or back to the queue when there is none for this marker."""
    by_question = request.POST.get("order") == BY_QUESTION
    mark = services.take_essay(
        by=request.user, activity=_activity(activity), language=_language(language), by_question=by_question
    )
    if mark is None:
        messages.info(request, _("There is no essay here that waits for you."))
        return redirect("marking:index")
    address = reverse("marking:essay", args=[mark.uuid])
    return redirect(f"{address}?order={BY_QUESTION}" if by_question else address)


@requires(Right.TEACH)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def essay(request: SignedInRequest, mark: uuid.UUID) -> HttpResponseBase:
    """One essay with its rubric: what is given is saved, and the next one follows."""
    found = _own_mark(request, mark)
    shown = found.essay
    response = shown.response
    wording = response.content.body if response.content else {}
    form = MarkForm(request.POST if request.method == "POST" else None, mark=found, wording=wording)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_mark(by=request.user, mark=found, given=form.given, comment=form.cleaned_data["comment"])
        except services.CannotMark as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The mark is saved."))
            if request.POST.get("then") == "stop":
                return redirect("marking:index")
            return take(request, shown.activity.uuid, shown.language)
    if "comment" in form.errors:  # the essay stands above it, and may be long
        form.fields["comment"].widget.attrs["autofocus"] = True
    return render(
        request,
        "assessments/marking/essay.html",
        {
            "mark": found,
            "essay": shown,
            "answer": response.answer,
            "language": response.language,
            "question": question_view(
                prefix="q",
                type="essay",
                structure=response.version.structure,
                wording=wording,
                order=[],
                answer=None,
                answer_key=None,
                language=response.language,
            ),
            "expected": wording.get("feedback", ""),
            "words": len((response.answer or "").split()),
            "form": form,
            # Which one comes next follows from how the marker began.
            "order": BY_QUESTION if BY_QUESTION in (request.GET.get("order"), request.POST.get("order")) else "",
        },
        status=422 if form.errors else 200,
    )


@requires(Right.TEACH)
@require_POST
def give_back(request: SignedInRequest, mark: uuid.UUID) -> HttpResponseBase:
    """Leave an essay to others."""
    services.give_back_essay(by=request.user, mark=_own_mark(request, mark))
    return redirect("marking:index")


@requires(Right.TEACH)
@never_cache
def mine(request: SignedInRequest) -> HttpResponseBase:
    """The marks that the viewer gave, the newest first: they can be changed until they are released."""
    rows = (
        reads.marks_by(request.user).filter(marked_at__isnull=False).order_by("-marked_at").select_related(*WITH_ESSAY)
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "assessments/marking/mine.html", {"page": page})


@requires(Right.TEACH)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: SignedInRequest, activity: uuid.UUID, language: str) -> HttpResponseBase:
    """Release what is marked whole, after a look at what that is."""
    about, spoken = _activity(activity), _language(language)
    own = [each for each in reads.queues(request.user) if (each.activity, each.language) == (about.pk, spoken)]
    if not own:
        raise Http404
    refusal = ""
    if request.method == "POST":
        try:
            released = services.release_marks(by=request.user, activity=about, language=spoken)
        except services.CannotMark as problem:
            refusal = str(problem)
        else:
            enqueue(record_what_is_due)
            words = ngettext(
                "The marks of %(n)d paper are released.", "The marks of %(n)d papers are released.", released.papers
            )
            messages.success(request, words % {"n": released.papers})
            return redirect("marking:index")
    course = course_names({about.course}, get_language()).get(about.course_id)
    context: dict[str, Any] = {"queue": own[0], "activity": about, "course": course, "refusal": refusal}
    return render(request, "assessments/marking/release.html", context, status=422 if refusal else 200)


@requires(Right.TEACH)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def anew(request: SignedInRequest, essay: uuid.UUID) -> HttpResponseBase:
    """Open an essay for marking anew, with a reason."""
    found = reads.essays_for(request.user).filter(uuid=essay).select_related(*reads.ATTEMPT).first()
    if found is None:
        raise Http404
    if found.state != Essay.State.RELEASED:
        messages.warning(request, str(services.NotReleased()))
        return redirect("marking:index")
    form = AnewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.mark_anew(by=request.user, essay_uuid=essay, reason=form.cleaned_data["reason"])
        except services.NotReleased as refusal:  # somebody was quicker
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("The essay waits for its markers again."))
        return redirect("marking:index")
    return render(
        request,
        "assessments/marking/anew.html",
        {"essay": found, "form": form, "scores": list(found.scores.order_by("-pk"))},
        status=422 if form.errors else 200,
    )


WITH_ESSAY = tuple(f"essay__{each}" for each in reads.ATTEMPT)


def _own_mark(request: SignedInRequest, mark: uuid.UUID) -> Mark:
    found = reads.marks_by(request.user).filter(uuid=mark).select_related(*WITH_ESSAY).first()
    if found is None or not reads.essays_for(request.user).filter(pk=found.essay_id).exists():
        raise Http404(_("This essay is not yours to mark."))
    return found


def _activity(activity: uuid.UUID) -> Activity:
    found = Activity.objects.select_related("course").filter(uuid=activity, kind=Activity.Kind.QUIZ).first()
    if found is None:
        raise Http404
    return found


def _language(language: str) -> str:
    if not Essay.objects.filter(language=language).exists():
        raise Http404
    return language
