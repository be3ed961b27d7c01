"""Publishing a course: what differs, correction or new edition, and what was published before."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.permissions import Right, SignedInRequest, requires
from courses.pages.forms.editions import NEW_EDITION, SAME_MEANING, PublishForm
from courses.pages.models import CoursePage, WaitingPage
from courses.pages.publication import REASONS
from courses.pages.rights import may_publish
from courses.pages.selectors import source_page_of
from courses.pages.services import (
    MustBeNewEdition,
    NothingToPublish,
    StalePage,
    WrongDelta,
    publish_as_asked,
)
from courses.pages.services.differences import Differences, differences_of
from learning.selectors import history


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.WRITE_COURSES, Right.PUBLISH_COURSES, Right.MANAGE_SITE)
@never_cache
def editions(request: SignedInRequest, page: int) -> HttpResponseBase:
    """What differs from the shelf, how to publish it, and every edition so far. Authors may look."""
    asked = CoursePage.objects.filter(pk=page).select_related("course").first()
    course_page = source_page_of(asked.course) if asked else None
    if course_page is None:
        raise Http404(_("There is no such course."))
    try:
        differences = differences_of(course_page)
    except REASONS as reason:
        return _page(
            request, course_page, None, None, problem=str(reason), status=409 if request.method == "POST" else 200
        )
    waits = WaitingPage.objects.filter(course=course_page.course).exists()
    form = PublishForm(request.POST if request.method == "POST" else None, differences=differences, waits=waits)
    if request.method != "POST":
        return _page(request, course_page, differences, form)
    if not may_publish(request.user):
        refusal = _("Your role may write courses but not publish them.")
        return _page(request, course_page, differences, form, problem=refusal, status=403)
    if not form.is_valid():
        return _page(request, course_page, differences, form, status=422)
    return _publish(request, course_page, differences, form)


def _publish(
    request: SignedInRequest, page: CoursePage, differences: Differences, form: PublishForm
) -> HttpResponseBase:
    wanted = form.cleaned_data
    as_new_edition = wanted["choice"] == NEW_EDITION and differences.latest is not None
    with_refresher = as_new_edition and wanted["refresher"] == "1"
    try:
        revision = publish_as_asked(
            by=request.user,
            page=page,
            seen=wanted["seen"],
            as_new_edition=as_new_edition,
            same_meaning=wanted["choice"] == SAME_MEANING,
            note=wanted["note"],
            lessons=wanted["lessons"] if with_refresher else (),
            questions=wanted["questions"] or 0,
            minutes=wanted["minutes"],
        )
    except StalePage as reason:
        # What is sent back is what stands there now, so that the next press knows it.
        fresh = PublishForm(None, differences=differences)
        fresh.initial.update({"note": wanted["note"], "choice": wanted["choice"]})
        return _page(request, page, differences, fresh, problem=str(reason), status=409)
    except (MustBeNewEdition, NothingToPublish, WrongDelta, *REASONS) as reason:
        return _page(request, page, differences, form, problem=str(reason), status=422)
    place = {"edition": revision.edition.number, "revision": revision.number}
    messages.success(request, _("Published: edition %(edition)d, revision %(revision)d.") % place)
    return redirect("course_editions", page=page.pk)


def _page(
    request: SignedInRequest,
    page: CoursePage,
    differences: Differences | None,
    form: PublishForm | None,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    ticked = set(form["lessons"].value() or ()) if form else set()
    return render(
        request,
        "courses/admin/editions.html",
        {
            "page": page,
            "course": page.course,
            "differences": differences,
            "groups": _groups(differences) if differences else [],
            "form": form,
            "modules": _modules(differences, ticked) if differences else [],
            "may_publish": may_publish(request.user),
            "problem": problem,
            "waiting": WaitingPage.objects.filter(course=page.course).select_related("page"),
            "history": history(request.user, page.course),
        },
        status=status,
    )


def _groups(differences: Differences) -> list[tuple[str, tuple[Any, ...]]]:
    return [
        (_("The course"), differences.course),
        (_("Modules"), differences.modules),
        (_("Lessons"), differences.lessons),
        (_("Questions of the tests"), differences.questions),
    ]


def _modules(differences: Differences, ticked: set[str]) -> list[dict[str, Any]]:
    """The lessons to choose from, by module, with what the final test has on each."""
    found: dict[str, dict[str, Any]] = {}
    for choice in differences.choices:
        pool, must = differences.pools.get(choice.module, (0, 0))
        words = ngettext("%(count)d question in the final test", "%(count)d questions in the final test", pool)
        module = found.setdefault(
            choice.module,
            {"title": choice.module_title, "pool": words % {"count": pool}, "must": must, "lessons": []},
        )
        module["lessons"].append((choice, choice.key in ticked))
    return list(found.values())
