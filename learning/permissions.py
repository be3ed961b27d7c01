"""Who may enrol or be nominated, and whose progress a viewer may see."""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q

from accounts.models import Member, Posting
from accounts.permissions import ROLE_RIGHTS, Right, Viewer, current_postings, has_right, scope_of
from accounts.roles import Role
from learning.models import Course

#: Roles under which a person learns: a nomination and an enrolment stand on a posting of one of these.
LEARNING_ROLES = tuple(role for role in Role if Right.LEARN in ROLE_RIGHTS[role])


def may_enrol(user: Viewer, course: Course, posting: Posting | None) -> bool:
    """Whether the course takes this person today, under this posting. Officers of observers take open courses only."""
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


def takes_nominations_of(course: Course, member: Member) -> bool:
    """Whether officers of a member may be nominated for a course: not a closed one, one of other members, or, for
    observers and bodies that are neither, one that is not open to everybody."""
    if course.access == Course.Access.CLOSED or member.has_ended():
        return False
    if course.access == Course.Access.OPEN:
        return True
    if member.status != Member.Status.MEMBER:
        return False
    return course.access == Course.Access.NOMINATION or course.open_to.filter(pk=member.pk).exists()


def visible_enrolments(viewer: Viewer) -> Q:
    """The condition on enrolments whose names and progress this viewer may see; matches nothing without the right."""
    scope = scope_of(viewer, Right.SEE_OFFICERS)
    if not scope:
        return Q(pk__in=[])
    return scope.q(member="member_id", agency="agency_id")


#: Whose work asks what anybody was shown, in whichever edition: authors, reviewers, and who certifies.
LOOKS_BACK = (
    Right.WRITE_COURSES,
    Right.PUBLISH_COURSES,
    Right.REVIEW,
    Right.DECIDE_NOMINATIONS,
    Right.MANAGE_SITE,
)


def may_look_back(user: Viewer) -> bool:
    """Whether this person may see every edition of every course as it was."""
    return any(has_right(user, right) for right in LOOKS_BACK)


# --- the national annex


def has_annex(member: Member) -> bool:
    """Whether a member writes into the country boxes of courses: not observers and others, not one that has ended."""
    return member.status == Member.Status.MEMBER and not member.has_ended()


def may_keep_annex(user: Viewer, member: Member) -> bool:
    """Whether `user` writes the annex of a member: whoever coordinates all of it, not one of its agencies alone."""
    return has_annex(member) and scope_of(user, Right.KEEP_ANNEX).covers(member=member.pk, agency=None)


def keeps_an_annex(user: Viewer) -> bool:
    """Whether `user` coordinates any whole member today, for the menu and the desk."""
    return bool(scope_of(user, Right.KEEP_ANNEX).members)


def reviews_annex(user: Viewer) -> bool:
    """Whether `user` reviews what members write: the legal reviewer of the RSO (domain rules §5.4, check 1)."""
    return any(posting.role == Role.LEGAL_REVIEWER for posting in current_postings(user))


def annex_languages(tags: Iterable[str]) -> list[str]:
    """In which languages an annex is written: those of a member that the site offers, in order of use, and English.

    Arguments:
        tags: `Member.languages`.
    """
    offered = [code for code, _name in settings.LANGUAGES]
    found: list[str] = []
    for tag in [*tags, settings.LANGUAGE_CODE]:
        code = next((each for each in (tag, tag.split("-")[0]) if each in offered), None)
        if code is not None and code not in found:
            found.append(code)
    return found


#: Whoever makes or reviews courses may try them before anybody else sees them.
MAY_TRY = (Right.WRITE_COURSES, Right.PUBLISH_COURSES, Right.REVIEW, Right.MANAGE_SITE)


#: To whom the answers of test questions are shown outside a test of their own: who signs, advises or publishes.
SEES_KEYS = (Right.REVIEW, Right.ADVISE, Right.PUBLISH_COURSES)


def may_see_keys(user: Viewer) -> bool:
    """Whether this person may see the answers of test questions: authors and translators take the tests themselves."""
    return any(has_right(user, right) for right in SEES_KEYS)


def may_try(user: Viewer) -> bool:
    """Whether this person may go through courses that are not published, without a record."""
    return any(has_right(user, right) for right in MAY_TRY)
