"""Panels of ours in Wagtail's editor."""

import json
from typing import Any

from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.models import Page

from assessments.selectors import bank_names_of
from learning.models import Course


class ReviewPanel(Panel):
    """How far the do-no-harm review of the page's module is. Shows, and has nothing to fill in."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "courses/admin/review_panel.html"

        def is_shown(self) -> bool:
            return bool(self.instance.pk)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            return {**super().get_context_data(parent_context), "viewer": self.request.user}


class BodyPanel(FieldPanel):
    """The body of a lesson; it says which banks are the course's, for its knowledge checks."""

    class BoundPanel(FieldPanel.BoundPanel):
        @property
        def attrs(self) -> dict[str, Any]:
            course = _course_of(self.instance, self.request)
            own = bank_names_of(course) if course else []
            return {**super().attrs, "data-practice-banks": json.dumps(own)}


def _course_of(page: Page, request: HttpRequest | None) -> Course | None:
    """The course of a page; of one that is being made, by the page below which it will stand."""
    if page.pk is None:
        match = request.resolver_match if request else None
        parent = match.kwargs.get("parent_page_id", match.args[-1] if match.args else None) if match else None
        page = Page.objects.filter(pk=parent).first() if parent else None
        if page is None:
            return None
    above = page.get_ancestors(inclusive=True).specific()
    return next((each.course for each in above if hasattr(each, "course")), None)
