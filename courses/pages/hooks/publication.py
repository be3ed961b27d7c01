"""What an author is told after publishing, and where a page may not go."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page

from accounts.permissions import SignedInRequest
from courses.pages.gate import NotReviewed
from courses.pages.hooks.editions import is_for_new_edition
from courses.pages.models import CoursePage
from courses.pages.publication import WaitsForNewEdition, course_page_of, outcome_of, scheduled_for
from courses.pages.selectors import coverage_of


@hooks.register("after_publish_page")
def say_what_officers_read(request: SignedInRequest, page: Page) -> None:
    """A published page makes a correction of its course's edition; what stops it is said to the author."""
    if is_for_new_edition(request, page):
        return  # courses.pages.hooks.editions says what comes next
    at = scheduled_for(page)
    if at is not None:
        time = date_format(timezone.localtime(at), "DATETIME_FORMAT")
        messages.success(
            request, _("Officers get this from %(time)s UTC on, under your right to publish.") % {"time": time}
        )
        return
    revision = outcome_of(page, by=request.user)
    if isinstance(revision, WaitsForNewEdition):
        course_page = course_page_of(page)
        url = reverse("course_editions", args=[course_page.pk if course_page else page.pk])
        messages.warning(request, str(revision), buttons=[messages.button(url, _("Editions"))])
        return
    if isinstance(revision, Exception):
        buttons = []
        if isinstance(revision, NotReviewed):
            address = reverse("review:course", args=[revision.course.slug])
            buttons.append(messages.button(address, _("Show what lacks")))
        messages.warning(request, _("Officers do not see this yet. %(reason)s") % {"reason": revision}, buttons=buttons)
        return
    if revision:
        place = {"edition": revision.edition.number, "revision": revision.number}
        words = _("Officers now read edition %(edition)d, revision %(revision)d.")
        if revision.edition.number > 1:
            words = _(
                "Whoever enrols now reads edition %(edition)d, revision %(revision)d. Officers who began in an earlier "
                "edition stay in it and do not get this change."
            )
        messages.success(request, words % place)
        say_what_is_out_of_date(request, page)


def say_what_is_out_of_date(request: HttpRequest, page: Page) -> None:
    """Which languages of the page's course need a translator now."""
    course_page = course_page_of(page)
    lacking = [each for each in coverage_of(course_page) if not each.is_current] if course_page else []
    if not lacking or course_page is None:
        return
    languages = ", ".join(
        _("%(language)s (%(count)d)")
        % {"language": get_language_info(each.language)["name_translated"], "count": each.behind + each.missing}
        for each in lacking
    )
    messages.warning(
        request,
        _("Texts that are out of date or not translated: %(languages)s.") % {"languages": languages},
        buttons=[
            messages.button(reverse("translate:board_course", args=[course_page.course.slug]), _("Show them")),
        ],
    )


@hooks.register("before_move_page")
def stay_in_the_course(request: HttpRequest, page: Page, destination: Page) -> HttpResponse | None:
    """A lesson's key and what officers did hang on its course: it is copied into another one, never moved."""
    own, other = course_page_of(page), course_page_of(destination)
    if own is None or isinstance(page.specific, CoursePage) or own == other:
        return None
    messages.error(
        request,
        _(
            "“%(title)s” belongs to %(course)s: what officers did there hangs on it. Copy it into the other course "
            "instead."
        )
        % {"title": page.title, "course": own.course.code},
    )
    return redirect("wagtailadmin_explore", page.get_parent().pk)
