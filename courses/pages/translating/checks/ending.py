"""The sign at the end: a question that lost its mark, a sentence that became a heading."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from courses.pages.translating.checks.base import Finding, Given

_STOP, _QUESTION, _CALL, _COLON, _OPEN = "stop", "question", "call", "colon", "open"
#: The sign of each kind in the scripts that have their own.
_SIGNS = {
    **dict.fromkeys(".。।॥۔။។៕།", _STOP),
    **dict.fromkeys("?؟？\u037e", _QUESTION),
    **dict.fromkeys("!！", _CALL),
    **dict.fromkeys(":：៖", _COLON),
    **dict.fromkeys("…", _OPEN),
}
_AROUND = "\"'“”‘’«»‹›)]}（）】」』 \u00a0\u200b\u200c\u200e\u200f\u2069"
#: Thai and Lao end a sentence with a space, and ask with a word; Burmese asks with a word and one sign for all.
_WITHOUT_STOP = frozenset({"th", "lo"})
_ONE_SIGN = frozenset({"my", "dz"})


def ending(words: str) -> str:
    """What kind of sign a text ends with; empty for none."""
    words = words.rstrip(_AROUND)
    if words.endswith("..."):
        return _OPEN
    return _SIGNS.get(words[-1:], "")


def check(given: Given) -> Iterator[Finding]:
    """A warning, by the rules of the script."""
    source, text = ending(given.source_words), ending(given.words)
    if source == text:
        return
    if given.language in _WITHOUT_STOP and not text and source in (_STOP, _QUESTION):
        return
    if given.language in _WITHOUT_STOP and source == _STOP and text not in (_QUESTION, _COLON):
        return
    if given.language in _ONE_SIGN and {source, text} <= {_STOP, _QUESTION, _CALL, _COLON}:
        return
    yield Finding("ending", _("The text ends with another kind of sign than the source, or with none."))
