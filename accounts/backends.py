"""Who is signed in: Django's own back end, with the person and their postings read in one statement."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.db import DEFAULT_DB_ALIAS
from django.db.models import BigIntegerField
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Posting, Registration, User
from lms.prepared import Given, Prepared

_PERSON = tuple(field.attname for field in User._meta.concrete_fields)
_POSTING = tuple(field.attname for field in Posting._meta.concrete_fields)

#: One row for each posting that the person ever had; one without a posting when there was none.
_PERSON_AND_POSTINGS = Prepared(
    lambda: (
        User.objects.filter(pk=Given("pk", BigIntegerField()))
        .order_by("-postings__starts_on", "-postings__pk")
        .values_list(*_PERSON, *(f"postings__{name}" for name in _POSTING))
    )
)


class PeopleBackend(ModelBackend):
    """Signs in as `ModelBackend` does; reads the person of a session as every request needs them."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """The person of a user name and password.

        Raises:
            PermissionDenied: there is none, and no other back end need look.
        """
        user = super().authenticate(request, username=username, password=password, **kwargs)
        if user is None:
            raise PermissionDenied
        assert isinstance(user, User)
        return user

    def user_can_authenticate(self, user: Any) -> bool:
        """Whether the account is open; asked after the right password only.

        Somebody whose registration is not accepted is handed to allauth, which then tells so (see the adapter); any
        other account that is not open is answered like a wrong password.
        """
        is_open = super().user_can_authenticate(user)
        if not is_open and Registration.objects.filter(user=user).exclude(state=Registration.State.ACCEPTED).exists():
            AuthenticationBackend._stash_user(user)
        return is_open

    def get_user(self, user_id: Any) -> User | None:
        """The person of a session with the postings of today, read now; None when gone or not active."""
        rows = _PERSON_AND_POSTINGS.all(pk=user_id)
        if not rows:
            return None
        user = User.from_db(DEFAULT_DB_ALIAS, _PERSON, rows[0][: len(_PERSON)])
        if not user.is_active:
            return None
        today = timezone.localdate()
        found = [row[len(_PERSON) :] for row in rows]
        postings = [Posting.from_db(DEFAULT_DB_ALIAS, _POSTING, each) for each in found if each[0] is not None]
        user._current_postings = [each for each in postings if each.runs(today)]  # type: ignore[attr-defined]
        return user
