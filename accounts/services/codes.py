"""One-time codes: the way in for whoever has no password, or has forgotten it."""

import datetime as dt
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import Member, OneTimeCode, User
from accounts.models.people import CODE_LETTERS
from accounts.permissions import Refused
from accounts.selectors.entry import member_of, people_for_codes
from accounts.services.audit import Entry, audit, audit_many
from accounts.services.people import target_of
from lms.text import ascii_digits

#: Twelve letters out of thirty: 58 bits.
CODE_LENGTH = 12
CODE_DAYS = 30
MOST_CODES = 500


class NotForThem(Refused):
    """Somebody among them may not be given a code by this person; nobody was given one."""


class CodeNotRight(Exception):
    """Wrong, expired, used, of another person, or of nobody: which of them is not said."""


class PasswordTooWeak(Exception):
    """The password that was chosen does not do; the code is still good. `messages` say why."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__(" ".join(messages))
        self.messages = messages


@dataclass(frozen=True)
class GivenCode:
    """A code in plain letters: it exists only here and on the slip."""

    user: User
    member: Member | None
    code: str
    expires_at: dt.datetime


def new_code() -> str:
    """A code in groups of four, of letters and digits that nobody confuses."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _each in range(CODE_LENGTH))
    return "-".join(letters[at : at + 4] for at in range(0, CODE_LENGTH, 4))


def digest_of(code: str) -> str:
    """What is stored of a code; how it was typed (case, spaces, dashes, digits of any script) does not matter."""
    letters = "".join(each for each in ascii_digits(code).upper() if each.isalnum())
    return salted_hmac("accounts.one-time-code", letters, algorithm="sha256").hexdigest()


@transaction.atomic
def give_codes(*, by: User | None, people: Sequence[User]) -> list[GivenCode]:
    """Give people a code each, in place of any open one. The plain codes are returned once and kept nowhere.

    Arguments:
        by: who gives them; None for the system itself.

    Raises:
        NotForThem: `by` may not give one to all of them, or they are more than `MOST_CODES`.
    """
    keys = [each.pk for each in people]
    if len(keys) > MOST_CODES:
        raise NotForThem(_("A sheet has room for %(most)s people. Choose fewer.") % {"most": MOST_CODES})
    if by is not None and people_for_codes(by).filter(pk__in=keys).count() != len(set(keys)):
        raise NotForThem(_("You may not give a code to all of these people. Nobody was given one."))
    # One at a time, or two sheets of the same moment would leave two open codes.
    locked = {each.pk: each for each in User.objects.select_for_update().filter(pk__in=keys, is_active=True)}
    OneTimeCode.objects.filter(user__in=keys, used_at=None).delete()
    now = timezone.now()
    expires_at = now + dt.timedelta(days=CODE_DAYS)
    members = member_of(list(locked.values()))
    given = [
        GivenCode(locked[key], members.get(key), new_code(), expires_at) for key in dict.fromkeys(keys) if key in locked
    ]
    OneTimeCode.objects.bulk_create(
        OneTimeCode(user=each.user, digest=digest_of(each.code), made_at=now, made_by=by, expires_at=expires_at)
        for each in given
    )
    audit_many(
        by=by,
        entries=[Entry(action="code.given", target=target_of(each.user), member=each.member) for each in given],
    )
    return given


@transaction.atomic
def use_code(*, username: str, code: str, password: str) -> User:
    """Choose a password with a code. Sessions elsewhere end, because they hang on the password.

    Raises:
        CodeNotRight: and it is not said why.
        PasswordTooWeak: the code is right and still open.
    """
    digest = digest_of(code)
    try:
        user = User.objects.get_by_natural_key(User.normalize_username(username))
    except User.DoesNotExist:
        user = None
    open_code = (
        OneTimeCode.objects.select_for_update()
        .filter(user=user, user__is_active=True, used_at=None, expires_at__gt=timezone.now())
        .first()
    )
    if not hmac.compare_digest(open_code.digest if open_code else "", digest) or user is None or open_code is None:
        raise CodeNotRight(_("The user name or the code is not right, or the code was used or is too old."))
    try:
        validate_password(password, user)
    except ValidationError as problem:
        raise PasswordTooWeak(problem.messages) from problem
    user.set_password(password)
    user.save(update_fields=["password"])
    open_code.used_at = timezone.now()
    open_code.save(update_fields=["used_at"])
    audit(by=user, action="code.used", target=target_of(user), member=member_of([user]).get(user.pk))
    return user


def record_locked_code(*, username: str) -> None:
    """Write down that codes were tried too often for a user name; of nobody when there is none such."""
    user = User.objects.filter(username__iexact=username[:150]).first()
    audit(by=None, action="code.locked", target=target_of(user) if user else "accounts.user:unknown")


def delete_old_codes() -> int:
    """Delete codes that are used or too old; returns how many."""
    return OneTimeCode.objects.filter(expires_at__lt=timezone.now()).delete()[0]
