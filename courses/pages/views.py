"""Pages of our own on the authors' side. `courses.pages.middleware` lets in only whoever may write courses."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language_info

from courses.pages.selectors import coverage_of, source_pages


def translations(request: HttpRequest) -> HttpResponseBase:
    """Every course and language with the texts that are out of date or not translated."""
    courses = [
        {
            "page": page,
            "languages": [{"info": get_language_info(each.language), "coverage": each} for each in coverage_of(page)],
        }
        for page in source_pages()
    ]
    return render(request, "courses/admin/translations.html", {"courses": courses})
