"""The bank into which questions go, or from which they come: that of a course, or one without."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from assessments.bank import course_language
from assessments.exchange.markup import as_name
from assessments.hooks import Workshop, workshop_of
from assessments.models import Bank
from learning.models import Course

LONGEST_NAME = 80


class NoBank(ValueError):
    """There is no such bank, or its name cannot be one; the message says why."""


@dataclass(frozen=True)
class Target:
    """A bank by its name; `bank` is None where the import makes it."""

    name: str
    bank: Bank | None = None
    course: Course | None = None

    @property
    def language(self) -> str:
        """In which its questions are written, unless something else is said."""
        return course_language(self.course) if self.course else settings.LANGUAGE_CODE

    @property
    def workshop(self) -> Workshop | None:
        return workshop_of(self.course) if self.course else None


def target_of(name: str, *, may_be_new: bool) -> Target:
    """The bank that is called so, or that of the course with this slug; or else a new one, without a course.

    Raises:
        NoBank: there is none and none may be made, or it cannot be called so.
    """
    given, name = name, as_name(name)
    bank = Bank.objects.select_related("course").filter(name__in=[given, name]).first()
    if bank is None:
        course = Course.objects.filter(slug=name).first()
        bank = Bank.objects.filter(course=course).order_by("pk").first() if course else None
        if bank is None and course is not None:
            return Target(course.slug, None, course)
    if bank is not None:
        return Target(bank.name, bank, bank.course)
    if not may_be_new:
        known = ", ".join(Bank.objects.values_list("name", flat=True)[:20])
        raise NoBank(_("There is no bank “%(name)s”. There are: %(known)s.") % {"name": name[:80], "known": known})
    if not name or len(name) > LONGEST_NAME or "/" in name:
        raise NoBank(
            _("A bank cannot be called “%(name)s”: give it 1 to %(most)s characters and no slash.")
            % {"name": name[:80], "most": LONGEST_NAME}
        )
    return Target(name)
