"""Certificates of other bodies: written down by officers, put forward by coordinators, decided by who certifies."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.permissions import Refused, Right, SignedInRequest, has_right, requires, signed_in
from accounts.selectors import names_for
from accounts.services.own_data import record_sight_of_people
from certificates.forms.recognitions import ProposeForm, RecogniseForm, RecordForm, WhyForm, WrittenForm
from certificates.models import Recognition
from certificates.selectors.recognitions import (
    badge_of,
    evidence_of,
    may_propose,
    officers_of,
    one_recognition,
    own_recognitions,
    recognitions_of_officers,
    recognitions_to_decide,
    with_course_titles,
)
from certificates.services import recognitions as services

PAGE = 50
State = Recognition.State
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "application/json": "json", "application/jwt": "jwt"}


@signed_in
@never_cache
def own(request: SignedInRequest) -> HttpResponseBase:
    """The own ones, and a form for a further one."""
    is_sent = request.method == "POST"
    form = WrittenForm(request.POST if is_sent else None)
    if is_sent and form.is_valid():
        try:
            services.submit_recognition(by=request.user, written=form.written)
        except services.NoMember as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Written down. Show the original to your national coordinator."))
            return redirect("recognitions:own")
    context = {"form": form, "rows": _entitled(own_recognitions(request.user)), "is_sent": is_sent}
    return render(request, "certificates/recognitions_own.html", context, status=422 if is_sent else 200)


@requires(Right.SEE_OFFICERS)
@never_cache
def officers(request: SignedInRequest) -> HttpResponseBase:
    """Those of the own officers, first what waits for the coordinator."""
    rows = recognitions_of_officers(request.user)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    people = [each.actor.user for each in page if each.actor.user]
    names = names_for(request.user, people)
    record_sight_of_people(by=request.user, people=people)
    shown = [(each, names.get(each.actor.user_id or 0, "–")) for each in _entitled(page)]
    return render(request, "certificates/recognitions.html", {"page": page, "rows": shown, "is_own": True})


@requires(Right.CERTIFY)
@never_cache
def decide(request: SignedInRequest) -> HttpResponseBase:
    """Those that were put forward, and what was decided; by learner code."""
    page = Paginator(recognitions_to_decide(request.user), PAGE).get_page(request.GET.get("page"))
    shown = [(each, each.label) for each in _entitled(page)]  # type: ignore[attr-defined]
    return render(request, "certificates/recognitions.html", {"page": page, "rows": shown, "is_own": False})


@requires(Right.MANAGE_PEOPLE)
@never_cache
def record(request: SignedInRequest, person: uuid.UUID) -> HttpResponseBase:
    """Write down a certificate of an own officer, and put it forward."""
    user = get_object_or_404(officers_of(request.user), uuid=person)
    is_sent = request.method == "POST"
    form = RecordForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if is_sent and form.is_valid():
        found = services.record_recognition(by=request.user, user=user, written=form.written, shown=form.shown)
        messages.success(request, _("Put forward to the RSO."))
        return redirect("recognitions:one", found.uuid)
    if not is_sent:
        record_sight_of_people(by=request.user, people=[user])
    context = {"form": form, "person": user, "name": names_for(request.user, [user]).get(user.pk, "–")}
    return render(request, "certificates/recognition_record.html", context, status=422 if is_sent else 200)


@signed_in
@never_cache
def one(request: SignedInRequest, recognition: uuid.UUID) -> HttpResponseBase:
    """What stands on one, what became of it, and what the viewer may do with it."""
    found = one_recognition(request.user, recognition)
    forms = _forms(request, found)
    if request.method == "POST":
        action = request.POST.get("action", "")
        if action == "drop" and found.actor.user_id == request.user.pk:
            return _drop(request, found)
        if action not in forms:
            raise Refused(_("This is not for you to decide."))
        form = forms[action]
        if form.is_valid() and _act(request, found, action, form):
            return redirect("recognitions:one", found.uuid)
        return _page(request, found, forms, status=422)
    return _page(request, found, forms)


@requires(Right.MANAGE_PEOPLE)
@never_cache
def propose(request: SignedInRequest, recognition: uuid.UUID) -> HttpResponseBase:
    """Put forward what an own officer wrote down, with a file or without."""
    found = one_recognition(request.user, recognition)
    is_sent = request.method == "POST"
    form = ProposeForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if is_sent and form.is_valid():
        try:
            services.propose_recognition(by=request.user, recognition=found, shown=form.shown)
        except services.NotAllowedNow as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Put forward to the RSO."))
        return redirect("recognitions:one", found.uuid)
    context = {"form": form, "row": found}
    return render(request, "certificates/recognition_propose.html", context, status=422 if is_sent else 200)


def _entitled(rows: Iterable[Recognition]) -> list[Recognition]:
    return with_course_titles(rows, get_language() or "")


def _drop(request: SignedInRequest, found: Recognition) -> HttpResponseBase:
    try:
        services.drop_recognition(by=request.user, recognition=found)
    except services.NotAllowedNow as refusal:
        messages.error(request, str(refusal))
        return redirect("recognitions:one", found.uuid)
    messages.success(request, _("Deleted."))
    return redirect("recognitions:own")


def _page(request: SignedInRequest, found: Recognition, forms: dict[str, Form], status: int = 200) -> HttpResponseBase:
    viewer = request.user
    is_mine = found.actor.user_id == viewer.pk
    context: dict[str, Any] = {
        "row": _entitled([found])[0],
        "forms": forms,
        "steps": found.steps.all(),
        "badge": badge_of(found),
        "is_mine": is_mine,
        "is_open": is_mine and found.state in (State.SUBMITTED, State.PROPOSED),
        "proposes": may_propose(viewer, found),
        "needs_reason": not found.is_near,  # type: ignore[attr-defined]
        "why": WhyForm(prefix="look"),
    }
    return render(request, "certificates/recognition.html", context, status=status)


def _forms(request: SignedInRequest, found: Recognition) -> dict[str, Form]:
    """What the viewer may do now, each as a form; nothing with the own ones."""
    viewer = request.user
    if found.actor.user_id == viewer.pk:
        return {}
    action = request.POST.get("action", "")

    def bound(name: str) -> dict[str, Any]:
        return {"data": request.POST} if action == name else {}

    if found.state == State.SUBMITTED:
        return {"refuse": WhyForm(**bound("refuse"), prefix="refuse")}
    if not has_right(viewer, Right.CERTIFY):
        return {}
    if found.state == State.PROPOSED:
        return {"recognise": RecogniseForm(**bound("recognise")), "refuse": WhyForm(**bound("refuse"), prefix="refuse")}
    if found.state == State.RECOGNISED:
        return {"withdraw": WhyForm(**bound("withdraw"), prefix="withdraw")}
    return {}


def _act(request: SignedInRequest, found: Recognition, action: str, form: Form) -> bool:
    """Do it; whether it was done, and what is in the way otherwise stands in the form."""
    data = form.cleaned_data
    whose: dict[str, Any] = {"by": request.user, "recognition": found}
    try:
        if action == "recognise":
            services.recognise(**whose, stands_for=data["stands_for"], stands_until=data["stands_until"])
        elif action == "refuse":
            services.refuse_recognition(**whose, reason=data["reason"])
        else:
            services.withdraw_recognition(**whose, reason=data["reason"])
    except services.NotPossible as refusal:
        form.add_error("stands_until", str(refusal))
        return False
    except services.NotAllowedNow as refusal:
        messages.error(request, str(refusal))
        return True
    messages.success(request, _("Saved."))
    return True


@require_POST
@signed_in
@never_cache
def file(request: SignedInRequest, recognition: uuid.UUID) -> HttpResponseBase:
    """The file that shows one, as a download and nothing else. Who certifies says why, and it is written down."""
    evidence = evidence_of(request.user, recognition)
    found = one_recognition(request.user, recognition)
    is_near = found.is_near  # type: ignore[attr-defined]
    form = WhyForm(request.POST, prefix="look")
    if not is_near and not form.is_valid():
        messages.error(request, _("Say why you open the file."))
        return redirect("recognitions:one", found.uuid)
    services.note_sight(by=request.user, recognition=found, reason="" if is_near else form.cleaned_data["reason"])
    answer = HttpResponse(bytes(evidence.content), content_type=evidence.content_type)
    ending = ENDINGS[evidence.content_type]
    answer["Content-Disposition"] = f'attachment; filename="certificate-{evidence.digest[:8]}.{ending}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "no-store, private"
    return answer
