"""A text that is far shorter or longer than its source is often cut, or holds another one's words."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from courses.pages.translating.checks.base import Finding, Given

#: Short texts differ for good reasons.
_LEAST = 30
_SHORTEST, _LONGEST = 0.35, 2.8
#: Scripts that need fewer characters (a syllable or a word each), or more (vowels and stacked letters count).
_DENSE = {"zh-hans": 0.12, "zh-hant": 0.12, "ja": 0.2, "ko": 0.2}
_LONG = {"my": 3.5, "km": 3.2, "dz": 3.5, "ta": 3.2}


def check(given: Given) -> Iterator[Finding]:
    """A warning."""
    source, text = len(given.source_words.strip()), len(given.words.strip())
    if source < _LEAST or not text:
        return
    if text < source * _DENSE.get(given.language, _SHORTEST):
        yield Finding("length", _("The text is much shorter than the source. Is something missing?"))
    elif text > source * _LONG.get(given.language, _LONGEST):
        yield Finding("length", _("The text is much longer than the source. Is something in it twice?"))
