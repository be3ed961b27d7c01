"""Where one is: what every page of the player needs to know before it shows anything."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.permissions import Refused, Right, has_right
from courses.player.addresses import Addresses
from courses.player.outline import kept_outline, title_of
from learning import selectors
from learning.manifest import Node
from learning.models import Enrolment


def enrolment_of(request: HttpRequest, slug: str) -> Enrolment | None:
    """The viewer's own enrolment in a course; without one, what a course asks for is where to go.

    Raises:
        Refused: the viewer learns under no posting today.
        Http404: no such course is published.
    """
    enrolment = selectors.own_enrolment(request.user, slug)
    if enrolment is not None and not has_right(request.user, Right.LEARN):
        raise Refused(_("Your posting has ended. What you did is kept; your coordinator can give you a new posting."))
    if enrolment is None:
        selectors.published_course(slug, get_language())
        messages.info(request, _("You are not enrolled in this course: its lessons open with enrolment."))
    return enrolment


def place_of(at: Addresses, shown: selectors.Shown) -> dict[str, Any]:
    """Where one is: what every page of the player shows around its content, the same for everybody."""
    outline = shown.outline
    before, after = outline.around(shown.node.key)

    def link(node: Node | None) -> dict[str, str] | None:
        if node is None:
            return None
        return {"url": at.to("activity", node.key), "title": title_of(node, shown.text)}

    lessons = [node for node in outline.path if node.kind == "lesson"]
    module = selectors.outline_of(shown.revision).module_of(shown.node.key)
    return {
        "course_url": at.to("course"),
        "course_title": shown.text["title"],
        "node": shown.node,
        "module_title": shown.text["titles"].get(module.uuid, "") if module else "",
        "before": link(before),
        "after": link(after),
        "required_count": len(outline.required),
        "lesson_number": next((i for i, node in enumerate(lessons, 1) if node.key == shown.node.key), None),
        "lesson_count": len(lessons),
        "language": shown.language,
        "course_language": shown.course_language,
        "is_reviewed": shown.is_reviewed,
    }


def standing_at(at: Addresses, shown: selectors.Shown, done: set[str]) -> dict[str, Any]:
    """How far the officer is: what is personal around the content."""
    return {
        "done_count": len(done & shown.outline.required),
        "outline": kept_outline(at, shown).html(done, shown.node.key),
    }
