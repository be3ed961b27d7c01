"""An authenticator app in the hand of a test."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt

from accounts.models import User


def give_app(user: User) -> Authenticator:
    """The person has set up an authenticator app, with recovery codes."""
    RecoveryCodes.activate(user)
    return TOTP.activate(user, generate_totp_secret()).instance


def code_of(user: User, steps: int = 0) -> str:
    """What the app shows, now or some steps of thirty seconds from now."""
    secret = decrypt(Authenticator.objects.get(user=user, type="totp").data["secret"])
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def recovery_codes_of(user: User) -> list[str]:
    """The recovery codes that are left."""
    return Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
