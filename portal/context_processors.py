from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.permissions import Right, has_right
from learning.permissions import keeps_an_annex, reviews_annex


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
            found.append({"url": reverse("people:list"), "label": _("People")})
        elif has_right(user, Right.VERIFY_PEOPLE):
            found.append({"url": reverse("people:registrations"), "label": _("Registrations")})
        elif has_right(user, Right.RESET_ACCESS):
            found.append({"url": reverse("people:find"), "label": _("Find an account")})
        if has_right(user, Right.MANAGE_MEMBERS):
            found.append({"url": reverse("members:list"), "label": _("Members")})
        if has_right(user, Right.MANAGE_STAFF):
            found.append({"url": reverse("people:staff"), "label": _("Staff of the RSO")})
        if has_right(user, Right.NOMINATE):
            found.append({"url": reverse("learning:nominations"), "label": _("Nominations")})
        if keeps_an_annex(user):
            found.append({"url": reverse("annex:desk"), "label": _("National annex")})
        if reviews_annex(user):
            found.append({"url": reverse("annex:queue"), "label": _("Review of national annexes")})
        if has_right(user, Right.DECIDE_NOMINATIONS):
            found.append({"url": reverse("learning:queue"), "label": _("Nominations")})
        if has_right(user, Right.MANAGE_CLASSES):
            found.append({"url": reverse("learning:classes"), "label": _("Classes")})
        if has_right(user, Right.TEACH):
            found.append({"url": reverse("learning:taught"), "label": _("My classes")})
        if has_right(user, Right.TEACH) or has_right(user, Right.MANAGE_CLASSES):
            found.append({"url": reverse("exams:list"), "label": _("Exams")})
        if has_right(user, Right.TEACH):
            found.append({"url": reverse("marking:index"), "label": _("Essays")})
        if has_right(user, Right.SEE_COUNTS):
            found.append({"url": reverse("reports:certification"), "label": _("Certification")})
        if has_right(user, Right.SEE_COUNTS) or has_right(user, Right.TEACH):
            found.append({"url": reverse("effect:figures"), "label": _("Effect")})
        if has_right(user, Right.CERTIFY):
            found.append({"url": reverse("awards:find"), "label": _("Certificates")})
        if has_right(user, Right.SEE_SHARED):
            found.append({"url": reverse("portal:shared"), "label": _("Shared officers")})
        if has_right(user, Right.SEE_AUDIT):
            found.append({"url": reverse("audit:log"), "label": _("Audit log")})
        if has_right(user, Right.WRITE_COURSES) or has_right(user, Right.MANAGE_SITE):
            found.append({"url": reverse("wagtailadmin_home"), "label": _("Authors")})
        if has_right(user, Right.PUBLISH_COURSES) or has_right(user, Right.ADVISE):
            found.append({"url": reverse("corrections:index"), "label": _("Corrections")})
        if has_right(user, Right.WRITE_COURSES):
            found.append({"url": reverse("translate:queue"), "label": _("Translate")})
        looks = any(has_right(user, right) for right in (Right.REVIEW, Right.ADVISE, Right.WRITE_COURSES))
        if looks:
            found.append({"url": reverse("review:queue"), "label": _("Review")})
        if looks and not has_right(user, Right.WRITE_COURSES):  # whoever writes comes there from the desk
            found.append({"url": reverse("translate:board"), "label": _("Translations")})
        if has_right(user, Right.MANAGE_SITE):
            found.append({"url": reverse("data:retention"), "label": _("Retention")})
            found.append({"url": reverse("award_keys:overview"), "label": _("Signing keys")})
        return found

    return {"desk_links": SimpleLazyObject(links)}
