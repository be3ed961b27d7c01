"""The ways in, for whoever has no session yet: a code from a slip, a link, a registration."""

from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import services
from accounts.forms.entry import CodeForm, JoinForm
from accounts.models import Member, Registration, User
from accounts.permissions import ask_to_sign_in, public
from accounts.selectors import members_open_to_registration

#: In the session of somebody who just opened an account: its user name, to be shown once more.
NEW_NAME = "entry_username"
#: In the session of somebody who signed in to an account that is not open: whose registration to speak of.
APPLICANT = "entry_registration"
#: One line in the audit log for so many seconds, however often somebody tries.
QUIET = 600


def _first_in_a_while(what: str, key: str) -> bool:
    hashed = salted_hmac("accounts.entry", key, algorithm="sha256").hexdigest()
    return cache.add(f"suluh.entry.{what}.{hashed}", 1, timeout=QUIET)


@sensitive_post_parameters("code", "password1", "password2")
@public
@never_cache
def code(request: HttpRequest) -> HttpResponseBase:
    """Choose a password with the code of a slip, and be signed in."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        # As it is looked up, or each spelling of one name would have attempts of its own.
        username = User.normalize_username(form.cleaned_data["username"])
        if not ratelimit.consume(request, action="use_code", key=username.casefold()):
            if _first_in_a_while("code", username.casefold()):
                services.record_locked_code(username=username)
            form.add_error(None, _("Too many attempts. Wait five minutes, then try again."))
            return render(request, "accounts/entry/code.html", {"form": form}, status=429)
        try:
            user = services.use_code(
                username=username, code=form.cleaned_data["code"], password=form.cleaned_data["password1"]
            )
        except services.CodeNotRight as refusal:
            form.add_error(None, str(refusal))
        except services.PasswordTooWeak as refusal:
            for message in refusal.messages:
                form.add_error("password1", message)
        else:
            return _sign_in(request, user)
    return render(request, "accounts/entry/code.html", {"form": form})


def _sign_in(request: HttpRequest, user: User, redirect_url: str | None = None) -> HttpResponseBase:
    """Through allauth, so that a second factor is asked for where there is one."""
    request.session.flush()  # whoever used this browser before is gone
    return perform_login(request, user, redirect_url=redirect_url)


@sensitive_post_parameters("password1", "password2")
@public
@never_cache
def invited(request: HttpRequest, token: str) -> HttpResponseBase:
    """Open an account by a link that somebody sent."""
    try:
        invitation = services.find_invitation(token=token)
        form = JoinForm(request.POST or None, member=invitation.member, agency=invitation.agency)
        if request.method == "POST" and form.is_valid():
            if not ratelimit.consume(request, action="join"):
                return ratelimit.respond_429(request)
            user = services.accept_invitation(token=token, **form.as_arguments())
            return _welcome(request, user)
    except (services.NotOpen, services.WrongPlace) as refusal:
        form.add_error(None, str(refusal))
    except services.NoSuchInvitation:
        return _no_link(request, token, 404)
    except services.InvitationOver:
        return _no_link(request, token, 410)
    return render(
        request,
        "accounts/entry/join.html",
        {"form": form, "member": invitation.member, "agency": invitation.agency, "invitation": invitation},
    )


def _no_link(request: HttpRequest, token: str, status: int) -> HttpResponse:
    """The same words for whatever is wrong with a link; one line in the log for each link, and for each guesser."""
    guesser = token if status == 410 else get_adapter().get_client_ip(request)
    if _first_in_a_while("link", guesser):
        services.record_refused_link(token=token)
    return render(request, "accounts/entry/no_link.html", status=status)


def _welcome(request: HttpRequest, user: User) -> HttpResponseBase:
    if user.is_active:
        answer = _sign_in(request, user, redirect_url=reverse("entry:welcome"))
        request.session[NEW_NAME] = user.username
        return answer
    request.session[NEW_NAME] = user.username
    return redirect("entry:welcome")


def _home_or_sign_in(request: HttpRequest) -> HttpResponseBase:
    return redirect("portal:home") if request.user.is_authenticated else ask_to_sign_in(request)


@public
@never_cache
def welcome(request: HttpRequest) -> HttpResponseBase:
    """The user name that the system gave, large, to be written down."""
    username = request.session.get(NEW_NAME)
    if not username:
        return _home_or_sign_in(request)
    return render(request, "accounts/entry/welcome.html", {"username": username})


@public
@never_cache
def registrations_open(request: HttpRequest) -> HttpResponseBase:
    """The members whose officers may register themselves."""
    return render(request, "accounts/entry/register.html", {"members": members_open_to_registration()})


@sensitive_post_parameters("password1", "password2")
@public
@never_cache
def register(request: HttpRequest, code: str) -> HttpResponseBase:
    """Ask for an account with one member."""
    member: Member = get_object_or_404(members_open_to_registration(), code=code)
    form = JoinForm(request.POST or None, member=member)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="join"):
            return ratelimit.respond_429(request)
        try:
            return _welcome(request, services.register(member=member, **form.as_arguments()))
        except services.NotOpen as refusal:
            form.add_error(None, str(refusal))
    return render(request, "accounts/entry/join.html", {"form": form, "member": member})


@public
@never_cache
def waiting(request: HttpRequest) -> HttpResponseBase:
    """What has become of one's registration, for whoever gave the right password."""
    key = request.session.get(APPLICANT)
    found = Registration.objects.filter(uuid=key).select_related("member").first() if key else None
    if found is None:
        return _home_or_sign_in(request)
    return render(request, "accounts/entry/waiting.html", {"registration": found})
