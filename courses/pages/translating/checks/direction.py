"""Direction marks: text that shows in another order than it is stored can lie to its reader.

Overrides and embeddings are the means of such attacks, and the Unicode Bidirectional Algorithm (UAX #9) itself advises
isolates instead; the site isolates names and numbers by markup, so that texts rarely need any.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from courses.pages.translating.checks.base import Finding, Given, code_points

#: LRE, RLE, PDF, LRO, RLO.
_FORBIDDEN = frozenset("\u202a\u202b\u202c\u202d\u202e")
_OPEN, _CLOSE = frozenset("\u2066\u2067\u2068"), "\u2069"
#: LRM, RLM, ALM.
_MARKS = frozenset("\u200e\u200f\u061c")


def are_balanced(text: str) -> bool:
    """Whether every isolate is closed in its own paragraph, and none closed that was not opened."""
    for line in text.split("\n"):
        depth = 0
        for each in line:
            depth += (each in _OPEN) - (each == _CLOSE)
            if depth < 0:
                return False
        if depth:
            return False
    return True


def check(given: Given) -> Iterator[Finding]:
    """Overrides, embeddings and open isolates are errors; a mark is a warning unless the source has it."""
    if found := _FORBIDDEN & set(given.words):
        message = _(
            "The text holds invisible characters that turn its direction (%(found)s). Delete them; often it is enough "
            "to type the place anew."
        )
        yield Finding("direction", message % {"found": code_points(found)}, is_error=True)
    if not are_balanced(given.words):
        message = _(
            "A direction isolate is opened and not closed, or the other way round (U+2066 to U+2069). Delete it, or "
            "set its other half."
        )
        yield Finding("direction", message, is_error=True)
    if found := (_MARKS & set(given.words)) - set(given.source_words):
        message = _("The text holds direction marks (%(found)s). They are seldom needed: delete them if you can.")
        yield Finding("marks", message % {"found": code_points(found)})
