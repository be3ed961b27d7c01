"""How django-allauth behaves here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.letters import in_language_of, language_of
from accounts.models import Registration, User
from accounts.selectors import required_provider
from accounts.services import choose_language
from accounts.views.entry import APPLICANT
from accounts.views.language import CHOSEN_NOW, remember_language


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are given to people: nobody signs up from the street. Words are ours, so that they get translated."""

    error_messages: dict[str, Any] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("The user name or the password is not right."),
        "too_many_login_attempts": _("Too many wrong sign-ins. Wait five minutes, then try again."),
    }

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponseBase | None:
        """Stop whoever gave the right password where the own member's service is the only way in.

        Asked after the password was found right, so that only its holder learns of it. A code on a slip still opens.
        """
        response: HttpResponseBase | None = super().pre_login(request, user, **kwargs)
        if response is not None:
            return response
        records = get_authentication_records(request, user)
        # "mfa" stands here for a passkey in the place of a password; a second step comes after this.
        if records and records[-1].get("method") in ("password", "mfa"):
            provider = required_provider(user)
            if provider is not None:
                clear_login(request)
                return render(request, "accounts/identity/required.html", {"provider": provider}, status=403)
        return None

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """My learning, in the language that the person chose last."""
        with translation.override(self._language_of(request)):
            return reverse(settings.LOGIN_REDIRECT_URL)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponseBase:
        language = self._language_of(request)
        if request.COOKIES.get(CHOSEN_NOW) == language:
            choose_language(by=user, language=language)
        response = super().post_login(request, user, **kwargs)
        remember_language(response, language)
        response.delete_cookie(CHOSEN_NOW)
        return response

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponseBase:
        """Whoever waits to be verified reads that; the password was right."""
        registration = Registration.objects.filter(user=user).exclude(state=Registration.State.ACCEPTED).first()
        if registration is None:
            return super().respond_user_inactive(request, user)
        request.session[APPLICANT] = str(registration.uuid)
        return redirect("entry:waiting")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """The first page, in the language of the page that was left."""
        return f"/{get_language()}/"

    def _language_of(self, request: HttpRequest) -> str:
        """What was chosen on the way in, else what the account says, else what the page is in."""
        offered, chosen = dict(settings.LANGUAGES), request.COOKIES.get(CHOSEN_NOW, "")
        own = getattr(request.user, "language", "")
        if chosen not in offered and own:
            chosen = own if own in offered else language_of(request.user)
            if chosen == "en" != own:  # nothing near it: then what was read last
                chosen = ""
        return chosen if chosen in offered else get_language()

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        """Letters about an account, where a site sends any, are in the language of its holder."""
        with in_language_of(user):
            super().send_notification_mail(template_prefix, user, *args, **kwargs)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class IdentityAdapter(DefaultSocialAccountAdapter):
    """Closes allauth's own ways with accounts of other services: ours are in `accounts.views.identity`.

    They would link by address across members, keep what a service tells, and let people connect accounts themselves.
    """

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        raise PermissionDenied

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False
