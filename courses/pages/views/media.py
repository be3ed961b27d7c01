"""The files of the workshop, for authors alone. Officers load what is frozen."""

import mimetypes
import posixpath

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import Right, SignedInRequest, requires

#: What Wagtail keeps for its editor: pictures as they were uploaded, and in other sizes.
FOLDERS = ("original_images/", "images/")


@require_safe
@requires(Right.WRITE_COURSES, Right.PUBLISH_COURSES, Right.MANAGE_SITE)
def media(request: SignedInRequest, name: str) -> HttpResponseBase:
    """A picture as the editor shows it. Nothing else that lies beside it: other uploads have Wagtail's view."""
    missing = Http404(_("There is no such file."))
    if posixpath.normpath(name) != name or not name.startswith(FOLDERS):
        raise missing
    content_type = mimetypes.guess_type(name)[0] or ""
    if content_type not in ("image/jpeg", "image/png", "image/webp"):
        raise missing
    try:
        file = default_storage.open(name)
    except (OSError, SuspiciousFileOperation) as error:
        raise missing from error
    response = FileResponse(file, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response
