"""How django-allauth behaves here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.views import remember_language


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
        response = super().post_login(request, user, **kwargs)
        remember_language(response, self._language_of(request))
        return response

    def _language_of(self, request: HttpRequest) -> str:
        chosen = getattr(request.user, "language", "")
        return chosen if chosen in dict(settings.LANGUAGES) else get_language()

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
