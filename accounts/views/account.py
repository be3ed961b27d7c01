"""Pages of a person about the own account: what there is, the second step, the devices that are signed in."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import sessions
from accounts.models import User
from accounts.permissions import SignedInRequest, signed_in
from accounts.second_factor import factors_of, has_passed, needs_second_factor


@signed_in
def account(request: SignedInRequest) -> HttpResponse:
    """What a person may look after: password, second step, devices."""
    found = factors_of(request.user)
    context = {"factors": found, "must": needs_second_factor(request.user)}
    return render(request, "account/account.html", context)


@signed_in
def second_factor(request: SignedInRequest) -> HttpResponseBase:
    """Why a role needs a second step, and the ways to set one up or to prove the one that there is."""
    back = _back(request)
    if has_passed(request) or not needs_second_factor(request.user):
        return redirect(back or "mfa_index")
    found = factors_of(request.user)
    context = {"factors": found, "next": back, "idle": settings.IDLE_MINUTES}
    return render(request, "account/second_factor.html", context)


def _back(request: HttpRequest) -> str:
    """Where the person wanted to go, if that is an address of ours."""
    wanted = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else ""


@signed_in
@require_POST
def end_session(request: HttpRequest, session: int) -> HttpResponseBase:
    """Sign out one of the own devices."""
    assert isinstance(request.user, User)
    found = get_object_or_404(sessions.own_sessions(request.user), pk=session)
    sessions.end_session(by=request.user, session=found)
    if found.session_key == request.session.session_key:
        logout(request)
        return redirect("account_login")
    messages.success(request, _("That device is signed out."))
    return redirect("usersessions_list")
