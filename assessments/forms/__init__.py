"""The token in a question's form.

It proves that this site showed this question to this person, so it does the work of the CSRF token: that one is renewed
at every sign-in, and a form that was open before would lose its answer.
"""

import uuid

from django.core import signing

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
