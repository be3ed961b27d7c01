"""Translations as files: download, bring in, read the plan, decide."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import Right, SignedInRequest, requires
from courses.pages.forms.translation_files import TranslationFileForm
from courses.pages.models import TranslationFile
from courses.pages.services import translation_files as service
from courses.pages.translating.files.entries import FileRefused
from courses.pages.translating.files.plan import Outcome, Plan
from courses.pages.translating.sheets import Source, source_of
from learning.models import Course

ROWS = 50
#: More conflicts than these are decided all alike.
MOST_TICKS = 300
_TYPES = {"po": "text/x-gettext-translation; charset=utf-8", "xliff": "application/x-xliff+xml; charset=utf-8"}
_ENDINGS = {"po": "po", "xliff": "xlf"}


@requires(Right.WRITE_COURSES)
@never_cache
def file_new(request: SignedInRequest, course: str, unit: str, language: str) -> HttpResponseBase:
    """Download a unit or its whole course, and bring a file in."""
    found, source = _found(course, unit, language)
    is_posted = request.method == "POST"
    form = TranslationFileForm(request.POST, request.FILES) if is_posted else TranslationFileForm()
    if is_posted and form.is_valid():
        try:
            row = service.take_translation_file(
                by=request.user, course=found, language=language, file=form.cleaned_data["file"]
            )
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("translate:file", course, unit, language, row.uuid)
    own = service.files_of(request.user).filter(course=found, language=language)[:10]
    return render(
        request,
        "courses/translating/file_new.html",
        {**_around(found, source, unit, language), "form": form, "files": own},
        status=422 if form.errors else 200,
    )


@requires(Right.WRITE_COURSES)
@never_cache
def file(request: SignedInRequest, course: str, unit: str, language: str, file: uuid.UUID) -> HttpResponseBase:
    """What a file would change; apply it or throw it away. Afterwards, what was done."""
    found, source = _found(course, unit, language)
    row = get_object_or_404(service.files_of(request.user).filter(course=found, language=language), uuid=file)
    if request.method == "POST":
        return _decide(request, row, unit)
    around = {**_around(found, source, unit, language), "file": row}
    if row.applied_at is not None:
        return render(request, "courses/translating/file_done.html", around)
    return render(request, "courses/translating/file.html", {**around, **_shown(request, service.plan_of(row))})


def _shown(request: SignedInRequest, plan: Plan) -> dict[str, Any]:
    summary = plan.summary()
    wanted = request.GET.get("show", "")
    if wanted not in {str(outcome) for outcome, _title, _count in summary}:
        wanted = ""
    if wanted:
        rows = [row for row in plan.rows if row.outcome == wanted]
    else:
        rows = [row for row in plan.rows if row.is_to_look_at and row.outcome != Outcome.CONFLICT]
    return {
        "plan": plan,
        "summary": summary,
        "shown": wanted,
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "has_ticks": 0 < len(plan.conflicts) <= MOST_TICKS,
        "is_empty": not plan.accepted and not plan.drafts and not plan.conflicts,
    }


def _decide(request: SignedInRequest, row: TranslationFile, unit: str) -> HttpResponseBase:
    here = redirect("translate:file", row.course.slug, unit, row.language, row.uuid)
    action = request.POST.get("action")
    try:
        if action == "apply":
            service.apply_translation_file(
                by=request.user,
                file=row,
                seen=request.POST.get("seen", ""),
                takes_all=request.POST.get("conflicts") == "file",
                taken=request.POST.getlist("take"),
            )
            messages.success(request, _("The file is brought in."))
        elif action == "drop":
            service.drop_translation_file(by=request.user, file=row)
            messages.success(request, _("The file is thrown away. Nothing was changed."))
            return redirect("translate:file_new", row.course.slug, unit, row.language)
    except service.PlanChanged as refusal:
        messages.warning(request, str(refusal))
    except service.AlreadyApplied as refusal:
        messages.error(request, str(refusal))
        return redirect("translate:file_new", row.course.slug, unit, row.language)
    return here


@requires(Right.WRITE_COURSES)
@require_safe
@never_cache
def download(request: SignedInRequest, course: str, unit: str, language: str, kind: str) -> HttpResponseBase:
    """A unit, or a whole course, in a language, as a PO or XLIFF file."""
    found = get_object_or_404(Course, slug=course)
    content = service.download_translation(by=request.user, course=found, unit=unit, language=language, kind=kind)
    name = "-".join([found.slug, *([unit] if unit != service.WHOLE else []), language])
    return HttpResponse(
        content,
        content_type=_TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}.{_ENDINGS[kind]}"'},
    )


def _found(course: str, unit: str, language: str) -> tuple[Course, Source]:
    found = get_object_or_404(Course, slug=course)
    source = source_of(found)
    if language not in dict(settings.LANGUAGES) or language == source.language:
        raise Http404
    if unit != service.WHOLE:
        source.unit(unit)
    return found, source


def _around(course: Course, source: Source, unit: str, language: str) -> dict[str, Any]:
    return {
        "course": course,
        "unit": unit,
        "unit_title": "" if unit == service.WHOLE else source.unit(unit).title,
        "course_title": source.units[0].title,
        "language": language,
        "source_language": source.language,
        "whole": service.WHOLE,
    }
