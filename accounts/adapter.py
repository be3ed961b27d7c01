"""How django-allauth behaves here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Registration, User
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
        for chosen in (request.COOKIES.get(CHOSEN_NOW, ""), getattr(request.user, "language", "")):
            if chosen in dict(settings.LANGUAGES):
                return chosen
        return get_language()

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
