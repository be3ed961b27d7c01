"""The do-no-harm review in the editor: submitting from a lesson, and what waits on the first page."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from accounts.permissions import Right, SignedInRequest, has_right
from courses.pages.models import LessonPage
from courses.pages.review_desk import queue, returned, unit_of_page
from courses.pages.services.reviewing import submit_unit

SUBMIT_MODULE = "action-submit-module"


class SubmitItsModule(ActionMenuItem):
    """From a lesson: the draft is saved, and the module goes into the queue."""

    name = SUBMIT_MODULE
    label = gettext_lazy("Submit the module to the review")
    icon_name = "check"

    def is_shown(self, context: dict[str, Any]) -> bool:
        page = context.get("page")
        return context.get("view") == "edit" and isinstance(page, LessonPage)


@hooks.register("register_page_action_menu_item")
def submit_from_a_lesson() -> ActionMenuItem:
    return SubmitItsModule(order=35)


@hooks.register("after_edit_page")
def submit_its_module(request: SignedInRequest, page: Page) -> None:
    """The lesson is saved; what is reviewed is its module."""
    place = unit_of_page(page) if SUBMIT_MODULE in request.POST else None
    if place is None:
        return
    course, key, language = place
    submit_unit(by=request.user, course=course, key=key, language=language)
    address = reverse("review:unit", args=[course.slug, key, language])
    messages.success(
        request,
        _("The module of this lesson is submitted to the review."),
        buttons=[messages.button(address, _("Show it"))],
    )


class ReviewDesk(Component):
    """What waits for whoever signs, and what came back to whoever submitted."""

    order = 50

    def render_html(self, parent_context: Any = None) -> SafeString:
        request = parent_context["request"]
        user = request.user
        signs = has_right(user, Right.REVIEW)
        context = {
            "waiting": [each for each in queue(user) if each.mine] if signs else [],
            "returned": [unit for unit, _state in returned(user)],
            "signs": signs,
        }
        return SafeString(render_to_string("courses/admin/review_desk.html", context, request=request))


@hooks.register("construct_homepage_panels")
def what_waits(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(ReviewDesk())
