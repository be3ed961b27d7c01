"""The way from a lesson's editor to the graphs of its scenarios."""

from collections.abc import Iterator
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from accounts.models import User
from accounts.permissions import Right, has_right
from courses.pages.models import LessonPage


@hooks.register("insert_editor_js")
def names_to_choose_from() -> str:
    """Where a choice goes on is picked from the names of the nodes; without the script it is typed."""
    return format_html('<script src="{}" defer></script>', static("courses/scenario.js"))


@hooks.register("register_page_header_buttons")
def graphs_of_scenarios(
    page: Page, user: User, view_name: str, next_url: str | None = None, **more: Any
) -> Iterator[Button]:
    """A button for each branching scenario of the lesson as it was saved last."""
    if view_name != "edit" or not isinstance(page, LessonPage) or not has_right(user, Right.WRITE_COURSES):
        return
    for raw in page.body.raw_data:
        if raw["type"] == "branching" and raw.get("id"):
            label = _("Graph: %(title)s") % {"title": raw["value"].get("title") or _("scenario without a title")}
            yield Button(label, reverse("scenario_graph", args=[page.pk, raw["id"]]), icon_name="site", priority=5)
