"""Two authors on one page, copies, and pages on which somebody's progress hangs."""

from typing import Any

from django.db.models import ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.views.pages.edit import EditView
from wagtail.models import Page

from accounts.models import Posting
from accounts.permissions import SignedInRequest
from accounts.selectors import name_for
from courses.pages.models import CourseIndexPage, CoursePage, renew_block_ids
from courses.pages.publication import course_page_of, follow_after_commit
from courses.pages.selectors import activity_keys_below, source_page_of
from learning.selectors import how_many_began

_ASKED = "_suluh_asked"


class CarefulEditView(EditView):
    """Wagtail's editor, which refuses to save over a version that its author has not seen.

    Wagtail's own warning comes from a script in the page, some seconds late; a page that was opened long ago, or
    without a script, would save over the other's text in silence.
    """

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.is_out_of_date or self.expects_json_response or self.page.alias_of_id:
            response: HttpResponse = super().post(request, *args, **kwargs)
            return response
        # What was typed stays in the form. That now knows of the newest version, so saving once more is meant.
        self.form = self.form_class(
            request.POST,
            request.FILES,
            instance=self.page,
            subscription=self.subscription,
            parent_page=self.parent,
            for_user=request.user,
        )
        self.form.defer_required_fields()
        self.form.is_valid()
        self.has_unsaved_changes = True
        self._say_who(request)
        shown: HttpResponse = self.render_to_response(self.get_context_data())
        return shown

    def _say_who(self, request: HttpRequest) -> None:
        newest = self.latest_revision
        place = {"time": date_format(timezone.localtime(newest.created_at), "DATETIME_FORMAT")}
        words = _("Not saved yet: this page was saved in another window at %(time)s UTC, after you had opened it.")
        if newest.user_id and newest.user_id != request.user.pk:
            place["name"] = name_for(request.user, newest.user, Posting.objects.filter(user=newest.user_id).current())
            words = _("Not saved yet: %(name)s saved this page at %(time)s UTC, after you had opened it.")
        more = _(
            "What you wrote is still below. Look at what changed first; if you save again, yours becomes the newest "
            "version, and the other one stays in the history."
        )
        seen = request.POST.get("overwrite_revision_id") or request.POST.get("loaded_revision_id", "")
        buttons = [messages.button(reverse("wagtailadmin_pages:history", args=[self.page.pk]), _("History"))]
        if seen.isdecimal() and self.page.revisions.filter(pk=int(seen)).exists() and int(seen) != newest.pk:
            address = reverse("wagtailadmin_pages:revisions_compare", args=[self.page.pk, int(seen), newest.pk])
            buttons.insert(0, messages.button(address, _("What changed"), new_window=True))
        messages.error(request, f"{words % place} {more}", buttons=buttons)


@hooks.register("before_edit_page", order=100)
def ask_before_saving_over_another(request: SignedInRequest, page: Page) -> HttpResponse | None:
    """Only a form of the editor says which version it was opened with; a translator's has another."""
    if request.method != "POST" or "loaded_revision_id" not in request.POST or hasattr(request, _ASKED):
        return None
    if request.resolver_match is None or request.resolver_match.url_name != "edit":
        return None
    setattr(request, _ASKED, True)  # the view asks its hooks again
    answer: HttpResponse = CarefulEditView.as_view()(request, page.pk)
    return answer


@hooks.register("insert_editor_js")
def what_one_saved_oneself_is_seen() -> str:
    """What the editor saves while one types is no version of somebody else."""
    return format_html('<script src="{}" defer></script>', static("courses/editor.js"))


# --- copies


@hooks.register("after_copy_page")
def a_copy_has_blocks_of_its_own(request: HttpRequest, page: Page, new_page: Page) -> None:
    renew_block_ids(new_page)
    if new_page.live:
        follow_after_commit(new_page)


# --- deleting


def why_not_deleted(page: Page) -> str:
    """Why a page of the workshop stays, in words for its author; empty where it may be deleted."""
    own = page.specific
    if isinstance(own, CourseIndexPage) and CoursePage.objects.child_of(own).exists():
        return _("“%(title)s” holds courses, so it is not deleted.") % {"title": page.title}
    if isinstance(own, CoursePage) and source_page_of(own.course) == own:
        return _(
            "“%(title)s” is the page from which everything of its course is made, in every language, so it is not "
            "deleted. Those who manage classes can close the course to new enrolments."
        ) % {"title": page.title}
    course = course_page_of(page)
    if course is not None and page.locale_id == course.locale_id:
        count = how_many_began(course.course, activity_keys_below(page))
        if count:
            words = ngettext(
                "%(count)d officer has been in “%(title)s”, so it is not deleted. Unpublish it instead: it leaves the "
                "course, what was done stays, and it can come back.",
                "%(count)d officers have been in “%(title)s”, so it is not deleted. Unpublish it instead: it leaves "
                "the course, what was done stays, and it can come back.",
                count,
            )
            return words % {"count": count, "title": page.title}
    try:
        for each in page.get_descendants(inclusive=True).specific():
            Collector(using="default", origin=each).collect([each])
    except (ProtectedError, RestrictedError):
        return _("Something of the site stands on “%(title)s”, so it is not deleted. Unpublish it instead.") % {
            "title": page.title
        }
    return ""


@hooks.register("before_delete_page")
def keep_what_officers_did(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A page on which progress hangs is withdrawn, not deleted: its key and its history stay."""
    why_not = why_not_deleted(page)
    if not why_not:
        return None
    messages.error(
        request,
        why_not,
        buttons=[messages.button(reverse("wagtailadmin_pages:unpublish", args=[page.pk]), _("Unpublish"))]
        if page.live and not isinstance(page.specific, CoursePage | CourseIndexPage)
        else None,
    )
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_bulk_action")
def keep_it_in_bulk_too(
    request: HttpRequest, action_type: str, objects: list[Page], action: object
) -> HttpResponse | None:
    """All of them or none: an author sees what stopped it."""
    if action_type != "delete":
        return None
    found = [why for each in objects if isinstance(each, Page) and (why := why_not_deleted(each))]
    for why in found:
        messages.error(request, why)
    return redirect("wagtailadmin_explore_root") if found else None
