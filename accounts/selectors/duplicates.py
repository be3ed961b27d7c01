"""Reads about accounts that may be one person's: which look alike, and what was merged."""

import unicodedata
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.functional import Promise

from accounts.hooks import hanging_on
from accounts.models import Merge, Posting, TwoPeople, User
from accounts.permissions import Right, Viewer, scope_of
from accounts.selectors.desk import names_for
from accounts.selectors.people import people_seen_by

#: A name that so many accounts share says nothing; they are not proposed in pairs, of which there would be hundreds.
TOO_COMMON = 12


def name_keys(*names: str) -> set[str]:
    """Under which keys names are compared: NFKC, without case, marks, spaces and punctuation; in the order written and
    in any other, because order varies. A single letter is no key.
    """
    keys = set()
    for name in names:
        words = unicodedata.normalize("NFKC", name).casefold()
        decomposed = unicodedata.normalize("NFD", words)
        parts = ["".join(each for each in word if unicodedata.category(each)[0] in "LN") for word in decomposed.split()]
        keys |= {"".join(parts), "".join(sorted(parts))}
    return {key for key in keys if len(key) > 1}


@dataclass(frozen=True)
class Account:
    """One of two accounts side by side. `hangs` is what other rooms count: (heading, number)."""

    user: User
    #: By what the viewer may know the person; where that is not the name, no other particulars are shown either.
    name: str
    postings: list[Posting]
    hangs: list[tuple[str | Promise, int]]

    @property
    def is_named(self) -> bool:
        return self.name == self.user.full_name


@dataclass(frozen=True)
class Pair:
    """Two accounts that look alike, the older one first; `same_email` and `same_name` say why."""

    first: Account
    second: Account
    same_name: bool
    same_email: bool


def likely_pairs(viewer: Viewer) -> list[tuple[int, int]]:
    """Pairs of accounts (primary keys, in order) of the viewer's own people that have one name or one address.

    Left out: pairs of which somebody said that they are two people, pseudonymous accounts, names that very many share,
    and restricted people who do not serve within the viewer's scope today, whose name the viewer may not read.
    """
    inside = scope_of(viewer, Right.MANAGE_PEOPLE).q(member="member_id", agency="agency_id")
    serves = Posting.objects.filter(inside, user=OuterRef("pk")).current()
    rows = people_seen_by(viewer, Right.MANAGE_PEOPLE).filter(Q(is_restricted=False) | Exists(serves), is_active=True)
    groups: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    found = rows.order_by("pk").values_list("pk", "full_name", "latin_name", "email", "learner_code")
    for pk, full_name, latin_name, email, code in found.iterator(chunk_size=2000):
        if full_name != code:
            for key in name_keys(full_name, latin_name):
                groups["name", key].add(pk)
        if email:
            groups["email", email.strip().casefold()].add(pk)
    pairs = {pair for group in groups.values() if len(group) <= TOO_COMMON for pair in combinations(sorted(group), 2)}
    apart = TwoPeople.objects.values_list("first_id", "second_id")
    return sorted(pairs - set(apart.iterator())) if pairs else []


def side_by_side(viewer: Viewer, pairs: Iterable[tuple[int, int]]) -> list[Pair]:
    """These pairs as they are shown, in a fixed number of statements; those out of the viewer's scope are left out."""
    pairs = list(pairs)
    wanted = {pk for pair in pairs for pk in pair}
    people = people_seen_by(viewer, Right.MANAGE_PEOPLE).in_bulk(wanted)
    postings: defaultdict[int, list[Posting]] = defaultdict(list)
    # Where else somebody serves is not for this viewer, even if it stands in the way of a merge.
    inside = scope_of(viewer, Right.MANAGE_PEOPLE).q(member="member_id", agency="agency_id")
    rows = Posting.objects.open().filter(inside, user__in=people)
    for posting in rows.select_related("member", "agency"):
        postings[posting.user_id].append(posting)
    hangs = hanging_on(viewer, set(people))
    names = names_for(viewer, people.values())
    accounts = {pk: Account(user, names[pk], postings[pk], hangs[pk]) for pk, user in people.items()}
    return [_pair(accounts[a], accounts[b]) for a, b in pairs if a in accounts and b in accounts]


def _pair(first: Account, second: Account) -> Pair:
    one, other = first.user, second.user
    return Pair(
        first,
        second,
        same_name=bool(name_keys(one.full_name, one.latin_name) & name_keys(other.full_name, other.latin_name)),
        same_email=bool(one.email) and one.email.casefold() == other.email.casefold(),
    )


def own_people_pair(viewer: Viewer, first: uuid.UUID, second: uuid.UUID) -> tuple[User, User]:
    """Two accounts in use, both of the viewer's own people, in this order.

    Raises:
        Http404: one of them is not, or both are the same.
    """
    rows = people_seen_by(viewer, Right.MANAGE_PEOPLE).filter(uuid__in=[first, second], is_active=True)
    found = {each.uuid: each for each in rows}
    if len(found) != 2:
        raise Http404
    return found[first], found[second]


def merges_seen_by(viewer: Viewer) -> QuerySet[Merge]:
    """Merges of the viewer's own people that were not taken back."""
    own = people_seen_by(viewer, Right.MANAGE_PEOPLE)
    return Merge.objects.filter(kept__in=own, undone_at=None).select_related("kept", "closed")


def merge_seen_by(viewer: Viewer, merge: uuid.UUID) -> Merge:
    """One of them, also one that was taken back.

    Raises:
        Http404: there is none; one of another member answers the same.
    """
    own = people_seen_by(viewer, Right.MANAGE_PEOPLE)
    found = Merge.objects.filter(kept__in=own, uuid=merge).select_related("kept", "closed").first()
    if found is None:
        raise Http404
    return found


def merged_into(users: Iterable[int]) -> dict[int, User]:
    """Of these people (primary keys), those whose account was merged, each with the account that stays."""
    rows = Merge.objects.filter(closed__in=list(users), undone_at=None).select_related("kept")
    return {each.closed_id: each.kept for each in rows}
