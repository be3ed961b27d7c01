"""Courses as files, and lessons from Word: upload, read the plan, decide."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import Refused, Right, SignedInRequest, requires
from courses.pages.exchange import NotExportable, desk
from courses.pages.forms.files import BundleForm, WordForm
from courses.pages.models import CourseFile, ModulePage
from courses.pages.publication import course_page_of
from courses.pages.rights import may_publish
from courses.pages.selectors import is_translation, source_page_of
from courses.tasks import apply_course_file
from learning.models import Course
from lms.queue import enqueue


@requires(Right.WRITE_COURSES, Right.PUBLISH_COURSES, Right.MANAGE_SITE)
@never_cache
def files(request: SignedInRequest) -> HttpResponseBase:
    """Upload a course, download one, and the files of today."""
    publishes = may_publish(request.user)
    form = BundleForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if not publishes:
            raise Refused(_("Your role may write courses but not publish them."))
        if form.is_valid():
            row = desk.take_bundle(by=request.user, **form.cleaned_data)
            return redirect("course_file", row.uuid)
    courses: list[Any] = [course for course in Course.objects.all() if source_page_of(course)] if publishes else []
    return render(
        request,
        "courses/admin/files.html",
        {"form": form, "files": desk.files_of(request.user)[:20], "courses": courses, "may_publish": publishes},
    )


@requires(Right.WRITE_COURSES, Right.PUBLISH_COURSES, Right.MANAGE_SITE)
@never_cache
def file(request: SignedInRequest, file: uuid.UUID) -> HttpResponseBase:
    """What an uploaded file would do; apply it or throw it away."""
    row = get_object_or_404(desk.files_of(request.user), uuid=file)
    if request.method == "POST":
        return _decide(request, row)
    is_working = row.state == CourseFile.State.APPLYING
    answer = render(
        request,
        "courses/admin/file.html",
        {"file": row, "plan": row.plan, "is_working": is_working, "is_planned": row.state == CourseFile.State.PLANNED},
    )
    if is_working:
        # Without JavaScript the page looks again by itself.
        answer["Refresh"] = "5"
    return answer


def _decide(request: SignedInRequest, row: CourseFile) -> HttpResponseBase:
    try:
        if request.POST.get("action") == "apply":
            row = desk.begin_applying(by=request.user, file=row)
            if desk.is_long(row):
                enqueue(apply_course_file, row.pk)
            else:
                desk.finish_applying(row.pk)
        elif request.POST.get("action") == "drop":
            desk.drop_file(by=request.user, file=row)
            messages.success(request, _("The file is thrown away. Nothing was changed."))
            return redirect("course_files" if row.module_id is None else "wagtailadmin_home")
    except desk.AlreadyDecided as refusal:
        messages.error(request, str(refusal))
        return redirect("course_files")
    return redirect("course_file", row.uuid)


@requires(Right.WRITE_COURSES, Right.MANAGE_SITE)
@never_cache
def word(request: SignedInRequest, module: int) -> HttpResponseBase:
    """Upload a Word file whose lessons go into a module."""
    page = ModulePage.objects.filter(pk=module).first()
    if page is None or course_page_of(page) is None or is_translation(page.pk):
        raise Http404
    form = WordForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        row = desk.take_word(by=request.user, file=form.cleaned_data["file"], module=page)
        return redirect("course_file", row.uuid)
    return render(request, "courses/admin/word.html", {"form": form, "module": page})


@require_safe
@requires(Right.WRITE_COURSES, Right.PUBLISH_COURSES, Right.MANAGE_SITE)
@never_cache
def download(request: SignedInRequest, course: str) -> HttpResponseBase:
    """A course as a zip file."""
    found = get_object_or_404(Course, slug=course)
    try:
        path = desk.download(by=request.user, course=found)
    except NotExportable as reason:
        messages.error(request, str(reason))
        return redirect("course_files")
    content = path.open("rb")
    path.unlink()  # what is open can still be read, and nothing is left behind
    return FileResponse(content, as_attachment=True, filename=f"{found.slug}.zip")
