"""The token in a question's form, and what else comes with an answer.

The token proves that this site showed this paper to this person, so it does the work of the CSRF token: that one is
renewed at every sign-in, and a form that was open before would lose its answer.
"""

import datetime as dt
import re
import uuid

from django.core import signing
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from assessments.services import Sent

SALT = "suluh.answer"
MAX_AGE = 7 * 24 * 3600
#: No answer that a person types is longer, all fields of a form together.
MOST_CHARACTERS = 100_000
_LARGEST = 2**31 - 1
_DEVICE = re.compile(r"[0-9A-Za-z-]{8,36}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z]{2,8})?")


def answer_token(user_pk: int, attempt: uuid.UUID) -> str:
    """A token for the questions of one attempt, shown to one person."""
    return signing.dumps([user_pk, str(attempt)], salt=SALT)


def is_answer_token(token: str, user_pk: int | None, attempt: uuid.UUID, position: int) -> bool:
    """Whether a token is ours and for this question; with `user_pk` None the person is checked later, at sign-in.

    One of a form from before there was one for the whole paper names its question.
    """
    try:
        owner, of_attempt, *of_position = signing.loads(token, salt=SALT, max_age=MAX_AGE)
    except (signing.BadSignature, ValueError, TypeError):
        return False
    return of_attempt == str(attempt) and of_position in ([], [position]) and user_pk in (None, owner)


def sent_with(data: QueryDict, *, language: str, browser: str) -> Sent:
    """What comes with an answer; whatever makes no sense counts as not said.

    Arguments:
        language: of the page, for a form that does not say in which it was shown.
    """
    device = data.get("device", "")
    shown = data.get("language", "")
    return Sent(
        seen=_number(data.get("seen", "")),
        language=shown if len(shown) <= 12 and _LANGUAGE.fullmatch(shown) else language,
        device=device if _DEVICE.fullmatch(device) else "",
        sequence=_number(data.get("sequence", "")),
        chosen_at=_moment(data.get("chosen_at", "")),
        browser=browser,
    )


def is_too_long(data: QueryDict) -> bool:
    """Whether a form holds more than anybody types."""
    return sum(len(value) for _name, values in data.lists() for value in values) > MOST_CHARACTERS


def _number(text: str) -> int:
    return min(int(text), _LARGEST) if re.fullmatch(r"[0-9]{1,10}", text) else 0


def _moment(text: str) -> dt.datetime | None:
    """What a device says about its clock, where that can be a moment at all."""
    try:
        found = parse_datetime(text[:40])
    except ValueError:
        return None
    if found is None or found.tzinfo is None or abs(found.year - timezone.now().year) > 50:
        return None
    return found
