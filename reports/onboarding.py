"""What figures say about bringing a member in."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Member, User
from accounts.onboarding import Step, adds_steps
from reports.selectors import people_of_member


@adds_steps
def steps(viewer: User, member: Member) -> Iterator[Step]:
    """The first enrolment and the first certificate, for those who may see counts."""
    counts = people_of_member(viewer, member)
    if counts is None:
        return
    enrolled, certified = counts
    figures = reverse("reports:certification")
    yield Step(
        _("The first officers are enrolled"),
        str(enrolled) != "0",
        _("Enrolled people: %(count)s") % {"count": enrolled},
        figures,
        _("Certification"),
    )
    yield Step(
        _("The first certificates are issued"),
        str(certified) != "0",
        _("Certified people: %(count)s") % {"count": certified},
        figures,
        _("Certification"),
    )
