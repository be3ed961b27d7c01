"""From an edition to the next: taking a refresher, moving forward."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import SignedInRequest, signed_in
from learning import selectors, services


@require_POST
@signed_in
def refresh(request: SignedInRequest, course: str) -> HttpResponseBase:
    """Begin the refresher that is offered, then go to its first lesson. A second press finds the one that is there."""
    text = selectors.published_course(course, get_language())
    try:
        enrolment = services.begin_refresher(by=request.user, course=text.course)
    except services.NoRefresher as refusal:
        messages.warning(request, str(refusal))
        return redirect("courses:course", course=course)
    first = selectors.standing(enrolment, get_language()).next
    if first is None:
        return redirect("courses:course", course=course)
    return redirect("courses:activity", course=course, key=first.key)


@require_POST
@signed_in
def move_forward(request: SignedInRequest, course: str) -> HttpResponseBase:
    """Move one's own enrolment to the newest edition."""
    text = selectors.published_course(course, get_language())
    try:
        enrolment = services.move_forward(by=request.user, course=text.course)
    except services.CannotMove as refusal:
        messages.warning(request, str(refusal))
    else:
        number = {"number": enrolment.edition.number}
        messages.success(request, _("You are now in edition %(number)d. What you did counts on.") % number)
    return redirect("courses:course", course=course)
