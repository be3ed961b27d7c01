"""Forms of the way in."""

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.sessions import ASKED
from lms.text import ascii_digits


class SignInForm(LoginForm):
    """User name and password, and whether others use this computer."""

    shared = forms.BooleanField(label=_("This is a shared computer or phone"), required=False)

    def clean_login(self) -> str:
        # Before attempts are counted: each spelling of one name would have its own.
        self.cleaned_data["login"] = ascii_digits(self.cleaned_data["login"])
        return str(super().clean_login())

    def login(self, request: HttpRequest, redirect_url: Any = None) -> HttpResponse:
        # In the session, because a one-time code may be asked for in between.
        request.session[ASKED] = self.cleaned_data["shared"]
        return super().login(request, redirect_url=redirect_url)
