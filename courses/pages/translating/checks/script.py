"""Whether the text is in its language at all, as far as its letters tell."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from courses.pages.translating.checks.base import Finding, Given, has_letter
from lms.text import fold

_ARABIC = re.compile(r"[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]")
#: Language → a letter of its script (Unicode blocks). Languages that are not here use Latin letters.
SCRIPTS: dict[str, re.Pattern[str]] = {
    **dict.fromkeys(("ar", "fa", "prs", "ps", "ur"), _ARABIC),
    "dv": re.compile(r"[\u0780-\u07a5\u07b1]"),
    "hi": re.compile(r"[\u0904-\u0939]"),
    "ne": re.compile(r"[\u0904-\u0939]"),
    "bn": re.compile(r"[\u0985-\u09b9\u09dc-\u09e1]"),
    "ta": re.compile(r"[\u0b85-\u0bb9]"),
    "si": re.compile(r"[\u0d85-\u0dc6]"),
    "th": re.compile(r"[\u0e01-\u0e33]"),
    "lo": re.compile(r"[\u0e81-\u0eb3\u0edc-\u0edf]"),
    "dz": re.compile(r"[\u0f40-\u0f6c]"),
    "my": re.compile(r"[\u1000-\u102a\u103f]"),
    "km": re.compile(r"[\u1780-\u17b3]"),
    "ru": re.compile(r"[\u0400-\u04ff]"),
    "mn": re.compile(r"[\u0400-\u04ff]"),
    "zh-hans": re.compile(r"[\u3400-\u9fff]"),
    "zh-hant": re.compile(r"[\u3400-\u9fff]"),
    "ja": re.compile(r"[\u3041-\u30ff\u3400-\u9fff]"),
    "ko": re.compile(r"[\uac00-\ud7a3]"),
}
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
#: A name or an abbreviation stays as it is in any language.
_WORD = re.compile(r"[^\W\d_]+")


def _needs_translation(prose: str) -> bool:
    """Whether there is more than names, codes and abbreviations: two words, one of them without a capital."""
    words = _WORD.findall(prose)
    return len(words) > 1 and any(not word[0].isupper() and len(word) > 1 for word in words)


def check(given: Given) -> Iterator[Finding]:
    """Warnings: a text may be a name that stays as it is."""
    if given.is_same_language or not has_letter(given.prose):
        return
    if fold(given.prose) == fold(given.source_prose):
        if _needs_translation(given.source_prose):
            yield Finding("not-translated", _("The text is that of the source. Translate it, or say why it stays."))
        return
    script = SCRIPTS.get(given.language, _LATIN)
    if not script.search(given.prose) and _needs_translation(given.prose):
        message = _("The text has no letter of its language's script. Is it in the right language?")
        yield Finding("script", message)
