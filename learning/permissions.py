"""Who may enrol, and whose progress a viewer may see."""

from django.db.models import Q

from accounts.models import Member, Posting
from accounts.permissions import Right, Viewer, has_right, scope_of
from learning.models import Course


def may_enrol(user: Viewer, course: Course, posting: Posting | None) -> bool:
    """Whether the course takes this person today, under this posting."""
    if posting is None or not has_right(user, Right.LEARN):
        return False
    member = posting.member
    if member is not None and member.has_ended():
        return False
    if course.access == Course.Access.OPEN:
        return True
    if course.access == Course.Access.MEMBERS and member is not None and takes_closed_courses(posting):
        return course.open_to.filter(pk=member.pk).exists()
    return False


def takes_closed_courses(posting: Posting) -> bool:
    """Whether people of this posting may take courses for listed members: observers and others take open ones only."""
    return posting.member is not None and posting.member.status == Member.Status.MEMBER


def visible_enrolments(viewer: Viewer) -> Q:
    """The condition on enrolments whose names and progress this viewer may see; matches nothing without the right."""
    scope = scope_of(viewer, Right.SEE_OFFICERS)
    if not scope:
        return Q(pk__in=[])
    return scope.q(member="member_id", agency="agency_id")
