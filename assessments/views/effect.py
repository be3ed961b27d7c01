"""The two short forms about a course for its officers, and the figures of effect for staff."""

import datetime as dt
import uuid
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Right, SignedInRequest, has_right, public, requires, signed_in
from accounts.services import audit
from assessments.effect import reads, said
from assessments.effect.asking import SUPERVISOR_DAYS, Offer, held_link, own_for_supervisor, own_offer
from assessments.effect.drawing import ways_of
from assessments.effect.exchange import Table, answers_table, gains_table
from assessments.effect.hiding import FEWEST
from assessments.forms.effect import FollowUpForm, ReactionForm, SupervisorForm
from assessments.models import EffectKind
from assessments.services import effect as services
from learning.models import Enrolment
from learning.selectors import course_names
from lms.tables import as_csv

# --- the forms


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@never_cache
def reaction(request: SignedInRequest, enrolment: uuid.UUID) -> HttpResponseBase:
    """What the officer says at the end of the own course."""
    return _form(request, enrolment, EffectKind.REACTION, ReactionForm)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@never_cache
def follow_up(request: SignedInRequest, enrolment: uuid.UUID) -> HttpResponseBase:
    """What changed at the officer's work."""
    return _form(request, enrolment, EffectKind.FOLLOW_UP, FollowUpForm)


def _form(request: SignedInRequest, enrolment: uuid.UUID, kind: str, form_of: Callable[..., Form]) -> HttpResponseBase:
    offer = _offer(request, enrolment, kind)
    if offer is None:
        messages.info(request, _("This form is done with. Thank you."))
        return redirect("portal:home")
    form = form_of(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        take = services.answer_follow_up if offer.is_follow_up else services.answer_reaction
        try:
            take(by=request.user, enrolment=offer.enrolment, said=form.cleaned_data)
        except services.NotAsked as refusal:  # another press was faster
            messages.info(request, str(refusal))
            return redirect("portal:home")
        messages.success(request, _("Thank you. Nobody can see that it was you."))
        if form.cleaned_data.get("was_upset"):
            messages.info(
                request,
                _(
                    "If something stays with you, pause, and speak with someone you trust or with your service’s "
                    "support officer."
                ),
            )
        if offer.is_follow_up:
            return redirect("effect:supervisor_link", enrolment)
        return redirect("portal:home")
    return render(
        request,
        "assessments/effect/use.html" if offer.is_follow_up else "assessments/effect/reaction.html",
        {"form": form, "offer": offer},
        status=422 if form.errors else 200,
    )


def _offer(request: SignedInRequest, enrolment: uuid.UUID, kind: str) -> Offer | None:
    """What is open, or None where the person's own is done with; another's is not there."""
    try:
        return own_offer(request.user, enrolment, kind, get_language())
    except Http404:
        if not Enrolment.objects.filter(
            uuid=enrolment, actor__user=request.user, progress__completed_at__isnull=False
        ).exists():
            raise
        return None


@require_POST
@signed_in
def decline(request: SignedInRequest, kind: str, enrolment: uuid.UUID) -> HttpResponseBase:
    """Not to be asked again."""
    own = Enrolment.objects.filter(uuid=enrolment, actor__user=request.user).first()
    if own is None or kind not in (EffectKind.REACTION, EffectKind.FOLLOW_UP):
        raise Http404
    try:
        services.decline_effect(by=request.user, enrolment=own, kind=kind)
    except services.NotAsked as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, _("You will not be asked again."))
    return redirect("portal:home")


# --- the supervisor


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@never_cache
def supervisor_link(request: SignedInRequest, enrolment: uuid.UUID) -> HttpResponseBase:
    """The officer makes a link for the own supervisor; it is shown once, in the answer to the press."""
    own = own_for_supervisor(request.user, enrolment)
    address = ""
    if request.method == "POST":
        code = services.make_supervisor_link(by=request.user, enrolment=own)
        address = settings.PUBLIC_URL + reverse("effect:supervisor", args=[code])
    return render(
        request,
        "assessments/effect/link.html",
        {
            "name": course_names([own.course], get_language())[own.course_id],
            "address": address,
            "until": own.effect_asked.get(kind=EffectKind.FOLLOW_UP).invited_at + dt.timedelta(days=SUPERVISOR_DAYS),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@public
@never_cache
def supervisor(request: HttpRequest, code: str) -> HttpResponseBase:
    """Whoever has the link says whether a change was seen. It names the course, and neither officer nor result."""
    try:
        asked = held_link(services.supervisor_digest(code))
        is_own = asked.enrolment.actor.user_id == request.user.pk
        form = SupervisorForm(request.POST if request.method == "POST" and not is_own else None)
        if form.is_valid():
            services.take_supervisor_answer(code=code, is_confirmed=form.cleaned_data["is_confirmed"])
            return render(request, "assessments/effect/supervisor.html", {"is_done": True})
    except Http404:
        return render(request, "assessments/effect/supervisor.html", {"is_gone": True}, status=404)
    course = asked.enrolment.course
    return render(
        request,
        "assessments/effect/supervisor.html",
        {
            "form": form,
            "name": course_names([course], get_language())[course.pk],
            "is_own": is_own,
        },
        status=422 if form.errors else 200,
    )


# --- the figures


@requires(*said.LOOKS)
@never_cache
def figures(request: SignedInRequest) -> HttpResponseBase:
    """Every course: gain, use at work, whether anything upset."""
    found = reads.effects(request.user, get_language())
    told = [(each.course.code, each.gain.whole) for each in found if each.gain and each.gain.whole.gains]
    return render(
        request,
        "assessments/effect/figures.html",
        {
            "found": found,
            "ways": ways_of([(code, whole.before, whole.after) for code, whole in told]) if told else None,
            "fewest": FEWEST,
        },
    )


@requires(*said.LOOKS)
@never_cache
def course(request: SignedInRequest, course: str) -> HttpResponseBase:
    """One course: its gain by member and sex, what officers said, what changed at work."""
    found = reads.one_effect(request.user, course, get_language())
    return render(
        request,
        "assessments/effect/course.html",
        {
            "each": found,
            "texts": said.texts_about(request.user, found.course),
            "reads_texts": any(has_right(request.user, right) for right in said.READS_TEXTS),
            "sees_review": any(has_right(request.user, right) for right in (Right.ADVISE, Right.WRITE_COURSES)),
            "fewest": FEWEST,
        },
    )


@requires(*said.LOOKS)
@never_cache
def gains_csv(request: SignedInRequest) -> HttpResponseBase:
    """The learning gain as a file."""
    return _csv(request, "learning-gain", gains_table(reads.effects(request.user, get_language())))


@requires(*said.LOOKS)
@never_cache
def answers_csv(request: SignedInRequest) -> HttpResponseBase:
    """What officers said as a file; no texts."""
    return _csv(request, "answers", answers_table(reads.effects(request.user, get_language())))


def _csv(request: SignedInRequest, name: str, table: Table) -> HttpResponse:
    audit(by=request.user, action="report.exported", target=f"assessments.effect:{name}")
    response = HttpResponse(as_csv(*table), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate().isoformat()}.csv"'
    return response
