"""A course that is written on the site from its first word: its identity, its bank, and its first page as a draft."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from wagtail.models import Locale

from accounts.models import User
from accounts.permissions import Refused
from accounts.services import audit
from assessments.services import bank_of
from courses.pages.models import CoursePage
from courses.pages.rights import may_publish
from courses.pages.translating.pages import free_slug, shelf_in
from learning.models import Course


class NameTaken(ValueError):
    """Another course has this code or address; `field` says which."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def begin_course(*, by: User, title: str, code: str, slug: str, pillar: str, language: str) -> CoursePage:
    """Make a course with an empty page in the language in which it is written, for authors only until it is published.

    Of its rules the hours of learning are a first guess; all stand on the page.

    Raises:
        accounts.permissions.Refused: the person may not publish courses.
        NameTaken: another course is called so.
    """
    if not may_publish(by):
        raise Refused(_("Your role may write courses but not publish them."))
    if Course.objects.filter(code__iexact=code).exists():
        raise NameTaken("code", _("Another course has this code."))
    if Course.objects.filter(slug=slug).exists():
        raise NameTaken("slug", _("Another course has this address."))
    last = Course.objects.aggregate(last=Max("position"))["last"] or 0
    course = Course.objects.create(code=code, slug=slug, pillar=pillar, position=last + 1)
    bank_of(course)
    locale, _made = Locale.objects.get_or_create(language_code=language)
    shelf = shelf_in(locale, by=by)
    page = CoursePage(
        title=title,
        slug=free_slug(slug, shelf),
        course=course,
        pillar=pillar,
        locale=locale,
        live=False,
        design_minutes=60,
    )
    shelf.add_child(instance=page)
    # What a course says of itself is asked for in the editor, before it is published.
    page.save_revision(user=by, clean=False)
    audit(by=by, action="course.begun", target=f"learning.course:{slug}", details={"code": code, "language": language})
    return page
