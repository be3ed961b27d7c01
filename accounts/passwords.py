"""How long a password has to be."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.second_factor import needs_second_factor


class MinimumLength:
    """Longer for whoever sees others' data; length is what makes a password hard to guess."""

    def __init__(self, everybody: int = 10, second_factor: int = 12) -> None:
        self.everybody, self.second_factor = everybody, second_factor

    def validate(self, password: str, user: Any = None) -> None:
        """Raise `ValidationError` when the password is too short for the roles of the person."""
        needs = isinstance(user, User) and (user.pk or hasattr(user, "_current_postings")) and needs_second_factor(user)
        least = self.second_factor if needs else self.everybody
        if len(password) < least:
            raise ValidationError(
                ngettext(
                    "This password is too short. It must contain at least %(least)d character.",
                    "This password is too short. It must contain at least %(least)d characters.",
                    least,
                )
                % {"least": least},
                code="password_too_short",
            )

    def get_help_text(self) -> str:
        return _(
            "At least %(second_factor)d characters for whoever sees data of others, %(everybody)d for everybody else."
        ) % {"second_factor": self.second_factor, "everybody": self.everybody}
