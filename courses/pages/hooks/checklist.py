"""The way from a page of a course to the checklist before publishing."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.models import Page

from accounts.models import User
from courses.pages.publication import course_page_of


@hooks.register("register_page_header_buttons")
def to_the_checklist(page: Page, user: User, next_url: str | None = None, **kwargs: Any) -> Iterator[Button]:
    """In the menu beside the title of a course, module or lesson."""
    course_page = course_page_of(page)
    if course_page is not None:
        url = reverse("course_checklist", args=[course_page.pk])
        yield Button(_("Checklist"), url, icon_name="list-ul", priority=35)
