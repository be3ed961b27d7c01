"""Panels of ours in Wagtail's editor."""

from typing import Any

from wagtail.admin.panels import Panel


class ReviewPanel(Panel):
    """How far the do-no-harm review of the page's module is. Shows, and has nothing to fill in."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "courses/admin/review_panel.html"

        def is_shown(self) -> bool:
            return bool(self.instance.pk)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            return {**super().get_context_data(parent_context), "viewer": self.request.user}
