"""Who signs what is issued on a day, as its snapshot keeps it. Asked while issuing, so it stands below the services."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet

from certificates.models import PagePart
from certificates.rendering import MOST_LOGOS, MOST_SIGNATORIES, NEWEST
from learning.models import Course
from learning.selectors import title_in

#: How many of a kind stand on one page.
MOST = {PagePart.Kind.SIGNATORY: MOST_SIGNATORIES, PagePart.Kind.LOGO: MOST_LOGOS}


def page_snapshot(*, course: Course, edition: int, revision: int, language: str, day: dt.date) -> dict[str, Any]:
    """What the snapshot of an award keeps of how its page looks: template, signatories, logos, the title in English.

    Arguments:
        day: of issue; only what was approved and is in force on it is taken.
    """
    rows = parts_in_force(course, day)
    english = title_in(course, edition, revision, "en")
    return {
        **({"course_en": english} if english else {}),
        "page": {
            "template": NEWEST,
            "signatories": [
                _said(each, language) for each in rows.filter(kind=PagePart.Kind.SIGNATORY)[:MOST_SIGNATORIES]
            ],
            "logos": [_said(each, language) for each in rows.filter(kind=PagePart.Kind.LOGO)[:MOST_LOGOS]],
        },
    }


def parts_in_force(course: Course, day: dt.date) -> QuerySet[PagePart]:
    """What stands on certificates of a course that are issued on a day."""
    return (
        PagePart.objects.filter(
            Q(course=None) | Q(course=course),
            Q(valid_until=None) | Q(valid_until__gte=day),
            valid_from__lte=day,
            approved_by__isnull=False,
            removed_at=None,
        )
        .select_related("picture")
        .order_by("pk")
    )


def _said(part: PagePart, language: str) -> dict[str, str]:
    own = part.words.get(language, {})
    return {
        "name": own.get("name") or part.name,
        "title": own.get("title") or part.title,
        "title_en": part.title,
        "picture": part.picture.digest if part.picture else "",
    }
