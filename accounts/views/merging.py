"""Pages of a coordinator about accounts that may be one person's."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.hooks import ended_by_merge
from accounts.models import Posting
from accounts.permissions import Right, SignedInRequest, requires
from accounts.selectors import names_for
from accounts.selectors.duplicates import (
    Pair,
    likely_pairs,
    merge_seen_by,
    merges_seen_by,
    own_people_pair,
    side_by_side,
)
from accounts.services.merging import (
    CannotBeUndone,
    HasOtherRoles,
    OfferIsOpen,
    merge_people,
    say_two_people,
    undo_merge,
    why_not_mergeable,
)
from accounts.views.moving import audit_seen
from lms.text import isolate


@require_GET
@requires(Right.MANAGE_PEOPLE)
@never_cache
def duplicates(request: SignedInRequest) -> HttpResponseBase:
    """Pairs of accounts that look alike, side by side; and the merges that can be taken back."""
    page = Paginator(likely_pairs(request.user), 20).get_page(request.GET.get("page"))
    pairs = side_by_side(request.user, page.object_list)
    merges = list(merges_seen_by(request.user)[:50])
    accounts = [each for pair in pairs for each in (pair.first, pair.second)]
    seen = {each.user: each.postings[0].member if each.postings else None for each in accounts}
    seen |= {each.kept: None for each in merges if each.kept not in seen}
    audit_seen(request.user, "moving.duplicates", seen.items())
    names = names_for(request.user, [person for each in merges for person in (each.kept, each.closed)])
    return render(
        request,
        "accounts/moving/duplicates.html",
        {
            "page": page,
            "pairs": pairs,
            "merges": [(each, names[each.kept_id], names[each.closed_id]) for each in merges],
        },
    )


@require_POST
@requires(Right.MANAGE_PEOPLE)
def two_people(request: SignedInRequest, first: uuid.UUID, second: uuid.UUID) -> HttpResponseBase:
    """Say that two accounts are two people."""
    one, other = own_people_pair(request.user, first, second)
    say_two_people(by=request.user, first=one, second=other)
    messages.success(request, _("Remembered: two people. They are not proposed again."))
    return redirect("moving:duplicates")


@require_http_methods(["GET", "POST"])
@requires(Right.MANAGE_PEOPLE)
@never_cache
def merge(request: SignedInRequest, kept: uuid.UUID, closed: uuid.UUID) -> HttpResponseBase:
    """See what a merge would do, then do it."""
    stays, goes = own_people_pair(request.user, kept, closed)
    problem = why_not_mergeable(by=request.user, kept=stays, closed=goes)
    if request.method == "POST" and not problem:
        try:
            merge_people(by=request.user, kept=stays, closed=goes)
        except (HasOtherRoles, OfferIsOpen) as refusal:
            problem = str(refusal)
        else:
            messages.success(
                request,
                _("Merged. %(username)s can no longer sign in; you can take this back for 30 days.")
                % {"username": isolate(goes.username)},
            )
            return redirect("moving:duplicates")
    shown = side_by_side(request.user, [(stays.pk, goes.pk)])
    audit_seen(
        request.user,
        "moving.merge",
        [(each.user, each.postings[0].member if each.postings else None) for each in (shown[0].first, shown[0].second)],
    )
    context = {
        "pair": shown[0],
        "problem": problem,
        "ended": [] if problem else ended_by_merge(request.user, stays, goes),
        "same_places": _same_places(shown[0]),
    }
    status = 422 if problem and request.method == "POST" else 200
    return render(request, "accounts/moving/merge.html", context, status=status)


def _same_places(pair: Pair) -> list[Posting]:
    """The postings that both accounts have: they are joined, not doubled."""
    own = {(each.role, each.member_id, each.agency_id) for each in pair.first.postings}
    return [each for each in pair.second.postings if (each.role, each.member_id, each.agency_id) in own]


@require_POST
@requires(Right.MANAGE_PEOPLE)
def undo(request: SignedInRequest, merge: uuid.UUID) -> HttpResponseBase:
    """Take a merge back."""
    found = merge_seen_by(request.user, merge)
    try:
        undo_merge(by=request.user, merge=found)
        messages.success(
            request, _("Taken back. %(username)s can sign in again.") % {"username": isolate(found.closed.username)}
        )
    except CannotBeUndone as problem:
        messages.error(request, str(problem))
    return redirect("moving:duplicates")
