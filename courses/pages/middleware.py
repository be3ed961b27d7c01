import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail_localize.models import TranslationSource

from accounts.models import User
from accounts.permissions import Refused, Right, ask_to_sign_in, has_right
from courses.pages.review_desk import unit_of_page
from courses.pages.rights import may_edit, may_enter, sync_groups
from courses.pages.selectors import COURSE_KEY, is_translation

#: Wagtail's own pages about people know no postings and write no audit log; that of aging pages shows user names, also
#: of restricted people.
PEOPLE = (
    "/admin/users/",
    "/admin/groups/",
    "/admin/bulk/accounts/",
    "/admin/reports/site-history/",
    "/admin/reports/aging-pages/",
)

#: The editor of wagtail-localize and its ways round it: words typed there would pass by the checks and the account of
#: the desk, and what is neutral would be edited apart.
CLOSED_EDITOR = re.compile(r"/admin/localize/(translate/|submit/snippet/|page/\d+/convert_to_alias/)")
EDITS_A_PAGE = re.compile(r"/admin/pages/(\d+)/(edit|view_draft)/")
#: Pages of ours that say themselves who may open them.
OURS = (
    "/admin/corrections/",
    "/admin/marking/",
    "/admin/review/",
    "/admin/tests/",
    "/admin/questions/",
    "/admin/translate/",
    "/admin/locales/edit/",
    "/admin/locales/delete/",
)
SUBMITS_A_PAGE = re.compile(r"/admin/localize/submit/page/(\d+)/")
UPDATES_A_PAGE = re.compile(r"/admin/localize/update/(\d+)/")


def to_its_review(page_pk: int) -> HttpResponseBase | None:
    """Wagtail's lists lead to the editor; whoever only reviews reads the page where it is signed."""
    page = Page.objects.filter(pk=page_pk).first()
    place = unit_of_page(page) if page else None
    if place is None:
        return None
    course, key, language = place
    return redirect("review:unit", course.slug, key, language)


def to_the_desk(user: User, page_pk: int) -> HttpResponseBase | None:
    """Of a translated page the texts at the translator's desk; of a source page the choice of a language."""
    page = Page.objects.filter(pk=page_pk).first()
    place = unit_of_page(page) if page else None
    if page is None or place is None:
        return None
    if not has_right(user, Right.WRITE_COURSES):
        return to_its_review(page_pk)
    course, unit, language = place
    if not is_translation(page_pk):
        return redirect(f"{reverse('translate:queue')}?course={course.slug}#units")
    key = getattr(page.specific, "key", COURSE_KEY)
    return redirect(f"{reverse('translate:unit', args=[course.slug, unit, language])}?show=all&at={key}")


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
        if edited and edited.group(2) == "edit" and is_translation(int(edited.group(1))):
            return to_the_desk(request.user, int(edited.group(1)))
        if CLOSED_EDITOR.match(request.path):
            raise Refused(_("Translations are made at the translator’s desk: choose “Translate” in the menu."))
        if begun := SUBMITS_A_PAGE.match(request.path):
            return to_the_desk(request.user, int(begun.group(1)))
        if updated := UPDATES_A_PAGE.match(request.path):
            source = TranslationSource.objects.filter(pk=int(updated.group(1))).select_related("locale").first()
            page = source.get_source_instance() if source is not None else None
            return to_the_desk(request.user, page.pk) if isinstance(page, Page) else None
        if request.method == "POST":
            sync_groups(request.user)
        return None

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware
