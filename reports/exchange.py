"""Tables of this room as files."""

from django.utils.translation import gettext as _

from lms.tables import as_csv
from reports.selectors import CertificationTable


def certification_csv(table: CertificationTable) -> bytes:
    """Members × courses, a row a member and course; suppressed cells say “<5”."""
    header = [_("Member code"), _("Member"), _("Course code"), _("Course"), _("Enrolled"), _("Certified")]
    return as_csv(
        header,
        (
            [row.member.code, row.member.name, course.code, title, enrolled, certified]
            for row in table.rows
            for (course, title), (enrolled, certified) in zip(table.courses, row.cells, strict=True)
        ),
    )
