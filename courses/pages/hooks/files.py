"""The ways to courses as files and to the import from Word."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button
from wagtail.models import Page

from accounts.models import User
from accounts.permissions import Right, SignedInRequest, has_right
from courses.pages.models import ModulePage
from courses.pages.selectors import is_translation


class ForAuthors(MenuItem):
    """An entry for whoever may open what it leads to."""

    def is_shown(self, request: SignedInRequest) -> bool:
        return any(has_right(request.user, right) for right in (Right.WRITE_COURSES, Right.MANAGE_SITE))


@hooks.register("register_admin_menu_item")
def files_in_the_menu() -> MenuItem:
    return ForAuthors(_("Courses as files"), reverse("course_files"), icon_name="folder-open-inverse", order=260)


@hooks.register("register_page_header_buttons")
def from_word(page: Page, user: User, next_url: str | None = None, **kwargs: Any) -> Iterator[Button]:
    """In the menu beside the title of a module in the language of its course."""
    if isinstance(page.specific, ModulePage) and not is_translation(page.pk):
        url = reverse("word_import", args=[page.pk])
        yield Button(_("Import from Word"), url, icon_name="upload", priority=36)
