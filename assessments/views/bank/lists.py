"""The banks, and the questions of one."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.permissions import Right, SignedInRequest, has_right, requires
from assessments import bank
from assessments.forms.bank import BulkForm, SearchForm
from assessments.forms.exchange import MoveForm
from assessments.hooks import workshop_of
from assessments.services import moving


@requires(Right.WRITE_COURSES)
@never_cache
def banks(request: SignedInRequest) -> HttpResponseBase:
    """Every course with its bank."""
    context = {"courses": bank.banks(request.user), "others": bank.banks_without_course(request.user)}
    return render(request, "assessments/bank/banks.html", context)


@requires(Right.WRITE_COURSES)
@never_cache
def questions(request: SignedInRequest, course: str) -> HttpResponseBase:
    """The questions of a bank, as far as they are sought."""
    found = bank.find_course(request.user, course)
    branches, tags = bank.tree_of(found), bank.tags_of(found)
    form = SearchForm(request.GET, branches=branches, tags=tags, languages=bank.languages_of(found, workshop_of(found)))
    sought = form.sought()
    query = request.GET.copy()
    query.pop("page", None)
    may_publish = has_right(request.user, Right.PUBLISH_COURSES)
    return render(
        request,
        "assessments/bank/questions.html",
        {
            "course": found,
            "form": form,
            "page": bank.questions(request.user, found, sought, request.GET.get("page"), branches),
            "query": query.urlencode(),
            "bulk_form": BulkForm(branches=branches, auto_id="bulk_%s") if may_publish else None,
        },
    )


@requires(Right.WRITE_COURSES)
@never_cache
def without_course(request: SignedInRequest, name: str) -> HttpResponseBase:
    """The questions of a bank that belongs to no course, to look at and to take along."""
    found = get_object_or_404(bank.banks_without_course(request.user), name=name)
    branches = bank.tree_of(found)
    form = SearchForm(
        request.GET, branches=branches, tags=bank.tags_of(found), languages=bank.languages_of(found, None)
    )
    query = request.GET.copy()
    query.pop("page", None)
    page = bank.questions(request.user, found, form.sought(), request.GET.get("page"), branches)
    context = {"bank": found, "form": form, "page": page, "query": query.urlencode(), "move_form": MoveForm()}
    return render(request, "assessments/bank/without_course.html", context)


@requires(Right.WRITE_COURSES)
@require_POST
def move(request: SignedInRequest, name: str) -> HttpResponseBase:
    """Put the questions of a bank that belongs to no course into that of one."""
    found = get_object_or_404(bank.banks_without_course(request.user), name=name)
    form = MoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["course"])))
        return redirect("bank:without_course", name)
    course = form.cleaned_data["course"]
    try:
        moving.move_questions(by=request.user, bank=found, course=course)
    except moving.OfAnotherCourse as refusal:
        messages.error(request, str(refusal))
        return redirect("bank:banks")
    except moving.ModulesMissing as refusal:
        messages.error(request, str(refusal))
        return redirect("bank:without_course", name)
    messages.success(request, _("The questions are moved."))
    return redirect("bank:questions", course.slug)
