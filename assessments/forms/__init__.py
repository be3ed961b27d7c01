"""The token in a question's form.

It proves that this site showed this question to this person, so it does the work of the CSRF token: that one is renewed
at every sign-in, and a form that was open before would lose its answer.
"""

import uuid

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from lms.forms import NoCaseDataField

SALT = "suluh.answer"
MAX_AGE = 7 * 24 * 3600


def answer_token(user_pk: int, attempt: uuid.UUID, position: int) -> str:
    """A token for one question of one attempt, shown to one person."""
    return signing.dumps([user_pk, str(attempt), position], salt=SALT)


def is_answer_token(token: str, user_pk: int | None, attempt: uuid.UUID, position: int) -> bool:
    """Whether a token is ours and for this question; with `user_pk` None the person is checked later, at sign-in."""
    try:
        owner, of_attempt, of_position = signing.loads(token, salt=SALT, max_age=MAX_AGE)
    except (signing.BadSignature, ValueError, TypeError):
        return False
    return (of_attempt, of_position) == (str(attempt), position) and user_pk in (None, owner)


class AppealForm(forms.Form):
    """What is wrong with the result of one question, in the officer's words."""

    text = NoCaseDataField(
        label=_("What is wrong?"),
        help_text=_("Say in a few words why your answer should count. Those who answer for the question read it."),
    )
