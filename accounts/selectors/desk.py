"""Reads of the people desk: whom a viewer looks after, found, listed and shown."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Agency, Member, Posting, PostingQuerySet, User
from accounts.permissions import Right, Viewer, may_give, scope_of
from accounts.roles import Role
from accounts.selectors.people import name_for, order_of_names, people_seen_by
from lms.text import ascii_digits, has_words


@dataclass(frozen=True)
class Place:
    """Where a viewer may post somebody: a member, or one agency of it."""

    member: Member
    agency: Agency | None

    @property
    def agency_pk(self) -> int | None:
        """The agency's primary key, as a scope is asked."""
        return self.agency.pk if self.agency else None

    @property
    def key(self) -> str:
        """How a form names the place."""
        return str(self.agency.uuid) if self.agency else self.member.code

    @property
    def label(self) -> str:
        """How people read it."""
        if self.agency:
            return self.agency.name
        return _("%(member)s, no agency named") % {"member": self.member}


def places_of(viewer: Viewer, right: Right) -> list[Place]:
    """Where a viewer holds a right now: agencies first, then whole members; none closed, none of ended members."""
    scope = scope_of(viewer, right)
    members = [member for member in Member.objects.filter(pk__in=scope.members) if not member.has_ended()]
    agencies = [
        agency
        for agency in Agency.objects.filter(scope.q(member="member_id", agency="pk"), is_open=True)
        .select_related("member")
        .order_by("member__name", "name")
        if scope and not agency.member.has_ended()
    ]
    return [Place(agency.member, agency) for agency in agencies] + [Place(member, None) for member in members]


def agencies_in_scope(viewer: Viewer, right: Right) -> QuerySet[Agency]:
    """The agencies of which a viewer holds a right, closed ones too."""
    scope = scope_of(viewer, right)
    if not scope:
        return Agency.objects.none()
    return Agency.objects.filter(scope.q(member="member_id", agency="pk")).select_related("member")


def postings_in_scope(viewer: Viewer, right: Right) -> PostingQuerySet:
    """The postings, past ones too, for whose member or agency a viewer holds a right."""
    scope = scope_of(viewer, right)
    if not scope:
        return Posting.objects.none()
    return Posting.objects.filter(scope.q(member="member_id", agency="agency_id")).select_related("member", "agency")


def names_for(viewer: Viewer, people: Iterable[User | None]) -> dict[int, str]:
    """By what a viewer may know each of some people (`name_for`), keyed by primary key, in one statement."""
    known = {person.pk: person for person in people if person is not None}
    hidden = [pk for pk, person in known.items() if person.is_restricted]
    postings: dict[int, list[Posting]] = {}
    for posting in Posting.objects.filter(user__in=hidden).current() if hidden else ():
        postings.setdefault(posting.user_id, []).append(posting)
    return {pk: name_for(viewer, person, postings.get(pk, [])) for pk, person in known.items()}


@dataclass(frozen=True)
class Sought:
    """What somebody looks for on the people desk; empty fields find all."""

    words: str = ""
    agency: Agency | None = None
    role: str = ""
    state: str = ""

    def __bool__(self) -> bool:
        return bool(self.words.strip() or self.agency or self.role or self.state)


@dataclass(frozen=True)
class Listed:
    """One person as the list shows them."""

    person: User
    name: str
    postings: Sequence[Posting]


def people_sought(viewer: Viewer, sought: Sought) -> list[int]:
    """The people on the desk of a viewer who match, by name: their primary keys.

    The words are compared here and not in the database, because SQLite knows the case of the letters A to Z only, and
    because “Nguyen” is to find “Nguyễn”. A name that the viewer may not read is not compared either.
    """
    rows = people_seen_by(viewer, Right.MANAGE_PEOPLE)
    # Read once. Asked of each person, SQLite goes through all officers of the member for each of them.
    mine = postings_in_scope(viewer, Right.MANAGE_PEOPLE).open().order_by()
    if sought.agency is not None:
        rows = rows.filter(pk__in=mine.filter(agency=sought.agency).values("user"))
    if sought.role:
        rows = rows.filter(pk__in=mine.filter(role=sought.role).values("user"))
    if sought.state == "in_use":
        rows = rows.filter(is_active=True)
    elif sought.state == "out_of_use":
        rows = rows.filter(is_active=False)
    elif sought.state == "restricted":
        rows = rows.filter(is_restricted=True)
    elif sought.state == "unposted":
        rows = rows.exclude(pk__in=mine.values("user"))
    rows = rows.order_by(order_of_names(""), "pk")
    if not sought.words.strip():
        return list(rows.values_list("pk", flat=True))
    people = list(rows.only("full_name", "latin_name", "username", "learner_code", "is_restricted"))
    names = names_for(viewer, people)
    return [each.pk for each in people if has_words(sought.words, *_texts(each, names[each.pk]))]


def _texts(person: User, name: str) -> list[str]:
    known = [name, person.username, person.learner_code]
    return [*known, person.latin_name] if name == person.full_name else known


def people_listed(viewer: Viewer, keys: Sequence[int]) -> list[Listed]:
    """Some of the people on the desk of a viewer, in the order of `keys`, with their postings in scope."""
    people = {each.pk: each for each in people_seen_by(viewer, Right.MANAGE_PEOPLE).filter(pk__in=keys)}
    postings: dict[int, list[Posting]] = {}
    for posting in postings_in_scope(viewer, Right.MANAGE_PEOPLE).filter(user__in=people).open():
        postings.setdefault(posting.user_id, []).append(posting)
    names = names_for(viewer, people.values())
    return [Listed(people[key], names[key], postings.get(key, [])) for key in keys if key in people]


@dataclass(frozen=True)
class Line:
    """One posting on a person's page, with what the viewer may do to it."""

    posting: Posting
    is_open: bool
    may_end: bool
    places: Sequence[Place] = field(default=())


def history_of(viewer: User, person: User, on: dt.date) -> list[Line]:
    """The postings of a person within the scope of a viewer, newest first; those elsewhere are not the viewer's."""
    places = places_of(viewer, Right.MANAGE_PEOPLE)
    lines = []
    for posting in postings_in_scope(viewer, Right.MANAGE_PEOPLE).filter(user=person):
        is_open = posting.ends_on is None or posting.ends_on >= on
        may = is_open and person != viewer
        may = may and may_give(viewer, Role(posting.role), member=posting.member_id, agency=posting.agency_id)
        elsewhere = [
            place
            for place in places
            if may
            and place.member.pk == posting.member_id
            and place.agency != posting.agency
            and may_give(viewer, Role(posting.role), member=place.member.pk, agency=place.agency_pk)
        ]
        lines.append(Line(posting, is_open, may, elsewhere))
    return lines


def person_by_name_or_code(viewer: Viewer, typed: str) -> User | None:
    """The one person of this user name or learner code whose access a viewer may mend; None for all others alike."""
    typed = ascii_digits(typed).strip()
    if not typed:
        return None
    rows = people_seen_by(viewer, Right.RESET_ACCESS)
    found = rows.filter(learner_code=typed.upper()).first()
    if found is not None:
        return found
    try:
        named = User.objects.get_by_natural_key(typed)
    except User.DoesNotExist:
        return None
    return rows.filter(pk=named.pk).first()


def members_of(person: User) -> list[Member]:
    """The members that a person serves or will serve, for whoever may see the person."""
    return list(Member.objects.filter(pk__in=Posting.objects.filter(user=person).open().values("member")))
