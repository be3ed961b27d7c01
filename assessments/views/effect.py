"""The two short forms about a course for its officers, and the figures of effect for staff."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Right, SignedInRequest, has_right, requires, signed_in
from accounts.services import audit
from assessments.effect import reads
from assessments.effect.asking import Offer, own_offer
from assessments.effect.drawing import ways_of
from assessments.effect.exchange import Table, answers_table, gains_table
from assessments.effect.hiding import FEWEST
from assessments.forms.effect import FollowUpForm, ReactionForm
from assessments.models import EffectKind
from assessments.services import effect as services
from learning.models import Enrolment
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
    if own is None or kind not in EffectKind.values:
        raise Http404
    try:
        services.decline_effect(by=request.user, enrolment=own, kind=kind)
    except services.NotAsked as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, _("You will not be asked again."))
    return redirect("portal:home")


# --- the figures


@requires(*reads.LOOKS)
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


@requires(*reads.LOOKS)
@never_cache
def course(request: SignedInRequest, course: str) -> HttpResponseBase:
    """One course: its gain by member and sex, what officers said, what changed at work."""
    found = reads.one_effect(request.user, course, get_language())
    return render(
        request,
        "assessments/effect/course.html",
        {
            "each": found,
            "texts": reads.texts_about(request.user, found.course),
            "reads_texts": any(has_right(request.user, right) for right in reads.READS_TEXTS),
            "sees_review": any(has_right(request.user, right) for right in (Right.ADVISE, Right.WRITE_COURSES)),
            "fewest": FEWEST,
        },
    )


@requires(*reads.LOOKS)
@never_cache
def gains_csv(request: SignedInRequest) -> HttpResponseBase:
    """The learning gain as a file."""
    return _csv(request, "learning-gain", gains_table(reads.effects(request.user, get_language())))


@requires(*reads.LOOKS)
@never_cache
def answers_csv(request: SignedInRequest) -> HttpResponseBase:
    """What officers said as a file; no texts."""
    return _csv(request, "answers", answers_table(reads.effects(request.user, get_language())))


def _csv(request: SignedInRequest, name: str, table: Table) -> HttpResponse:
    audit(by=request.user, action="report.exported", target=f"assessments.effect:{name}")
    response = HttpResponse(as_csv(*table), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate().isoformat()}.csv"'
    return response
