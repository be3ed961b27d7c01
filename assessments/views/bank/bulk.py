"""Many questions at once: what would change, then the change."""

import uuid

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.permissions import Right, SignedInRequest, requires
from assessments import bank
from assessments.forms.bank import BulkForm
from assessments.services import sorting

MOST = 500


@requires(Right.PUBLISH_COURSES)
@require_POST
def selected(request: SignedInRequest, course: str) -> HttpResponseBase:
    """Show what would change of the questions that are chosen; with ``apply`` change it."""
    found = bank.find_course(request.user, course)
    chosen = list(_uuids(request.POST.getlist("question")))[:MOST]
    form = BulkForm(request.POST, branches=bank.tree_of(found))
    if not form.is_valid():
        messages.error(request, _("Not changed: look at what you filled in."))
        return redirect("bank:questions", found.slug)
    try:
        if "apply" in request.POST:
            done = sorting.change_questions(by=request.user, course=found, questions=chosen, wanted=form.wanted())
            number = sum(each.changes_something for each in done)
            messages.success(
                request,
                ngettext("%(number)d question is changed.", "%(number)d questions are changed.", number)
                % {"number": number},
            )
            return redirect("bank:questions", found.slug)
        plans = sorting.plan_changes(course=found, questions=chosen, wanted=form.wanted())
    except (sorting.NothingChosen, sorting.CategoryRefused) as refusal:
        messages.error(request, str(refusal))
        return redirect("bank:questions", found.slug)
    return render(
        request,
        "assessments/bank/selected.html",
        {
            "course": found,
            "plans": plans,
            "number": sum(each.changes_something for each in plans),
            "fields": [(name, value) for name, value in request.POST.items() if name in form.fields],
        },
    )


def _uuids(given: list[str]) -> dict[uuid.UUID, None]:
    found: dict[uuid.UUID, None] = {}
    for each in given:
        try:
            found[uuid.UUID(each)] = None
        except ValueError:
            continue
    return found
