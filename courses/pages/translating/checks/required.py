"""There has to be a text."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from courses.pages.translating.checks.base import Finding, Given


def check(given: Given) -> Iterator[Finding]:
    """A text of which nothing is left, or nothing but tags and characters that nobody sees."""
    if any(each.isprintable() and not each.isspace() for each in given.words):
        return
    if not given.source_words.strip():  # such as a picture's text that is empty on purpose
        return
    yield Finding("empty", _("There is no text. Officers need one here: translate the source."), is_error=True)
