"""One question: what it is, where it stands, its history, and what becomes of it."""

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.permissions import Right, SignedInRequest, has_right, requires
from assessments import bank
from assessments.forms.bank import CopyForm, SortForm
from assessments.models import Item
from assessments.services import authoring, sorting
from assessments.views.bank.showing import as_officers_see_it


@requires(Right.WRITE_COURSES)
@never_cache
def question(request: SignedInRequest, course: str, item: uuid.UUID) -> HttpResponseBase:
    """Everything about one question."""
    return _question(request, bank.find_item(request.user, course, item))


def _question(
    request: SignedInRequest,
    item: Item,
    *,
    sort_form: SortForm | None = None,
    copy_form: CopyForm | None = None,
    status: int = 200,
) -> HttpResponseBase:
    one = bank.One(request.user, item)
    branches = bank.tree_of(one.course)
    source = one.source
    shown = None
    if source is not None:
        shown = as_officers_see_it(
            item.type, one.version, source.text, source.language, one.workshop, with_key=one.sees_key
        )
    return render(
        request,
        "assessments/bank/question.html",
        {
            "one": one,
            "item": item,
            "course": one.course,
            "version": one.version,
            "shown": shown,
            "path": next((each.path for each in branches if each.category.pk == item.category_id), ""),
            "sort_form": sort_form or SortForm.of(item, branches),
            "copy_form": copy_form or CopyForm(initial={"key": bank.free_key(one.course, item.key)}, prefix="copy"),
            "may_publish": has_right(request.user, Right.PUBLISH_COURSES),
            "counts": one.counts.get(one.version.number),
        },
        status=status,
    )


@requires(Right.WRITE_COURSES)
@never_cache
def without_course(request: SignedInRequest, name: str, item: uuid.UUID) -> HttpResponseBase:
    """A question of a bank that belongs to no course, as officers would see it."""
    found = bank.find_item_without_course(request.user, name, item)
    version = found.versions.prefetch_related("wordings").order_by("-number")[0]
    words = bank.in_language(list(version.wordings.all()), settings.LANGUAGE_CODE)
    shown = None
    if words is not None:
        sees_key = bank.may_see_key(request.user, found)
        shown = as_officers_see_it(found.type, version, words.text, words.language, None, with_key=sees_key)
    context = {"bank": found.bank, "item": found, "shown": shown}
    return render(request, "assessments/bank/question_without_course.html", context)


@requires(Right.WRITE_COURSES)
@never_cache
def history(request: SignedInRequest, course: str, item: uuid.UUID) -> HttpResponseBase:
    """Every version, and what differs between them."""
    found = bank.find_item(request.user, course, item)
    one = bank.One(request.user, found)
    return render(
        request,
        "assessments/bank/history.html",
        {
            "one": one,
            "item": found,
            "course": one.course,
            "corrects": has_right(request.user, Right.PUBLISH_COURSES),
        },
    )


@requires(Right.WRITE_COURSES)
@require_POST
def sort(request: SignedInRequest, course: str, item: uuid.UUID) -> HttpResponseBase:
    """Category, tags, difficulty, and the day of the next look."""
    found = bank.find_item(request.user, course, item)
    one = bank.One(request.user, found)
    form = SortForm(request.POST, branches=bank.tree_of(one.course))
    if not form.is_valid():
        return _question(request, found, sort_form=form, status=422)
    sorting.sort_question(by=request.user, item=found, **form.cleaned_data)
    messages.success(request, _("Saved. Papers and published editions stay as they are."))
    return redirect("bank:question", course, item)


@requires(Right.WRITE_COURSES)
@require_POST
def copy(request: SignedInRequest, course: str, item: uuid.UUID) -> HttpResponseBase:
    """Write a new draft that begins as this question."""
    found = bank.find_item(request.user, course, item)
    form = CopyForm(request.POST, prefix="copy")
    if form.is_valid():
        try:
            made = authoring.duplicate_question(by=request.user, item=found, key=form.cleaned_data["key"])
        except authoring.KeyTaken as refusal:
            form.add_error("key", str(refusal))
        else:
            messages.success(request, _("This is the copy, a draft. Change it and have it released."))
            return redirect("bank:question", course, made.uuid)
    return _question(request, found, copy_form=form, status=422)


@requires(Right.PUBLISH_COURSES)
@require_POST
def release(request: SignedInRequest, course: str, item: uuid.UUID) -> HttpResponseBase:
    """Offer a draft."""
    done = _("Released: the next publication of the course may ask it.")
    return _become(request, course, item, authoring.release_question, done)


@requires(Right.PUBLISH_COURSES)
@require_POST
def take_back(request: SignedInRequest, course: str, item: uuid.UUID) -> HttpResponseBase:
    """Make a question a draft again."""
    return _become(request, course, item, authoring.take_back_question, _("This is a draft again."))


@requires(Right.PUBLISH_COURSES)
@require_POST
def retire(request: SignedInRequest, course: str, item: uuid.UUID) -> HttpResponseBase:
    """Ask a question nowhere new."""
    done = _("Retired. Papers, published editions and results keep it; the next publication leaves it out.")
    return _become(request, course, item, authoring.retire_question, done)


@requires(Right.PUBLISH_COURSES)
@require_POST
def bring_back(request: SignedInRequest, course: str, item: uuid.UUID) -> HttpResponseBase:
    """Undo a retirement."""
    done = _("Brought back: the next publication of the course may ask it.")
    return _become(request, course, item, authoring.bring_back_question, done)


def _become(
    request: SignedInRequest, course: str, item: uuid.UUID, service: Callable[..., Any], done: str
) -> HttpResponseBase:
    found = bank.find_item(request.user, course, item)
    try:
        service(by=request.user, item=found)
    except (authoring.StillShown, authoring.NotADraft) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("bank:question", course, item)
