"""Who may do what: the one table of roles and rights, and the declaration that every view carries.

Deny, then allow. A right is held for a scope: everyone, or some members and agencies. A selector turns the scope into
the query; a template never hides what a query has fetched.
"""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

from accounts.models import Member, Posting, User
from accounts.roles import MEMBERLESS_ROLES, REVIEWER_ROLES, Role
from lms.origin import sent_from

Viewer = User | AnonymousUser
View = Callable[..., HttpResponseBase]


class SignedInRequest(HttpRequest):
    """The request of a view behind `signed_in` or `requires`: its user is a person."""

    user: User


class Right(enum.StrEnum):
    """What somebody may be allowed; roles hold rights, and views and selectors ask for them."""

    LEARN = "learn"
    # over the people of a member or of one of its agencies
    SEE_OFFICERS = "see_officers"
    MANAGE_PEOPLE = "manage_people"
    VERIFY_PEOPLE = "verify_people"
    RESET_ACCESS = "reset_access"
    NOMINATE = "nominate"
    SET_SHARING = "set_sharing"
    KEEP_ANNEX = "keep_annex"
    REISSUE = "reissue"
    # across members
    SEE_COUNTS = "see_counts"
    SEE_SHARED = "see_shared"
    DECIDE_NOMINATIONS = "decide_nominations"
    MANAGE_CLASSES = "manage_classes"
    CERTIFY = "certify"
    # over people whom no member manages
    REOPEN_WITHOUT_MEMBER = "reopen_without_member"
    MANAGE_MEMBERS = "manage_members"
    # over content
    WRITE_COURSES = "write_courses"
    PUBLISH_COURSES = "publish_courses"
    REVIEW = "review"
    ADVISE = "advise"
    TEACH = "teach"
    # over the site
    SEE_AUDIT = "see_audit"
    MANAGE_STAFF = "manage_staff"
    MANAGE_SITE = "manage_site"


_STAFF_OF_CONTENT = frozenset({Right.LEARN, Right.WRITE_COURSES})
_COORDINATES = frozenset(
    {
        Right.LEARN,
        Right.SEE_OFFICERS,
        Right.MANAGE_PEOPLE,
        Right.VERIFY_PEOPLE,
        Right.RESET_ACCESS,
        Right.NOMINATE,
        Right.SET_SHARING,
        Right.KEEP_ANNEX,
        Right.REISSUE,
    }
)

#: What each role may do. Nothing else in the product grants anything.
ROLE_RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OFFICER: frozenset({Right.LEARN}),
    Role.COORDINATOR: _COORDINATES,
    Role.DEPUTY_COORDINATOR: _COORDINATES - {Right.SET_SHARING},
    Role.AGENCY_VERIFIER: frozenset({Right.LEARN, Right.VERIFY_PEOPLE}),
    Role.TRAINER: _STAFF_OF_CONTENT | {Right.PUBLISH_COURSES, Right.TEACH},
    Role.AUTHOR: _STAFF_OF_CONTENT,
    Role.TRANSLATOR: _STAFF_OF_CONTENT,
    **{role: frozenset({Right.LEARN, Right.REVIEW}) for role in REVIEWER_ROLES},
    Role.RSO_CERTIFICATION: frozenset(
        {
            Right.LEARN,
            Right.SEE_COUNTS,
            Right.SEE_SHARED,
            Right.DECIDE_NOMINATIONS,
            Right.MANAGE_CLASSES,
            Right.CERTIFY,
            Right.REOPEN_WITHOUT_MEMBER,
            Right.MANAGE_MEMBERS,
            Right.ADVISE,
        }
    ),
    Role.RSO_ANALYST: frozenset({Right.SEE_COUNTS}),
    Role.SERVICE_DESK: frozenset({Right.RESET_ACCESS}),
    Role.AUDITOR: frozenset({Right.SEE_AUDIT}),
    Role.ADMINISTRATOR: frozenset({Right.MANAGE_SITE, Right.MANAGE_STAFF, Right.MANAGE_MEMBERS}),
}

#: Which roles the holder of a right may give and end, within the scope of that right. A national coordinator gives a
#: deputy; one of a single agency gives no role of the whole member, because the scope does not reach so far.
GIVES_ROLES: dict[Right, frozenset[Role]] = {
    Right.MANAGE_PEOPLE: frozenset({Role.OFFICER, Role.AGENCY_VERIFIER, Role.DEPUTY_COORDINATOR}),
    Right.MANAGE_MEMBERS: frozenset({Role.COORDINATOR, Role.DEPUTY_COORDINATOR}),
    Right.MANAGE_STAFF: frozenset(MEMBERLESS_ROLES),
}


