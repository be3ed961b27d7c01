"""The page of those who teach."""

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from accounts.permissions import Right, SignedInRequest, requires
from accounts.services import audit
from learning import selectors


@requires(Right.TEACH)
@never_cache
def taught(request: SignedInRequest) -> HttpResponseBase:
    """The classes that one teaches: who is in and how far. No scores, no answers; each look is written down."""
    classes = selectors.taught_classes(request.user, get_language())
    for each in classes:
        rows: list[Any] = [standing.enrolment for standing in each.people]  # with what the selector put beside them
        for member in {row.member for row in rows}:
            audit(
                by=request.user,
                action="officers.seen",
                target=f"learning.class:{each.klass.uuid}",
                member=member,
                details={
                    "enrolments": [str(row.uuid) for row in rows if row.member == member],
                    "people": [str(row.person_uuid) for row in rows if row.member == member and row.person_uuid],
                },
            )
    return render(request, "learning/taught.html", {"classes": classes})
