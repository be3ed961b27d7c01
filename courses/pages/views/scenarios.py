"""The graph of a branching scenario, for its author."""

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from accounts.permissions import Right, SignedInRequest, requires
from courses.pages.models import LessonPage
from courses.pages.scenario import draw
from learning.branching import address_of

#: In which sizes a graph is shown, in percent.
SIZES = (50, 75, 100, 150)


@requires(Right.WRITE_COURSES, Right.MANAGE_SITE, Right.REVIEW)
def scenario(request: SignedInRequest, page: int, block: str) -> HttpResponseBase:
    """One scenario of a lesson as it was saved last, drawn and told; in the order in which its language is read."""
    lesson = get_object_or_404(LessonPage, pk=page).get_latest_revision_as_object()
    raw = next((each for each in lesson.body.raw_data if each["id"] == block and each["type"] == "branching"), None)
    if raw is None:
        raise Http404(_("There is no such scenario in this lesson."))
    rtl = bool(get_language_info(lesson.locale.language_code)["bidi"])
    drawing = draw(raw["value"], from_the_right=rtl)
    asked = request.GET.get("size", "")
    percent = int(asked) if asked in map(str, SIZES) else 100
    return render(
        request,
        "courses/scenario/graph.html",
        {
            "drawing": drawing,
            "rtl": rtl,
            "percent": percent,
            "size": drawing.scaled(percent),
            "sizes": [(each, f"?size={each}") for each in SIZES],
            "edit_url": reverse("wagtailadmin_pages:edit", args=[page]),
            "try_url": address_of(block, base=reverse("wagtailadmin_pages:view_draft", args=[page])),
        },
    )
