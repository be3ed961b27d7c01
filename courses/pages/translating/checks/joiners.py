"""Characters without width: needed by some scripts, and by no other."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from courses.pages.translating.checks.base import Finding, Given, code_points

_SPACE, _NON_JOINER, _JOINER, _WORD_JOINER, _BOM, _SOFT_HYPHEN = (
    "\u200b",
    "\u200c",
    "\u200d",
    "\u2060",
    "\ufeff",
    "\u00ad",
)
_ALL = frozenset({_SPACE, _NON_JOINER, _JOINER, _WORD_JOINER, _BOM, _SOFT_HYPHEN})
#: Scripts without spaces between words mark a break with U+200B.
_BREAKS = frozenset({"th", "lo", "km", "my"})
#: Languages in which letters are joined or parted by a character of its own (Unicode Standard, 9.2, 12 and 13).
_ARABIC = frozenset({"ar", "fa", "prs", "ps", "ur", "dv"})
_INDIC = frozenset({"bn", "hi", "ne", "si", "ta", "my", "km"})


def allowed_in(language: str) -> frozenset[str]:
    """The characters without width that a language needs."""
    found = {_SPACE, _WORD_JOINER} if language in _BREAKS else set()
    if language in _ARABIC | _INDIC:
        found |= {_NON_JOINER, _JOINER}
    return frozenset(found)


def check(given: Given) -> Iterator[Finding]:
    """A warning: such a character hinders search and screen readers, and comes along when text is copied."""
    found = (_ALL & set(given.words)) - allowed_in(given.language) - set(given.source_words)
    if found:
        message = _("The text holds invisible characters that its language does not need (%(found)s). Delete them.")
        yield Finding("invisible", message % {"found": code_points(found)})
