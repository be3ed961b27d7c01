"""The authors' side: our colours, and publication that ends in an edition."""

from django.contrib import messages
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Locale, Page

from accounts.permissions import SignedInRequest
from courses.pages.models import CoursePage
from courses.pages.rendering import MissingItem
from courses.pages.services import NotPublishable, publish_course
from learning.services import UnreviewedContent


@hooks.register("insert_global_admin_css")
def our_colours() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("lms/admin.css"))


@hooks.register("after_publish_page")
def put_on_the_shelf(request: SignedInRequest, page: Page) -> None:
    """A published page makes a correction of its course's edition; what stops it is said to the author."""
    page = page.specific
    course_page = (
        page
        if isinstance(page, CoursePage)
        else CoursePage.objects.filter(pk__in=page.get_ancestors(inclusive=True).values("pk")).first()
    )
    if course_page is None:
        return
    source = course_page.get_translations(inclusive=True).filter(locale=Locale.get_default()).first() or course_page
    try:
        revision, is_new = publish_course(by=request.user, page=source, note=page.title)
    except (NotPublishable, MissingItem, UnreviewedContent) as problem:
        messages.warning(request, _("Officers do not see this yet. %(problem)s") % {"problem": problem})
        return
    if is_new:
        messages.success(
            request,
            _("Officers now read edition %(edition)d, revision %(revision)d.")
            % {"edition": revision.edition.number, "revision": revision.number},
        )
