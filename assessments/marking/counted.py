"""Which essays count: what is marked, and which papers still wait for a marker. Scoping is the caller's."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

from assessments.models import Correction, Essay


def counted_essays() -> QuerySet[Essay]:
    """Essays that count: neither dropped by a correction nor deleted for their age."""
    return Essay.objects.filter(response__answer__isnull=False).exclude(_dropped())


def will_be_marked(attempts: Iterable[int]) -> set[int]:
    """Those of some papers (primary keys) with an essay that people mark. Asks one query, and none about no papers."""
    asked = list(attempts)
    found = counted_essays().filter(response__attempt__in=asked) if asked else Essay.objects.none()
    return set(found.values_list("response__attempt", flat=True))


def _dropped() -> Exists:
    """Whether the newest correction of the version of an essay drops it."""
    corrections = Correction.objects.filter(version=OuterRef("response__version"))
    later = Correction.objects.filter(version=OuterRef("version"), pk__gt=OuterRef("pk"))
    return Exists(corrections.filter(~Exists(later), kind=Correction.Kind.DROP))
