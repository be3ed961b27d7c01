"""Which texts are out of date."""

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language_info

from accounts.permissions import Right, SignedInRequest, requires
from courses.pages.selectors import coverage_of, source_pages


@requires(Right.WRITE_COURSES)
def out_of_date(request: SignedInRequest) -> HttpResponseBase:
    """Every course and language with the texts that are out of date or not translated."""
    courses = [
        {
            "page": page,
            "languages": [{"info": get_language_info(each.language), "coverage": each} for each in coverage_of(page)],
        }
        for page in source_pages()
    ]
    return render(request, "courses/admin/translations.html", {"courses": courses})
