"""A new course, begun on the site."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.permissions import Right, SignedInRequest, requires
from courses.pages.forms.beginning import BeginForm
from courses.pages.services.beginning import NameTaken, begin_course


@requires(Right.PUBLISH_COURSES, Right.MANAGE_SITE)
@never_cache
def begin(request: SignedInRequest) -> HttpResponse:
    """Ask for names, make the course, and go on in the editor of its page."""
    form = BeginForm(request.POST or None, initial={"language": get_language()})
    if request.method == "POST" and form.is_valid():
        try:
            page = begin_course(by=request.user, **form.cleaned_data)
        except NameTaken as taken:
            form.add_error(taken.field, str(taken))
        else:
            messages.success(
                request,
                _("The course is a draft with a question bank. Fill in this page; then add modules below it."),
            )
            return redirect("wagtailadmin_pages:edit", page.pk)
    return render(request, "courses/admin/new_course.html", {"form": form})
