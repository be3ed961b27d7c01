"""The second factor: which roles need one, whether a session has passed one, and what is open before that.

A password can be seen, guessed or told. Whoever may see others' data therefore proves a second thing as well: an
authenticator app, a passkey, or a recovery code. django-allauth asks for it at sign-in and records it in the session;
here stands whom we oblige to have one.
"""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import clear_authentication_records, record_authentication
from allauth.mfa.models import Authenticator
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from accounts.models import User
from accounts.permissions import ROLE_RIGHTS, Right, Viewer, current_postings
from accounts.roles import Role
from accounts.services import audit
from accounts.sessions import end_all_sessions

#: Rights that concern nobody's data but one's own and the text of courses.
OVER_NOBODY = frozenset({Right.LEARN, Right.WRITE_COURSES, Right.REVIEW, Right.ADVISE})

#: The roles that need a second factor: those with any right over others. A new right counts until it is listed above.
ROLES_WITH_SECOND_FACTOR = frozenset(role for role, rights in ROLE_RIGHTS.items() if rights - OVER_NOBODY)

#: What proves a second factor; recovery codes only stand in for one of these.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

#: Pages that stay open before the second factor: nothing of anybody is on them.
OPEN = frozenset(
    {
        "healthz",
        "readyz",
        "choose_language",
        "certificates:verify",
        "certificates:verify_one",
        "certificates:verify_many",
        "certificates:verify_list",
        "certificates:verify_worker",
        # Read without cookies: lms.middleware.public_documents.
        "certificates:did",
        "certificates:status_list",
        "second_factor",
        "account_login",
        "account_logout",
        "account_inactive",
        "account_change_password",
        "account_set_password",
    }
)
#: To set one up, for whoever has none. Closed to others: a password alone must not replace a factor that exists.
TO_SET_UP = frozenset({"account_reauthenticate", "mfa_activate_totp", "mfa_add_webauthn"})
#: To be asked for the one that one has.
TO_BE_ASKED = frozenset({"mfa_reauthenticate", "mfa_reauthenticate_webauthn"})


def needs_second_factor(user: Viewer) -> bool:
    """Whether a role that the person holds today, or the power over everything, obliges to a second factor."""
    if any(Role(posting.role) in ROLES_WITH_SECOND_FACTOR for posting in current_postings(user)):
        return True
    return bool(user.is_authenticated and user.is_superuser)


def idle_limit(user: Viewer) -> int:
    """After how many seconds without a request the roles that a person holds end a session; 0 for never."""
    return settings.IDLE_MINUTES * 60 if needs_second_factor(user) else 0


def has_passed(request: HttpRequest) -> bool:
    """Whether this session proved a second factor of the person who is signed in: at sign-in, or since."""
    assert isinstance(request.user, User)
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def has_factor(user: User) -> bool:
    """Whether the person has set up an authenticator app or a passkey."""
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


def factors_of(user: User) -> frozenset[str]:
    """Which kinds of factor a person has set up."""
    return frozenset(Authenticator.objects.filter(user=user).values_list("type", flat=True))


def is_open_before(request: HttpRequest, user: User) -> bool:
    """Whether an address may be opened by somebody whose session still owes a second factor."""
    try:
        name = resolve(request.path_info).view_name
    except Resolver404:
        return False
    if name in OPEN:
        return True
    if name in TO_BE_ASKED:
        return has_factor(user)
    return name in TO_SET_UP and not has_factor(user)


def remember_passed(request: HttpRequest, user: User, **about: Any) -> None:
    """Record in a session that the person proved a second factor, as django-allauth does at sign-in."""
    record_authentication(request, user, "mfa", **about)


def when_added(request: HttpRequest, user: User, authenticator: Authenticator, **more: Any) -> None:
    """A factor was set up in this session: its first code was right, so the session has passed it."""
    if authenticator.type in FACTORS:
        remember_passed(request, user, id=authenticator.pk, type=authenticator.type)
        audit(by=user, action="factor.added", target=f"accounts.user:{user.uuid}", details={"type": authenticator.type})


def when_removed(request: HttpRequest, user: User, authenticator: Authenticator, **more: Any) -> None:
    """A factor was removed; with the last one nothing is proved any more, here or on another device."""
    if authenticator.type not in FACTORS:
        return
    audit(by=user, action="factor.removed", target=f"accounts.user:{user.uuid}", details={"type": authenticator.type})
    if not has_factor(user):
        clear_authentication_records(request)
        end_other_sessions(request, user)


@transaction.atomic
def reset_second_factor(*, by: User | None, user: User, reason: str = "") -> int:
    """Take all second factors from a person who lost them; at the next sign-in a new one is set up.

    Whoever calls this has checked who asks. All sessions of the person end. Returns how many factors were taken.
    """
    factors = Authenticator.objects.select_for_update().filter(user=user)
    taken = len([each for each in factors if each.type in FACTORS])
    factors.delete()
    end_all_sessions(user)
    audit(by=by, action="factor.reset", target=f"accounts.user:{user.uuid}", reason=reason, details={"taken": taken})
    return taken
