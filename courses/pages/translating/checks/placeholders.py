"""Placeholders, which the site fills in: the same in the text as in the source."""

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from courses.pages.translating.checks.base import PLACEHOLDER, Finding, Given, listed


def check(given: Given) -> Iterator[Finding]:
    """An error each way: one that is lost loses what stands there, one that is invented shows as it is or breaks."""
    source = Counter(PLACEHOLDER.findall(given.source_words))
    text = Counter(PLACEHOLDER.findall(given.words))
    if lost := sorted((source - text).elements()):
        message = _("A placeholder is missing: %(found)s. Copy it from the source as it is.")
        yield Finding("placeholders", message % {"found": listed(lost)}, is_error=True)
    if invented := sorted((text - source).elements()):
        message = _("A placeholder is not in the source: %(found)s. Take it out.")
        yield Finding("placeholders", message % {"found": listed(invented)}, is_error=True)
