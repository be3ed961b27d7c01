"""The authors' side as a whole: our colours, our pages and their entries in its menus, and what is not offered."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLResolver, include, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import MenuItem

from accounts.permissions import Right, SignedInRequest, has_right


@hooks.register("insert_global_admin_css")
def our_colours() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("lms/admin.css"))


@hooks.register("construct_page_action_menu")
def no_way_out_of_translation(menu_items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]) -> None:
    """What `courses.pages.middleware` refuses is not offered."""
    menu_items[:] = [item for item in menu_items if item.name != "localize-convert-to-alias"]


@hooks.register("construct_reports_menu")
def no_reports_about_people(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """What `courses.pages.middleware` closes is not offered."""
    menu_items[:] = [item for item in menu_items if item.name not in ("site-history", "aging-pages")]


@hooks.register("register_admin_urls")
def our_pages() -> list[URLResolver]:
    return [path("", include("courses.pages.urls"))]


class ForAuthors(MenuItem):
    """The entry of the menu, for whoever may open what it leads to."""

    def is_shown(self, request: SignedInRequest) -> bool:
        return has_right(request.user, Right.WRITE_COURSES)


class ForTrainers(MenuItem):
    """The same for who teaches."""

    def is_shown(self, request: SignedInRequest) -> bool:
        return has_right(request.user, Right.TEACH)


@hooks.register("register_reports_menu_item")
def translations_in_the_menu() -> MenuItem:
    return ForAuthors(_("Translations"), reverse("translate:board"), icon_name="globe", order=100)


@hooks.register("register_admin_menu_item")
def reported_in_the_menu() -> MenuItem:
    return ForAuthors(_("Reported"), reverse("reported"), icon_name="warning", order=250)


@hooks.register("register_admin_menu_item")
def translate_in_the_menu() -> MenuItem:
    return ForAuthors(_("Translate"), reverse("translate:queue"), icon_name="wagtail-localize-language", order=240)


@hooks.register("register_admin_menu_item")
def essays_in_the_menu() -> MenuItem:
    return ForTrainers(_("Essays"), reverse("marking:index"), icon_name="edit", order=235)


@hooks.register("register_admin_menu_item")
def questions_in_the_menu() -> MenuItem:
    return ForAuthors(_("Questions"), reverse("bank:banks"), icon_name="help", order=230)