@dataclass(frozen=True)
class Scope:
    """For whom a right is held: everyone, or the officers of some members or agencies (primary keys)."""

    everyone: bool = False
    members: frozenset[int] = frozenset()
    agencies: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return self.everyone or bool(self.members or self.agencies)

    def covers(self, *, member: int | None, agency: int | None) -> bool:
        """Whether a row of this member and agency (primary keys) is within the scope."""
        return self.everyone or member in self.members or agency in self.agencies

    def q(self, *, member: str, agency: str) -> Q:
        """The condition of a query; `member` and `agency` are lookups of the queried model, such as ``"member_id"``."""
        if self.everyone:
            return Q()
        return Q(**{f"{member}__in": self.members}) | Q(**{f"{agency}__in": self.agencies})


def current_postings(user: Viewer) -> list[Posting]:
    """The postings that a person holds today, read once for each user object."""
    if not isinstance(user, User) or not user.is_active:
        return []
    if not hasattr(user, "_current_postings"):
        user._current_postings = list(Posting.objects.filter(user=user).current())  # type: ignore[attr-defined]
    return user._current_postings  # type: ignore[attr-defined,no-any-return]


def scope_of(user: Viewer, right: Right) -> Scope:
    """For whom `user` holds `right` today; an empty scope when not at all."""
    holding = [posting for posting in current_postings(user) if right in ROLE_RIGHTS[Role(posting.role)]]
    return Scope(
        everyone=any(posting.member_id is None for posting in holding),
        members=frozenset(p.member_id for p in holding if p.member_id is not None and p.agency_id is None),
        agencies=frozenset(p.agency_id for p in holding if p.agency_id is not None),
    )


def has_right(user: Viewer, right: Right) -> bool:
    """Whether `user` holds `right` today for anybody at all."""
    return any(right in ROLE_RIGHTS[Role(posting.role)] for posting in current_postings(user))


class Refused(PermissionDenied):
    """A right is missing. The message is what the person reads on the 403 page."""


def may_give(user: Viewer, role: Role, *, member: int | None, agency: int | None) -> bool:
    """Whether `user` may give or end `role` for a member (None for the RSO) and an agency of it (None for all of it).

    A right over all members reaches a role of any of them; one over a member or agency reaches no further.
    """
    return any(
        role in roles and scope_of(user, right).covers(member=member, agency=agency)
        for right, roles in GIVES_ROLES.items()
    )


def may_change_account(user: Viewer, person: User) -> bool:
    """Whether `user` may change what belongs to the whole account of a person whom they see: name, use, restriction.

    Only if each posting of the person that runs or is to come is one that `user` could give: so no deputy puts a
    coordinator out of use, and no agency somebody who also serves another. Nobody does it to oneself.
    """
    if person == user or person.is_superuser:
        return False
    return all(
        may_give(user, Role(posting.role), member=posting.member_id, agency=posting.agency_id)
        for posting in Posting.objects.filter(user=person).open()
    )


def may_keep_agencies(user: Viewer, member: Member) -> bool:
    """Whether `user` may add and change agencies of a member: the RSO, and who manages the people of all of it."""
    rights = (Right.MANAGE_MEMBERS, Right.MANAGE_PEOPLE)
    return any(scope_of(user, right).covers(member=member.pk, agency=None) for right in rights)


def require_right(user: Viewer, right: Right) -> None:
    """Raise `Refused` unless the user holds the right for anybody at all."""
    if not has_right(user, right):
        raise Refused(_("Your role does not include this page."))


def public(view: View) -> View:
    """Declare that anyone at all may open a view."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def ask_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Send somebody to sign in and then back: to this page, or, after a form was sent, to the page that held it.

    Many a form is sent to an address that shows nothing, so coming back there would end on an error.
    """
    back = request.get_full_path()
    if request.method not in ("GET", "HEAD"):
        messages.warning(request, _("Your session had ended. Sign in and press again: nothing was changed."))
        back = sent_from(request) or resolve_url(settings.LOGIN_REDIRECT_URL)
    return redirect_to_login(back)


def signed_in(view: View) -> View:
    """Declare that any signed-in person may open a view; others are asked to sign in and come back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        return view(request, *args, **kwargs)

    guarded.access = "signed in"  # type: ignore[attr-defined]
    return guarded


def requires(right: Right, *others: Right) -> Callable[[View], View]:
    """Declare that a view needs a right: not signed in is asked to sign in, signed in without it is refused (403).

    Arguments:
        others: rights of which each opens the view as well; for whom, its selectors say.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return ask_to_sign_in(request)
            if not any(has_right(request.user, other) for other in others):
                require_right(request.user, right)
            return view(request, *args, **kwargs)

        guarded.access = right  # type: ignore[attr-defined]
        return guarded

    return declare
