"""The first page of the desk: what one has to translate, and where to begin."""

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from accounts.permissions import Right, SignedInRequest, requires
from courses.pages.forms.translating import ChooseForm
from courses.pages.selectors import source_pages
from courses.pages.translating.queue import queue_of, units_in


@requires(Right.WRITE_COURSES)
@never_cache
def queue(request: SignedInRequest) -> HttpResponseBase:
    """What is assigned, in hand and out of date; and every unit of a course and language that is chosen."""
    pages = {page.course.slug: page for page in source_pages()}
    choices = [(slug, f"{page.course.code} · {page.title}") for slug, page in pages.items()]
    form = ChooseForm(request.GET or None, courses=choices)
    units, is_source = None, False
    if form.is_valid():
        try:
            units = units_in(pages[form.cleaned_data["course"]].course, form.cleaned_data["language"])
        except Http404:
            is_source = True
    return render(
        request,
        "courses/translating/queue.html",
        {"queue": queue_of(request.user), "form": form, "units": units, "is_source": is_source},
    )
