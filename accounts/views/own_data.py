"""Pages about the data that is held of people: one's own, and, for whoever has to, what becomes of that of others."""

import time
import uuid

from allauth.account import app_settings as allauth_settings
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.forms.own_data import ConfirmErasureForm, CorrectForm, ErasureReasonForm
from accounts.models import ErasureRequest, RetentionReport, User
from accounts.permissions import Right, SignedInRequest, requires, signed_in
from accounts.selectors import names_for
from accounts.selectors import own_data as selectors


def require_fresh_sign_in(request: SignedInRequest) -> None:
    """Ask for the password again (allauth's page does, and comes back) unless it was given a moment ago."""
    if not get_reauthentication_flows(request.user):
        return  # signs in elsewhere: there is nothing here to ask for
    records = get_authentication_records(request, request.user)
    if not any(time.time() - each["at"] < allauth_settings.REAUTHENTICATION_TIMEOUT for each in records):
        raise ReauthenticationRequired


def _posted(request: SignedInRequest) -> QueryDict | None:
    """What a form was sent with; an empty form is one too."""
    return request.POST if request.method == "POST" else None


@require_safe
@signed_in
@never_cache
def overview(request: SignedInRequest) -> HttpResponseBase:
    """Everything that is held about the person who looks, by kind, and who looked at it."""
    return render(
        request,
        "accounts/data/overview.html",
        {
            "kinds": selectors.held_about(request.user),
            "looks": list(selectors.looked_at(request.user)),
            "erasure": selectors.own_erasure(request.user),
        },
    )


@require_safe
@signed_in
@never_cache
def download(request: SignedInRequest) -> HttpResponseBase:
    """All of it as one JSON file, sent as it is read. The password is asked for if it was not given just now."""
    require_fresh_sign_in(request)
    services.record_download(by=request.user)
    response = StreamingHttpResponse(selectors.export_lines(request.user), content_type="application/json")
    # No name in the name of the file: it lands on shared computers.
    response["Content-Disposition"] = f'attachment; filename="suluh-{timezone.localdate()}.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@never_cache
def correct(request: SignedInRequest) -> HttpResponseBase:
    """Correct the own name and what else one said about oneself."""
    # A form changes the row that it is given, and the page names the person: so it is given another.
    own = User.objects.get(pk=request.user.pk)
    form = CorrectForm(_posted(request), instance=own)
    if request.method == "POST" and form.is_valid():
        data = {name: form.cleaned_data.get(name, "") for name in CorrectForm.Meta.fields}
        services.correct_oneself(by=request.user, **data)
        messages.success(request, _("Saved."))
        return redirect("data:overview")
    status = 422 if form.is_bound else 200
    return render(request, "accounts/data/correct.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@never_cache
def erasure(request: SignedInRequest) -> HttpResponseBase:
    """Ask to be erased: what goes, what stays and why; the own user name confirms it."""
    waiting = ErasureRequest.objects.filter(user=request.user).select_related("by").first()
    form = ConfirmErasureForm(_posted(request), user=request.user)
    if request.method == "POST" and not waiting and form.is_valid():
        require_fresh_sign_in(request)
        asked = services.ask_erasure(by=request.user, user=request.user)
        messages.success(
            request, _("Your account will be erased on %(day)s. You can withdraw until then.") % {"day": asked.due_on}
        )
        return redirect("data:erasure")
    return render(
        request,
        "accounts/data/erasure.html",
        {
            "form": form,
            "waiting": waiting,
            "by_other": waiting is not None and getattr(waiting.by, "user_id", None) != request.user.pk,
            "plan": selectors.erasure_plan(request.user),
            "days": settings.ERASURE_DAYS,
            "refusal": selectors.why_not_erasable(request.user),
        },
        status=422 if form.is_bound and form.errors else 200,
    )


@require_POST
@signed_in
def cancel(request: SignedInRequest) -> HttpResponseBase:
    """Withdraw the own request."""
    if services.cancel_erasure(by=request.user, user=request.user):
        messages.success(request, _("Your request is withdrawn. Your account stays as it is."))
    return redirect("data:erasure")


# --- for coordinators


@require_safe
@requires(Right.MANAGE_PEOPLE)
@never_cache
def requests(request: SignedInRequest) -> HttpResponseBase:
    """Own officers who will be erased, and those who changed their names."""
    erasures = list(selectors.erasures_seen_by(request.user)[:200])
    renamed = selectors.renamed_people(request.user)
    people = [*(each.user for each in erasures), *(each.user for each in renamed)]
    names = names_for(request.user, people)
    services.record_sight_of_people(by=request.user, people=people)
    return render(
        request,
        "accounts/data/requests.html",
        {
            "erasures": [(each, names[each.user_id]) for each in erasures],
            "renamed": [(each, names[each.user.pk]) for each in renamed],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.MANAGE_PEOPLE)
@never_cache
def erasure_of(request: SignedInRequest, person: uuid.UUID) -> HttpResponseBase:
    """Ask for the erasure of an own officer who wants it."""
    user = get_object_or_404(selectors.erasable_by(request.user), uuid=person)
    if user == request.user:
        return redirect("data:erasure")
    waiting = ErasureRequest.objects.filter(user=user).first()
    form = ErasureReasonForm(_posted(request))
    if request.method == "POST" and not waiting and form.is_valid():
        asked = services.ask_erasure(by=request.user, user=user, reason=form.cleaned_data["reason"])
        messages.success(request, _("The account will be erased on %(day)s.") % {"day": asked.due_on})
        return redirect("data:requests")
    services.record_sight_of_people(by=request.user, people=[user])
    return render(
        request,
        "accounts/data/erasure_of.html",
        {
            "form": form,
            "person": user,
            "name": names_for(request.user, [user])[user.pk],
            "waiting": waiting,
            "days": settings.ERASURE_DAYS,
            "refusal": selectors.why_not_erasable(user),
            "may": selectors.may_ask_erasure(request.user, user),
        },
        status=422 if form.is_bound and form.errors else 200,
    )


@require_POST
@requires(Right.MANAGE_PEOPLE)
def cancel_of(request: SignedInRequest, person: uuid.UUID) -> HttpResponseBase:
    """Withdraw the request for an own officer."""
    user = get_object_or_404(selectors.erasable_by(request.user), uuid=person)
    if services.cancel_erasure(by=request.user, user=user):
        messages.success(request, _("The request is withdrawn. The account stays as it is."))
    return redirect("data:requests")


# --- for administrators


@require_safe
@requires(Right.MANAGE_SITE)
@never_cache
def retention(request: SignedInRequest) -> HttpResponseBase:
    """Every rule of retention: what it found, what it did, and whether it applies."""
    return render(request, "accounts/data/retention.html", {"rules": selectors.retention_seen_by(request.user)})


@require_POST
@requires(Right.MANAGE_SITE)
def approve(request: SignedInRequest, rule: str) -> HttpResponseBase:
    """Let a reported rule apply from now on."""
    report = get_object_or_404(RetentionReport, rule=rule)
    shown = {each.rule.name: each.rule for each in selectors.retention_seen_by(request.user)}
    if rule not in shown or shown[rule].does == "report":
        raise Http404(_("This rule reports only."))
    services.approve_retention(by=request.user, report=report)
    messages.success(request, _("The rule applies from the next daily run on."))
    return redirect("data:retention")
