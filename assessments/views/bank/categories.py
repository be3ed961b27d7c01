"""The categories of a bank."""

import uuid

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.permissions import Right, SignedInRequest, requires
from assessments import bank
from assessments.forms.bank import CategoryForm
from assessments.services import sorting
from learning.models import Course


@requires(Right.WRITE_COURSES)
@never_cache
def categories(request: SignedInRequest, course: str) -> HttpResponseBase:
    """The tree, and a form for a new category."""
    found = bank.find_course(request.user, course)
    branches = bank.tree_of(found)
    if request.method != "POST":
        return _tree(request, found, CategoryForm(branches=branches), branches)
    form = CategoryForm(request.POST, branches=branches)
    if form.is_valid():
        try:
            sorting.make_category(by=request.user, course=found, **form.cleaned_data)
        except sorting.CategoryRefused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("The category is made."))
            return redirect("bank:categories", found.slug)
    return _tree(request, found, form, branches, status=422)


def _tree(
    request: SignedInRequest, course: Course, form: CategoryForm, branches: list[bank.Branch], *, status: int = 200
) -> HttpResponseBase:
    context = {"course": course, "form": form, "branches": branches}
    return render(request, "assessments/bank/categories.html", context, status=status)


@requires(Right.WRITE_COURSES)
@never_cache
def category(request: SignedInRequest, course: str, category: uuid.UUID) -> HttpResponseBase:
    """Rename or move a category."""
    found = bank.find_category(request.user, course, category)
    own = bank.find_course(request.user, course)
    branches = bank.tree_of(own)
    initial = {"name": found.name, "parent": found.parent.uuid if found.parent else ""}
    form = CategoryForm(request.POST if request.method == "POST" else None, branches=branches, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                sorting.change_category(by=request.user, category=found, **form.cleaned_data)
            except sorting.CategoryRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Saved. Papers and published editions stay as they are."))
                return redirect("bank:categories", own.slug)
    branch = next(each for each in branches if each.category.pk == found.pk)
    is_empty = not branch.count and len(bank.within(branches, found)) == 1
    context = {"course": own, "category": found, "branch": branch, "form": form, "is_empty": is_empty}
    return render(request, "assessments/bank/category.html", context, status=status)


@requires(Right.WRITE_COURSES)
@require_POST
def delete(request: SignedInRequest, course: str, category: uuid.UUID) -> HttpResponseBase:
    """Delete an empty category."""
    found = bank.find_category(request.user, course, category)
    try:
        sorting.delete_category(by=request.user, category=found)
    except sorting.CategoryRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("bank:category", course, category)
    messages.success(request, _("The category is deleted."))
    return redirect("bank:categories", course)
