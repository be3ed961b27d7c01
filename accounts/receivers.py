"""What happens when somebody signs in, or sets up or removes a second factor."""

from typing import Any

from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import second_factor, sessions


@receiver(user_logged_in)
def bind_session(request: HttpRequest, **more: Any) -> None:
    """Whichever way somebody came in, the session belongs to this browser from here on."""
    sessions.begin(request)


authenticator_added.connect(second_factor.when_added)
authenticator_removed.connect(second_factor.when_removed)
