"""Who may enrol, and whose progress a viewer may see."""

from django.db.models import Q

from accounts.models import Posting
from accounts.permissions import Right, Viewer, has_right, scope_of
from learning.models import Course


def may_enrol(user: Viewer, course: Course, posting: Posting | None) -> bool:
    """Whether the course takes this person today, under this posting."""
    if posting is None or not has_right(user, Right.LEARN):
        return False
    if course.access == Course.Access.OPEN:
        return True
    if course.access == Course.Access.MEMBERS and posting.member_id:
        return course.open_to.filter(pk=posting.member_id).exists()
    return False


def visible_enrolments(viewer: Viewer) -> Q:
    """The condition on enrolments whose names and progress this viewer may see; matches nothing without the right."""
    scope = scope_of(viewer, Right.SEE_OFFICERS)
    if not scope:
        return Q(pk__in=[])
    return scope.q(member="member_id", agency="agency_id")
