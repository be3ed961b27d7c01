import re
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin.views.pages.utils import get_valid_next_url_from_request
from wagtail.models import Page

from accounts.permissions import Refused, ask_to_sign_in
from courses.pages.review_desk import unit_of_page
from courses.pages.rights import may_edit, may_enter, sync_groups
from courses.pages.selectors import is_translation

#: Wagtail's own pages about people know no postings and write no audit log; that of aging pages shows user names, also
#: of restricted people.
PEOPLE = (
    "/admin/users/",
    "/admin/groups/",
    "/admin/bulk/accounts/",
    "/admin/reports/site-history/",
    "/admin/reports/aging-pages/",
)

#: Ways of wagtail-localize to take a page out of translation, or to give it other links: what is neutral would be
#: edited apart.
BREAKS_A_TRANSLATION = re.compile(
    r"/admin/localize/(translate/\d+/disable|translate/\d+/overrides/\d+/edit|page/\d+/convert_to_alias)/"
)
EDITS_A_PAGE = re.compile(r"/admin/pages/(\d+)/(edit|view_draft)/")
#: Pages of ours that say themselves who may open them.
OURS = ("/admin/review/", "/admin/translate/")
UPLOADS_A_FILE = re.compile(r"/admin/localize/translate/\d+/pofile/upload/")
SUBMITS_A_PAGE = re.compile(r"/admin/localize/submit/page/(\d+)/")


def to_its_review(page_pk: int) -> HttpResponseBase | None:
    """Wagtail's lists lead to the editor; whoever only reviews reads the page where it is signed."""
    page = Page.objects.filter(pk=page_pk).first()
    place = unit_of_page(page) if page else None
    if place is None:
        return None
    course, key, language = place
    return redirect("review:unit", course.slug, key, language)


def authors_only(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Close the authors' side to whoever holds no such right today, even in a session that began with one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponseBase | None:
        if not request.path.startswith(("/admin/", "/documents/")) or request.path.startswith(OURS):
            return None
        if not request.user.is_authenticated:
            # Wagtail sends strangers to sign in from its own pages; documents it would hand out.
            return ask_to_sign_in(request) if request.path.startswith("/documents/") else None
        if not may_enter(request.user) or request.path.startswith(PEOPLE):
            raise Refused(_("Your role does not include this part of the authors’ side."))
        edited = EDITS_A_PAGE.match(request.path)
        if edited and not may_edit(request.user):
            return to_its_review(int(edited.group(1)))
        if BREAKS_A_TRANSLATION.match(request.path):
            raise Refused(_("Here a translation always follows its source, so that nothing in it goes stale unseen."))
        submitted = SUBMITS_A_PAGE.match(request.path)
        if submitted and is_translation(int(submitted.group(1))):
            raise Refused(_("This page is a translation itself. Translate the page of the language it was written in."))
        if request.method == "POST":
            sync_groups(request.user)
        return None

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """A PO file of somebody else: wagtail-localize stumbles over one without its own head."""
        if not (isinstance(error, KeyError) and UPLOADS_A_FILE.match(request.path)):
            return None
        words = _("This file was not downloaded from this page. Download the PO file here and fill it in.")
        messages.error(request, words)
        return redirect(get_valid_next_url_from_request(request) or "wagtailadmin_home")

    middleware.process_view = process_view  # type: ignore[attr-defined]
    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware
