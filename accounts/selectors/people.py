"""Reads about people: under which posting somebody learns, and by which name a viewer may know them."""

import re
from collections.abc import Iterable

from django.db.models import Case, CharField, Exists, F, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Collate

from accounts.models import Posting, User
from accounts.permissions import ROLE_RIGHTS, Right, Viewer, current_postings, scope_of
from accounts.roles import Role
from lms.text import IN_EVERY_SCRIPT


def learner_posting(user: Viewer) -> Posting | None:
    """The posting under which a person learns today: as officer where there is one, else with a member, else any."""
    return posting_to_learn_under(current_postings(user))


def posting_to_learn_under(postings: Iterable[Posting]) -> Posting | None:
    """The same of a person's postings that run today, for whoever has read those of many people."""
    ranked = sorted(postings, key=lambda p: (p.role != Role.OFFICER, p.member_id is None, -p.pk))
    return ranked[0] if ranked else None


#: Vowel signs that Thai and Lao write before the consonant they follow.
_LEADING_VOWELS = "\u0e40\u0e41\u0e42\u0e43\u0e44\u0ec0\u0ec1\u0ec2\u0ec3\u0ec4"


#: What a learner code looks like, for a certificate whose holder was erased.
_CODE = re.compile(r"L-[0-9A-Z]{4}-[0-9A-Z]{4}")


def initials(full_name: str) -> str:
    """Initials of a name in any script: the first letter of each word, without its marks.

    A single name gives a single initial; an empty one gives an empty string.
    """
    words = [word.lstrip(_LEADING_VOWELS) or word for word in full_name.split()]
    return " ".join(f"{word[0]}." for word in words)


def public_name(user: User | None, printed: str | None = None) -> str:
    """What a stranger who checks a certificate may read: initials, or the full name where the holder chose it.

    A pseudonymous account has no name, so its learner code stands whole: initials of a code would say nothing, and the
    paper bears the code too. So it is also where the account became pseudonymous after the paper was printed.

    Arguments:
        user: None for a holder who was erased; then there is only what is printed, shown by initials.
        printed: the name on the certificate, if it is not that of today.
    """
    if user is None:
        return printed if printed and _CODE.fullmatch(printed) else initials(printed or "")
    name = user.full_name if printed is None else printed
    if user.is_pseudonymous or name == user.learner_code:
        return user.learner_code
    return name if user.public_name == User.PublicName.FULL else initials(name)


def order_of_names(person: str) -> Collate:
    """By what a list of people is sorted: the name, and for restricted people the code.

    The place in a list would tell of a name that is not shown, and whether it is shown is not known to the query.

    Arguments:
        person: lookup from the listed model to the user, such as ``"actor__user"``; empty for users themselves.
    """
    to = f"{person}__" if person else ""
    shown = Case(
        When(**{f"{to}is_restricted": True}, then=F(f"{to}learner_code")),
        default=F(f"{to}full_name"),
        output_field=CharField(),
    )
    return Collate(shown, IN_EVERY_SCRIPT)


def name_for(viewer: Viewer, user: User | None, postings: Iterable[Posting]) -> str:
    """By what a viewer may know a person whose row of learning they may see: the name, or the learner code.

    A restricted officer's name is for the own member alone: for whoever has a posting of the person in scope that runs
    today. Everybody else reads the code, also a coordinator whom the person left. An erased person has neither.

    Arguments:
        postings: those of the person that run today, so that a list reads them in one statement.
    """
    if user is None:
        return "–"
    if not user.is_restricted or viewer == user:
        return user.full_name
    scope = scope_of(viewer, Right.SEE_OFFICERS)
    own = any(not scope.everyone and scope.covers(member=each.member_id, agency=each.agency_id) for each in postings)
    return user.full_name if own else user.learner_code


def people_seen_by(viewer: Viewer, right: Right) -> QuerySet[User]:
    """The people over whom a viewer holds a right: those with a posting in scope that runs or is to come.

    Somebody who has none left anywhere stays with those whose posting was the last, so that one can be taken back.
    People of the RSO, who are posted to no member, are in the scope of a right over everyone only.
    """
    scope = scope_of(viewer, right)
    if not scope:
        return User.objects.none()
    if scope.everyone:
        return User.objects.all()
    inside = scope.q(member="member_id", agency="agency_id")
    mine = Posting.objects.filter(user=OuterRef("pk"))
    # Asked inside a query of postings, so “outer” is the posting there and not the person.
    last = Posting.objects.filter(user=OuterRef("user")).order_by("-ends_on", "-pk").values("pk")[:1]
    return User.objects.filter(
        Exists(mine.open().filter(inside)) | (~Exists(mine.open()) & Exists(mine.filter(inside, pk=Subquery(last))))
    )


def people_of_no_member() -> QuerySet[User]:
    """The people whom no member looks after: those whom `people_seen_by` shows to nobody of a member.

    Either all their postings that run or are to come are of no member, or none is left and the last one was of none.
    """
    own = Posting.objects.filter(user=OuterRef("pk"))
    last = Posting.objects.filter(user=OuterRef("user")).order_by("-ends_on", "-pk").values("pk")[:1]
    of_member = own.filter(member__isnull=False)
    return User.objects.filter(
        ~Exists(of_member.open()), Exists(own.open()) | ~Exists(of_member.filter(pk=Subquery(last)))
    )


def holders_of(right: Right) -> QuerySet[User]:
    """Everybody who holds a right today, for anybody at all; what `has_right` says of one, as a query."""
    roles = [role for role, rights in ROLE_RIGHTS.items() if right in rights]
    return User.objects.filter(is_active=True, pk__in=Posting.objects.filter(role__in=roles).current().values("user"))
