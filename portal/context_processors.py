from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.permissions import Right, has_right


def desks(request: HttpRequest) -> dict[str, Any]:
    """The desks that the signed-in person's roles open, for the menu."""

    def links() -> list[dict[str, str]]:
        user = getattr(request, "user", None)
        if user is None or not user.is_authenticated:
            return []
        found = []
        if has_right(user, Right.SEE_OFFICERS):
            found.append({"url": reverse("portal:coordinator"), "label": _("My officers")})
        if has_right(user, Right.MANAGE_PEOPLE):
            found.append({"url": reverse("moving:index"), "label": _("Moves")})
        if has_right(user, Right.MANAGE_MEMBERS):
            found.append({"url": reverse("moving:hand_overs"), "label": _("Hand over")})
        if has_right(user, Right.SEE_COUNTS):
            found.append({"url": reverse("reports:certification"), "label": _("Certification")})
        if has_right(user, Right.WRITE_COURSES) or has_right(user, Right.MANAGE_SITE):
            found.append({"url": reverse("wagtailadmin_home"), "label": _("Authors")})
        return found

    return {"desk_links": SimpleLazyObject(links)}
