"""The way from a page of a course to the rules of its tests."""

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
def to_the_tests(page: Page, user: User, next_url: str | None = None, **kwargs: Any) -> Iterator[Button]:
    """In the menu beside the title of a course, module or lesson."""
    course_page = course_page_of(page)
    if course_page is not None:
        url = reverse("quizzes:course", args=[course_page.course.slug])
        yield Button(_("Tests"), url, icon_name="tasks", priority=34)
