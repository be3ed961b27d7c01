"""What a trainer sees of the tests of a class: how far each officer is, and papers that officers share."""

import time
import uuid

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from accounts.permissions import Right, SignedInRequest, requires
from accounts.services import Entry, audit, audit_many
from assessments import seeing

LOOKED = "looked_at_class"
#: A page that refreshes by itself is one look for so many seconds, while it shows the same people.
ONE_LOOK = 600
REFRESH = 30


@requires(Right.TEACH)
@never_cache
def live(request: SignedInRequest, klass: uuid.UUID) -> HttpResponseBase:
    """The tests of a class that one teaches, as they are taken. No scores, no answers; each look is written down."""
    shown = seeing.live_class(request.user, klass, get_language())
    _note_look(request, shown)
    refreshes = request.GET.get("refresh") == "on"
    context = {"shown": shown, "refreshes": refreshes, "seconds": REFRESH}
    return render(request, "assessments/sittings/live.html", context)


def _note_look(request: SignedInRequest, shown: seeing.LiveClass) -> None:
    """As on the page of those who teach: for each member whom of its officers one saw."""
    people = sorted(str(each.uuid) for each in shown.people)
    before = request.session.get(LOOKED, {})
    now = int(time.time())
    is_same = before.get("class") == str(shown.klass.uuid) and before.get("people") == people
    if not people or (is_same and now - before.get("at", 0) < ONE_LOOK):
        return
    audit_many(
        by=request.user,
        entries=[
            Entry(
                "officers.seen",
                f"learning.class:{shown.klass.uuid}",
                member,
                details={
                    "enrolments": [str(each.uuid) for each in shown.people if each.member == member],
                    "people": [
                        str(each.person_uuid) for each in shown.people if each.member == member and each.person_uuid
                    ],
                },
            )
            for member in {each.member for each in shown.people}
        ],
    )
    request.session[LOOKED] = {"class": str(shown.klass.uuid), "people": people, "at": now}


@requires(Right.TEACH)
@never_cache
def paper(request: SignedInRequest, klass: uuid.UUID, attempt: uuid.UUID) -> HttpResponseBase:
    """A paper that an officer of one's class shares, as the officer sees it. Each look is written down."""
    found, person = seeing.shared_paper(request.user, klass, attempt)
    shown = seeing.result_of(found, get_language())
    audit(
        by=request.user,
        action="sitting.seen",
        target=f"assessments.attempt:{found.uuid}",
        member=person.member,
        details={
            "enrolments": [str(person.uuid)],
            "people": [str(person.person_uuid)],  # type: ignore[attr-defined]  # annotated by the selector
        },
    )
    context = {"shown": shown, "attempt": found, "person": person, "klass": person.klass}
    return render(request, "assessments/sittings/paper.html", context)
