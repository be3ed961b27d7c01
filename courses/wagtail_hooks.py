"""The authors' side: our colours, and what an author is told after publishing."""

from django.contrib import messages
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page

from accounts.permissions import SignedInRequest
from courses.pages.publication import REASONS, follow


@hooks.register("insert_global_admin_css")
def our_colours() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("lms/admin.css"))


@hooks.register("after_publish_page")
def say_what_officers_read(request: SignedInRequest, page: Page) -> None:
    """A published page makes a correction of its course's edition; what stops it is said to the author."""
    try:
        revision = follow(page, by=request.user)
    except REASONS as reason:
        messages.warning(request, _("Officers do not see this yet. %(reason)s") % {"reason": reason})
        return
    if revision:
        messages.success(
            request,
            _("Officers now read edition %(edition)d, revision %(revision)d.")
            % {"edition": revision.edition.number, "revision": revision.number},
        )
