"""The pages of the do-no-harm review: the queue, a course, and one unit with its signatures."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from wagtail.models import WorkflowState

from accounts.permissions import Right, SignedInRequest, has_right, requires
from courses.pages import review_desk
from courses.pages.forms.reviewing import QueueForm, ReturnForm, SignForm
from courses.pages.looking import Section, places_of, sections_of
from courses.pages.models import SignOff
from courses.pages.publication import latest_outcome
from courses.pages.review import NEXT_REVIEW, lacking
from courses.pages.rights import may_publish
from courses.pages.services import reviewing
from courses.pages.units import Unit
from learning.models import Course, EditionRevision
from learning.permissions import may_see_keys

#: Whoever writes, signs or publishes sees how far the review is.
LOOKS = (Right.REVIEW, Right.ADVISE, Right.WRITE_COURSES, Right.PUBLISH_COURSES, Right.MANAGE_SITE)
SIGNS = (Right.REVIEW, Right.ADVISE, Right.WRITE_COURSES)
#: What may be refused with words for the page: nothing was changed.
REFUSALS = (
    reviewing.TextChanged,
    reviewing.OwnText,
    reviewing.NothingSaid,
    reviewing.NoDate,
    reviewing.NotYours,
    reviewing.NotSigned,
)
#: A year, as the rules propose.
MONTHS_12 = dt.timedelta(days=365)


@requires(*LOOKS)
@never_cache
def queue(request: SignedInRequest) -> HttpResponseBase:
    """What waits for a signature, what came back, and what waits for somebody who publishes."""
    form = QueueForm(request.GET)
    sought = form.cleaned_data if form.is_valid() else {}
    waiting = review_desk.queue(request.user, language=sought.get("language", ""), number=int(sought.get("check") or 0))
    return render(
        request,
        "courses/review/queue.html",
        {
            "form": form,
            "is_filtered": any(sought.values()),
            "waiting": waiting,
            "returned": [unit for unit, _state in review_desk.returned(request.user)],
            "unpublished": review_desk.waiting_for_a_publisher() if may_publish(request.user) else [],
            "courses": Course.objects.all(),
        },
    )


@requires(*LOOKS)
@never_cache
def course(request: SignedInRequest, course: str) -> HttpResponseBase:
    """Every unit of a course in every language, with what it lacks."""
    found = get_object_or_404(Course, slug=course)
    units = review_desk.all_units(found)
    if not units:
        raise Http404
    rows = []
    for each in units:
        states = review_desk.states_of_checks(request.user, each)
        signed = {state.check.number for state in states if state.is_signed}
        rows.append((each, states, lacking(signed, is_translation=each.is_translation)))
    return render(request, "courses/review/course.html", {"course": found, "title": units[0].title, "rows": rows})


@requires(*LOOKS)
@never_cache
def unit(request: SignedInRequest, course: str, unit: str, language: str) -> HttpResponseBase:
    """One unit as officers read it, who signed what, and the forms of those who may sign."""
    return _unit(request, _found(course, unit, language))


@requires(Right.WRITE_COURSES, Right.PUBLISH_COURSES, Right.MANAGE_SITE)
@require_POST
def submit(request: SignedInRequest, course: str, unit: str, language: str) -> HttpResponseBase:
    """Put a unit into the queue."""
    found = _found(course, unit, language)
    reviewing.submit_unit(by=request.user, course=found.course, key=unit, language=language)
    messages.success(request, _("Submitted: the reviewers see it in their queue."))
    return redirect("review:unit", course, unit, language)


@requires(*SIGNS)
@require_POST
def sign(request: SignedInRequest, course: str, unit: str, language: str, number: int) -> HttpResponseBase:
    """Sign one check."""
    found = _found(course, unit, language)
    form = SignForm(request.POST, prefix=f"sign-{number}")
    if not form.is_valid():
        return _unit(request, found, sign_forms={number: form})
    sent = form.cleaned_data
    latest_outcome()  # of an earlier request in this thread, which nobody read
    try:
        reviewing.sign_check(
            by=request.user,
            course=found.course,
            key=unit,
            language=language,
            number=number,
            digest=sent["digest"],
            comment=sent["comment"],
            review_due_on=sent["review_due_on"],
        )
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Signed."))
        _say_outcome(request)
    return redirect("review:unit", course, unit, language)


@requires(*SIGNS)
@require_POST
def return_(request: SignedInRequest, course: str, unit: str, language: str) -> HttpResponseBase:
    """Return a unit to its authors with comments."""
    found = _found(course, unit, language)
    form = _return_form(request, found, _sections(request, found), request.POST)
    if not form.is_valid():
        return _unit(request, found, return_form=form)
    sent = form.cleaned_data
    try:
        reviewing.return_unit(
            by=request.user,
            course=found.course,
            key=unit,
            language=language,
            number=sent["number"],
            digest=sent["digest"],
            comment=sent["comment"],
            notes=form.notes(),
        )
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return _unit(request, found, return_form=form)
    messages.success(request, _("Returned. The authors find your comments beside the text."))
    return redirect("review:queue")


@requires(*SIGNS)
@require_POST
def take_back(request: SignedInRequest, course: str, unit: str, language: str, number: int) -> HttpResponseBase:
    """Take one's own signature back."""
    found = _found(course, unit, language)
    sign_off = (
        SignOff.objects.filter(
            course=found.course,
            unit=unit,
            language=language,
            number=number,
            text=found.digest,
            actor__user=request.user,
        )
        .order_by("-pk")
        .first()
    )
    if sign_off is None:
        raise Http404
    try:
        reviewing.take_back(by=request.user, sign_off=sign_off)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your signature is taken back."))
    return redirect("review:unit", course, unit, language)


