"""The languages of the workshop, at the addresses of two pages of Wagtail."""

from wagtail.models import Locale

from tests.permissions.lines import MISSING, OK, REFUSED, Line, World, signed_in

ADMIN = signed_in(REFUSED, admin=OK)


def english(world: World) -> dict:
    return {"pk": Locale.objects.get(language_code="en").pk}


LINES = [
    Line("site_language", "get", ADMIN, english),
    Line("site_language_delete", "get", ADMIN, english),
    Line("site_language", "post", signed_in(REFUSED, admin=409), english, note="with pages in it"),
    Line("site_language_delete", "post", signed_in(REFUSED, admin=409), english, note="with pages in it"),
    Line("site_language", "get", signed_in(REFUSED, admin=MISSING), lambda world: {"pk": 99999}, note="none"),
]
