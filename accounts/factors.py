"""How django-allauth's second factors behave here."""

import base64
import hashlib
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm as BaseAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as BaseReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm as BaseActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm as BaseAddWebAuthnForm
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lms.text import ascii_digits

#: Marks a secret that was written in cipher; those from before stand as they are.
_SEALED = "f1:"


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(f"suluh second factor:{key}".encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(each)) for each in digests])


class FactorAdapter(DefaultMFAAdapter):
    """Secrets are stored in cipher, a device learns the user name only, and the words are ours."""

    error_messages: dict[str, Any] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("That did not work. Wait for a new code and type that, or try another way."),
        "cannot_generate_recovery_codes": _("Recovery codes come with an authenticator app or a passkey."),
    }

    def encrypt(self, text: str) -> str:
        """In cipher: a copy of the database alone makes no codes."""
        return _SEALED + _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What was sealed; with another SECRET_KEY nothing can be opened, and no code is ever right."""
        if not encrypted_text.startswith(_SEALED):
            return encrypted_text
        try:
            return _cipher().decrypt(encrypted_text.removeprefix(_SEALED).encode()).decode()
        except InvalidToken:
            return base64.b32encode(Fernet.generate_key()[:20]).decode()

    def _get_user_identifier(self, user: Any) -> str:
        return user.get_username()

    def _get_site_name(self) -> str:
        return settings.MFA_TOTP_ISSUER

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        """The user name twice: a list of passkeys on a device must not name an officer."""
        return super().get_public_key_credential_user_entity(user) | {"display_name": user.get_username()}

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """A name for a new passkey, until the person gives it a better one."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey %(number)d") % {"number": number}


class _OnceOnly:
    """A code that opened a door opens none again, as long as the clock would still take it."""

    cleaned_data: dict[str, Any]

    def clean_code(self) -> str:
        # First of all: the same code in other digits is not another one.
        self.cleaned_data["code"] = ascii_digits(self.cleaned_data["code"])
        code = super().clean_code()  # type: ignore[misc]
        authenticator: Authenticator = self.authenticator  # type: ignore[attr-defined]
        if authenticator.type == Authenticator.Type.TOTP:
            valid = settings.MFA_TOTP_PERIOD * (2 * settings.MFA_TOTP_TOLERANCE + 1)
            digits = "".join(filter(str.isalnum, code))
            if not cache.add(f"second-factor-used:{authenticator.pk}:{digits}", True, timeout=valid):
                raise FactorAdapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(_OnceOnly, BaseAuthenticateForm):
    """The code at sign-in."""


class ReauthenticateForm(_OnceOnly, BaseReauthenticateForm):
    """The code before a change that matters, or when a role begins to need one."""


class ActivateTOTPForm(BaseActivateTOTPForm):
    """The first code of a new authenticator app."""

    def clean_code(self) -> str:
        self.cleaned_data["code"] = ascii_digits(self.cleaned_data["code"])
        return str(super().clean_code())


class AddWebAuthnForm(BaseAddWebAuthnForm):
    """A new passkey: one that signs in by itself, unless the device cannot."""

    name = forms.CharField(label=_("Name of this passkey"), required=False, max_length=60)
    passwordless = forms.BooleanField(label=_("Let it sign me in without the password"), required=False, initial=True)
