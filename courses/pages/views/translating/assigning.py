"""Giving translations to people, and giving them back."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.permissions import Right, SignedInRequest, requires
from accounts.selectors import names_for
from courses.pages.forms.assigning import AssignForm, DueForm, HandBackForm
from courses.pages.services.assigning import (
    AlreadyAssigned,
    HasEnded,
    NoReason,
    NoTranslator,
    NotToBeTranslated,
    PastDueDate,
    assign_units,
    change_due_date,
    end_assignment,
    hand_back,
)
from courses.pages.translating.assigning import find_assignment, handed_back, translators, unit_titles
from courses.pages.translating.board import Cell, board_of
from courses.tasks import tell_translators
from learning.models import Course
from lms.queue import enqueue
from lms.text import isolate

#: What may be refused with words for the page: nothing was changed.
REFUSALS = (PastDueDate, NoTranslator, NotToBeTranslated)
WEEKS_2 = dt.timedelta(days=14)


@requires(Right.PUBLISH_COURSES)
@never_cache
def assign(request: SignedInRequest, course: str, language: str) -> HttpResponseBase:
    """Give units of a course to somebody, in one language; who has what, with its day."""
    found = get_object_or_404(Course, slug=course)
    board = board_of(request.user, found, language)
    row = board.row(language)
    if row is None:
        raise Http404
    people = list(translators())
    names = names_for(request.user, people)
    shown: dict[str, Any] = {
        "units": [(cell.unit, _called(cell)) for cell in row.cells],
        "people": sorted(((pk, name) for pk, name in names.items()), key=lambda each: each[1]),
    }
    held: tuple[tuple[str, str], ...] = ()
    if request.method == "POST":
        form = AssignForm(request.POST, asks_to_move="is_moved" in request.POST, **shown)
        if form.is_valid():
            sent = form.cleaned_data
            translator = next(person for person in people if person.pk == sent["translator"])
            try:
                made = assign_units(
                    by=request.user,
                    course=found,
                    units=sent["units"],
                    language=language,
                    translator=translator,
                    due_on=sent["due_on"],
                    note=sent["note"],
                    is_moved=sent["is_moved"],
                )
            except AlreadyAssigned as refusal:
                taken = {each.pk for each in refusal.assignments}
                held = tuple(
                    (cell.title, cell.assigned.who)
                    for cell in row.cells
                    if cell.assigned and cell.assigned.assignment.pk in taken
                )
                form = AssignForm(request.POST, asks_to_move=True, **shown)
                form.add_error("is_moved", str(refusal))
            except REFUSALS as refusal:
                form.add_error("due_on" if isinstance(refusal, PastDueDate) else None, str(refusal))
            else:
                enqueue(tell_translators, [each.pk for each in made])
                messages.success(request, _("Given to %(who)s.") % {"who": isolate(names[translator.pk])})
                return redirect("translate:assign", course, language)
    else:
        initial = {"units": request.GET.getlist("unit"), "due_on": timezone.localdate() + WEEKS_2}
        form = AssignForm(initial=initial, asks_to_move=False, **shown)
    return render(
        request,
        "courses/translating/assign.html",
        {
            "board": board,
            "row": row,
            "form": form,
            "held": held,
            "taken": [
                (
                    cell,
                    DueForm(initial={"due_on": cell.assigned.due_on}, auto_id=f"id_{cell.assigned.assignment.pk}_%s"),
                )
                for cell in row.cells
                if cell.assigned
            ],
            "returned": [each for each in handed_back(request.user, found) if each.assignment.language == language],
        },
        status=422 if form.errors else 200,
    )


@requires(Right.PUBLISH_COURSES)
@require_POST
def change_due(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Give an assignment another day."""
    found = find_assignment(request.user, pk)
    form = DueForm(request.POST)
    if form.is_valid():
        try:
            change_due_date(by=request.user, assignment=found, due_on=form.cleaned_data["due_on"])
            messages.success(request, _("The day is changed."))
        except (PastDueDate, HasEnded) as refusal:
            messages.error(request, str(refusal))
    else:
        messages.error(request, _("Give the day as 2027-01-31. Nothing was changed."))
    return redirect("translate:assign", found.course.slug, found.language)


@requires(Right.PUBLISH_COURSES)
@require_POST
def end(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Take an assignment away."""
    found = find_assignment(request.user, pk)
    try:
        end_assignment(by=request.user, assignment=found)
        messages.success(request, _("Ended. What was translated stays."))
    except HasEnded as refusal:
        messages.error(request, str(refusal))
    return redirect("translate:assign", found.course.slug, found.language)


@requires(Right.WRITE_COURSES)
@never_cache
def give_back(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Hand one's own assignment back, with a reason."""
    found = find_assignment(request.user, pk)
    if found.translator_id != request.user.pk:
        raise Http404
    form = HandBackForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            hand_back(by=request.user, assignment=found, reason=form.cleaned_data["reason"])
        except NoReason as refusal:
            form.add_error("reason", str(refusal))
        except HasEnded as refusal:
            messages.error(request, str(refusal))
            return redirect(_after(found.course))
        else:
            messages.success(request, _("Handed back. What you translated stays."))
            return redirect(_after(found.course))
    _language, titles = unit_titles(found.course)
    return render(
        request,
        "courses/translating/hand_back.html",
        {"assignment": found, "title": titles.get(found.unit, found.unit), "form": form, "back": _after(found.course)},
        status=422 if form.errors else 200,
    )


def _called(cell: Cell) -> str:
    """A unit in the list of what can be given; one in which nothing is left says so."""
    title = _("Text of the catalogue") if cell.is_course else cell.title
    return f"{isolate(title)} · {_('Translated')}" if cell.tally.is_done else title


def _after(course: Course) -> str:
    return reverse("translate:board_course", args=[course.slug])