@requires(Right.PUBLISH_COURSES, Right.MANAGE_SITE)
@require_POST
def publish(request: SignedInRequest, course: str, unit: str, language: str) -> HttpResponseBase:
    """Publish what is signed."""
    found = _found(course, unit, language)
    latest_outcome()  # of an earlier request in this thread, which nobody read
    try:
        reviewing.publish_unit(by=request.user, course=found.course, key=unit, language=language)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        _say_outcome(request)
    return redirect("review:unit", course, unit, language)


# --- helpers


def _found(course: str, unit: str, language: str) -> Unit:
    return review_desk.find_unit(get_object_or_404(Course, slug=course), unit, language)


def _sections(request: SignedInRequest, unit: Unit) -> list[Section]:
    return sections_of(
        unit,
        review_desk.last_signed_text(unit),
        review_desk.notes_of(unit),
        with_keys=may_see_keys(request.user),
    )


def _return_form(request: SignedInRequest, unit: Unit, sections: list[Section], data: Any = None) -> ReturnForm:
    return ReturnForm(
        data,
        checks=review_desk.own_checks(request.user, unit),
        places=places_of(sections),
        initial={"digest": unit.digest},
    )


def _unit(
    request: SignedInRequest,
    unit: Unit,
    *,
    sign_forms: dict[int, SignForm] | None = None,
    return_form: ReturnForm | None = None,
) -> HttpResponseBase:
    user = request.user
    sections = _sections(request, unit)
    mine = {check.number for check in review_desk.own_checks(user, unit)}
    states = review_desk.states_of_checks(user, unit)
    signed = {state.check.number for state in states if state.is_signed}
    own = [state for state in states if state.check.number in mine]
    rows = []
    for state in own:
        number = state.check.number
        initial = {"digest": unit.digest, "review_due_on": timezone.localdate() + MONTHS_12}
        form = (sign_forms or {}).get(number) or SignForm(prefix=f"sign-{number}", initial=initial)
        if number != NEXT_REVIEW:
            form.fields.pop("review_due_on", None)
        is_own_text = not state.check.is_the_authors and reviewing.wrote(user, unit, number)
        is_mine = bool(state.sign_off and state.sign_off.actor and state.sign_off.actor.user_id == user.pk)
        rows.append({"state": state, "form": form, "is_own_text": is_own_text, "is_mine": is_mine})
    returning = return_form or (_return_form(request, unit, sections) if mine else None)
    fields = returning.fields_by_place() if returning else {}
    workflow = review_desk.workflow_state_of(unit)
    has_errors = bool((return_form and return_form.errors) or any(each.errors for each in (sign_forms or {}).values()))
    lacks = lacking(signed, is_translation=unit.is_translation)
    return render(
        request,
        "courses/review/unit.html",
        {
            "unit": unit,
            "sections": [
                (section, [(place, fields.get(place.name)) for place in section.places]) for section in sections
            ],
            "changes": sum(section.changes for section in sections),
            "was_signed": review_desk.last_signed_text(unit) is not None,
            "states": states,
            "rows": rows,
            "return_form": returning,
            "lacks": lacks,
            "is_submitted": workflow is not None and workflow.status == WorkflowState.STATUS_IN_PROGRESS,
            "is_returned": workflow is not None and workflow.status == WorkflowState.STATUS_NEEDS_CHANGES,
            "may_submit": has_right(user, Right.WRITE_COURSES) or may_publish(user),
            "may_publish": may_publish(user) and not lacks and review_desk.unit_waits(unit),
            "may_edit": has_right(user, Right.WRITE_COURSES) or may_publish(user),
            "has_keys": may_see_keys(request.user),
            "questions": "questions",
        },
        status=422 if has_errors else 200,
    )


def _say_outcome(request: SignedInRequest) -> None:
    """What came of the publication that a signature or a press of a button caused, if one did."""
    outcome = latest_outcome()
    if isinstance(outcome, EditionRevision):
        messages.success(
            request,
            _("Published: officers now read edition %(edition)d, revision %(revision)d.")
            % {"edition": outcome.edition.number, "revision": outcome.number},
        )
    elif isinstance(outcome, Exception):
        messages.warning(request, _("Officers do not see this yet. %(reason)s") % {"reason": outcome})
