"""What a course lacks before it is published."""

from django.http import Http404, HttpResponseBase
from django.shortcuts import render

from accounts.permissions import Right, SignedInRequest, requires
from courses.pages.checklist import checklist_of
from courses.pages.models import CoursePage


@requires(Right.WRITE_COURSES, Right.MANAGE_SITE, Right.REVIEW)
def checklist(request: SignedInRequest, page: int) -> HttpResponseBase:
    """The list for one course, with a link to the place of everything that is missing."""
    course_page = CoursePage.objects.filter(pk=page).select_related("course").first()
    if course_page is None:
        raise Http404
    found = checklist_of(course_page)
    return render(request, "courses/admin/checklist.html", {"page": course_page, "checklist": found})
