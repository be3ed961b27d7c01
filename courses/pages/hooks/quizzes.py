"""The way from a page of a course to the rules of its tests, and the questions of its knowledge checks."""

from collections.abc import Iterator
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.models import Page

from accounts.models import User
from courses.pages.publication import course_page_of


@hooks.register("insert_editor_js")
def own_questions_to_choose_from() -> str:
    """A knowledge check offers the questions of the lesson's course; without the script, those of all."""
    return format_html('<script src="{}" defer></script>', static("courses/practice.js"))


@hooks.register("register_page_header_buttons")
def to_the_tests(page: Page, user: User, next_url: str | None = None, **kwargs: Any) -> Iterator[Button]:
    """In the menu beside the title of a course, module or lesson."""
    course_page = course_page_of(page)
    if course_page is not None:
        url = reverse("quizzes:course", args=[course_page.course.slug])
        yield Button(_("Tests"), url, icon_name="tasks", priority=34)
