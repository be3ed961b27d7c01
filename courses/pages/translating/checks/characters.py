"""Characters that tidying cannot mend: broken, private, or those of another keyboard."""

import re
import unicodedata
from collections.abc import Iterator

from django.utils.translation import gettext as _

from courses.pages.translating.checks.base import Finding, Given, code_points

_PERSIAN = {"\u064a": "\u06cc", "\u0649": "\u06cc", "\u0643": "\u06a9"}
_PERSIAN_DIGITS = {chr(0x660 + each): chr(0x6F0 + each) for each in range(10)}
#: Language → letters that look alike on another language's keyboard → the language's own. A search finds both, but
#: fonts draw them otherwise, and readers stumble.
LOOKALIKES: dict[str, dict[str, str]] = {
    "fa": _PERSIAN | _PERSIAN_DIGITS,
    "prs": _PERSIAN | _PERSIAN_DIGITS,
    "ur": _PERSIAN | _PERSIAN_DIGITS | {"\u0647": "\u06c1"},
    "ps": {"\u0643": "\u06a9"} | _PERSIAN_DIGITS,
    "ar": {"\u06cc": "\u064a", "\u06a9": "\u0643", "\u06c1": "\u0647"},
}
_LATIN_WITH_OTHERS = re.compile(r"(?=\w*[A-Za-z])(?=\w*[\u0370-\u03ff\u0400-\u04ff])\w+")


def broken_in(text: str) -> set[str]:
    """Characters that no font shows to everybody: U+FFFD, private ones, unassigned ones, control characters."""
    return {
        each
        for each in text
        if each == "\ufffd" or (unicodedata.category(each) in ("Co", "Cc", "Cs") and each not in "\n\t")
    }


def check(given: Given) -> Iterator[Finding]:
    """A broken character is an error, a letter of another keyboard a warning: a name may be spelt with it."""
    if found := broken_in(given.words):
        message = _(
            "The text holds broken characters (%(found)s), from an old font or a damaged file. Type the place anew."
        )
        yield Finding("broken", message % {"found": code_points(found)}, is_error=True)
    own = LOOKALIKES.get(given.language, {})
    if wrong := sorted(set(own) & set(given.prose)):
        pairs = ", ".join(f"{each} (U+{ord(each):04X}) → {own[each]} (U+{ord(own[each]):04X})" for each in wrong)
        message = _("Letters of the keyboard of another language: %(pairs)s. Use those of this language.")
        yield Finding("lookalikes", message % {"pairs": pairs})
    elif mixed := sorted(set(_LATIN_WITH_OTHERS.findall(given.prose))):
        message = _("These words mix Latin letters with Greek or Cyrillic ones that look alike: %(words)s.")
        yield Finding("lookalikes", message % {"words": ", ".join(mixed)})
