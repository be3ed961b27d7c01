"""Which texts are out of date."""

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language_info

from accounts.permissions import Right, SignedInRequest, requires
from courses.pages.models import CoursePage
from courses.pages.selectors import COURSE_KEY, Coverage, coverage_of, source_pages, tree_of


@requires(Right.WRITE_COURSES)
def out_of_date(request: SignedInRequest) -> HttpResponseBase:
    """Every course and language with the texts that are out of date or not translated."""
    courses = [
        {
            "page": page,
            "languages": [
                {"info": get_language_info(each.language), "coverage": each, "gaps": _gaps(page, each)}
                for each in coverage_of(page)
            ],
        }
        for page in source_pages()
    ]
    return render(request, "courses/admin/translations.html", {"courses": courses})


def _gaps(page: CoursePage, coverage: Coverage) -> list[dict[str, Any]]:
    """What a language lacks, each with where it is translated."""
    units = {page.pk: COURSE_KEY}
    for module, lessons in tree_of(page).modules:
        units |= {each.pk: module.key for each in (module, *lessons)}
    return [
        {
            "gap": gap,
            "url": reverse("translate:unit", args=[page.course.slug, units[gap.source_page.pk], coverage.language])
            + f"?show=all&at={getattr(gap.source_page, 'key', COURSE_KEY)}",
        }
        for gap in coverage.gaps
    ]
