"""The way to the languages of the workshop, for whoever runs the site."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from accounts.permissions import Right, has_right


class LanguagesMenuItem(MenuItem):
    """Among the settings; Wagtail shows its own only to those who may change its sites."""

    def is_shown(self, request: HttpRequest) -> bool:
        return has_right(request.user, Right.MANAGE_SITE)


@hooks.register("construct_settings_menu")
def one_way_only(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name != "locales"]


@hooks.register("register_settings_menu_item")
def to_the_languages() -> MenuItem:
    url = reverse("wagtaillocales:index")
    return LanguagesMenuItem(_("Languages"), url, name="languages", icon_name="site", order=603)
