"""Publishing asks: a correction, or for a new edition? And the way from a page to the editions of its course."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.action_menu import ActionMenuItem, PublishMenuItem
from wagtail.admin.widgets import Button
from wagtail.models import Page

from accounts.models import User
from accounts.permissions import SignedInRequest
from courses.pages.models import LessonPage
from courses.pages.publication import (
    course_page_of,
    has_edition,
    publishing_for_new_edition,
    publishing_with_same_meaning,
    wait_for_new_edition,
)
from courses.pages.selectors import is_translation

#: What the second button sends in the place of the first one's value.
NEW_EDITION = "new-edition"
SAME_MEANING = "same-meaning"


class AsCorrection(PublishMenuItem):
    """Wagtail's own button, with the word that says what it does here."""

    label = gettext_lazy("Publish as a correction")


class KeepsMeaning(PublishMenuItem):
    """Publishes a lesson as a correction of which its publisher says that the meaning stays the same."""

    name = "action-publish-same-meaning"
    label = gettext_lazy("Publish as a correction, the meaning stays the same")
    template_name = "courses/admin/publish_same_meaning.html"


class ForNewEdition(PublishMenuItem):
    """Publishes the page, and leaves what officers read as it is until somebody decides on the page “Editions”."""

    label = gettext_lazy("Publish for a new edition…")
    template_name = "courses/admin/publish_for_new_edition.html"
    icon_name = "doc-full-inverse"


@hooks.register("construct_page_action_menu")
def correction_or_new_edition(menu_items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]) -> None:
    """In a course that officers read, the one way to publish becomes two."""
    place = context.get("page") or context.get("parent_page")
    if place is None or not has_edition(place):
        return
    for index, item in enumerate(menu_items):
        if item.name == "action-publish":
            ways = [AsCorrection(order=item.order), ForNewEdition(order=item.order)]
            # Only what others are translated from can be behind, and only lessons hold what a test asks about.
            if isinstance(place, LessonPage) and not is_translation(place.pk):
                ways.insert(1, KeepsMeaning(order=item.order))
            menu_items[index : index + 1] = ways
            return


def is_for_new_edition(request: HttpRequest, page: Page) -> bool:
    """Whether the second button was pressed."""
    return request.POST.get("action-publish") == NEW_EDITION and has_edition(page)


@hooks.register("before_publish_page")
def note_the_answer(request: HttpRequest, page: Page) -> None:
    publishing_for_new_edition(page, is_so=is_for_new_edition(request, page))
    publishing_with_same_meaning(page, is_so=request.POST.get("action-publish") == SAME_MEANING)


@hooks.register("after_publish_page")
def lead_to_the_editions(request: SignedInRequest, page: Page) -> HttpResponse | None:
    """From the second button on to the page on which a new edition is published."""
    if not is_for_new_edition(request, page):
        return None
    course_page = wait_for_new_edition(page)
    if course_page is None:
        return None
    messages.success(
        request,
        _(
            "“%(title)s” waits for the new edition. Go on with other pages, or publish the edition here when all is "
            "ready. Until then officers read what they read before."
        )
        % {"title": page.get_admin_display_title()},
    )
    return redirect("course_editions", page=course_page.pk)


@hooks.register("register_page_header_buttons")
def to_the_editions(page: Page, user: User, next_url: str | None = None, **kwargs: Any) -> Iterator[Button]:
    """In the menu beside the title of a course, module or lesson."""
    course_page = course_page_of(page)
    if course_page is not None:
        url = reverse("course_editions", args=[course_page.pk])
        yield Button(_("Editions"), url, icon_name="doc-full-inverse", priority=36)
