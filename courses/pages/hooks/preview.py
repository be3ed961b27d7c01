"""The way from a page of the workshop to its preview as an officer."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from accounts.models import User
from courses.pages.models import CoursePage, LessonPage, ModulePage


def _button(page: Page) -> Iterator[Button]:
    if page.pk and page.specific_class in (CoursePage, ModulePage, LessonPage):
        address = reverse("preview_course", args=[page.pk])
        yield Button(_("View as an officer"), address, icon_name="view", priority=5)


@hooks.register("register_page_header_buttons")
def in_the_header(page: Page, user: User, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    return _button(page)


@hooks.register("register_page_listing_more_buttons")
def in_the_listing(page: Page, user: User, next_url: str | None = None) -> Iterator[Button]:
    return _button(page)
